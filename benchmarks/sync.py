"""Requests and seconds of whole runs against the sandbox (in the same process), and the peak of memory."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from contextlib import closing
from math import ceil
from pathlib import Path

from benchmarks.cycles import cycle
from benchmarks.figures import SAMPLE, table
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction
from confsync.planning.policy import Policy
from confsync.sandbox import Sandbox
from confsync.sync.status import status

PAGES = int(os.environ.get("CONFSYNC_BENCH_PAGES", "5000"))


def run() -> None:
    """Print the figures."""
    parts, places = ceil((PAGES + 1) / 250), ceil(PAGES / 50)
    rows = [("run", "requests", "at most", "writes", "seconds")]
    with Sandbox(search_lag=0.0) as sandbox, tempfile.TemporaryDirectory() as name:
        root = Path(name) / "docs"
        _fill(root)
        rows.append(_measured("first push", 2 * PAGES + places + parts + 5, sandbox, root, Direction.PUSH))
        rows.append(_measured("push, nothing changed", parts + 5, sandbox, root, Direction.PUSH))
        (root / ".confsync" / "ledger.db").unlink()
        rows.append(_measured("push of a clone without a ledger", parts + 7, sandbox, root, Direction.PUSH))
        page = root / "part-0" / "page-1.md"
        page.write_text(page.read_text().replace("some more", "some other", 1))
        rows.append(_measured("sync, one file edited", parts + 7, sandbox, root, Direction.SYNC))
        rows.append(
            _measured(
                "first pull into an empty folder",
                2 * parts + 5 + places,
                sandbox,
                Path(name) / "pulled",
                Direction.PULL,
            )
        )
        rows.append(("status, nothing changed", "0", "0", "0", f"{_status(root):.2f}"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table(f"{PAGES} pages (peak of memory, sandbox and all: {peak:.0f} MB)", rows)


def _fill(root: Path) -> None:
    for number in range(PAGES):
        place = root / f"part-{number // 50}" / f"page-{number}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"# Page {number}\n\n{SAMPLE * 3}", encoding="utf-8")


def _measured(name: str, most: int, sandbox: Sandbox, root: Path, direction: Direction) -> tuple[str, ...]:
    sandbox.requests.reset()
    root.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    cycle(sandbox, root, direction)
    took = time.perf_counter() - start
    seen = sandbox.requests.api
    writes = sum(e.method != "GET" for e in seen)
    return name, str(len(seen)), str(most), str(writes), f"{took:.2f}"


def _status(root: Path) -> float:
    start = time.perf_counter()
    with closing(open_ledger(root / ".confsync" / "ledger.db", dry=True)) as ledger:
        status(FileTree(root, inspect=inspect), ledger, Policy(space_key="DOCS"))
    return time.perf_counter() - start
