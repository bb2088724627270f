"""The program on one page: scan, recover, fetch, plan, guard, execute, report.

The caller holds the folder's lock. Watch events only say when to run a cycle, never what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from confsync.clock import Clock, OpIds
from confsync.errors import ConfsyncError, RootMissing
from confsync.markup.document import inspect
from confsync.model import (
    Direction,
    Dirty,
    DocPath,
    LedgerMeta,
    LocalSnapshot,
    Page,
    PageId,
    Site,
    Space,
    sha,
)
from confsync.planning.actions import Adopt, Create, Plan
from confsync.planning.guards import guard_converter, guard_deletions, guard_folder, guard_place
from confsync.planning.plan import plan
from confsync.planning.policy import Policy
from confsync.sync.commits import History, Recording
from confsync.sync.context import Run
from confsync.sync.details import scan
from confsync.sync.execute import Executor
from confsync.sync.lanes import Lanes
from confsync.sync.last_look import LastLook
from confsync.sync.look import Looking
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.quick import Quick
from confsync.sync.recover import Recovered, Recovery
from confsync.sync.report import (
    Entry,
    Report,
    Result,
    after_another_round,
    again,
    ended_by,
    foreseen,
    is_worth_telling,
    one_per_path,
    planned,
    relinked,
    with_page_ids,
)
from confsync.sync.translate import CONVERTER, translator_for

ROUNDS = 3
"""How often a run looks when somebody was faster, or an answer was lost."""
MOST_ROUNDS = 9
"""The same with those rounds that bring edits together, as long as somebody goes on editing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One folder and one space, kept the same."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    clock: Clock
    ops: OpIds
    policy: Policy
    lanes: Lanes = field(default_factory=Lanes)
    stopping: Callable[[], bool] = bool
    """Asked before each step; once it says True, what was begun is finished and nothing else is."""
    last: LastLook = field(default_factory=LastLook)
    """Shared by the cycles of a daemon: what one has seen serves the texts that are saved after it."""
    resting: Mapping[DocPath, frozenset[str]] = field(default_factory=dict)
    """The names of actions that failed for a file before, and are let alone for now. They are in no report."""
    history: History | None = None
    """Where pulled revisions are recorded, if they are."""

    def run(self, direction: Direction, *, dry_run: bool = False) -> Report:
        """Bring both sides together as far as the direction goes; look again while others were faster.

        A dry run writes to the ledger what earlier runs left open, and nothing else: give it a copy.

        Raises a Halt before anything was done, a RemoteError when Confluence does not answer as itself from the
        beginning; what ends a later round is told beside what was done until then.
        """
        lingering = set[PageId]()
        report = self._round(direction, lingering, dry_run=dry_run)
        left = ROUNDS - (not report.merged)
        for _ in range(MOST_ROUNDS - 1):
            if not report.unsettled or not left or self.stopping():
                break
            try:
                latest = self._round(direction, lingering, dry_run=dry_run)
            except ConfsyncError as error:
                return ended_by(report, error)
            report, left = after_another_round(report, latest), left - (not latest.merged)
        return foreseen(report) if dry_run else with_page_ids(report, self.ledger.rows())

    def _round(self, direction: Direction, lingering: set[PageId], *, dry_run: bool) -> Report:
        site, space = self.remote.site(), self.remote.space(self.policy.space_key)
        local = self._scan(dry_run=dry_run)
        ledgers = self._guard_place(site, space, local.root_id, dry_run=dry_run)
        links = direction is not Direction.PUSH
        recovery = Recovery(self.remote, self.tree, self.ledger, space, site.flavor, links, dry_run)
        recovered = recovery.run(local)
        if recovered.moved:
            local = self._scan(dry_run=dry_run)
        elif dry_run:
            local = self._as_if_linked(local, recovered)
        guard_folder(self.ledger.rows(), local)  # recovery may have found pages that no row knew before
        look = Looking(
            self.remote, self.tree, self.ledger, self.lanes, self.policy, lingering=frozenset(lingering)
        )
        view = look.at(site, space, local, bodies=direction is not Direction.PUSH)
        decided = plan(view.world, direction)
        guard_converter(view.world, ledgers.converter, CONVERTER)
        guard_deletions(decided, self.policy)
        if not dry_run:
            if ledgers.converter != CONVERTER:
                self.ledger.set_meta(replace(ledgers, converter=CONVERTER))
            decided = _without(decided, self.resting)
            look.keep(view)
            look.keep_folders(view, decided, pulls=direction is not Direction.PUSH)
        run = Run(
            remote=self.remote,
            tree=self.tree,
            ledger=self.ledger,
            lanes=self.lanes,
            ops=self.ops,
            direction=direction,
            world=view.world,
            plan=decided,
            translator=translator_for(view.world, site, decided),
            space=space,
            commit=self.tree.commit(),
            hints=view.hint,
            stopping=self.stopping,
            lingering=lingering,
        )
        if dry_run:
            told = (*self._linked(recovered, dry=True), *_foretold(run))
            return Report(one_per_path(told))
        report = Executor(run).execute(decided.actions)
        report = replace(report, entries=one_per_path((*self._linked(recovered), *report.entries)))
        self.last.keep(site, view.world, _without(decided, _refused(report)), self.tree, self.ledger)
        if self.history is not None and direction is not Direction.PUSH:
            Recording(self.remote, self.tree, self.ledger, self.history).record(view.world)
        return report

    def _as_if_linked(self, local: LocalSnapshot, recovered: Recovered) -> LocalSnapshot:
        """Return the folder as it is when links are put right."""
        docs = dict(local.docs)
        for path, data in recovered.linked.items():
            facts = inspect(data, wikilinks=self.policy.wikilinks)
            docs[path] = replace(docs[path], hash=sha(data), size=len(data), facts=facts)
        return replace(local, docs=docs)

    def _linked(self, recovered: Recovered, *, dry: bool = False) -> list[Entry]:
        """Return the entries of documents whose links recovery put right."""
        pages = {row.path: row.page_id for row in self.ledger.rows().values()}
        return [relinked(path, pages.get(path), dry=dry) for path in recovered.linked]

    def quick_push(self, dirty: Dirty) -> Report | None:
        """Bring saved texts to their pages in the light of the last look; None when that takes a whole `run`."""
        return self._quick().push(dirty)

    def quick_pull(self, edited: Iterable[Page]) -> Report | None:
        """Bring pages that a poll found edited to their files; None when that takes a whole `run`."""
        return self._quick().pull(edited)

    def _quick(self) -> Quick:
        return Quick(
            remote=self.remote,
            tree=self.tree,
            ledger=self.ledger,
            ops=self.ops,
            lanes=self.lanes,
            last=self.last,
            history=self.history,
            stopping=self.stopping,
        )

    def _guard_place(self, site: Site, space: Space, root_id: str | None, *, dry_run: bool) -> LedgerMeta:
        """Halt when the ledger is another place's; a new ledger becomes this place's. Return whose it is."""
        known = self.ledger.meta()
        marker = root_id or ("" if dry_run or known else self.tree.mark_root())
        made_by = known.converter if known else CONVERTER
        here = LedgerMeta(base_url=site.base_url, space_id=space.id, root_id=marker, converter=made_by)
        guard_place(known, here)
        if known != here and not dry_run:
            self.ledger.set_meta(here)
        return here

    def _scan(self, *, dry_run: bool) -> LocalSnapshot:
        local = scan(self.tree, self.ledger)
        if not self.tree.same_root():
            raise RootMissing("the folder was replaced while it was read")
        guard_folder(self.ledger.rows(), local)
        if not dry_run:
            self.ledger.save_file_cache(local.cache)
        return local


def _foretold(run: Run) -> list[Entry]:
    """Return what a run would tell. Only what the ledger alone sees is done, in its copy, for a next round to see it."""
    actions = [a for a in run.plan.actions if is_worth_telling(a)]
    known = {action.path for action in actions}
    actions += [a for a in run.plan.later if is_worth_telling(a) and a.path not in known]
    adopts = [action for action in actions if isinstance(action, Adopt)]
    entries = [again(a) if adopts else planned(a) for a in actions if not isinstance(a, Adopt)]
    return [*entries, *Executor(run).execute(adopts).entries]


def _refused(report: Report) -> dict[DocPath, frozenset[str]]:
    """Return the new pages that were not made, by path: what was seen holds as it did before."""
    failed = (entry for entry in report.entries if entry.result is Result.FAILED)
    return {entry.path: frozenset({Create.name}) for entry in failed}


def _without(decided: Plan, resting: Mapping[DocPath, frozenset[str]]) -> Plan:
    """Return the plan without what is let alone; pages that hand titles to one another go together, or not at all."""
    kept = tuple(
        action
        for action in decided.actions
        if action.name not in resting.get(action.path, ()) or getattr(action, "rank", None) is not None
    )
    return replace(decided, actions=kept)
