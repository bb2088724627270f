"""The snapshot: both sides and the ledger, read and combined into the World that a plan is made from.

Reading changes nothing. Only `keep` and `keep_folders` write: into the ledger, what was found out about pages and folders
that it did not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

from confsync.errors import LocalError
from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    DocPath,
    FolderBase,
    Intent,
    LocalSnapshot,
    OpId,
    PageId,
    RemoteSnapshot,
    Site,
    Space,
    sha,
    title_key,
)
from confsync.outcome import SearchHint
from confsync.planning.actions import Plan
from confsync.planning.assets import referenced_assets
from confsync.planning.classify import coming_back, going
from confsync.planning.evidence import Evidence, Remembered
from confsync.planning.file_names import attachment_names
from confsync.planning.handover import former_title, is_temporary
from confsync.planning.policy import Policy
from confsync.planning.world import World
from confsync.sync.claims import claim_places
from confsync.sync.details import Details
from confsync.sync.fetch import Fetching
from confsync.sync.folder_look import FolderLook
from confsync.sync.investigate import Investigation
from confsync.sync.lanes import Lanes
from confsync.sync.lingering import forgotten, without_trashed
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.rebuild import Rebuilding, Rebuilt
from confsync.sync.translate import translator_for


@dataclass(frozen=True, slots=True)
class View:
    """What was read, and the rows rebuilt from stamps for pages that the ledger did not know.

    `hint` is the search index's answer. `looked_at` is the page up to which it was asked; None when it was asked of all.
    """

    world: World
    rebuilt: Rebuilt
    hint: SearchHint | None = None
    looked_at: PageId | None = None


@dataclass(frozen=True, slots=True)
class SnapshotReader:
    """Reads the two sides and the ledger."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    lanes: Lanes
    policy: Policy
    lingering: frozenset[PageId] = frozenset()
    """Pages that an earlier round found gone, or in the trash, though they were listed."""
    unsure: Mapping[DocPath, str] = field(default_factory=dict)
    """Documents of whose pages recovery could not tell what became, with the reason."""

    def read(self, site: Site, space: Space, local: LocalSnapshot, *, bodies: bool) -> View:
        """Read Confluence, as far as ledger and folder make it necessary. `bodies`: new pages will be pulled."""
        meta = self.ledger.meta()
        remembered = Remembered(
            rows=self.ledger.rows(),
            folders=self.ledger.folders(),
            attachments=self.ledger.attachments(),
            departed=self.ledger.departed(),
            learned=meta is not None and meta.learned,
        )
        fetching = Fetching(self.remote, self.lanes, self.policy, site.flavor)
        remote = fetching.snapshot(space, remembered, local.docs, bodies=bodies and not remembered.rows)
        doubted = (
            self.lingering | remembered.departed.keys() | forgotten(remote, remembered, self.ledger.spent())
        )
        remote = without_trashed(self.remote, self.lanes, remote, doubted)
        remote = _with_titles(remote, remembered.rows)
        world = World(
            _with_known_places(remembered, remote), local, remote, Evidence(stale=self.unsure), self.policy
        )
        world, rebuilt = self._rebuild(world, pulls=bodies)
        world = world.but(remote=_with_titles(world.remote, world.rows))
        operations: dict[OpId, Intent | PageId] = {i.op: i for i in self.ledger.intents()}
        operations.update(self.ledger.spent())
        inquiry = Investigation(self.remote, self.tree, self.lanes)
        evidence = inquiry.evidence(world, cache(partial(translator_for, world, site)), operations)
        details = Details(self.remote, self.tree, self.ledger, self.lanes)
        world, hint, last = details.look(world.but(evidence=evidence), search=bodies)
        world = FolderLook(self.remote, self.lanes).look(world, hint, searched=bodies)
        world = world.but(coming_back=coming_back(world), going=going(world) if bodies else frozenset())
        return View(world, rebuilt, hint, last)

    def _rebuild(self, world: World, *, pulls: bool) -> tuple[World, Rebuilt]:
        """Add the rows that stamps give, and those of creates that were never filled."""
        world, claimed = claim_places(self.remote, world)
        begun_anew = bool(self.lingering)
        rebuilding = Rebuilding(self.remote, self.tree, self.lanes, begun_anew=begun_anew, pulls=pulls)
        rebuilt = rebuilding.rows(_with_rows(world, Rebuilt(claimed)))
        rebuilt.rows.update(claimed)
        world = _with_rows(world, rebuilt)
        inquiry = Investigation(self.remote, self.tree, self.lanes)
        world = world.but(remote=inquiry.read_suspects(world))
        unfinished = inquiry.unfinished(world)
        if unfinished:
            rebuilt.rows.update(unfinished)
            world = _with_rows(world, rebuilt)
        return world, rebuilt

    def keep(self, view: View) -> None:
        """Write the rebuilt rows into the ledger; a file that is as it was pushed is its own base text.

        Edited files come first: as long as no row says what a file was, the ledger is taken for one that knows nothing yet.
        """
        world, agreed_pages = view.world, view.rebuilt.agreed
        if view.looked_at is not None:
            self.ledger.set_looked_after(view.looked_at)
        for page_id, row in sorted(view.rebuilt.rows.items(), key=lambda item: item[0] in agreed_pages):
            if row.path in view.rebuilt.stale:
                continue  # a row would be believed by the next run, which has to find the file too old again
            agreed = page_id in agreed_pages
            text = self._text_as_seen(world, row) if agreed else None
            self.ledger.save(row, BaseTexts(text, None))
            for sent in world.remembered.attachments.get(page_id, ()) if agreed else ():
                self.ledger.save_attachment(sent)

    def _text_as_seen(self, world: World, row: Base) -> str | None:
        """Return a file's text if it is still what the snapshot saw: a newer one would be a wrong base."""
        try:
            data = self.tree.read(row.path)
        except LocalError:
            return None
        return data.decode("utf-8") if sha(data) == world.local.docs[row.path].hash else None

    def keep_folders(self, view: View, decided: Plan, *, pulls: bool) -> None:
        """Write down which folder stands for which directory, as far as the ledger does not know.

        Where another folder's directory still is, that one is about to leave.
        """
        world = view.world
        left = {row.path for row in world.remembered.folders.values()}
        found = {folder: path for path, folder in world.folder_at.items()}
        if pulls:
            found |= decided.folders
        for folder_id, path in found.items():
            folder = world.remote.folders.get(folder_id)
            if folder is not None and folder_id not in world.remembered.folders and path not in left:
                above = world.tree_parent(folder)
                title = folder.title if folder.told else ""
                self.ledger.save_folder(
                    FolderBase(folder_id=folder_id, path=path, title=title, parent_id=above)
                )
        for gone in self.ledger.folders().keys() - world.remembered.folders.keys() - found.keys():
            self.ledger.forget_folder(gone)


def _with_known_places(remembered: Remembered, remote: RemoteSnapshot) -> Remembered:
    """Return the ledger's copy without the places that are gone. A listing shows that on Data Center alone."""
    if not remote.folders_are_pages:
        return remembered
    there = remote.folders.keys() | remote.pages.keys()
    return replace(remembered, folders={i: row for i, row in remembered.folders.items() if i in there})


def _with_titles(remote: RemoteSnapshot, rows: Mapping[PageId, Base]) -> RemoteSnapshot:
    """Return the snapshot with the titles that rows know in the place of temporary ones, which nobody gave.

    What no row knows has the title that the temporary one shows, unless another page has it by now.
    """
    known = {i: page for i, page in remote.pages.items() if is_temporary(page.title, i)}
    if not known:
        return remote
    taken = {title_key(page.title) for page in remote.pages.values()}
    named = {}
    for page_id, page in known.items():
        former = former_title(page.title, page_id)
        free = page.title if title_key(former) in taken else former
        named[page_id] = replace(page, title=rows[page_id].title if page_id in rows else free)
    provisional = frozenset(i for i, page in named.items() if not is_temporary(page.title, i))
    return replace(remote, pages={**remote.pages, **named}, provisional=remote.provisional | provisional)


def _with_rows(world: World, rebuilt: Rebuilt) -> World:
    """Return the world with the rebuilt rows as if the ledger had known them."""
    attachments = dict(world.remembered.attachments)
    for page_id in rebuilt.agreed:
        attachments[page_id] = _as_sent(world, page_id, rebuilt)
    remembered = replace(
        world.remembered, rows={**world.remembered.rows, **rebuilt.rows}, attachments=attachments
    )
    stale = {**world.evidence.stale, **rebuilt.stale}
    evidence = replace(world.evidence, stale=stale, unseen=rebuilt.unseen)
    return world.but(remembered=remembered, evidence=evidence)


def _as_sent(world: World, page_id: PageId, rebuilt: Rebuilt) -> tuple[AttachmentBase, ...]:
    """Return the attachments of a document that is as it was pushed: the stamp vouches for its files, too."""
    doc = world.local.docs[rebuilt.rows[page_id].path]
    names = attachment_names(referenced_assets(doc, world.local.assets))
    return tuple(
        AttachmentBase(
            page_id=page_id,
            name=name,
            path=path,
            hash=world.local.assets[path].hash,
            attachment_id="",
            version=0,
        )
        for path, name in names.items()
    )
