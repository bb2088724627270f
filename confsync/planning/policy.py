"""What a run may do: the settings that planning uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from confsync.model import PageId


class TitleClash(StrEnum):
    """What happens to files that ask for a title that another file has."""

    PARENTS = "parents"
    ERROR = "error"


class SiblingOrder(StrEnum):
    """Whose order the pages below one parent have."""

    CONFLUENCE = "confluence"
    FILES = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One run's rules.

    `root_page` is the page whose descendants are the tree; None: the space's homepage, and the whole space is the
    tree. `allow_deletes` is an upper limit a person gave for this run; None: `max_deletes` holds. `labels` are added
    to every page. `adopt` takes over pages that have a file's title but are not managed yet.
    """

    space_key: str
    root_page: PageId | None = None
    max_deletes: int = 5
    allow_deletes: int | None = None
    adopt: bool = False
    title_clash: TitleClash = TitleClash.PARENTS
    labels: tuple[str, ...] = ()
    write_ids: bool = False
    notify: bool = False
    wikilinks: bool = False
    order: SiblingOrder = SiblingOrder.CONFLUENCE
    commit_pulls: bool = False
