"""Titles that pages hand to one another, and files that trade places: what the plan says, without a Confluence."""

from __future__ import annotations

import pytest
from builders import doc, page, row, world
from hypothesis import given
from hypothesis import strategies as st

from confsync.model import Direction, PageId
from confsync.planning.actions import Create, Retitle, Update, Vacate
from confsync.planning.handover import is_temporary, temporary_title
from confsync.planning.plan import plan
from confsync.planning.report_actions import Blocked


def renamed(*titles):
    """A world of pages 11, 12, …: each pair is the title that a page has and the one that its file asks for."""
    return world(
        docs=[doc(f"{n}.md", f"new {n}", title=new) for n, (_, new) in enumerate(titles, start=1)],
        pages=[page(f"1{n}", old) for n, (old, _) in enumerate(titles, start=1)],
        rows=[row(f"1{n}", f"{n}.md", old) for n, (old, _) in enumerate(titles, start=1)],
    )


def steps(seen):
    return [
        action
        for action in plan(seen, Direction.SYNC).actions
        if isinstance(action, Update | Vacate | Retitle)
    ]


@given(st.permutations("ABCDEF"))
def test_whatever_titles_change_hands_each_is_free_when_it_is_taken(new):
    seen = renamed(*zip("ABCDEF", new, strict=True))
    holds = {i: p.title for i, p in seen.remote.pages.items()}
    actions = steps(seen)
    for action in (a for a in actions if isinstance(a, Vacate)):
        holds[action.page_id] = action.title
    for action in sorted((a for a in actions if isinstance(a, Update)), key=lambda a: a.rank or 0):
        if action.rename:
            assert action.title not in holds.values()
            holds[action.page_id] = action.title
    assert [holds[PageId(f"1{n}")] for n in range(1, 7)] == list(new)
    aside = {a.page_id for a in actions if isinstance(a, Vacate)}
    assert {a.page_id for a in actions if isinstance(a, Retitle)} == aside


def test_along_a_chain_nobody_steps_aside():
    actions = steps(renamed(("A", "B"), ("B", "C"), ("C", "D")))
    assert [(a.title, a.rank) for a in sorted(actions, key=lambda a: a.rank)] == [
        ("D", 0),
        ("C", 1),
        ("B", 2),
    ]


def test_a_new_file_takes_a_title_that_a_page_gives_up_and_no_other():
    def planned(new_title):
        return world(
            docs=[doc("1.md", "new", title=new_title), doc("2.md", "2", title="A")],
            pages=[page("11", "A")],
            rows=[row("11", "1.md", "A")],
        )

    given_up = plan(planned("B"), Direction.PUSH).actions
    assert [a.title for a in given_up if isinstance(a, Create)] == ["A"]
    kept = plan(planned("A"), Direction.PUSH).actions
    assert not [a for a in kept if isinstance(a, Create) and a.title == "A"]
    assert not [a for a in kept if isinstance(a, Blocked)]


@pytest.mark.parametrize("title", ["A", "x" * 255, "😀" * 127, "A (titles are being exchanged, confsync 7)"])
def test_a_temporary_title_is_known_by_its_page_and_fits(title):
    there = temporary_title(title, PageId("9007199254806541"))
    assert is_temporary(there, PageId("9007199254806541"))
    assert not is_temporary(there, PageId("7"))
    assert len(there.encode("utf-16-le")) // 2 <= 255


def test_files_that_went_round_in_a_circle_are_known_by_their_texts():
    seen = world(
        docs=[doc("1.md", "three"), doc("2.md", "one"), doc("3.md", "two"), doc("4.md", "four")],
        pages=[page(str(n), str(n)) for n in range(1, 5)],
        rows=[
            row(str(n), f"{n}.md", str(n), text=t)
            for n, t in enumerate(["one", "two", "three", "four"], start=1)
        ],
    )
    assert seen.matches.bound == {"1": "2.md", "2": "3.md", "3": "1.md", "4": "4.md"}


def test_a_file_that_was_copied_over_another_keeps_that_files_page():
    seen = world(
        docs=[doc("1.md", "one"), doc("2.md", "one")],
        pages=[page("1", "1"), page("2", "2")],
        rows=[row("1", "1.md", "1", text="one"), row("2", "2.md", "2", text="two")],
    )
    assert seen.matches.bound == {"1": "1.md", "2": "2.md"}
