"""Actions for documents and pages that the ledger knows: the decision table applied, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from confsync.model import Base, DocPath, LocalDoc, Page, RowState
from confsync.planning.actions import Action, Create, Merge, Pull, PullNew, TrashFile, TrashPage, Update
from confsync.planning.attached import files_beside, plan_attached
from confsync.planning.classify import local_change, remote_change
from confsync.planning.labels import LabelMerge, agreed_labels, clean_labels, merge_labels
from confsync.planning.layout import Parent
from confsync.planning.names import conflict_name
from confsync.planning.placement import Placement, placement
from confsync.planning.report_actions import Blocked, Held, Strayed, Vanished
from confsync.planning.row_actions import Advance, Agree, Forget, Remember
from confsync.planning.table import Fate, LocalChange, Place, Rule, Text, decide
from confsync.planning.world import World


def plan_rows(world: World) -> Iterator[Action]:
    """Yield the actions of all rows, in the order of their page ids."""
    for page_id in sorted(world.rows):
        yield from plan_row(world, world.rows[page_id])


def plan_row(world: World, row: Base) -> Iterator[Action]:
    """Yield the actions of one row."""
    page_id = row.page_id
    path = world.matches.bound.get(page_id, row.path)
    if page_id in world.matches.unread:
        yield Blocked(path=path, page_id=page_id, title=row.title, detail=world.matches.unread[page_id])
    elif is_held(world, row, path):
        yield Held(path=path, page_id=page_id, title=row.title, detail=_held_detail(row))
        doc = world.docs.get(path)
        if doc is not None and doc.facts.text_hash != row.held_hash:
            yield Remember(path=path, page_id=page_id, title=row.title, held_hash=doc.facts.text_hash)
    elif path in world.titles.clashes:
        yield Blocked(path=path, page_id=page_id, title=row.title, detail=_clash(world, path))
    elif path in world.evidence.stale:
        yield Blocked(path=path, page_id=page_id, title=row.title, detail=world.evidence.stale[path])
    else:
        yield from _decided(world, row, path)
        if page_id in world.evidence.unseen:
            yield Blocked(path=path, page_id=page_id, title=row.title, detail=world.evidence.unseen[page_id])


def is_held(world: World, row: Base, path: DocPath) -> bool:
    """Say whether a page is held: until its conflict copy is gone, wherever the file was moved."""
    if row.state is not RowState.HELD or row.held_version is None:
        return False
    copies = {conflict_name(path, row.held_version), conflict_name(row.path, row.held_version)}
    return not copies.isdisjoint(world.local.conflict_copies)


def _held_detail(row: Base) -> str:
    return f"version {row.held_version} lies beside it: edit the file and delete the copy, or use `confsync resolve`"


def _clash(world: World, path: DocPath) -> str:
    return f"{world.titles.clashes[path]} has the title {world.titles.own[path]!r} already"


def _decided(world: World, row: Base, path: DocPath) -> Iterator[Action]:
    local, remote = local_change(world, row), remote_change(world, row)
    rule = decide(local, remote)
    if rule.fate is Fate.LIVE:
        yield from _live(world, row, path, rule)
    else:
        yield from _existence(world, row, path, rule, local)


def _existence(world: World, row: Base, path: DocPath, rule: Rule, local: LocalChange) -> Iterator[Action]:
    page = world.remote.pages.get(row.page_id)
    version = page.version if page else row.version
    doc = world.docs.get(path)
    match rule.fate:
        case Fate.FORGET:
            yield Forget(path=path, page_id=row.page_id, title=row.title)
        case Fate.TRASH_PAGE:
            depth = _remote_depth(world, row)
            yield TrashPage(
                path=path, page_id=row.page_id, title=row.title, expect_version=version, depth=depth
            )
        case Fate.TRASH_FILE if doc is not None:
            yield _trash_file(world, row, doc)
        case Fate.RESTORE_FILE:
            title = page.title if page else row.title
            yield PullNew(path=path, page_id=row.page_id, title=title, expect_version=version, restores=True)
        case Fate.RECREATE_PAGE if doc is not None:
            yield _recreate(world, row, doc)
        case _:
            if local is not LocalChange.PROBLEM:  # a problem is reported once, by the file
                waits = local not in (LocalChange.SAME, LocalChange.DELETED)
                yield Vanished(
                    path=path,
                    page_id=row.page_id,
                    title=row.title,
                    detail=_vanished(world, row),
                    blocks=waits,
                )


def _trash_file(world: World, row: Base, doc: LocalDoc) -> TrashFile:
    files = files_beside(world, row.page_id, doc)
    return TrashFile(path=doc.path, page_id=row.page_id, title=row.title, expect_hash=doc.hash, files=files)


def _vanished(world: World, row: Base) -> str:
    if row.page_id in world.remote.archived:
        return "the page is archived and still has its title; nothing was done"
    if len(world.remote.unknown) == len(world.rows) > 1:
        return (
            "like all pages that the ledger knows, the page is neither listed nor in the trash; nothing was done."
            " If this is another Confluence, move .confsync/ledger.db away"
        )
    return (
        "the page is neither listed nor in the trash (removed from there, moved away, or not visible to us);"
        " nothing was done"
    )


def _remote_depth(world: World, row: Base) -> int:
    depth, parent, seen = 0, row.parent_id, {row.page_id}
    while parent is not None and parent not in seen:
        seen.add(parent)
        depth += 1
        above = world.rows.get(parent)
        parent = above.parent_id if above else None
    return depth


def _recreate(world: World, row: Base, doc: LocalDoc) -> Create:
    return Create(
        path=doc.path,
        title=world.titles.assigned[doc.path],
        own_title=world.titles.own[doc.path],
        parent=world.layout.parent(doc.path),
        depth=world.layout.depth(doc.path),
        expect_hash=doc.hash,
        labels=world.labels(doc),
        replaces=row.page_id,
        detail="its page is in the trash, but the file was edited or moved since",
    )


def _live(world: World, row: Base, path: DocPath, rule: Rule) -> Iterator[Action]:
    doc, page = world.docs[path], world.remote.pages[row.page_id]
    placed = placement(world, row, page, rule)
    strayed = _strayed(world, page, placed)
    if strayed:
        yield Strayed(
            path=path,
            page_id=row.page_id,
            title=row.title,
            detail=strayed,
            below=page.parent_id if placed.parent is Place.PULL and placed.title is not Place.CLASH else None,
        )
    if Place.AGREE in (placed.title, placed.parent):
        yield _agree(world, row, doc, placed)
    attached = plan_attached(world, row, doc)
    yield from attached.actions
    if rule.text is Text.MERGE:
        yield _merge(world, row, doc, page, rule)
        return
    labels = _labels(world, row, doc, page)
    pull = _pull(world, row, doc, page, rule=rule, labels=labels)
    if pull is not None:
        yield pull
    update = _update(world, row, doc, page, rule=rule, labels=labels, files=tuple(attached.uploads))
    if update is not None:
        yield update
    elif pull is None:
        advance = _advance(world, row, doc, page)
        if (row.version, row.path, row.labels) != (page.version, doc.path, advance.labels):
            yield advance


def _strayed(world: World, page: Page, placed: Placement) -> str:
    """Say how the page was moved to where its file cannot follow; empty when it was not."""
    above = world.remote.pages.get(page.parent_id) if page.parent_id else None
    where = f"below {above.title!r}" if above else "to another place"
    if placed.title is Place.CLASH:
        return f"renamed on both sides; in Confluence it is {page.title!r}: give both the same title"
    if placed.parent is Place.CLASH:
        news = world.folder_news.get(page.parent_id) if page.parent_id else None
        if news is not None:
            where = f"its folder is {news.folder.title!r} now"
        return f"moved on both sides; in Confluence {where}: move one so that both are in the same place"
    return (
        f"the page was moved {where} in Confluence: move the file there, too"
        if placed.parent is Place.PULL
        else ""
    )


def _agree(world: World, row: Base, doc: LocalDoc, placed: Placement) -> Agree:
    return Agree(
        path=doc.path,
        page_id=row.page_id,
        title=row.title,
        own_title=world.titles.own[doc.path],
        renamed=placed.title is Place.AGREE,
        moved=placed.parent is Place.AGREE,
    )


def _own_title(world: World, row: Base, doc: LocalDoc, page: Page) -> str:
    """Return the title that the row says the file asks for: what it asks for now, unless the page was given another."""
    both = page.title != row.title and world.titles.assigned.get(doc.path) not in (row.title, page.title)
    return row.own_title if both else world.titles.own[doc.path]


def _advance(world: World, row: Base, doc: LocalDoc, page: Page) -> Advance:
    return Advance(
        path=doc.path,
        page_id=row.page_id,
        title=page.title,
        own_title=_own_title(world, row, doc, page),
        expect_hash=doc.hash,
        version=page.version,
        labels=row.labels
        if page.labels is None
        else agreed_labels(row.labels, world.labels(doc), page.labels),
    )


def _target(world: World, row: Base, doc: LocalDoc, rule: Rule) -> tuple[Parent | None, bool]:
    """Return the page's new parent (None: it stays) and whether it gets another title."""
    placed = placement(world, row, world.remote.pages[row.page_id], rule)
    parent = world.layout.parent(doc.path) if placed.parent is Place.PUSH else None
    return parent, placed.title is Place.PUSH


def _merge(world: World, row: Base, doc: LocalDoc, page: Page, rule: Rule) -> Merge:
    parent, rename = _target(world, row, doc, rule)
    return Merge(
        path=doc.path,
        page_id=row.page_id,
        title=world.titles.assigned[doc.path] if rename else page.title,
        own_title=world.titles.own[doc.path] if rename else _own_title(world, row, doc, page),
        expect_hash=doc.hash,
        expect_version=page.version,
        parent=parent,
        rename=rename,
    )


def _labels(world: World, row: Base, doc: LocalDoc, page: Page) -> LabelMerge:
    """Merge the labels of both sides. Those of a page that was not read count as unchanged."""
    there = row.labels if page.labels is None else page.labels
    return merge_labels(row.labels, world.labels(doc), there, clean_labels(world.policy.labels))


def _pull(
    world: World, row: Base, doc: LocalDoc, page: Page, *, rule: Rule, labels: LabelMerge
) -> Pull | None:
    renames = placement(world, row, page, rule).title is Place.PULL
    mine = set(doc.facts.labels or ())
    # what the settings add to every page stands in a front matter only where a person wrote it
    wanted = set(labels.merged) - (set(clean_labels(world.policy.labels)) - mine)
    if rule.text is not Text.PULL and not renames and wanted == mine:
        return None
    return Pull(
        path=doc.path,
        page_id=row.page_id,
        title=page.title,
        expect_hash=doc.hash,
        expect_version=page.version,
        body=rule.text is Text.PULL,
        rename=renames,
        labels=None if wanted == mine else tuple(sorted(wanted)),
    )


def _update(
    world: World,
    row: Base,
    doc: LocalDoc,
    page: Page,
    *,
    rule: Rule,
    labels: LabelMerge,
    files: tuple[DocPath, ...],
) -> Update | None:
    parent, rename = _target(world, row, doc, rule)
    update = Update(
        path=doc.path,
        page_id=row.page_id,
        title=world.titles.assigned[doc.path] if rename else page.title,
        own_title=world.titles.own[doc.path] if rename else _own_title(world, row, doc, page),
        expect_hash=doc.hash,
        expect_version=page.version,
        body=rule.text is Text.PUSH,
        parent=parent,
        rename=rename,
        add_labels=labels.add,
        remove_labels=labels.remove,
        files=files,
        depth=world.layout.depth(doc.path),
    )
    needed = update.writes_page or update.add_labels or update.remove_labels or update.files
    return update if needed else None
