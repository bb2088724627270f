"""What a scan sees, what it does not look at, and that nothing on a disk makes it fail or guess."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from inspect import stack
from pathlib import Path

import pytest
from local_person import Later, inspect, put

from confsync.errors import RootMissing
from confsync.local import FileTree, reading
from confsync.local.ignore import IgnoreRules
from confsync.local.listing import list_root
from confsync.model import CachedFile, DocPath, LocalSnapshot, Problem, Sha, Stat, sha

MakeTree = Callable[..., FileTree]
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX file types")

OPENED: list[str] = []
LISTENING = threading.Event()


def _note_opening(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and LISTENING.is_set():
        OPENED.append(str(arguments[0]))


sys.addaudithook(_note_opening)


@contextmanager
def opened(root: Path) -> Iterator[list[str]]:
    """Collect the paths below a root that this process opens. (Audit hooks cannot be removed, only silenced.)"""
    OPENED.clear()
    LISTENING.set()
    found: list[str] = []
    try:
        yield found
    finally:
        LISTENING.clear()
        found += [path for path in OPENED if path.startswith(str(root)) and path.endswith((".md", ".png"))]


# ---- documents --------------------------------------------------------------------------------------------------


def test_documents_have_either_suffix_in_any_case_and_nothing_else_is_one(tree: FileTree, root: Path):
    for name in (
        "a.md",
        "b.MD",
        "c.markdown",
        "d.Markdown",
        "e.mdx",
        "f.md.txt",
        "g.txt",
        "md",
        "h.conflict-v3.md",
    ):
        put(root, name)
    snapshot = tree.scan({})
    assert set(snapshot.docs) == {"a.md", "b.MD", "c.markdown", "d.Markdown"}
    assert snapshot.conflict_copies == {"h.conflict-v3.md"}
    assert snapshot.problems == {}


def test_a_directory_may_be_called_like_a_document(tree: FileTree, root: Path):
    put(root, "notes.md/inside.md")
    assert set(tree.scan({}).docs) == {"notes.md/inside.md"}


def test_an_empty_document_is_a_document(tree: FileTree, root: Path):
    put(root, "a.md", b"")
    assert tree.scan({}).docs[DocPath("a.md")].size == 0


def test_a_tree_deeper_than_the_stack_is_walked(tree: FileTree, root: Path):
    deepest = root
    for _ in range(300):  # more would keep others, who do recur, from removing it again
        deepest = deepest / "d"
        deepest.mkdir()
    put(deepest, "a.md")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(stack()) + 100)
    try:
        docs = tree.scan({}).docs
    finally:
        sys.setrecursionlimit(before)
    assert [path.count("/") for path in docs] == [300]


def test_scans_do_not_depend_on_the_order_in_which_the_disk_lists_names(root: Path, tree: FileTree):
    for name in ("b.md", "a.md", "z/y.md", "B.md"):
        put(root, name)
    first = tree.scan({})
    assert list(first.docs) == sorted(first.docs)
    assert list(first.docs) == list(tree.scan({}).docs)


@posix
def test_what_is_no_regular_file_is_a_problem_and_never_opened(tree: FileTree, root: Path):
    os.mkfifo(root / "pipe.md")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(os.path.relpath(root / "socket.md"))
        put(root, "a.md")
        snapshot = tree.scan({})
    assert set(snapshot.docs) == {"a.md"}
    assert {path: problem.kind for path, problem in snapshot.problems.items()} == {
        "pipe.md": "unreadable",
        "socket.md": "unreadable",
    }


def test_a_document_larger_than_any_page_is_a_problem(tree: FileTree, root: Path):
    with put(root, "huge.md").open("r+b") as file:
        file.truncate(reading.MAX_DOCUMENT_BYTES + 1)
    snapshot = tree.scan({})
    assert snapshot.docs == {}
    assert "64 MiB" in snapshot.problems[DocPath("huge.md")].detail


UNREADABLE = """
import os, sys
from pathlib import Path
from confsync.local import FileTree
from confsync.model import DocFacts, sha
import importlib.metadata
if os.getuid() == 0:
    os.setuid(65534)
snapshot = FileTree(Path(sys.argv[1]), inspect=lambda data: DocFacts(text_hash=sha(data))).scan({})
for path in sorted(snapshot.docs): print("doc", path)
for path, problem in sorted(snapshot.problems.items()): print("problem", path, problem.kind, problem.detail)
for path in sorted(snapshot.unseen): print("unseen", path)
"""


@posix
def test_unreadable_files_and_directories_are_problems_of_their_own_and_hide_nothing_else(root: Path):
    put(root, "a.md")
    put(root, "secret.md").chmod(0)
    put(root, "closed/b.md").parent.chmod(0)
    for folder in (root, *root.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", UNREADABLE, str(root)], capture_output=True, text=True, check=True
    )
    (root / "closed").chmod(0o755)
    assert done.stdout.splitlines() == [
        "doc a.md",
        "problem closed unreadable the directory: Permission denied",
        "problem secret.md unreadable Permission denied",
        "unseen closed",
    ]


# ---- symbolic links ---------------------------------------------------------------------------------------------


@posix
def test_links_to_directories_are_not_followed_and_nothing_is_inferred_from_behind_them(
    tree: FileTree, root: Path, tmp_path: Path
):
    put(tmp_path, "elsewhere/b.md")
    put(root, "a.md")
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(tmp_path / "elsewhere")
    snapshot = tree.scan({})
    assert set(snapshot.docs) == {"a.md"}
    assert snapshot.blind_to(DocPath("away/b.md"))


@posix
def test_a_link_to_a_file_is_read_inside_the_root_and_refused_outside(
    tree: FileTree, root: Path, tmp_path: Path
):
    put(tmp_path, "outside.md", "secret")
    put(root, "real.md", "real")
    put(root, ".git/config.md", "token")
    for name, target in {
        "inside.md": "real.md",
        "outside.md": tmp_path / "outside.md",
        "up.md": "../outside.md",
        "git.md": ".git/config.md",
        "dangling.md": "nowhere.md",
        "circle.md": "circle.md",
    }.items():
        (root / name).symlink_to(target)
    snapshot = tree.scan({})
    assert set(snapshot.docs) == {"real.md", "inside.md"}
    assert set(snapshot.problems) == {"outside.md", "up.md", "git.md", "dangling.md", "circle.md"}


# ---- names ------------------------------------------------------------------------------------------------------


def test_names_are_in_nfc_and_the_spelling_of_the_disk_is_kept(tree: FileTree, root: Path):
    spelled = unicodedata.normalize("NFD", "übung/é.md")
    put(root, spelled, "x")
    doc = tree.scan({}).docs[DocPath("übung/é.md")]
    assert doc.spelling == spelled
    assert tree.read(doc.path) == b"x"


def test_new_files_go_into_the_directory_as_it_is_spelled(tree: FileTree, root: Path):
    spelled = unicodedata.normalize("NFD", "é")
    put(root, f"{spelled}/a.md")
    tree.scan({})
    tree.write(DocPath("é/b.md"), b"b", expect=None)
    assert {file.name for file in (root / spelled).iterdir()} == {"a.md", "b.md"}


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems hold only one of the two")
def test_of_two_unicode_forms_the_composed_one_is_the_document_and_the_other_a_problem(
    tree: FileTree, root: Path
):
    for form in ("NFD", "NFC"):
        put(root, unicodedata.normalize(form, "é.md"), form)
    snapshot = tree.scan({})
    assert snapshot.docs[DocPath("é.md")].facts.text_hash == inspect(b"NFC").text_hash
    assert [(path, problem.kind) for path, problem in snapshot.problems.items()] == [("e\\u0301.md", "name")]


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems hold only one of the two")
def test_of_two_names_that_differ_by_case_the_later_is_a_problem(tree: FileTree, root: Path):
    for name in ("docs/Guide.md", "docs/guide.md", "maße.md", "masse.md"):
        put(root, name)
    snapshot = tree.scan({})
    assert set(snapshot.docs) == {"docs/Guide.md", "maße.md", "masse.md"}
    assert snapshot.problems[DocPath("docs/guide.md")].kind == "name"
    assert "docs/Guide.md" in snapshot.problems[DocPath("docs/guide.md")].detail


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse such names")
def test_names_that_cannot_be_printed_are_problems_that_can(tree: FileTree, root: Path):
    put(root, os.fsdecode(b"caf\xe9.md"))
    put(root, "line\nbreak.md")
    put(root, os.fsdecode(b"d\xff/fine.md"))
    snapshot = tree.scan({})
    assert snapshot.docs == {}
    assert {problem.kind for problem in snapshot.problems.values()} == {"name"}
    assert {path.encode() for path in snapshot.problems} == {
        b"caf\\xe9.md",
        b"line\nbreak.md",
        b"d\\xff/fine.md",
    }


# ---- assets -----------------------------------------------------------------------------------------------------


def test_assets_are_found_in_directories_that_hide_documents_but_never_in_state_folders(
    tree: FileTree, root: Path
):
    for name in (
        ".attachments/x.png",
        ".git/config",
        ".confsync/ledger.db",
        "node_modules/y.png",
        ".env.png",
    ):
        put(root, name)
    links = "".join(
        f"link: {name}\n" for name in (".attachments/x.png", ".git/config", ".confsync/ledger.db")
    )
    put(root, "a.md", links + "link: node_modules/y.png\n")
    assert set(tree.scan({}).assets) == {".attachments/x.png", "node_modules/y.png"}


def test_ignored_files_are_not_attached(make_tree: MakeTree, root: Path):
    put(root, "drafts/x.png")
    put(root, "x.png")
    put(root, "a.md", "link: drafts/x.png\nlink: x.png\n")
    assert set(make_tree("drafts/").scan({}).assets) == {"x.png"}


@posix
def test_an_asset_behind_a_link_out_of_the_root_is_not_attached(tree: FileTree, root: Path, tmp_path: Path):
    put(tmp_path, "secret.png", "secret")
    put(tmp_path, "far/secret.png", "secret")
    (root / "x.png").symlink_to(tmp_path / "secret.png")
    (root / "far").symlink_to(tmp_path / "far")
    (root / ".far").symlink_to(tmp_path / "far")
    put(root, "a.md", "link: x.png\nlink: far/secret.png\nlink: .far/secret.png\nlink: /../secret.png\n")
    assert tree.scan({}).assets == {}


def test_hostile_links_are_no_assets_and_no_errors(tree: FileTree, root: Path):
    links = [
        "",
        ".",
        "/",
        "..",
        "x" * 5000,
        "a/" * 3000,
        "\ud800".encode("utf-8", "replace").decode(),
        "a.md/x",
        "sub",
    ]
    put(root, "sub/x.txt")
    put(root, "a.md", "".join(f"link: {link}\n" for link in links))
    snapshot = tree.scan({})
    assert (set(snapshot.docs), snapshot.assets) == ({"a.md"}, {})


# ---- the cache --------------------------------------------------------------------------------------------------


def scan_later(root: Path) -> LocalSnapshot:
    """Scan as if it were some seconds later: what was written just now is then no longer racy."""
    return FileTree(root, inspect=inspect, clock=Later()).scan({})


def test_a_second_scan_of_an_unchanged_folder_opens_no_file(tree: FileTree, root: Path):
    for number in range(200):
        put(root, f"d{number % 7}/p{number}.md", f"page {number}\nlink: x.png\n")
        put(root, f"d{number % 7}/x.png")
    put(root, "broken.md", b"\xff")
    first = scan_later(root)
    with opened(root) as files:
        second = tree.scan(first.cache)
    assert files == []
    assert (second.docs, second.assets, second.problems) == (first.docs, first.assets, first.problems)
    assert second.cache == first.cache


def test_a_young_file_is_read_again_at_each_scan_until_it_is_older(tree: FileTree, root: Path):
    put(root, "a.md", age=3600)
    snapshot = tree.scan({})
    assert snapshot.cache == {}, "its ctime is of this moment"
    with opened(root) as files:
        tree.scan(snapshot.cache)
    assert len(files) == 1


@pytest.mark.parametrize("changed", ["inode", "size", "mtime_ns", "ctime_ns"])
def test_any_difference_of_the_stat_makes_the_file_be_read(tree: FileTree, root: Path, changed: str):
    put(root, "a.md", "new")
    known = scan_later(root).cache["a.md"]
    values = {name: getattr(known.stat, name) for name in ("inode", "size", "mtime_ns", "ctime_ns")}
    values[changed] += 1
    stale = CachedFile(Stat(**values), Sha("0" * 64), inspect(b"old"))
    doc = tree.scan({"a.md": stale}).docs[DocPath("a.md")]
    assert doc.hash == known.hash


@pytest.mark.parametrize("age", [3600, -3600, -3_000_000_000, 0.5], ids=str)
def test_a_change_that_leaves_size_and_time_as_they_were_is_seen_whatever_the_time_is(
    tree: FileTree, root: Path, age: float
):
    file = put(root, "a.md", "old", age=age)
    then = file.stat()
    first = scan_later(root)
    file.write_text("new")
    os.utime(file, ns=(then.st_atime_ns, then.st_mtime_ns))
    second = FileTree(root, inspect=inspect, clock=Later(-86_400)).scan(first.cache)
    assert file.stat().st_mtime_ns == then.st_mtime_ns
    assert second.docs[DocPath("a.md")].hash == sha(b"new")
    assert tree.scan(second.cache).docs == second.docs


def test_the_cache_forgets_files_that_are_gone(tree: FileTree, root: Path):
    put(root, "a.md")
    cache = scan_later(root).cache
    (root / "a.md").unlink()
    assert tree.scan(cache).cache == {}


def test_an_asset_that_became_a_document_is_inspected(tree: FileTree, root: Path):
    put(root, "a.md", "text")
    known = scan_later(root).cache["a.md"]
    without_facts = {"a.md": CachedFile(known.stat, known.hash)}
    assert set(tree.scan(without_facts).docs) == {"a.md"}


# ---- while others write -----------------------------------------------------------------------------------------


def test_a_file_that_changes_while_it_is_read_is_read_again(root: Path):
    file = put(root, "a.md", "one")
    reads: list[bytes] = []

    def take(stream) -> bytes:
        reads.append(stream.read())
        if len(reads) == 1:
            file.write_text("longer than before")
        return reads[-1]

    taken = reading._between_looks(file, take)
    assert not isinstance(taken, Problem)
    assert taken[0] == b"longer than before"


def test_a_file_that_another_one_replaces_while_it_is_read_is_read_again(root: Path):
    file = put(root, "a.md", "one")
    reads: list[bytes] = []

    def take(stream) -> bytes:
        reads.append(stream.read())
        if len(reads) == 1:
            put(root, "new", "two").replace(file)
        return reads[-1]

    taken = reading._between_looks(file, take)
    assert not isinstance(taken, Problem)
    assert taken[0] == b"two"


def test_a_file_that_keeps_changing_is_busy_and_one_that_goes_has_vanished(root: Path):
    file = put(root, "a.md", "one")

    def grow(stream) -> bytes:
        with file.open("a") as more:
            more.write("more")
        return stream.read()

    def remove(stream) -> bytes:
        file.unlink()
        return stream.read()

    assert reading._between_looks(file, grow) == Problem("busy", "it kept changing while it was being read")
    taken = reading._between_looks(file, remove)
    assert isinstance(taken, Problem)
    assert taken.kind == "vanished"


class Moving(IgnoreRules):
    """Rules that, when asked about a directory, let a person move a file across the walk."""

    def __init__(self, root: Path, act: Callable[[], None]) -> None:
        super().__init__(root, ())
        self.act = act

    def hides_file(self, path: str) -> bool:
        self.act()
        return super().hides_file(path)


def test_a_document_that_moves_across_the_walk_is_found_by_walking_again(root: Path):
    for name in ("a/x.md", "b/x.md"):
        put(root, name)
    put(root, "wanderer.md")

    def move_once() -> None:
        if (root / "wanderer.md").exists() and not (root / "a/wanderer.md").exists():
            (root / "wanderer.md").rename(root / "a/wanderer.md")

    listing = list_root(root, Moving(root, move_once))
    assert listing.settled
    assert {spelling for spelling, _ in listing.documents} == {"a/x.md", "b/x.md", "a/wanderer.md"}


def test_a_folder_that_never_rests_is_told_to_be_unsettled_and_nothing_follows_from_absence(root: Path):
    put(root, "a.md")
    count = iter(range(1_000_000))
    listing = list_root(root, Moving(root, lambda: put(root, f"n{next(count)}.txt") and None))
    assert not listing.settled


def test_a_folder_replaced_during_the_scan_is_not_taken_for_an_empty_one(root: Path, tmp_path: Path):
    put(root, "a.md")

    def inspect_and_replace(data: bytes):
        root.rename(tmp_path / "moved away")
        root.mkdir()
        return inspect(data)

    with pytest.raises(RootMissing, match="replaced"):
        FileTree(root, inspect=inspect_and_replace).scan({})


def test_a_root_that_is_a_file_is_no_root(tmp_path: Path):
    file = put(tmp_path, "root", "text")
    with pytest.raises(RootMissing, match="not a directory"):
        FileTree(file, inspect=inspect).scan({})


def test_ten_thousand_unchanged_files_are_scanned_in_a_moment(tree: FileTree, root: Path):
    for number in range(10_000):
        directory = root / f"d{number // 100}"
        if number % 100 == 0:
            directory.mkdir()
        (directory / f"p{number}.md").write_text("x")
    first = scan_later(root)
    began = time.monotonic()
    with opened(root) as files:
        second = tree.scan(first.cache)
    assert files == []
    assert len(second.docs) == 10_000
    assert time.monotonic() - began < 5
