"""The folder as a dry run changes it: in memory, over the real one, of which nothing is written.

So the same code goes through the same rounds as in a run, and finds files where the round before would have put them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, TypeVar

from confsync.errors import ChangedUnderneath, UnreadableFile
from confsync.markup.document import inspect
from confsync.model import (
    CachedFile,
    DocPath,
    LocalAsset,
    LocalDoc,
    LocalSnapshot,
    Problem,
    Sha,
    sha,
    title_key,
)
from confsync.planning.assets import resolve_link
from confsync.planning.names import is_document, parse_conflict
from confsync.sync.ports import LocalTree

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written:
    """What a file would hold. `data` is None for downloads: of these nothing but the hash is ever asked."""

    hash: Sha
    size: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Overlay:
    """A `LocalTree` that keeps changes to itself.

    `changed` says what is at a place instead of what lies there: a file that lies elsewhere, a new content, or nothing.
    """

    tree: LocalTree
    wikilinks: bool = field(kw_only=True)
    changed: dict[DocPath, DocPath | Written | None] = field(default_factory=dict)

    # -- looking

    def scan(self, known: Mapping[str, CachedFile], also: Collection[DocPath] = ()) -> LocalSnapshot:
        """Walk the root, and tell of each file where it would be, and of each that would be written."""
        there = (self.changed.get(path, path) for path in also)
        local = self.tree.scan(known, frozenset(place for place in there if isinstance(place, str)))
        return self._changed(local, also) if self.changed else replace(local, asked=frozenset(also))

    def _changed(self, local: LocalSnapshot, also: Collection[DocPath]) -> LocalSnapshot:
        copies = {*self._placed(dict.fromkeys(local.conflict_copies)), *filter(parse_conflict, self._new())}
        found = self._docs(local)
        problems = {path: _told(doc.facts.problem) for path, doc in found.items() if doc.facts.problem}
        docs = {path: doc for path, doc in found.items() if path not in problems}
        files = {*self._placed(local.assets), *self._placed(dict.fromkeys(local.others))}
        files.update(path for path in self._new() if not is_document(path))
        wanted = {resolve_link(path, link) for path, doc in docs.items() for link in doc.facts.links}
        assets = files & wanted.union(also)
        return replace(
            local,
            docs=docs,
            assets={path: self._asset(path, local) for path in sorted(assets)},
            problems=self._placed(local.problems) | problems,
            conflict_copies=frozenset(copies),
            others=frozenset(files - assets),
            asked=frozenset(also),
        )

    def _docs(self, local: LocalSnapshot) -> dict[DocPath, LocalDoc]:
        """Return all documents, also those with a problem."""
        docs = {path: replace(doc, path=path) for path, doc in self._placed(local.docs).items()}
        for path in self._new():
            new = self.changed[path]
            if is_document(path) and not parse_conflict(path) and isinstance(new, Written):
                docs[path] = self._doc(path, new)
        return docs

    def _doc(self, path: DocPath, new: Written) -> LocalDoc:
        facts = inspect(new.data or b"", wikilinks=self.wikilinks)
        return LocalDoc(path=path, spelling=path, hash=new.hash, size=new.size, facts=facts)

    def _asset(self, path: DocPath, local: LocalSnapshot) -> LocalAsset:
        now = self.changed.get(path, path)
        if isinstance(now, Written):
            return LocalAsset(path=path, spelling=path, hash=now.hash, size=now.size)
        known = local.assets.get(now or path)
        if known is not None:
            return replace(known, path=path)
        data = self.read(path)
        return LocalAsset(path=path, spelling=path, hash=sha(data), size=len(data))

    def _new(self) -> list[DocPath]:
        """Return the places of files that would be written."""
        return [path for path, now in self.changed.items() if isinstance(now, Written)]

    def _placed(self, found: Mapping[DocPath, T]) -> dict[DocPath, T]:
        """Return by their places then what was found where it is now."""
        then = {now: path for path, now in self.changed.items() if isinstance(now, str)}
        places = (
            (then.get(now) or (None if now in self.changed else now), one) for now, one in found.items()
        )
        return {path: one for path, one in places if path is not None}

    # -- reading

    def _there(self, path: DocPath) -> DocPath:
        now = self.changed.get(path, path)
        if not isinstance(now, str):
            raise UnreadableFile("The file is not here.", where=path)
        return now

    def read(self, path: DocPath) -> bytes:
        """Return what a file would hold."""
        new = self.changed.get(path)
        if isinstance(new, Written) and new.data is not None:
            return new.data
        return self.tree.read(self._there(path))

    def look(self, doc: LocalDoc) -> LocalDoc | None:
        """Read a scanned document again."""
        new = self.changed.get(doc.path, doc.path)
        if isinstance(new, Written):
            return self._doc(doc.path, new)
        seen = None if new is None else self.tree.look(replace(doc, path=new))
        return None if seen is None else replace(seen, path=doc.path)

    def digest(self, path: DocPath) -> Sha | None:
        """Return the hash of what a file would hold."""
        new = self.changed.get(path, path)
        if isinstance(new, Written):
            return new.hash
        return None if new is None else self.tree.digest(new)

    def locate(self, path: DocPath) -> Path:
        """Return where a file lies now; for one that would be written, a place where nothing lies: nothing is sent."""
        if isinstance(self.changed.get(path), Written):
            return self.tree.scratch()
        return self.tree.locate(self._there(path))

    # -- changing

    def _expect(self, path: DocPath, expect: Sha | None) -> None:
        if self.digest(path) != expect:
            raise ChangedUnderneath("The file is not what was expected.", where=path)

    def write(self, path: DocPath, data: bytes, *, expect: Sha | None) -> None:
        """Take down what a file would hold."""
        self._expect(path, expect)
        self.changed[path] = Written(sha(data), len(data), data)

    def adopt_download(self, source: Path, path: DocPath, *, expect: Sha | None) -> None:
        """Take down which content a file would hold, and put the download away."""
        self._expect(path, expect)
        data = source.read_bytes()
        self.changed[path] = Written(sha(data), len(data), data if is_document(path) else None)
        source.unlink()

    def move(self, path: DocPath, target: DocPath, *, expect: Sha) -> None:
        """Take down where a file would be."""
        self._expect(path, expect)
        if title_key(path) != title_key(target) and self.digest(target) is not None:
            raise ChangedUnderneath("There is a file already.", where=target)
        now = self.changed.get(path, path)
        self.changed[path] = None
        self.changed[target] = now

    def trash(self, path: DocPath, *, expect: Sha) -> NoReturn:
        """Refuse: nothing that a dry run goes on from is in the trash."""
        raise NotImplementedError(path)

    def scratch(self) -> Path:
        """Return a fresh path for what is compared and not kept."""
        return self.tree.scratch()

    # -- the root

    def same_root(self) -> bool:
        """Say whether the root is the same."""
        return self.tree.same_root()

    def mark_root(self) -> NoReturn:
        """Refuse: a dry run leaves the folder without a marker."""
        raise NotImplementedError

    def commit(self) -> str | None:
        """Return the git commit of HEAD."""
        return self.tree.commit()

    def is_ancestor(self, commit: str) -> bool | None:
        """Say whether a commit is an ancestor of HEAD."""
        return self.tree.is_ancestor(commit)


def _told(problem: str) -> Problem:
    kind, _, detail = problem.partition(":")
    return Problem(kind.strip(), detail.strip() or kind.strip())
