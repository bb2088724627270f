"""Files that follow their pages to another place, and links that keep leading where they led."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace

from confsync.errors import ChangedUnderneath, UnreadableFile
from confsync.markup.document import text_hash
from confsync.markup.relink import rewrite_links
from confsync.model import Base, DocPath, PageId, Sha, sha
from confsync.planning.actions import Relocate
from confsync.sync.context import Run
from confsync.sync.report import Entry, Result


@dataclass(frozen=True, slots=True)
class Relocating:
    """Moves files and rewrites the relative links that a move makes wrong; nothing else in them changes.

    One after another in one run: `places` and `hashes` say where documents lie, and what they are, after those before.
    """

    run: Run
    places: dict[DocPath, DocPath] = field(default_factory=dict)
    hashes: dict[DocPath, Sha] = field(default_factory=dict)

    def relocate(self, action: Relocate) -> Entry:
        """Move a document with all that hangs below it. Another round does what else there is to do with them."""
        run, moves = self.run, dict(action.moves)
        rows = {row.path: row for row in run.ledger.rows().values()}
        for old, new in action.moves:
            run.tree.move(old, new, expect=self._hash(old))
            self.places[old] = new
            if old in rows:
                self._rebind(rows[old], new, action)
        self._rebind_files(moves)
        for path in run.world.docs:
            with suppress(
                UnreadableFile, ChangedUnderneath
            ):  # it went, or somebody is writing in it just now
                self._relink(path, moves)
        return Entry(
            action=action.name,
            path=action.path,
            page_id=action.page_id,
            title=action.title,
            result=Result.RETRY,
            detail=f"now {action.target}",
        )

    def _hash(self, path: DocPath) -> Sha:
        local = self.run.world.local
        known = local.docs[path].hash if path in local.docs else local.assets[path].hash
        return self.hashes.get(path, known)

    def _rebind(self, row: Base, path: DocPath, action: Relocate) -> None:
        new = replace(row, path=path)
        if row.page_id == action.page_id:
            page = self.run.world.remote.pages[action.page_id]
            new = replace(new, parent_id=self.run.world.tree_parent(page))
        self.run.ledger.save(new)

    def _rebind_files(self, moves: dict[DocPath, DocPath]) -> None:
        for rows in self.run.ledger.attachments().values():
            for row in rows:
                if row.path in moves:
                    self.run.ledger.save_attachment(replace(row, path=moves[row.path]))

    def _relink(self, path: DocPath, moves: dict[DocPath, DocPath]) -> None:
        """Rewrite a document's links; a document that was in step with its page stays so: it says the same."""
        run, here = self.run, self.places.get(path, path)
        old = run.text(here, self._hash(path))
        new = rewrite_links(old, path if path in moves else here, here, moves)
        if new == old:
            return
        data = new.encode("utf-8")
        run.tree.write(here, data, expect=self._hash(path))
        self.hashes[path] = sha(data)
        row = self._row(path)
        if row is not None and row.local_hash == text_hash(old):
            texts = replace(run.ledger.texts(row.page_id), markdown=new)
            run.ledger.save(replace(row, local_hash=text_hash(new)), texts)

    def _row(self, path: DocPath) -> Base | None:
        return self.run.ledger.row(self.run.world.page_of.get(path, PageId("")))
