"""Execution of a plan, stage by stage; within a stage, independent actions run concurrently. Decides nothing.

A failing action fails for its own path, and stops only what depends on it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from confsync.errors import (
    AuthError,
    ChangedUnderneath,
    ConfsyncError,
    ExitCode,
    NotFound,
    Rejected,
    Unreachable,
)
from confsync.model import DocPath, PageId, title_key
from confsync.planning.actions import (
    Action,
    ConflictNew,
    Create,
    Merge,
    Phase,
    Pull,
    PullNew,
    Relink,
    Relocate,
    Reorder,
    Retitle,
    TrashFile,
    TrashPage,
    Update,
    Vacate,
    WriteId,
)
from confsync.planning.file_actions import FileAction
from confsync.planning.folder_actions import FolderAction, MakeFolder, MoveFolder, TrashFolder
from confsync.planning.layout import Parent
from confsync.planning.newly_below import Follow
from confsync.planning.row_actions import Adopt, Advance, Agree, Forget, OweLinks, Rebind, Remember
from confsync.sync.context import Gone, Interrupted, Run, Stale, Trashed, Waiting
from confsync.sync.filing import Filing
from confsync.sync.folding import Folding
from confsync.sync.merging import Merging
from confsync.sync.pull import Puller
from confsync.sync.push import Pusher
from confsync.sync.relocating import Relocating
from confsync.sync.report import Entry, Report, Result, is_worth_telling, one_per_path, planned
from confsync.sync.retitling import Retitling
from confsync.sync.settle import Settler
from confsync.sync.writes import TitleTaken, Unsettled, title_held


@dataclass(frozen=True, slots=True)
class Publish:
    """The second half of a create: the page exists, now its text is written."""

    create: Create


@dataclass(frozen=True, slots=True)
class Rename:
    """The first half of an update: the title only, because pages hand titles to one another."""

    update: Update


Step = Action | Publish | Rename

_DEEPEST = 100_000
"""A depth that no tree reaches."""


class Executor:
    """Carries out one plan."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pusher, self._puller, self._settler = Pusher(run), Puller(run), Settler(run)
        self._merging = Merging(run, self._puller, self._settler)
        self._filing, self._folding = Filing(run), Folding(run)
        self._relocating, self._retitling = Relocating(run), Retitling(run)
        self._refused: AuthError | None = None
        self._waiting: dict[DocPath, str] = {}
        """The titles that documents wait for, until other pages give them up."""

    def execute(self, actions: Iterable[Action]) -> Report:
        """Carry out the actions stage by stage; one entry per path."""
        steps = [step for action in actions for step in _steps(action)]
        entries: list[Entry | None] = []
        for _, stage in groupby(sorted(steps, key=_stage), key=_stage):
            entries += self._run.lanes.run(self._one, stage, _lane)
        return Report(one_per_path(self._in_vain([entry for entry in entries if entry is not None])))

    def _in_vain(self, entries: list[Entry]) -> list[Entry]:
        """Let those fail, too, who waited for the title of a page that failed to give it up, and who waited for those."""
        holders = {title_key(page.title): page.id for page in self._run.world.remote.pages.values()}
        for _ in self._waiting:
            stuck = {entry.page_id for entry in entries if entry.result is Result.FAILED}
            entries = [
                replace(entry, result=Result.FAILED)
                if entry.result is Result.RETRY and holders.get(self._waiting.get(entry.path, "")) in stuck
                else entry
                for entry in entries
            ]
        return entries

    def _one(self, step: Step) -> Entry | None:
        """Carry out one step; a failure becomes its entry. None: nothing to report."""
        action = _shown(step)
        try:
            self._go_on(step)
            entry = self._effect(step)
        except TitleTaken as err:
            waits = title_key(action.title) in self._run.plan.leaving  # the page that has it gives it up
            told = self._with_holder(action, err)
            again = waits or isinstance(told, Stale)
            if waits:
                self._waiting[action.path] = title_key(action.title)
            return _entry(action, Result.RETRY if again else Result.FAILED, told, err.exit_code)
        except (Trashed, NotFound, Rejected) as err:
            return self._missed(action, err)
        except (Stale, Waiting, ChangedUnderneath, Interrupted) as err:
            return _entry(action, Result.RETRY, err, ExitCode.HELD)
        except Unsettled as err:
            return _entry(action, Result.RETRY, err, ExitCode.REMOTE)
        except AuthError as err:
            self._refused = err  # the next request would fail as well, and count as one more failed login
            return _entry(action, Result.FAILED, err, err.exit_code)
        except ConfsyncError as err:
            return _entry(action, Result.FAILED, err, err.exit_code)
        return entry if is_worth_telling(action) else None

    def _missed(self, action: Action, err: Trashed | NotFound | Rejected) -> Entry:
        """Return the entry of an action that met a 404 or its like: pages that went meanwhile are no failure of ours.

        Another round sees what became of them. What belongs below a page that is not to be seen waits until it is.
        """
        above = self._above(action)
        if above in self._run.world.remote.unknown:
            return _entry(action, Result.HELD, err, ExitCode.HELD)
        if not (isinstance(err, Gone | Trashed) or self._has_gone({action.page_id, above})):
            return _entry(action, Result.FAILED, err, err.exit_code)
        if isinstance(action, PullNew) and (isinstance(err, Trashed) or not self._is_listed(action)):
            return _entry(action, Result.NOTED, err, ExitCode.IN_SYNC)
        return _entry(action, Result.RETRY, err, ExitCode.HELD)

    def _above(self, action: Action) -> PageId | None:
        parent: Parent | None = getattr(action, "parent", None)
        try:
            return None if parent is None else self._run.place(parent)
        except Waiting:
            return None

    def _has_gone(self, ids: Collection[PageId | None]) -> bool:
        """Say whether one of these pages, which were listed, is not to be seen any more."""
        try:
            for page_id in self._run.world.remote.pages.keys() & ids:
                self._run.page(page_id)
        except (Gone, Trashed):
            return True
        except ConfsyncError:
            return False
        return False

    def _is_listed(self, action: PullNew) -> bool:
        try:
            found = self._run.remote.find_title(self._run.space, action.title)
        except ConfsyncError:
            return True
        return found is not None and found.id == action.page_id

    def _with_holder(self, action: Action, err: TitleTaken) -> ConfsyncError:
        """Return the error that names the page which has the title."""
        if isinstance(action, MakeFolder):
            return err
        try:
            holder = self._run.remote.find_title(self._run.space, action.title)
        except ConfsyncError:
            return err
        return title_held(action.title, holder, self._run.world, where=action.path)

    def _go_on(self, step: Step) -> None:
        if self._refused is not None:
            raise Unreachable("the login was refused earlier in this run; this was not tried")
        if self._run.stopping() and not isinstance(step, Retitle):  # no temporary title is left behind
            raise Interrupted("the run was stopped before this; the next run does it")

    def _effect(self, step: Step) -> Entry | None:
        """Hand a step to the part that carries it out; None when another step reports it, or nothing does."""
        match step:
            case FileAction():
                return self._filing.carry_out(step)
            case FolderAction():
                return self._folding.carry_out(step)
            case Create() | Publish() | Update() | Merge() | WriteId() | Reorder() | TrashPage():
                return self._on_page(step)
            case Pull() | PullNew() | ConflictNew() | TrashFile():
                return self._on_file(step)
            case Vacate() | Rename() | Retitle():
                return self._on_title(step)
            case OweLinks() | Rebind() | Relink() | Relocate() | Follow():
                return self._on_place(step)
            case Adopt() | Agree() | Advance() | Remember() | Forget():
                return self._on_row(step)
            case _:
                return planned(step)

    def _on_page(
        self, step: Create | Publish | Update | Merge | WriteId | Reorder | TrashPage
    ) -> Entry | None:
        match step:
            case Create():
                self._pusher.create(step)
                return None  # its second half reports
            case Publish(create):
                return self._pusher.publish(create) if create.path in self._run.made else None
            case Update():
                return self._pusher.update(step)
            case Merge():
                return self._merging.merge(step)
            case WriteId():
                return self._pusher.write_id(step)
            case Reorder():
                return self._pusher.reorder(step)
            case TrashPage():
                return self._pusher.trash(step)

    def _on_file(self, step: Pull | PullNew | ConflictNew | TrashFile) -> Entry:
        match step:
            case Pull():
                return self._puller.pull(step)
            case PullNew():
                return self._puller.pull_new(step)
            case ConflictNew():
                return self._puller.conflict(step)
            case TrashFile():
                return self._puller.trash(step)

    def _on_title(self, step: Vacate | Rename | Retitle) -> Entry | None:
        match step:
            case Vacate():
                return self._retitling.vacate(step)
            case Rename(update):
                self._retitling.rename(update)
                return None  # the update itself reports
            case Retitle():
                return self._retitling.retitle(step)

    def _on_place(self, step: OweLinks | Rebind | Relink | Relocate | Follow) -> Entry | None:
        match step:
            case OweLinks():
                self._relocating.owe(step)
                return None
            case Rebind():
                self._relocating.rebind(step)
                return None
            case Relink():
                return self._relocating.relink(step)
            case Relocate():
                return self._relocating.relocate(step)
            case Follow():
                raise Waiting(step.detail)

    def _on_row(self, step: Adopt | Agree | Advance | Remember | Forget) -> Entry | None:
        match step:
            case Adopt():
                return self._settler.adopt(step)
            case Agree():
                self._settler.place(step)
                return None
            case Advance():
                return self._settler.advance(step)
            case Remember():
                self._settler.remember(step)
                return None
            case Forget():
                return self._settler.forget(step)


def _steps(action: Action) -> Iterator[Step]:
    if isinstance(action, Update) and action.rank is not None:
        yield Rename(action)
    yield action
    if isinstance(action, Create):
        yield Publish(action)


def _shown(step: Step) -> Action:
    match step:
        case Publish(create):
            return create
        case Rename(update):
            return update
        case _:
            return step


def _stage(step: Step) -> tuple[Phase, int]:
    """Return what runs at one time; creates, folders and deletions wait for the level of the tree that they need."""
    if isinstance(step, Publish):
        return Phase.UPDATE, 0
    if isinstance(step, Rename):  # before any text is written: links go by title
        return Phase.TITLE, 1 + (step.update.rank or 0)
    if isinstance(step, MoveFolder):  # while rows still tell where directories were; parents first
        return step.phase, step.depth - _DEEPEST
    if isinstance(step, TrashFolder):  # after the pages in it
        return step.phase, _DEEPEST - step.depth
    if isinstance(step, Update) and step.parent is not None:  # from the top down: no page gets below itself
        return step.phase, step.depth - _DEEPEST
    if step.phase is Phase.TRASH:
        return step.phase, -step.depth
    return step.phase, step.depth if step.phase in (Phase.FOLDER, Phase.CREATE) else 0


def _lane(step: Step) -> Hashable:
    """Return what runs one after another: what changes the children of one parent, what touches one page.

    Moves of files rewrite links in all files, so they wait for each other.
    """
    if isinstance(step, OweLinks | Rebind | Relink | Relocate):
        return Relocate
    parent: Parent | None = None if isinstance(step, Publish | Rename) else getattr(step, "parent", None)
    return parent or _shown(step).path


def _entry(action: Action, result: Result, err: ConfsyncError, code: ExitCode) -> Entry:
    parts = (err.message, err.hint if result is Result.FAILED else "")
    detail = ". ".join(part.rstrip(".") for part in parts if part)
    entry = Entry.of(action, result, detail=detail, code=code)
    # the last look at a title that an update should have given fails in the name of that
    return replace(entry, action=Update.name) if isinstance(action, Retitle) and action.quiet else entry
