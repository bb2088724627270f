"""Backoff by file: what failed for one file is not tried again for a while, and each failure doubles the pause.

Other files never wait for it. Pure bookkeeping of reports and seconds; the caller owns the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from confsync.model import DocPath
from confsync.planning.actions import Plan
from confsync.sync.pace import pause_before
from confsync.sync.report import Entry, Report, Result


@dataclass(frozen=True, slots=True)
class _Failure:
    """A failed entry, how often it failed in a row, and until when it is not tried again."""

    entry: Entry
    tries: int
    until: float


@dataclass(slots=True)
class Backoff:
    """The failed entries, by path. Times are seconds of the caller's monotonic clock; the first pause is `interval`."""

    interval: float
    _failures: dict[DocPath, _Failure] = field(default_factory=dict)

    def release(self, paths: Iterable[DocPath]) -> None:
        """Let these files be tried again at once, because they were saved."""
        for path in self._failures.keys() & set(paths):
            self._failures[path] = replace(self._failures[path], until=float("-inf"))

    def suspended(self, now: float) -> Mapping[DocPath, frozenset[str]]:
        """Return the names of the actions that are not to be tried now, by path."""
        waiting = {path: failure for path, failure in self._failures.items() if failure.until > now}
        return {path: frozenset(failure.entry.action.split("+")) for path, failure in waiting.items()}

    def due(self) -> float | None:
        """Return when the next of them may be tried again; None when nothing failed."""
        return min((failure.until for failure in self._failures.values()), default=None)

    def after(self, report: Report, began: float, now: float) -> Report:
        """Take in the report of a run that began at `began`; return it with the failures that the run left out."""
        told = {entry.path for entry in report.entries}
        suspended = self.suspended(began).keys()
        before, self._failures = self._failures, {}
        for path, failure in before.items():
            if path not in told and (report.partial or path in suspended):
                self._failures[path] = failure
        for entry in report.entries:
            if entry.result is Result.FAILED:
                tries = before[entry.path].tries + 1 if entry.path in before else 1
                self._failures[entry.path] = _Failure(entry, tries, now + pause_before(tries, self.interval))
        left_out = () if report.partial else (f.entry for p, f in self._failures.items() if p not in told)
        entries = sorted((*report.entries, *left_out), key=lambda entry: entry.path)
        return replace(report, entries=tuple(entries))


def without(decided: Plan, suspended: Mapping[DocPath, frozenset[str]]) -> Plan:
    """Return the plan without actions that are not tried now; pages that swap titles go together or not at all."""
    kept = tuple(
        action
        for action in decided.actions
        if action.name not in suspended.get(action.path, ()) or getattr(action, "rank", None) is not None
    )
    return replace(decided, actions=kept)
