"""Links in documents, rewritten where files moved. Nothing else in a document changes.

A document that was in sync with its page stays so, since it means the same as before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from confsync.errors import LocalError
from confsync.markup.document import text_hash
from confsync.markup.file.relink import rewrite_links
from confsync.model import DocPath, PageId, Sha, sha
from confsync.sync.ports import Ledger, LocalTree

Leads = Callable[[DocPath | None, DocPath], bool]
"""Whether a link that leads to the first path now is to lead to the second one, where it once led."""


@dataclass(frozen=True, slots=True)
class Relinking:
    """Rewrites links in documents."""

    tree: LocalTree
    ledger: Ledger
    written: set[DocPath] = field(default_factory=set)
    """The documents that were rewritten."""

    def relink(
        self,
        path: DocPath,
        origin: DocPath,
        moves: Mapping[DocPath, DocPath],
        *,
        page_id: PageId | None,
        expect: Sha | None = None,
        untouched: bool = True,
        in_step: bool = True,
    ) -> Sha:
        """Rewrite the links of a document that came from `origin`; return its hash now.

        `untouched`: its links mean what they meant there. Otherwise only those that lead nowhere now are rewritten.
        `in_step`: its page says already what it says then.
        ChangedUnderneath when it is not what is expected, UnreadableFile when it is gone.
        """
        data = self.tree.read(path)
        old = data.decode("utf-8")
        new = rewrite_links(old, origin, path, moves, self._leads(untouched=untouched))
        if new == old:
            return sha(data)
        written = new.encode("utf-8")
        self.tree.write(path, written, expect=sha(data) if expect is None else expect)
        self.written.add(path)
        if in_step:
            self._keep_in_step(page_id, old, new)
        return sha(written)

    def recognise(
        self, path: DocPath, origin: DocPath, moves: Mapping[DocPath, DocPath], *, page_id: PageId | None
    ) -> None:
        """Keep a document in step that a run rewrote before it was cut off: its links are all that is new in it."""
        base = self.ledger.texts(page_id).markdown if page_id is not None else None
        now = self.tree.read(path).decode("utf-8")
        if base is None or base == now:
            return
        if rewrite_links(base, origin, path, moves, self._leads(untouched=True)) == now:
            self._keep_in_step(page_id, base, now)

    def _leads(self, *, untouched: bool) -> Leads:
        def leads(now: DocPath | None, then: DocPath) -> bool:
            gone = now is None or not stands(self.tree, now)
            return (untouched or gone) and stands(self.tree, then)

        return leads

    def _keep_in_step(self, page_id: PageId | None, old: str, new: str) -> None:
        row = self.ledger.row(page_id) if page_id is not None else None
        if row is not None and row.local_hash == text_hash(old):
            texts = replace(self.ledger.texts(row.page_id), markdown=new)
            self.ledger.save(replace(row, local_hash=text_hash(new)), texts)


def stands(tree: LocalTree, path: DocPath) -> bool:
    """Say whether there is a file or directory at a path."""
    try:
        return bool(tree.locate(path))
    except LocalError:
        return False
