"""Which pages are moved so that siblings stand in the order of their files."""

from __future__ import annotations

from dataclasses import replace

from builders import doc, page, row, world
from hypothesis import given
from hypothesis import strategies as st

from confsync.model import Direction, DocPath
from confsync.planning.actions import Create, Reorder
from confsync.planning.plan import plan
from confsync.planning.policy import Policy, SiblingOrder

FILES = Policy(space_key="DOCS", order=SiblingOrder.FILES)


def siblings(names, positions, new=(), policy=FILES, **remote):
    """A world of documents whose pages stand at these positions, and of documents that are new."""
    pages = [replace(page(str(10 + n), name.upper()), position=positions[n]) for n, name in enumerate(names)]
    return world(
        docs=[doc(f"{name}.md", title=name.upper()) for name in (*names, *new)],
        pages=pages,
        rows=[row(one.id, f"{name}.md", one.title) for one, name in zip(pages, names, strict=True)],
        policy=policy,
        **remote,
    )


def moves(seen, direction=Direction.PUSH):
    return [action for action in plan(seen, direction).actions if isinstance(action, Reorder)]


def standing(seen) -> list[DocPath]:
    """What stands below the root in which order when the plan is carried out."""
    there = {seen.rows[i].path: one for i, one in seen.remote.pages.items()}
    order = sorted(there, key=lambda path: there[path].position)
    for action in plan(seen, Direction.PUSH).actions:
        if isinstance(action, Create):
            order.append(action.path)
        elif isinstance(action, Reorder):
            order.remove(action.path)
            order.insert(order.index(action.beside) + action.behind, action.path)
    return order


def fewest(numbers: list[int]) -> int:
    """How many must move at least, found out slowly."""
    best: list[int] = []
    for n, number in enumerate(numbers):
        best.append(1 + max((best[m] for m in range(n) if numbers[m] < number), default=0))
    return len(numbers) - max(best, default=0)


@given(st.permutations(range(8)), st.sets(st.integers(0, 7), max_size=3))
def test_pages_stand_in_the_order_of_their_files_after_the_fewest_moves(order, new):
    names = [f"f{n}" for n in range(8)]
    old = [n for n in order if n not in new]
    seen = siblings([names[n] for n in old], list(range(len(old))), [names[n] for n in sorted(new)])
    assert standing(seen) == [f"{name}.md" for name in names]
    assert len(moves(seen)) == fewest([*old, *sorted(new)])


def test_the_order_is_confluences_unless_somebody_asks_for_that_of_the_files():
    policy = Policy(space_key="DOCS")
    assert moves(siblings(["a", "b"], [2, 1], policy=policy)) == []
    assert [one.path for one in moves(siblings(["a", "b"], [2, 1]))] == ["b.md"]


def test_nothing_is_moved_where_confluence_tells_no_positions_or_cannot_move():
    assert moves(siblings(["a", "b"], [None, 1])) == []
    assert moves(siblings(["a", "b"], [2, 1], folders_are_pages=True)) == []


def test_a_pull_leaves_pages_where_they_are():
    assert moves(siblings(["a", "b"], [2, 1]), Direction.PULL) == []


def test_a_page_in_another_place_than_its_file_asks_for_is_nobodys_sibling_here():
    seen = siblings(["a", "b"], [2, 1])
    pages = dict(seen.remote.pages)
    moved = replace(pages["11"], parent_id="10", version=2)
    assert moves(seen.but(remote=replace(seen.remote, pages={**pages, "11": moved}))) == []


def test_an_index_file_stands_where_its_directory_does():
    names, at = ["b/index", "a", "c"], [1, 2, 3]
    seen = siblings(names, at)
    assert [(one.path, one.beside, one.behind) for one in moves(seen)] in (
        [("a.md", "b/index.md", False)],
        [("b/index.md", "a.md", True)],
    )
