"""One random history: people edit on both sides, runs are cut off, answers get lost; then rest, and the promises."""

from __future__ import annotations

from comings import ComingsAndGoings
from fate import Crash, words
from people import People
from realm import Realm
from upheavals import Upheavals

from confsync.errors import ConfsyncError
from confsync.markup.document import Document
from confsync.model import (
    Base,
    Direction,
    DocPath,
    Flavor,
    PageId,
    RowState,
    Status,
)
from confsync.planning.names import conflict_name, is_document, parse_conflict
from confsync.planning.stand_ins import is_children_list
from confsync.sync import translate
from confsync.sync.normal_hashes import body_hash
from confsync.sync.report import Report, Result


class History:
    """A realm of its own, grown from a seed."""

    def __init__(self, seed: int, flavor: Flavor = Flavor.CLOUD) -> None:
        self.realm = realm = Realm(seed, flavor=flavor)
        self.rng, self.fate, self.tale, self.wiki = realm.rng, realm.fate, realm.tale, realm.wiki
        self.confluence, self.tree, self.ledger = realm.confluence, realm.tree, realm.ledger
        self.log: list[str] = []
        self.people = People(realm, self.log)
        self.people.has_folders = flavor is Flavor.CLOUD
        self.upheavals = Upheavals(self.people)
        self.comings = ComingsAndGoings(self.people, often=6 if seed % 4 == 3 else 1)
        self.confluence.must_stay = self._must_stay
        self.fate.flaky = True
        self.held: dict[PageId, DocPath] = {}
        self.cuts: list[int] = []
        """Where in the log runs died between a file and its row."""
        self.ledger_lost = False
        self.learning = False
        """No run came to its end since the ledger was lost."""

    # -- runs

    def run(self, direction: Direction = Direction.SYNC) -> Report | None:
        planned = self._foreseen(direction)
        report = self._run(direction)
        self.learning &= report is None
        if report is not None and planned is not None:
            now = _pairs(report)
            if any("merge" in action.split("+") for action, _ in planned):
                planned, now = _of_documents(planned), _of_documents(now)
            assert planned == now, (
                f"a dry run said {planned - now} more and {now - planned} less than the run"
            )
        return report

    def _foreseen(self, direction: Direction) -> set[tuple[str, str]] | None:
        """Return what a dry run says, when nothing can come in between.

        What a run without a ledger learns on its way cannot be foreseen.
        """
        fate = self.fate
        trouble = fate.fuse is not None or fate.interfere is not None or fate.flaky
        if trouble or self.learning:
            return None
        try:
            report = self.realm.run(direction, dry_run=True)
        except ConfsyncError:
            return None
        files = [row.path for row in self.ledger.files.values()]
        if any(files.count(entry.path) > 1 for entry in report.entries):
            return None  # a file that several pages show is sent to the others when one has brought it
        return _pairs(report)

    def _run(self, direction: Direction) -> Report | None:
        self.log.append(f"-- {direction}")
        bound = {row.path for row in self.ledger.known.values()}
        self.tale.needless.clear()
        try:
            report = self.realm.run(direction)
        except ConfsyncError as err:
            self.log.append(f"   ended by {type(err).__name__}")
        except Crash as crash:
            self.note(crash)
        else:
            self._check_needed(bound)
            self._check_held()
            self.log += [
                f"   {e.action} {e.path} {e.page_id}: {e.result} {e.detail[:60]}" for e in report.entries
            ]
            return report
        return None

    def note(self, crash: Crash) -> None:
        """Write down where a run died."""
        self.log.append(f"   crash {crash}")
        if str(crash) in ("after write", "before save"):
            self.cuts.append(len(self.log))

    def _check_needed(self, bound: set[DocPath]) -> None:
        """A page is held for news alone.

        Not so after a lost ledger, or when a new file was edited before it had a row; nor where a held file traded
        places with another, which leaves its copy behind; nor for who edits what a run had brought when it died, or
        deletes the copy that it had made.
        """
        traded = any(line.startswith("swap files") for line in self.log)
        for copy in self.tale.needless:
            parsed = parse_conflict(copy)
            path = f"{parsed[0]}.md" if parsed else ""
            settled = (f"edit file {path}", f"delete copy {copy}")
            edited = any(line in self.log[cut:] for cut in self.cuts for line in settled)
            if path in bound and not (self.ledger_lost or traded or edited):
                self.tale.broken.append(f"held for nothing: {copy}")

    def _check_held(self) -> None:
        """A page that was held stays so as long as its copy is there.

        A lost ledger forgets that, and so does a person who puts another page's file in the place of the held one.
        """
        rows = self.ledger.known
        bound = {row.path: page_id for page_id, row in rows.items()}
        for page_id, copy in self.held.items():
            parsed = parse_conflict(copy)
            if parsed and bound.get(DocPath(f"{parsed[0]}.md"), page_id) != page_id:
                continue
            if copy in self.tree.files and page_id in rows and rows[page_id].state is not RowState.HELD:
                self.tale.broken.append(f"{rows[page_id].path} is not held any more though {copy} is there")
        self.held = {
            i: copy for i, row in rows.items() for copy in self._copies(row) if copy in self.tree.files
        }

    @staticmethod
    def _copies(row: Base) -> list[DocPath]:
        held = row.state is RowState.HELD and row.held_version is not None
        return [conflict_name(row.path, row.held_version)] if held else []

    def _must_stay(self, page_id: PageId) -> bool:
        """A page whose file is there, readable or not, is not to be trashed; nor is any while the folder is away."""
        row = self.ledger.known.get(page_id)
        return self.tree.emptied or (
            row is not None and row.path in self.tree.unreadable & self.tree.files.keys()
        )

    def live_through(self) -> None:
        """Let people edit and runs be cut off for a while."""
        if self.rng.random() < 0.5:
            self.fate.interfere = lambda: self.people.somebody(inside=True)
        for _ in range(self.rng.randint(3, 10)):
            for _ in range(self.rng.randint(0, 3)):
                self.people.somebody()
            self._trouble()
            self.fate.fuse = self.rng.randint(0, 60) if self.rng.random() < 0.5 else None
            self.run(self.rng.choices(list(Direction), [1, 1, 5])[0])
            self.fate.fuse = None
            if self.rng.random() < 0.5:
                self.confluence.arrive()
            if self.rng.random() < 0.06:
                self._lose_ledger()

    def _trouble(self) -> None:
        live = sorted(p.id for p in self.wiki.live())
        self.wiki.hidden = set()
        if live and self.rng.random() < 0.1:  # a page, or a page and all that hangs below it
            page = self.rng.choice(live)
            self.wiki.hidden = {page, *(p.id for p in self.wiki.below(page) if self.rng.random() < 0.7)}
        self.confluence.torn = self.rng.random() < 0.05
        self.tree.emptied = self.rng.random() < 0.04
        docs = self.people.docs()
        self.tree.unreadable = {self.rng.choice(docs)} if docs and self.rng.random() < 0.08 else set()

    def _lose_ledger(self) -> None:
        self.ledger.lose()
        self.held.clear()
        self.ledger_lost = self.learning = True
        self.log.append("the ledger is lost")

    def calm_down(self) -> None:
        """Let there be no more trouble."""
        self.fate.interfere = self.fate.fuse = None
        self.fate.flaky = self.confluence.torn = self.tree.emptied = False
        self.wiki.hidden, self.tree.unreadable = set(), set()
        self.wiki.read_only = False
        self.confluence.arrive()

    def come_to_rest(self) -> None:
        """No more trouble; runs until nothing changes any more."""
        self.calm_down()
        for _ in range(12):
            before = self.state()
            self.report = self.run()
            if before == self.state() and self.report is not None:
                return
        raise AssertionError("no rest after twelve runs")

    def state(self):
        pages = {i: h[-1] for i, h in self.wiki.history_of.items()}
        return dict(self.tree.files), pages, dict(self.ledger.known), len(self.ledger.open)

    # -- promises

    def check(self, also: frozenset[str] = frozenset()) -> None:
        """Check all promises. `also` are words that lie elsewhere."""
        self._nothing_lost(also)
        assert not self.tale.broken, self.tale.broken
        self._no_doubles()
        self._both_the_same()

    def reach(self) -> frozenset[str]:
        """Return the words in the folder, its trash, and other branches."""
        return frozenset(self.comings.elsewhere().union(*map(words, self.tree.files.values())))

    def _nothing_lost(self, also: frozenset[str] = frozenset()) -> None:
        reach = {t for history in self.wiki.history_of.values() for p in history for t in words(p.body or "")}
        reach |= self.reach() | also
        assert self.people.typed <= reach, f"lost {sorted(self.people.typed - reach)}"

    def _no_doubles(self) -> None:
        rows = self.ledger.known.values()
        assert len({r.path for r in rows}) == len(rows), "two pages are bound to one file"
        told = {e.page_id for e in self.report.entries}
        for page in self.wiki.live():
            stands_in = is_children_list(page.body or "")
            stray = page.id not in self.ledger.known and page.id not in told and not stands_in
            assert not stray, f"the page {page.id} ({page.title}) is neither bound nor reported"

    def _both_the_same(self) -> None:
        told = {e.page_id for e in self.report.entries}
        excused = {e.path for e in self.report.entries if e.result in (Result.HELD, Result.FAILED)}
        for row in self.ledger.known.values():
            claimed = row.page_id in told and row.path not in self.tree.files  # by two files, and said so
            held = row.state is RowState.HELD or row.path in excused or claimed
            away = row.page_id in self.wiki.abroad
            if held or away or self.wiki.now(row.page_id).status is not Status.CURRENT:
                continue
            page, data = self.wiki.now(row.page_id), self.tree.files[row.path]
            here = translate.markup.to_storage(Document.parse(data.decode()).body).text
            assert body_hash(here) == body_hash(page.body or ""), f"{row.path} and its page differ"


def _pairs(report: Report) -> set[tuple[str, str]]:
    """Return what a report says of each path."""
    return {(entry.action, entry.path) for entry in report.entries}


def _of_documents(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Leave out the folders that the round after a merge asks for: for files of new pages, which no dry run writes."""
    return {(action, path) for action, path in pairs if is_document(path)}


def live(seed: int, flavor: Flavor = Flavor.CLOUD) -> History:
    """Live one history to its end and check the promises; AssertionError tells the seed."""
    history = History(seed, flavor)
    try:
        history.live_through()
        history.come_to_rest()
        history.check()
    except AssertionError as err:
        raise AssertionError(f"seed {seed}: {err}\n" + "\n".join(history.log)) from err
    return history
