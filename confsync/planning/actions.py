"""What a plan is made of: frozen actions, each with the expectation it was made under.

The executor may refuse an action whose expectation does not hold any more; it never decides anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from confsync.model import AttachmentBase, DocPath, PageId, Sha
from confsync.planning.layout import Parent
from confsync.planning.titles import Titles


class Side(StrEnum):
    """Where an action has its effect. Directions drop the effects of one side."""

    LOCAL = "local"
    REMOTE = "remote"
    BOTH = "both"
    NEITHER = "neither"


class Phase(StrEnum):
    """The order of execution; within a phase, by depth and path."""

    REPORT = "0"
    FOLLOW = "1"
    LEDGER = "2"
    LOCAL = "3"
    TITLE = "4"
    FOLDER = "5"
    CREATE = "6"
    UPDATE = "7"
    TRASH = "8"
    RETITLE = "9"
    ORDER = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What all actions have. `path` names the document (for a folder, the directory)."""

    name: ClassVar[str] = ""
    side: ClassVar[Side] = Side.NEITHER
    phase: ClassVar[Phase] = Phase.REPORT

    path: DocPath
    page_id: PageId | None = None
    title: str = ""
    detail: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Action):
    """Create a page for a new document, then write its text."""

    name: ClassVar[str] = "create"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.CREATE
    parent: Parent
    own_title: str
    expect_hash: Sha
    labels: tuple[str, ...] = ()
    replaces: PageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Action):
    """Bring a document's changes to its page.

    `body`: the text changed. `parent`, if set: the page moves there. `rename`: it gets `title`. `files` are assets whose
    content is not on the page yet. `add_labels` and `remove_labels` leave other labels alone. `rank`, if set: pages hand
    titles to one another; this one is renamed after those of lower rank, before new pages and texts are written.
    """

    name: ClassVar[str] = "update"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.UPDATE
    page_id: PageId
    own_title: str
    expect_hash: Sha
    expect_version: int
    body: bool = False
    parent: Parent | None = None
    rename: bool = False
    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    files: tuple[DocPath, ...] = ()
    rank: int | None = None

    @property
    def writes_page(self) -> bool:
        """Say whether the page gets a new version."""
        return self.body or self.rename or self.parent is not None

    @property
    def has_effect(self) -> bool:
        """Say whether anything is sent at all."""
        return self.writes_page or bool(self.add_labels or self.remove_labels or self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacate(Action):
    """Give a page a temporary title (`title`), because another page gets the one it has."""

    name: ClassVar[str] = "rename"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.TITLE
    page_id: PageId
    expect_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retitle(Action):
    """Replace a page's temporary title by its own. `quiet`: another action is expected to have done it."""

    name: ClassVar[str] = "rename"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.RETITLE
    page_id: PageId
    own_title: str
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder(Action):
    """Put a page right `behind` (else: before) the page of the document `beside`, its sibling; it gets no new version.

    Ids are None for pages that this run creates. It is not journalled: where a page stands is read at each run.
    """

    name: ClassVar[str] = "order"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.ORDER
    parent: Parent
    beside: DocPath
    beside_id: PageId | None = None
    behind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull(Action):
    """Bring a page's changes into its document. `rename`: the file gets `title`; `labels`: its front matter gets these."""

    name: ClassVar[str] = "pull"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LOCAL
    page_id: PageId
    expect_hash: Sha
    expect_version: int
    body: bool = False
    rename: bool = False
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relink(Action):
    """Correct the links of a document, because it was moved from `origin`, or others were. `moves` are all moves.

    `untouched`: nobody edited it since, so its links mean what they meant before.
    """

    name: ClassVar[str] = "relink"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.FOLLOW
    expect_hash: Sha
    origin: DocPath
    untouched: bool
    moves: tuple[tuple[DocPath, DocPath], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocate(Action):
    """Move a document after its page, with everything below it, or a directory after its folder.

    `moves` are old and new places of files, the document's own first. `below` is the directory of its children, old and
    new.
    """

    name: ClassVar[str] = "move"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LOCAL
    page_id: PageId
    target: DocPath
    moves: tuple[tuple[DocPath, DocPath], ...]
    below: tuple[DocPath, DocPath] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullNew(Action):
    """Write a page that has no file yet."""

    name: ClassVar[str] = "pull"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LOCAL
    page_id: PageId
    expect_version: int
    restores: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Action):
    """Both were edited: merge, or hold the page with the remote text beside the file."""

    name: ClassVar[str] = "merge"
    side: ClassVar[Side] = Side.BOTH
    phase: ClassVar[Phase] = Phase.UPDATE
    page_id: PageId
    own_title: str
    expect_hash: Sha
    expect_version: int
    parent: Parent | None = None
    rename: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteId(Action):
    """Write its page's id into a document's front matter. Counts as an effect of a push, although it changes a file."""

    name: ClassVar[str] = "write-id"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.UPDATE
    page_id: PageId
    expect_hash: Sha


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashFile(Action):
    """Move a document to the local trash, because its page is in Confluence's. `files` are its own, and go with it."""

    name: ClassVar[str] = "trash-file"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LOCAL
    page_id: PageId
    expect_hash: Sha
    files: tuple[AttachmentBase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashPage(Action):
    """Move a page to Confluence's trash, because its document is gone."""

    name: ClassVar[str] = "trash-page"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.TRASH
    page_id: PageId
    expect_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictNew(Action):
    """A new file and a new page have the same title and different texts: keep both side by side, and hold them."""

    name: ClassVar[str] = "conflict"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
    own_title: str
    expect_hash: Sha
    expect_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Actions in the order of execution, and the maps that conversion needs.

    `titles` are the documents' titles. `paths` and `folders` say where the document of each new page and the directory of
    each folder is, or will be. `leaving` are the keys of titles that pages give up in this plan.
    """

    actions: tuple[Action, ...]
    titles: Titles
    paths: Mapping[PageId, DocPath] = field(default_factory=dict)
    folders: Mapping[PageId, DocPath] = field(default_factory=dict)
    leaving: frozenset[str] = frozenset()
