"""Titles that were changed on one side, with and without a ledger to say which."""

import pytest
from sync_home import results

from confsync.errors import ExitCode


def test_a_clone_without_a_ledger_brings_a_new_title_to_the_page(home):
    home.write("a.md", "# A\n\nText.\n")
    home.push()
    clone = home.twin("clone")
    clone.write("a.md", "# B\n\nText.\n")
    assert results(clone.push()) == {"a.md": ("update", "done")}
    assert home.titles() == {"B"}
    assert clone.push().entries == ()


def test_a_clone_without_a_ledger_brings_a_new_title_and_a_new_text_to_a_page_that_was_edited_since(home):
    home.write("a.md", "# A\n\nOne.\n\nTwo.\n")
    home.push()
    home.person.replace(home.page("A").id, "Two.", "Too.")
    clone = home.twin("clone")
    clone.write("a.md", "# B\n\nUno.\n\nTwo.\n")
    clone.sync()
    assert home.titles() == {"B"}
    assert "Too." in home.body("B")
    assert "Too." in clone.read("a.md")


def test_a_title_that_was_changed_in_confluence_comes_to_a_clone_without_a_ledger(home):
    home.write("a.md", "# A\n\nText.\n")
    home.push()
    home.person.rename(home.page("A").id, "B")
    home.forget()
    home.push()
    assert home.titles() == {"B"}
    home.sync()
    assert home.read("a.md") == "# B\n\nText.\n"
    assert home.titles() == {"B"}


def test_a_title_with_its_parents_behind_it_is_not_taken_for_a_new_one(home):
    home.write("a/guide.md", "# Guide\n\nText.\n")
    home.write("b/guide.md", "# Guide\n\nOther.\n")
    home.push()
    before = home.titles()
    home.forget()
    home.edit("b/guide.md", "Other.", "Another.")
    home.push()
    assert home.titles() == before
    assert home.writes == [f"PUT /wiki/api/v2/pages/{home.page('Guide (b)').id}"]


def test_a_file_that_was_moved_and_whose_page_was_renamed_is_no_second_page_without_a_ledger(home):
    home.write("guide/a.md", "# A\n\nfirst words\n")
    home.write("guide/b.md", "# B\n\nother words\n")
    home.sync()
    page = home.page("A")
    home.person.rename(page.id, "A renamed")
    home.forget()
    (home.root / "guide").rename(home.root / "handbook")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.titles() >= {"A renamed", "B"}
    assert "A" not in home.titles()
    assert set(home.files()) == {"handbook/a.md", "handbook/b.md"}
    assert home.read("handbook/a.md") == "# A renamed\n\nfirst words\n"
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_a_pulled_file_with_a_new_title_and_no_ledger_is_held_and_not_taken_for_the_same(home):
    page = home.person.create("Guide", "<p>one</p>")
    home.pull()
    home.forget()
    home.edit("guide.md", "title: Guide", "title: Handbook")
    report = home.push()
    assert results(report) == {"guide.md": ("blocked", "held")}
    assert "Guide" in report.entries[0].detail
    assert home.titles() == {"Guide"}
    home.push(adopt=True)
    assert (home.titles(), home.page("Handbook").id) == ({"Handbook"}, page.id)


def test_a_clone_without_a_ledger_merges_its_edit_with_that_of_the_page(home):
    home.write("a.md", "# A\n\nOne\nwrapped.\n\n* Two.\n* Three.\n")
    home.push()
    home.person.replace(home.page("A").id, "Two.", "Too.")
    clone = home.twin("clone")
    clone.write("a.md", "# A\n\nUno\nwrapped.\n\n* Two.\n* Three.\n")
    assert clone.push().exit_code == 0
    assert "Uno" in home.body("A")
    assert "Too." in home.body("A")
    assert clone.read("a.md") == "# A\n\nUno\nwrapped.\n\n* Two.\n* Three.\n"
    fresh = home.twin("fresh")
    fresh.write("a.md", clone.read("a.md"))
    fresh.push()
    assert "Too." in home.body("A")
    clone.sync()
    assert clone.read("a.md") == "# A\n\nUno\nwrapped.\n\n* Too.\n* Three.\n"


def test_a_clone_without_a_ledger_holds_what_cannot_be_merged(home):
    home.write("a.md", "# A\n\nOne.\n")
    home.push()
    home.person.replace(home.page("A").id, "One.", "Eins.")
    clone = home.twin("clone")
    clone.write("a.md", "# A\n\nUno.\n")
    assert results(clone.push()) == {"a.md": ("merge", "held")}
    assert "Eins." in home.body("A")
    assert clone.read("a.md") == "# A\n\nUno.\n"
    assert "Eins." in clone.read("a.conflict-v3.md")


@pytest.mark.parametrize(
    "title", ["Two  blanks", "A fixed\u00a0blank", "A wide\u3000blank", "A line\u2028break"]
)
def test_a_page_whose_title_has_other_blanks_than_a_file_can_hold_keeps_it(home, title):
    page = home.person.create(title, "<p>one</p>")
    home.pull()
    [path] = home.files()
    assert home.sync().entries == ()
    home.edit(path, "one", "edited")
    home.push()
    home.forget()
    home.edit(path, "edited", "twice")
    home.sync()
    assert "twice" in home.person.read(page.id)
    assert {p.title for p in home.store_pages()} == {title}
    home.person.rename(page.id, title + "  more")
    home.sync()
    assert home.sync().entries == ()
    assert {p.title for p in home.store_pages()} == {title + "  more"}


def test_titles_that_wait_for_one_of_a_held_page_fail_and_say_who_has_them(home):
    home.write("a.md", "# A\n\nText.\n")
    home.write("b.md", "# B\n\nText.\n")
    home.write("c.md", "# C\n\nText.\n")
    home.push()
    home.person.replace(home.page("B").id, "Text.", "Text of theirs.")
    home.edit("b.md", "Text.", "Text of ours.")
    assert home.sync().exit_code == ExitCode.HELD
    home.edit("a.md", "# A", "# B")
    home.edit("b.md", "# B", "# C")
    home.edit("c.md", "# C", "# A")
    report = home.sync()
    assert report.exit_code == ExitCode.HELD
    told = {entry.path: (str(entry.result), entry.detail) for entry in report.entries}
    assert {path: result for path, (result, _) in told.items()} == {
        "a.md": "failed",
        "b.md": "held",
        "c.md": "failed",
    }
    assert "'B' is taken by" in told["a.md"][1]
    assert "'A' is taken by" in told["c.md"][1]
    assert home.titles() == {"A", "B", "C"}
