"""What the watcher tells on real file systems: where to look, soon after it is quiet, and everything when in doubt.

Nothing here waits for a fixed time: each test waits for what is to come, or for a window in which nothing may.
"""

from __future__ import annotations

import errno
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from local_person import inspect, put
from watchdog.observers import Observer

from confsync.local import FileTree, watch
from confsync.local.batch import EVERYTHING, MAX_PATHS, Batch, Timing
from confsync.local.watch import Watcher
from confsync.model import Dirty, DocPath, sha

FAST = Timing(quiet=0.05, cap=1.0, check=0.1, poll=0.1)
LONG = 10.0
"""Seconds after which something that must come is taken not to come. No test that passes waits so long."""

SILENT = 0.3
"""Seconds in which nothing may come: several times what a batch takes."""

listening = pytest.mark.skipif(sys.platform != "linux", reason="the events of inotify")


def gather(watcher: Watcher, wanted: set[str]) -> set[str]:
    """Wait until the paths have been dirty, in however many batches; return all that were."""
    seen: set[str] = set()
    end = time.monotonic() + LONG
    while not wanted <= seen and time.monotonic() < end:
        dirty = watcher.wait(0.2)
        if dirty is not None:
            assert not dirty.everything
            seen |= dirty.paths
    return seen


def until_everything(watcher: Watcher) -> None:
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if watcher.wait(0.2) == EVERYTHING:
            return
    pytest.fail("everything should have been dirty")


def settle(watcher: Watcher) -> None:
    while watcher.wait(SILENT) is not None:
        pass


@pytest.fixture(params=["listening", "polling"])
def watcher(request: pytest.FixtureRequest, root: Path) -> Iterator[Watcher]:
    if request.param == "listening" and sys.platform != "linux":
        pytest.skip("the events of inotify")
    put(root, "old.md")
    put(root, "docs/deep/old.md")
    with Watcher(root, timing=FAST, polling=request.param == "polling") as watching:
        yield watching


# ---- what is seen -----------------------------------------------------------------------------------------------


def test_a_new_a_changed_and_a_removed_file_are_dirty(watcher: Watcher, root: Path):
    put(root, "docs/new.md")
    assert "docs/new.md" in gather(watcher, {"docs/new.md"})
    put(root, "old.md", "longer than before")
    assert "old.md" in gather(watcher, {"old.md"})
    (root / "docs/deep/old.md").unlink()
    assert "docs/deep/old.md" in gather(watcher, {"docs/deep/old.md"})


def test_both_ends_of_a_rename_are_dirty(watcher: Watcher, root: Path):
    (root / "old.md").rename(root / "docs/new.md")
    assert gather(watcher, {"old.md", "docs/new.md"}) >= {"old.md", "docs/new.md"}


def test_a_directory_moved_in_is_dirty_and_what_changes_in_it_later_too(
    watcher: Watcher, root: Path, tmp_path: Path
):
    put(tmp_path, "outside/deep/a.md")
    (tmp_path / "outside").rename(root / "inside")
    assert any(path.startswith("inside") for path in gather(watcher, {"inside"}))
    settle(watcher)
    put(root, "inside/deep/b.md")
    assert "inside/deep/b.md" in gather(watcher, {"inside/deep/b.md"})


def test_a_directory_moved_out_is_dirty(watcher: Watcher, root: Path, tmp_path: Path):
    (root / "docs").rename(tmp_path / "away")
    assert "docs" in gather(watcher, {"docs"})


def test_reading_and_our_own_state_make_nothing_dirty(watcher: Watcher, root: Path):
    settle(watcher)
    FileTree(root, inspect=inspect).scan({})
    (root / "old.md").read_bytes()
    put(root, ".confsync/ledger.db-wal")
    put(root, ".git/index.lock")
    put(root, ".old.md.swp")
    put(root, "old.md~")
    assert watcher.wait(SILENT) is None


def test_a_checkout_makes_everything_dirty(root: Path):
    put(root, ".git/HEAD", "ref: refs/heads/main\n")
    with Watcher(root, timing=FAST) as watcher:
        put(root, ".git/HEAD.lock", "ref: refs/heads/side\n").replace(root / ".git/HEAD")
        until_everything(watcher)


def save_as_vim(root: Path) -> None:
    (root / "old.md").rename(root / "old.md~")
    put(root, "old.md", "saved by vim")
    (root / "old.md~").unlink()


def save_beside(root: Path) -> None:
    put(root, "old.md.tmp", "saved beside").replace(root / "old.md")


def save_in_place(root: Path) -> None:
    with (root / "old.md").open("r+") as file:
        file.truncate()
        file.write("saved in place")


def write_as_confsync(root: Path) -> None:
    FileTree(root, inspect=inspect).write(DocPath("old.md"), b"pulled", expect=sha("text\n"))


@pytest.mark.parametrize("save", [save_as_vim, save_beside, save_in_place, write_as_confsync])
def test_whatever_way_a_file_is_saved_it_is_dirty(watcher: Watcher, root: Path, save: Callable[[Path], None]):
    save(root)
    assert "old.md" in gather(watcher, {"old.md"})


@listening
def test_a_file_that_was_truncated_is_not_given_out_before_it_is_written(root: Path):
    file = put(root, "a.md", "the old text")
    put(root, "b.md")
    with Watcher(root, timing=Timing(quiet=0.05, cap=20.0, empty=15.0)) as watcher:
        file.write_text("")
        writer = threading.Timer(1.0, file.write_text, ["the new text"])
        writer.start()
        assert watcher.wait(0.5) == Dirty(frozenset({DocPath("a.md")}))
        assert file.read_text() == "the new text"
        writer.join()


@listening
def test_a_file_that_stays_empty_is_given_out_after_a_while_and_at_once_the_next_time(root: Path):
    file = put(root, "a.md", "the old text")
    with Watcher(root, timing=Timing(quiet=0.05, empty=0.5)) as watcher:
        for least in (0.5, 0.0):
            began = time.monotonic()
            file.write_text("")
            assert watcher.wait(LONG) == Dirty(frozenset({DocPath("a.md")}))
            assert time.monotonic() - began >= least


@listening
def test_a_name_that_cannot_be_told_makes_everything_dirty(root: Path):
    with Watcher(root, timing=FAST) as watcher:
        put(root, os.fsdecode(b"caf\xe9.md"))
        until_everything(watcher)


# ---- the root ---------------------------------------------------------------------------------------------------


def test_a_root_that_is_removed_and_made_again_is_everything_and_watched_again(watcher: Watcher, root: Path):
    shutil.rmtree(root)
    until_everything(watcher)
    root.mkdir()
    until_everything(watcher)
    put(root, "new.md")
    assert "new.md" in gather(watcher, {"new.md"})


def test_a_root_that_another_one_replaces_is_everything_and_watched_again(watcher: Watcher, root: Path):
    root.rename(root.with_name("renamed"))
    root.mkdir()
    until_everything(watcher)
    put(root, "new.md")
    assert "new.md" in gather(watcher, {"new.md"})
    put(root.with_name("renamed"), "stray.md")
    assert watcher.wait(SILENT) is None


def test_a_root_that_is_not_there_yet_is_waited_for(tmp_path: Path):
    with Watcher(tmp_path / "later", timing=FAST) as watcher:
        assert watcher.wait(SILENT) is None
        put(tmp_path, "later/a.md")
        until_everything(watcher)
        put(tmp_path, "later/b.md")
        assert "b.md" in gather(watcher, {"b.md"})


def test_a_watching_thread_that_died_is_replaced(watcher: Watcher, root: Path):
    observer = watcher._observer
    assert observer is not None
    for emitter in list(observer.emitters):
        emitter.stop()
        emitter.join()
    until_everything(watcher)
    put(root, "new.md")
    assert "new.md" in gather(watcher, {"new.md"})


# ---- storms -----------------------------------------------------------------------------------------------------


@listening
def test_a_storm_is_everything_once_it_is_over(root: Path):
    with Watcher(root, timing=FAST) as watcher:
        for number in range(3000):
            put(root, f"d{number % 30}/{number}.md")
        until_everything(watcher)
        settle(watcher)
        put(root, "d3/after.md")
        assert "d3/after.md" in gather(watcher, {"d3/after.md"})


@listening
def test_two_hundred_saves_of_one_file_are_a_few_batches(root: Path):
    file = put(root, "a.md")
    with Watcher(root, timing=Timing(quiet=0.2, cap=5)) as watcher:
        saver = threading.Thread(target=lambda: [file.write_text(str(number)) for number in range(200)])
        saver.start()
        batches = [watcher.wait(LONG)]
        saver.join()
        while (more := watcher.wait(0.5)) is not None:
            batches.append(more)
    assert set(batches) == {Dirty(frozenset({DocPath("a.md")}))}
    assert len(batches) <= 3


# ---- waiting ----------------------------------------------------------------------------------------------------


def test_time_is_not_up_while_files_are_changing(root: Path):
    with Watcher(root, timing=Timing(quiet=0.5, cap=30.0)) as watcher:
        (root / "a.md").write_text("half of a checkout")
        while math.isinf(watcher._batch.due()):
            threading.Event().wait(0.01)
        began = time.monotonic()
        dirty = watcher.wait(0.0)
        assert dirty is not None
        assert "a.md" in dirty.paths
        assert time.monotonic() - began > 0.2
        assert watcher.wait(0.0) is None


def test_a_wait_ends_without_news_after_its_time(watcher: Watcher):
    settle(watcher)
    began = time.monotonic()
    assert watcher.wait(0.1) is None
    assert 0.1 <= time.monotonic() - began < 2


def test_a_wake_ends_the_wait_from_another_thread_or_the_next_one(watcher: Watcher):
    settle(watcher)
    timer = threading.Timer(0.05, watcher.wake)
    timer.start()
    began = time.monotonic()
    assert watcher.wait(LONG) is None
    timer.join()
    watcher.wake()
    assert watcher.wait(LONG) is None
    assert time.monotonic() - began < LONG / 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_wake_in_a_signal_handler_ends_the_wait(watcher: Watcher):
    settle(watcher)
    before = signal.signal(signal.SIGALRM, lambda *_: watcher.wake())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        began = time.monotonic()
        assert watcher.wait(LONG) is None
        assert time.monotonic() - began < LONG / 2
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_every_so_often_everything_is_dirty_whatever_was_reported(root: Path):
    with Watcher(root, timing=Timing(quiet=0.02, check=0.05, rescan=0.3)) as watcher:
        until_everything(watcher)
        until_everything(watcher)


def test_after_the_machine_slept_everything_is_dirty(watcher: Watcher):
    settle(watcher)
    watcher._clock_gap -= 3600  # the wall clock went on for an hour, the monotonic one did not
    until_everything(watcher)
    assert watcher.wait(SILENT) is None


@listening
def test_an_idle_watcher_costs_next_to_no_processor_time(root: Path):
    for number in range(200):
        put(root, f"d{number}/a.md")
    with Watcher(root) as watcher:
        settle(watcher)
        before = time.process_time()
        assert watcher.wait(3) is None
        assert time.process_time() - before < 0.1


# ---- where listening is not possible ----------------------------------------------------------------------------


class Refusing(Observer):
    """An observer on a system that refuses to watch, as inotify does when its limits are reached."""

    number = errno.ENOSPC

    def start(self) -> None:
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize(
    ("number", "setting"),
    [(errno.ENOSPC, "fs.inotify.max_user_watches="), (errno.EMFILE, "fs.inotify.max_user_instances=")],
)
def test_a_system_limit_is_told_with_the_setting_to_raise_and_polling_goes_on(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int, setting: str
):
    monkeypatch.setattr(Refusing, "number", number)
    monkeypatch.setattr(watch, "Observer", Refusing)
    with Watcher(root, timing=FAST) as watcher:
        assert f"sudo sysctl {setting}" in (watcher.note or "")
        assert "every 0.1 seconds" in (watcher.note or "")
        put(root, "a.md")
        assert "a.md" in gather(watcher, {"a.md"})


LIMITED = """
import os, resource, sys
from pathlib import Path
from confsync.local.watch import Watcher
descriptors = []
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
while True:
    try:
        descriptors.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        break
os.close(descriptors.pop())
with Watcher(Path(sys.argv[1])) as watcher:
    print(watcher.note, flush=True)
    for descriptor in descriptors: os.close(descriptor)
"""


@listening
def test_a_real_limit_of_the_system_is_survived(root: Path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LIMITED, str(root)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "max_user_instances" in done.stdout
    assert done.stderr == ""


FEW_WATCHES = """
import sys
from pathlib import Path
from confsync.local.batch import Timing
from confsync.local.watch import Watcher
root, early, late = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
Path("/proc/sys/user/max_inotify_watches").write_text("8")
def make(count):
    for number in range(count):
        (root / f"d{number}").mkdir(exist_ok=True)
make(early)
with Watcher(root, timing=Timing(quiet=0.05, check=0.1, rescan=0.2, poll=0.1)) as watcher:
    make(late)
    while watcher.note is None:
        watcher.wait(0.1)
    print(watcher.note)
    seen, number = frozenset(), 0  # again and again: a rescan may fall together with any one of them
    while not any(path.startswith("d15/") for path in seen):
        (root / "d15" / f"{number}.md").write_text("x")
        seen, number = watcher.wait(10).paths, number + 1
    print("seen")
"""


def has_namespaces() -> bool:
    unshare = shutil.which("unshare")
    return (
        bool(unshare)
        and subprocess.run([unshare, "-Ur", "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not has_namespaces(), reason="a limit of one's own takes a user namespace")
@pytest.mark.parametrize(("early", "late"), [(20, 20), (2, 20)], ids=["at the start", "later"])
def test_more_directories_than_the_system_lets_us_watch_are_polled(root: Path, early: int, late: int):
    command = [
        "unshare",
        "-Ur",
        sys.executable,
        "-W",
        "ignore",
        "-c",
        FEW_WATCHES,
        str(root),
        str(early),
        str(late),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    note, seen = done.stdout.splitlines()
    assert "sudo sysctl fs.inotify.max_user_watches=" in note
    assert seen == "seen"
    assert done.stderr == ""


DEAF = """
import sys, threading
from pathlib import Path
from confsync.local.batch import Timing
from confsync.local.watch import Watcher
threading.excepthook = lambda _: None
with Watcher(Path(sys.argv[1]), timing=Timing(quiet=0.05, check=0.1)) as watcher:
    readers = [thread for thread in watcher._threads if type(thread).__name__ == "InotifyFD"]
    for reader in readers:
        reader.handle_event = None  # calling it ends the thread
    Path(sys.argv[1], "its last.md").write_text("x")
    while not (dirty := watcher.wait(10)).everything:
        pass
    Path(sys.argv[1], "new.md").write_text("x")
    print(len(readers), watcher.note, sorted(watcher.wait(10).paths))
"""


@listening
def test_a_reading_thread_that_died_is_replaced(root: Path):
    done = subprocess.run(
        [sys.executable, "-c", DEAF, str(root)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "1 None ['new.md']\n"


@listening
def test_a_system_that_reports_nothing_is_polled(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watch, "_PROBE_SECONDS", 0.05)
    monkeypatch.setattr(watch._Handler, "on_any_event", lambda *_: None)
    with Watcher(root, timing=FAST) as watcher:
        assert "no event arrives" in (watcher.note or "")


def test_a_network_mount_is_polled_and_said(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watch, "far_file_system", lambda _: "nfs4")
    with Watcher(root, timing=FAST) as watcher:
        assert "nfs4" in (watcher.note or "")
        put(root, "a.md")
        assert "a.md" in gather(watcher, {"a.md"})


def test_polling_does_not_walk_through_links_in_circles(root: Path):
    (root / "loop").symlink_to(root)
    with Watcher(root, timing=FAST, polling=True) as watcher:
        put(root, "a.md")
        assert "a.md" in gather(watcher, {"a.md"})


def test_a_watcher_leaves_no_thread_behind(root: Path):
    before = {thread.name for thread in threading.enumerate()}
    for _ in range(3):
        with Watcher(root, timing=FAST, polling=True):
            pass
    assert {thread.name for thread in threading.enumerate()} == before


# ---- batches ----------------------------------------------------------------------------------------------------


def test_a_batch_is_due_when_quiet_and_twice_as_late_after_a_removal():
    batch = Batch(Timing(quiet=10, cap=1000))
    assert batch.due() == float("inf")
    batch.add(DocPath("a.md"), gone=False)
    first = batch.due()
    batch.add(DocPath("b.md"), gone=True)
    assert batch.due() - first >= 10
    assert batch.take(first) is None
    assert batch.take(batch.due()) == Dirty(frozenset({DocPath("a.md"), DocPath("b.md")}))
    assert batch.due() == float("inf")


def test_a_batch_that_never_rests_is_due_at_its_cap():
    batch = Batch(Timing(quiet=10, cap=12))
    batch.add(DocPath("a.md"), gone=False)
    first = batch.due()
    for _ in range(100):
        batch.add(DocPath("a.md"), gone=True)
    assert batch.due() - first == pytest.approx(2, abs=0.5)


def test_more_paths_than_anybody_wants_to_hear_of_are_everything():
    batch = Batch(Timing())
    for number in range(MAX_PATHS):
        batch.add(DocPath(f"{number}.md"), gone=False)
    assert len((batch.take(batch.due()) or EVERYTHING).paths) == MAX_PATHS
    for number in range(MAX_PATHS + 1):
        batch.add(DocPath(f"{number}.md"), gone=False)
    batch.add(DocPath("later.md"), gone=False)
    assert batch.take(batch.due()) == EVERYTHING


def test_watchers_are_context_managers():
    assert issubclass(Watcher, AbstractContextManager)
