"""One process per folder: a second one is told who is first, and a dead one is in nobody's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from confsync.errors import ExitCode, FolderLocked, LocalError
from confsync.ledger import FolderLock, Holder

HOLD = """
import sys
from pathlib import Path
from confsync.ledger import FolderLock
with FolderLock(Path(sys.argv[1]), "confsync watch"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".confsync" / "lock"


def hold(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=10)


def test_two_processes_cannot_hold_one_folder_and_the_second_is_told_who_does(path: Path):
    process = hold(path)
    try:
        with pytest.raises(FolderLocked) as caught, FolderLock(path, "confsync sync"):
            pass
        assert f"`confsync watch`, process {process.pid} on " in str(caught.value)
        assert caught.value.exit_code is ExitCode.LOCAL
    finally:
        end(process)
    with FolderLock(path, "confsync sync") as lock:
        holder = lock.holder()
        assert holder is not None
        assert (holder.pid, holder.command) == (os.getpid(), "confsync sync")


def test_the_lock_of_a_killed_process_is_free(path: Path):
    process = hold(path)
    process.send_signal(signal.SIGKILL)
    end(process)
    assert path.with_name("lock.json").exists()
    with FolderLock(path, "confsync sync") as lock:
        holder = lock.holder()
        assert holder is not None
        assert holder.pid == os.getpid()


def test_a_note_that_a_dead_process_left_names_nobody(path: Path):
    process = hold(path)
    try:
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        note(path, Holder(dead.pid, os.uname().nodename, datetime(2030, 1, 1, tzinfo=UTC), "confsync push"))
        with pytest.raises(FolderLocked) as caught, FolderLock(path, "confsync sync"):
            pass
        assert "confsync push" not in str(caught.value)
    finally:
        end(process)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"\xff\xfe", b'{"pid": "x"}'])
def test_a_note_that_cannot_be_read_misleads_nobody(path: Path, content: bytes):
    process = hold(path)
    try:
        path.with_name("lock.json").write_bytes(content)
        with pytest.raises(FolderLocked, match="Another confsync process") as caught, FolderLock(path, "x"):
            pass
        assert "process None" not in str(caught.value)
    finally:
        end(process)


def note(path: Path, holder: Holder) -> None:
    path.with_name("lock.json").write_bytes(msgspec.json.encode(holder))


def test_a_lock_is_free_again_after_use_also_when_the_work_failed(path: Path):
    with pytest.raises(RuntimeError), FolderLock(path, "confsync sync"):
        raise RuntimeError
    with FolderLock(path, "confsync sync"):
        pass
    assert not path.with_name("lock.json").exists()


def test_two_locks_of_one_process_exclude_each_other(path: Path):
    with FolderLock(path, "one"), pytest.raises(FolderLocked), FolderLock(path, "two"):
        pass


def test_a_folder_that_cannot_be_locked_is_told(tmp_path: Path):
    (tmp_path / ".confsync").write_text("in the way")
    with (
        pytest.raises(LocalError, match="cannot be locked"),
        FolderLock(tmp_path / ".confsync" / "lock", "x"),
    ):
        pass


def test_a_root_that_is_missing_is_not_made(tmp_path: Path):
    with pytest.raises(LocalError), FolderLock(tmp_path / "gone" / ".confsync" / "lock", "x"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_state_folder_that_is_a_link_is_refused(tmp_path: Path):
    (tmp_path / "victim").mkdir()
    (tmp_path / ".confsync").symlink_to(tmp_path / "victim")
    with pytest.raises(LocalError, match="symbolic link"), FolderLock(tmp_path / ".confsync" / "lock", "x"):
        pass
    assert list((tmp_path / "victim").iterdir()) == []
