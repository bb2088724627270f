"""What is done about each attachment of a page: a table over what changed on either side.

Files and attachments are matched by the ledger; a renamed file by its content, a renamed attachment by its id. A
document that no longer refers to a file does not delete it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from confsync.model import Attachment, AttachmentBase, Base, DocPath, LocalDoc, PageId, Sha, title_key
from confsync.planning.actions import Action
from confsync.planning.assets import referenced_assets
from confsync.planning.file_actions import FetchFile, KeepFile, SettleFile, TrashAsset, TrashAttachment
from confsync.planning.file_names import attachment_names, conflict_file, file_place
from confsync.planning.report_actions import Held
from confsync.planning.world import World


class FileChange(StrEnum):
    """What happened to a file or to an attachment. For an attachment, GONE means seen in the trash."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    UNKNOWN = "unknown"


class Deed(StrEnum):
    """What is done about it."""

    NOTHING = "nothing"
    UPLOAD = "send a new version"
    FETCH = "bring the new version"
    SETTLE = "hold, both side by side"
    TRASH_FILE = "trash the file"
    TRASH_ATTACHMENT = "trash the attachment"
    FORGET = "forget"


_L = _R = FileChange
FILE_TABLE: Mapping[tuple[FileChange, FileChange], tuple[Deed, str]] = {
    (_L.SAME, _R.SAME): (Deed.NOTHING, "Nothing changed."),
    (_L.SAME, _R.CHANGED): (Deed.FETCH, "The attachment has a new version: the file gets it."),
    (_L.SAME, _R.GONE): (Deed.TRASH_FILE, "The attachment is in the trash: the file goes to the trash."),
    (_L.CHANGED, _R.SAME): (Deed.UPLOAD, "The file was changed: the attachment gets a new version."),
    (_L.CHANGED, _R.CHANGED): (
        Deed.SETTLE,
        "Both were changed: the attachment's version lies beside the file, which is held.",
    ),
    (_L.CHANGED, _R.GONE): (
        Deed.UPLOAD,
        "The attachment is in the trash, but the file was changed: it is sent again.",
    ),
    (_L.GONE, _R.SAME): (Deed.TRASH_ATTACHMENT, "The file is gone: the attachment goes to the trash."),
    (_L.GONE, _R.CHANGED): (
        Deed.FETCH,
        "The file is gone, but the attachment has a new version: the file comes back.",
    ),
    (_L.GONE, _R.GONE): (Deed.FORGET, "Both are gone: the ledger forgets them."),
    **{
        (here, _R.UNKNOWN): (
            Deed.NOTHING,
            "The attachment is neither listed nor in the trash: nothing is concluded from that.",
        )
        for here in FileChange
        if here is not FileChange.UNKNOWN
    },
    **{
        (_L.UNKNOWN, there): (
            Deed.NOTHING,
            "A file that cannot be read is left alone, and so is its attachment.",
        )
        for there in FileChange
    },
}


@dataclass(slots=True)
class Attached:
    """What is to be done for one page: files to send with its update, and actions of their own."""

    uploads: list[DocPath] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


def plan_attached(world: World, row: Base, doc: LocalDoc) -> Attached:
    """Decide about all files of one page. What Confluence has counts as unchanged when it was not read."""
    nothing = not (world.remembered.attachments.get(row.page_id) or world.remote.attachments.get(row.page_id))
    if nothing and not referenced_assets(doc, world.local.assets):
        return Attached()  # as most pages: there is nothing to decide
    return _Planner(world, row, doc).plan()


def held_file(world: World, row: AttachmentBase) -> bool:
    """Say whether a file waits for a person: the copy of the other version still lies beside it."""
    if row.held_version is None:
        return False
    copy = conflict_file(row.path, row.held_version)
    return copy in world.local.assets or world.local.blind_to(copy)


def attachment_key(ident: str) -> str:
    """Return an attachment's id in one form: some releases and routes put `att` before the number, others do not."""
    return ident.removeprefix("att")


class _Planner:
    def __init__(self, world: World, row: Base, doc: LocalDoc) -> None:
        self.world, self.row, self.doc = world, row, doc
        self.rows = world.remembered.attachments.get(row.page_id, ())
        self.listed = world.remote.attachments.get(row.page_id)
        self.out = Attached()
        self.claimed: set[str] = set()

    def plan(self) -> Attached:
        moved = self._moved()
        for row in self.rows:
            self._known(row, moved.get(row.name))
        self._fresh(frozenset(moved.values()))
        self._unknown()
        return self.out

    # -- files that are known

    def _moved(self) -> dict[str, DocPath]:
        """Return the new places of files that were renamed: one lost, one new, of the same content and no other."""
        paths = {row.path for row in self.rows}
        lost = [row for row in self.rows if self._here(row) is FileChange.GONE]
        new = [p for p in referenced_assets(self.doc, self.world.local.assets) if p not in paths]
        contents = Counter(self.world.local.assets[p].hash for p in new)
        losses = Counter(row.hash for row in lost)
        by_hash = {self.world.local.assets[p].hash: p for p in new}
        found = {row.name: by_hash[row.hash] for row in lost if losses[row.hash] == contents[row.hash] == 1}
        seen = self.world.evidence.moved_files
        return {
            row.name: seen[row.page_id, row.name] for row in lost if (row.page_id, row.name) in seen
        } | found

    def _here(self, row: AttachmentBase) -> FileChange:
        asset = self.world.local.assets.get(row.path)
        if asset is not None:
            return FileChange.SAME if asset.hash == row.hash else FileChange.CHANGED
        unseen = self.world.local.blind_to(row.path) or row.path not in self.world.local.asked
        return FileChange.UNKNOWN if unseen else FileChange.GONE

    def _there(self, row: AttachmentBase) -> tuple[FileChange, Attachment | None]:
        if self.listed is None:
            return FileChange.SAME, None
        found = self._listed_as(row)
        if found is None:
            trashed = row.attachment_id in self.world.remote.trashed_files
            return FileChange.GONE if trashed else FileChange.UNKNOWN, None
        self.claimed.add(found.id)
        same = found.hash == row.hash if row.version == 0 else self._same_version(found, row)
        return FileChange.SAME if same else FileChange.CHANGED, found

    @staticmethod
    def _same_version(found: Attachment, row: AttachmentBase) -> bool:
        key = attachment_key
        if key(found.id) == key(row.attachment_id) and found.version == row.version:
            return True
        return found.hash is not None and found.hash == row.hash

    def _listed_as(self, row: AttachmentBase) -> Attachment | None:
        listed = self.listed or ()
        by_id = (a for a in listed if attachment_key(a.id) == attachment_key(row.attachment_id))
        by_name = (a for a in listed if title_key(a.name) == title_key(row.name) and not self._is_another(a))
        return next(by_id, None) or next(by_name, None)

    def _is_another(self, attachment: Attachment) -> bool:
        ids = {attachment_key(row.attachment_id) for row in self.rows}
        return attachment_key(attachment.id) in ids

    def _known(self, row: AttachmentBase, moved: DocPath | None) -> None:
        there, found = self._there(row)
        if held_file(self.world, row):
            detail = (
                f"version {row.held_version} lies beside it: resolve the difference, then delete the copy"
            )
            self.out.actions.append(Held(path=row.path, page_id=row.page_id, title=row.name, detail=detail))
            return
        here = FileChange.SAME if moved else self._here(row)
        placed = replace(row, path=moved) if moved else row
        deed, _ = FILE_TABLE[here, there]
        content = self._hash(placed)
        if here is FileChange.CHANGED and content is not None and found is not None and found.hash == content:
            deed, placed = Deed.NOTHING, replace(placed, hash=content)  # both were changed to the same
        elif row.version == 0 and self.listed is not None and found is None:
            # a stamp said so once, and no ledger knows what became of it: nothing is deleted, and nothing missing
            deed = Deed.FORGET if here is FileChange.GONE else Deed.UPLOAD
        elif here is FileChange.UNKNOWN:
            return  # of a new version nothing is noted that the file did not get
        self._do(deed, row, placed, found)

    def _hash(self, row: AttachmentBase) -> Sha | None:
        asset = self.world.local.assets.get(row.path)
        return asset.hash if asset else None

    def _do(self, deed: Deed, row: AttachmentBase, placed: AttachmentBase, found: Attachment | None) -> None:
        match deed:
            case Deed.NOTHING:
                self._keep(row, placed, found)
            case Deed.UPLOAD:
                self.out.uploads.append(placed.path)
            case Deed.FETCH if found is not None:
                asset = self.world.local.assets.get(placed.path)
                expect = asset.hash if asset else None
                self._fetch(placed.path, found, placed, restores=asset is None, expect=expect)
            case Deed.SETTLE if found is not None:
                self._settle(placed.path, found, placed)
            case Deed.TRASH_FILE:
                self._trash_file(placed)
            case Deed.TRASH_ATTACHMENT:
                seen = replace(row, version=found.version, attachment_id=found.id) if found else row
                self.out.actions.append(
                    TrashAttachment(
                        path=row.path, document=self.doc.path, page_id=row.page_id, title=row.name, row=seen
                    )
                )
            case _:
                self.out.actions.append(self._kept(row, None))

    def _keep(self, row: AttachmentBase, placed: AttachmentBase, found: Attachment | None) -> None:
        """Record what changed besides the content: another version of it, another name on either side."""
        known = replace(placed, held_version=None)
        if found is not None:
            known = replace(known, name=found.name, attachment_id=found.id, version=found.version)
        if known != row:
            self.out.actions.append(self._kept(row, known))

    def _kept(self, row: AttachmentBase, known: AttachmentBase | None) -> KeepFile:
        path = known.path if known else row.path
        return KeepFile(
            path=path, document=self.doc.path, page_id=row.page_id, title=row.name, row=known, was=row
        )

    def _fetch(
        self,
        path: DocPath,
        attachment: Attachment,
        row: AttachmentBase | None,
        *,
        expect: Sha | None = None,
        restores: bool = False,
    ) -> None:
        self.out.actions.append(
            FetchFile(
                path=path,
                document=self.doc.path,
                page_id=self.row.page_id,
                title=attachment.name,
                attachment=attachment,
                was=row,
                expect=expect,
                detail="the file is gone, but the attachment has a new version" if restores else "",
            )
        )

    def _settle(self, path: DocPath, attachment: Attachment, row: AttachmentBase | None = None) -> None:
        self.out.actions.append(
            SettleFile(
                path=path,
                document=self.doc.path,
                page_id=self.row.page_id,
                title=attachment.name,
                attachment=attachment,
                expect_hash=self.world.local.assets[path].hash,
                was=row,
            )
        )

    def _trash_file(self, row: AttachmentBase) -> None:
        """Trash the file, unless another page has it, too: then only this page's row goes."""
        if _used_elsewhere(self.world, row, self.doc):
            self.out.actions.append(self._kept(row, None))
            return
        self.out.actions.append(
            TrashAsset(
                path=row.path,
                document=self.doc.path,
                page_id=row.page_id,
                title=row.name,
                row=row,
            )
        )

    # -- files and attachments that are new

    def _fresh(self, moved: frozenset[DocPath]) -> None:
        """Decide about the files that the document refers to and that no row knows."""
        known = {row.path: row.name for row in self.rows}
        paths = referenced_assets(self.doc, self.world.local.assets)
        fresh = [path for path in paths if path not in known and path not in moved]
        names = attachment_names(fresh, known)
        for path in fresh:
            there = self._free(names[path])
            if there is None:
                self.out.uploads.append(path)
                continue
            self.claimed.add(there.id)
            if there.hash == self.world.local.assets[path].hash:
                self.out.actions.append(self._bound(path, there))
            else:
                self._settle(path, there)

    def _free(self, name: str) -> Attachment | None:
        same = (
            a for a in self.listed or () if title_key(a.name) == title_key(name) and a.id not in self.claimed
        )
        return next(same, None)

    def _bound(self, path: DocPath, there: Attachment) -> KeepFile:
        asset = self.world.local.assets[path]
        row = AttachmentBase(
            page_id=self.row.page_id,
            name=there.name,
            path=path,
            hash=asset.hash,
            attachment_id=there.id,
            version=there.version,
        )
        return KeepFile(
            path=path, document=self.doc.path, page_id=row.page_id, title=there.name, row=row, was=None
        )

    def _unknown(self) -> None:
        """Bring the attachments that no row knows and that no file is."""
        taken = {title_key(row.path) for row in self.rows}
        for attachment in sorted(self.listed or (), key=lambda a: (a.name, a.id)):
            if attachment.id not in self.claimed:
                place = file_place(self.doc.path, attachment.name, taken)
                taken.add(title_key(place))
                self._fetch(place, attachment, None)


def _used_elsewhere(world: World, row: AttachmentBase, doc: LocalDoc) -> bool:
    others = (r for rows in world.remembered.attachments.values() for r in rows if r.page_id != row.page_id)
    if any(other.path == row.path for other in others):
        return True
    return any(
        row.path in referenced_assets(other, world.local.assets)
        for path, other in world.docs.items()
        if path != doc.path
    )


def files_beside(world: World, page_id: PageId, doc: LocalDoc) -> tuple[AttachmentBase, ...]:
    """Return the files in `<page>.assets/` that go with a document: as they are on its page, and nobody else's."""
    folder = doc.path[: -len(doc.path.suffix)] + ".assets/"
    known = world.remembered.attachments.get(page_id, ())
    beside = (row for row in known if row.path.startswith(folder) and not held_file(world, row))
    assets = world.local.assets
    as_known = (row for row in beside if row.path in assets and assets[row.path].hash == row.hash)
    return tuple(row for row in as_known if not _used_elsewhere(world, row, doc))


def wanted_assets(rows: Iterable[AttachmentBase]) -> Iterator[DocPath]:
    """Yield the places of files that a scan has to look at: those the ledger knows, and copies that hold them."""
    for row in rows:
        yield row.path
        if row.held_version is not None:
            yield conflict_file(row.path, row.held_version)
