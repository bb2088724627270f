"""The shared nouns: values that cross package borders. No behaviour that needs the outside; standard library only.

A *document* is a Markdown file, a *page* is a Confluence page, a *base* is what both were when they last agreed,
a *snapshot* is one side as it was seen at one time. Everything here is frozen.
"""

from __future__ import annotations

from confsync.model.folder import (
    CachedFile,
    Dirty,
    DocFacts,
    Heading,
    LocalAsset,
    LocalDoc,
    LocalSnapshot,
    Problem,
    Stat,
)
from confsync.model.ledger import (
    AttachmentBase,
    Base,
    BaseTexts,
    Departed,
    FolderBase,
    Intent,
    IntentKind,
    LedgerMeta,
    RowState,
)
from confsync.model.names import (
    Direction,
    DocPath,
    Flavor,
    OpId,
    PageId,
    ParentType,
    Sha,
    SpaceId,
    Status,
    sha,
    title_key,
)
from confsync.model.pages import (
    Attachment,
    Folder,
    Page,
    PageVersion,
    RemoteSnapshot,
    Site,
    Space,
)

__all__ = [
    "Attachment",
    "AttachmentBase",
    "Base",
    "BaseTexts",
    "CachedFile",
    "Departed",
    "Direction",
    "Dirty",
    "DocFacts",
    "DocPath",
    "Flavor",
    "Folder",
    "FolderBase",
    "Heading",
    "Intent",
    "IntentKind",
    "LedgerMeta",
    "LocalAsset",
    "LocalDoc",
    "LocalSnapshot",
    "OpId",
    "Page",
    "PageId",
    "PageVersion",
    "ParentType",
    "Problem",
    "RemoteSnapshot",
    "RowState",
    "Sha",
    "Site",
    "Space",
    "SpaceId",
    "Stat",
    "Status",
    "sha",
    "title_key",
]
