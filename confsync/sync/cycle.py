"""The program on one page: scan, recover, fetch, plan, guard, execute, report.

The caller holds the folder's lock. Watch events only say when to run a cycle, never what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from confsync.clock import OpIds
from confsync.errors import ConfsyncError, RootMissing
from confsync.markup.document import inspect
from confsync.model import (
    Direction,
    Dirty,
    DocPath,
    IntentKind,
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
from confsync.planning.world import World
from confsync.sync.commits import History, Recording
from confsync.sync.context import Gone, Run
from confsync.sync.details import scan
from confsync.sync.execute import Executor
from confsync.sync.foreseeing import as_if_moved
from confsync.sync.lanes import Lanes
from confsync.sync.last_snapshot import LastSnapshot
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
from confsync.sync.snapshot import SnapshotReader, View
from confsync.sync.translate import CONVERTER, translator_for

ROUNDS = 3
"""Rounds of a run at most, when somebody was faster or an answer was lost. Rounds that merge are not counted."""
MOST_ROUNDS = 9
"""Rounds of a run at most, merging ones included: somebody may go on editing all the time."""


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

        A dry run settles open intents in the ledger and writes nothing else: give it a copy.

        Raises a Halt before anything was changed, and a RemoteError when the first round cannot read Confluence. An
        error that ends a later round is told in the report, beside what was done before.
        """
        if dry_run and any(intent.kind is IntentKind.RELOCATE for intent in self.ledger.intents()):
            tree = as_if_moved(self.tree, self.ledger, wikilinks=self.policy.wikilinks)  # settles them
            return replace(self, tree=tree).run(direction, dry_run=True)
        lingering = set[PageId]()
        report = self._first_round(direction, lingering, dry_run=dry_run)
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

    def _first_round(self, direction: Direction, lingering: set[PageId], *, dry_run: bool) -> Report:
        """Run a round, and begin once more where a page went while it was read: nothing was changed by then."""
        try:
            return self._round(direction, lingering, dry_run=dry_run)
        except Gone as error:
            lingering.add(PageId(error.where))
            return self._round(direction, lingering, dry_run=dry_run)

    def _round(self, direction: Direction, lingering: set[PageId], *, dry_run: bool) -> Report:
        site, space = self.remote.site(), self.remote.space(self.policy.space_key)
        local = self._scan(dry_run=dry_run)
        meta = self._guard_place(site, space, local.root_id, dry_run=dry_run)
        recovered, local = self._recover(site, space, local, direction, dry_run=dry_run)
        reader = SnapshotReader(
            self.remote,
            self.tree,
            self.ledger,
            self.lanes,
            self.policy,
            lingering=frozenset(lingering),
            unsure=recovered.unsure,
        )
        view = reader.read(site, space, local, bodies=direction.writes_files)
        decided = plan(view.world, direction)
        guard_converter(view.world, meta.converter, CONVERTER)
        guard_deletions(decided, self.policy)
        if not dry_run:
            decided = _without(decided, self.suspended)
            self._record(reader, view, decided, meta, folders_too=direction.writes_files)
        run = self._run_of(site, view, decided, direction, lingering)
        linked = self._linked(recovered, dry_run=dry_run)
        if dry_run:
            return Report(one_per_path((*linked, *_foretold(run))))
        report = Executor(run).execute(decided.actions)
        self._finish(site, view.world, decided, report, pulled=direction.writes_files)
        return replace(report, entries=one_per_path((*linked, *report.entries)))

    def _recover(
        self, site: Site, space: Space, local: LocalSnapshot, direction: Direction, *, dry_run: bool
    ) -> tuple[Recovered, LocalSnapshot]:
        """Settle open intents; return what that did to files, and the folder as it is then."""
        recovery = Recovery(
            self.remote, self.tree, self.ledger, space, site.flavor, links=direction.writes_files, dry=dry_run
        )
        recovered = recovery.run(local)
        if recovered.moved:
            local = self._scan(dry_run=dry_run)
        elif dry_run:
            local = self._as_if_linked(local, recovered)
        guard_folder(self.ledger.rows(), local)  # recovery may have found pages that no row knew before
        return recovered, local

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
        self.last.keep(site, world, _without(decided, _refused(report)), self.tree, self.ledger)
        if self.history is not None and pulled:
            Recording(self.remote, self.tree, self.ledger, self.history).record(world)

    def _as_if_linked(self, local: LocalSnapshot, recovered: Recovered) -> LocalSnapshot:
        """Return the folder as it will be once recovery's corrected links are written."""
        docs = dict(local.docs)
        for path, data in recovered.linked.items():
            facts = inspect(data, wikilinks=self.policy.wikilinks)
            docs[path] = replace(docs[path], hash=sha(data), size=len(data), facts=facts)
        return replace(local, docs=docs)

    def _linked(self, recovered: Recovered, *, dry_run: bool) -> list[Entry]:
        """Return the entries of documents whose links recovery corrected."""
        pages = {row.path: row.page_id for row in self.ledger.rows().values()}
        return [relinked(path, pages.get(path), dry=dry_run) for path in recovered.linked]

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

    def _guard_place(self, site: Site, space: Space, root_id: str | None, *, dry_run: bool) -> LedgerMeta:
        """Halt when the ledger belongs to another place; give a new ledger this place. Return whose it is."""
        known = self.ledger.meta()
        marker = root_id or ("" if dry_run or known else self.tree.mark_root())
        made_by = known.converter if known else CONVERTER
        learned = known is not None and known.learned
        here = LedgerMeta(
            base_url=site.base_url, space_id=space.id, root_id=marker, converter=made_by, learned=learned
        )
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
    """Return what a run would tell. Adoptions are carried out, in the ledger's copy: the next round depends on them."""
    actions = [a for a in run.plan.actions if is_worth_telling(a)]
    known = {action.path for action in actions}
    actions += [a for a in run.plan.later if is_worth_telling(a) and a.path not in known]
    adopts = [action for action in actions if isinstance(action, Adopt)]
    entries = [again(a) if adopts else planned(a) for a in actions if not isinstance(a, Adopt)]
    return [*entries, *Executor(run).execute(adopts).entries]


def _refused(report: Report) -> dict[DocPath, frozenset[str]]:
    """Return the new pages that were not created, by path: for them the snapshot still holds."""
    failed = (entry for entry in report.entries if entry.result is Result.FAILED)
    return {entry.path: frozenset({Create.name}) for entry in failed}


def _without(decided: Plan, suspended: Mapping[DocPath, frozenset[str]]) -> Plan:
    """Return the plan without actions that are not tried now; pages that swap titles go together or not at all."""
    kept = tuple(
        action
        for action in decided.actions
        if action.name not in suspended.get(action.path, ()) or getattr(action, "rank", None) is not None
    )
    return replace(decided, actions=kept)
