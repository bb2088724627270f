"""What a run brought from Confluence, recorded page by page in a history, each revision with its author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from confsync.errors import LocalError, RemoteError
from confsync.markup.document import text_hash
from confsync.model import DocPath, Sha, sha
from confsync.planning.revisions import Revision, Touched, revisions
from confsync.planning.world import World
from confsync.sync.ports import Ledger, LocalTree, Remote


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file as a run found it (SHA-256 of its bytes, None: absent) and as it left it (None: gone)."""

    path: DocPath
    before: Sha | None
    after: Sha | None


class History(Protocol):
    """Where revisions are recorded: git, at home."""

    def record(
        self, changes: Iterable[FileChange], author: tuple[str, str] | None, message: str
    ) -> str | None:
        """Record the changes that are nobody else's work; return an id, None when there was nothing to record.

        `author` is a name and an account id.
        """
        ...


@dataclass(frozen=True, slots=True)
class Recording:
    """Records what one run brought: one entry of the history for each page's revision."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    history: History

    def record(self, world: World) -> int:
        """Record what differs from the world that the run began with; return how many entries were made."""
        found = revisions(world, self.ledger.rows(), self.ledger.attachments())
        return sum(self._one(revision) is not None for revision in found)

    def _one(self, revision: Revision) -> str | None:
        changes = [change for touched in revision.files if (change := self._change(touched)) is not None]
        if not changes:
            return None
        author = (self._name(revision.author_id), revision.author_id) if revision.author_id else None
        return self.history.record(changes, author, _message(revision))

    def _change(self, touched: Touched) -> FileChange | None:
        """Return the change with the hash of the bytes that lie there; None when they are not what the run left."""
        try:
            data = self.tree.read(touched.path) if touched.after is not None else None
        except LocalError:
            return None
        if data is None:
            return FileChange(touched.path, touched.before, None)
        now = text_hash(data.decode("utf-8", "replace")) if touched.is_document else sha(data)
        return FileChange(touched.path, touched.before, sha(data)) if now == touched.after else None

    def _name(self, author_id: str) -> str:
        try:
            return self.remote.name_of(author_id) or author_id
        except RemoteError:
            return author_id


def _message(revision: Revision) -> str:
    title = " ".join(revision.title.split())
    if revision.version == 0:
        return f"{title}: removed in Confluence\n\nConfluence page {revision.page_id}."
    what = (
        "follow its place in Confluence" if revision.follows else f"version {revision.version} in Confluence"
    )
    return f"{title}: {what}\n\nConfluence page {revision.page_id}, version {revision.version}."
