"""One watch: the daemon with all that it meets here. Settings of the hour, signals, what is told, a service manager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from confsync.cli import wiring
from confsync.cli.chronicle import Chronicle
from confsync.cli.service import Service
from confsync.clock import SystemClock
from confsync.config import Settings
from confsync.errors import ConfsyncError
from confsync.local.git_state import git_at_work
from confsync.local.watch import Watcher
from confsync.model import Dirty
from confsync.remote import Client
from confsync.sync.cycle import Cycle
from confsync.sync.daemon import Daemon
from confsync.sync.last_look import LastLook

_NAP = 60.0
"""The longest wait in one piece: each end of one is a sign of life."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a watch goes by: settings, how to reach Confluence under them, seconds between two looks."""

    settings: Settings
    remote: Callable[[], Client]
    interval: float


@dataclass(slots=True)
class Vigil:
    """Makes the daemon's cycles under the terms of the hour, and is the watcher that it sees."""

    terms: Terms
    chronicle: Chronicle
    read: Callable[[], Terms]
    bench: wiring.Bench
    watcher: Watcher
    service: Service
    daemon: Daemon = field(init=False)
    _in_use: Client | None = None
    _last: LastLook = field(default_factory=LastLook)
    _noted: str | None = None
    _steps: int = 0

    def __post_init__(self) -> None:
        """Make the daemon."""
        self.daemon = Daemon(
            cycle=self._cycle,
            watcher=self,
            clock=SystemClock(),
            told=self.chronicle.tell,
            interval=self.terms.interval,
            at_work=lambda: git_at_work(self.watcher.root),
            reread=self._reread,
        )

    def run(self) -> None:
        """Watch until `stop`."""
        self.chronicle.heard = self.service.says
        self._note()
        self.service.ready(f"watching {self.watcher.root}")
        self.daemon.run()

    def stop(self) -> None:
        """End it: what is under way is finished, what is waited for is not."""
        self.service.stopping()
        self.daemon.stop()
        self.watcher.wake()
        if self._in_use is not None:
            self._in_use.interrupt()  # a long Retry-After must not outlast the user's patience

    def reread_soon(self) -> None:
        """Read the settings again between two cycles."""
        self.daemon.want_settings()
        self.watcher.wake()

    def wait(self, timeout: float) -> Dirty | None:
        """Wait as the watcher does, and show it; what the watcher has to say of itself is told."""
        self._note()
        self.service.alive()
        self.chronicle.waits(self.daemon.due)
        self._steps = 0
        return self.watcher.wait(min(timeout, _NAP))

    def _note(self) -> None:
        note = self.watcher.note
        if note != self._noted:
            self.chronicle.note(note or "Changes are heard of from the system again.")
        self._noted = note
        self.chronicle.folder_is(note or "watched")

    def _cycle(self) -> Cycle:
        self.chronicle.works()
        self._in_use = self.terms.remote()
        return self.bench.cycle(self._in_use, self._is_over, self._last)

    def _is_over(self) -> bool:
        """Say whether no other step is begun; called before each one, in any thread."""
        self._steps += 1
        self.service.alive()
        self.chronicle.works(steps=self._steps)
        return self.daemon.stopping or git_at_work(self.watcher.root) is not None

    def _reread(self) -> None:
        self.service.reloading()
        try:
            terms = self.read()
        except ConfsyncError as error:
            self.chronicle.keep_settings(error)
        else:
            self.terms = terms
            self.bench = wiring.under(self.bench, terms.settings)
            self.daemon.interval = terms.interval
            self._last.forget()
            self.chronicle.take_settings()
        self.service.ready(f"watching {self.watcher.root}")
