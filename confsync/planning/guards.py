"""Guards: what a run may not do unless a person allows it. Pure: they raise a Halt, or do nothing."""

from __future__ import annotations

from collections.abc import Mapping

from confsync.errors import ConverterChanged, MassDeletion, OtherPlace, RootMissing, SideEmptied
from confsync.model import Base, LedgerMeta, LocalSnapshot, PageId
from confsync.planning.actions import Plan, TrashFile, TrashPage
from confsync.planning.classify import body_changed
from confsync.planning.file_actions import TrashAsset, TrashAttachment
from confsync.planning.policy import Policy
from confsync.planning.world import World


def guard_place(meta: LedgerMeta | None, here: LedgerMeta) -> None:
    """Halt when the ledger belongs to another site, space or folder."""
    if meta is None:
        return
    if (meta.base_url, meta.space_id) != (here.base_url, here.space_id):
        raise OtherPlace(
            f"the ledger belongs to the space {meta.space_id} at {meta.base_url},"
            f" but the settings name {here.space_id} at {here.base_url}"
        )
    if meta.root_id != here.root_id:
        raise RootMissing("this is not the folder that the ledger was made for: .confsync/root-id differs")


SEVERAL = 3
"""With fewer documents, "all of them" proves nothing."""


def guard_converter(world: World, made_by: str, converter: str) -> None:
    """Halt when another converter made the ledger and all documents, or all pages, seem edited since.

    It is more likely that the two converters read the same texts differently than that everything was edited.
    """
    if made_by == converter:
        return
    bound = [world.rows[i] for i in world.matches.bound if i in world.remote.pages]
    if len(bound) < SEVERAL:
        return
    here = sum(
        world.docs[row.path].facts.text_hash != row.local_hash for row in bound if row.path in world.docs
    )
    there = sum(body_changed(world, row, world.remote.pages[row.page_id]) for row in bound)
    for count, noun in ((here, "documents"), (there, "pages")):
        if count == len(bound):
            raise ConverterChanged(
                f"all {count} {noun} seem edited, but the ledger was made by another version of the converter"
            )


def guard_folder(rows: Mapping[PageId, Base], local: LocalSnapshot) -> None:
    """Halt when the folder is empty but the ledger remembers documents: an unmounted disk looks like that."""
    if rows and not local.docs and not any(local.blind_to(row.path) for row in rows.values()):
        raise SideEmptied(f"the folder has no documents, but the ledger remembers {len(rows)}")


def guard_deletions(plan: Plan, policy: Policy) -> None:
    """Halt when either side would lose more than allowed."""
    limit = policy.max_deletes if policy.allow_deletes is None else policy.allow_deletes
    kinds = (
        (TrashFile, "files"),
        (TrashPage, "pages"),
        (TrashAsset, "files of attachments"),
        (TrashAttachment, "attachments"),
    )
    for kind, noun in kinds:
        count = sum(isinstance(action, kind) for action in plan.actions)
        if count > limit:
            raise MassDeletion(f"{count} {noun} would go to the trash; {limit} are allowed per run")
