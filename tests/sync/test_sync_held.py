"""Held files that people go on working with: whatever they are called then, they keep their pages and their copies."""

from __future__ import annotations

import pytest

from confsync.errors import ExitCode


@pytest.fixture
def held(home):
    """Return a folder in which `a.md` is held: both sides changed one block."""
    home.write("a.md", "# A\n\nfirst\n")
    home.write("b.md", "# B\n\nSee [a](a.md).\n")
    home.push()
    home.person.replace(home.page("A").id, "first", "theirs")
    home.edit("a.md", "first", "mine")
    assert home.sync().exit_code == ExitCode.HELD
    return home


def move(home, old, new):
    (home.root / new).parent.mkdir(parents=True, exist_ok=True)
    (home.root / old).rename(home.root / new)


def settle(home):
    [copy] = [name for name in home.files() if ".conflict-v" in name]
    assert "theirs" in home.read(copy)
    assert "theirs" in home.body("A")
    (home.root / copy).unlink()
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.sync().entries == ()


@pytest.mark.parametrize("direction", ["push", "sync"])
def test_a_held_file_that_moves_keeps_its_page_and_takes_its_copy_along(held, direction):
    page = held.page("A").id
    move(held, "a.md", "in/another.md")
    planned = getattr(held, direction)(dry_run=True)
    report = getattr(held, direction)()
    assert report.exit_code == ExitCode.HELD
    assert {(e.action, e.path) for e in planned.entries} == {(e.action, e.path) for e in report.entries}
    assert "in/another.conflict-v3.md" in held.files()
    held.sync()
    assert "(in/another.md)" in held.read("b.md")
    settle(held)
    assert held.page("A").id == page
    assert "mine" in held.body("A")
    assert len(held.store_pages()) == 2


def test_a_held_file_that_is_edited_and_then_moved_under_another_title_keeps_its_page(held):
    page = held.page("A").id
    held.write("a.md", "# Other\n\nmine and theirs\n")
    held.sync()
    move(held, "a.md", "c.md")
    assert held.sync().exit_code == ExitCode.HELD
    [copy] = [name for name in held.files() if ".conflict-v" in name]
    (held.root / copy).unlink()
    assert held.sync().exit_code == ExitCode.IN_SYNC
    assert held.page("Other").id == page
    assert "mine and theirs" in held.body("Other")


def test_a_new_file_in_the_place_of_a_held_one_that_moved_is_another_page(held):
    page = held.page("A").id
    move(held, "a.md", "c.md")
    held.write("a.md", "# New\n\nwords\n")
    assert held.sync().exit_code == ExitCode.HELD
    settle(held)
    assert held.page("A").id == page
    assert "words" in held.body("New")


def test_a_held_file_in_a_directory_that_moves_with_its_copy_stays_held(home):
    home.write("d/a.md", "# A\n\nfirst\n")
    home.write("d/b.md", "# B\n\nother\n")
    home.push()
    page = home.page("A").id
    home.person.replace(page, "first", "theirs")
    home.edit("d/a.md", "first", "mine")
    home.sync()
    (home.root / "d").rename(home.root / "e")
    assert home.sync().exit_code == ExitCode.HELD
    settle(home)
    assert home.page("A").id == page
    assert "mine" in home.body("A")
