"""A dry run says what the run after it does, also where that takes several rounds; and it leaves all as it is."""

from __future__ import annotations

import pytest

from confsync.sandbox import Fault, Trouble


def pairs(report):
    return {(entry.action, entry.path) for entry in report.entries}


def foreseen(home, direction="sync"):
    files, pages = home.files(), {p.id: p.version for p in home.store_pages()}
    planned = getattr(home, direction)(dry_run=True)
    assert home.writes == []
    assert (home.files(), {p.id: p.version for p in home.store_pages()}) == (files, pages)
    assert planned.exit_code == 1
    return pairs(planned)


def rename_directory(home, title, new):
    """Rename what stands for a directory: a folder on a Cloud, a page on a Data Center."""
    place = next(c for c in home.sandbox.store.state.contents.values() if c.title == title)
    rename = home.person.rename_folder if place.kind == "folder" else home.person.rename
    rename(place.id, new)


def test_links_that_a_push_left_are_told_by_the_sync_that_puts_them_right_and_by_its_dry_run(home):
    home.write("a.md", "# A\n\nSee [b](b.md).\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    (home.root / "in").mkdir()
    (home.root / "b.md").rename(home.root / "in" / "b.md")
    home.push()
    assert "(b.md)" in home.read("a.md")
    planned = foreseen(home)
    assert planned == {("relink", "a.md")}
    assert pairs(home.sync()) == planned
    assert "(in/b.md)" in home.read("a.md")
    assert home.sync().entries == ()


def test_edits_of_files_that_move_with_others_are_foreseen_where_they_are_then(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/c.md", "# C\n\nText of c.\n")
    home.write("p.md", "# P\n\nText.\n")
    home.push()
    home.person.move(home.page("X").id, home.page("P").id)
    home.edit("x/c.md", "Text of c", "New text of c")
    planned = foreseen(home)
    assert planned == {("move", "x.md"), ("update", "p/x/c.md")}
    assert pairs(home.sync()) == planned


def test_a_page_that_moves_below_one_that_is_renamed_lies_below_its_new_name(home):
    home.write("p.md", "# P\n\nText.\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    pulled = home.twin("pulled")
    pulled.pull()
    home.person.rename(home.page("P").id, "Q")
    home.person.move(home.page("B").id, home.page("Q").id)
    planned = foreseen(pulled)
    report = pulled.sync()
    assert pairs(report) == planned
    assert set(pulled.files()) == {"q.md", "q/b.md"}
    assert pulled.writes == []
    assert pulled.sync().entries == ()
    assert home.page("B").parent_id == home.page("Q").id


def test_what_comes_after_pages_were_known_again_is_foreseen(home):
    home.write("a.md", "---\nlabels: [x]\n---\n\n# A\n\nText.\n")
    page = home.person.create("A", "<p>Text.</p>")
    home.person.attach(page.id, "dot.png", b"dot")
    planned = foreseen(home)
    assert pairs(home.sync()) == planned


@pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)
def test_a_page_that_a_broken_push_made_is_filled_by_one_without_a_ledger(home):
    home.write("a.md", "# A\n\nThe text.\n")
    home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=503, method="PUT", times=1_000))
    home.push()
    assert "The text" not in home.body("A")
    home.sandbox.faults.clear()
    home.forget()
    assert home.push().exit_code == 0
    assert "The text" in home.body("A")


def test_a_push_tells_of_all_pages_that_moved_also_of_those_that_lie_in_each_other(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/c.md", "# C\n\nText.\n")
    home.write("p.md", "# P\n\nText.\n")
    home.write("q.md", "# Q\n\nText.\n")
    home.push()
    home.person.move(home.page("X").id, home.page("P").id)
    home.person.move(home.page("C").id, home.page("Q").id)
    planned = pairs(home.push(dry_run=True))
    assert planned == {("ahead", "x.md"), ("ahead", "x/c.md")}
    assert pairs(home.push()) == planned
    assert foreseen(home) == pairs(home.sync())
    assert set(home.files()) == {"p.md", "p/x.md", "q.md", "q/c.md"}


def moved_below_a_new_page(home):
    home.write("d/b.md", "# B\n\nText.\n")
    home.write("other.md", "# Other\n\nText.\n")
    home.push()
    above = home.page("B").parent_id
    new = home.person.create("New", "<p>new</p>", parent_id=above)
    home.person.move(home.page("B").id, new.id)
    return above


@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("edited", [False, True])
def test_a_file_follows_its_page_below_a_new_one_in_the_same_run(home, renamed, edited):
    above = moved_below_a_new_page(home)
    if renamed:
        home.person.rename_folder(above, "Odds")
    if edited:
        home.edit("d/b.md", "Text", "Text of ours")
    planned = foreseen(home)
    report = home.sync()
    assert (report.exit_code, pairs(report)) == (0, planned)
    place = "odds" if renamed else "d"
    assert set(home.files()) == {"other.md", f"{place}/new.md", f"{place}/new/b.md"}
    assert ("Text of ours" in home.body("B")) is edited
    assert home.sync().entries == ()


def test_a_push_leaves_a_page_that_was_moved_below_a_new_one_to_the_next_sync(home):
    moved_below_a_new_page(home)
    report = home.push()
    assert (report.exit_code, pairs(report)) == (0, {("ahead", "d/b.md"), ("ahead", "d/new.md")})
    assert home.sync().exit_code == 0
    assert set(home.files()) == {"other.md", "d/new.md", "d/new/b.md"}


def test_an_edited_file_below_two_pages_that_move_is_named_where_it_lies_in_the_end(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/c.md", "# C\n\nText.\n")
    home.write("x/c/k.md", "# K\n\nText.\n")
    home.write("p.md", "# P\n\nText.\n")
    home.write("q.md", "# Q\n\nText.\n")
    home.push()
    home.person.move(home.page("X").id, home.page("P").id)
    home.person.move(home.page("C").id, home.page("Q").id)
    home.edit("x/c/k.md", "Text", "Text of ours")
    planned = foreseen(home)
    assert ("update", "q/c/k.md") in planned
    assert pairs(home.sync()) == planned
    assert "Text of ours" in home.body("K")
    assert home.sync().entries == ()


@pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)
def test_a_page_that_is_made_again_in_two_renamed_directories_is_named_where_its_file_lies_in_the_end(home):
    home.write("d/e/f.md", "# F\n\nText.\n")
    home.write("other.md", "# Other\n\nText.\n")
    home.push()
    rename_directory(home, "d", "Outer")
    rename_directory(home, "e", "Inner")
    home.person.trash(home.page("F").id)
    home.edit("d/e/f.md", "Text", "Text of ours")
    planned = foreseen(home)
    assert ("create", "outer/inner/f.md") in planned
    assert pairs(home.sync()) == planned
    assert set(home.files()) == {"other.md", "outer/inner/f.md"}
    assert home.sync().entries == ()


def test_a_folder_for_a_file_that_was_put_deeper_is_foreseen_where_the_directory_above_is_renamed(home):
    home.write("d/a.md", "# A\n\nText.\n")
    home.write("d/b.md", "# B\n\nText.\n")
    home.push()
    home.person.rename_folder(home.page("A").parent_id, "Pieces")
    home.edit("d/a.md", "Text", "Text of ours")
    home.write("d/in/a.md", home.read("d/a.md").replace("Text of ours", "Text"))
    (home.root / "d/a.md").unlink()
    planned = foreseen(home)
    assert ("create-folder", "pieces/in") in planned
    assert pairs(home.sync()) == planned
    assert set(home.files()) == {"pieces/in/a.md", "pieces/b.md"}
    assert home.sync().entries == ()


def test_the_directory_of_a_renamed_folder_follows_in_a_dry_run_too_when_all_that_is_left_in_it_comes_back(
    home,
):
    home.write("d/a.md", "# A\n\nText.\n")
    home.write("other.md", "# Other\n\nText.\n")
    home.push()
    home.person.rename_folder(home.page("A").parent_id, "Pieces")
    home.person.replace(home.page("A").id, "Text", "Text of theirs")
    (home.root / "d/a.md").unlink()
    planned = foreseen(home)
    assert pairs(home.sync()) == planned
    assert "Text of theirs" in home.read("pieces/a.md")
    assert home.sync().entries == ()


@pytest.mark.parametrize("renamed", [False, True])
def test_an_edited_file_below_one_that_follows_its_page_below_a_new_one_is_foreseen(home, renamed):
    home.write("d/b/k.md", "# K\n\nText.\n")
    above = moved_below_a_new_page(home)
    if renamed:
        home.person.rename_folder(above, "Odds")
    home.edit("d/b/k.md", "Text", "Text of ours")
    planned = foreseen(home)
    assert pairs(home.sync()) == planned
    place = "odds" if renamed else "d"
    assert set(home.files()) == {"other.md", f"{place}/new.md", f"{place}/new/b.md", f"{place}/new/b/k.md"}
    assert "Text of ours" in home.body("K")
    assert home.sync().entries == ()
