"""Merges, where both sides were edited: the page's edit is applied to the base text, then the two texts are merged.

If the merge is clean, it is written to the file, and the next round splices it into the page. If not, the page is held. A
`push` sends the merge and leaves the file; the row keeps the file's own text as its base, so that the page's edit is
brought over later and no push reverts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from confsync.markup.document import Document, text_hash
from confsync.model import Base, BaseTexts, Direction, DocPath, IntentKind, Page
from confsync.planning.actions import Merge
from confsync.planning.merge import merge
from confsync.sync.bringing import bring
from confsync.sync.context import Run
from confsync.sync.normal_hashes import body_hash, same_body
from confsync.sync.pull import Puller
from confsync.sync.report import Entry, Result
from confsync.sync.settle import Settler
from confsync.sync.writes import Version, put_version


@dataclass(frozen=True, slots=True)
class _Texts:
    """One document's four texts, LF line ends: where both began, the file now, the page's edit on the base, both."""

    base: str
    local: str
    remote: str
    merged: str | None


@dataclass(frozen=True, slots=True)
class Merging:
    """Carries out merges."""

    run: Run
    puller: Puller
    settler: Settler

    def merge(self, action: Merge) -> Entry:
        """Bring two edits together, or hold the page."""
        run = self.run
        page = run.page(action.page_id, action.expect_version)
        text = run.text(action.path, action.expect_hash)
        row = run.ledger.row(action.page_id)
        mine = run.translator.to_page(action.path, text, page.id, BaseTexts(), page.body or "").text
        if same_body(mine, page.body or ""):
            return self.settler.agree(action, page, text)
        texts = self._texts(action, row, page, text) if row else None
        if row is None or texts is None or texts.merged is None:
            return self.puller.conflict(action)
        if run.direction is Direction.PUSH and texts.merged == texts.remote:
            detail = "the page has both edits; `sync` or `pull` brings the page's edit to the file"
            return Entry.of(action, Result.UNCHANGED, detail=detail)
        if run.direction is Direction.PUSH:
            return self._send(action, row, page, text, texts)
        return self._write(action, row, page, texts)

    def _texts(self, action: Merge, row: Base, page: Page, text: str) -> _Texts | None:
        """Return the texts of the merge; None when no base is known, for then there is nothing to go by."""
        run = self.run
        base = run.base_texts(row)
        if base.storage is None:
            return None
        names = run.translator.names(action.path, page.id)
        known = base.markdown
        if known is None:
            known = self._rebuilt(action, page, text, base.storage, names)
        remote, _ = run.translator.to_file(action.path, known, base, page.body or "", names)
        was, here, there = _lf(known), _lf(text), _lf(remote)
        return _Texts(was, here, there, merge(was, here, there))

    def _rebuilt(
        self, action: Merge, page: Page, text: str, storage: str, names: Mapping[DocPath, str]
    ) -> str:
        """Return the base without a ledger: the page's old text from its history, in the words of the file as it is."""
        translator = self.run.translator
        here = translator.to_page(action.path, text, page.id, BaseTexts(), storage).text
        then, _ = translator.to_file(action.path, text, BaseTexts(text, here), storage, names)
        return then

    def _write(self, action: Merge, row: Base, page: Page, texts: _Texts) -> Entry:
        """Put the merge into the file; the page as it is now becomes the base, so that the next round sends the rest."""
        run = self.run
        merged = texts.merged or ""
        old = run.text(action.path, action.expect_hash)
        new = merged.replace("\n", "\r\n") if Document.parse(old).newline == "\r\n" else merged
        base = replace(
            row,
            path=action.path,
            local_hash=text_hash(texts.remote),
            version=page.version,
            body_hash=body_hash(page.body or ""),
            pulled_version=None,
        )
        both = BaseTexts(texts.remote, page.body)
        if new == old:
            run.ledger.save(base, both)
        else:
            bring(run, base, both, new, expect=action.expect_hash)
        sends = run.direction is Direction.SYNC
        result = Result.RETRY if sends else Result.DONE
        return Entry.of(action, result, detail="both edits are in the file now")

    def _send(self, action: Merge, row: Base, page: Page, text: str, texts: _Texts) -> Entry:
        """Send the merge and leave the file: what it lacks stays visible as the page's edit."""
        run = self.run
        base = run.base_texts(row)
        alone = run.translator.to_page(action.path, text, page.id, base, base.storage or "").text
        remote = BaseTexts(texts.remote, None)
        both = run.translator.to_page(action.path, texts.merged or "", page.id, remote, page.body or "").text
        own = BaseTexts(text, alone)
        version = Version(
            path=action.path,
            page=page,
            title=page.title,
            own_title=action.own_title,
            body=both,
            place=row.parent_id,
            moves=False,
            texts=own,
            kind=IntentKind.MERGE,
            vouches=False,
        )
        op, sent = put_version(run, version)
        behind = replace(
            row,
            path=action.path,
            local_hash=text_hash(text),
            version=sent.version,
            body_hash=body_hash(sent.body or ""),
            pulled_version=row.pulled_version or row.version,
        )
        run.ledger.save(behind, own, settle=op)
        detail = "both edits are in the page; `sync` or `pull` brings the page's edit to the file"
        return Entry.of(action, detail=detail)


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
