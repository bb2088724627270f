"""Moving files to other places: in which order, as far as possible, and back where files belong together.

Rows of the ledger follow first; see `relocating` for the journal around it. Links are not touched here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from confsync.errors import ChangedUnderneath, ConfsyncError, LocalError, UnreadableFile
from confsync.model import DocPath, FolderBase, Intent, title_key
from confsync.planning.names import is_document
from confsync.sync.ports import Ledger, LocalTree
from confsync.sync.relinking import stands

Moves = tuple[tuple[DocPath, DocPath], ...]
Pair = tuple[DocPath, DocPath]
Stuck = dict[DocPath, ConfsyncError]
"""What could not be moved, by its old place."""


# ---- rows -------------------------------------------------------------------------------------------------------


def follow(ledger: Ledger, moves: Mapping[DocPath, DocPath], below: Iterable[Pair] = ()) -> None:
    """Let rows of documents and attachments say where files go, and those of folders below directories that go."""
    bases = [replace(row, path=moves[row.path]) for row in ledger.rows().values() if row.path in moves]
    known = (row for rows in ledger.attachments().values() for row in rows)
    files = [replace(row, path=moves[row.path]) for row in known if row.path in moves]
    ledger.rebind(bases, files, _carried(ledger, below))


def _carried(ledger: Ledger, below: Iterable[Pair]) -> list[FolderBase]:
    """Return the rows of folders whose directories go, as they are then."""
    pairs = list(below)
    found = (
        (row, old, new)
        for row in ledger.folders().values()
        for old, new in pairs
        if f"{row.path}/".startswith(f"{old}/")
    )
    return [replace(row, path=DocPath(new + row.path[len(old) :])) for row, old, new in found]


# ---- what belongs together --------------------------------------------------------------------------------------


def put_back(
    tree: LocalTree,
    ledger: Ledger,
    moves: Mapping[DocPath, DocPath],
    directories: Iterable[Pair],
    stuck: Stuck,
) -> Stuck:
    """Undo the moves of each directory of which a document could not be moved; return all that is at its old place.

    A directory that is torn apart would look as if people had moved half of it. What is no document may stay behind.
    """
    back, undone = dict(stuck), set[Pair]()
    for pair in directories:
        unit = {old: new for old, new in moves.items() if _goes_with(old, new, pair)}
        error = next((stuck[old] for old in unit if old in stuck and is_document(old)), None)
        if error is not None:
            undone.add(pair)
            back |= dict.fromkeys(_returned(tree, unit, stuck), error)
    if back:
        follow(ledger, {moves[old]: old for old in back}, {(new, old) for old, new in undone})
    return back


def _goes_with(old: DocPath, new: DocPath, pair: Pair) -> bool:
    """Say whether a move is that of a directory, of a file in it, or of the document whose children lie there."""
    (before, after), ends = pair, ("/", ".")
    return any(old.startswith(before + end) and new.startswith(after + end) for end in ends)


def _returned(tree: LocalTree, unit: Mapping[DocPath, DocPath], stuck: Stuck) -> list[DocPath]:
    returned: list[DocPath] = []
    for old, new in unit.items():
        if old not in stuck and stands(tree, new) and not stands(tree, old):
            with suppress(LocalError, ChangedUnderneath):
                _move(tree, new, old)
                returned.append(old)
    return returned


# ---- moves ------------------------------------------------------------------------------------------------------


def steps(moves: Mapping[DocPath, DocPath]) -> Moves:
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


def whole(steps: Moves) -> dict[DocPath, DocPath]:
    """Return where each file goes in the end."""
    onward = dict(steps)
    between = {_aside(old) for old, _ in steps}
    return {old: onward.get(new, new) if new in between else new for old, new in steps if old not in between}


def carry_out(tree: LocalTree, ledger: Ledger, intent: Intent) -> Stuck:
    """Make the moves that are not made yet; return what could not be moved, by its old place.

    Files that step aside come back last, and the journal says when only that is left: until then an empty place
    between means that the circle was not begun, afterwards that it is closed.
    """
    between = {_aside(old) for old, _ in intent.moves}
    stuck: Stuck = {}
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
    stuck: Stuck,
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
    content = tree.digest(old)
    if content is None:
        raise UnreadableFile("the file disappeared during the run", where=old)
    tree.move(old, new, expect=content)
