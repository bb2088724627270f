"""Pages that people take out of the trash again: their files come back to where they were, as they were."""

from __future__ import annotations

import pytest
from sync_home import results

from confsync.errors import ExitCode

GUIDE = "---\nlabels: [one]\n---\nThe Guide\n=========\n\n* a word,\n  wrapped\n* ![dot](img/dot.png)\n\nSee [it][x].\n\n[x]: https://x.example\n"
IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


@pytest.fixture
def guide(home):
    """The id of a page that was pushed from a person's file with a picture, and is in the trash now, as its file is."""
    home.write("docs/my-guide.md", GUIDE)
    home.write("docs/img/dot.png", IMAGE)
    home.write("docs/other.md", "# Other\n\ntext\n")
    home.push()
    page = home.page("The Guide").id
    home.person.trash(page)
    home.sync()
    assert "docs/my-guide.md" not in home.files()
    return page


def came_to_rest(home):
    before = home.files()
    for _ in range(2):
        assert home.sync().exit_code == ExitCode.IN_SYNC
        assert (home.writes, home.files()) == ([], before)


def test_a_restored_page_brings_its_file_back_byte_for_byte_to_where_it_was(home, guide):
    home.person.restore(guide)
    report = home.sync()
    assert report.exit_code == ExitCode.IN_SYNC
    assert results(report)["docs/my-guide.md"] == ("pull", "done")
    assert home.read("docs/my-guide.md") == GUIDE
    assert home.page("The Guide").id == guide
    came_to_rest(home)


def test_so_does_a_page_whose_file_a_person_deleted(home):
    home.write("docs/my-guide.md", GUIDE)
    home.write("docs/img/dot.png", IMAGE)
    home.write("docs/other.md", "# Other\n\ntext\n")
    home.push()
    page = home.page("The Guide").id
    (home.root / "docs/my-guide.md").unlink()
    home.push()
    assert home.titles() == {"Other"}
    home.person.restore(page)
    home.sync()
    assert home.read("docs/my-guide.md") == GUIDE
    came_to_rest(home)


def test_a_dry_run_names_the_place_that_the_run_writes_to(home, guide):
    home.person.restore(guide)
    foreseen = {(e.action, e.path) for e in home.sync(dry_run=True).entries}
    assert foreseen == {(e.action, e.path) for e in home.sync().entries} == {("pull", "docs/my-guide.md")}


def test_what_was_changed_on_the_page_since_is_in_the_file_and_the_rest_of_it_stays(home, guide):
    home.person.restore(guide)
    home.person.replace(guide, "wrapped", "folded")
    home.person.label(guide, "two")
    home.sync()
    text = home.read("docs/my-guide.md")
    assert text == GUIDE.replace("wrapped", "folded").replace("labels: [one]", "labels: [one, two]")
    came_to_rest(home)


def test_with_another_title_the_file_gets_the_title_and_keeps_the_name_that_a_person_gave_it(home, guide):
    home.person.restore(guide)
    home.person.rename(guide, "A Manual")
    home.sync()
    assert home.read("docs/my-guide.md") == GUIDE.replace("The Guide", "A Manual")
    came_to_rest(home)


def test_a_page_that_comes_back_elsewhere_takes_its_file_along(home, guide):
    home.write("parent.md", "# Parent\n\ntext\n")
    home.sync()
    home.person.restore(guide)
    home.person.move(guide, home.page("Parent").id)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "docs/my-guide.md" not in home.files()
    assert "wrapped" in home.read("parent/my-guide.md")
    came_to_rest(home)


def test_a_new_file_in_its_place_keeps_it_and_the_page_gets_another(home, guide):
    home.write("docs/my-guide.md", "# Mine\n\nnew\n")
    home.sync()
    home.person.restore(guide)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.read("docs/my-guide.md") == "# Mine\n\nnew\n"
    assert "wrapped" in home.read("docs/the-guide.md")
    came_to_rest(home)


def test_a_page_that_comes_back_after_its_edited_file_got_a_new_page_is_a_page_of_its_own(home):
    home.write("a.md", "# A\n\none\n\ntwo\n")
    home.write("b.md", "# B\n\ntext\n")
    home.push()
    old = home.page("A").id
    home.person.trash(old)
    home.edit("a.md", "two", "2")
    home.sync()
    new = home.page("A").id
    assert new != old
    home.person.rename(new, "A again")
    home.person.restore(old)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "2" in home.read("a.md")
    assert "two" in home.read(f"a-{old}.md")
    came_to_rest(home)


def test_a_parent_and_its_children_come_back_together(home):
    home.write("x.md", "# X\n\ntext\n")
    home.write("x/y.md", "# Y\n\nSee [x](../x.md).\n")
    home.write("z.md", "# Z\n\ntext\n")
    home.push()
    before = home.files()
    x, y = home.page("X").id, home.page("Y").id
    home.person.trash(y)
    home.person.trash(x)
    home.sync()
    assert set(home.files()) == {"z.md"}
    home.person.restore(x)
    home.person.restore(y)
    home.person.move(y, x)
    home.sync()
    assert home.files() == before
    came_to_rest(home)


def test_the_only_page_of_a_directory_comes_back_into_it(home):
    home.write("d/only.md", "# Only\n\ntext\n")
    home.write("z.md", "# Z\n\ntext\n")
    home.push()
    before, only = home.files(), home.page("Only").id
    home.person.trash(only)
    home.sync()
    assert "d/only.md" not in home.files()
    home.person.restore(only)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.files() == before
    came_to_rest(home)


def test_a_pulled_page_comes_back_with_its_attachments(home):
    page = home.person.create("Notes", "<p>text</p>").id
    home.person.attach(page, "a.bin", b"bytes")
    home.write("z.md", "# Z\n\ntext\n")
    home.sync()
    before = home.files()
    assert before["notes.assets/a.bin"] == b"bytes"
    home.person.trash(page)
    home.sync()
    home.person.restore(page)
    home.sync()
    assert home.files() == before
    came_to_rest(home)


def test_a_file_that_comes_back_as_its_page_was_edited_keeps_a_persons_style(home):
    home.write("docs/my-guide.md", GUIDE)
    home.write("docs/img/dot.png", IMAGE)
    home.write("docs/other.md", "# Other\n\ntext\n")
    home.push()
    home.person.replace(home.page("The Guide").id, "wrapped", "folded")
    (home.root / "docs/my-guide.md").unlink()
    home.sync()
    assert home.read("docs/my-guide.md") == GUIDE.replace("wrapped", "folded")
    came_to_rest(home)


def test_a_page_that_comes_back_while_a_directory_is_called_like_its_file_lies_beside_it(home):
    home.write("a.md", "# A\n\nwords\n")
    home.write("b.md", "# B\n\nothers\n")
    home.push()
    page = home.page("A").id
    home.person.trash(page)
    home.sync()
    home.write("a.md/inside.md", "# Inside\n\nwords\n")
    home.person.restore(page)
    for _ in range(2):
        assert home.sync().exit_code == 0
    assert home.sync().entries == ()
    assert any(b"# A\n" in data or b"title: A" in data for data in home.files().values())


def test_a_new_page_whose_file_would_be_called_like_a_directory_gets_another_name(home):
    home.write("a.md/inside.md", "# Inside\n\nwords\n")
    home.push()
    home.person.create("A", "<p>new</p>")
    assert home.sync().exit_code == 0
    assert home.sync().entries == ()
    assert sum(b"new" in data for data in home.files().values()) == 1


def test_a_page_that_comes_back_into_a_folder_comes_back_to_its_directory_whatever_that_is_called(home):
    home.write("API Reference/a.md", "# A\n\nwords\n")
    home.write("b.md", "# B\n\nothers\n")
    home.push()
    page, files = home.page("A"), home.files()
    home.person.trash(page.id)
    home.sync()
    home.sync()
    home.person.restore(page.id)
    home.person.move(page.id, page.parent_id)
    planned = home.sync(dry_run=True)
    report = home.sync()
    assert {(e.action, e.path) for e in planned.entries} == {(e.action, e.path) for e in report.entries}
    assert home.files() == files
    assert home.sync().entries == ()
    assert home.page("A").parent_id == page.parent_id
