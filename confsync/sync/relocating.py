"""Files that follow their pages to another place or name, all of a plan at once, journalled: rows first, then files.

The rows get the new places before the first file is moved, so that a later run can finish what a killed run began; see
`finish`. If a file cannot be moved, its row is reset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from confsync.errors import ChangedUnderneath, ConfsyncError, LocalError, UnreadableFile
from confsync.model import (
    Base,
    DocPath,
    FolderBase,
    Intent,
    IntentKind,
    LocalSnapshot,
    OpId,
    RowState,
    Sha,
)
from confsync.planning.actions import Relink, Relocate
from confsync.planning.assets import resolve_link
from confsync.planning.names import conflict_name, is_document
from confsync.planning.row_actions import OweLinks, Rebind
from confsync.sync.context import Run
from confsync.sync.moving import Moves, carry_out, follow, put_back, steps, whole
from confsync.sync.ports import Ledger, LocalTree
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.relinking import Relinking
from confsync.sync.report import Entry, Result

Unlinked = tuple[tuple[DocPath, Sha], ...]


@dataclass(slots=True)
class Relocating:
    """Moves files after their pages, and lets rows and links follow files. What else there is to do waits for a round."""

    run: Run
    failed: dict[DocPath, ConfsyncError] = field(default_factory=dict)
    op: OpId | None = None
    linking: bool = False
    moving: bool = False
    left: int = 0

    # -- files that a person moved

    def rebind(self, action: Rebind) -> None:
        """Let rows follow their files, after the copies of held ones: without its copy, a file counts as settled."""
        moves = dict(action.moves) | self._files_beside()
        for row in self.run.ledger.rows().values():
            if row.state is RowState.HELD and row.held_version is not None and row.path in moves:
                self._bring_copy(row.path, moves[row.path], row.held_version)
        follow(self.run.ledger, moves)

    def _files_beside(self) -> dict[DocPath, DocPath]:
        """Return the moves of attachments' files that a person moved along with their documents."""
        found, known = self.run.world.evidence.moved_files, self.run.world.remembered.attachments
        rows = (row for files in known.values() for row in files)
        return {row.path: found[row.page_id, row.name] for row in rows if (row.page_id, row.name) in found}

    def _bring_copy(self, old: DocPath, new: DocPath, version: int) -> None:
        tree, copy, place = self.run.tree, conflict_name(old, version), conflict_name(new, version)
        content = tree.digest(copy)
        if content is not None and tree.digest(place) is None:
            tree.move(copy, place, expect=content)

    def relink(self, action: Relink) -> Entry:
        """Put right a document's links; before the first of them all rows follow their files."""
        if not self.linking:
            self.linking, self.left = True, sum(isinstance(a, Relink) for a in self.run.plan.actions)
            self.op = self._open(action.moves, self._untouched(), made=True)
            self.rebind(Rebind(path=action.path, moves=action.moves))
        Relinking(self.run.tree, self.run.ledger).relink(
            action.path,
            action.origin,
            dict(action.moves),
            page_id=action.page_id,
            expect=action.expect_hash,
            untouched=action.untouched,
        )
        self.left -= 1
        if not self.left and self.op is not None:
            self.run.ledger.settle(self.op)
        return Entry.of(action, Result.RETRY, detail="its links to moved files were corrected")

    def _untouched(self) -> Unlinked:
        relinks = (a for a in self.run.plan.actions if isinstance(a, Relink) and a.untouched)
        return tuple((a.origin, a.expect_hash) for a in relinks)

    def owe(self, action: OweLinks) -> None:
        """Remember moves, those of earlier pushes with them, for the run that may put links right."""
        ledger, moves, unlinked = self.run.ledger, dict(action.moves), dict(action.unlinked)
        earlier = [i for i in ledger.intents() if i.kind is IntentKind.RELINK]
        for intent in reversed(earlier):
            origins = {new: old for old, new in intent.moves}
            unlinked = {origins.get(place, place): seen for place, seen in unlinked.items()}
            unlinked |= {place: seen for place, seen in intent.unlinked if place not in unlinked}
            moves = {old: moves.get(new, new) for old, new in intent.moves} | {
                old: new for old, new in moves.items() if old not in dict(intent.moves)
            }
        pairs, links = tuple(sorted(moves.items())), tuple(sorted(unlinked.items()))
        self._open(pairs, links, made=True, kind=IntentKind.RELINK)
        for intent in earlier:
            ledger.settle(intent.op)

    # -- files whose pages were moved or renamed

    def relocate(self, action: Relocate) -> Entry:
        """Move a document with all that hangs below it; the first one of a plan moves all."""
        if not self.moving:
            self.moving = True
            self._relocate([a for a in self.run.plan.actions if isinstance(a, Relocate)])
        if action.path in self.failed:
            raise self.failed[action.path]
        return Entry.of(action, Result.RETRY, detail=f"now {action.target}")

    def _relocate(self, actions: list[Relocate]) -> None:
        run = self.run
        moves = {old: new for action in actions for old, new in action.moves}
        below = tuple(action.below for action in actions if action.below is not None)
        op = self._open(steps(moves), self._linking(moves), directories=below)
        follow(run.ledger, moves, below)
        stuck = carry_out(run.tree, run.ledger, self._intent(op))
        stuck = put_back(run.tree, run.ledger, moves, below, stuck)
        self.failed = {
            action.path: stuck[old]
            for action in actions
            for old, _ in action.moves
            if old in stuck and is_document(old)
        }
        gone = {old: new for old, new in moves.items() if old not in stuck}
        self._settle_places([action for action in actions if action.path not in self.failed])
        for path in run.world.docs:
            with suppress(UnreadableFile, ChangedUnderneath):  # gone, or in use
                self._relink(path, gone)
        run.ledger.settle(op)

    def _settle_places(self, actions: Iterable[Relocate]) -> None:
        """Record below what the pages and folders hang whose files have followed them: not before, for those that stay."""
        world, ledger = self.run.world, self.run.ledger
        bases: list[Base] = []
        folders: list[FolderBase] = []
        for action in actions:
            row, known = ledger.row(action.page_id), ledger.folders().get(action.page_id)
            page, folder = world.remote.pages.get(action.page_id), world.remote.folders.get(action.page_id)
            if row is not None and page is not None:
                bases.append(replace(row, parent_id=world.tree_parent(page)))
            elif known is not None and folder is not None:
                parent = world.tree_parent(folder)
                folders.append(replace(known, title=folder.title, parent_id=parent))
        ledger.rebind(bases, (), folders)

    def _relink(self, path: DocPath, moves: Mapping[DocPath, DocPath]) -> None:
        Relinking(self.run.tree, self.run.ledger).relink(
            moves.get(path, path), path, moves, page_id=self.run.world.page_of.get(path)
        )

    def _linking(self, moves: Mapping[DocPath, DocPath]) -> Unlinked:
        """Return the documents whose links these moves may make wrong."""
        return tuple(
            (path, doc.hash)
            for path, doc in self.run.world.docs.items()
            if path in moves or any(resolve_link(path, link) in moves for link in doc.facts.links)
        )

    # -- the journal

    def _open(
        self,
        moves: Moves,
        unlinked: Unlinked,
        *,
        made: bool = False,
        kind: IntentKind = IntentKind.RELOCATE,
        directories: Moves = (),
    ) -> OpId:
        op, places = self.run.ops.new(), whole(moves)
        # this row tells later whether the rows follow the files already; places alone do not when they are traded
        row = next((row for row in self.run.ledger.rows().values() if row.path in places), None)
        self.run.ledger.open_intent(
            Intent(
                op=op,
                kind=kind,
                path=row.path if row else moves[0][0],
                page_id=row.page_id if row else None,
                base_version=int(made),
                title="",
                own_title="",
                parent_id=None,
                source_hash=UNKNOWN,
                moves=moves,
                unlinked=unlinked,
                directories=directories,
            )
        )
        return op

    def _intent(self, op: OpId) -> Intent:
        return next(intent for intent in self.run.ledger.intents() if intent.op == op)


def finish(tree: LocalTree, ledger: Ledger, intent: Intent, local: LocalSnapshot) -> None:
    """Finish moves that a run began and was cut off in.

    When the rows do not say yet where the files were to go, nothing had been moved, and nothing is.
    """
    moves = whole(intent.moves)
    if rows_follow(ledger, intent, moves):
        stuck = carry_out(tree, ledger, intent)
        stuck = put_back(tree, ledger, moves, intent.directories, stuck)
        gone = {old: new for old, new in moves.items() if old not in stuck}
        _link_all(tree, ledger, intent, gone, {gone.get(p, p) for p in local.docs})
    ledger.settle(intent.op)


def rows_follow(ledger: Ledger, intent: Intent, moves: Mapping[DocPath, DocPath]) -> bool:
    """Say whether the rows say where the files go; all were written at once."""
    row = ledger.row(intent.page_id) if intent.page_id is not None else None
    if row is None:
        targets = {new for _, new in intent.directories}
        if not targets.isdisjoint(folder.path for folder in ledger.folders().values()):
            return True
        return not {row.path for row in ledger.rows().values()}.isdisjoint(moves.values())
    return row.path == moves.get(intent.path)


def link(tree: LocalTree, ledger: Ledger, intent: Intent, local: LocalSnapshot) -> set[DocPath]:
    """Put right the links that a push left as they were; return the documents that say something else now.

    Where they led nowhere from an edited text, it goes on its way.
    """
    linked = _link_all(tree, ledger, intent, dict(intent.moves), set(local.docs))
    ledger.settle(intent.op)
    return linked


def _link_all(
    tree: LocalTree,
    ledger: Ledger,
    intent: Intent,
    moves: Mapping[DocPath, DocPath],
    paths: Iterable[DocPath],
) -> set[DocPath]:
    """Put right the links of all documents that have not been yet; those that somebody edited, where they lead nowhere."""
    came_from = {new: old for old, new in sorted(moves.items(), reverse=True)}
    pages = {row.path: row.page_id for row in ledger.rows().values()}
    unlinked = dict(intent.unlinked)
    relinking = Relinking(tree, ledger)
    for path in sorted(paths):
        with suppress(LocalError, ChangedUnderneath, UnicodeDecodeError):
            origin, here = came_from.get(path, path), tree.digest(path)
            untouched = origin in unlinked and here == unlinked[origin]
            if origin in unlinked and not untouched:
                relinking.recognise(path, origin, moves, page_id=pages.get(path))
            relinking.relink(
                path,
                origin,
                moves,
                page_id=pages.get(path),
                untouched=untouched,
                in_step=untouched or intent.kind is not IntentKind.RELINK,
            )
    return relinking.written
