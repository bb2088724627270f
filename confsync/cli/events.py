"""The events of `confsync watch`, as they happen: in a live view, as lines, or as one JSON object each.

Nothing is reported twice: a lasting state is reported when it begins and when it ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

import click

from confsync.cli import exits, render
from confsync.cli.live import LiveView
from confsync.cli.words import printable
from confsync.config import Settings
from confsync.errors import ConfsyncError, LocalError
from confsync.model import DocPath
from confsync.sync.daemon import News, Paused, Recovered, Resumed
from confsync.sync.report import Entry, Report, Result

_LASTING = (Result.FAILED, Result.RETRY)
"""Results whose details may differ from attempt to attempt: they are reported once, not with each attempt."""


class EventLog:
    """Writes events, each with its time, to standard output. `heard` is called with each event's line, too."""

    def __init__(self, *, as_json: bool, live: LiveView | None = None) -> None:
        self._as_json = as_json
        self._live = live
        self._standing: dict[object, Entry] = {}
        self._errors: set[str] = set()
        self._failing_since: datetime | None = None
        self.heard: Callable[[str], None] = lambda _: None

    @property
    def view(self) -> AbstractContextManager[object]:
        """The context to enter while watching: the live view, if there is one."""
        return self._live or nullcontext()

    def begin(self, found: Settings) -> None:
        """Report that watching starts, and what is watched."""
        space = f"{found.confluence.space} at {found.confluence.url}"
        if self._live is not None:
            self._live.board.root, self._live.board.space = printable(str(found.root)), printable(space)
        self._event(
            "start", f"watching {found.root} and {space}", root=str(found.root), url=found.confluence.url
        )

    def end(self) -> None:
        """Report that watching ends."""
        self._event("stop", "stopped; nothing is left half done")

    def take_settings(self) -> None:
        """Report that the settings were read again."""
        self._event("settings", "the settings were read again and are in force")

    def keep_settings(self, error: ConfsyncError) -> None:
        """Report why new settings cannot be used; the old ones stay in force."""
        text = f"{error.message} ({error.where})" if error.where else error.message
        self._event(
            "settings",
            f"the old settings stay in force: {text}",
            error=_error_object(error),
        )

    def note(self, text: str) -> None:
        """Report something about watching itself that a person may want to act on."""
        self._event("note", text, detail=text)

    def folder_is(self, state: str) -> None:
        """Show how the folder is watched."""
        if self._live is not None:
            self._live.board.folder = printable(state)

    def waits(self, due: float) -> None:
        """Show when Confluence is polled next, by the monotonic clock."""
        if self._live is not None:
            self._live.board.next_look, self._live.board.steps = due, 0
            self._live.draw()

    def works(self, *, steps: int = 0) -> None:
        """Show that work is under way, and how many steps of it were begun. May be called in any thread."""
        if self._live is not None:
            self._live.board.next_look, self._live.board.steps = None, steps
            self._live.draw(sparing=True)

    def tell(self, news: News) -> None:
        """Report what the daemon reports, as far as it is new."""
        match news:
            case Paused(reason):
                self._event("paused", f"waiting: {reason}", reason=reason)
            case Resumed():
                self._event("resumed", "going on")
            case Recovered():
                self._recover()
            case Report():
                self._tell_report(news)
            case _:
                self._tell_error(news)

    def _tell_error(self, error: ConfsyncError) -> None:
        """Report an error once for each kind while a side cannot be read: an outage is one line."""
        kind = type(error).__name__
        self._failing_since = self._failing_since or datetime.now(UTC)
        if self._live is not None and not isinstance(error, LocalError):
            self._live.board.confluence, self._live.board.trouble = (
                f"{printable(error.message)} Since {self._failing_since.astimezone():%H:%M:%S}",
                True,
            )
        if kind not in self._errors:
            self._errors.add(kind)
            self._event("error", exits.words(error), error=_error_object(error))

    def _recover(self) -> None:
        since, self._failing_since = self._failing_since, None
        self._errors.clear()
        self._answers()
        if since is not None:
            lasted = timedelta(seconds=round((datetime.now(UTC) - since).total_seconds()))
            self._event("recovered", f"all is well again, after {lasted}", seconds=lasted.total_seconds())

    def _answers(self) -> None:
        if self._live is not None:
            self._live.board.confluence, self._live.board.trouble = "answers", False

    def _tell_report(self, report: Report) -> None:
        if not report.partial:
            self._answers()
        fresh = [*self._news(report)]
        if self._live is not None:
            self._live.board.held = tuple(render.line(entry) for entry in self._standing.values())
            self._note_last(fresh)
        if not fresh:
            return
        if self._as_json:
            summary = dict(report.summary)
            self._event("cycle", "", actions=[render.entry_object(e) for e in fresh], summary=summary)
        else:
            for entry in fresh:
                self._event("cycle", render.line(entry))

    def _news(self, report: Report) -> Iterable[Entry]:
        """Return what was not reported before, in order, and remember the lasting states."""
        lasting = {
            _key(entry): entry
            for entry in report.entries
            if entry.result not in (Result.DONE, Result.UNCHANGED)
        }
        fresh = [
            e
            for e in report.entries
            if e.result is Result.DONE or (_key(e) in lasting and _key(e) not in self._standing)
        ]
        told: set[DocPath] = {entry.path for entry in report.entries}
        still = {k: e for k, e in self._standing.items() if e.path not in told} if report.partial else {}
        self._standing = still | lasting
        return fresh

    def _note_last(self, fresh: Iterable[Entry]) -> None:
        assert self._live is not None  # noqa: S101 - the caller asked
        now = f"{datetime.now().astimezone():%H:%M:%S}"
        for entry in fresh:
            if entry.result is Result.DONE:
                self._live.board.last = f"{now} {entry.action} {printable(str(entry.path))}"

    def _event(self, name: str, text: str, **facts: object) -> None:
        now = datetime.now(UTC)
        shown = " ".join(printable(line.strip()) for line in text.splitlines())
        self.heard(shown or name)
        if self._as_json:
            render.print_json({"event": name, "time": f"{now:%Y-%m-%dT%H:%M:%SZ}", **facts})
            return
        line = f"{now.astimezone():%H:%M:%S} {shown}"
        if self._live is None:
            click.echo(line)
            sys.stdout.flush()
        else:
            self._live.say(line)


def _key(entry: Entry) -> object:
    """Return what distinguishes one lasting state from another."""
    return (entry.path, entry.action, entry.result, entry.code) if entry.result in _LASTING else entry


def _error_object(error: ConfsyncError) -> dict[str, object]:
    return {"code": int(error.exit_code), "kind": type(error).__name__, "message": error.message}
