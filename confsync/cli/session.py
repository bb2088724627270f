"""One run of `confsync watch`: the daemon, connected to settings, signals, the event log and the service manager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from confsync.cli import wiring
from confsync.cli.events import EventLog
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
from confsync.sync.last_snapshot import LastSnapshot

_NAP = 60.0
"""The longest wait in seconds without a sign of life for the service manager."""


@dataclass(frozen=True, slots=True)
class WatchSetup:
    """Settings, how to reach Confluence with them, and the longest pause between polls in seconds."""

    settings: Settings
    remote: Callable[[], Client]
    interval: float


@dataclass(slots=True)
class WatchSession:
    """Makes the daemon's cycles with the current settings, and is the watcher that the daemon waits on."""

    setup: WatchSetup
    events: EventLog
    read: Callable[[], WatchSetup]
    workspace: wiring.Workspace
    watcher: Watcher
    service: Service
    daemon: Daemon = field(init=False)
    _in_use: Client | None = None
    _last: LastSnapshot = field(default_factory=LastSnapshot)
    _noted: str | None = None
    _steps: int = 0

    def __post_init__(self) -> None:
        """Make the daemon."""
        self.daemon = Daemon(
            cycle=self._cycle,
            watcher=self,
            clock=SystemClock(),
            told=self.events.tell,
            interval=self.setup.interval,
            at_work=lambda: git_at_work(self.watcher.root),
            reread=self._reread,
        )

    def run(self) -> None:
        """Watch until `stop`."""
        self.events.heard = self.service.says
        self._note()
        self.service.ready(f"watching {self.watcher.root}")
        self.daemon.run()

    def stop(self) -> None:
        """End the session: writes under way are finished, waits are broken off."""
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
        """Wait as the watcher does, show it, and report how the folder is watched if that changed."""
        self._note()
        self.service.alive()
        self.events.waits(self.daemon.due)
        self._steps = 0
        return self.watcher.wait(min(timeout, _NAP))

    def _note(self) -> None:
        note = self.watcher.note
        if note != self._noted:
            self.events.note(note or "The system reports changes again.")
        self._noted = note
        self.events.folder_is(note or "watched")

    def _cycle(self) -> Cycle:
        self.events.works()
        self._in_use = self.setup.remote()
        return self.workspace.cycle(self._in_use, self._is_over, self._last)

    def _is_over(self) -> bool:
        """Say whether no further step may begin; called before each one, in any thread."""
        self._steps += 1
        self.service.alive()
        self.events.works(steps=self._steps)
        return self.daemon.stopping or git_at_work(self.watcher.root) is not None

    def _reread(self) -> None:
        self.service.reloading()
        try:
            setup = self.read()
        except ConfsyncError as error:
            self.events.keep_settings(error)
        else:
            self.setup = setup
            self.workspace = wiring.under(self.workspace, setup.settings)
            self.daemon.interval = setup.interval
            self._last.forget()
            self.events.take_settings()
        self.service.ready(f"watching {self.watcher.root}")
