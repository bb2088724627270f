"""Files that are gone while another one cannot be read: it may be theirs, so nothing is gone."""

from __future__ import annotations

import pytest
from builders import doc, page, row, world

from confsync.model import Direction, DocPath, Problem
from confsync.planning.actions import Create, TrashPage, Update
from confsync.planning.plan import plan
from confsync.planning.report_actions import Blocked

A, B = DocPath("a.md"), DocPath("b.md")


def of(kind, *, path="new.md"):
    return {"problems": {DocPath(path): Problem(kind, "no")}}


def planned(seen):
    return plan(seen, Direction.SYNC).actions


@pytest.mark.parametrize("kind", ["unreadable", "busy", "vanished", "conflict-markers"])
def test_a_page_stays_whose_file_may_be_the_one_that_cannot_be_read_now(kind):
    seen = world(pages=[page("2", "A")], rows=[row("2", "a.md", "A")], local=of(kind))
    actions = planned(seen)
    assert not [a for a in actions if isinstance(a, TrashPage)]
    [blocked] = [a for a in actions if a.path == A]
    assert isinstance(blocked, Blocked)
    assert "new.md" in blocked.detail


@pytest.mark.parametrize("kind", ["undecodable", "name", "front-matter"])
def test_a_file_that_never_could_be_read_keeps_no_page_from_being_deleted(kind):
    seen = world(pages=[page("2", "A")], rows=[row("2", "a.md", "A")], local=of(kind))
    assert any(isinstance(a, TrashPage) for a in planned(seen))


def test_an_unreadable_file_where_it_was_stands_for_its_own_page_alone():
    rows = [row("2", "a.md", "A"), row("3", "b.md", "B")]
    seen = world(pages=[page("2", "A"), page("3", "B")], rows=rows, local=of("unreadable", path="b.md"))
    assert [(type(a), a.path) for a in planned(seen)] == [(Blocked, B), (TrashPage, A)]


def test_what_lies_at_the_path_of_such_a_page_waits_and_takes_it_from_nobody():
    # a.md and b.md traded places, and b.md cannot be read now
    rows = [row("2", "a.md", "A"), row("3", "b.md", "B")]
    seen = world(
        docs=[doc("a.md", "other", title="B", page_id="3")],
        pages=[page("2", "A"), page("3", "B")],
        rows=rows,
        local=of("unreadable", path="b.md"),
    )
    actions = planned(seen)
    assert {a.path for a in actions} == {A, B}
    assert all(isinstance(a, Blocked) for a in actions)


def test_a_row_whose_path_a_new_file_takes_follows_its_own_file_first():
    rows = [row("2", "a.md", "A", text="one"), row("3", "b.md", "B", text="two")]
    seen = world(
        docs=[doc("b.md", "one", title="A", page_id="2"), doc("a.md", "new", title="C")],
        pages=[page("3", "B")],
        rows=rows,
        unknown=frozenset({"2"}),
    )
    names = [type(a).__name__ for a in planned(seen)]
    assert names.index("Rebind") < names.index("Create")
    assert not [a for a in planned(seen) if isinstance(a, Update)]
    assert any(isinstance(a, Create) for a in planned(seen))
