"""Laws of the planner over random histories: total, deterministic, blind to order, careful with deletions."""

from __future__ import annotations

import random

from builders import doc, page, row, world
from hypothesis import given
from hypothesis import strategies as st

from confsync.model import Direction, LocalSnapshot, PageId, RemoteSnapshot
from confsync.planning.actions import Create, Merge, Pull, PullNew, TrashFile, TrashPage, Update
from confsync.planning.evidence import Remembered
from confsync.planning.plan import plan
from confsync.planning.world import World

NAMES = ["a", "b", "c", "d/index", "d/e", "f/g", "README"]


@st.composite
def histories(draw):
    """A base tree and what each side made of it: kept, edited, renamed, removed, new."""
    docs, pages, rows, trashed = [], [], [], set()
    for number, name in enumerate(draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6)), start=10):
        pid, path = str(number), f"{name}.md"
        local = draw(st.sampled_from(["same", "edit", "rename", "move", "gone", "never"]))
        remote = draw(st.sampled_from(["same", "edit", "rename", "trash", "unknown", "never"]))
        if remote != "never":
            rows.append(row(pid, path, name))
        if local != "gone":
            at = f"z/{name}.md" if local == "move" else path
            title = f"{name}!" if local == "rename" else name
            docs.append(
                doc(
                    at,
                    "edited" if local == "edit" else f"text{'' if remote != 'never' else number}",
                    title=title,
                )
            )
        if remote in ("same", "edit", "rename"):
            edited = remote == "edit"
            title = f"{name}?" if remote == "rename" else name
            pages.append(
                page(pid, title, version=1 if remote == "same" else 2, body="x" if edited else "body")
            )
        if remote == "trash":
            trashed.add(PageId(pid))
    if draw(st.booleans()):
        pages.append(page("99", draw(st.sampled_from(["a", "New", "CON"])), body="new"))
    return world(docs=docs, pages=pages, rows=rows, trashed=frozenset(trashed))


def shuffled(seen: World, seed: int) -> World:
    def mix(mapping):
        items = list(mapping.items())
        random.Random(seed).shuffle(items)
        return dict(items)

    local = LocalSnapshot(docs=mix(seen.local.docs))
    remote = seen.remote
    other = RemoteSnapshot(
        space=remote.space, root_id=remote.root_id, pages=mix(remote.pages), trashed=remote.trashed
    )
    return World(Remembered(rows=mix(seen.rows)), local, other, seen.evidence, seen.policy)


@given(histories(), st.integers(), st.sampled_from(list(Direction)))
def test_the_same_inputs_in_any_order_give_the_same_plan(seen, seed, direction):
    assert plan(seen, direction).actions == plan(shuffled(seen, seed), direction).actions


@given(histories())
def test_nothing_is_deleted_that_the_ledger_does_not_know_or_that_was_edited(seen):
    for action in plan(seen, Direction.SYNC).actions:
        if isinstance(action, TrashPage):
            base = seen.rows[action.page_id]
            assert base.path not in seen.docs
            assert seen.remote.pages[action.page_id].version == base.version
        if isinstance(action, TrashFile):
            base = seen.rows[action.page_id]
            assert action.page_id in seen.remote.trashed
            assert seen.docs[action.path].facts.text_hash == base.local_hash


@given(histories())
def test_every_write_has_an_expectation(seen):
    for action in plan(seen, Direction.SYNC).actions:
        if isinstance(action, Create | Update | Merge | Pull):
            assert action.expect_hash == seen.docs[action.path].hash
        if isinstance(action, Update | Merge | Pull | PullNew):
            assert action.expect_version == seen.remote.pages[action.page_id].version


@given(histories())
def test_no_two_pages_get_one_title_and_no_two_files_one_path(seen):
    actions = plan(seen, Direction.SYNC).actions
    created = [a.title.casefold() for a in actions if isinstance(a, Create)]
    assert len(created) == len(set(created))
    pulled = [a.path.casefold() for a in actions if isinstance(a, PullNew) and not a.restores]
    assert len(pulled) == len(set(pulled))
    assert not {p.casefold() for p in seen.docs} & set(pulled)
