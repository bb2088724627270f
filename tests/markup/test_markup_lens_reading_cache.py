"""What the puts remember of their bases is bounded, by the longest unused, also while several threads convert."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from confsync.markup.lens.reading.cache import ReadingCache


class Interrupted(str):
    """A text in the midst of whose counting other threads have their turn."""

    __slots__ = ()

    def __len__(self) -> int:
        time.sleep(0)  # lets other threads go on, and waits for nothing
        return super().__len__()


def read(text: str) -> str:
    return text.lower()


def test_the_longest_unused_is_forgotten_first() -> None:
    memory, asked = ReadingCache(40), []

    def kind(text: str) -> str:
        asked.append(text)
        return text

    for text in ("a" * 10, "b" * 10, "c" * 10, "d" * 10, "a" * 10, "e" * 10, "a" * 10, "b" * 10):
        memory.of(kind, text)
    assert [t[0] for t in asked] == ["a", "b", "c", "d", "e", "b"]
    assert memory.held == 40
    memory.of(kind, "f" * 11)
    assert memory.held == 40
    memory.forget()
    assert memory.held == 0


def test_threads_that_share_a_memory_neither_overfill_it_nor_make_it_smaller() -> None:
    memory = ReadingCache(400)
    texts = [Interrupted(chr(65 + n) * 100) for n in range(8)]

    def work(lane: int) -> bool:
        return all(memory.of(read, t) == t.lower() for _ in range(5) for t in texts[lane % 2 :])

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))
    assert memory.held <= 400
    for text in texts[:4]:
        memory.of(read, text)
    assert memory.held == 400
