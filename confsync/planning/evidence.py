"""What was found out besides the two snapshots, so that planning need not read anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from confsync.model import AttachmentBase, Base, DocPath, FolderBase, OpId, PageId, Sha


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A frozen copy of the ledger. `departed` are rows of pages that went to a trash, and may have come out of it.

    `learned`: what the ledger has no row of was not pushed from this folder.
    """

    rows: Mapping[PageId, Base] = field(default_factory=dict)
    folders: Mapping[PageId, FolderBase] = field(default_factory=dict)
    attachments: Mapping[PageId, tuple[AttachmentBase, ...]] = field(default_factory=dict)
    departed: Mapping[PageId, Base] = field(default_factory=dict)
    learned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Facts about texts, found by converting the few that matter.

    `body_hashes`: normal form of each body that was read. `equal`: a new file and a page of its title say the same.
    `ours`: pages that an operation of ours made and that no row knows (a late duplicate, an unsettled create), with
    that operation. `stale`: files that may be older than what was pushed from their path, with the reason.
    `moved_files`: the new places of attachments' files that were moved along with their document, by page and name.
    `unseen`: pages whose history, labels or attachments this account may not read, with what Confluence says to that.
    `title_owners`: pages outside the tree that have a title a new file asks for.
    """

    body_hashes: Mapping[PageId, Sha] = field(default_factory=dict)
    equal: frozenset[tuple[DocPath, PageId]] = frozenset()
    ours: Mapping[PageId, OpId] = field(default_factory=dict)
    stale: Mapping[DocPath, str] = field(default_factory=dict)
    moved_files: Mapping[tuple[PageId, str], DocPath] = field(default_factory=dict)
    unseen: Mapping[PageId, str] = field(default_factory=dict)
