"""`confsync watch` as a process on a tree of thousands of files: how soon a change arrives, and what idling costs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.cycles import cycle
from benchmarks.figures import table
from confsync.model import Direction
from confsync.sandbox import Sandbox

PAGES = int(os.environ.get("CONFSYNC_BENCH_WATCHED", "10000"))
SAVES = 20
POLLS = 120
"""As many as an hour has at an interval of 30 seconds."""
INTERVAL = 0.5
PATIENCE = 120.0
REST = 20.0
"""The longest time in seconds that a first run over all files is given to end."""


def run() -> None:
    """Print the figures."""
    rows = [("what", "figure")]
    with Sandbox(search_lag=0.0) as sandbox, tempfile.TemporaryDirectory() as name:
        root = Path(name) / "docs"
        _fill(sandbox, root)
        rows.append(("whole run, nothing changed", f"{_whole_run(sandbox, root):.2f} s of processor time"))
        with _watching(sandbox, root, "30") as process:
            saves = sorted(_save(sandbox, root, number) for number in range(SAVES))
            rows.append(("save to PUT (of which 0.5 s is the wait for quiet)", _spread(saves)))
            rows.append(("resident memory", f"{_memory(process):.0f} MB"))
        with _watching(sandbox, root, str(INTERVAL)) as process:
            edits = sorted(_edit(sandbox, root, number) for number in range(SAVES // 2))
            rows.append((f"edit in Confluence to file, polls {INTERVAL} s apart", _spread(edits)))
            rows += _idle(sandbox, process)
    table(f"watch on {PAGES} pages", rows)


def _fill(sandbox: Sandbox, root: Path) -> None:
    """Make the pages, and pull them: that is sooner done than to push them."""
    root.mkdir(parents=True)
    person = sandbox.as_person
    for number in range(PAGES):
        person.create(f"Page {number}", f"<p>Text of page {number}.</p><ul><li><p>one</p></li></ul>")
    settings = f'[confluence]\nurl = "{sandbox.url}"\nspace = "DOCS"\n'
    (root / "confsync.toml").write_text(settings, encoding="utf-8")
    cycle(sandbox, root, Direction.PULL)


def _whole_run(sandbox: Sandbox, root: Path) -> float:
    """Return the processor seconds of one whole run; the sandbox's threads are left out."""
    cycle(sandbox, root, Direction.SYNC)
    before = time.thread_time()
    cycle(sandbox, root, Direction.SYNC)
    return time.thread_time() - before


@contextmanager
def _watching(sandbox: Sandbox, root: Path, interval: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command until its first run is over."""
    log = root.parent / "log"
    login = {"CONFLUENCE_USER": sandbox.user, "CONFLUENCE_TOKEN": sandbox.token}
    command = [sys.executable, "-m", "confsync", "watch", "-C", str(root), "--json", "--interval", interval]
    sandbox.requests.reset()
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, env={**os.environ, **login}) as process,
    ):
        try:
            _until(lambda: any("search" in e.path for e in sandbox.requests.api))
            before, end = -1.0, time.monotonic() + REST
            # until it has come to rest, which one that polls all the time never quite does
            while before != (before := _processor(process)) and time.monotonic() < end:
                time.sleep(1)
            yield process
        finally:
            process.terminate()


def _save(sandbox: Sandbox, root: Path, number: int) -> float:
    sandbox.requests.reset()
    file = root / f"page-{number}.md"
    began = time.perf_counter()
    file.write_text(file.read_text("utf-8").replace("Text", f"Saved at {began} text"), "utf-8")
    _until(lambda: any(e.method == "PUT" for e in sandbox.requests.api))
    return time.perf_counter() - began


def _edit(sandbox: Sandbox, root: Path, number: int) -> float:
    file, words = root / f"page-{number + SAVES}.md", f"Edited {number}"
    page = sandbox.as_person.find(f"Page {number + SAVES}")
    if page is None:
        raise SystemExit("the page is not there")
    began = time.perf_counter()
    sandbox.as_person.replace(page.id, "Text", words)
    _until(lambda: words in file.read_text("utf-8"))
    return time.perf_counter() - began


def _idle(sandbox: Sandbox, process: subprocess.Popen[bytes]) -> list[tuple[str, str]]:
    """Count what as many polls cost as an hour has."""
    polls = _polls(sandbox)
    _until(lambda: _polls(sandbox) > polls)
    sandbox.requests.reset()
    used = _processor(process)
    _until(lambda: _polls(sandbox) >= POLLS, patience=PATIENCE * 5)
    requests = len(sandbox.requests.api)
    return [
        (f"requests of {POLLS} polls, an hour's, every tenth a whole run", str(requests)),
        ("processor time of these", f"{_processor(process) - used:.1f} s of 3600"),
    ]


def _polls(sandbox: Sandbox) -> int:
    return sum("-modified-date" in e.query for e in sandbox.requests.api)


def _until(over: Callable[[], bool], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not over():
        if time.monotonic() > end:
            raise SystemExit("it did not happen")
        time.sleep(0.005)


def _processor(process: subprocess.Popen[bytes]) -> float:
    """Return the processor seconds of a process (proc_pid_stat(5))."""
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: subprocess.Popen[bytes]) -> float:
    lines = Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _spread(seconds: list[float]) -> str:
    return f"median {median(seconds):.2f} s, worst {seconds[-1]:.2f} s"
