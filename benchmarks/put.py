"""How long a put of a one-word edit takes, verification and all, in both directions, on one core.

"First" reads both bases; "again" is the next edit of the same bases, which are remembered up to a size. The second table
has pages that are one thing over and over, the third a page of 4 MiB with the peak of memory.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

from benchmarks.figures import SAMPLE, cpu_seconds, table
from confsync import markup
from confsync.markup.lens import forget

LARGE = os.environ.get("CONFSYNC_BENCH_LARGE", "1") == "1"
ROW = "| cell {n} | word other | x |\n"
KINDS = {
    "one section": lambda n: SAMPLE * (n // len(SAMPLE)),
    "one paragraph": lambda n: "The same paragraph with some more words.\n\n" * (n // 42),
    "list of equal items": lambda n: "- some more words\n" * (n // 18),
    "table": lambda n: (
        "| a | b | c |\n| - | - | - |\n" + "".join(ROW.format(n=k) for k in range(n // 30)) + "\nsome more\n"
    ),
    "log in a code block": lambda n: "```\n" + "12:00 INFO some more work done\n" * (n // 31) + "```\n",
    "one line": lambda n: "some more words and others " * (n // 27) + "\n",
    "link definitions": lambda n: "".join(f"[a{k}] some more\n\n[a{k}]: /{k}\n\n" for k in range(n // 32)),
}


def run() -> None:
    """Print the figures."""
    rows = [("size of the file", "put_storage: first", "again", "put_markdown: first", "again")]
    rows += [(f"{len(SAMPLE) * n / 1e3:.1f} kB", *_figures(SAMPLE * n)) for n in (4, 44, 360)]
    table("Warm: one changed word", rows)
    rows = [("what, over and over", "put_storage: 100 kB", "1 MB", "put_markdown: 100 kB", "1 MB")]
    for name, make in KINDS.items():
        small, large = _figures(make(100_000), rounds=1), _figures(make(1_000_000), rounds=1)
        rows.append((name, small[0], large[0], small[2], large[2]))
    table("Warm: ten times the size", rows)
    if LARGE:
        rows = [
            ("4 MiB", "put_storage", "put_markdown"),
            ("seconds", *_figures(SAMPLE * 20_000, rounds=1)[::2]),
        ]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        table(f"A large page (peak of memory: {peak:.0f} MB)", rows)


def _figures(text: str, rounds: int = 3) -> tuple[str, str, str, str]:
    """The times of both puts, each with and without remembered bases."""
    body = markup.to_storage(text).text
    spot = text.index("some more", len(text) // 2)
    edited = text[:spot] + "some other" + text[spot + len("some more") :]
    there = markup.to_storage(edited).text

    def to_storage() -> object:
        return markup.put_storage(text, body, edited)

    def to_markdown() -> object:
        return markup.put_markdown(body, text, there)

    return (*_both(to_storage, rounds), *_both(to_markdown, rounds))


def _both(work: Callable[[], object], rounds: int) -> tuple[str, str]:
    first = min(cpu_seconds(work, before=forget) for _ in range(rounds))
    again = min(cpu_seconds(work) for _ in range(rounds))
    return _shown(first), _shown(again)


def _shown(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"
