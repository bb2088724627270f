"""The program on one page: scan, recover, fetch, plan, guard, execute, report.

The caller holds the folder's lock. Watch events only say when to run a cycle, never what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from confsync.clock import OpIds
from confsync.errors import ConfsyncError
from confsync.model import (
    Direction,
    Dirty,
    DocPath,
    LedgerMeta,
    Page,
    PageId,
    Site,
)
from confsync.planning.actions import Plan
from confsync.planning.guards import guard_converter, guard_deletions
from confsync.planning.plan import plan
from confsync.planning.policy import Policy
from confsync.planning.world import World
from confsync.sync.backoff import without
from confsync.sync.beginning import Beginning
from confsync.sync.commits import History, Recording
from confsync.sync.context import Gone, Run
from confsync.sync.execute import Executor
from confsync.sync.foreseeing import foretold
from confsync.sync.lanes import Lanes
from confsync.sync.last_snapshot import LastSnapshot
from confsync.sync.overlay import Overlay
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.quick import Quick
from confsync.sync.recover import Recovered
from confsync.sync.report import (
    Report,
    after_another_round,
    ended_by,
    foreseen,
    one_per_path,
    refused,
    untold,
    with_page_ids,
)
from confsync.sync.snapshot import SnapshotReader, View
from confsync.sync.translate import CONVERTER, translator_for

ROUNDS = 3
"""Rounds of a run at most, when somebody was faster or an answer was lost. Rounds that get on are not counted."""
MOST_ROUNDS = 9
"""Rounds of a run at most, all included: somebody may go on editing all the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One folder and one space, kept the same."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    ops: OpIds
    policy: Policy
    lanes: Lanes = field(default_factory=Lanes)
    stopping: Callable[[], bool] = bool
    """Asked before each step; once it says True, steps under way are finished and no other is begun."""
    last: LastSnapshot = field(default_factory=LastSnapshot)
    """Shared by the cycles of a daemon, so that saved texts can be pushed without reading everything again."""
    suspended: Mapping[DocPath, frozenset[str]] = field(default_factory=dict)
    """Actions by file that failed before and are not tried now. They appear in no report."""
    history: History | None = None
    """Where pulled revisions are recorded, if they are."""

    def run(self, direction: Direction, *, dry_run: bool = False) -> Report:
        """Bring both sides together as far as the direction goes; run another round while others were faster.

        A dry run goes through the same rounds over an overlay of the folder, and leaves out what has effects anywhere
        else. It writes to the ledger alone: give it a copy.

        Raises a Halt before anything was changed, and a RemoteError when the first round cannot read Confluence. An
        error that ends a later round is told in the report, beside what was done before.
        """
        if dry_run and not isinstance(self.tree, Overlay):
            overlay = Overlay(self.tree, wikilinks=self.policy.wikilinks)
            return replace(self, tree=overlay).run(direction, dry_run=True)
        lingering = set[PageId]()
        report = self._first_round(direction, lingering, dry_run=dry_run)
        left = ROUNDS - (not report.gets_on)
        for _ in range(MOST_ROUNDS - 1):
            if not report.unsettled or not left or self.stopping():
                break
            try:
                latest = self._round(direction, lingering, dry_run=dry_run)
            except ConfsyncError as error:
                return ended_by(report, error)
            latest = untold(report, latest) if dry_run else latest
            report, left = after_another_round(report, latest), left - (not latest.gets_on)
        return foreseen(report) if dry_run else with_page_ids(report, self.ledger.rows())

    def _first_round(self, direction: Direction, lingering: set[PageId], *, dry_run: bool) -> Report:
        """Run a round, and begin once more where a page went while it was read: nothing was changed by then."""
        try:
            return self._round(direction, lingering, dry_run=dry_run)
        except Gone as error:
            lingering.add(PageId(error.where))
            return self._round(direction, lingering, dry_run=dry_run)

    def _round(self, direction: Direction, lingering: set[PageId], *, dry_run: bool) -> Report:
        """Take each step once. A dry run executes only what its next round goes on from, and tells the rest."""
        site, space = self.remote.site(), self.remote.space(self.policy.space_key)
        beginning = Beginning(self.remote, self.tree, self.ledger, self.policy, dry_run=dry_run)
        local = beginning.scan()
        meta = beginning.guard_place(site, space, local)
        recovered, local = beginning.recover(site, space, local, links=direction.writes_files)
        reader = self._reader(recovered, lingering)
        view = reader.read(site, space, local, bodies=direction.writes_files)
        decided = plan(view.world, direction)
        guard_converter(view.world, meta.converter, CONVERTER)
        guard_deletions(decided, self.policy)
        decided = without(decided, self.suspended)
        self._record(reader, view, decided, meta, folders_too=direction.writes_files)
        run = self._run_of(site, view, decided, direction, lingering)
        linked = beginning.linked(recovered)
        if dry_run:
            return Report(one_per_path((*linked, *foretold(run))))
        report = Executor(run).execute(decided.actions)
        self._finish(site, view.world, decided, report, pulled=direction.writes_files)
        return replace(report, entries=one_per_path((*linked, *report.entries)))

    def _reader(self, recovered: Recovered, lingering: set[PageId]) -> SnapshotReader:
        return SnapshotReader(
            self.remote,
            self.tree,
            self.ledger,
            self.lanes,
            self.policy,
            lingering=frozenset(lingering),
            unsure=recovered.unsure,
        )

    def _record(
        self, reader: SnapshotReader, view: View, decided: Plan, meta: LedgerMeta, *, folders_too: bool
    ) -> None:
        """Write into the ledger what reading found out, before anything is changed on either side."""
        reader.keep(view)
        reader.keep_folders(view, decided, pulls=folders_too)
        learned = meta.learned or not view.rebuilt.stale  # those get no rows, and are looked for again
        known = replace(meta, converter=CONVERTER, learned=learned)
        if known != meta:
            self.ledger.set_meta(known)

    def _run_of(
        self, site: Site, view: View, decided: Plan, direction: Direction, lingering: set[PageId]
    ) -> Run:
        return Run(
            remote=self.remote,
            tree=self.tree,
            ledger=self.ledger,
            lanes=self.lanes,
            ops=self.ops,
            direction=direction,
            world=view.world,
            plan=decided,
            translator=translator_for(view.world, site, decided),
            space=view.world.remote.space,
            commit=self.tree.commit(),
            hints=view.hint,
            stopping=self.stopping,
            lingering=lingering,
        )

    def _finish(self, site: Site, world: World, decided: Plan, report: Report, *, pulled: bool) -> None:
        """Keep what was seen for the daemon's next cycle, and record pulled revisions."""
        self.last.keep(site, world, without(decided, refused(report)), self.tree, self.ledger)
        if self.history is not None and pulled:
            Recording(self.remote, self.tree, self.ledger, self.history).record(world)

    def quick_push(self, dirty: Dirty) -> Report | None:
        """Push saved texts on the basis of the last snapshot; None when that needs a whole `run`."""
        return self._quick().push(dirty)

    def quick_pull(self, edited: Iterable[Page]) -> Report | None:
        """Pull pages that a poll found edited, on the basis of the last snapshot; None when that needs a whole `run`."""
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
