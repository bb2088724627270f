"""Chance, owned by the test: when the process dies, when people type, what becomes of a request."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from confsync.model import OpId

TOKEN = re.compile(r"t\d+")
"""What people type: words that can be told apart for ever."""


class Crash(BaseException):
    """The process dies here."""


class Luck(Enum):
    """What becomes of a write on its way."""

    FINE = auto()
    LOST = auto()
    """The request never arrives."""
    LATE = auto()
    """The request arrives long after we gave up."""
    SILENT = auto()
    """The request is carried out, and its answer is lost."""


@dataclass
class Fate:
    """What may happen between any two steps: a crash when the fuse burns down, and people typing.

    `lucks` are the fortunes of the next writes in their order; behind them chance decides while `flaky`. `once` is
    what somebody does at the first step of a name.
    """

    rng: random.Random
    fuse: int | None = None
    interfere: Callable[[], None] | None = None
    flaky: bool = False
    lucks: list[Luck] = field(default_factory=list)
    once: dict[str, Callable[[], None]] = field(default_factory=dict)
    steps: int = 0
    last: tuple[str, str] = ("", "")
    """The names of the last two steps."""

    def step(self, what: str, *, alone: bool = False) -> None:
        """Pass a step. `alone`: nobody types now (between last look and DELETE, which no client can close)."""
        self.steps += 1
        self.last = (self.last[1], what)
        if what in self.once:
            self.once.pop(what)()
        if self.interfere is not None and not alone and self.rng.random() < 0.06:
            self.interfere()
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Crash(what)

    @contextmanager
    def around(self, what: str, *, alone: bool = False) -> Iterator[None]:
        """Pass a step before an effect and one behind it. The effect itself happens whole or not at all."""
        self.step(f"before {what}", alone=alone)
        yield
        self.step(f"after {what}")

    def luck(self) -> Luck:
        """Draw the fortune of a write."""
        if self.lucks:
            return self.lucks.pop(0)
        drawn = self.rng.random() if self.flaky else 1.0
        return (
            Luck.LOST
            if drawn < 0.08
            else Luck.LATE
            if drawn < 0.12
            else Luck.SILENT
            if drawn < 0.2
            else Luck.FINE
        )


@dataclass
class Tale:
    """What happened that must be checked: tokens that a person at this end was shown, and broken promises.

    `again` are tokens that came back to a page with an old version of it, or stand on a copy of it, too: they may be
    news on one page though they were shown on another, or before.
    `needless` are conflict copies that told nothing new.
    """

    shown: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    needless: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def show(self, text: bytes | str) -> None:
        """Note that a text can be read at this end."""
        self.shown |= words(text)


def words(text: bytes | str) -> set[str]:
    """Return what people typed of a text."""
    return set(TOKEN.findall(text if isinstance(text, str) else text.decode("utf-8", "replace")))


class CountedOps:
    """Operation ids that tell their order."""

    def __init__(self) -> None:
        self.count = 0

    def new(self) -> OpId:
        self.count += 1
        return OpId(f"op{self.count:020d}")
