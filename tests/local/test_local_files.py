"""Files are replaced whole or not at all, never unseen, never outside of the root; what goes can be found again."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from local_person import inspect, put

from confsync.errors import ChangedUnderneath, LocalError, UnreadableFile
from confsync.local import FileTree, files, rename
from confsync.local.rename import exchange, rename_new
from confsync.model import DocPath, sha

A = DocPath("a.md")
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and links")
linux = pytest.mark.skipif(sys.platform != "linux", reason="what Linux offers")


def leftovers(root: Path) -> list[str]:
    folder = root / ".confsync" / "tmp"
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


# ---- whole or not at all ----------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from confsync.local import FileTree
from confsync.model import DocFacts, DocPath, sha
tree = FileTree(Path(sys.argv[1]), inspect=lambda data: DocFacts(text_hash=sha(data)))
texts = [letter * 2_000_000 for letter in (b"a", b"b")]
path, now = DocPath("a.md"), 0 if tree.read(DocPath("a.md"))[:1] == b"a" else 1
while True:
    tree.write(path, texts[1 - now], expect=sha(texts[now]))
    now = 1 - now
    print(now, flush=True)
"""


@posix
def test_a_file_is_old_or_new_at_every_instant_also_when_its_writer_is_killed(root: Path, tree: FileTree):
    texts = {letter * 2_000_000 for letter in (b"a", b"b")}
    file = put(root, "a.md", b"a" * 2_000_000)
    chance = random.Random(5)
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        with writer.stdout as output:
            output.readline()
            until = time.monotonic() + chance.random() * 0.05
            while time.monotonic() < until:
                assert file.read_bytes() in texts
            writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert file.read_bytes() in texts
    tree.clear_scratch()
    assert leftovers(root) == []


FULL = """
import resource, signal, sys
from pathlib import Path
from confsync.errors import LocalError
from confsync.local import FileTree
from confsync.model import DocFacts, DocPath, sha
tree = FileTree(Path(sys.argv[1]), inspect=lambda data: DocFacts(text_hash=sha(data)))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for expect in (sha("old"), None):
    try:
        tree.write(DocPath("a.md" if expect else "new/b.md"), b"x" * 200_000, expect=expect)
    except LocalError as error:
        print(error.message, error.where, error.unchanged)
"""


@posix
def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_half_written(root: Path):
    file = put(root, "a.md", "old")
    done = subprocess.run([sys.executable, "-c", FULL, str(root)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "The disk is full. a.md The file was left as it was.",
        "The disk is full. new/b.md The file was left as it was.",
    ]
    assert file.read_text() == "old"
    assert not (root / "new/b.md").exists()
    assert leftovers(root) == []


def test_no_temporary_file_is_left_whether_a_write_succeeds_or_not(root: Path, tree: FileTree):
    tree.write(A, b"one", expect=None)
    for expect in (None, sha("other")):
        with pytest.raises(ChangedUnderneath):
            tree.write(A, b"two", expect=expect)
    assert leftovers(root) == []
    assert [file.name for file in root.iterdir() if file.name != ".confsync"] == ["a.md"]


ASCII = """
import sys
from pathlib import Path
from confsync.errors import LocalError
from confsync.local import FileTree
from confsync.model import DocPath
from local_person import inspect
try:
    FileTree(Path(sys.argv[1]), inspect=inspect).write(DocPath("\\xfc.md"), b"text", expect=None)
except LocalError as error:
    print(error.hint)
"""


@linux
def test_a_name_that_the_systems_encoding_cannot_hold_is_one_files_trouble(root: Path):
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONPATH": str(Path(__file__).parent)}
    ran = subprocess.run([sys.executable, "-c", ASCII, root], env=env, capture_output=True, check=True)
    assert b"C.UTF-8" in ran.stdout
    assert leftovers(root) == []


def test_an_empty_and_a_large_content_are_written(root: Path, tree: FileTree):
    tree.write(A, b"", expect=None)
    large = random.Random(1).randbytes(5_000_000)
    tree.write(A, large, expect=sha(b""))
    assert (root / A).read_bytes() == large


@posix
def test_the_mode_of_a_replaced_file_is_kept_and_a_new_one_follows_the_umask(root: Path, tree: FileTree):
    put(root, "a.md", "old").chmod(0o640)
    tree.write(A, b"new", expect=sha("old"))
    assert stat.S_IMODE((root / A).stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        tree.write(DocPath("b.md"), b"new", expect=None)
        download = tree.scratch()
        download.write_bytes(b"image")
        tree.adopt_download(download, DocPath("c.png"), expect=None)
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "b.md").stat().st_mode) == 0o640
    assert stat.S_IMODE((root / "c.png").stat().st_mode) == 0o640


# ---- a save in the last moment ----------------------------------------------------------------------------------


def saved_before(
    swap: Callable[[Path, Path], bool], save: Callable[[Path], None]
) -> Callable[[Path, Path], bool]:
    """Return the swap with somebody saving right before it: after the last look, where no program can look."""
    saves = iter([save])

    def swap_after_save(staged: Path, target: Path) -> bool:
        for one in saves:
            one(target)
        return swap(staged, target)

    return swap_after_save


def in_place(target: Path) -> None:
    target.write_text("typed in the last moment")


def beside(target: Path) -> None:
    beside = target.with_name("saving")
    beside.write_text("typed in the last moment")
    beside.replace(target)


@linux
@pytest.mark.parametrize("save", [in_place, beside])
def test_a_save_between_the_last_look_and_the_swap_is_put_back(
    root: Path, tree: FileTree, save: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
):
    file = put(root, "a.md", "old")
    monkeypatch.setattr(files, "exchange", saved_before(exchange, save))
    with pytest.raises(ChangedUnderneath):
        tree.write(A, b"new", expect=sha("old"))
    assert file.read_text() == "typed in the last moment"
    assert leftovers(root) == []


@linux
def test_a_save_that_cannot_be_put_back_is_kept_and_goes_to_the_trash(
    root: Path, tree: FileTree, monkeypatch: pytest.MonkeyPatch
):
    file = put(root, "a.md", "old")

    def remove_after_swap(staged: Path, target: Path) -> bool:
        if target.read_text() == "old":
            in_place(target)
            swapped = exchange(staged, target)
            target.unlink()
            return swapped
        return exchange(staged, target)

    monkeypatch.setattr(files, "exchange", remove_after_swap)
    with pytest.raises(ChangedUnderneath):
        tree.write(A, b"new", expect=sha("old"))
    tree.clear_scratch()
    assert not file.exists()
    kept = list((root / ".confsync/trash").rglob("unfinished/*"))
    assert [one.read_text() for one in kept] == ["typed in the last moment"]


def test_where_files_cannot_be_swapped_the_last_look_still_guards(
    root: Path, tree: FileTree, monkeypatch: pytest.MonkeyPatch
):
    put(root, "a.md", "old")
    monkeypatch.setattr(rename, "_RENAME", None)
    tree.write(A, b"new", expect=sha("old"))
    with pytest.raises(ChangedUnderneath):
        tree.write(A, b"newer", expect=sha("old"))
    assert (root / A).read_bytes() == b"new"
    monkeypatch.setattr(files, "exchange", saved_before(exchange, in_place))
    with pytest.raises(ChangedUnderneath):
        tree.write(A, b"newer", expect=sha("new"))
    assert (root / A).read_text() == "typed in the last moment"


# ---- renames that overwrite nothing -----------------------------------------------------------------------------


def refuse_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "no links here")


@pytest.fixture(params=["the kernel's own", "with a hard link", "with a look before"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way in which a rename can be kept from overwriting."""
    if request.param != "the kernel's own":
        monkeypatch.setattr(rename, "_RENAME", None)
    if request.param == "with a look before":
        monkeypatch.setattr(os, "link", refuse_links)


@pytest.mark.usefixtures("way")
def test_a_rename_never_overwrites(root: Path):
    source, target = put(root, "a", "a"), put(root, "b", "b")
    with pytest.raises(FileExistsError):
        rename_new(source, target)
    assert (source.read_text(), target.read_text()) == ("a", "b")
    rename_new(source, root / "c")
    assert sorted(file.name for file in root.iterdir()) == ["b", "c"]


@posix
@pytest.mark.usefixtures("way")
def test_a_rename_does_not_overwrite_a_dangling_link(root: Path):
    source = put(root, "a", "a")
    (root / "b").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        rename_new(source, root / "b")
    assert source.read_text() == "a"


@pytest.mark.usefixtures("way")
def test_files_are_written_moved_and_trashed_whichever_way_renames_go(root: Path, tree: FileTree):
    tree.write(A, b"one", expect=None)
    tree.write(A, b"two", expect=sha("one"))
    tree.move(A, DocPath("x/b.md"), expect=sha("two"))
    place = tree.trash(DocPath("x/b.md"), expect=sha("two"))
    assert (root / place).read_bytes() == b"two"
    assert not (root / "x").exists()


@linux
def test_a_missing_file_is_not_taken_for_a_missing_ability(root: Path):
    with pytest.raises(FileNotFoundError):
        rename_new(root / "nobody", root / "b")
    with pytest.raises(FileNotFoundError):
        exchange(root / "nobody", root / "b")


@linux
@pytest.mark.parametrize("name", ["b.md", "A.md"])
def test_a_hard_link_is_another_file_whatever_its_name(root: Path, tree: FileTree, name: str):
    put(root, "a.md", "text")
    (root / name).hardlink_to(root / "a.md")
    with pytest.raises(ChangedUnderneath):
        tree.move(A, DocPath(name), expect=sha("text"))
    assert {file.name for file in root.iterdir() if file.suffix == ".md"} == {"a.md", name}


# ---- links and places -------------------------------------------------------------------------------------------


@posix
def test_nothing_is_written_moved_or_trashed_through_a_linked_directory(
    root: Path, tree: FileTree, tmp_path: Path
):
    put(tmp_path, "outside/a.md", "theirs")
    (root / "out").symlink_to(tmp_path / "outside")
    inside = DocPath("out/a.md")
    put(root, "b.md", "b")
    with pytest.raises(LocalError, match="symbolic link"):
        tree.write(inside, b"new", expect=sha("theirs"))
    with pytest.raises(LocalError, match="symbolic link"):
        tree.write(DocPath("out/deep/new.md"), b"new", expect=None)
    with pytest.raises(LocalError, match="symbolic link"):
        tree.trash(inside, expect=sha("theirs"))
    with pytest.raises(LocalError, match="symbolic link"):
        tree.move(inside, DocPath("c.md"), expect=sha("theirs"))
    with pytest.raises(LocalError, match="symbolic link"):
        tree.move(DocPath("b.md"), DocPath("out/b.md"), expect=sha("b"))
    with pytest.raises(UnreadableFile, match="outside"):
        tree.read(inside)
    assert [file.name for file in (tmp_path / "outside").iterdir()] == ["a.md"]
    assert (tmp_path / "outside/a.md").read_text() == "theirs"


@posix
def test_a_document_that_is_a_link_is_read_and_never_replaced(root: Path, tree: FileTree):
    put(root, "real.md", "text")
    (root / "a.md").symlink_to("real.md")
    assert tree.read(A) == b"text"
    for change in (
        lambda: tree.write(A, b"new", expect=sha("text")),
        lambda: tree.move(A, DocPath("b.md"), expect=sha("text")),
        lambda: tree.trash(A, expect=sha("text")),
    ):
        with pytest.raises(LocalError, match="symbolic link"):
            change()
    assert (root / "a.md").is_symlink()
    assert (root / "real.md").read_text() == "text"


@posix
@pytest.mark.parametrize("name", [".confsync", ".confsync/tmp", ".confsync/trash"])
def test_a_state_folder_that_is_a_link_leads_us_nowhere(
    root: Path, tree: FileTree, tmp_path: Path, name: str
):
    (tmp_path / "victim").mkdir()
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).symlink_to(tmp_path / "victim")
    put(root, "a.md", "text")
    if name != ".confsync/trash":
        with pytest.raises(LocalError, match="not a real directory"):
            tree.write(A, b"new", expect=sha("text"))
    if name != ".confsync/tmp":
        with pytest.raises(LocalError, match="not a real directory"):
            tree.trash(A, expect=sha("text"))
    assert (root / A).read_text() == "text"
    assert list((tmp_path / "victim").iterdir()) == []


@pytest.mark.parametrize("path", [".git/hooks/post-commit", ".confsync/root-id", "docs/.GIT/config"])
def test_no_document_is_written_into_a_state_folder(root: Path, tree: FileTree, path: str):
    with pytest.raises(LocalError, match="not for documents"):
        tree.write(DocPath(path), b"x", expect=None)
    assert not (root / path).exists()


def test_a_file_where_a_directory_should_be_is_left_alone(root: Path, tree: FileTree):
    put(root, "docs", "a file")
    with pytest.raises(ChangedUnderneath, match="should be"):
        tree.write(DocPath("docs/a.md"), b"x", expect=None)
    assert (root / "docs").read_text() == "a file"


def test_a_directory_where_a_file_should_be_is_left_alone(root: Path, tree: FileTree):
    put(root, "a.md/inside.txt")
    for expect in (None, sha("x")):
        with pytest.raises(ChangedUnderneath):
            tree.write(A, b"x", expect=expect)
    assert (root / "a.md/inside.txt").exists()


# ---- directories ------------------------------------------------------------------------------------------------


def test_only_emptied_directories_go_and_never_the_root(root: Path, tree: FileTree):
    put(root, "a/b/c.md", "c")
    put(root, "a/keep.txt")
    tree.trash(DocPath("a/b/c.md"), expect=sha("c"))
    assert not (root / "a/b").exists()
    assert (root / "a/keep.txt").exists()
    put(root, "only.md", "x")
    tree.trash(DocPath("only.md"), expect=sha("x"))
    assert root.is_dir()


def test_a_directory_is_not_removed_under_a_file_that_is_about_to_be_placed_in_it(
    root: Path, tree: FileTree, monkeypatch: pytest.MonkeyPatch
):
    put(root, "d/old.md", "old")
    place, threads = files._place_new, []

    def place_while_another_thread_empties_the_directory(staged: Path, target: Path) -> None:
        threads.append(
            threading.Thread(target=tree.trash, args=(DocPath("d/old.md"),), kwargs={"expect": sha("old")})
        )
        threads[0].start()
        threads[0].join(0.3)  # it gets its chance, which it must not be able to take
        place(staged, target)

    monkeypatch.setattr(files, "_place_new", place_while_another_thread_empties_the_directory)
    tree.write(DocPath("d/new.md"), b"new", expect=None)
    threads[0].join()
    assert [file.name for file in (root / "d").iterdir()] == ["new.md"]


def test_many_threads_write_and_trash_in_one_directory(root: Path, tree: FileTree):
    def work(number: int) -> bytes:
        path, data = DocPath(f"d/e/{number}.md"), b"%d" % number
        for _ in range(10):
            tree.write(path, data, expect=None)
            place = tree.trash(path, expect=sha(data))
        return (root / place).read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [b"%d" % number for number in range(8)]
    assert not (root / "d").exists()


# ---- after a crash ----------------------------------------------------------------------------------------------


def test_what_a_killed_run_left_is_put_away_and_nothing_of_a_person_is_removed(root: Path, tree: FileTree):
    tree.clear_scratch()
    download = tree.scratch()
    download.write_bytes(b"half a download")
    (download.parent / ".confsync-0123.tmp").write_bytes(b"perhaps somebody's text")
    tree.clear_scratch()
    assert leftovers(root) == []
    kept = [file.read_bytes() for file in (root / ".confsync/trash").rglob("*") if file.is_file()]
    assert kept == [b"perhaps somebody's text"]


def test_the_state_folder_hides_itself_from_git(root: Path, tree: FileTree):
    tree.write(A, b"x", expect=None)
    assert (root / ".confsync/.gitignore").read_text() == "*\n"
    (root / ".confsync/.gitignore").write_text("mine")
    tree.write(A, b"y", expect=sha("x"))
    assert (root / ".confsync/.gitignore").read_text() == "mine"


def test_a_root_in_which_nothing_may_be_written_is_told_in_words(root: Path):
    put(root, ".confsync", "a file in the way")
    with pytest.raises(LocalError) as caught:
        FileTree(root, inspect=inspect).write(A, b"x", expect=None)
    assert caught.value.hint
    assert not (root / A).exists()
