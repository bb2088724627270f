"""When to run a cycle: on saved files, polls and signals. What a cycle does is decided there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from confsync.clock import Clock
from confsync.errors import AuthError, ConfsyncError, LocalError, RemoteError
from confsync.model import Direction, Dirty, DocPath, Space
from confsync.sync.backoff import Backoff
from confsync.sync.cycle import Cycle
from confsync.sync.pace import Pace
from confsync.sync.poll import Poll
from confsync.sync.report import Report, Result

POLLS_PER_WHOLE_RUN = 10
"""Every tenth poll is a whole run: deleted and moved pages do not show in a list of the newest."""
SETTINGS = DocPath("confsync.toml")
GIT_PAUSE = 1.0
"""Seconds between two checks whether git has finished."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing is synced for now, for this reason. Files saved meanwhile are synced afterwards."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """A pause is over; a whole run follows."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """After an error both sides could be read again."""


News = Report | ConfsyncError | Paused | Resumed | Recovered
"""What a daemon reports."""


class Watching(Protocol):
    """Whatever reports that files may have changed."""

    def wait(self, timeout: float) -> Dirty | None:
        """Return where files changed, once they rest; None after `timeout` seconds or when woken."""
        ...


@dataclass(slots=True)
class Daemon:
    """Runs cycles until it is told to stop. `told` is called with each report, error and pause, in order.

    `cycle` returns cycles that share one last snapshot. A failing page is tried again after growing pauses, or when its
    file is saved; the others never wait for it.
    """

    cycle: Callable[[], Cycle]
    watcher: Watching
    clock: Clock
    told: Callable[[News], None]
    interval: float = 30.0
    at_work: Callable[[], str | None] = lambda: None
    """Names what git is doing in the folder, if anything: until it has finished, files are not synced."""
    reread: Callable[[], None] = lambda: None
    """Applies new settings, or reports why not and keeps the old ones."""
    stopping: bool = False
    pace: Pace = field(init=False)
    backoff: Backoff = field(init=False)
    _poll: Poll = field(default_factory=Poll)
    _polls: int = 0
    _due: float = 0.0
    """When Confluence is polled next, by the monotonic clock."""
    _retry: float | None = None
    """When a whole run tries again what was left unsettled because somebody was faster or an answer was lost."""
    _paused: Paused | None = None
    _wants_settings: bool = False
    _failing: bool = False

    def __post_init__(self) -> None:
        """Start with the pace of the interval."""
        self.pace, self.backoff = Pace(self.interval), Backoff(self.interval)

    @property
    def due(self) -> float:
        """When Confluence is polled next, by the monotonic clock, if nothing happens before."""
        return self._due

    def run(self) -> None:
        """Do a whole run now, then what each file change and each poll asks for, until `stop`."""
        dirty: Dirty | None = Dirty(everything=True)
        while not self.stopping:
            self.once(dirty)
            if not self.stopping:
                dirty = self.watcher.wait(GIT_PAUSE if self._paused else self._pause())

    def stop(self) -> None:
        """Ask the loop to end; a write that is under way is finished first."""
        self.stopping = True

    def want_settings(self) -> None:
        """Ask for the settings to be read again. Safe in a signal handler; the caller wakes the watcher."""
        self._wants_settings = True

    def once(self, dirty: Dirty | None) -> None:
        """Sync the files that changed, or poll (None) if it is time; then set the time of the next poll."""
        if self._is_paused():
            return
        if self._resumes() or self._has_new_settings(dirty):
            dirty = Dirty(everything=True)
        elif self.pace.is_refused and self._pause() > 0:
            return  # saved files wait, too: each attempt counts as one more failed login
        try:
            report, looked = self._answer(dirty)
        except ConfsyncError as error:
            self._failed(error)
        else:
            self._done(report, looked=looked)

    def _is_paused(self) -> bool:
        reason = self.at_work()
        if reason is None:
            return False
        if self._paused is None or self._paused.reason != reason:
            self._paused = Paused(reason)
            self.told(self._paused)
        return True

    def _resumes(self) -> bool:
        """Say whether a pause is over now: anything may have changed in it."""
        resumed, self._paused = self._paused is not None, None
        if resumed:
            self.told(Resumed())
        return resumed

    def _has_new_settings(self, dirty: Dirty | None) -> bool:
        """Read the settings again if they may be new; a refused login is then tried again, too."""
        if not (self._wants_settings or (dirty is not None and SETTINGS in dirty.paths)):
            return False
        self._wants_settings = False
        self.reread()
        self.pace.interval, self.backoff = self.interval, Backoff(self.interval)
        self.pace.begin_anew()
        return True

    def _answer(self, dirty: Dirty | None) -> tuple[Report | None, bool]:
        """Sync by the cheapest way that suffices. Return the report, if any, and whether Confluence was polled."""
        if dirty is None and self._pause() > 0:
            return None, False  # woken before the time
        cycle, began = self.cycle(), self.clock.monotonic()
        if dirty is not None:
            self.backoff.release(dirty.paths)
            report = cycle.quick_push(dirty)
            if report is not None:
                return self.backoff.after(report, began, began), False
        news = self._poll.look(cycle.remote, cycle.ledger, _space(cycle))
        self._polls += dirty is None
        if dirty is None and not news.more and not self._needs_whole_run(cycle):
            if news.is_none:
                return None, True
            report = None if self.backoff.suspended(began) else cycle.quick_pull(news.edited)
            if report is not None:
                return self.backoff.after(report, began, began), True
        report = replace(cycle, suspended=self.backoff.suspended(began)).run(Direction.SYNC)
        return self.backoff.after(report, began, self.clock.monotonic()), True

    def _needs_whole_run(self, cycle: Cycle) -> bool:
        now = self.clock.monotonic()
        retry = any(when is not None and when <= now for when in (self._retry, self.backoff.due()))
        return retry or self._polls % POLLS_PER_WHOLE_RUN == 0 or cycle.last.world is None

    def _done(self, report: Report | None, *, looked: bool) -> None:
        results = {entry.result for entry in report.entries} if report else set()
        if looked and self._failing:
            self.told(Recovered())
        if report is not None:
            self.told(report)
        self._failing = self._failing and not looked
        active = not results.isdisjoint({Result.DONE, Result.RETRY})
        if looked:
            self._next(self.pace.after_activity() if active else self.pace.after_quiet())
        elif active:
            self._due = min(self._due, self.clock.monotonic() + self.pace.after_activity())
        if Result.RETRY in results:
            self._retry = self.clock.monotonic() + self.pace.before_retry()
        elif looked and report is not None:
            self._retry = None
            self.pace.nothing_failed()

    def _failed(self, error: ConfsyncError) -> None:
        """Report the error and set the time of the next attempt."""
        self._poll.forget()  # what the poll saw was not brought over
        self._failing = True
        self.told(error)
        match error:
            case AuthError():
                self._next(self.pace.after_refusal())
            case RemoteError() | LocalError():
                self._next(self.pace.after_failure())
            case _:
                self._next(self.interval)

    def _next(self, pause: float) -> None:
        self._due = self.clock.monotonic() + pause

    def _pause(self) -> float:
        return max(0.0, self._due - self.clock.monotonic())


def _space(cycle: Cycle) -> Space:
    """Return the space as the last whole run found it; asking for it costs a request."""
    return cycle.last.space or cycle.remote.space(cycle.policy.space_key)
