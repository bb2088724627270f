"""Effects on Confluence: create, update, trash. Each write: last look, intent, effect, ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from confsync.errors import ConfsyncError, ExitCode, Forbidden, NotFound, Rejected, Unreachable
from confsync.markup import normal_storage
from confsync.markup.document import Document, text_hash
from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    FolderBase,
    Intent,
    IntentKind,
    OpId,
    Page,
    PageId,
    RowState,
)
from confsync.outcome import Applied, NewPage, Outcome, PageUpdate, Reason, Refused, T, Unknown, Upload
from confsync.planning.actions import Create, MakeFolder, TrashPage, Update
from confsync.sync.context import Run, Stale
from confsync.sync.marks import is_mark, mark
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.report import Entry, Result
from confsync.sync.translate import body_hash, told


class Unsettled(ConfsyncError):
    """A write's outcome is not known; its intent stays open and the next round settles it by reading."""

    exit_code = Unreachable.exit_code


def landed(outcome: Outcome[T], where: str) -> T:
    """Return the answer of a write that was applied; raise what a refusal or an unknown outcome means."""
    match outcome:
        case Applied(value):
            return value
        case Unknown(cause):
            raise Unsettled(f"Confluence did not confirm the write: {cause}", where=where)
        case Refused(Reason.STALE, _, text):
            raise Stale(text, where=where)
        case Refused(Reason.GONE, _, text):
            raise NotFound(text, where=where)
        case Refused(Reason.FORBIDDEN | Reason.UNAUTHORISED, status, text):
            raise Forbidden(f"{status}: {text}", where=where)
        case Refused(Reason.TITLE_TAKEN, _, text):
            raise TitleTaken(text, where=where)
        case Refused(reason, status, text):
            raise Rejected(f"Confluence refused it as {reason} ({status}): {text}", where=where)


class TitleTaken(Rejected):
    """Another page of the space (perhaps archived or invisible to us) has the title."""

    exit_code = ExitCode.HELD
    default_hint = "Rename one of the two, or take the page over with --adopt."


@dataclass(frozen=True, slots=True)
class Pusher:
    """Carries out actions whose effect is on Confluence."""

    run: Run

    # -- folders and new pages

    def make_folder(self, action: MakeFolder) -> Entry:
        """Create the place for a directory without a page."""
        run, op = self.run, self.run.ops.new()
        place = run.place(action.parent)
        intent = Intent(
            op=op,
            kind=IntentKind.FOLDER,
            path=action.path,
            page_id=None,
            base_version=0,
            title=action.title,
            own_title=action.title,
            parent_id=place,
            source_hash=UNKNOWN,
        )
        run.ledger.open_intent(intent)
        outcome = run.remote.create_folder(run.space, action.title, run.parent_for_write(place))
        folder = landed(self._closing(op, outcome), action.path)
        row = FolderBase(folder_id=folder.id, path=action.path, title=action.title, parent_id=place)
        run.ledger.save_folder(row, settle=op)
        run.folders[action.path] = folder.id
        return Entry(action=action.name, path=action.path, page_id=folder.id, title=action.title)

    def create(self, action: Create) -> Entry:
        """Create a page whose text is the mark of this operation; `publish` fills it."""
        run, op = self.run, self.run.ops.new()
        run.text(action.path, action.expect_hash)
        place = run.place(action.parent)
        if action.replaces is not None:
            run.ledger.forget(action.replaces)
        message = run.stamp(action.path, op)
        body = mark(message)
        run.ledger.open_intent(self._create_intent(action, op, place, body))
        page = landed(
            self._closing(op, run.remote.create_page(self._new_page(action, place, body, message))),
            action.path,
        )
        run.made[action.path] = page = replace(page, body=page.body or body)
        row = Base(
            page_id=page.id,
            path=action.path,
            local_hash=UNKNOWN,
            version=page.version,
            body_hash=body_hash(page.body or ""),
            title=page.title,
            own_title=action.own_title,
            parent_id=place,
        )
        run.ledger.save(row, BaseTexts(None, page.body), settle=op)
        return Entry(action=action.name, path=action.path, page_id=page.id, title=page.title)

    def _new_page(self, action: Create, place: PageId | None, body: str, message: str) -> NewPage:
        parent = self.run.parent_for_write(place)
        return NewPage(space=self.run.space, title=action.title, parent_id=parent, body=body, message=message)

    @staticmethod
    def _create_intent(action: Create, op: OpId, place: PageId | None, body: str) -> Intent:
        return Intent(
            op=op,
            kind=IntentKind.CREATE,
            path=action.path,
            page_id=None,
            base_version=0,
            title=action.title,
            own_title=action.own_title,
            parent_id=place,
            source_hash=UNKNOWN,
            texts=BaseTexts(None, body),
        )

    def publish(self, action: Create) -> Entry:
        """Fill a page that `create` made: attachments, text with stamp, labels."""
        page = self.run.made[action.path]
        update = Update(
            path=action.path,
            page_id=page.id,
            title=page.title,
            own_title=action.own_title,
            expect_hash=action.expect_hash,
            expect_version=page.version,
            body=True,
            add_labels=action.labels,
            files=self.run.world.unsent_files(self.run.doc(action.path), page.id),
        )
        entry = self.update(update, page)
        if self.run.world.policy.write_ids:
            self._write_id(action, page.id)
        result = Result.DONE if entry.result is Result.UNCHANGED else entry.result
        return replace(entry, action=action.name, detail=entry.detail or action.detail, result=result)

    def _write_id(self, action: Create, page_id: PageId) -> None:
        """Put the page's id into the file's front matter, as the settings ask; nothing else in it changes."""
        run = self.run
        old = run.text(action.path, action.expect_hash)
        new = Document.parse(old).with_id(page_id)
        run.tree.write(action.path, new.encode("utf-8"), expect=action.expect_hash)
        row = run.row(page_id)
        if row is not None and row.local_hash != UNKNOWN:
            texts = replace(run.ledger.texts(page_id), markdown=new)
            run.ledger.save(replace(row, local_hash=text_hash(new)), texts)

    # -- existing pages

    def update(self, action: Update, known: Page | None = None) -> Entry:
        """Bring a document's changes to its page."""
        run = self.run
        text = run.text(action.path, action.expect_hash)
        page = known
        if page is None and (action.writes_page or action.files):
            page = run.page(action.page_id, action.expect_version)
        self._upload(action, page)
        notes: tuple[str, ...] = ()
        wrote = False
        if page is not None and action.writes_page:
            wrote, notes = self._write(action, page, text, known is not None)
        self._label(action)
        changed = wrote or action.files or action.add_labels or action.remove_labels
        return Entry(
            action=action.name,
            path=action.path,
            page_id=action.page_id,
            title=action.title,
            result=Result.DONE if changed else Result.UNCHANGED,
            notes=notes,
        )

    def _write(self, action: Update, page: Page, text: str, fresh: bool) -> tuple[bool, tuple[str, ...]]:  # noqa: FBT001
        """Write a new version of the page unless it says all of it already; record what both sides are now."""
        run = self.run
        row = run.row(action.page_id)
        body = page.body or ""
        notes: tuple[str, ...] = ()
        if action.body:
            texts = BaseTexts() if row is None or fresh else run.base_texts(row)
            done = run.translator.to_page(action.path, text, page.id, texts, "" if is_mark(body) else body)
            body, notes = done.text, told(done)
        place = run.place(action.parent) if action.parent is not None else None
        moves = action.parent is not None and run.parent_for_write(place) != page.parent_id
        renames = action.rename and action.title != page.title
        if not (moves or renames) and normal_storage(body) == normal_storage(page.body or ""):
            self._record(action, page, text, row)
            return False, notes
        self._put(action, page, text, body, place)
        return True, notes

    def _put(self, action: Update, page: Page, text: str, body: str, place: PageId | None) -> None:
        run, op = self.run, self.run.ops.new()
        row = run.row(action.page_id)
        stays = action.parent is None
        tree_parent = (row.parent_id if row else None) if stays else place
        intent = Intent(
            op=op,
            kind=IntentKind.UPDATE,
            path=action.path,
            page_id=page.id,
            base_version=page.version,
            title=action.title,
            own_title=action.own_title,
            parent_id=tree_parent,
            source_hash=run.world.source_hash(run.doc(action.path)),
            texts=BaseTexts(text, body),
        )
        run.ledger.open_intent(intent)
        update = PageUpdate(
            page_id=page.id,
            space=run.space,
            title=action.title if action.rename else page.title,
            parent_id=page.parent_id if stays else run.parent_for_write(place),
            body=body,
            version=page.version + 1,
            message=run.stamp(action.path, op),
            notify=run.world.policy.notify,
        )
        answer = landed(self._closing(op, run.remote.update_page(update)), action.path)
        answer = replace(answer, body=body if answer.body is None else answer.body)
        self._record(action, answer, text, row, op=op, parent=tree_parent)

    def _record(
        self,
        action: Update,
        page: Page,
        text: str,
        row: Base | None,
        *,
        op: OpId | None = None,
        parent: PageId | None = None,
    ) -> None:
        """Write down that the file's text and the page's body say the same now."""
        run = self.run
        body = page.body or ""
        hash_now = run.doc(action.path).facts.text_hash
        new = Base(
            page_id=page.id,
            path=action.path,
            local_hash=hash_now if action.body or row is None else row.local_hash,
            version=page.version,
            body_hash=body_hash(body),
            title=page.title if action.rename or row is None else row.title,
            own_title=action.own_title,
            parent_id=parent if op is not None else (row.parent_id if row else parent),
            labels=row.labels if row else (),
            state=RowState.OK,
        )
        texts = BaseTexts(text, body) if action.body else None
        run.ledger.save(new, texts, settle=op)

    def _closing(self, op: OpId, outcome: Outcome[T]) -> Outcome[T]:
        """Close the intent of a write that definitely did not happen; an unknown one stays open.

        A title that is taken may be taken by an earlier attempt of our own: that, too, is left to recovery.
        """
        if isinstance(outcome, Refused) and outcome.reason is not Reason.TITLE_TAKEN:
            self.run.ledger.settle(op)
        return outcome

    # -- what hangs on a page

    def _upload(self, action: Update, page: Page | None) -> None:
        """Send the files whose content is not on the page yet, one after another; before the text that shows them."""
        if not action.files or page is None:
            return
        run = self.run
        names = run.translator.names(action.path, page.id)
        there = (
            {}
            if page.version == 1 and action.path in run.made
            else {a.name: a for a in run.remote.attachments(page.id)}
        )
        for path in action.files:
            asset, name = run.world.local.assets[path], names[path]
            attachment = there.get(name)
            if attachment is None or attachment.hash != asset.hash:
                source = run.tree.locate(path)
                upload = Upload(
                    page_id=page.id,
                    name=name,
                    source=source,
                    hash=asset.hash,
                    attachment_id=attachment.id if attachment else None,
                    notify=run.world.policy.notify,
                )
                attachment = landed(run.remote.upload(upload), path)
            run.ledger.save_attachment(
                AttachmentBase(
                    page_id=page.id,
                    name=name,
                    path=path,
                    hash=asset.hash,
                    attachment_id=attachment.id,
                    version=attachment.version,
                )
            )

    def _label(self, action: Update) -> None:
        """Add and remove labels; others that the page has stay."""
        run = self.run
        if action.add_labels:
            landed(run.remote.add_labels(action.page_id, action.add_labels), action.path)
        for label in action.remove_labels:
            landed(run.remote.remove_label(action.page_id, label), action.path)
        if action.add_labels or action.remove_labels:
            row = run.row(action.page_id)
            if row is not None:
                run.ledger.save(
                    replace(row, labels=_merged(row.labels, action.add_labels, action.remove_labels))
                )

    # -- the trash

    def trash(self, action: TrashPage) -> Entry:
        """Move a page to the trash, if it is still the version that the plan saw."""
        run, op = self.run, self.run.ops.new()
        page = run.page(action.page_id, action.expect_version)
        intent = Intent(
            op=op,
            kind=IntentKind.TRASH,
            path=action.path,
            page_id=page.id,
            base_version=page.version,
            title=page.title,
            own_title=page.title,
            parent_id=page.parent_id,
            source_hash=UNKNOWN,
        )
        run.ledger.open_intent(intent)
        landed(self._closing(op, run.remote.trash_page(page.id)), action.path)
        run.ledger.forget(page.id, settle=op)
        return Entry(action=action.name, path=action.path, page_id=page.id, title=page.title)


def _merged(had: Iterable[str], added: Iterable[str], removed: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*had, *added} - set(removed)))
