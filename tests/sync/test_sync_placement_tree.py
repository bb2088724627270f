"""Trees that change shape: directories that get or lose their page, parents that go, moves that go round in a circle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from placement import at_rest, flavor, ids, named, standing

from confsync.errors import ExitCode

pytestmark = pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)


def parent(home, title):
    """Return the title of what a page hangs below."""
    above = home.sandbox.store.state.contents.get(home.page(title).parent_id or "")
    return above.title if above else None


HOME = "Documentation Home"


def test_a_directory_that_gets_a_page_of_its_own_hangs_its_children_below_it(home):
    home.write("x/a.md", "# A\n\nText.\n")
    home.write("x/b.md", "# B\n\nText.\n")
    home.push()
    before = ids(home, "A", "B")
    home.write("x.md", "# The X\n\nText.\n")
    report = home.sync()
    assert report.exit_code == 0, report
    assert (parent(home, "A"), parent(home, "B")) == ("The X", "The X")
    assert ids(home, "A", "B") == before
    assert standing(home) == {"A", "B", "The X"}
    assert at_rest(home)


def test_a_page_beside_its_directory_moves_into_it_as_index_and_nothing_else_happens(home):
    home.write("x.md", "# The X\n\nSee [a](x/a.md).\n")
    home.write("x/a.md", "# A\n\nUp to [x](../x.md).\n")
    home.push()
    before = ids(home, "The X", "A")
    (home.root / "x.md").rename(home.root / "x/index.md")
    report = home.sync()
    assert report.exit_code == 0, report
    assert ids(home, "The X", "A") == before
    assert parent(home, "A") == "The X"
    assert home.read("x/index.md") == "# The X\n\nSee [a](a.md).\n"
    assert home.read("x/a.md") == "# A\n\nUp to [x](index.md).\n"
    assert home.writes == []
    assert at_rest(home)


def test_an_index_that_comes_takes_the_children_over_from_the_readme(home):
    home.write("x/README.md", "# Readme\n\nText.\n")
    home.write("x/a.md", "# A\n\nText.\n")
    home.push()
    assert parent(home, "A") == "Readme"
    home.write("x/index.md", "# Index\n\nText.\n")
    report = home.sync()
    assert report.exit_code == 0, report
    assert (parent(home, "A"), parent(home, "Readme")) == ("Index", "Index")
    assert at_rest(home)
    (home.root / "x/index.md").unlink()
    report = home.sync()
    assert report.exit_code == 0, report
    assert (parent(home, "A"), parent(home, "Index" if home.page("Index") else "Readme")) == ("Readme", HOME)
    assert home.page("Index") is None
    assert at_rest(home)


def test_a_directorys_page_that_is_deleted_leaves_its_children_where_they_are(home):
    home.write("x.md", "# The X\n\nText.\n")
    home.write("x/a.md", "# A\n\nText.\n")
    home.write("x/b.md", "# B\n\nText.\n")
    home.push()
    before = ids(home, "A", "B")
    (home.root / "x.md").unlink()
    report = home.sync()
    assert report.exit_code == 0, report
    assert ids(home, "A", "B") == before
    assert home.page("The X") is None
    assert (parent(home, "A"), parent(home, "B")) == ("x", "x")
    assert set(home.files()) == {"x/a.md", "x/b.md"}
    assert at_rest(home)


def test_a_page_whose_parent_was_trashed_in_confluence_is_not_lost(home):
    home.write("x.md", "# The X\n\nText.\n")
    home.write("x/a.md", "# A\n\nText of a.\n")
    home.push()
    home.person.trash(home.page("The X").id)
    for _ in range(3):
        home.sync()
    [there] = [path for path in home.files() if path.endswith("a.md")]
    assert "Text of a" in home.read(there)
    report = home.sync()
    assert home.writes == []
    if home.page("A") is None:  # Cloud archives what hung below it; its title stays taken
        assert any("archived" in entry.detail for entry in report.entries), report
    else:
        assert at_rest(home)


def test_a_file_that_moves_below_a_page_that_is_trashed_meanwhile_stays_whole(home):
    home.write("x.md", "# The X\n\nText.\n")
    home.write("a.md", "# A\n\nText of a.\n")
    home.push()
    before = home.page("A").id
    home.person.trash(home.page("The X").id)
    (home.root / "x").mkdir()
    (home.root / "a.md").rename(home.root / "x/a.md")
    for _ in range(2):
        report = home.sync()
    assert home.page("A").id == before
    assert "Text of a" in home.read("x/a.md")
    assert parent(home, "A") == "x"
    assert report.exit_code == 0, report
    assert at_rest(home)


def test_two_moves_that_would_make_a_circle_make_none(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("y.md", "# Y\n\nText.\n")
    home.push()
    home.person.move(home.page("Y").id, home.page("X").id)
    (home.root / "y").mkdir()
    (home.root / "x.md").rename(home.root / "y/x.md")
    for _ in range(3):
        report = home.sync()
    assert parent(home, "Y") == "X"
    assert home.writes == []
    assert set(home.files()) == {"y.md", "y/x.md"}
    assert report.exit_code == ExitCode.HELD
    assert all(entry.detail for entry in report.entries), report


def test_a_page_below_its_own_descendant_is_moved_with_the_descendant(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/y.md", "# Y\n\nText.\n")
    home.push()
    (home.root / "x/y.md").rename(home.root / "y.md")
    (home.root / "x").rmdir()
    (home.root / "y").mkdir()
    (home.root / "x.md").rename(home.root / "y/x.md")
    report = home.sync()
    assert report.exit_code == 0, report
    assert (parent(home, "X"), parent(home, "Y")) == ("Y", HOME)
    assert at_rest(home)


def test_a_page_that_went_to_another_space_is_no_deletion(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/a.md", "# A\n\nText.\n")
    home.push()
    other = home.sandbox.create_space("OPS", "Operations")
    page = home.page("X").id
    home.person.move(page, other.homepage_id)
    for _ in range(2):
        report = home.sync()
    assert set(home.files()) == {"x.md", "x/a.md"}
    assert home.writes == []
    assert {e.action for e in report.entries} == {"vanished"}
    home.person.move(page, home.sandbox.store.tree.find_space("DOCS").homepage_id)
    assert home.sync().exit_code == 0
    assert at_rest(home)


def test_a_page_that_left_the_tree_of_the_root_page_is_no_deletion(home):
    root = home.person.create("Root", "<p>r</p>")
    home.policy = replace(home.policy, root_page=root.id)
    home.write("x.md", "# X\n\nText.\n")
    home.push()
    page = home.page("X").id
    home.person.move(page, home.sandbox.store.tree.find_space("DOCS").homepage_id)
    for _ in range(2):
        home.sync()
    assert set(home.files()) == {"x.md"}
    assert home.page("X").id == page
    assert home.writes == []
    home.person.move(page, root.id)
    assert home.sync().exit_code == 0
    assert at_rest(home)


def test_a_root_page_that_moves_changes_nothing(home):
    root = home.person.create("Root", "<p>r</p>")
    above = home.person.create("Above", "<p>r</p>")
    home.policy = replace(home.policy, root_page=root.id)
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/y.md", "# Y\n\nText.\n")
    home.push()
    home.person.move(root.id, above.id)
    home.person.rename(root.id, "Another root")
    assert at_rest(home)


def test_a_page_that_is_moved_into_the_tree_is_pulled_with_what_hangs_below_it(home):
    root = home.person.create("Root", "<p>r</p>")
    outside = home.person.create("Outside", "<p>o</p>")
    home.person.create("Below", "<p>b</p>", parent_id=outside.id)
    home.policy = replace(home.policy, root_page=root.id)
    home.write("x.md", "# X\n\nText.\n")
    home.sync()
    home.person.move(outside.id, home.page("X").id)
    assert home.sync().exit_code == 0
    assert set(home.files()) == {"x.md", "x/outside.md", "x/outside/below.md"}
    assert at_rest(home)


def test_a_page_that_moves_takes_file_children_and_attachments_along(home):
    top = home.person.create("Top", "<p>t</p>")
    page = home.person.create("Guide", "<p>one</p>")
    home.person.create("Setup", "<p>two</p>", parent_id=page.id)
    home.person.attach(page.id, "dot.png", b"PNG")
    home.person.edit(page.id, '<p><ac:image><ri:attachment ri:filename="dot.png" /></ac:image></p>', raw=True)
    home.sync()
    home.person.move(page.id, top.id)
    assert home.sync().exit_code == 0
    assert set(home.files()) == {"top.md", "top/guide.md", "top/guide/setup.md", "top/guide.assets/dot.png"}
    assert "(guide.assets/dot.png)" in home.read("top/guide.md")
    assert at_rest(home)


def test_a_page_that_moves_and_is_renamed_at_once_takes_both(home):
    top = home.person.create("Top", "<p>t</p>")
    page = home.person.create("Guide", "<p>one</p>")
    home.sync()
    home.person.move(page.id, top.id)
    home.person.rename(page.id, "Handbook")
    assert home.sync().exit_code == 0
    assert set(home.files()) == {"top.md", "top/handbook.md"}
    assert "title: Handbook" in home.read("top/handbook.md")
    assert at_rest(home)


def test_a_renamed_page_and_a_moved_file_keep_both_changes(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("a.md", "# A\n\nText.\n")
    home.push()
    page = home.page("A").id
    home.person.rename(page, "Alpha")
    (home.root / "x").mkdir()
    (home.root / "a.md").rename(home.root / "x/a.md")
    report = home.sync()
    assert report.exit_code == 0, report
    assert parent(home, "Alpha") == "X"
    assert home.read("x/a.md") == "# Alpha\n\nText.\n"
    assert at_rest(home)


def test_a_moved_page_and_a_renamed_file_keep_both_changes(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("a.md", "# A\n\nText.\n")
    home.push()
    page = home.page("A").id
    home.person.move(page, home.page("X").id)
    home.edit("a.md", "# A", "# Alpha")
    report = home.sync()
    assert report.exit_code == 0, report
    assert parent(home, "Alpha") == "X"
    assert home.read("x/a.md") == "# Alpha\n\nText.\n"
    assert at_rest(home)


def test_one_page_given_two_titles_says_so_and_overwrites_neither(home):
    home.write("a.md", "# A\n\nText.\n")
    home.push()
    page = home.page("A").id
    home.person.rename(page, "Theirs")
    home.edit("a.md", "# A", "# Mine")
    report = home.sync()
    assert report.exit_code == ExitCode.HELD
    assert "Theirs" in report.entries[0].detail
    assert (home.read("a.md"), named(home, {"A": page})) == ("# Mine\n\nText.\n", {"A": "Theirs"})
    home.edit("a.md", "# Mine", "# Theirs")
    assert home.sync().exit_code == 0
    assert at_rest(home)


# -- titles that somebody else holds


def test_a_title_that_a_trashed_page_had_can_be_had_again(home):
    home.person.trash(home.person.create("A", "<p>old</p>").id)
    home.write("a.md", "# A\n\nText.\n")
    assert home.push().exit_code == 0
    assert "Text" in home.body("A")
    assert at_rest(home)


def test_a_title_that_an_archived_page_has_is_named_and_the_others_go_on(home):
    if flavor(home) != "cloud":
        pytest.skip("nothing is archived on Data Center")
    old = home.person.create("A", "<p>old</p>")
    home.person.archive(old.id)
    home.write("a.md", "# A\n\nText.\n")
    home.write("b.md", "# B\n\nText.\n")
    report = home.push()
    [entry] = [e for e in report.entries if e.path == "a.md"]
    assert report.exit_code == ExitCode.HELD
    assert "archived" in entry.detail, entry
    assert old.id in entry.detail, entry
    assert home.page("B") is not None
    home.edit("a.md", "# A", "# A2")
    assert home.push().exit_code == 0
    assert at_rest(home)


def test_a_title_that_a_page_has_which_we_may_not_see_is_told_as_such(home):
    hidden = home.person.create("A", "<p>secret</p>")
    home.person.hide(hidden.id)
    home.write("a.md", "# A\n\nText.\n")
    home.write("b.md", "# B\n\nText.\n")
    report = home.push()
    [entry] = [e for e in report.entries if e.path == "a.md"]
    assert report.exit_code == ExitCode.HELD
    assert "not visible" in entry.detail, entry
    assert "secret" in home.person.read(hidden.id)
    assert home.page("B") is not None
    home.push()
    assert len(home.writes) == 1


def test_a_new_title_that_another_page_outside_of_the_tree_has_is_told_with_that_page(home):
    root = home.person.create("Root", "<p>r</p>")
    outside = home.person.create("Taken", "<p>o</p>")
    home.policy = replace(home.policy, root_page=root.id)
    home.write("a.md", "# A\n\nText.\n")
    home.push()
    home.edit("a.md", "# A\n\nText", "# Taken\n\nMore text")
    report = home.push()
    assert report.exit_code == ExitCode.HELD
    assert outside.id in report.entries[0].detail, report
    assert ">o<" in home.person.read(outside.id)
