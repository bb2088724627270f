"""What every implementation of the port `Remote` promises, whatever it speaks to.

A subclass gives three fixtures: `remote` (the port), `space` (a space with a homepage, found through it) and
`colleague` (somebody else who works in the same space; see `Colleague`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from confsync.errors import NotFound
from confsync.model import Attachment, Page, PageId, ParentType, Space, Status, sha
from confsync.outcome import Applied, NewPage, Outcome, PageUpdate, Reason, Refused, Upload


class Colleague(Protocol):
    """Somebody who edits in the browser. Every method answers when the change is visible."""

    def edit(self, page_id: str, body: str) -> object: ...
    def rename(self, page_id: str, title: str) -> object: ...
    def move(self, page_id: str, parent_id: str) -> object: ...
    def trash(self, page_id: str) -> object: ...
    def archive(self, page_id: str) -> object: ...
    def hide(self, page_id: str) -> object: ...
    def label(self, page_id: str, *names: str) -> object: ...
    def attach(self, page_id: str, name: str, data: bytes) -> object: ...
    def detach(self, page_id: str, name: str) -> object: ...


def applied(outcome: Outcome[Any]) -> Any:
    assert isinstance(outcome, Applied), outcome
    return outcome.value


def reason(outcome: Outcome[Any]) -> Reason:
    assert isinstance(outcome, Refused), outcome
    return outcome.reason


class RemoteContract:
    """The promises. `has_folders` is False where a directory without a page is a page."""

    has_folders = True
    has_archive = True

    # ---- small tools --------------------------------------------------------------------------------------------

    @pytest.fixture
    def make(self, remote: Any, space: Space) -> Callable[..., Page]:
        def create(title: str, body: str = "<p>x</p>", parent: PageId | None = None) -> Page:
            new = NewPage(
                space=space, title=title, parent_id=parent or space.homepage_id, body=body, message="m"
            )
            found = applied(remote.create_page(new))
            assert isinstance(found, Page)
            return found

        return create

    @staticmethod
    def update_of(page: Page, space: Space, **more: Any) -> PageUpdate:
        known = {
            "page_id": page.id,
            "space": space,
            "title": page.title,
            "parent_id": page.parent_id,
            "body": "<p>new</p>",
            "version": page.version + 1,
            "message": "said",
        }
        return PageUpdate(**{**known, **more})

    # ---- who and where ------------------------------------------------------------------------------------------

    def test_it_says_who_we_are(self, remote):
        site = remote.site()
        assert site.user_id
        assert site.base_url

    def test_a_space_is_found_without_regard_to_case(self, remote, space):
        assert remote.space(space.key.lower()) == space
        assert space.homepage_id is not None

    def test_a_space_that_is_not_there_is_not_found_and_those_that_are_are_named(self, remote, space):
        with pytest.raises(NotFound) as caught:
            remote.space(space.key + "X")
        assert space.key in caught.value.hint

    # ---- create and read ----------------------------------------------------------------------------------------

    def test_a_created_page_has_an_id_and_version_one_and_is_listed_with_its_parent(
        self, remote, space, make
    ):
        page = make("Guide")
        assert page.version == 1
        listed = {one.id: one for one in remote.pages(space)}
        assert listed[page.id].title == "Guide"
        assert listed[page.id].parent_id == space.homepage_id
        assert listed[page.id].parent_type in (ParentType.PAGE, None)
        assert space.homepage_id in listed
        assert listed[page.id].body is None
        assert listed[page.id].labels is None

    def test_a_page_at_the_top_of_the_space_has_no_parent(self, remote, space):
        new = NewPage(space=space, title="Top", parent_id=None, body="<p>x</p>")
        page = applied(remote.create_page(new))
        assert remote.page(page.id).parent_id is None

    def test_bodies_come_with_a_listing_when_they_are_asked_for(self, remote, space, make):
        page = make("Guide", "<p>the body</p>")
        listed = {one.id: one for one in remote.pages(space, bodies=True)}
        assert "the body" in listed[page.id].body
        assert all(one.body is not None for one in listed.values())

    def test_a_page_is_read_with_body_and_labels(self, remote, make):
        page = remote.page(make("Guide", "<p>the body</p>").id)
        assert "the body" in page.body
        assert page.labels == ()
        assert page.status is Status.CURRENT

    def test_a_page_that_never_was_is_none(self, remote):
        assert remote.page(PageId("999999999999")) is None

    def test_a_page_that_we_may_not_see_is_none(self, remote, colleague, make):
        page = make("Secret")
        colleague.hide(page.id)
        assert remote.page(page.id) is None

    def test_a_title_is_taken_without_regard_to_case(self, remote, space, make):
        make("Guide")
        again = NewPage(space=space, title="GUIDE", parent_id=space.homepage_id, body="")
        assert reason(remote.create_page(again)) is Reason.TITLE_TAKEN

    def test_the_page_that_holds_a_title_is_found_with_its_body(self, remote, space, make):
        page = make('Straße & <Co> "quoted" + %41', "<p>the body</p>")
        found = remote.find_title(space, page.title.swapcase() if self.has_folders else page.title)
        assert found.id == page.id
        assert "the body" in found.body
        assert remote.find_title(space, "Strasse") is None

    def test_a_body_that_is_no_storage_is_refused_as_invalid(self, remote, space):
        bad = NewPage(space=space, title="Bad", parent_id=space.homepage_id, body="<p>open")
        assert reason(remote.create_page(bad)) is Reason.INVALID
        assert remote.find_title(space, "Bad") is None

    def test_a_page_below_a_parent_that_is_not_there_is_refused(self, remote, space):
        orphan = NewPage(space=space, title="Orphan", parent_id=PageId("999999999999"), body="<p>x</p>")
        assert reason(remote.create_page(orphan)) in (Reason.GONE, Reason.INVALID)

    def test_any_text_survives_the_way_there_and_back(self, remote, make):
        text = "Ünï – 日本語 🎉 \u00a0 &amp; &lt;x&gt; ' \" \\ %20 + {} [] 𝕏"
        page = remote.page(make("Text ☃ 🎉 日本語", f"<p>{text}</p>").id)
        assert page.title == "Text ☃ 🎉 日本語"
        for word in ("日本語", "🎉", "𝕏", "%20 + {} []"):
            assert word in page.body

    # ---- update -------------------------------------------------------------------------------------------------

    def test_an_update_writes_title_parent_body_and_message_at_once(self, remote, space, make):
        parent, page = make("Parent"), make("Guide")
        update = self.update_of(page, space, title="Handbook", parent_id=parent.id, body="<p>new</p>")
        written = applied(remote.update_page(update))
        assert (written.id, written.version, written.title) == (page.id, 2, "Handbook")
        found = remote.page(page.id)
        assert (found.version, found.title, found.parent_id) == (2, "Handbook", parent.id)
        assert (found.message, "new" in found.body) == ("said", True)
        listed = {one.id: one for one in remote.pages(space)}
        assert listed[page.id].message == "said", "stamps must be in the listing"

    def test_what_an_update_answers_is_what_the_next_reading_shows(self, remote, space, make):
        page = make("Guide")
        written = applied(
            remote.update_page(self.update_of(page, space, body="<p>ä &amp; b</p><ul><li>x</li></ul>"))
        )
        found = remote.page(page.id)
        assert written.body in (None, found.body)
        assert replace(written, body=None, labels=None, url="") == replace(
            found, body=None, labels=None, url=""
        )

    @pytest.mark.parametrize("off", [-1, 0, 2])
    def test_any_version_but_the_next_is_stale_and_changes_nothing(self, remote, colleague, space, make, off):
        page = make("Guide")
        colleague.edit(page.id, "<p>theirs</p>")
        stale = self.update_of(page, space, version=2 + 1 + off if off else 2, body="<p>ours</p>")
        assert reason(remote.update_page(stale)) is Reason.STALE
        found = remote.page(page.id)
        assert (found.version, "theirs" in found.body) == (2, True)

    def test_an_update_to_a_title_that_is_taken_is_refused(self, remote, space, make):
        make("Taken")
        page = make("Guide")
        update = self.update_of(page, space, title="taken")
        assert reason(remote.update_page(update)) is Reason.TITLE_TAKEN
        assert remote.page(page.id).version == 1

    def test_an_update_of_a_page_that_never_was_is_gone(self, remote, space, make):
        page = replace(make("Guide"), id=PageId("999999999999"))
        assert reason(remote.update_page(self.update_of(page, space))) is Reason.GONE

    # ---- history ------------------------------------------------------------------------------------------------

    def test_the_history_is_newest_first_with_messages_and_old_bodies_can_be_read(self, remote, space, make):
        page = make("Guide", "<p>one</p>")
        for number, body in ((2, "<p>two</p>"), (3, "<p>three</p>")):
            update = self.update_of(page, space, version=number, body=body, message=f"m{number}")
            applied(remote.update_page(update))
        history = remote.history(page.id)
        assert [version.number for version in history] == [3, 2, 1]
        assert [version.message for version in history][:2] == ["m3", "m2"]
        assert "one" in remote.page(page.id, version=1).body
        assert remote.page(page.id, version=2).version == 2
        assert remote.page(page.id, version=9) is None

    # ---- trash --------------------------------------------------------------------------------------------------

    def test_a_trashed_page_is_found_in_the_trash_and_no_longer_listed(self, remote, space, make):
        page = make("Guide", "<p>precious</p>")
        assert remote.trash_page(page.id) == Applied(None)
        assert page.id not in {one.id for one in remote.pages(space)}
        found = remote.page(page.id)
        assert found.status is Status.TRASHED
        assert "precious" in found.body
        assert remote.find_title(space, "Guide") is None

    def test_trashing_twice_or_what_never_was_counts_as_applied(self, remote, make):
        page = make("Guide")
        assert remote.trash_page(page.id) == Applied(None)
        assert remote.trash_page(page.id) == Applied(None)
        assert remote.page(page.id).status is Status.TRASHED, "the second one must not purge"
        assert remote.trash_page(PageId("999999999999")) == Applied(None)

    def test_a_trashed_page_frees_its_title(self, remote, make):
        remote.trash_page(make("Guide").id)
        assert make("Guide").version == 1

    def test_an_archived_page_is_told_from_a_trashed_one_and_keeps_its_title(
        self, remote, colleague, space, make
    ):
        if not self.has_archive:
            pytest.skip("this Confluence has no archive")
        page = make("Guide")
        colleague.archive(page.id)
        assert remote.page(page.id).status is Status.ARCHIVED
        assert page.id not in {one.id for one in remote.pages(space)}
        assert remote.find_title(space, "guide").id == page.id

    def test_what_colleagues_rename_and_move_is_listed_so(self, remote, colleague, space, make):
        parent, page = make("Parent"), make("Guide")
        colleague.rename(page.id, "Handbook")
        colleague.move(page.id, parent.id)
        listed = {one.id: one for one in remote.pages(space)}
        assert (listed[page.id].title, listed[page.id].parent_id) == ("Handbook", parent.id)

    # ---- folders ------------------------------------------------------------------------------------------------

    def test_a_folder_holds_pages_and_is_read_by_its_id(self, remote, space, make):
        folder = applied(remote.create_folder(space, "Guides", space.homepage_id))
        page = make("Install", parent=folder.id)
        listed = {one.id: one for one in remote.pages(space)}
        assert listed[page.id].parent_id == folder.id
        if self.has_folders:
            assert listed[page.id].parent_type is ParentType.FOLDER
            assert folder.id not in listed
            assert remote.page(folder.id) is None
            found = remote.folder(folder.id)
            assert (found.title, found.parent_id) == ("Guides", space.homepage_id)
        assert remote.folder(PageId("999999999999")) is None

    def test_a_folder_goes_to_the_trash_when_nothing_hangs_in_it_and_not_before(self, remote, space, make):
        folder = applied(remote.create_folder(space, "Guides", space.homepage_id))
        page = make("Install", parent=folder.id)
        kept = remote.trash_folder(folder.id)
        assert isinstance(kept, Refused)
        assert kept.reason is Reason.INVALID
        applied(remote.trash_page(page.id))
        applied(remote.trash_folder(folder.id))
        assert remote.folder(folder.id) is None
        assert folder.id not in {listed.id for listed in remote.pages(space)}
        applied(remote.trash_folder(folder.id))

    def test_an_empty_folder_is_found_by_its_title_below_its_parent_alone(self, remote, space, make):
        page = make("Handbook")
        outer = applied(remote.create_folder(space, "Guides", page.id))
        inner = applied(remote.create_folder(space, "Inner", outer.id))
        found = remote.find_folder(space, "guides", page.id), remote.find_folder(space, "Inner", outer.id)
        here = (outer.id, inner.id) if self.has_folders else (None, None)
        assert tuple(folder and folder.id for folder in found) == here
        assert remote.find_folder(space, "Guides", None) is None
        assert remote.find_folder(space, "Inner", page.id) is None

    def test_a_page_moves_into_a_folder_by_an_update(self, remote, space, make):
        folder = applied(remote.create_folder(space, "Guides", space.homepage_id))
        page = make("Install")
        applied(remote.update_page(self.update_of(page, space, parent_id=folder.id)))
        assert remote.page(page.id).parent_id == folder.id

    # ---- labels -------------------------------------------------------------------------------------------------

    def test_labels_are_added_and_removed_without_a_new_version(self, remote, colleague, make):
        page = make("Guide")
        colleague.label(page.id, "theirs")
        assert applied(remote.add_labels(page.id, ["ours", "zwei-ö"])) == ("ours", "theirs", "zwei-ö")
        assert remote.remove_label(page.id, "theirs") == Applied(None)
        assert remote.remove_label(page.id, "theirs") == Applied(None)
        found = remote.page(page.id)
        assert (found.labels, found.version) == (("ours", "zwei-ö"), 1)

    def test_more_labels_than_fit_into_one_answer_are_all_told(self, remote, make):
        page = make("Guide")
        names = tuple(f"label-{n:03}" for n in range(70))
        assert applied(remote.add_labels(page.id, names)) == names
        assert remote.page(page.id).labels == names

    def test_labels_of_a_page_that_never_was_are_refused(self, remote):
        nobody = PageId("999999999999")
        assert reason(remote.add_labels(nobody, ["a"])) is Reason.GONE
        assert reason(remote.remove_label(nobody, "a")) is Reason.GONE

    # ---- attachments --------------------------------------------------------------------------------------------

    @staticmethod
    def upload_of(
        path: Path, page: Page, data: bytes, name: str = "", known: Attachment | None = None
    ) -> Upload:
        path.write_bytes(data)
        return Upload(
            page_id=page.id,
            name=name or path.name,
            source=path,
            hash=sha(data),
            attachment_id=known.id if known else None,
        )

    @pytest.mark.parametrize(
        "name", ["a.png", "Übersicht (2).pdf", "日本語 🎉.txt", "it's.txt", "a+b%20c&d=e;f.txt", "no suffix"]
    )
    def test_a_file_comes_back_as_it_went(self, remote, make, tmp_path, name):
        page, data = make("Guide"), bytes(range(256)) * 500
        sent = applied(remote.upload(self.upload_of(tmp_path / "file", page, data, name)))
        assert (sent.name, sent.version, sent.size, sent.hash) == (name, 1, len(data), sha(data))
        (listed,) = remote.attachments(page.id)
        assert (listed.id, listed.name, listed.version, listed.size, listed.hash) == (
            sent.id,
            name,
            1,
            len(data),
            sha(data),
        )
        assert remote.download(listed, tmp_path / "back") == hashlib.sha256(data).hexdigest()
        assert (tmp_path / "back").read_bytes() == data

    def test_an_empty_file_comes_back_empty(self, remote, make, tmp_path):
        sent = applied(remote.upload(self.upload_of(tmp_path / "a", make("Guide"), b"")))
        assert remote.download(sent, tmp_path / "back") == sha(b"")

    def test_a_name_that_exists_becomes_a_new_version_whether_its_id_is_known_or_not(
        self, remote, make, tmp_path
    ):
        page = make("Guide")
        first = applied(remote.upload(self.upload_of(tmp_path / "a.png", page, b"one")))
        second = applied(remote.upload(self.upload_of(tmp_path / "a.png", page, b"two!")))
        third = applied(remote.upload(self.upload_of(tmp_path / "a.png", page, b"three", known=second)))
        assert (first.id, first.id) == (second.id, third.id)
        assert [first.version, second.version, third.version] == [1, 2, 3]
        (listed,) = remote.attachments(page.id)
        assert (listed.version, listed.hash) == (3, sha(b"three"))
        assert remote.download(second, tmp_path / "back") == sha(b"two!"), (
            "the version that was listed, not the newest"
        )
        assert remote.page(page.id).version == 1

    def test_a_file_that_a_colleague_attached_has_no_hash_yet_and_downloads(
        self, remote, colleague, make, tmp_path
    ):
        page = make("Guide")
        colleague.attach(page.id, "theirs.bin", b"theirs")
        (listed,) = remote.attachments(page.id)
        assert (listed.name, listed.hash, listed.size) == ("theirs.bin", None, 6)
        assert remote.download(listed, tmp_path / "back") == sha(b"theirs")

    def test_an_upload_to_a_page_that_never_was_is_gone(self, remote, make, tmp_path):
        nobody = replace(make("Guide"), id=PageId("999999999999"))
        assert reason(remote.upload(self.upload_of(tmp_path / "a", nobody, b"x"))) is Reason.GONE

    def test_a_page_without_files_lists_none(self, remote, make):
        assert list(remote.attachments(make("Guide").id)) == []

    def test_a_trashed_attachment_is_seen_in_the_trash_and_no_longer_listed(
        self, remote, colleague, make, tmp_path
    ):
        page, other = make("Guide"), make("Other")
        ours = applied(remote.upload(self.upload_of(tmp_path / "a.png", page, b"one")))
        stays = applied(remote.upload(self.upload_of(tmp_path / "b.png", page, b"two")))
        colleague.attach(page.id, "theirs.bin", b"theirs")
        (theirs,) = (one for one in remote.attachments(page.id) if one.name == "theirs.bin")
        colleague.detach(page.id, "theirs.bin")
        assert remote.trash_attachment(page.id, ours.id) == Applied(None)
        assert [one.name for one in remote.attachments(page.id)] == ["b.png"]
        asked = [ours.id, theirs.id, stays.id, "att999999999999"]
        assert remote.trashed_attachments(page.id, asked) == {ours.id, theirs.id}
        assert remote.trashed_attachments(other.id, ["att999999999999"]) == frozenset()

    def test_new_data_for_an_attachment_in_the_trash_makes_no_second_one(self, remote, make, tmp_path):
        page = make("Guide")
        file = applied(remote.upload(self.upload_of(tmp_path / "a.png", page, b"one")))
        remote.trash_attachment(page.id, file.id)
        late = self.upload_of(tmp_path / "a.png", page, b"two", known=file)
        remote.upload(late)
        assert list(remote.attachments(page.id)) == []

    def test_trashing_an_attachment_twice_counts_as_applied_and_does_not_purge_it(
        self, remote, make, tmp_path
    ):
        page = make("Guide")
        file = applied(remote.upload(self.upload_of(tmp_path / "a.png", page, b"one")))
        for _ in range(2):
            assert remote.trash_attachment(page.id, file.id) == Applied(None)
        assert remote.trash_attachment(page.id, "att999999999999") == Applied(None)
        assert remote.trashed_attachments(page.id, [file.id]) == {file.id}

    # ---- search -------------------------------------------------------------------------------------------------

    def test_a_search_tells_labels_and_attachments_with_their_versions(
        self, remote, colleague, space, make, tmp_path
    ):
        page, other = make("Guide"), make("Other")
        colleague.label(page.id, "one", "two")
        file = applied(remote.upload(self.upload_of(tmp_path / "a.png", page, b"one")))
        for options in ({}, {"brief": True}, {"brief": True, "among": [page.id, other.id]}):
            hint = remote.hints(space, labels=True, **options)
            assert hint.whole
            assert hint.files.keys() == {page.id}
            (told,) = hint.files[page.id]
            assert (told.id, told.name, told.version, told.hash) == (file.id, "a.png", 1, sha(b"one"))
            assert (hint.labels[page.id], hint.labels[other.id]) == (("one", "two"), ())
            assert hint.versions[page.id] == 1
