"""Both sides move and rename at once: what seeded trees with random moves have brought to light."""

from __future__ import annotations

import pytest
from placement import at_rest, ids, named, write_pages

from confsync.errors import ExitCode
from confsync.sandbox import Fault, Trouble, When


def test_a_file_that_was_edited_and_went_with_its_directory_keeps_its_page(home):
    for name in ("x", "y"):
        home.write(f"a/deep/{name}.md", f"# {name.upper()}\n\nText of {name}.\n")
    home.push()
    before = ids(home, "X", "Y")
    (home.root / "a").rename(home.root / "b")
    home.write("b/deep/y.md", "# Another Y\n\nOther words.\n")
    assert home.sync().exit_code == 0
    assert ids(home, "X", "Another Y") == {"X": before["X"], "Another Y": before["Y"]}
    assert at_rest(home)


def test_a_file_that_follows_its_page_links_to_a_file_that_a_person_moved_meanwhile(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("a.md", "# A\n\nSee [b](b.md).\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    home.person.move(home.page("A").id, home.page("X").id)
    (home.root / "b").mkdir()
    (home.root / "b.md").rename(home.root / "b/index.md")
    assert home.sync().exit_code == 0
    assert home.read("x/a.md") == "# A\n\nSee [b](../b/index.md).\n"
    assert at_rest(home)


def test_links_that_are_read_while_titles_are_swapped_lead_where_they_led(home):
    write_pages(home, "Ant", "Bee")
    home.write("c.md", "# C\n\nSee [the ant](ant.md) and [the bee](bee.md).\n")
    home.push()
    pages = ids(home, "Ant", "Bee", "C")
    for old, new in (("Ant", "Bee"), ("Bee", "Ant")):
        home.edit(f"{old.lower()}.md", f"# {old}", f"# {new}")
    home.person.rename(pages["C"], "See")
    assert home.sync().exit_code == 0
    assert home.read("c.md") == "# See\n\nSee [the ant](ant.md) and [the bee](bee.md).\n"
    assert named(home, pages) == {"Ant": "Bee", "Bee": "Ant", "C": "See"}
    assert at_rest(home)


def test_a_page_with_two_new_titles_stays_reported_when_its_text_is_merged(home):
    home.write("a.md", "# A\n\nOne.\n\nTwo.\n")
    home.push()
    page = home.page("A").id
    home.person.edit(page, home.body("A").replace("One.", "Eins."), title="Theirs", raw=True)
    home.write("a.md", "# Mine\n\nOne.\n\nZwei.\n")
    for _ in range(3):
        report = home.sync()
        assert report.exit_code == ExitCode.HELD
        assert "Theirs" in report.entries[0].detail
    assert home.read("a.md") == "# Mine\n\nEins.\n\nZwei.\n"
    assert "Zwei." in home.body("Theirs")


@pytest.mark.parametrize("when", [When.BEFORE, When.AFTER], ids=["before", "after"])
@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_swap_that_was_cut_off_anywhere_is_finished_by_the_next_run(home, first, when):
    write_pages(home, "Ant", "Bee")
    home.push()
    pages = ids(home, "Ant", "Bee")
    for old, new in (("Ant", "Bee"), ("Bee", "Ant")):
        home.edit(f"{old.lower()}.md", f"# {old}", f"# {new}")
    home.sandbox.faults.add(Fault(trouble=Trouble.RESET, method="PUT", skip=first, times=0, when=when))
    home.sync()
    home.sandbox.faults.clear()
    assert home.sync().exit_code == 0
    assert named(home, pages) == {"Ant": "Bee", "Bee": "Ant"}
    assert at_rest(home)


def test_a_temporary_title_is_never_taken_for_a_new_one_by_another_folder(home):
    write_pages(home, "Ant", "Bee")
    home.push()
    twin = home.twin("twin")
    write_pages(twin, "Ant", "Bee")
    twin.sync()
    page = home.page("Ant").id
    home.person.rename(page, f"Ant (titles are being exchanged, confsync {page})")
    assert twin.sync().exit_code == 0
    assert twin.read("ant.md") == "# Ant\n\nText of Ant.\n"
    assert named(twin, {"Ant": page}) == {"Ant": "Ant"}
    assert at_rest(twin)


def test_a_moved_file_keeps_what_is_known_of_it_when_a_new_page_takes_its_old_name_in_the_same_run(home):
    home.write("other.md", "# Other\n\nText.\n")
    old = home.person.create("Gamma", "<p>Text one.</p><p>Text two.</p>")
    home.sync()
    (home.root / "in").mkdir()
    (home.root / "gamma.md").rename(home.root / "in/old.md")
    home.edit("in/old.md", "Text one", "Text of ours")
    home.person.rename(old.id, "Delta")
    home.person.replace(old.id, "Text two", "Text of theirs")
    home.person.create("Gamma", "<p>Another.</p>")
    assert home.sync().exit_code == 0
    assert set(home.files()) == {"other.md", "gamma.md", "in/old.md"}
    for words in ("Text of ours", "Text of theirs"):
        assert words in home.read("in/old.md")
        assert words in home.body("Delta")
    assert "Another." in home.read("gamma.md")
    assert home.sync().entries == ()


@pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)
def test_a_file_that_was_moved_below_one_whose_page_was_trashed_gets_a_directory_of_its_own_in_one_run(home):
    home.write("d.md", "# D\n\nText.\n")
    home.write("a.md", "# A\n\nText.\n")
    home.write("other.md", "# Other\n\nText.\n")
    home.push()
    (home.root / "d").mkdir()
    (home.root / "a.md").rename(home.root / "d/a.md")
    home.person.trash(home.page("D").id)
    planned = {(entry.action, entry.path) for entry in home.sync(dry_run=True).entries}
    report = home.sync()
    assert report.exit_code == 0
    assert {(entry.action, entry.path) for entry in report.entries} == planned
    assert set(home.files()) == {"d/a.md", "other.md"}
    assert home.sync().entries == ()
