"""Actions on single attachments, as data. `path` is that of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from confsync.model import Attachment, AttachmentBase, DocPath, PageId, Sha
from confsync.planning.actions import Action, Phase, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAction(Action):
    """What all of these have. `document` is the one on whose page the attachment is."""

    page_id: PageId
    document: DocPath


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFile(FileAction):
    """Bring an attachment's content to its file. `was`: its row in the ledger; `expect` None: no file is there."""

    name: ClassVar[str] = "pull"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LEDGER
    attachment: Attachment
    was: AttachmentBase | None = None
    expect: Sha | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleFile(FileAction):
    """File and attachment were both changed, or are both new: hold them side by side unless they are the same."""

    name: ClassVar[str] = "conflict"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LEDGER
    attachment: Attachment
    expect_hash: Sha
    was: AttachmentBase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFile(FileAction):
    """Record an attachment as it is now; `row` None: forget it. `was`: its row in the ledger."""

    name: ClassVar[str] = "keep-file"
    phase: ClassVar[Phase] = Phase.LEDGER
    row: AttachmentBase | None
    was: AttachmentBase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashAsset(FileAction):
    """Move a file to the local trash: its attachment is in Confluence's."""

    name: ClassVar[str] = "trash-file"
    side: ClassVar[Side] = Side.LOCAL
    phase: ClassVar[Phase] = Phase.LOCAL
    row: AttachmentBase


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashAttachment(FileAction):
    """Move an attachment to Confluence's trash: its file is gone."""

    name: ClassVar[str] = "trash-attachment"
    side: ClassVar[Side] = Side.REMOTE
    phase: ClassVar[Phase] = Phase.TRASH
    row: AttachmentBase
