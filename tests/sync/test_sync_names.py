"""Names and titles as file systems and people spell them, and titles that pages hold which nobody can see."""

from __future__ import annotations

import unicodedata

import pytest
from placement import at_rest, ids

both = pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)


def folder_of(home, title):
    return home.page(title).parent_id


@both
def test_a_directory_whose_name_changes_case_alone_keeps_its_place_and_pages(home):
    home.write("ops/a.md", "# A\n\nText.\n")
    home.write("b.md", "# B\n\nSee [a](ops/a.md).\n")
    home.push()
    before, place = ids(home, "A", "B"), folder_of(home, "A")
    (home.root / "ops").rename(home.root / "Ops")
    home.sync()
    assert ids(home, "A", "B") == before
    assert folder_of(home, "A") == place
    assert "(Ops/a.md)" in home.read("b.md")
    assert at_rest(home)


def test_a_folder_whose_title_changes_case_alone_keeps_its_directory(home):
    home.write("ops/a.md", "# A\n\nText.\n")
    home.push()
    home.person.rename_folder(folder_of(home, "A"), "OPS")
    assert at_rest(home)
    assert "ops/a.md" in home.files()


@both
def test_a_pulled_page_whose_title_changes_case_alone_keeps_its_file(home):
    page = home.person.create("Release notes", "<p>Text.</p>")
    home.pull()
    home.person.rename(page.id, "Release Notes")
    home.sync()
    assert set(home.files()) == {"release-notes.md"}
    assert "title: Release Notes" in home.read("release-notes.md")
    assert at_rest(home)


@both
def test_a_name_in_another_unicode_form_is_the_same_name(home):
    composed, decomposed = (unicodedata.normalize(form, "Übersicht") for form in ("NFC", "NFD"))
    home.write(f"{composed}/{composed}.md", "Text.\n")
    home.write("b.md", f"# B\n\nSee [it]({composed}/{composed}.md).\n")
    home.push()
    before = {page.id for page in home.store_pages()}
    (home.root / composed / f"{composed}.md").rename(home.root / composed / f"{decomposed}.md")
    (home.root / composed).rename(home.root / decomposed)
    assert home.sync().entries == ()
    assert home.writes == []
    assert {page.id for page in home.store_pages()} == before
    home.edit(f"{decomposed}/{decomposed}.md", "Text", "More text")
    home.sync()
    assert "More text" in home.body(composed)


@both
def test_a_title_in_another_unicode_form_is_the_same_title(home):
    composed, decomposed = (unicodedata.normalize(form, "Übersicht") for form in ("NFC", "NFD"))
    home.write("a.md", f"# {decomposed}\n\nText.\n")
    home.push()
    home.edit("a.md", decomposed, composed)
    home.edit("a.md", "Text", "More text")
    home.sync()
    pages = [page for page in home.store_pages() if unicodedata.normalize("NFC", page.title) == composed]
    assert len(pages) == 1
    assert at_rest(home)
    twin = home.twin("twin")
    twin.pull()
    assert len(twin.files()) == 1


def test_a_title_that_a_draft_has_is_no_obstacle_to_a_page(home):
    space = home.sandbox.store.tree.find_space("DOCS")
    draft = home.sandbox.store.pages.create(
        home.person.user, space.id, "Plans", "<p>unfinished</p>", parent_id=None, status="draft"
    )
    home.write("a.md", "# Plans\n\nMine.\n")
    home.push()
    assert "Mine." in home.body("Plans")
    assert home.sandbox.store.state.content(draft.id).status == "draft"
    home.sync()
    assert at_rest(home)
    assert set(home.files()) == {"a.md"}


@both
def test_a_file_that_was_deleted_comes_back_where_its_page_was_moved_to(home):
    home.write("a.md", "# A\n\nText.\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    home.person.move(home.page("A").id, home.page("B").id)
    (home.root / "a.md").unlink()
    home.sync()
    assert set(home.files()) == {"b.md", "b/a.md"}
    assert home.page("A").parent_id == home.page("B").id
    assert at_rest(home)
