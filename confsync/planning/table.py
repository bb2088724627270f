"""The decision table as data: what happens to a document and its page, for every combination of what changed.

`local` and `remote` name what changed on each side since both last agreed. Text and place (title, parent) are decided
separately. The documentation shows each rule's sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LocalChange(StrEnum):
    """What happened to the file."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    MOVED_CHANGED = "moved+changed"
    DELETED = "deleted"
    PROBLEM = "problem"


class RemoteChange(StrEnum):
    """What happened to the page. DELETED means: positively found in the trash."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    MOVED_CHANGED = "moved+changed"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class Text(StrEnum):
    """What is done about the content."""

    NOTHING = "nothing"
    PUSH = "push"
    PULL = "pull"
    MERGE = "merge"


class Place(StrEnum):
    """What is done about title and parent. AGREE: each of the two goes where one side alone took it.

    CLASH, where both took one of them to different places: nothing is done but a report.
    """

    NOTHING = "nothing"
    PUSH = "push"
    PULL = "pull"
    AGREE = "agree"
    CLASH = "clash"


class Fate(StrEnum):
    """What is done about existence."""

    LIVE = "live"
    TRASH_FILE = "trash the file"
    TRASH_PAGE = "trash the page"
    RESTORE_FILE = "restore the file"
    RECREATE_PAGE = "create the page again"
    FORGET = "forget"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Rule:
    """One cell of the table."""

    sentence: str
    text: Text = Text.NOTHING
    place: Place = Place.NOTHING
    fate: Fate = Fate.LIVE


_L, _R = LocalChange, RemoteChange
_VANISHED = Rule(
    "The page is neither listed nor in the trash: nothing is concluded from that, and nothing is done.",
    fate=Fate.REPORT,
)
_UNREADABLE = Rule("A file that cannot be read is left alone, and so is its page.", fate=Fate.REPORT)
_KEPT = Rule(
    "The page is in the trash, but the file was edited or moved: it gets a new page.", fate=Fate.RECREATE_PAGE
)
_REVIVED = Rule(
    "The file is gone, but the page was edited or moved: the file comes back.", fate=Fate.RESTORE_FILE
)

TABLE: dict[tuple[LocalChange, RemoteChange], Rule] = {
    (_L.SAME, _R.SAME): Rule("Nothing changed."),
    (_L.SAME, _R.CHANGED): Rule("The page was edited: the edit goes into the file.", text=Text.PULL),
    (_L.SAME, _R.MOVED): Rule("The page was renamed or moved: the file follows.", place=Place.PULL),
    (_L.SAME, _R.MOVED_CHANGED): Rule(
        "The page was edited and moved: the file gets the edit and follows.", text=Text.PULL, place=Place.PULL
    ),
    (_L.SAME, _R.DELETED): Rule(
        "The page is in the trash: the file goes to the trash.", fate=Fate.TRASH_FILE
    ),
    (_L.SAME, _R.UNKNOWN): _VANISHED,
    (_L.CHANGED, _R.SAME): Rule("The file was edited: the edit goes into the page.", text=Text.PUSH),
    (_L.CHANGED, _R.CHANGED): Rule(
        "Both were edited: the edits are merged, or the page is held.", text=Text.MERGE
    ),
    (_L.CHANGED, _R.MOVED): Rule(
        "The file was edited, the page moved: the edit goes into the page, the file follows.",
        text=Text.PUSH,
        place=Place.PULL,
    ),
    (_L.CHANGED, _R.MOVED_CHANGED): Rule(
        "Both were edited, and the page moved: the edits are merged, the file follows.",
        text=Text.MERGE,
        place=Place.PULL,
    ),
    (_L.CHANGED, _R.DELETED): _KEPT,
    (_L.CHANGED, _R.UNKNOWN): _VANISHED,
    (_L.MOVED, _R.SAME): Rule("The file was renamed or moved: the page follows.", place=Place.PUSH),
    (_L.MOVED, _R.CHANGED): Rule(
        "The file moved, the page was edited: the file gets the edit, the page follows.",
        text=Text.PULL,
        place=Place.PUSH,
    ),
    (_L.MOVED, _R.MOVED): Rule(
        "Both were moved: a title or place that only one side changed goes to the other side; if they differ, that is reported.",
        place=Place.AGREE,
    ),
    (_L.MOVED, _R.MOVED_CHANGED): Rule(
        "Both were moved, and the page was edited: the file gets the edit; title and place are treated as if both were moved.",
        text=Text.PULL,
        place=Place.AGREE,
    ),
    (_L.MOVED, _R.DELETED): _KEPT,
    (_L.MOVED, _R.UNKNOWN): _VANISHED,
    (_L.MOVED_CHANGED, _R.SAME): Rule(
        "The file was edited and moved: the page gets the edit and follows.", text=Text.PUSH, place=Place.PUSH
    ),
    (_L.MOVED_CHANGED, _R.CHANGED): Rule(
        "Both were edited, and the file moved: the edits are merged, the page follows.",
        text=Text.MERGE,
        place=Place.PUSH,
    ),
    (_L.MOVED_CHANGED, _R.MOVED): Rule(
        "Both were moved, and the file was edited: the page gets the edit; title and place are treated as if both were moved.",
        text=Text.PUSH,
        place=Place.AGREE,
    ),
    (_L.MOVED_CHANGED, _R.MOVED_CHANGED): Rule(
        "Both were edited and moved: the edits are merged; title and place are treated as if both were moved.",
        text=Text.MERGE,
        place=Place.AGREE,
    ),
    (_L.MOVED_CHANGED, _R.DELETED): _KEPT,
    (_L.MOVED_CHANGED, _R.UNKNOWN): _VANISHED,
    (_L.DELETED, _R.SAME): Rule("The file is gone: the page goes to the trash.", fate=Fate.TRASH_PAGE),
    (_L.DELETED, _R.CHANGED): _REVIVED,
    (_L.DELETED, _R.MOVED): _REVIVED,
    (_L.DELETED, _R.MOVED_CHANGED): _REVIVED,
    (_L.DELETED, _R.DELETED): Rule("Both are gone: the ledger forgets them.", fate=Fate.FORGET),
    (_L.DELETED, _R.UNKNOWN): _VANISHED,
    **{(_L.PROBLEM, remote): _UNREADABLE for remote in _R},
}


def decide(local: LocalChange, remote: RemoteChange) -> Rule:
    """Return the rule for a combination; the table is total."""
    return TABLE[local, remote]
