"""`order = "files"`: pages stand below their parent as their files do in the folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from confsync.errors import ExitCode
from confsync.planning.policy import SiblingOrder
from confsync.sandbox import Fault, Trouble, When


@pytest.fixture
def ordered(home):
    home.policy = replace(home.policy, order=SiblingOrder.FILES)
    return home


def write(home, *names):
    for name in names:
        home.write(f"{name}.md", f"# The {name}\n\ntext\n")


def below(home, title=None):
    """The names of the files of the pages below a page, as Confluence shows them."""
    parent = home.page(title).id if title else home.person.find("Documentation Home").id
    pages = [page for page in home.store_pages() if page.parent_id == parent]
    return [page.title.removeprefix("The ") for page in sorted(pages, key=lambda page: page.position)]


def moves(home):
    return [path for path in home.writes if "/move/" in path]


def test_a_file_between_two_others_becomes_a_page_between_theirs(ordered):
    write(ordered, "01-first", "03-third", "guide", "guide/10-a", "guide/30-c")
    assert ordered.push().exit_code == ExitCode.IN_SYNC
    assert moves(ordered) == []
    write(ordered, "02-second", "00-start", "guide/20-b")
    foreseen = {(e.action, e.path) for e in ordered.push(dry_run=True).entries}
    report = ordered.push()
    assert {(e.action, e.path) for e in report.entries} == foreseen
    assert below(ordered) == ["00-start", "01-first", "02-second", "03-third", "guide"]
    assert below(ordered, "The guide") == ["guide/10-a", "guide/20-b", "guide/30-c"]
    assert len(moves(ordered)) == 3
    assert ordered.push().exit_code == ExitCode.IN_SYNC
    assert ordered.writes == []


def test_a_file_that_gets_another_name_takes_its_page_along_and_no_new_version_is_made(ordered):
    write(ordered, "1-a", "2-b", "3-c")
    ordered.push()
    version = ordered.page("The 1-a").version
    (ordered.root / "1-a.md").rename(ordered.root / "4-a.md")
    assert ordered.sync().exit_code == ExitCode.IN_SYNC
    assert below(ordered) == ["2-b", "3-c", "1-a"]
    assert ordered.page("The 1-a").version == version
    assert ordered.sync().entries == ()


def test_a_page_that_people_move_among_its_siblings_is_put_back_and_others_stay(ordered):
    write(ordered, "1", "2", "3", "4")
    ordered.push()
    ordered.person.create("Theirs", "<p>x</p>")
    first, last = ordered.page("The 1").id, ordered.page("The 4").id
    ordered.sandbox.store.tree.move(
        ordered.sandbox.store.state.content(first), "after", ordered.sandbox.store.state.content(last)
    )
    ordered.push()
    assert below(ordered) == ["1", "2", "3", "4", "Theirs"]
    assert len(moves(ordered)) == 1


def test_without_the_setting_nobody_moves_a_page_among_its_siblings(home):
    write(home, "1", "3")
    home.push()
    write(home, "2")
    home.push()
    assert below(home) == ["1", "3", "2"]
    assert home.push().entries == ()


@pytest.mark.parametrize("when", [When.BEFORE, When.AFTER])
def test_a_move_without_a_clear_answer_is_looked_at_again(ordered, when):
    write(ordered, "1", "3")
    ordered.push()
    write(ordered, "2")
    ordered.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=500, path="*/move/*", when=when))
    assert ordered.push().exit_code == ExitCode.IN_SYNC
    assert below(ordered) == ["1", "2", "3"]
    assert len(moves(ordered)) == (2 if when is When.BEFORE else 1)
    assert ordered.push().entries == ()


@pytest.mark.parametrize("sandbox", ["datacenter"], indirect=True)
def test_data_center_keeps_the_order_that_it_has(ordered):
    write(ordered, "1", "3")
    ordered.push()
    write(ordered, "2")
    assert ordered.push().exit_code == ExitCode.IN_SYNC
    assert ordered.push().entries == ()
