"""A random history whose runs are a daemon's: saves and polls in the light of the last look, and whole looks."""

from __future__ import annotations

from fate import Crash
from history import History

from confsync.clock import SystemClock
from confsync.errors import ConfsyncError
from confsync.model import Direction, Dirty, DocPath
from confsync.sync.cycle import Cycle
from confsync.sync.daemon import Daemon, News
from confsync.sync.lanes import Lanes
from confsync.sync.last_snapshot import LastSnapshot
from confsync.sync.report import Report

PAUSE = 1000.0
"""Seconds between two events: longer than any pause of a daemon."""


class Hours(SystemClock):
    """A clock that is set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


class Vigil(History):
    """A realm that a daemon watches. A crash ends it, and another one begins with the next event."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.clock = Hours()
        self.daemon: Daemon | None = None
        self.seen: dict[DocPath, bytes] = {}
        self.quick = {"push": 0, "pull": 0}
        """How many events needed no whole look."""

        self.people.more = [(100, self.people.edit_file), (100, self.people.edit_page)]

    def live_through(self) -> None:
        """Let people mostly edit, and now and then do worse, while the daemon looks after each of them."""
        for _ in range(4):
            self.people.somebody()
        if self.rng.random() < 0.4:
            self.fate.interfere = lambda: self.people.somebody(inside=True)
        for _ in range(self.rng.randint(8, 24)):
            for _ in range(self.rng.choice([0, 1, 1, 2])):
                self.people.somebody()
            if self.rng.random() < 0.2:
                self._trouble()
            self.fate.fuse = self.rng.randint(0, 60) if self.rng.random() < 0.1 else None
            self.run()
            self.fate.fuse = None
            if self.rng.random() < 0.5:
                self.confluence.arrive()

    def run(self, direction: Direction = Direction.SYNC) -> Report | None:
        if self.fate.flaky:
            return self._event()
        self.daemon = None  # the end: whole looks, as somebody else would make them
        return super().run(direction)

    def _event(self) -> None:
        """Let the daemon notice what was saved, or look at Confluence when nothing was, or by chance."""
        changed = {p for p in self.seen.keys() | self.tree.files.keys() if self._is_news(p)}
        self.seen = dict(self.tree.files)
        self.clock.seconds += PAUSE
        dirty = Dirty(frozenset(changed)) if changed and self.rng.random() < 0.9 else None
        if self.daemon is None:
            self.daemon, dirty = self._begin(), Dirty(everything=True)
        self.log.append(f"-- {'a poll' if dirty is None else 'saved ' + ' '.join(sorted(dirty.paths))}")
        bound = {row.path for row in self.ledger.known.values()}
        self.tale.needless.clear()
        try:
            self.daemon.once(dirty)
        except Crash as crash:
            self.note(crash)
            self.daemon = None
        else:
            self._check_needed(bound)
            self._check_held()

    def _is_news(self, path: DocPath) -> bool:
        return self.seen.get(path) != self.tree.files.get(path)

    def _begin(self) -> Daemon:
        last = LastSnapshot()

        def cycle() -> Cycle:
            return Cycle(
                remote=self.confluence,
                tree=self.tree,
                ledger=self.ledger,
                ops=self.realm.ops,
                policy=self.realm.policy,
                lanes=Lanes(1),
                last=last,
            )

        return Daemon(cycle=cycle, watcher=_Nobody(), clock=self.clock, told=self._told)

    def _told(self, news: News) -> None:
        match news:
            case Report(partial=True, entries=entries) if entries:
                self.quick["pull" if entries[0].action in ("pull", "advance") else "push"] += 1
            case ConfsyncError():
                self.log.append(f"   ended by {type(news).__name__}")
        if isinstance(news, Report):
            self.log += [
                f"   {e.action} {e.path} {e.page_id}: {e.result} {e.detail[:60]}" for e in news.entries
            ]


class _Nobody:
    def wait(self, timeout: float) -> Dirty | None:
        raise NotImplementedError(timeout)


def live(seed: int) -> Vigil:
    """Live one history to its end and check the promises; AssertionError tells the seed."""
    vigil = Vigil(seed)
    try:
        vigil.live_through()
        vigil.come_to_rest()
        vigil.check()
    except AssertionError as err:
        raise AssertionError(f"seed {seed}: {err}\n" + "\n".join(vigil.log)) from err
    return vigil
