"""Timing and tables, shared by the benchmarks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

CORPUS = Path(os.environ.get("CONFSYNC_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
ROUNDS = int(os.environ.get("CONFSYNC_BENCH_ROUNDS", "3"))


def documents() -> list[str]:
    """The real documents of the corpus, or one made-up document many times over where there is none."""
    paths = sorted(CORPUS.glob("markdown/**/*.md"))
    return [p.read_text(encoding="utf-8", errors="replace") for p in paths] or [SAMPLE * 20] * 100


def seconds(work: Callable[[], object]) -> float:
    """The best of several rounds, in seconds of processor time."""
    return min(cpu_seconds(work) for _ in range(ROUNDS))


def cpu_seconds(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The processor time of one round, whatever else the machine does."""
    before()
    start = time.process_time()
    work()
    return time.process_time() - start


def table(title: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in columns."""
    listed = list(rows)
    widths = [max(len(row[n]) for row in listed) for n in range(len(listed[0]))]
    print(f"\n{title}")
    for row in listed:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


SAMPLE = """## Section

A paragraph with *emphasis*, `code`, a [link](https://example.com) and some more words that make it
wrap over two lines.

- one
- two
  - nested

| a | b |
| - | - |
| 1 | 2 |

```python
print("hello")
```

"""
