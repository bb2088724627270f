"""A held page let go: which of the two texts holds. Touches the folder and the ledger; the next sync does the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from confsync.errors import ConfigError, LocalError
from confsync.markup.document import text_hash
from confsync.model import Base, BaseTexts, DocPath, RowState, sha
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

    def resolve(self, path: DocPath, keep: Keep) -> None:
        """Let a held page go. After `remote` the next sync writes nothing; after the others it makes one PUT.

        ConfigError when nothing is held at that path. The file that gives way is kept in `.confsync/trash`.
        """
        row = self._held(path)
        copy = conflict_name(path, row.held_version or row.version)
        free, texts = replace(row, state=RowState.OK, held_version=None), None
        if keep is Keep.REMOTE:
            text = self._take_copy(path, copy)
            free = replace(free, local_hash=text_hash(text))
            texts = BaseTexts(text, self.ledger.texts(row.page_id).storage)
        self._drop(copy)
        self.ledger.save(free, texts)

    def _held(self, path: DocPath) -> Base:
        held = [row for row in self.ledger.rows().values() if row.path == path and row.state is RowState.HELD]
        if not held:
            raise ConfigError(
                "nothing is held there", where=path, hint="`confsync status` lists the pages that are held."
            )
        return held[0]

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
        except (
            LocalError
        ):  # a file that is there and cannot be read is not replaced either: nothing is expected
            return None

    def _drop(self, copy: DocPath) -> None:
        try:
            self.tree.trash(copy, expect=sha(self.tree.read(copy)))
        except LocalError:
            return  # already gone: that settles it, too
