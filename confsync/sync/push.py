"""Effects on Confluence: create, update, trash. Each write: last look, intent, effect, ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from confsync.errors import ChangedUnderneath, ConfsyncError, ExitCode, NotFound
from confsync.markup.document import Document, text_hash
from confsync.model import Base, BaseTexts, DocPath, Intent, IntentKind, OpId, Page, PageId
from confsync.outcome import NewPage
from confsync.planning.actions import Create, Reorder, TrashPage, Update, WriteId
from confsync.sync.attach import Attaching
from confsync.sync.context import Run, Stale, Waiting
from confsync.sync.marks import is_mark, mark
from confsync.sync.normal_hashes import body_hash, same_body
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.report import Entry, Result
from confsync.sync.translate import note_lines
from confsync.sync.writes import Version, closing, in_step, landed, placed_row, put_version


@dataclass(frozen=True, slots=True)
class Pusher:
    """Carries out actions whose effect is on Confluence."""

    run: Run

    # -- new pages

    def create(self, action: Create) -> Entry:
        """Create a page whose text is the mark of this operation; `publish` fills it."""
        run, op = self.run, self.run.ops.new()
        run.text(action.path, action.expect_hash)
        place = run.place(action.parent)
        message = run.stamp(action.path, op, vouches=False)  # nothing of the file is there yet
        body = mark(message)
        run.ledger.open_intent(self._create_intent(action, op, place, body))
        outcome = run.remote.create_page(self._new_page(action, place, body, message))
        page = landed(closing(run, op, outcome), action.path)  # an earlier attempt has an intent of its own
        run.made[action.path] = page = replace(page, body=page.body or body)
        if action.replaces is not None:
            run.ledger.forget(action.replaces)
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
        return Entry.of(action, page=page)

    def _new_page(self, action: Create, place: PageId | None, body: str, message: str) -> NewPage:
        parent = self.run.parent_for_write(place)
        return NewPage(space=self.run.space, title=action.title, parent_id=parent, body=body, message=message)

    @staticmethod
    def _create_intent(action: Create, op: OpId, place: PageId | None, body: str) -> Intent:
        return Intent(
            op=op,
            kind=IntentKind.CREATE,
            path=action.path,
            page_id=action.replaces,
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
        if self.run.world.policy.write_ids or self.run.doc(action.path).facts.front_id is not None:
            self.write_id(WriteId(path=action.path, page_id=page.id, expect_hash=action.expect_hash))
        result = Result.DONE if entry.result is Result.UNCHANGED else entry.result
        return replace(entry, action=action.name, detail=entry.detail or action.detail, result=result)

    def write_id(self, action: WriteId) -> Entry:
        """Put the page's id into the file's front matter, as the settings ask; nothing else in it changes."""
        run = self.run
        old = run.text(action.path, action.expect_hash)
        new = Document.parse(old).with_id(action.page_id)
        run.tree.write(action.path, new.encode("utf-8"), expect=action.expect_hash)
        row = run.ledger.row(action.page_id)
        if row is not None and row.local_hash == text_hash(old):
            texts = replace(run.ledger.texts(action.page_id), markdown=new)
            run.ledger.save(replace(row, local_hash=text_hash(new)), texts)
        return Entry.of(action)

    # -- existing pages

    def update(self, action: Update, known: Page | None = None) -> Entry:
        """Bring a document's changes to its page: files and labels, then the text that vouches for them, and its place."""
        run, attaching = self.run, Attaching(self.run)
        action, moves_later = self._as_far_as_possible(action)
        text = run.text(action.path, action.expect_hash)
        page = known
        if page is None and (action.writes_page or action.files):
            page = run.page(action.page_id, run.versions.get(action.page_id, action.expect_version))
        wrote, notes = False, tuple[str, ...]()
        if page is not None:
            attaching.upload(action, page)
        labelled, said = attaching.label(action, text, page)
        if page is not None and action.writes_page:
            wrote, notes = self._write(action, page, text)
        changed = wrote or labelled or action.page_id in run.versions or action.files
        notes = (*notes, *said)
        if moves_later:
            detail = "its new parent is not there yet"
            return Entry.of(action, Result.RETRY, detail=detail, code=ExitCode.HELD, notes=notes)
        return Entry.of(action, Result.DONE if changed else Result.UNCHANGED, notes=notes)

    def _as_far_as_possible(self, action: Update) -> tuple[Update, bool]:
        """Leave a move to a parent that is not there yet to another round: it may wait for this very page's title."""
        try:
            if action.parent is not None:
                self.run.place(action.parent)
        except Waiting:
            if not (action.body or action.rename):
                raise
            return replace(action, parent=None), True
        return action, False

    def _write(self, action: Update, page: Page, text: str) -> tuple[bool, tuple[str, ...]]:
        """Write a new version of the page unless it says all of it already; record what both sides are now."""
        run = self.run
        row = run.ledger.row(action.page_id)
        body, notes = page.body or "", tuple[str, ...]()
        if action.body:
            base = run.base_texts(row) if row and not is_mark(body) else BaseTexts()
            done = run.translator.to_page(action.path, text, page.id, base, "" if is_mark(body) else body)
            body = done.text
            notes = (*note_lines(done), *run.translator.dangling(action.path, page.id))
        version = self._version(action, page, text, body, row)
        same_place = version.title == page.title and not version.moves
        if same_place and same_body(body, page.body or ""):
            self._record(action, page, version, row)
            return False, notes
        op, page = put_version(run, version)
        self._record(action, page, version, row, settle=op)
        return True, notes

    def _version(self, action: Update, page: Page, text: str, body: str, row: Base | None) -> Version:
        run = self.run
        stays = row.parent_id if row else None
        place = stays if action.parent is None else run.place(action.parent)
        return Version(
            path=action.path,
            page=page,
            title=action.title if action.rename else page.title,
            own_title=action.own_title,
            body=body,
            place=place,
            moves=action.parent is not None and run.parent_for_write(place) != page.parent_id,
            texts=BaseTexts(text, body) if action.body else BaseTexts(),
            kind=IntentKind.UPDATE if action.body else IntentKind.PLACE,
            vouches=action.body or (row is not None and in_step(row, page)),
        )

    def _record(
        self, action: Update, page: Page, version: Version, row: Base | None, *, settle: OpId | None = None
    ) -> None:
        """Write down what both sides are now. A change of place alone says nothing of the text."""
        run = self.run
        if row is not None and not action.body:
            placed = placed_row(row, version.page, page.version)
            title = page.title if action.rename else row.title
            new = replace(
                placed, path=action.path, title=title, own_title=action.own_title, parent_id=version.place
            )
            run.ledger.save(new, settle=settle)
            return
        new = Base(
            page_id=page.id,
            path=action.path,
            local_hash=run.doc(action.path).facts.text_hash,
            version=page.version,
            body_hash=body_hash(page.body or ""),
            title=page.title if action.rename or row is None else row.title,
            own_title=action.own_title,
            parent_id=version.place,
            labels=row.labels if row else (),
        )
        run.ledger.save(new, BaseTexts(version.texts.markdown, page.body), settle=settle)

    # -- the order

    def reorder(self, action: Reorder) -> Entry:
        """Put a page beside its sibling. Both may have been created in this run."""
        page_id = action.page_id or self._created(action.path)
        sibling_id = action.beside_id or self._created(action.beside)
        try:
            landed(self.run.remote.reorder_page(page_id, sibling_id, behind=action.behind), action.path)
        except NotFound as error:  # one of the two went meanwhile
            raise Stale(error.message, where=action.path) from error
        return replace(Entry.of(action), page_id=page_id)

    def _created(self, path: DocPath) -> PageId:
        page = self.run.made.get(path)
        if page is None:
            raise Waiting(f"the page of {path} was not created", where=path)
        return page.id

    # -- the trash

    def trash(self, action: TrashPage) -> Entry:
        """Move a page to the trash, if it is still the version that the plan saw.

        DELETE knows no version (v2 OpenAPI, deletePage), so the last look comes last, behind the intent.
        """
        run, op = self.run, self.run.ops.new()
        self._must_be_gone(action)
        run.ledger.open_intent(self._trash_intent(action, op))
        try:
            run.page(action.page_id, action.expect_version)
        except ConfsyncError:
            run.ledger.settle(op)
            raise
        landed(closing(run, op, run.remote.trash_page(action.page_id)), action.path)
        run.ledger.forget(action.page_id, settle=op)
        return Entry.of(action)

    def _must_be_gone(self, action: TrashPage) -> None:
        """Take the last look at the file, too: git removes each file for a moment when it checks out another one."""
        seen = action.path in self.run.world.local.docs  # another document has the path since
        if not seen and self.run.tree.digest(action.path) is not None:
            raise ChangedUnderneath("the file is there again", where=action.path)

    @staticmethod
    def _trash_intent(action: TrashPage, op: OpId) -> Intent:
        return Intent(
            op=op,
            kind=IntentKind.TRASH,
            path=action.path,
            page_id=action.page_id,
            base_version=action.expect_version,
            title=action.title,
            own_title=action.title,
            parent_id=None,
            source_hash=UNKNOWN,
        )
