"""Peaks of memory of whole runs: the command line in a process of its own, the sandbox in another."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.figures import table
from confsync.markup import to_storage
from confsync.sandbox import Sandbox

PAGES = int(os.environ.get("CONFSYNC_BENCH_PAGES", "10000"))
MEGABYTES = int(os.environ.get("CONFSYNC_BENCH_MEGABYTES", "500"))
SECTION = "## Section {}\n\nSome words about this and that, *emphasis* and `code`.\n\n- one\n- two\n\n"
SECTIONS = int(os.environ.get("CONFSYNC_BENCH_SECTIONS", "40"))


def run() -> None:
    """Print the peaks of a first pull, of a pull with nothing to do and of a push from a clone without a ledger."""
    here, there = Pipe()
    server = get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    url, token, size = here.recv()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "confsync.toml").write_text(
            f'[confluence]\nurl = "{url}"\nspace = "DOCS"\n', encoding="utf-8"
        )
        rows = [("run", "MB", "seconds"), _run("pull", root, token), _run("sync", root, token)]
        (root / ".confsync" / "ledger.db").unlink()
        rows.append(_run("push", root, token))
        rows += _one_file(root, token)
    here.send(None)
    server.join()
    table(f"peak of memory, {PAGES} pages of {size} bytes", rows)


def _one_file(root: Path, token: str) -> list[tuple[str, ...]]:
    """Send one file of so many megabytes, and fetch it into an empty folder."""
    with (root / "large.bin").open("wb") as file:
        for _ in range(MEGABYTES):
            file.write(os.urandom(1 << 20))
    (root / "large.md").write_text("# Large\n\n[file](large.bin)\n", encoding="utf-8")
    sent = _run("push", root, token)
    other = root / "fetched"
    other.mkdir()
    (other / "confsync.toml").write_bytes((root / "confsync.toml").read_bytes())
    fetched = _run("pull", other, token)
    size = f" with a file of {MEGABYTES} MB"
    return [(sent[0] + size, *sent[1:]), (fetched[0] + size, *fetched[1:])]


def _serve(end: Connection) -> None:
    """Keep a Confluence with many pages until told to stop."""
    with Sandbox(search_lag=0.0, max_file=MEGABYTES << 20) as sandbox:
        body = to_storage("".join(SECTION.format(n) for n in range(SECTIONS))).text
        for n in range(PAGES):
            sandbox.as_person.create(f"Page {n}", body.replace("this", f"page {n}"), raw=True)
        end.send((sandbox.url, sandbox.token, len(body)))
        end.recv()


def _run(command: str, root: Path, token: str) -> tuple[str, ...]:
    env = {**os.environ, "CONFLUENCE_USER": Sandbox.user, "CONFLUENCE_TOKEN": token}
    start = time.perf_counter()
    words = [sys.executable, "-m", "confsync", "-C", str(root), command]
    with subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL) as process:
        _, _status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    return command, f"{usage.ru_maxrss / 1024:.0f}", f"{took:.0f}"


if __name__ == "__main__":
    run()
