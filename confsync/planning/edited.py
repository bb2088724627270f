"""The World after edits of texts alone: identity, titles and places are kept and not computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from confsync.model import AttachmentBase, Base, DocPath, LocalDoc, Page, PageId, RowState, Sha, Status
from confsync.planning.assets import resolve_link
from confsync.planning.names import is_document
from confsync.planning.world import World

_STANDING: Final = ("matches", "layout", "titles", "folder_at", "folder_titles")
"""What a World has found out that no text decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Some documents, rows and attachments as they are now."""

    docs: Mapping[DocPath, LocalDoc] = field(default_factory=dict)
    rows: Mapping[PageId, Base] = field(default_factory=dict)
    attachments: Mapping[PageId, tuple[AttachmentBase, ...]] = field(default_factory=dict)


def is_text_alone(old: LocalDoc, new: LocalDoc) -> bool:
    """Say whether nothing but text and labels differs: no id, no title, no file that was not looked for before."""
    before, after = old.facts, new.facts
    if after.problem is not None or old.path != new.path:
        return False
    if (before.front_id, before.front_title, before.heading) != (
        after.front_id,
        after.front_title,
        after.heading,
    ):
        return False
    added = (resolve_link(new.path, link) for link in set(after.links) - set(before.links))
    return all(target is None or is_document(target.name) for target in added)


def with_edits(world: World, edited: Edited) -> World | None:
    """Return the world as it is with these; None when more follows from them than texts. Costs no look at the rest."""
    known = world.local.docs
    if not all(path in known and is_text_alone(known[path], doc) for path, doc in edited.docs.items()):
        return None
    if not all(_stays(world, row) for row in edited.rows.values()):
        return None
    local = replace(world.local, docs={**known, **edited.docs})
    remembered = replace(
        world.remembered,
        rows={**world.rows, **edited.rows},
        attachments={**world.remembered.attachments, **edited.attachments},
    )
    seen = {
        i: replace(world.remote.pages[i], version=row.version, body=None) for i, row in edited.rows.items()
    }
    remote = replace(world.remote, pages={**world.remote.pages, **seen})
    new = replace(world, remembered=remembered, local=local, remote=remote)
    new.__dict__.update({name: world.__dict__[name] for name in _STANDING if name in world.__dict__})
    return new


def with_news(world: World, pages: Mapping[PageId, Page], hashes: Mapping[PageId, Sha]) -> World | None:
    """Return the world with pages that were read again; None when more than their texts and labels differ.

    `hashes` are those of the normal forms of their bodies. Costs no look at the rest.
    """
    if not all(_is_body_alone(world, page) for page in pages.values()):
        return None
    remote = replace(world.remote, pages={**world.remote.pages, **pages})
    evidence = replace(world.evidence, body_hashes={**world.evidence.body_hashes, **hashes})
    new = replace(world, remote=remote, evidence=evidence)
    new.__dict__.update({name: world.__dict__[name] for name in _STANDING if name in world.__dict__})
    return new


def _is_body_alone(world: World, page: Page) -> bool:
    """Say whether only a page's body changed: same parent, same title, not held."""
    old, row = world.remote.pages.get(page.id), world.rows.get(page.id)
    if old is None or row is None or row.state is RowState.HELD or row.pulled_version is not None:
        return False
    if page.status is not Status.CURRENT or page.id in world.remote.provisional:
        return False
    same_place = (page.title, page.parent_id, page.parent_type) == (
        old.title,
        old.parent_id,
        old.parent_type,
    )
    return same_place and page.version > row.version


def _stays(world: World, row: Base) -> bool:
    """Say whether a row is where it was, and agrees with the page of its version."""
    old, page = world.rows.get(row.page_id), world.remote.pages.get(row.page_id)
    if old is None or page is None or row.pulled_version is not None:
        return False
    same_place = (row.path, row.title, row.parent_id) == (old.path, old.title, old.parent_id)
    same_state = (row.state, row.held_version) == (
        old.state,
        old.held_version,
    )  # of another copy nothing was seen
    return same_place and same_state and page.title == row.title
