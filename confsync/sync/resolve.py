"""Resolving conflicts on held pages and files. Changes the folder and the ledger; the next sync does the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from confsync.errors import ConfigError, LocalError
from confsync.markup.document import text_hash
from confsync.model import AttachmentBase, Base, BaseTexts, DocPath, RowState, sha
from confsync.planning.file_names import conflict_file
from confsync.planning.names import conflict_name
from confsync.sync.ports import Ledger, LocalTree


class Keep(StrEnum):
    """Which text holds: the file's as it is now (`local`, `merged`), or the conflict copy's (`remote`)."""

    LOCAL = "local"
    REMOTE = "remote"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Resolving:
    """Settles conflicts on one folder."""

    tree: LocalTree
    ledger: Ledger

    def resolve(self, path: DocPath, keep: Keep) -> tuple[DocPath, ...]:
        """Let go what is held: a document with the files of its page, or one file; return what is free now.

        `path` may also be a copy. After `remote` the next sync writes nothing; after the others it makes one write.
        ConfigError when nothing is held at that path. What gives way is kept in `.confsync/trash`.
        """
        texts, files = list(self._held(path)), list(self._held_files(path))
        if not texts and not files:
            raise ConfigError(
                "nothing is held at this path",
                where=path,
                hint="`confsync status` lists what is held.",
            )
        for row in files:
            self._free_file(row, keep)
        for text in texts:
            self._free_text(text, keep)
        return tuple(dict.fromkeys([*(row.path for row in texts), *(row.path for row in files)]))

    def _held(self, path: DocPath) -> Iterator[Base]:
        for row in self.ledger.rows().values():
            if row.state is RowState.HELD and path in (row.path, _copy(row)):
                yield row

    def _held_files(self, path: DocPath) -> Iterator[AttachmentBase]:
        """Yield the held files that a path names: the file, its copy, or the document on whose page they are."""
        documents = {row.page_id for row in self.ledger.rows().values() if row.path == path}
        rows = (row for rows in self.ledger.attachments().values() for row in rows)
        for row in rows:
            version = row.held_version
            if version is None:
                continue
            if row.page_id in documents or path in (row.path, conflict_file(row.path, version)):
                yield row

    def _free_text(self, row: Base, keep: Keep) -> None:
        free, texts = replace(row, state=RowState.OK, held_version=None), None
        if keep is Keep.REMOTE:
            text = self._take_copy(row.path, _copy(row))
            free = replace(free, local_hash=text_hash(text))
            texts = BaseTexts(text, self.ledger.texts(row.page_id).storage)
        self._drop(_copy(row))
        self.ledger.save(free, texts)

    def _free_file(self, row: AttachmentBase, keep: Keep) -> None:
        """Let one file go. Its base is the page's version already: another content counts as an edit of the file."""
        copy = conflict_file(row.path, row.held_version or row.version)
        theirs = self.tree.digest(copy)
        if keep is Keep.REMOTE and theirs is not None:
            mine = self.tree.digest(row.path)
            if mine is not None:
                self.tree.trash(row.path, expect=mine)
            self.tree.move(copy, row.path, expect=theirs)
        elif theirs is not None:
            self.tree.trash(copy, expect=theirs)
        self.ledger.save_attachment(replace(row, held_version=None))

    def _take_copy(self, path: DocPath, copy: DocPath) -> str:
        """Put the copy in the file's place. When that was cut off, the next attempt finds what is done already."""
        data, mine = self.tree.read(copy), self._text_of(path)
        if mine != data:
            if mine is not None:
                self.tree.trash(path, expect=sha(mine))
            self.tree.write(path, data, expect=None)
        return data.decode("utf-8")

    def _text_of(self, path: DocPath) -> bytes | None:
        try:
            return self.tree.read(path)
        except LocalError:  # if it is there after all, the guarded write refuses to replace it
            return None

    def _drop(self, copy: DocPath) -> None:
        try:
            self.tree.trash(copy, expect=sha(self.tree.read(copy)))
        except LocalError:
            return  # already gone: that settles it, too


def _copy(row: Base) -> DocPath:
    return conflict_name(row.path, row.held_version or row.version)
