"""What a dry run tells, and what it carries out so that its next round is that of a run.

That is done on an overlay of the folder and in a copy of the ledger, and has no effect in Confluence. Everything else is
told and left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from confsync.model import PageId
from confsync.planning.actions import Action, Phase, PullNew, Relink, Relocate, Side
from confsync.planning.newly_below import Follow
from confsync.planning.row_actions import Adopt, Rebind
from confsync.planning.world import World
from confsync.sync.context import Run
from confsync.sync.execute import Executor
from confsync.sync.report import Entry, is_worth_telling, planned


def foretold(run: Run) -> list[Entry]:
    """Return what a run would tell, after what its later rounds go on from was carried out."""
    done = list(_carried_out(run.world, run.plan.actions))
    first = set(map(id, done))
    others = (a for a in run.plan.actions if id(a) not in first and is_worth_telling(a))
    entries = [*map(planned, others), *Executor(run).execute(done).entries]
    turn = {(action.name, action.path): n for n, action in enumerate(run.plan.actions)}
    return sorted(
        entries, key=lambda entry: turn.get((entry.action.partition("+")[0], entry.path), len(turn))
    )


def _carried_out(world: World, actions: Sequence[Action]) -> Iterator[Action]:
    """Yield the actions after which a run goes another round, and what that round builds on."""
    if not any(map(_goes_on, actions)):
        return
    above = _above_known(world)
    for action in actions:
        if _goes_on(action) or _is_kept(action) or (isinstance(action, PullNew) and action.page_id in above):
            yield action


def _goes_on(action: Action) -> bool:
    return isinstance(action, Adopt | Relocate | Relink | Follow) or _comes_back(action)


def _comes_back(action: Action) -> bool:
    return isinstance(action, PullNew) and action.restores


def _is_kept(action: Action) -> bool:
    """Say whether an action only writes down what is so."""
    return isinstance(action, Rebind) or (action.phase is Phase.LEDGER and action.side is Side.NEITHER)


def _above_known(world: World) -> set[PageId]:
    """Return all pages above those that have files: where these belong is known once the files above them are there."""
    found, todo = set[PageId](), [page_id for page_id in world.rows if page_id in world.remote.pages]
    while todo:
        page_id = todo.pop()
        node = world.remote.pages.get(page_id) or world.remote.folders.get(page_id)
        parent = None if node is None else world.tree_parent(node)
        if parent is not None and parent not in found:
            found.add(parent)
            todo.append(parent)
    return found
