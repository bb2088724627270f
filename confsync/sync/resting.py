"""What failed for single files, let alone for a while: each failure doubles the pause. Nobody else waits for it.

Pure bookkeeping of reports and seconds; the caller owns the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from confsync.model import DocPath
from confsync.sync.pace import pause_before
from confsync.sync.report import Entry, Report, Result


@dataclass(frozen=True, slots=True)
class _Rest:
    entry: Entry
    tries: int
    until: float


@dataclass(slots=True)
class Resting:
    """The entries that failed, by path. Times are seconds of the caller's monotonic clock, pauses begin with `interval`."""

    interval: float
    _rests: dict[DocPath, _Rest] = field(default_factory=dict)

    def wake(self, paths: Iterable[DocPath]) -> None:
        """Let what concerns these paths be tried at once: something happened to them."""
        for path in self._rests.keys() & set(paths):
            self._rests[path] = replace(self._rests[path], until=float("-inf"))

    def let_alone(self, now: float) -> Mapping[DocPath, frozenset[str]]:
        """Return the names of the actions that are not tried now, by path."""
        still = {path: rest for path, rest in self._rests.items() if rest.until > now}
        return {path: frozenset(rest.entry.action.split("+")) for path, rest in still.items()}

    def due(self) -> float | None:
        """Return when the next of them is tried again; None when nothing rests."""
        return min((rest.until for rest in self._rests.values()), default=None)

    def after(self, report: Report, began: float, now: float) -> Report:
        """Take in the report of a run that began then; return it with what was let alone: that is not well by that."""
        told = {entry.path: entry for entry in report.entries}
        let_alone = self.let_alone(began).keys()
        before, self._rests = self._rests, {}
        for path, rest in before.items():
            if path not in told and (report.partial or path in let_alone):
                self._rests[path] = rest
        for entry in report.entries:
            if entry.result is Result.FAILED:
                tries = before[entry.path].tries + 1 if entry.path in before else 1
                self._rests[entry.path] = _Rest(entry, tries, now + pause_before(tries, self.interval))
        silent = () if report.partial else (r.entry for p, r in self._rests.items() if p not in told)
        return replace(
            report, entries=tuple(sorted((*report.entries, *silent), key=lambda entry: entry.path))
        )
