"""Every cell of the decision table, planned on a world that is in just that state."""

from __future__ import annotations

import itertools

import pytest
from builders import doc, page, row, world

from confsync.model import Direction, DocPath, PageId, Problem
from confsync.planning.actions import Create, Merge, Pull, PullNew, TrashFile, TrashPage, Update
from confsync.planning.plan import plan
from confsync.planning.report_actions import Ahead, Blocked, Strayed, Vanished
from confsync.planning.row_actions import Advance, Forget
from confsync.planning.table import TABLE, LocalChange, RemoteChange, decide

L, R = LocalChange, RemoteChange
CELLS = list(itertools.product(LocalChange, RemoteChange))


def state(local: LocalChange, remote: RemoteChange):
    """The page `10` titled A with the file a.md, changed on each side as told."""
    title = "B" if local in (L.MOVED, L.MOVED_CHANGED) else "A"
    text = "new" if local in (L.CHANGED, L.MOVED_CHANGED) else "text"
    docs = [] if local in (L.DELETED, L.PROBLEM) else [doc("a.md", text, title=title)]
    problems = {DocPath("a.md"): Problem("unreadable", "no")} if local is L.PROBLEM else {}
    there = remote not in (R.DELETED, R.UNKNOWN)
    moved, changed = remote in (R.MOVED, R.MOVED_CHANGED), remote in (R.CHANGED, R.MOVED_CHANGED)
    body = "other" if changed else "body"
    pages = (
        [page("10", "C" if moved else "A", version=2 if changed or moved else 1, body=body)] if there else []
    )
    return world(
        docs=[*docs, doc("other.md", "o", title="Other")],
        pages=[*pages, page("11", "Other")],
        rows=[row("10", "a.md", "A"), row("11", "other.md", "Other", text="o")],
        local={"problems": problems},
        trashed=frozenset({PageId("10")}) if remote is R.DELETED else frozenset(),
        unknown=frozenset({PageId("10")}) if remote is R.UNKNOWN else frozenset(),
    )


EXPECTED = {
    (L.SAME, R.SAME): [],
    (L.SAME, R.CHANGED): [Pull],
    (L.SAME, R.MOVED): [Pull],
    (L.SAME, R.MOVED_CHANGED): [Pull],
    (L.SAME, R.DELETED): [TrashFile],
    (L.SAME, R.UNKNOWN): [Vanished],
    (L.CHANGED, R.SAME): [Update],
    (L.CHANGED, R.CHANGED): [Merge],
    (L.CHANGED, R.MOVED): [Pull, Update],
    (L.CHANGED, R.MOVED_CHANGED): [Merge],
    (L.CHANGED, R.DELETED): [Create],
    (L.CHANGED, R.UNKNOWN): [Vanished],
    (L.MOVED, R.SAME): [Update],
    (L.MOVED, R.CHANGED): [Pull, Update],
    (L.MOVED, R.MOVED): [Strayed, Advance],
    (L.MOVED, R.MOVED_CHANGED): [Strayed, Pull],
    (L.MOVED, R.DELETED): [Create],
    (L.MOVED, R.UNKNOWN): [Vanished],
    (L.MOVED_CHANGED, R.SAME): [Update],
    (L.MOVED_CHANGED, R.CHANGED): [Merge],
    (L.MOVED_CHANGED, R.MOVED): [Strayed, Update],
    (L.MOVED_CHANGED, R.MOVED_CHANGED): [Strayed, Merge],
    (L.MOVED_CHANGED, R.DELETED): [Create],
    (L.MOVED_CHANGED, R.UNKNOWN): [Vanished],
    (L.DELETED, R.SAME): [TrashPage],
    (L.DELETED, R.CHANGED): [PullNew],
    (L.DELETED, R.MOVED): [PullNew],
    (L.DELETED, R.MOVED_CHANGED): [PullNew],
    (L.DELETED, R.DELETED): [Forget],
    (L.DELETED, R.UNKNOWN): [Vanished],
    **{(L.PROBLEM, remote): [Blocked] for remote in RemoteChange},
}


def test_the_table_has_a_rule_with_a_sentence_for_every_combination():
    assert set(TABLE) == set(CELLS) == set(EXPECTED)
    assert all(decide(*cell).sentence.endswith(".") for cell in CELLS)


@pytest.mark.parametrize(("local", "remote"), CELLS, ids=[f"{a}-{b}" for a, b in CELLS])
def test_each_combination_plans_the_actions_of_its_cell(local, remote):
    made = [type(a) for a in plan(state(local, remote), Direction.SYNC).actions if a.path == "a.md"]
    assert made == EXPECTED[local, remote]


@pytest.mark.parametrize(("local", "remote"), CELLS, ids=[f"{a}-{b}" for a, b in CELLS])
def test_a_push_has_no_effect_on_files_and_a_pull_none_on_pages(local, remote):
    seen = state(local, remote)
    pushed = plan(seen, Direction.PUSH).actions
    pulled = plan(seen, Direction.PULL).actions
    assert not [a for a in pushed if isinstance(a, Pull | PullNew | TrashFile)]
    assert not [a for a in pulled if isinstance(a, Update | Create | TrashPage)]


@pytest.mark.parametrize(("local", "remote"), CELLS, ids=[f"{a}-{b}" for a, b in CELLS])
def test_directions_drop_effects_and_decide_nothing_anew(local, remote):
    seen = state(local, remote)
    both = plan(seen, Direction.SYNC).actions
    for direction in (Direction.PUSH, Direction.PULL):
        some = plan(seen, direction).actions
        assert [a for a in some if not isinstance(a, Ahead)] == [a for a in both if a in some]
