"""Actions that change the ledger alone: rows bound, brought up to date, moved, removed. No text is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from confsync.model import DocPath, PageId, Sha
from confsync.planning.actions import Action, Phase, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebind(Action):
    """Update the rows of files that a person moved, all at once. `moves` are old and new places."""

    name: ClassVar[str] = "advance"
    phase: ClassVar[Phase] = Phase.FOLLOW
    moves: tuple[tuple[DocPath, DocPath], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OweLinks(Action):
    """Remember that people moved files and links to them are wrong now: a push does not change the folder.

    `unlinked` as in `Intent`: documents by the place for which their links were written, with their present hash.
    """

    name: ClassVar[str] = "advance"
    phase: ClassVar[Phase] = Phase.FOLLOW
    moves: tuple[tuple[DocPath, DocPath], ...]
    unlinked: tuple[tuple[DocPath, Sha], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt(Action):
    """Bind a document and a page that are not bound yet. `take_over`: the document's text goes to the page."""

    name: ClassVar[str] = "adopt"
    side: ClassVar[Side] = Side.NEITHER
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
    own_title: str
    expect_hash: Sha
    expect_version: int
    take_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance(Action):
    """Record that both sides agree as they are now; on these `labels`, too, if given."""

    name: ClassVar[str] = "advance"
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
    own_title: str
    expect_hash: Sha
    version: int
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree(Action):
    """Record that file and page were given the same title (`renamed`) or the same parent (`moved`)."""

    name: ClassVar[str] = "advance"
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
    own_title: str
    moved: bool = False
    renamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remember(Action):
    """Record what a held file is now, so that it is known when a person moves it."""

    name: ClassVar[str] = "advance"
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
    held_hash: Sha


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Action):
    """Remove a row: both are gone."""

    name: ClassVar[str] = "forget"
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
