"""A daemon that goes on for days takes no more memory, threads or open files than in its first hour.

The cycles follow one another without pauses; Confluence is another process, so that what is measured is ours alone.
"""

import gc
import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from soaking import LONG

from confsync.clock import RandomOpIds, SystemClock
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.local.watch import Watcher
from confsync.markup.document import inspect
from confsync.markup.lens import warm
from confsync.model import Dirty, DocPath
from confsync.planning.policy import Policy
from confsync.remote import connect
from confsync.sync.cycle import Cycle
from confsync.sync.daemon import Daemon
from confsync.sync.last_snapshot import LastSnapshot

pytestmark = [
    pytest.mark.timeout(3600 if LONG else 120),
    pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process takes"),
]
CYCLES = 10_000 if LONG else 200
SAVE_EACH = 10


class Hours(SystemClock):
    """A clock on which each look is half a minute later."""

    seconds = 0.0

    def monotonic(self):
        return self.seconds


class Never:
    """A watcher that is never asked: the test itself says what is dirty."""

    def wait(self, timeout):
        raise AssertionError(timeout)


@pytest.fixture
def elsewhere():
    """A Confluence in another process: its address, user and token."""
    command = [sys.executable, "-m", "confsync", "sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = {}
        while len(said) < 3:
            name, _, value = process.stdout.readline().removeprefix("export ").strip().partition("=")
            if name.startswith("CONFLUENCE_"):
                said[name] = value
        yield said["CONFLUENCE_URL"], said["CONFLUENCE_USER"], said["CONFLUENCE_TOKEN"]
        process.terminate()


def taken():
    """What this process takes now: objects, MiB, threads, open files."""
    warm._READINGS.forget()  # readings of texts, bounded by their length: with small texts that takes days to fill
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    mebibytes = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return len(gc.get_objects()), mebibytes, threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # links that lead nowhere, too


def test_memory_threads_and_open_files_are_steady_over_thousands_of_cycles(elsewhere, tmp_path, capsys):
    root, clock, told, last = tmp_path / "docs", Hours(), [], LastSnapshot()
    root.mkdir()
    for number in range(30):
        (root / f"p{number}.md").write_text(f"# P{number}\n\nfirst\n\nsecond\n")
    with (
        closing(connect(*elsewhere)) as remote,
        closing(open_ledger(root / ".confsync" / "ledger.db")) as ledger,
    ):

        def cycle():
            return Cycle(
                remote=remote,
                tree=FileTree(root, inspect=inspect),
                ledger=ledger,
                ops=RandomOpIds(),
                policy=Policy(space_key="DOCS"),
                last=last,
            )

        daemon = Daemon(cycle=cycle, watcher=Never(), clock=clock, told=told.append)
        daemon.once(Dirty(everything=True))
        before = None
        for number in range(CYCLES):
            clock.seconds += 30.0
            if number % SAVE_EACH == 0:
                name = f"p{number // SAVE_EACH % 30}.md"
                (root / name).write_text(f"# {name[:-3].upper()}\n\nsave {number}\n\nsecond\n")
                daemon.once(Dirty(frozenset({DocPath(name)})))
            else:
                daemon.once(None)
            told.clear()
            if number == CYCLES // 5:
                before = taken()
        after = taken()
    with capsys.disabled():
        print(f"\n  {CYCLES} cycles: objects, MiB, threads, files: {before} -> {after}")
    assert after[0] - before[0] < 2000
    assert after[1] - before[1] < 8.0
    assert after[2:] == before[2:]


def test_a_folder_that_is_replaced_again_and_again_leaves_no_thread_and_no_open_file(tmp_path):
    root = tmp_path / "docs"
    root.mkdir()
    with Watcher(root) as watcher:
        before = None
        for turn in range(200 if LONG else 12):
            root.rename(tmp_path / f"away{turn}")
            root.mkdir()
            watcher._check(0.0)
            if turn == 5:
                before = taken()
        assert taken()[2:] == before[2:]
