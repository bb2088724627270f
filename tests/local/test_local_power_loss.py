"""The power fails at any instant: what a write said is done is on the disk, and before that the old text is.

A file's bytes are on the disk when it was synced, its name when its directory was. The order of these calls is
recorded while they really happen; what a power failure may take away follows from it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from confsync.local import FileTree, rename
from confsync.markup.document import inspect
from confsync.model import DocPath, sha

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the recorder needs /proc")


@dataclass
class Recorder:
    """What was forced to the disk, in order: files by inode with their size then, directories and renames by path."""

    events: list[tuple[str, object]] = field(default_factory=list)

    def index(self, event: tuple[str, object]) -> int:
        """Return when something happened last; AssertionError when it never did."""
        assert event in self.events, f"{event} is not among {self.events}"
        return len(self.events) - 1 - self.events[::-1].index(event)


@pytest.fixture
def recorder(monkeypatch):
    found, sync, native = Recorder(), os.fsync, rename._RENAME
    assert native is not None

    def fsync(descriptor):
        sync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        status = os.fstat(descriptor)
        what = ("directory", str(path)) if path.is_dir() else ("file", (status.st_ino, status.st_size))
        found.events.append(what)

    def renaming(source, target, flags):
        done = native(source, target, flags)
        if not done:
            found.events.append(("rename", os.fsdecode(target)))
        return done

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(rename, "_RENAME", renaming)
    return found


@pytest.fixture
def tree(tmp_path):
    return FileTree(tmp_path, inspect=inspect)


def is_safe(recorder: Recorder, path: Path) -> None:
    """Check that a file's bytes were on the disk before its name was, and that its name is."""
    status = path.stat()
    named = recorder.index(("rename", str(path)))
    assert recorder.index(("file", (status.st_ino, status.st_size))) < named
    assert named < recorder.index(("directory", str(path.parent)))


A = DocPath("deep/er/a.md")


def test_a_new_file_and_its_directories_are_on_the_disk_when_a_write_returns(tree, tmp_path, recorder):
    tree.write(A, b"new", expect=None)
    is_safe(recorder, tmp_path / A)
    for folder in (tmp_path, tmp_path / "deep"):
        recorder.index(("directory", str(folder)))


def test_a_replaced_file_is_on_the_disk_when_a_write_returns(tree, tmp_path, recorder):
    tree.write(A, b"old", expect=None)
    recorder.events.clear()
    tree.write(A, b"newer", expect=sha("old"))
    is_safe(recorder, tmp_path / A)


def test_a_download_is_on_the_disk_when_it_is_in_its_place(tree, tmp_path, recorder):
    source = tree.scratch()
    source.write_bytes(b"image")
    recorder.events.clear()
    tree.adopt_download(source, DocPath("i.png"), expect=None)
    is_safe(recorder, tmp_path / "i.png")


def test_a_moved_file_is_in_one_of_both_places_and_in_the_new_one_when_the_move_returns(
    tree, tmp_path, recorder
):
    tree.write(A, b"text", expect=None)
    tree.write(DocPath("deep/er/stays.md"), b"text", expect=None)
    recorder.events.clear()
    tree.move(A, DocPath("new/b.md"), expect=sha("text"))
    named = recorder.index(("rename", str(tmp_path / "new/b.md")))
    arrived = recorder.index(("directory", str(tmp_path / "new")))
    left = recorder.index(("directory", str(tmp_path / "deep/er")))
    assert named < arrived < left, "the old name went to the disk before the new one"


def test_a_trashed_file_is_in_the_trash_before_it_is_gone(tree, tmp_path, recorder):
    tree.write(A, b"text", expect=None)
    recorder.events.clear()
    place = tmp_path / tree.trash(A, expect=sha("text"))
    named = recorder.index(("rename", str(place)))
    assert (
        named
        < recorder.index(("directory", str(place.parent)))
        < recorder.index(("directory", str(tmp_path)))
    )
    for folder in place.parents[1:5]:  # the trash and its folders, too, when they are new
        recorder.index(("directory", str(folder)))
