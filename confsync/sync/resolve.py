"""The end of a conflict: one of the two texts, or what a person made of both, becomes the document. No request is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from confsync.errors import ConfsyncError, LocalError
from confsync.markup.document import text_hash
from confsync.model import Base, DocPath, RowState, sha
from confsync.planning.names import conflict_name
from confsync.sync.ports import Ledger, LocalTree
from confsync.sync.report import Entry, Result


class Keep(StrEnum):
    """Which text stays."""

    LOCAL = "local"
    REMOTE = "remote"
    MERGED = "merged"


class NoConflict(ConfsyncError):
    """There is nothing to resolve at that path."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Resolves conflicts in one folder. The caller holds its lock."""

    tree: LocalTree
    ledger: Ledger

    def resolve(self, path: DocPath, keep: Keep) -> Entry:
        """Settle the conflict of a document, named by its own path or its copy's.

        The text that goes is moved to the local trash. NoConflict when the document is not held; LocalError when its
        file is not there although it is to be kept.
        """
        row, copy = self._held(path)
        if keep is Keep.REMOTE:
            self._take_theirs(row, copy)
        elif not self._is_there(row.path):
            raise LocalError(
                "The file is not there, so it cannot be kept.",
                where=row.path,
                hint="Use --keep remote to bring the page's text back.",
            )
        gone = self._put_away(copy)
        if keep is Keep.REMOTE:
            self._record(row)
        return self._entry(row, keep, gone)

    def _held(self, path: DocPath) -> tuple[Base, DocPath]:
        for row in self.ledger.rows().values():
            if row.state is RowState.HELD and row.held_version is not None:
                copy = conflict_name(row.path, row.held_version)
                if path in (row.path, copy):
                    return row, copy
        raise NoConflict(
            "This file is not in conflict.",
            where=path,
            hint="`confsync status` lists the pages that are held.",
        )

    def _take_theirs(self, row: Base, copy: DocPath) -> None:
        """Put the page's text in the file's place; the file's text goes to the trash first."""
        theirs = self._theirs(row, copy)
        if self._is_there(row.path):
            mine = self.tree.read(row.path)
            if mine == theirs:
                return
            self.tree.trash(row.path, expect=sha(mine))
        self.tree.write(row.path, theirs, expect=None)

    def _theirs(self, row: Base, copy: DocPath) -> bytes:
        text = self.ledger.texts(row.page_id).markdown
        return self.tree.read(copy) if text is None else text.encode("utf-8")

    def _put_away(self, copy: DocPath) -> DocPath | None:
        if not self._is_there(copy):
            return None
        return self.tree.trash(copy, expect=sha(self.tree.read(copy)))

    def _record(self, row: Base) -> None:
        """Say that both sides agree on the version that was held."""
        text = self.tree.read(row.path).decode("utf-8")
        agreed = replace(row, state=RowState.OK, held_version=None, local_hash=text_hash(text))
        self.ledger.save(agreed)

    def _is_there(self, path: DocPath) -> bool:
        try:
            self.tree.read(path)
        except LocalError:
            return False
        return True

    def _entry(self, row: Base, keep: Keep, gone: DocPath | None) -> Entry:
        kept = {Keep.LOCAL: "your text", Keep.REMOTE: "the page's text", Keep.MERGED: "the file as it is now"}
        moved = f"; the copy lies in {gone}" if gone else ""
        return Entry(
            action="resolve",
            path=row.path,
            page_id=row.page_id,
            title=row.title,
            result=Result.DONE,
            detail=f"kept {kept[keep]}{moved}",
        )
