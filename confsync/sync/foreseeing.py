"""What a dry run tells, and what it sees where a run was cut off while it moved files: the folder once all are moved.

A run finishes those moves before anything else. A dry run changes no file, so it looks through this. Writes to a ledger
that is a copy, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, TypeVar

from confsync.errors import UnreadableFile
from confsync.markup.document import inspect
from confsync.model import CachedFile, DocPath, IntentKind, LocalAsset, LocalDoc, LocalSnapshot, Sha, sha
from confsync.planning.row_actions import Adopt
from confsync.sync.context import Run
from confsync.sync.execute import Executor
from confsync.sync.moving import still_to_move, whole
from confsync.sync.ports import Ledger, LocalTree
from confsync.sync.relocating import link_moved, rows_follow
from confsync.sync.report import Entry, again, is_worth_telling, planned

T = TypeVar("T")
Placed = TypeVar("Placed", LocalDoc, LocalAsset)


def as_if_moved(tree: LocalTree, ledger: Ledger, *, wikilinks: bool) -> LocalTree:
    """Return the folder as a run finds it once it has finished the moves of one that was cut off."""
    for intent in [i for i in ledger.intents() if i.kind is IntentKind.RELOCATE]:
        moves = whole(intent.moves)
        if rows_follow(ledger, intent, moves):
            moved = AsIfMoved(tree, still_to_move(tree, intent), wikilinks=wikilinks)
            moved.written.update(link_moved(moved, ledger, intent, moved.scan({}).docs))
            tree = moved
        ledger.settle(intent.op)
    return tree


@dataclass(slots=True)
class AsIfMoved:
    """A folder seen as if files lay elsewhere: `places` are where they lie now, by where they will. Nothing is written."""

    tree: LocalTree
    places: Mapping[DocPath, DocPath]
    wikilinks: bool = field(kw_only=True)
    written: dict[DocPath, bytes] = field(default_factory=dict)
    """What documents say once their links are corrected."""

    def scan(self, known: Mapping[str, CachedFile], also: Collection[DocPath] = ()) -> LocalSnapshot:
        """Walk the root, and tell of each file where it will lie."""
        local = self.tree.scan(known, frozenset(self._now(path) or path for path in also))
        return replace(
            local,
            docs={d.path: d for d in map(self._as_written, self._placed(local.docs.values()))},
            assets={a.path: a for a in self._placed(local.assets.values())},
            problems=self._by_place(local.problems),
            conflict_copies=self._all(local.conflict_copies),
            others=self._all(local.others),
            asked=frozenset(also),
        )

    def _as_written(self, doc: LocalDoc) -> LocalDoc:
        data = self.written.get(doc.path)
        if data is None:
            return doc
        facts = inspect(data, wikilinks=self.wikilinks)
        return replace(doc, hash=sha(data), size=len(data), facts=facts)

    def _placed(self, found: Iterable[Placed]) -> list[Placed]:
        then = {now: place for place, now in self.places.items()}
        return [replace(one, path=then.get(one.path, one.path)) for one in found]

    def _by_place(self, found: Mapping[DocPath, T]) -> dict[DocPath, T]:
        then = {now: place for place, now in self.places.items()}
        return {then.get(path, path): one for path, one in found.items()}

    def _all(self, found: Iterable[DocPath]) -> frozenset[DocPath]:
        return frozenset(self._by_place(dict.fromkeys(found)))

    def _now(self, path: DocPath) -> DocPath | None:
        """Return where a file lies now; None when it will lie elsewhere."""
        if path in self.places:
            return self.places[path]
        return None if path in self.places.values() else path

    def _there(self, path: DocPath) -> DocPath:
        now = self._now(path)
        if now is None:
            raise UnreadableFile("the file lies elsewhere", where=path)
        return now

    # -- reading

    def read(self, path: DocPath) -> bytes:
        """Return what a file will hold."""
        return self.written[path] if path in self.written else self.tree.read(self._there(path))

    def look(self, doc: LocalDoc) -> LocalDoc | None:
        """Read a scanned document again."""
        found = self.tree.look(replace(doc, path=self._there(doc.path)))
        return None if found is None else self._as_written(replace(found, path=doc.path))

    def digest(self, path: DocPath) -> Sha | None:
        """Return the hash of what a file will hold."""
        if path in self.written:
            return sha(self.written[path])
        now = self._now(path)
        return None if now is None else self.tree.digest(now)

    def locate(self, path: DocPath) -> Path:
        """Return where a file lies now."""
        return self.tree.locate(self._there(path))

    def same_root(self) -> bool:
        """Say whether the root is the same."""
        return self.tree.same_root()

    def commit(self) -> str | None:
        """Return the git commit of HEAD."""
        return self.tree.commit()

    def is_ancestor(self, commit: str) -> bool | None:
        """Say whether a commit is an ancestor of HEAD."""
        return self.tree.is_ancestor(commit)

    def scratch(self) -> Path:
        """Return a fresh path for what is compared and not kept."""
        return self.tree.scratch()

    # -- nothing is written

    def write(self, path: DocPath, data: bytes, *, expect: Sha | None) -> NoReturn:
        """Refuse: a dry run writes nothing."""
        raise NotImplementedError(path)

    def adopt_download(self, source: Path, path: DocPath, *, expect: Sha | None) -> NoReturn:
        """Refuse: a dry run writes nothing."""
        raise NotImplementedError(path)

    def move(self, path: DocPath, target: DocPath, *, expect: Sha) -> NoReturn:
        """Refuse: a dry run writes nothing."""
        raise NotImplementedError(path)

    def trash(self, path: DocPath, *, expect: Sha) -> NoReturn:
        """Refuse: a dry run writes nothing."""
        raise NotImplementedError(path)

    def mark_root(self) -> NoReturn:
        """Refuse: a dry run writes nothing."""
        raise NotImplementedError


def foretold(run: Run) -> list[Entry]:
    """Return what a run would tell of its plan. Adoptions are carried out, in the ledger's copy: the next round depends on them."""
    actions = [a for a in run.plan.actions if is_worth_telling(a)]
    known = {action.path for action in actions}
    actions += [a for a in run.plan.later if is_worth_telling(a) and a.path not in known]
    adopts = [action for action in actions if isinstance(action, Adopt)]
    entries = [again(a) if adopts else planned(a) for a in actions if not isinstance(a, Adopt)]
    return [*entries, *Executor(run).execute(adopts).entries]
