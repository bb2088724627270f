"""When to run a cycle: file events, a timer, signals. What a cycle does is none of its business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from confsync.clock import Clock
from confsync.errors import AuthError, ConfsyncError, LocalError, RemoteError
from confsync.model import Direction
from confsync.sync.cycle import Cycle
from confsync.sync.report import Report

PATIENT_PAUSE = 30.0
"""The longest pause in seconds while Confluence does not answer."""
REFUSED_PAUSE = 300.0
"""The pause after three refused logins: more would lock the account."""


class Watching(Protocol):
    """What tells that files may have changed."""

    def wait(self, timeout: float) -> object | None:
        """Return something as soon as files changed and were quiet again, None after `timeout` seconds or a wake."""
        ...


@dataclass(slots=True)
class Daemon:
    """Runs cycles until it is told to stop. `told` gets each report and each error, in order."""

    cycle: Callable[[], Cycle]
    watcher: Watching
    clock: Clock
    told: Callable[[Report | ConfsyncError], None]
    interval: float = 30.0
    stopping: bool = False
    refusals: int = 0
    failures: int = 0

    def run(self) -> None:
        """Run a cycle now, then at each change of a file and at each tick of the timer, until `stop`."""
        while not self.stopping:
            pause = self.once()
            if not self.stopping:
                self.watcher.wait(pause)

    def stop(self) -> None:
        """Ask the loop to end; a write that is under way is finished first."""
        self.stopping = True

    def once(self) -> float:
        """Run one cycle; return how many seconds to wait for events before the next."""
        try:
            report = self.cycle().run(Direction.SYNC)
        except AuthError as err:
            self.refusals += 1
            self.told(err)
            return REFUSED_PAUSE if self.refusals >= 3 else self._patience()
        except (RemoteError, LocalError) as err:
            self.told(err)
            return self._patience()
        except ConfsyncError as err:
            self.told(err)
            return self.interval
        self.refusals = self.failures = 0
        self.told(report)
        return self.interval

    def _patience(self) -> float:
        self.failures += 1
        return min(PATIENT_PAUSE, self.interval, 2.0**self.failures)
