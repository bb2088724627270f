"""Files that follow their pages to another place or name, all of a plan at once, journalled: rows first, then files.

The rows say where the files will lie before the first of them is moved, so that a run that was cut off can finish what
it began; see `finish`. A file that cannot be moved gets its row back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from confsync.errors import ChangedUnderneath, ConfsyncError, LocalError, UnreadableFile
from confsync.model import (
    AttachmentBase,
    Base,
    DocPath,
    Intent,
    IntentKind,
    LocalSnapshot,
    OpId,
    Sha,
    sha,
    title_key,
)
from confsync.planning.actions import OweLinks, Rebind, Relink, Relocate
from confsync.planning.assets import resolve_link
from confsync.sync.context import Run
from confsync.sync.ports import Ledger, LocalTree
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.relinking import Relinking, stands
from confsync.sync.report import Entry, Result

Moves = tuple[tuple[DocPath, DocPath], ...]
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
        """Let rows follow their files."""
        places = dict(action.moves)
        rows = self.run.ledger.rows().values()
        bases = [replace(r, path=places[r.path]) for r in rows if r.path in places]
        self.run.ledger.rebind(bases, _files(self.run.ledger, places))

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
        return _entry(action, "its links lead again to the files that were moved")

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
        return _entry(action, f"now {action.target}")

    def _relocate(self, actions: list[Relocate]) -> None:
        run = self.run
        whose = {old: action for action in actions for old, _ in action.moves}
        moves = {old: new for action in actions for old, new in action.moves}
        before = {row.path: row for row in run.ledger.rows().values() if row.path in moves}
        op = self._open(_steps(moves), self._linking(moves))
        run.ledger.rebind(self._new_rows(actions, before, moves), _files(run.ledger, moves))
        stuck = _carry_out(run.tree, run.ledger, self._intent(op))
        if stuck:
            left = _files(run.ledger, {moves[old]: old for old in stuck})
            run.ledger.rebind([before[old] for old in stuck if old in before], left)
            self.failed = {whose[old].path: error for old, error in stuck.items()}
        gone = {old: new for old, new in moves.items() if old not in stuck}
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
    ) -> OpId:
        op, places = self.run.ops.new(), _whole(moves)
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
    if _rows_follow(ledger, intent, moves):
        stuck = _carry_out(tree, ledger, intent)
        if stuck:
            back = {moves[old]: old for old in stuck}
            bases = [replace(r, path=back[r.path]) for r in ledger.rows().values() if r.path in back]
            ledger.rebind(bases, _files(ledger, back))
        gone = {old: new for old, new in moves.items() if old not in stuck}
        _link_all(tree, ledger, intent, gone, {gone.get(p, p) for p in local.docs})
    ledger.settle(intent.op)


def _rows_follow(ledger: Ledger, intent: Intent, moves: Mapping[DocPath, DocPath]) -> bool:
    """Say whether the rows say where the files go; all were written at once."""
    row = ledger.row(intent.page_id) if intent.page_id is not None else None
    if row is None:
        return not {row.path for row in ledger.rows().values()}.isdisjoint(moves.values())
    return row.path == moves.get(intent.path)


def link(tree: LocalTree, ledger: Ledger, intent: Intent, local: LocalSnapshot) -> None:
    """Put right the links that a push left as they were. Where they led nowhere from an edited text, it goes on its way."""
    _link_all(tree, ledger, intent, dict(intent.moves), set(local.docs))
    ledger.settle(intent.op)


def _link_all(
    tree: LocalTree,
    ledger: Ledger,
    intent: Intent,
    moves: Mapping[DocPath, DocPath],
    paths: Iterable[DocPath],
) -> None:
    """Put right the links of all documents that have not been yet; those that somebody edited, where they lead nowhere."""
    came_from = {new: old for old, new in sorted(moves.items(), reverse=True)}
    pages = {row.path: row.page_id for row in ledger.rows().values()}
    unlinked = dict(intent.unlinked)
    for path in sorted(paths):
        with suppress(LocalError, ChangedUnderneath, UnicodeDecodeError):
            origin = came_from.get(path, path)
            untouched = origin in unlinked and tree.digest(path) == unlinked[origin]
            if origin in unlinked and not untouched:
                Relinking(tree, ledger).recognise(path, origin, moves, page_id=pages.get(path))
            Relinking(tree, ledger).relink(
                path,
                origin,
                moves,
                page_id=pages.get(path),
                untouched=untouched,
                in_step=untouched or intent.kind is not IntentKind.RELINK,
            )


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
        _move_all(tree, _left(tree, [step for step in intent.moves if step[0] not in between]), stuck)
    back = [step for step in intent.moves if step[0] in between]
    if back:
        ledger.open_intent(replace(intent, base_version=1))
        aside = {_aside(old): old for old, _ in intent.moves}
        _move_all(tree, back, stuck, aside)
    return stuck


def _left(tree: LocalTree, steps: Sequence[tuple[DocPath, DocPath]]) -> list[tuple[DocPath, DocPath]]:
    """Return the steps that are still to be made, in their order: a run may have been cut off behind any of them.

    The last one made left its place empty. Of those before it each left its place, too, which another may have taken.
    """
    ended = [not stands(tree, old) and stands(tree, new) for old, new in steps]
    last = max((number for number, is_last in enumerate(ended) if is_last), default=-1)
    taken: set[DocPath] = set()
    left: list[tuple[DocPath, DocPath]] = []
    for old, new in reversed(steps[: last + 1]):
        if old in taken or not stands(tree, old):
            taken.add(new)
        else:
            left.insert(0, (old, new))
    return [*left, *steps[last + 1 :]]


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


def _files(ledger: Ledger, places: Mapping[DocPath, DocPath]) -> list[AttachmentBase]:
    """Return the rows of attachments whose files went, or are to go, to other places, as they are then."""
    known = (row for rows in ledger.attachments().values() for row in rows)
    return [replace(row, path=places[row.path]) for row in known if row.path in places]


def _entry(action: Relocate | Relink, detail: str) -> Entry:
    return Entry(
        action=action.name,
        path=action.path,
        page_id=action.page_id,
        title=action.title,
        result=Result.RETRY,
        detail=detail,
    )
