"""Concurrent work in lanes: lanes run side by side, the items of one lane one after another.

One control thread waits for all. With one worker everything runs in order, so that simulations are deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Lanes:
    """Runs work on up to `workers` threads. What the requests are limited to is `remote`'s affair."""

    workers: int = 8

    def gather(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do one piece of work for each item, side by side; the answers stand in the items' order."""
        todo = list(items)
        if self.workers <= 1 or len(todo) <= 1:
            return [work(item) for item in todo]
        with ThreadPoolExecutor(min(self.workers, len(todo))) as pool:
            return list(pool.map(work, todo))

    def run(self, work: Callable[[T], R], items: Iterable[T], lane: Callable[[T], Hashable]) -> list[R]:
        """Do the work for items of one lane one after another, lanes side by side."""
        lanes: dict[Hashable, list[T]] = {}
        for item in items:
            lanes.setdefault(lane(item), []).append(item)

        def along(members: Sequence[T]) -> list[R]:
            return [work(member) for member in members]

        return [result for results in self.gather(along, lanes.values()) for result in results]
