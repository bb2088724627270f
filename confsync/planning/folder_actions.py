"""Actions about the folders that stand for directories, as data. `path` is the directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from confsync.model import PageId
from confsync.planning.actions import Action, Phase, Side
from confsync.planning.layout import Parent


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderAction(Action):
    """One of these: what the executor gives to the part that knows folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFolder(FolderAction):
    """Create the place for a directory that has no page."""

    name: ClassVar[str] = "create-folder"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.FOLDER
    parent: Parent


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFolder(FolderAction):
    """Move the page that stands for a directory to the directory's new name (`title`) or place."""

    name: ClassVar[str] = "move-folder"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.FOLLOW
    page_id: PageId
    parent: Parent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeFolder(FolderAction):
    """Record that both sides agree on a directory (`path`) and its folder (`title`, `place`)."""

    name: ClassVar[str] = "advance"
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
    place: PageId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashFolder(FolderAction):
    """Move an empty folder, or the page that stands for one, to the trash, because its directory is gone."""

    name: ClassVar[str] = "trash-folder"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.TRASH
    page_id: PageId


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetFolder(FolderAction):
    """Remove the row of a folder that people emptied in Confluence."""

    name: ClassVar[str] = "forget"
    phase: ClassVar[Phase] = Phase.LEDGER
    page_id: PageId
