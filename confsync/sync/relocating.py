"""Files that follow their pages to another place or name, all of a plan at once, journalled: rows first, then files.

The rows say where the files will lie before the first of them is moved, so that a run that was cut off can finish what
it began; see `finish`. A file that cannot be moved gets its row back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from confsync.errors import ChangedUnderneath, ConfsyncError, LocalError, UnreadableFile
from confsync.model import Base, DocPath, Intent, IntentKind, LocalSnapshot, OpId, sha, title_key
from confsync.planning.actions import Rebind, Relink, Relocate
from confsync.sync.context import Run
from confsync.sync.ports import Ledger, LocalTree
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.relinking import Relinking, stands
from confsync.sync.report import Entry, Result

Moves = tuple[tuple[DocPath, DocPath], ...]


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
        """Let rows follow their files."""
        places = dict(action.moves)
        rows = self.run.ledger.rows().values()
        self.run.ledger.rebind(replace(r, path=places[r.path]) for r in rows if r.path in places)
        _rebind_files(self.run.ledger, places)

    def relink(self, action: Relink) -> Entry:
        """Put right a document's links; before the first of them all rows follow their files."""
        if not self.linking:
            self.linking, self.left = True, sum(isinstance(a, Relink) for a in self.run.plan.actions)
            self.op = self._open(action.path, action.moves, made=True)
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
        return _entry(action, "its links lead again to the files that were moved")

    # -- files whose pages were moved or renamed

    def relocate(self, action: Relocate) -> Entry:
        """Move a document with all that hangs below it; the first one of a plan moves all."""
        if not self.moving:
            self.moving = True
            self._relocate([a for a in self.run.plan.actions if isinstance(a, Relocate)])
        if action.path in self.failed:
            raise self.failed[action.path]
        return _entry(action, f"now {action.target}")

    def _relocate(self, actions: list[Relocate]) -> None:
        run = self.run
        whose = {old: action for action in actions for old, _ in action.moves}
        moves = {old: new for action in actions for old, new in action.moves}
        before = {row.path: row for row in run.ledger.rows().values() if row.path in moves}
        op = self._open(actions[0].path, _steps(moves))
        run.ledger.rebind(self._new_rows(actions, before, moves))
        stuck = _carry_out(run.tree, run.ledger, self._intent(op))
        if stuck:
            run.ledger.rebind(before[old] for old in stuck if old in before)
            self.failed = {whose[old].path: error for old, error in stuck.items()}
        gone = {old: new for old, new in moves.items() if old not in stuck}
        _rebind_files(run.ledger, gone)
        for path in run.world.docs:
            with suppress(
                UnreadableFile, ChangedUnderneath
            ):  # it went, or somebody is writing in it just now
                self._relink(path, gone)
        run.ledger.settle(op)

    def _new_rows(
        self, actions: Iterable[Relocate], before: Mapping[DocPath, Base], moves: Mapping[DocPath, DocPath]
    ) -> Iterator[Base]:
        """Yield the rows as they are to be: at new places, those of the pages that were moved with the new parent."""
        world = self.run.world
        followed = {action.page_id for action in actions}
        for old, row in before.items():
            page = world.remote.pages.get(row.page_id) if row.page_id in followed else None
            parent = row.parent_id if page is None else world.tree_parent(page)
            yield replace(row, path=moves[old], parent_id=parent)

    def _relink(self, path: DocPath, moves: Mapping[DocPath, DocPath]) -> None:
        Relinking(self.run.tree, self.run.ledger).relink(
            moves.get(path, path), path, moves, page_id=self.run.world.page_of.get(path)
        )

    # -- the journal

    def _open(self, path: DocPath, moves: Moves, *, made: bool = False) -> OpId:
        op = self.run.ops.new()
        self.run.ledger.open_intent(
            Intent(
                op=op,
                kind=IntentKind.RELOCATE,
                path=path,
                page_id=None,
                base_version=int(made),
                title="",
                own_title="",
                parent_id=None,
                source_hash=UNKNOWN,
                moves=moves,
            )
        )
        return op

    def _intent(self, op: OpId) -> Intent:
        return next(intent for intent in self.run.ledger.intents() if intent.op == op)


def finish(tree: LocalTree, ledger: Ledger, intent: Intent, local: LocalSnapshot) -> None:
    """Finish moves that a run began and was cut off in.

    When the rows do not say yet where the files were to go, nothing had been moved, and nothing is.
    """
    moves = _whole(intent.moves)
    expected = {row.path for row in ledger.rows().values()}
    if not expected.isdisjoint(moves.values()):
        stuck = _carry_out(tree, ledger, intent)
        gone = {old: new for old, new in moves.items() if old not in stuck}
        _rebind_files(ledger, gone)
        came_from = {new: old for old, new in gone.items()}
        pages = {row.path: row.page_id for row in ledger.rows().values()}
        for path in {gone.get(p, p) for p in local.docs}:
            with suppress(LocalError, ChangedUnderneath, UnicodeDecodeError):
                Relinking(tree, ledger).relink(
                    path, came_from.get(path, path), gone, page_id=pages.get(path), untouched=False
                )
    ledger.settle(intent.op)


def _steps(moves: Mapping[DocPath, DocPath]) -> Moves:
    """Return moves in an order in which each place is free when it is needed; circles take a step aside, at the end."""
    todo = {old: new for old, new in sorted(moves.items()) if old != new}
    steps: list[tuple[DocPath, DocPath]] = []
    last: list[tuple[DocPath, DocPath]] = []
    while todo:
        ready = [old for old, new in todo.items() if new not in todo]
        if not ready:
            old = next(iter(todo))
            steps.append((old, _aside(old)))
            last.append((_aside(old), todo.pop(old)))
        steps.extend((old, todo.pop(old)) for old in ready)
    return (*steps, *last)


_ASIDE = ".moving"


def _aside(path: DocPath) -> DocPath:
    """Return the place between: a document of the folder, too, so that a person finds it whatever happens."""
    return DocPath(f"{path[: -len(path.suffix)] if path.suffix else path}{_ASIDE}{path.suffix}")


def _whole(steps: Moves) -> dict[DocPath, DocPath]:
    """Return where each file goes in the end."""
    onward = dict(steps)
    between = {_aside(old) for old, _ in steps}
    return {old: onward.get(new, new) if new in between else new for old, new in steps if old not in between}


def _carry_out(tree: LocalTree, ledger: Ledger, intent: Intent) -> dict[DocPath, ConfsyncError]:
    """Make the moves that are not made yet; return what could not be moved, by its old place.

    Files that step aside come back last, and the journal says when only that is left: until then an empty place
    between means that the circle was not begun, afterwards that it is closed.
    """
    between = {_aside(old) for old, _ in intent.moves}
    stuck: dict[DocPath, ConfsyncError] = {}
    if not intent.base_version:
        _move_all(tree, [step for step in intent.moves if step[0] not in between], stuck)
    back = [step for step in intent.moves if step[0] in between]
    if back:
        ledger.open_intent(replace(intent, base_version=1))
        aside = {_aside(old): old for old, _ in intent.moves}
        _move_all(tree, back, stuck, aside)
    return stuck


def _move_all(
    tree: LocalTree,
    steps: Iterable[tuple[DocPath, DocPath]],
    stuck: dict[DocPath, ConfsyncError],
    aside: Mapping[DocPath, DocPath] | None = None,
) -> None:
    """Make the moves; what stepped aside (`aside` says from where) and cannot go on, goes back."""
    for old, new in steps:
        origin = (aside or {}).get(old, old)
        try:
            _move(tree, old, new)
        except (LocalError, ChangedUnderneath) as error:
            stuck[origin] = error
            if origin != old:
                with suppress(LocalError, ChangedUnderneath):
                    _move(tree, old, origin)


def _move(tree: LocalTree, old: DocPath, new: DocPath) -> None:
    """Make a move unless it was made: then nothing is at the old place."""
    if not stands(tree, old):
        return
    if stands(tree, new) and title_key(old) != title_key(new):
        raise ChangedUnderneath("another file is at the new place", where=new)
    tree.move(old, new, expect=sha(tree.read(old)))


def _rebind_files(ledger: Ledger, moves: Mapping[DocPath, DocPath]) -> None:
    for rows in ledger.attachments().values():
        for row in rows:
            if row.path in moves:
                ledger.save_attachment(replace(row, path=moves[row.path]))


def _entry(action: Relocate | Relink, detail: str) -> Entry:
    return Entry(
        action=action.name,
        path=action.path,
        page_id=action.page_id,
        title=action.title,
        result=Result.RETRY,
        detail=detail,
    )
