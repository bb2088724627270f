"""Folders that people rename and move in Confluence, and their directories here: one follows the other, pages keep their ids."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sync_home import results

from confsync.sandbox import Fault, Trouble


def folder(home, title):
    found = [c for c in home.sandbox.store.state.contents.values() if c.kind == "folder" and c.title == title]
    return next((c for c in found if c.status == "current"), None)


def ids(home):
    return {page.title: page.id for page in home.store_pages()}


def pushed(home):
    home.write("ops/a.md", "# A\n\nFirst, see [b](../b.md) and ![dot](img/dot.png).\n")
    home.write("ops/deep/c.md", "# C\n\nUp to [a](../a.md).\n")
    home.write("ops/img/dot.png", b"dot")
    home.write("ops/notes.txt", b"nobody refers to this")
    home.write("b.md", "# B\n\nOther, see [a](ops/a.md) and [c](ops/deep/c.md).\n")
    home.push()
    return ids(home)


def at_rest(home):
    return home.sync().entries == () and home.writes == []


@pytest.mark.parametrize("direction", ["sync", "pull"])
def test_the_directory_of_a_folder_that_was_renamed_follows_with_all_that_is_in_it(home, direction):
    before = pushed(home)
    home.person.rename_folder(folder(home, "ops").id, "Operations & More")
    planned = getattr(home, direction)(dry_run=True)
    report = getattr(home, direction)()
    assert results(report) == {"ops": ("move", "done")}
    assert [(e.action, e.path) for e in planned.entries] == [(e.action, e.path) for e in report.entries]
    assert set(home.files()) == {
        "operations-more/a.md",
        "operations-more/deep/c.md",
        "operations-more/img/dot.png",
        "operations-more/notes.txt",
        "b.md",
    }
    assert "see [a](operations-more/a.md) and [c](operations-more/deep/c.md)" in home.read("b.md")
    assert "see [b](../b.md) and ![dot](img/dot.png)" in home.read("operations-more/a.md")
    assert home.writes == []
    assert at_rest(home)
    assert ids(home) == before


def test_a_folder_that_was_moved_takes_its_directory_along(home):
    before = pushed(home)
    home.person.move(folder(home, "ops").id, home.page("B").id)
    assert results(home.sync()) == {"ops": ("move", "done")}
    assert {"b/ops/a.md", "b/ops/deep/c.md", "b/ops/notes.txt", "b.md"} <= set(home.files())
    assert "(b/ops/a.md)" in home.read("b.md")
    assert "see [b](../../b.md)" in home.read("b/ops/a.md")
    assert at_rest(home)
    assert ids(home) == before


def test_a_folder_that_was_renamed_and_moved_into_another_new_one_is_followed(home):
    before = pushed(home)
    inner = folder(home, "deep").id
    home.person.rename_folder(inner, "Inner")
    home.person.move(inner, home.person.create_folder("Archive 2024").id)
    home.sync()
    assert "archive-2024/inner/c.md" in home.files()
    assert "(archive-2024/inner/c.md)" in home.read("b.md")
    assert at_rest(home)
    assert ids(home) == before


def test_folders_in_each_other_that_were_both_renamed_are_both_followed(home):
    before = pushed(home)
    home.person.rename_folder(folder(home, "ops").id, "Outer")
    home.person.rename_folder(folder(home, "deep").id, "Inner")
    home.sync()
    home.sync()
    assert {"outer/a.md", "outer/inner/c.md"} <= set(home.files())
    assert at_rest(home)
    assert ids(home) == before
    assert folder(home, "Outer") is not None


def test_edits_in_a_directory_that_moves_are_kept_and_sent(home):
    before = pushed(home)
    home.edit("ops/a.md", "First", "Second")
    home.write("ops/new.md", "# New\n\nText.\n")
    home.person.replace(home.page("C").id, "Up to", "Back to")
    home.person.rename_folder(folder(home, "ops").id, "Runbooks")
    home.sync()
    assert "Second" in home.read("runbooks/a.md")
    assert "Second" in home.body("A")
    assert "Back to" in home.read("runbooks/deep/c.md")
    assert home.page("New").parent_id == folder(home, "Runbooks").id
    assert at_rest(home)
    assert {title: page for title, page in ids(home).items() if title != "New"} == before


def test_new_pages_in_a_renamed_folder_are_written_into_its_new_directory(home):
    pushed(home)
    there = folder(home, "ops").id
    home.person.create("Made there", "<p>words</p>", parent_id=there)
    home.person.create("Below", "<p>words</p>", parent_id=home.page("A").id)
    home.person.rename_folder(there, "Runbooks")
    home.sync()
    assert {"runbooks/made-there.md", "runbooks/a/below.md"} <= set(home.files())
    assert not any(path.startswith("ops/") for path in home.files())
    assert at_rest(home)


def test_a_new_page_below_a_page_that_moves_goes_with_it(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/child.md", "# Child\n\nText.\n")
    home.write("p.md", "# P\n\nText.\n")
    home.push()
    home.person.create("Second", "<p>words</p>", parent_id=home.page("X").id)
    home.person.move(home.page("X").id, home.page("P").id)
    home.sync()
    assert set(home.files()) == {"p.md", "p/x.md", "p/x/child.md", "p/x/second.md"}
    assert at_rest(home)


def test_a_folder_below_a_page_that_moves_keeps_standing_for_its_directory(home):
    home.write("x.md", "# X\n\nText.\n")
    home.write("x/sub/c.md", "# C\n\nText.\n")
    home.write("p.md", "# P\n\nText.\n")
    home.push()
    there = folder(home, "sub").id
    home.person.move(home.page("X").id, home.page("P").id)
    home.sync()
    assert "p/x/sub/c.md" in home.files()
    assert home.page("C").parent_id == there
    assert at_rest(home)


def test_a_title_that_gives_the_same_name_moves_nothing(home):
    pushed(home)
    home.person.rename_folder(folder(home, "ops").id, "OPS")
    assert at_rest(home)
    assert "ops/a.md" in home.files()
    home.person.rename_folder(folder(home, "OPS").id, "Runbooks")
    home.sync()
    assert "runbooks/a.md" in home.files()


def test_a_push_says_that_confluence_is_ahead_and_leaves_the_directory(home):
    pushed(home)
    home.person.rename_folder(folder(home, "ops").id, "Runbooks")
    report = home.push()
    assert results(report) == {"ops": ("ahead", "ahead")}
    assert report.exit_code == 0
    assert "ops/a.md" in home.files()
    home.edit("ops/a.md", "First", "Second")
    assert home.push().exit_code == 0
    assert "Second" in home.body("A")
    home.sync()
    assert "Second" in home.read("runbooks/a.md")
    assert at_rest(home)


def test_a_directory_that_moved_here_while_its_folder_moved_there_is_left_to_people(home):
    before = pushed(home)
    (home.root / "ops").rename(home.root / "mine")
    home.person.rename_folder(folder(home, "ops").id, "Theirs")
    there = folder(home, "Theirs").id
    for _ in range(2):
        report = home.sync()
        assert report.exit_code == 4
        assert "Theirs" in {e.path: e.detail for e in report.entries}["mine/a.md"]
    assert "mine/a.md" in home.files()
    assert home.page("A").parent_id == there
    (home.root / "mine").rename(home.root / "theirs")
    home.sync()
    assert at_rest(home)
    assert home.page("A").parent_id == there
    assert ids(home) == before


def test_a_directory_that_was_renamed_here_as_its_folder_was_there_agrees_with_it(home):
    pushed(home)
    there = folder(home, "ops").id
    home.person.rename_folder(there, "Runbooks")
    (home.root / "ops").rename(home.root / "runbooks")
    home.sync()
    assert at_rest(home)
    assert home.page("A").parent_id == there
    assert "(runbooks/a.md)" in home.read("b.md")


def test_the_pages_of_a_directory_that_was_renamed_here_keep_their_ids_and_the_old_folder_goes(home):
    before = pushed(home)
    (home.root / "ops").rename(home.root / "runbooks")
    home.sync()
    assert home.page("A").parent_id == folder(home, "runbooks").id
    assert folder(home, "ops") is None
    assert at_rest(home)
    assert ids(home) == before


def test_an_old_folder_that_holds_something_else_stays(home):
    pushed(home)
    home.person.create_folder("Theirs", parent_id=folder(home, "ops").id)
    (home.root / "ops").rename(home.root / "runbooks")
    home.sync()
    assert folder(home, "ops") is not None
    assert folder(home, "Theirs") is not None
    assert at_rest(home)


def test_a_directory_with_a_held_page_waits_and_says_so(home):
    pushed(home)
    home.edit("ops/a.md", "First", "Mine")
    home.person.replace(home.page("A").id, "First", "Theirs")
    home.sync()
    home.person.rename_folder(folder(home, "ops").id, "Runbooks")
    report = home.sync()
    assert report.exit_code == 4
    assert results(report)["ops"][1] == "held"
    copy = next(path for path in home.files() if "conflict" in path)
    (home.root / copy).unlink()
    home.sync()
    assert "Mine" in home.read("runbooks/a.md")
    assert at_rest(home)


def test_a_name_that_is_taken_here_is_told_apart(home):
    pushed(home)
    home.write("runbooks.txt", b"not a document")
    home.write("runbooks/own.txt", b"not a document, either")
    home.person.rename_folder(folder(home, "ops").id, "Runbooks")
    home.sync()
    moved = next(path for path in home.files() if path.endswith("/a.md"))
    assert moved.startswith("runbooks-")
    assert home.read("runbooks/own.txt")
    assert at_rest(home)


def test_what_ignore_rules_hide_stays_hidden_where_it_is(home):
    home.write(".confsyncignore", "ops/drafts/\nops/draft.md\n")
    home.write("ops/draft.md", "# Secret\n\nNot yet.\n")
    home.write("ops/drafts/more.md", "# More\n\nNot yet.\n")
    pushed(home)
    home.person.rename_folder(folder(home, "ops").id, "Runbooks")
    home.sync()
    assert {"runbooks/a.md", "ops/draft.md", "ops/drafts/more.md"} <= set(home.files())
    assert at_rest(home)
    assert home.page("Secret") is None


def test_a_folder_is_followed_where_search_does_not_answer(home):
    pushed(home)
    home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=501, path="*/search", times=1_000))
    home.person.rename_folder(folder(home, "ops").id, "Runbooks")
    home.sync()
    assert "runbooks/a.md" in home.files()


def test_a_clone_without_a_ledger_learns_what_folders_are_called_and_follows_later(home):
    pushed(home)
    twin = home.twin("twin")
    for path, data in home.files().items():
        twin.write(path, data)
    assert twin.sync().exit_code == 0
    assert at_rest(twin)
    home.person.rename_folder(folder(home, "ops").id, "Runbooks")
    twin.sync()
    assert "runbooks/a.md" in twin.files()
    assert at_rest(twin)


def test_an_empty_folder_that_people_trashed_is_made_anew_when_it_is_needed(home):
    home.write("ops/a.md", "# A\n\nText.\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    person = home.person
    old = folder(home, "ops").id
    person.move(home.page("A").id, home.page("B").id)
    home.sync()
    assert "b/a.md" in home.files()
    person.trash(old)
    home.write("ops/c.md", "# C\n\nText.\n")
    assert home.sync().exit_code == 0
    assert home.page("C").parent_id == folder(home, "ops").id


@pytest.mark.parametrize("path", ["*/folders/*", "*/direct-children", "*/search"])
@pytest.mark.parametrize("status", [403, 500])
def test_who_may_not_read_folders_syncs_all_else(home, path, status):
    pushed(home)
    home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=status, method="GET", path=path, times=0))
    home.edit("ops/a.md", "First", "Second")
    home.person.replace(home.page("B").id, "Other", "Another")
    assert home.sync().exit_code == 0
    assert "Second" in home.body("A")
    assert "Another" in home.read("b.md")


@pytest.mark.parametrize("pages", [2, 5])
def test_folders_at_the_top_are_followed_at_once_though_search_is_behind(home, pages):
    for n in range(pages):
        home.write(f"d{n}/p{n}.md", f"# P{n}\n\nText.\n")
    home.push()
    home.sync()
    home.sandbox.store.state.habits = replace(home.sandbox.store.state.habits, search_lag=3600.0)
    home.person.rename_folder(folder(home, "d1").id, "Runbooks")
    home.sync()
    assert "runbooks/p1.md" in home.files()
    assert at_rest(home)
    assert home.sandbox.requests.total <= 1 + 5


def test_a_new_folder_that_has_the_name_of_one_that_was_renamed_is_another_directory(home):
    before = pushed(home)
    old = folder(home, "ops")
    home.person.rename_folder(old.id, "Handbook")
    new = home.person.create_folder("ops", parent_id=home.page("B").parent_id)
    home.person.create("N", "<p>new</p>", parent_id=new.id)
    for _ in range(3):
        home.sync()
    assert at_rest(home)
    assert {"handbook/a.md", "handbook/deep/c.md", "ops/n.md"} <= set(home.files())
    assert before.items() <= ids(home).items()
    assert home.page("A").parent_id == old.id
    assert home.page("N").parent_id == new.id
