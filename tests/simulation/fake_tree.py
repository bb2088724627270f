"""The port `LocalTree` in memory: every write is guarded, whole and durable; a crash may come right before or after."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import count
from pathlib import Path

from fate import Fate, Tale, words

from confsync.errors import ChangedUnderneath, LocalError, RootMissing, UnreadableFile
from confsync.markup.document import inspect
from confsync.model import DocFacts, DocPath, LocalAsset, LocalDoc, LocalSnapshot, Problem, Sha, sha
from confsync.planning.assets import resolve_link
from confsync.planning.names import is_document, parse_conflict

STATE = ".confsync/"
_DESK = tempfile.TemporaryDirectory(prefix="desk-")
atexit.register(_DESK.cleanup)
_numbers = count()
inspected = lru_cache(maxsize=4096)(inspect)


def _fresh() -> Path:
    """Return a path for what is streamed: the one thing that needs a disk."""
    return Path(_DESK.name, f"{next(_numbers)}.part")


class FakeTree:
    """Files in memory. `emptied`: the folder is an empty mount just now."""

    def __init__(self, fate: Fate, tale: Tale, inspect: Callable[[bytes], DocFacts] = inspected) -> None:
        self.fate, self.tale, self._inspect = fate, tale, inspect
        self.files: dict[DocPath, bytes] = {}
        self.unreadable: set[DocPath] = set()
        self.emptied = False
        self.root_id: str | None = None
        self.root: int | None = 1
        """Which directory stands there; None: none does."""
        self._scanned: int | None = None
        self.writes = 0

    # -- looking

    def documents(self) -> list[DocPath]:
        """Return all files but our own, conflict copies among them."""
        return sorted(path for path in self.files if not path.startswith(STATE))

    def scan(self, known, also=()) -> LocalSnapshot:
        self.fate.step("scan")
        if self.root is None:
            raise RootMissing("there is no such folder")
        self._scanned = self.root
        files = {} if self.emptied else {path: self.files[path] for path in self.documents()}
        found = {p: self._doc(p, d) for p, d in files.items() if is_document(p) and not parse_conflict(p)}
        problems = {p: _problem(doc.facts.problem) for p, doc in found.items() if doc.facts.problem}
        problems |= {p: Problem("unreadable", "no") for p in self.unreadable & found.keys()}
        docs = {p: doc for p, doc in found.items() if p not in problems}
        assets = self._assets(docs, files, also)
        return LocalSnapshot(
            docs=docs,
            assets=assets,
            others=frozenset(p for p in files.keys() - assets.keys() if not is_document(p)),
            problems=problems,
            conflict_copies=frozenset(p for p in files if parse_conflict(p)),
            asked=frozenset(also),
            root_id=self.root_id,
        )

    def _doc(self, path: DocPath, data: bytes) -> LocalDoc:
        return LocalDoc(path=path, spelling=path, hash=sha(data), size=len(data), facts=self._inspect(data))

    @staticmethod
    def _assets(
        docs: dict[DocPath, LocalDoc], files: dict[DocPath, bytes], also
    ) -> dict[DocPath, LocalAsset]:
        linked = {resolve_link(path, link) for path, doc in docs.items() for link in doc.facts.links}
        linked |= set(also)
        return {
            path: LocalAsset(path=path, spelling=path, hash=sha(files[path]), size=len(files[path]))
            for path in sorted(linked & files.keys())
            if not is_document(path)
        }

    def read(self, path: DocPath) -> bytes:
        if path not in self.files or path in self.unreadable:
            raise UnreadableFile("the file is gone", where=path)
        return self.files[path]

    def look(self, doc: LocalDoc) -> LocalDoc | None:
        if doc.path not in self.files or doc.path in self.unreadable:
            return None
        data = self.files[doc.path]
        return replace(doc, hash=sha(data), size=len(data), facts=inspect(data))

    def digest(self, path: DocPath) -> Sha | None:
        return sha(self.read(path)) if path in self.files else None

    def locate(self, path: DocPath) -> Path:
        place = _fresh()
        place.write_bytes(self.read(path))
        return place

    # -- changing

    def _expect(self, path: DocPath, expect: Sha | None) -> None:
        here = self.files.get(path)
        if (None if here is None else sha(here)) != expect:
            raise ChangedUnderneath("the file is another", where=path)

    def _must_be_possible(self, path: DocPath) -> None:
        """No file lies where a directory is, nor in a file."""
        above = path.parent
        while above is not None:
            if above in self.files:
                raise LocalError("a file is in the way", where=above)
            above = above.parent
        if any(place.startswith(f"{path}/") for place in self.files):
            raise LocalError("it is a directory", where=path)

    def write(self, path: DocPath, data: bytes, *, expect: Sha | None) -> None:
        with self.fate.around("write"):
            self._must_be_possible(path)
            self._expect(path, expect)
            self.writes += 1
            if parse_conflict(path) and path not in self.files:
                self._check_conflict(path, data)
            self.files[path] = data
            self.tale.show(data)

    def _check_conflict(self, path: DocPath, copy: bytes) -> None:
        """A page is held for what a person wrote there and nobody here has seen yet, and for nothing else.

        A list of children is a person's, too, once somebody saved it: then it is a page like any other.
        """
        if not words(copy) and b'"children"' not in copy:
            self.tale.broken.append(f"a conflict with what we wrote ourselves: {path}")
        elif words(copy) <= self.tale.shown - self.tale.again:
            self.tale.needless.append(path)

    def adopt_download(self, source: Path, path: DocPath, *, expect: Sha | None) -> None:
        self.write(path, source.read_bytes(), expect=expect)
        source.unlink()

    def scratch(self) -> Path:
        return _fresh()

    def move(self, path: DocPath, target: DocPath, *, expect: Sha) -> None:
        with self.fate.around("move"):
            self._must_be_possible(target)
            self._expect(path, expect)
            if target in self.files:
                raise ChangedUnderneath("there is a file", where=target)
            self.writes += 1
            self.files[target] = self.files.pop(path)

    def trash(self, path: DocPath, *, expect: Sha) -> DocPath:
        with self.fate.around("trash of a file"):
            self._expect(path, expect)
            self.writes += 1
            number = sum(kept.startswith(f"{STATE}trash/") for kept in self.files)
            place = DocPath(f"{STATE}trash/{number}/{path}")
            self.files[place] = self.files.pop(path)
            return place

    # -- the root

    def same_root(self) -> bool:
        return self.root is not None and self.root == self._scanned

    def mark_root(self) -> str:
        with self.fate.around("mark"):
            self.root_id = self.root_id or "root"
            return self.root_id

    def commit(self) -> str | None:
        return None

    def is_ancestor(self, commit: str) -> bool | None:
        return None


def _problem(said: str | None) -> Problem:
    kind, _, detail = (said or "").partition(":")
    return Problem(kind.strip(), detail.strip())
