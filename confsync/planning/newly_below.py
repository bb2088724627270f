"""Files whose pages were moved below pages that have no file yet: they follow once those are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from confsync.model import Direction, PageId
from confsync.planning.actions import Action, Phase, PullNew, Relink, Side
from confsync.planning.report_actions import Blocked, Strayed
from confsync.planning.row_actions import Rebind

_REASON: Final = "its page is below one now whose file is not written yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow(Action):
    """Wait for a file that this run writes, of the new page above or of one that comes back: the next round moves this one."""

    name: ClassVar[str] = "move"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LOCAL
    page_id: PageId


def follow_new_pages(
    actions: Sequence[Action], new_pages: Collection[Action], direction: Direction
) -> list[Action]:
    """Let files follow that only wait for a new page's file; what else becomes of them the next round finds again."""
    written = {action.page_id for action in new_pages if isinstance(action, PullNew)}
    waiting = {a.page_id for a in actions if isinstance(a, Strayed) and a.below in written}
    return list(_following(actions, waiting, direction))


def _following(
    actions: Sequence[Action], waiting: Collection[PageId | None], direction: Direction
) -> Iterator[Action]:
    for action in actions:
        if action.page_id not in waiting:
            yield action
        elif isinstance(action, Strayed) and action.page_id is not None:
            yield Follow(path=action.path, page_id=action.page_id, title=action.title, detail=_REASON)
        elif isinstance(action, Rebind | Relink | Blocked) or not direction.writes_files:
            yield action
