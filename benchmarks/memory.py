"""Peaks of memory of whole runs: the command line in a process of its own, the sandbox in another."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.figures import table
from confsync.markup import to_storage
from confsync.sandbox import Sandbox

PAGES = int(os.environ.get("CONFSYNC_BENCH_PAGES", "10000"))
MEGABYTES = int(os.environ.get("CONFSYNC_BENCH_MEGABYTES", "500"))
SECTION = "## Section {}\n\nSome words about this and that, *emphasis* and `code`.\n\n- one\n- two\n\n"
TEXT = "".join(SECTION.format(n) for n in range(int(os.environ.get("CONFSYNC_BENCH_SECTIONS", "40"))))


def run() -> None:
    """Print the peaks of runs over many pages, and of one large file on its way up and down."""
    rows = [("run", "MB", "seconds")]
    with _confluence(PAGES) as (root, token):
        rows += [_run("pull", root, token, "first pull"), _run("sync", root, token, "sync, nothing changed")]
        (root / ".confsync" / "ledger.db").unlink()
        rows.append(_run("push", root, token, "push of a clone without a ledger"))
        rows += _one_file(root, token)
    with _confluence(0) as (root, token):
        for n in range(PAGES):
            page = root / f"part-{n // 100}" / f"page-{n}.md"
            page.parent.mkdir(exist_ok=True)
            page.write_text(f"# Page {n}\n\n" + TEXT.replace("this", f"page {n}"), encoding="utf-8")
        rows.append(_run("push", root, token, "first push"))
    table(f"peak of memory, {PAGES} pages of {len(to_storage(TEXT).text)} bytes", rows)


@contextmanager
def _confluence(pages: int) -> Iterator[tuple[Path, str]]:
    """Start a Confluence of so many pages in a process of its own; give a folder for it, and the token."""
    here, there = Pipe()
    server = get_context("spawn").Process(target=_serve, args=(there, pages), daemon=True)
    server.start()
    url, token = here.recv()
    with tempfile.TemporaryDirectory() as name:
        settings = f'[confluence]\nurl = "{url}"\nspace = "DOCS"\n'
        (Path(name) / "confsync.toml").write_text(settings, encoding="utf-8")
        yield Path(name), token
    here.send(None)
    server.join()


def _one_file(root: Path, token: str) -> list[tuple[str, ...]]:
    """Send one file of so many megabytes, and fetch it into an empty folder."""
    with (root / "large.bin").open("wb") as file:
        for _ in range(MEGABYTES):
            file.write(os.urandom(1 << 20))
    (root / "large.md").write_text("# Large\n\n[file](large.bin)\n", encoding="utf-8")
    sent = _run("push", root, token, f"push of a file of {MEGABYTES} MB")
    other = root / "fetched"
    other.mkdir()
    (other / "confsync.toml").write_bytes((root / "confsync.toml").read_bytes())
    return [sent, _run("pull", other, token, f"first pull with a file of {MEGABYTES} MB")]


def _serve(end: Connection, pages: int) -> None:
    """Keep a Confluence until told to stop."""
    with Sandbox(search_lag=0.0, max_file=MEGABYTES << 20) as sandbox:
        body = to_storage(TEXT).text
        for n in range(pages):
            sandbox.as_person.create(f"Page {n}", body.replace("this", f"page {n}"), raw=True)
        end.send((sandbox.url, sandbox.token))
        end.recv()


def _run(command: str, root: Path, token: str, name: str) -> tuple[str, ...]:
    env = {**os.environ, "CONFLUENCE_USER": Sandbox.user, "CONFLUENCE_TOKEN": token}
    start = time.perf_counter()
    words = [sys.executable, "-m", "confsync", "-C", str(root), command]
    with subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL) as process:
        _, _status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    return name, f"{usage.ru_maxrss / 1024:.0f}", f"{took:.0f}"


if __name__ == "__main__":
    run()
