"""Where Confluence has no folders: pages that stand in for directories are renamed and moved, on either side."""

from __future__ import annotations

import pytest
from sync_home import results

pytestmark = pytest.mark.parametrize("sandbox", ["datacenter"], indirect=True)


def pushed(home):
    home.write("ops/a.md", "# A\n\nFirst, see [b](../b.md).\n")
    home.write("ops/deep/c.md", "# C\n\nUp to [a](../a.md).\n")
    home.write("b.md", "# B\n\nOther, see [a](ops/a.md).\n")
    home.push()
    return {page.title: page.id for page in home.store_pages()}


def at_rest(home):
    return home.sync().entries == () and home.writes == []


def test_the_directory_follows_a_place_that_was_renamed(home):
    before = pushed(home)
    home.person.rename(before["ops"], "Runbooks")
    planned = home.sync(dry_run=True)
    report = home.sync()
    assert results(report) == {"ops": ("move", "done")}
    assert [(e.action, e.path) for e in planned.entries] == [(e.action, e.path) for e in report.entries]
    assert set(home.files()) == {"runbooks/a.md", "runbooks/deep/c.md", "b.md"}
    assert "(runbooks/a.md)" in home.read("b.md")
    assert at_rest(home)
    assert {page.id for page in home.store_pages()} == set(before.values())


def test_the_directory_follows_a_place_that_was_moved(home):
    before = pushed(home)
    home.person.move(before["ops"], before["B"])
    home.sync()
    assert set(home.files()) == {"b/ops/a.md", "b/ops/deep/c.md", "b.md"}
    assert at_rest(home)


@pytest.mark.parametrize("direction", ["push", "sync"])
def test_a_place_follows_its_directory_to_another_name(home, direction):
    before = pushed(home)
    (home.root / "ops").rename(home.root / "runbooks")
    planned = getattr(home, direction)(dry_run=True)
    report = getattr(home, direction)()
    assert {(e.action, e.path) for e in report.entries if e.action != "relink"} == {
        ("move-folder", "runbooks")
    }
    assert [(e.action, e.path) for e in planned.entries] == [(e.action, e.path) for e in report.entries]
    assert home.page("Runbooks".lower()).id == before["ops"]
    assert home.page("A").parent_id == before["ops"]
    home.sync()
    assert at_rest(home)
    assert {page.id for page in home.store_pages()} == set(before.values())
    assert home.twin("twin").pull().exit_code == 0


def test_a_place_follows_its_directory_into_another_one(home):
    before = pushed(home)
    (home.root / "b").mkdir()
    (home.root / "ops").rename(home.root / "b" / "ops")
    home.sync()
    assert home.page("ops").id == before["ops"]
    assert home.page("ops").parent_id == before["B"]
    assert home.page("C").parent_id == before["deep"]
    assert at_rest(home)


def test_a_place_whose_directory_was_moved_follows_after_a_pull_too(home):
    before = pushed(home)
    (home.root / "ops").rename(home.root / "runbooks")
    home.pull()
    assert home.page("ops").id == before["ops"]
    home.sync()
    assert home.page("runbooks").id == before["ops"]
    assert at_rest(home)


def test_a_place_that_was_renamed_on_both_sides_is_left_to_people(home):
    before = pushed(home)
    home.person.rename(before["ops"], "Theirs")
    (home.root / "ops").rename(home.root / "mine")
    for _ in range(2):
        assert home.sync().exit_code == 4
    assert home.page("Theirs").id == before["ops"]
    assert "mine/a.md" in home.files()
    (home.root / "mine").rename(home.root / "theirs")
    home.sync()
    assert at_rest(home)


def test_a_place_that_people_renamed_and_emptied_becomes_no_file(home):
    before = pushed(home)
    home.person.rename(before["deep"], "Depths")
    home.person.move(before["C"], before["B"])
    planned = home.sync(dry_run=True)
    report = home.sync()
    assert {(e.action, e.path) for e in planned.entries} == {(e.action, e.path) for e in report.entries}
    assert set(home.files()) == {"ops/a.md", "b.md", "b/c.md"}
    assert at_rest(home)
    assert home.page("Depths").id == before["deep"]
    home.person.edit(before["deep"], "<p>Words at last.</p>")
    home.sync()
    assert "Words at last." in home.read("ops/depths.md")
