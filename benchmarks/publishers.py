"""confsync beside other publishers on the same tree and the same sandbox: requests, writes, seconds and peak of memory.

The others are installed from PyPI into an environment of their own, in the versions that are named here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import table
from confsync.sandbox import Sandbox

PAGES = int(os.environ.get("CONFSYNC_BENCH_PUBLISHED", "100"))
PLACES = 10
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
MEASURED = "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:], capture_output=True); sys.stderr.buffer.write(r.stderr); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); sys.exit(r.returncode)"
"""A process that runs another one and prints the most megabytes that it held."""

Command = Callable[[Sandbox, Path], list[str]]


@dataclass(frozen=True)
class Publisher:
    """A command that brings a folder to a space. `package` is what pip installs, None for what is here already.

    Without `images` on Data Center: md2cf 2.3.0 sends a header that it refuses.
    """

    name: str
    flavor: str
    command: Command
    package: str | None = None

    @property
    def images(self) -> bool:
        return self.flavor == "cloud"


def _confsync(sandbox: Sandbox, root: Path) -> list[str]:
    settings = f'[confluence]\nurl = "{sandbox.url}"\nspace = "DOCS"\n'
    (root / "confsync.toml").write_text(settings, encoding="utf-8")
    return [sys.executable, "-m", "confsync", "push", "-C", str(root)]


def _md2conf(sandbox: Sandbox, root: Path) -> list[str]:
    """`--skip-update` leaves the files alone, and the address is told in two parts."""
    site = ["-d", "127.0.0.1", "-p", "/wiki/", "--api-url", f"{sandbox.url}/", "-s", "DOCS"]
    login = ["-u", sandbox.user, "-a", sandbox.token]
    return ["-m", "md2conf", str(root), *site, *login, "--skip-update", "--keep-hierarchy"]


def _md2cf(sandbox: Sandbox, root: Path) -> list[str]:
    site = ["-o", f"{sandbox.url}/rest/api", "-s", "DOCS", "--token", sandbox.token]
    return ["-m", "md2cf", *site, "--only-changed", "--enable-relative-links", str(root)]


PUBLISHERS = (
    Publisher("confsync", "cloud", _confsync),
    Publisher("md2conf 0.6.5", "cloud", _md2conf, "markdown-to-confluence==0.6.5"),
    Publisher("confsync", "datacenter", _confsync),
    Publisher("md2cf 2.3.0, --only-changed", "datacenter", _md2cf, "md2cf==2.3.0"),
)


def run() -> None:
    """Print the figures."""
    rows: list[tuple[str, ...]] = [("publisher", "run", "requests", "writes", "seconds", "peak MB")]
    for publisher in PUBLISHERS:
        with _installed(publisher) as python:
            rows += _publish(publisher, python)
    table(
        f"{PAGES} pages in {PLACES} directories that are pages, each with a link and on Cloud an image", rows
    )


@contextmanager
def _installed(publisher: Publisher) -> Iterator[str]:
    """Make an environment with the package; yield its interpreter."""
    if publisher.package is None:
        yield sys.executable
        return
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([sys.executable, "-m", "venv", name], check=True)
        python = str(Path(name) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", publisher.package], check=True)
        yield python


def _publish(publisher: Publisher, python: str) -> Iterator[tuple[str, ...]]:
    with Sandbox(flavor=publisher.flavor, search_lag=0.0) as sandbox, tempfile.TemporaryDirectory() as name:
        root = Path(name) / "docs"
        _fill(root, images=publisher.images)
        command = publisher.command(sandbox, root)
        command = command if command[0] == sys.executable else [python, *command]
        where = f"{publisher.name} ({'Cloud' if publisher.flavor == 'cloud' else 'Data Center'})"
        yield where, "first push", *_measure(sandbox, command)
        yield "", "nothing changed", *_measure(sandbox, command)
        page = root / "part-1" / "page-11.md"
        page.write_text(page.read_text().replace("Some text", "Some other text"), encoding="utf-8")
        yield "", "one file edited", *_measure(sandbox, command)


def _fill(root: Path, *, images: bool) -> None:
    for number in range(PAGES):
        place = root / f"part-{number % PLACES}"
        place.mkdir(parents=True, exist_ok=True)
        text = f"# Page {number}\n\nSome text and [a link](index.md).\n"
        if images:
            text += f"\n![image](image-{number}.png)\n"
            (place / f"image-{number}.png").write_bytes(PIXEL)
        (place / f"page-{number}.md").write_text(text, encoding="utf-8")
        (place / "index.md").write_text(f"# Part {number % PLACES}\n\nText.\n", encoding="utf-8")
    (root / "index.md").write_text("# Everything\n\nText.\n", encoding="utf-8")


def _measure(sandbox: Sandbox, command: list[str]) -> tuple[str, ...]:
    login = {"CONFLUENCE_USER": sandbox.user, "CONFLUENCE_TOKEN": sandbox.token}
    sandbox.requests.reset()
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        capture_output=True,
        env={**os.environ, **login},
        check=False,
    )
    took = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    log = sandbox.requests
    return str(log.total), str(len(log.writes)), f"{took:.1f}", done.stdout.decode().split()[-1]
