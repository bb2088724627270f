"""What every `LocalTree` promises, as tests: inherit, provide the fixtures, and be held to it.

A fixture `tree` gives the tree under test, `person` the hands of somebody who works in the same folder without
asking. The tree's `inspect` must be `tiny_inspect`.
"""

from __future__ import annotations

from typing import Protocol

import pytest

from confsync.errors import ChangedUnderneath, RootMissing, UnreadableFile
from confsync.model import DocFacts, DocPath, sha
from confsync.sync.ports import LocalTree


class Person(Protocol):
    """Somebody with an editor and a shell."""

    def put(self, path: str, data: bytes) -> None:
        """Write a file, directories included."""

    def get(self, path: str) -> bytes | None:
        """Return a file's bytes; None when it is not there."""

    def remove(self, path: str) -> None:
        """Remove a file."""

    def rename(self, path: str, target: str) -> None:
        """Rename a file."""

    def remove_root(self) -> None:
        """Remove the whole folder."""

    def replace_root(self) -> None:
        """Put another, empty folder in its place."""

    def documents(self) -> set[str]:
        """Return all files outside of the state folder."""


def tiny_inspect(data: bytes) -> DocFacts:
    """Find out what the contract needs: `link: x` lines, and whether it is UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return DocFacts(text_hash=sha(data), problem=f"undecodable: byte {error.start}")
    links = tuple(line.removeprefix("link: ") for line in text.splitlines() if line.startswith("link: "))
    return DocFacts(text_hash=sha(text.replace("\r\n", "\n")), links=links)


A, B = DocPath("a.md"), DocPath("docs/deep/b.md")


class LocalTreeContract:
    """The promises."""

    # ---- scan ---------------------------------------------------------------------------------------------------

    def test_an_empty_folder_is_an_empty_snapshot(self, tree: LocalTree):
        snapshot = tree.scan({})
        assert (dict(snapshot.docs), dict(snapshot.problems), snapshot.settled) == ({}, {}, True)

    def test_documents_are_found_with_path_hash_size_and_facts(self, tree: LocalTree, person: Person):
        person.put("a.md", b"one\r\n")
        person.put("docs/deep/b.md", b"two\n")
        docs = tree.scan({}).docs
        assert set(docs) == {A, B}
        assert (docs[A].hash, docs[A].size, docs[A].facts.text_hash) == (sha(b"one\r\n"), 5, sha("one\n"))

    def test_an_undecodable_document_is_a_problem_and_the_others_are_found(
        self, tree: LocalTree, person: Person
    ):
        person.put("a.md", b"one")
        person.put("docs/deep/b.md", b"\xff\xfe")
        snapshot = tree.scan({})
        assert set(snapshot.docs) == {A}
        assert snapshot.problems[B].kind == "undecodable"

    def test_conflict_copies_are_no_documents(self, tree: LocalTree, person: Person):
        person.put("a.conflict-v12.md", b"theirs")
        snapshot = tree.scan({})
        assert dict(snapshot.docs) == {}
        assert snapshot.conflict_copies == {"a.conflict-v12.md"}

    def test_files_that_documents_refer_to_are_assets_and_others_are_not(
        self, tree: LocalTree, person: Person
    ):
        person.put(
            "docs/deep/b.md",
            b"link: ../img/x.png\nlink: /y.pdf\nlink: ../../../out.png\nlink: gone.png\nlink: a.md",
        )
        person.put("docs/img/x.png", b"x")
        person.put("docs/img/unused.png", b"u")
        person.put("y.pdf", b"y")
        assets = tree.scan({}).assets
        assert {path: asset.hash for path, asset in assets.items()} == {
            "docs/img/x.png": sha("x"),
            "y.pdf": sha("y"),
        }

    def test_a_missing_root_is_said_and_not_an_empty_snapshot(self, tree: LocalTree, person: Person):
        person.remove_root()
        with pytest.raises(RootMissing):
            tree.scan({})

    def test_a_closer_look_tells_what_a_document_says_by_now(self, tree: LocalTree, person: Person):
        person.put("a.md", b"one")
        seen = tree.scan({}).docs[A]
        assert tree.look(seen) == seen
        person.put("a.md", b"three")
        now = tree.look(seen)
        assert now is not None
        assert (now.path, now.hash, now.size, now.facts.text_hash) == (A, sha(b"three"), 5, sha("three"))
        person.remove("a.md")
        assert tree.look(seen) is None

    # ---- read, locate -------------------------------------------------------------------------------------------

    def test_reading_gives_the_bytes_and_locating_the_place(self, tree: LocalTree, person: Person):
        person.put("docs/deep/b.md", b"\xff\x00b")
        assert tree.read(B) == b"\xff\x00b"
        assert tree.locate(B).read_bytes() == b"\xff\x00b"

    def test_reading_what_is_not_there_is_an_unreadable_file(self, tree: LocalTree):
        with pytest.raises(UnreadableFile):
            tree.read(A)

    # ---- write --------------------------------------------------------------------------------------------------

    def test_a_new_file_is_created_with_its_directories(self, tree: LocalTree, person: Person):
        tree.write(B, b"new", expect=None)
        assert person.get(B) == b"new"

    def test_an_expected_file_is_replaced(self, tree: LocalTree, person: Person):
        person.put("a.md", b"old")
        tree.write(A, b"new", expect=sha("old"))
        assert person.get("a.md") == b"new"

    def test_an_unexpected_content_is_left_alone(self, tree: LocalTree, person: Person):
        person.put("a.md", b"typed meanwhile")
        with pytest.raises(ChangedUnderneath):
            tree.write(A, b"new", expect=sha("old"))
        assert person.get("a.md") == b"typed meanwhile"

    def test_a_file_that_came_into_being_meanwhile_is_left_alone(self, tree: LocalTree, person: Person):
        person.put("a.md", b"")
        with pytest.raises(ChangedUnderneath):
            tree.write(A, b"new", expect=None)
        assert person.get("a.md") == b""

    def test_a_file_that_went_meanwhile_is_not_made_again(self, tree: LocalTree, person: Person):
        with pytest.raises(ChangedUnderneath):
            tree.write(A, b"new", expect=sha("old"))
        assert person.documents() == set()

    def test_a_download_takes_its_place_and_leaves_the_scratch(self, tree: LocalTree, person: Person):
        source = tree.scratch()
        source.write_bytes(b"image")
        tree.adopt_download(source, DocPath("x.assets/i.png"), expect=None)
        assert person.get("x.assets/i.png") == b"image"
        assert not source.exists()

    def test_a_download_does_not_overwrite_what_is_not_expected(self, tree: LocalTree, person: Person):
        person.put("i.png", b"mine")
        for expect in (None, sha("other")):
            source = tree.scratch()
            source.write_bytes(b"theirs")
            with pytest.raises(ChangedUnderneath):
                tree.adopt_download(source, DocPath("i.png"), expect=expect)
        assert person.get("i.png") == b"mine"

    def test_scratch_paths_are_fresh_and_never_documents(self, tree: LocalTree):
        first, second = tree.scratch(), tree.scratch()
        first.write_bytes(b"# half")
        assert first != second
        assert dict(tree.scan({}).docs) == {}

    # ---- move, trash --------------------------------------------------------------------------------------------

    def test_a_move_renames_and_the_emptied_directories_go(self, tree: LocalTree, person: Person):
        person.put("docs/deep/b.md", b"b")
        tree.move(B, DocPath("new/place/c.md"), expect=sha("b"))
        assert person.documents() == {"new/place/c.md"}
        assert person.get("new/place/c.md") == b"b"

    def test_a_move_touches_neither_a_changed_file_nor_an_occupied_place(
        self, tree: LocalTree, person: Person
    ):
        person.put("a.md", b"a")
        person.put("docs/deep/b.md", b"b")
        with pytest.raises(ChangedUnderneath):
            tree.move(A, DocPath("c.md"), expect=sha("other"))
        with pytest.raises(ChangedUnderneath):
            tree.move(A, B, expect=sha("a"))
        assert (person.get("a.md"), person.get(B)) == (b"a", b"b")

    def test_a_name_may_change_in_case_only(self, tree: LocalTree, person: Person):
        person.put("a.md", b"a")
        tree.move(A, DocPath("A.md"), expect=sha("a"))
        assert person.documents() == {"A.md"}

    def test_a_trashed_file_is_kept_byte_for_byte_and_is_no_document(self, tree: LocalTree, person: Person):
        person.put("docs/deep/b.md", b"b\r\n\xff")
        place = tree.trash(B, expect=sha(b"b\r\n\xff"))
        assert person.get(B) is None
        assert place.startswith(".confsync/trash/")
        assert place.endswith("/docs/deep/b.md")
        assert person.get(place) == b"b\r\n\xff"
        assert dict(tree.scan({}).docs) == {}

    def test_trashing_one_path_twice_keeps_both(self, tree: LocalTree, person: Person):
        places = []
        for text in (b"one", b"two"):
            person.put("a.md", text)
            places.append(tree.trash(A, expect=sha(text)))
        assert [person.get(place) for place in places] == [b"one", b"two"]

    def test_a_changed_file_is_not_trashed(self, tree: LocalTree, person: Person):
        person.put("a.md", b"typed")
        with pytest.raises(ChangedUnderneath):
            tree.trash(A, expect=sha("old"))
        assert person.get("a.md") == b"typed"

    def test_what_is_not_there_is_neither_moved_nor_trashed(self, tree: LocalTree):
        with pytest.raises(ChangedUnderneath):
            tree.move(A, B, expect=sha("a"))
        with pytest.raises(ChangedUnderneath):
            tree.trash(A, expect=sha("a"))

    # ---- assets -------------------------------------------------------------------------------------------------

    def test_a_file_that_is_asked_for_is_an_asset_though_nothing_refers_to_it(
        self, tree: LocalTree, person: Person
    ):
        person.put("a.md", b"a")
        person.put("a.assets/x.bin", b"x")
        place, gone = DocPath("a.assets/x.bin"), DocPath("a.assets/gone.bin")
        assert dict(tree.scan({}).assets) == {}
        seen = tree.scan({}, also=[place, gone, A])
        assert {path: asset.hash for path, asset in seen.assets.items()} == {place: sha(b"x")}

    def test_a_digest_is_that_of_the_bytes_and_none_where_nothing_is(self, tree: LocalTree, person: Person):
        person.put("a.assets/x.bin", b"x")
        assert tree.digest(DocPath("a.assets/x.bin")) == sha(b"x")
        assert tree.digest(DocPath("a.assets/y.bin")) is None

    # ---- the root -----------------------------------------------------------------------------------------------

    def test_the_root_is_marked_once_and_scans_tell_the_mark(self, tree: LocalTree):
        assert tree.scan({}).root_id is None
        root_id = tree.mark_root()
        assert tree.mark_root() == root_id
        assert tree.scan({}).root_id == root_id
        assert tree.same_root()

    def test_marking_after_a_scan_does_not_make_it_another_root(self, tree: LocalTree):
        tree.scan({})
        tree.mark_root()
        assert tree.same_root()

    def test_a_replaced_or_removed_root_is_not_the_same(self, tree: LocalTree, person: Person):
        tree.mark_root()
        tree.scan({})
        person.replace_root()
        assert not tree.same_root()
        person.remove_root()
        assert not tree.same_root()
