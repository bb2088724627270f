"""One random history: people edit on both sides, runs are cut off, answers get lost; then rest, and the promises."""

from __future__ import annotations

import random
import re

from fakes import SPACE, TOKEN, CountedOps, Crash, FakeConfluence, FakeLedger, FakeTree, Fate, Gone, Tale

from confsync import markup
from confsync.clock import SystemClock
from confsync.errors import ConfsyncError
from confsync.markup.document import Document
from confsync.model import Direction, DocPath, PageId, RowState, Status
from confsync.planning.names import parse_conflict
from confsync.planning.policy import Policy
from confsync.sync.cycle import Cycle
from confsync.sync.lanes import Lanes
from confsync.sync.marks import is_mark
from confsync.sync.report import Result

NAMES = ["a", "b", "c", "d/e", "d/f", "d/index", "g"]
KEPT = DocPath("kept.md")
TITLES = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"]


class History:
    """A world of its own, grown from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.fate, self.tale = Fate(self.rng), Tale()
        self.confluence = FakeConfluence(self.fate, self.tale)
        self.tree, self.ledger = FakeTree(self.fate, self.tale), FakeLedger(self.fate)
        self.confluence.must_stay = self._must_stay
        self.ops = CountedOps()
        self.count = 0
        self.ledger_lost = False
        self.typed: set[str] = set()
        self.log: list[str] = []
        self.tree.files[KEPT] = (
            b"# Kept\n\nalways there\n"  # an emptied folder halts every run, and rightly so
        )

    # -- people

    def word(self) -> str:
        self.count += 1
        token = f"t{self.count}"
        self.typed.add(token)
        return token

    def text(self, title: str) -> bytes:
        return f"# {title}\n\n{self.word()} one\n\n{self.word()} two\n\n{self.word()} three\n".encode()

    def unsay(self, text: str) -> None:
        """The person takes words back on purpose: they need not be kept."""
        self.typed -= set(TOKEN.findall(text))

    def docs(self) -> list[DocPath]:
        return sorted(p for p in self.tree.files if not parse_conflict(p) and p != KEPT)

    def somebody(self, inside: bool = False) -> None:
        choices = [
            (22, self.edit_file),
            (10, self.new_file),
            (6, self.delete_file),
            (8, self.move_file),
            (5, self.retitle_file),
            (20, self.edit_page),
            (7, self.new_page),
            (5, self.trash_page),
            (6, self.rename_page),
            (5, self.move_page),
            (0 if inside else 8, self.settle_conflicts),
        ]
        weights, acts = zip(*choices, strict=True)
        act = self.rng.choices(acts, weights)[0]
        fuse, self.fate.fuse = self.fate.fuse, None
        interfere, self.fate.interfere = self.fate.interfere, None
        try:
            act()
        except Gone:
            self.log.append(f"{act.__name__}: refused")
        self.fate.fuse, self.fate.interfere = fuse, interfere

    def edit_file(self) -> None:
        if not self.docs():
            return
        path = self.rng.choice(self.docs())
        lines = self.tree.files[path].decode().split("\n")
        spots = [n for n, line in enumerate(lines) if TOKEN.search(line)]
        if spots:
            spot = self.rng.choice(spots)
            self.unsay(lines[spot])
            lines[spot] = f"{self.word()} edited"
            self.tree.files[path] = "\n".join(lines).encode()
            self.tale.shown |= set(TOKEN.findall("\n".join(lines)))
            self.log.append(f"edit file {path}")

    def new_file(self) -> None:
        path = DocPath(self.rng.choice(NAMES) + ".md")
        if path not in self.tree.files:
            self.tree.files[path] = self.text(self.rng.choice(TITLES))
            self.tale.shown |= set(TOKEN.findall(self.tree.files[path].decode()))
            self.log.append(f"new file {path}")

    def delete_file(self) -> None:
        if self.docs():
            path = self.rng.choice(self.docs())
            self.unsay(self.tree.files.pop(path).decode())
            self.log.append(f"delete file {path}")

    def move_file(self) -> None:
        target = DocPath(self.rng.choice(NAMES) + self.rng.choice(["1", "2"]) + ".md")
        if self.docs() and target not in self.tree.files:
            path = self.rng.choice(self.docs())
            self.tree.files[target] = self.tree.files.pop(path)
            self.log.append(f"move file {path} to {target}")

    def retitle_file(self) -> None:
        if self.docs():
            path = self.rng.choice(self.docs())
            title = self.rng.choice(TITLES)
            self.tree.files[path] = Document.parse(self.tree.files[path].decode()).with_title(title).encode()
            self.log.append(f"retitle file {path} {title}")

    def _page(self):
        pages = [p for p in self.confluence.live() if not is_mark(p.body or "") and p.title != "Kept"]
        return self.rng.choice(sorted(pages, key=lambda p: p.id)) if pages else None

    def edit_page(self) -> None:
        page = self._page()
        parts = re.findall(r"<p>[^<]*</p>", page.body or "") if page else []
        if parts:
            old = self.rng.choice(parts)
            self.unsay(old)
            body = (page.body or "").replace(old, f"<p>{self.word()} there</p>", 1)
            self.confluence.change(page.id, page.version + 1, body=body)
            self.log.append(f"edit page {page.id} {page.title}")

    def new_page(self) -> None:
        parent = self.rng.choice([SPACE.homepage_id, *(p.id for p in self.confluence.live())])
        title = self.rng.choice(TITLES) + self.rng.choice(["", " X"])
        if not self.confluence._taken(title):
            body = "".join(f"<p>{self.word()} new</p>" for _ in range(3))
            page = self.confluence.new(title, body, parent)
            self.log.append(f"new page {page.id} {title} below {parent}")

    def trash_page(self) -> None:
        page = self._page()
        if page:
            self.confluence.put_in_trash(page.id)
            self.log.append(f"trash page {page.id} {page.title}")

    def rename_page(self) -> None:
        page = self._page()
        if page:
            title = self.rng.choice(TITLES) + " Y"
            self.confluence.change(page.id, page.version + 1, title=title)
            self.log.append(f"rename page {page.id} {page.title} to {title}")

    def move_page(self) -> None:
        page, parent = self._page(), self._page()
        if page and parent and not self._below(parent.id, page.id):
            self.confluence.change(page.id, page.version + 1, parent_id=parent.id)
            self.log.append(f"move page {page.id} below {parent.id}")

    def _below(self, node: PageId | None, top: PageId) -> bool:
        while node in self.confluence.history_of:
            if node == top:
                return True
            node = self.confluence.now(node).parent_id
        return False

    def settle_conflicts(self) -> None:
        for path in [p for p in self.tree.files if parse_conflict(p)]:
            self.unsay(self.tree.files.pop(path).decode())
            self.log.append(f"delete copy {path}")

    # -- runs

    def cycle(self) -> Cycle:
        return Cycle(
            remote=self.confluence,
            tree=self.tree,
            ledger=self.ledger,
            clock=SystemClock(),
            ops=self.ops,
            policy=Policy(space_key="DOCS", max_deletes=99),
            lanes=Lanes(1),
        )

    def run(self, direction: Direction = Direction.SYNC):
        self.log.append(f"-- {direction}")
        try:
            report = self.cycle().run(direction)
        except ConfsyncError as err:
            self.log.append(f"   ended by {type(err).__name__}")
        except Crash as crash:
            self.log.append(f"   crash {crash}")
        else:
            self._check_held()
            self.log += [
                f"   {e.action} {e.path} {e.page_id}: {e.result} {e.detail[:60]}" for e in report.entries
            ]
            return report
        return None

    def _check_held(self) -> None:
        """A page is held as long as its copy is there (a lost ledger forgets that)."""
        copies = {f"{parsed[0]}.md" for p in self.tree.files if (parsed := parse_conflict(p))}
        for row in self.ledger.known.values():
            if row.path in copies and row.state is not RowState.HELD and not self.ledger_lost:
                self.tale.broken.append(f"{row.path} was not held though its conflict copy is there")

    def _must_stay(self, page_id: PageId) -> bool:
        """A page whose file is there, readable or not, is not to be trashed; nor is any while the folder is away."""
        row = self.ledger.known.get(page_id)
        return self.tree.missing or (
            row is not None and row.path in self.tree.unreadable & self.tree.files.keys()
        )

    def live_through(self) -> None:
        """Let people edit and runs be cut off for a while."""
        if self.rng.random() < 0.5:
            self.fate.interfere = lambda: self.somebody(inside=True)
        for _ in range(self.rng.randint(3, 10)):
            for _ in range(self.rng.randint(0, 3)):
                self.somebody()
            self._trouble()
            self.fate.fuse = self.rng.randint(0, 60) if self.rng.random() < 0.5 else None
            self.run(self.rng.choices(list(Direction), [1, 1, 5])[0])
            self.fate.fuse = None
            if self.rng.random() < 0.5:
                self.confluence.arrive()
            if self.rng.random() < 0.06:
                self._lose_ledger()

    def _trouble(self) -> None:
        live = sorted(p.id for p in self.confluence.live())
        self.confluence.hidden = {self.rng.choice(live)} if live and self.rng.random() < 0.1 else set()
        self.confluence.torn = self.rng.random() < 0.05
        self.tree.missing = self.rng.random() < 0.04
        docs = self.docs()
        self.tree.unreadable = {self.rng.choice(docs)} if docs and self.rng.random() < 0.08 else set()

    def _lose_ledger(self) -> None:
        self.ledger.__init__(self.fate)
        self.ledger_lost = True
        self.log.append("the ledger is lost")

    def come_to_rest(self) -> None:
        """No more trouble; runs until nothing changes any more."""
        self.fate.interfere = self.fate.fuse = None
        self.confluence.flaky = self.confluence.torn = self.tree.missing = False
        self.confluence.hidden, self.tree.unreadable = set(), set()
        self.confluence.arrive()
        for _ in range(12):
            before = self.state()
            self.report = self.run()
            if before == self.state() and self.report is not None:
                return
        raise AssertionError("no rest after twelve runs")

    def state(self):
        pages = {i: h[-1] for i, h in self.confluence.history_of.items()}
        return dict(self.tree.files), pages, dict(self.ledger.known), len(self.ledger.open)

    # -- promises

    def check(self) -> None:
        self._nothing_lost()
        assert not self.tale.broken, self.tale.broken
        self._no_doubles()
        self._both_the_same()

    def _nothing_lost(self) -> None:
        kept = [*self.tree.files.values(), *self.tree.kept]
        reach = {t for data in kept for t in TOKEN.findall(data.decode())}
        reach |= {
            t for h in self.confluence.history_of.values() for p in h for t in TOKEN.findall(p.body or "")
        }
        assert self.typed <= reach, f"lost {sorted(self.typed - reach)}"

    def _no_doubles(self) -> None:
        rows = self.ledger.known.values()
        assert len({r.path for r in rows}) == len(rows), "two pages are bound to one file"
        told = {e.page_id for e in self.report.entries}
        for page in self.confluence.live():
            stray = page.id not in self.ledger.known and page.id not in told
            assert not stray, f"the page {page.id} ({page.title}) is neither bound nor reported"

    def _both_the_same(self) -> None:
        told = {e.page_id for e in self.report.entries}
        excused = {e.path for e in self.report.entries if e.result in (Result.HELD, Result.FAILED)}
        for row in self.ledger.known.values():
            claimed = row.page_id in told and row.path not in self.tree.files  # by two files, and said so
            held = row.state is RowState.HELD or row.path in excused or claimed
            if held or self.confluence.now(row.page_id).status is not Status.CURRENT:
                continue
            page, data = self.confluence.now(row.page_id), self.tree.files[row.path]
            document = Document.parse(data.decode())
            here = markup.normal_storage(markup.to_storage(document.body).text)
            assert here == markup.normal_storage(page.body or ""), f"{row.path} and its page differ"


def live(seed: int) -> History:
    """Live one history to its end and check the promises; AssertionError tells the seed."""
    history = History(seed)
    try:
        history.live_through()
        history.come_to_rest()
        history.check()
    except AssertionError as err:
        raise AssertionError(f"seed {seed}: {err}\n" + "\n".join(history.log)) from err
    return history
