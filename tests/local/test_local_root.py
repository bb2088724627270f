"""Which folder it is, and what git knows of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from local_person import inspect, put

from confsync.errors import RootMissing
from confsync.local import FileTree
from confsync.local.mounts import far_file_system

# ---- the marker -------------------------------------------------------------------------------------------------


def test_a_copy_of_the_folder_has_the_same_mark_and_is_another_root(
    root: Path, tree: FileTree, tmp_path: Path
):
    root_id = tree.mark_root()
    tree.scan({})
    root.rename(tmp_path / "original")
    shutil.copytree(tmp_path / "original", root)
    assert not tree.same_root()
    assert tree.scan({}).root_id == root_id
    assert tree.same_root()


def test_another_marker_makes_another_root(root: Path, tree: FileTree):
    tree.mark_root()
    tree.scan({})
    (root / ".confsync/root-id").write_text("0" * 32)
    assert not tree.same_root()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../../etc", b"x" * 10_000])
def test_a_marker_without_an_id_is_none_and_is_replaced(root: Path, tree: FileTree, content: bytes):
    put(root, ".confsync/root-id", content)
    assert tree.scan({}).root_id is None
    root_id = tree.mark_root()
    assert tree.scan({}).root_id == root_id
    assert (root / ".confsync/root-id.broken").read_bytes() == content


def test_a_root_that_was_never_there_is_not_the_same(tmp_path: Path):
    tree = FileTree(tmp_path / "nowhere", inspect=inspect)
    assert not tree.same_root()
    with pytest.raises(RootMissing):
        tree.scan({})


def test_a_root_behind_a_link_is_a_root_until_the_link_leads_elsewhere(tmp_path: Path):
    for name in ("one", "two"):
        put(tmp_path, f"{name}/a.md", name)
    (tmp_path / "docs").symlink_to("one")
    tree = FileTree(tmp_path / "docs", inspect=inspect)
    assert set(tree.scan({}).docs) == {"a.md"}
    (tmp_path / "docs").unlink()
    (tmp_path / "docs").symlink_to("two")
    assert not tree.same_root()


# ---- git --------------------------------------------------------------------------------------------------------

git_is_there = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(root: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "protocol.file.allow=always"]
    command = ["git", "-C", str(root), *settings, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(root: Path, message: str = "x") -> str:
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


@git_is_there
def test_the_commit_of_head_is_known_in_a_work_tree_and_below_it(root: Path, tree: FileTree):
    git(root, "init", "-q")
    assert tree.commit() is None, "there is no commit yet"
    head = commit(root)
    put(root, "docs/a.md")
    assert tree.commit() == head
    assert FileTree(root / "docs", inspect=inspect).commit() == head


@git_is_there
def test_outside_of_a_work_tree_there_is_no_commit(root: Path, tree: FileTree):
    assert tree.commit() is None
    assert tree.is_ancestor("0" * 40) is None
    git(root, "init", "-q")
    commit(root)
    assert FileTree(root / ".git", inspect=inspect).commit() is None
    assert FileTree(root / "nowhere", inspect=inspect).commit() is None


@git_is_there
def test_ancestors_are_told_from_strangers(root: Path, tree: FileTree):
    git(root, "init", "-q", "-b", "main")
    first, second = commit(root), commit(root)
    git(root, "checkout", "-q", "-b", "side", first)
    side = commit(root, "side")
    git(root, "checkout", "-q", "main")
    assert tree.is_ancestor(first) is True
    assert tree.is_ancestor(second) is True
    assert tree.is_ancestor(side) is False
    assert tree.is_ancestor("0" * 40) is None
    for nonsense in ("", "HEAD", "--help", "main; rm -rf /", "0" * 65, "\0"):
        assert tree.is_ancestor(nonsense) is None


@git_is_there
def test_a_shallow_clone_never_says_no(root: Path, tmp_path: Path):
    git(root, "init", "-q", "-b", "main")
    first, second = commit(root), commit(root)
    git(root, "checkout", "-q", "-b", "side", first)
    side = commit(root, "side")
    git(root, "checkout", "-q", "main")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{root}", str(shallow))
    tree = FileTree(shallow, inspect=inspect)
    assert tree.commit() == second
    assert tree.is_ancestor(second) is True
    assert tree.is_ancestor(first) is None
    assert tree.is_ancestor(side) is None


@git_is_there
def test_the_environment_of_a_hook_does_not_lead_to_another_repository(
    root: Path, tree: FileTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    git(root, "init", "-q")
    head = commit(root)
    put(tmp_path, "other/a")
    git(tmp_path / "other", "init", "-q")
    commit(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_TRACE", "1")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert tree.commit() == head


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for git")
@pytest.mark.parametrize("script", ["exit 3", "echo nonsense", "kill -9 $$", "printf '\\377\\376'"])
def test_a_git_that_fails_is_no_git(root: Path, tree: FileTree, tmp_path: Path, monkeypatch, script: str):
    put(tmp_path, "bin/git", f"#!/bin/sh\n{script}\n").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert tree.commit() is None
    assert tree.is_ancestor("0" * 40) in (None, True)


def test_without_git_nothing_is_known(tree: FileTree, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert tree.commit() is None
    assert tree.is_ancestor("0" * 40) is None


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for git")
def test_a_git_that_hangs_is_given_up(
    root: Path, tree: FileTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    put(tmp_path, "bin/git", "#!/bin/sh\nexec sleep 60\n").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr("confsync.local.git._SECONDS", 0.2)
    assert tree.commit() is None


# ---- mounts -----------------------------------------------------------------------------------------------------

TABLE = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/share rw - nfs4 server:/x rw
31 22 0:41 / /mnt/with\\040space rw - cifs //server/x rw
32 30 8:2 / /mnt/share/local rw - xfs /dev/sdb rw
33 22 0:42 / /home/me/host rw master:5 - fuse.sshfs host: rw
34 22 0:43 / /container rw - overlay overlay rw
35 22 0:44 / /mnt/over rw - nfs server:/x rw
36 22 8:3 / /mnt/over rw - ext4 /dev/sdc rw
half a line
"""


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("/home/me", None),
        ("/mnt/share", "nfs4"),
        ("/mnt/share/docs", "nfs4"),
        ("/mnt/shared", None),
        ("/mnt/share/local/docs", None),
        ("/mnt/with space/x", "cifs"),
        ("/home/me/host", "fuse.sshfs"),
        ("/container/docs", None),
        ("/mnt/over/x", None),
    ],
)
def test_a_folder_on_the_network_is_told_from_one_on_the_disk(directory: str, kind: str | None):
    assert far_file_system(Path(directory), TABLE) == kind


def test_this_very_folder_is_asked_of_the_system(tmp_path: Path):
    assert far_file_system(tmp_path) is None
