"""Recovery: open intents, which a killed run left, settled by reading. Reads Confluence, writes the ledger.

An outcome stays unknown until a race decides it: for an update the version number, for a create the title.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from confsync.errors import Forbidden, LocalError, NotFound, Rejected
from confsync.markup.document import Document, text_hash
from confsync.model import (
    Attachment,
    AttachmentBase,
    Base,
    BaseTexts,
    DocPath,
    Flavor,
    Folder,
    FolderBase,
    Intent,
    IntentKind,
    LocalSnapshot,
    Page,
    PageId,
    Space,
    Status,
    title_key,
)
from confsync.planning.stamps import parse
from confsync.planning.stand_ins import is_children_list
from confsync.sync.bringing import has_edit
from confsync.sync.discarding import settle_detach, settle_discard
from confsync.sync.marks import is_mark
from confsync.sync.normal_hashes import body_hash
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.relocating import finish, link
from confsync.sync.reverting import loses
from confsync.sync.translate import cold_body

_UNSURE = "whether the last push reached the page cannot be told now: {}"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What recovery did to files: whether some differ from the scan now, and those whose links it corrected.

    `unsure` says of documents why it is not known what became of their pages.
    """

    moved: bool
    linked: Collection[DocPath]
    unsure: Mapping[DocPath, str]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Settles what can be settled; the rest stays open, so that a late delivery is known as ours."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    space: Space
    flavor: Flavor = Flavor.CLOUD
    links: bool = True
    """Whether links that a push left as they were may be put right now."""

    def run(self, local: LocalSnapshot) -> Recovered:
        """Go through the open intents, oldest first."""
        moved, linked, unsure = False, set[DocPath](), dict[DocPath, str]()
        for intent in self.ledger.intents():
            match intent.kind:
                case IntentKind.RELOCATE:
                    finish(self.tree, self.ledger, intent, local)
                    moved = True
                case IntentKind.RELINK if self.links:
                    linked |= link(self.tree, self.ledger, intent, local)
                    moved = True
                case IntentKind.DISCARD | IntentKind.DISCARD_FILE:
                    settle_discard(self.tree, self.ledger, intent, local)
                case IntentKind.RELINK:
                    continue
                case IntentKind.PULL if local.blind_to(intent.path):
                    continue  # what became of it can be told when the file can be read again
                case _:
                    unsure |= self._tried(intent)
        return Recovered(moved, linked, unsure)

    def _tried(self, intent: Intent) -> dict[DocPath, str]:
        """Settle an intent unless its page may not be looked at now; return then why its outcome stays unknown."""
        try:
            self._settle(intent)
        except (Forbidden, NotFound, Rejected) as error:
            return {intent.path: _UNSURE.format(error.message)}
        return {}

    def _settle(self, intent: Intent) -> None:
        """Settle what can be known without a look at the whole folder."""
        match intent.kind:
            case IntentKind.UPDATE | IntentKind.MERGE | IntentKind.PLACE:
                self._update(intent)
            case IntentKind.CREATE:
                self._create(intent)
            case IntentKind.TRASH:
                self._trash(intent)
            case IntentKind.PULL:
                self._pull(intent)
            case IntentKind.FOLDER:
                self._folder(intent)
            case IntentKind.UPLOAD:
                self._upload(intent)
            case IntentKind.LABEL:
                self._label(intent)
            case _:
                settle_detach(self.remote, self.ledger, intent)

    def _update(self, intent: Intent) -> None:
        page = self.remote.page(intent.page_id or PageId(""))
        if page is None and self.ledger.row(intent.page_id or PageId("")) is not None:
            return  # what became of it can be told when the page can be seen again
        if page is None or page.status is not Status.CURRENT:
            self.ledger.settle(intent.op)
        elif page.version > intent.base_version:
            self._decided(intent, page)

    def _decided(self, intent: Intent, page: Page) -> None:
        """Find out whether our operation won the race for the next version, which is over."""
        row = self.ledger.row(page.id)
        mine = next((v.number for v in self.remote.history(page.id) if _bears(v.message, intent)), None)
        if mine is None or row is None or row.version >= mine:
            self.ledger.settle(intent.op, spent_on=page.id if mine else None)
            return
        landed = page if mine == page.version else self.remote.page(page.id, version=mine)
        stayed = landed is page and _stayed(intent, row, page)
        if landed is not None and (stayed or self._was_ignored(intent, row, landed, mine)):
            self.ledger.settle(intent.op, spent_on=page.id)
        elif intent.kind is IntentKind.MERGE:
            self._bind_merge(intent, row, mine)
        elif intent.kind is IntentKind.PLACE:
            self._bind_place(intent, row, mine)
        else:
            body = landed.body if landed and landed.body is not None else intent.texts.storage
            self._bind(intent, page.id, mine, BaseTexts(intent.texts.markdown, body), row.labels)

    def _was_ignored(self, intent: Intent, row: Base, landed: Page, version: int) -> bool:
        """Say whether our version has the text from before it: a write to a trashed page only brings that back."""
        if intent.texts.storage is None or landed.body in (None, intent.texts.storage):
            return False
        if row.version == version - 1:
            return landed.body == self.ledger.texts(row.page_id).storage
        before = self.remote.page(row.page_id, version=version - 1)
        return before is not None and landed.body == before.body

    def _bind_place(self, intent: Intent, row: Base, version: int) -> None:
        """A move or a new title that landed: the text is what it was before it."""
        in_step = row.version == intent.base_version
        placed = replace(
            row,
            path=intent.path,
            title=intent.title,
            own_title=intent.own_title,
            parent_id=intent.parent_id,
            version=version if in_step else row.version,
        )
        self.ledger.save(placed, settle=intent.op)

    def _bind_merge(self, intent: Intent, row: Base, version: int) -> None:
        """A merge that landed: the file still lacks the page's own edit, whatever the versions say."""
        behind = replace(
            row,
            path=intent.path,
            local_hash=text_hash(intent.texts.markdown or ""),
            version=version,
            body_hash=UNKNOWN,
            pulled_version=row.pulled_version or row.version,
        )
        self.ledger.save(behind, intent.texts, settle=intent.op)

    def _create(self, intent: Intent) -> None:
        page = self.remote.find_title(self.space, intent.title)
        if page is None:
            return
        made = None if self.ledger.row(page.id) is not None else self._as_made(page, intent)
        if made is None and self._is_of_another_folder(page, intent):
            self._bind(intent, page.id, 0, BaseTexts("", ""), ())  # both made something from nothing
        elif made is None:  # it has its row, or somebody else has the title: ours was refused or will be
            self.ledger.settle(intent.op)
        elif any(r.path == intent.path and i != intent.page_id for i, r in self.ledger.rows().items()):
            self.ledger.settle(intent.op, spent_on=page.id)  # it came late, and the document has its page
        else:
            self._bind(intent, page.id, made.version, BaseTexts(None, made.body), ())

    def _is_of_another_folder(self, page: Page, intent: Intent) -> bool:
        """Say whether a copy of this folder made the page of the same document, while ours was about to."""
        if is_mark(page.body or "") or self.ledger.row(page.id) is not None:
            return False
        mine = {one.op for one in self.ledger.intents()} | self.ledger.spent().keys()
        stamps = [parse(version.message) for version in self.remote.history(page.id)]
        ours = any(stamp is not None and stamp.op in mine for stamp in stamps)
        return not ours and any(stamp is not None and stamp.is_of(intent.path) for stamp in stamps)

    def _upload(self, intent: Intent) -> None:
        """A file that was sent is on the page with our content, or will be: the same content once more harms nobody."""
        row = self.ledger.row(intent.page_id or PageId(""))
        sent = self._sent_file(row.page_id, intent) if row else None
        known = (
            {a.name for a in self.ledger.attachments_of(row.page_id) if a.hash == intent.source_hash}
            if row
            else set()
        )
        if sent is not None and sent.name not in known:
            self.ledger.save_attachment(
                AttachmentBase(
                    page_id=sent.page_id,
                    name=sent.name,
                    path=intent.path,
                    hash=intent.source_hash,
                    attachment_id=sent.id,
                    version=sent.version,
                )
            )
        self.ledger.settle(intent.op)

    def _label(self, intent: Intent) -> None:
        """Labels that reached the page, or left it, are agreed; the others are still to be sent."""
        row, page = self._row_and_page(intent)
        if row is None or page is None or intent.labels is None:
            self.ledger.settle(intent.op)
            return
        was, wanted, there = set(row.labels), set(intent.labels), set(page.labels or ())
        agreed = (was & wanted) | ((was ^ wanted) & there)
        self.ledger.save(replace(row, labels=tuple(sorted(agreed))), settle=intent.op)

    def _row_and_page(self, intent: Intent) -> tuple[Base | None, Page | None]:
        row = self.ledger.row(intent.page_id or PageId(""))
        page = self.remote.page(row.page_id) if row is not None else None
        return row, page if page is not None and page.status is Status.CURRENT else None

    def _sent_file(self, page_id: PageId, intent: Intent) -> Attachment | None:
        try:
            listed = self.remote.attachments(page_id)
        except NotFound:
            return None
        named = (a for a in listed if title_key(a.name) == title_key(intent.title))
        return next((a for a in named if a.hash == intent.source_hash), None)

    def _folder(self, intent: Intent) -> None:
        """Look for the folder where it was to be: not everywhere is a second one of its title refused."""
        if self.flavor is Flavor.CLOUD:
            self._made(intent, self.remote.find_folder(self.space, intent.title, intent.parent_id))
            return
        page = self.remote.find_title(self.space, intent.title)
        ours = page and self.ledger.row(page.id) is None and is_children_list(page.body or "")
        self._made(intent, page if ours else None)

    def _made(self, intent: Intent, place: Folder | Page | None) -> None:
        """Bind what was made for a directory, if it was and nothing else of the ledger is it."""
        if place is None or place.id in self.ledger.folders():
            self.ledger.settle(intent.op)
            return
        row = FolderBase(folder_id=place.id, path=intent.path, title=place.title, parent_id=intent.parent_id)
        self.ledger.save_folder(row, settle=intent.op)

    def _as_made(self, page: Page, intent: Intent) -> Page | None:
        """Return a page as our create made it, whatever somebody made of it since; None when another did."""
        if _made_by(page, intent):
            return page
        if page.version == 1:
            return None
        told = (v.number for v in self.remote.history(page.id) if _bears(v.message, intent))
        made = self.remote.page(page.id, version=next(told, 1))
        return made if made is not None and _made_by(made, intent) else None

    def _bind(
        self, intent: Intent, page_id: PageId, version: int, texts: BaseTexts, labels: tuple[str, ...]
    ) -> None:
        source = intent.texts.markdown
        row = Base(
            page_id=page_id,
            path=intent.path,
            local_hash=text_hash(source) if source is not None and texts.markdown is not None else UNKNOWN,
            version=version,
            body_hash=body_hash(texts.storage) if texts.storage is not None else UNKNOWN,
            title=intent.title,
            own_title=intent.own_title,
            parent_id=intent.parent_id,
            labels=labels,
        )
        self.ledger.save(row, texts, settle=intent.op)

    def _trash(self, intent: Intent) -> None:
        page = self.remote.page(intent.page_id or PageId(""))
        if page is not None and page.status is Status.TRASHED and intent.page_id is not None:
            self.ledger.forget(intent.page_id, settle=intent.op)
        else:
            self.ledger.settle(intent.op)

    def _pull(self, intent: Intent) -> None:
        """A file that was being written: if it has the page's text, both agree; else the plan decides.

        A new one has been written, whatever somebody made of it since, if it bears the page's id and lacks nothing.
        """
        page_id, now = intent.page_id or PageId(""), self._text_at(intent)
        row = self.ledger.row(page_id)
        if row is None and now is not None and _was_written(intent, now):
            self._bind(intent, page_id, intent.base_version, intent.texts, intent.labels or ())
        elif row is not None and now is not None and self._has_edit(intent, row, now):
            brought = replace(
                row,
                path=intent.path,
                local_hash=intent.source_hash,
                version=intent.base_version,
                body_hash=body_hash(intent.texts.storage or ""),
                title=intent.title,
                own_title=intent.own_title,
                pulled_version=None,
                labels=row.labels if intent.labels is None else intent.labels,
            )
            waits = intent.source_hash != text_hash(intent.texts.markdown or "")
            self.ledger.save(brought, None if waits else intent.texts, settle=intent.op)
        else:
            self.ledger.settle(intent.op)

    def _has_edit(self, intent: Intent, row: Base, now: str) -> bool:
        before, after = self.ledger.texts(row.page_id).markdown, intent.texts.markdown
        if after is None or row.version > intent.base_version:
            return False
        known = row.version == intent.base_version
        return now == after or (not known and before is not None and has_edit(before, after, now))

    def _text_at(self, intent: Intent) -> str | None:
        try:
            return self.tree.read(intent.path).decode("utf-8")
        except (LocalError, UnicodeDecodeError):
            return None


def _stayed(intent: Intent, row: Base, page: Page) -> bool:
    """Say whether a page is called, or lies, as before a write of ours that was to change that."""
    moved = intent.parent_id != row.parent_id
    there = (
        page.parent_id == row.parent_id if intent.parent_id is None else page.parent_id != intent.parent_id
    )
    return (moved and there) or page.title == row.title != intent.title


def _was_written(intent: Intent, now: str) -> bool:
    """Say whether a file that bears the page's id is made from the text that was being written.

    One that lay there before, unseen, may be made from an older version: then it lacks words of this one. Who takes
    words out of what was written gets a conflict for that. To find the newest words in it would not do: a file of another
    clone has those that were sent from there, and may lack what others wrote before.
    """
    if now == intent.texts.markdown:
        return True
    if Document.parse(now).front.page_id != intent.page_id:
        return False
    return intent.base_version == 1 or not loses(intent.texts.storage or "", cold_body(now))


def _made_by(page: Page, intent: Intent) -> bool:
    return _bears(page.message, intent) or _bears(page.body or "", intent)


def _bears(text: str, intent: Intent) -> bool:
    stamp = parse(text)
    return stamp is not None and stamp.op == intent.op
