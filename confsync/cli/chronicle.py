"""What `confsync watch` tells, as it happens: lines for people, or one JSON object per event. Nothing is told twice."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from confsync.cli import exits, render
from confsync.cli.words import printable
from confsync.config import Settings
from confsync.errors import ConfsyncError
from confsync.sync.daemon import Paused
from confsync.sync.report import Entry, Report, Result

_PASSING = (Result.DONE, Result.FAILED, Result.RETRY)
"""Results that are news each time; the others describe a state, and are news when it begins."""


class Chronicle:
    """Prints events to standard output, each with its time."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._standing: frozenset[Entry] = frozenset()
        self._error: str | None = None

    def begin(self, found: Settings) -> None:
        """Tell that watching begins, and what is watched."""
        space = f"{found.confluence.space} at {found.confluence.url}"
        self._event(
            "start", f"watching {found.root} and {space}", root=str(found.root), url=found.confluence.url
        )

    def end(self) -> None:
        """Tell that watching ends."""
        self._event("stop", "stopped; nothing is left half done")

    def take_settings(self) -> None:
        """Tell that the settings were read again."""
        self._event("settings", "the settings were read again and are in force")

    def keep_settings(self, error: ConfsyncError) -> None:
        """Tell why new settings cannot be used: watching goes on with those that were read before."""
        text = f"{error.message} ({error.where})" if error.where else error.message
        self._event(
            "settings",
            f"the settings that were read before stay in force: {text}",
            error={"code": int(error.exit_code), "kind": type(error).__name__, "message": error.message},
        )

    def tell(self, news: Report | ConfsyncError | Paused) -> None:
        """Tell a report, an error or a pause, as far as it is news."""
        if isinstance(news, Paused):
            self._event("paused", f"waiting: {news.reason}", reason=news.reason)
        elif isinstance(news, ConfsyncError):
            self._tell_error(news)
        else:
            self._tell_report(news)

    def _tell_error(self, error: ConfsyncError) -> None:
        text = exits.words(error)
        if text == self._error:
            return
        self._error = text
        kind = type(error).__name__
        self._event(
            "error", text, error={"code": int(error.exit_code), "kind": kind, "message": error.message}
        )

    def _tell_report(self, report: Report) -> None:
        if self._error is not None:
            self._error = None
            self._event("recovered", "all is well again")
        standing = frozenset(e for e in report.entries if e.result not in (*_PASSING, Result.UNCHANGED))
        fresh = [e for e in report.entries if e.result in _PASSING or e in standing - self._standing]
        self._standing = self._standing | standing if report.partial else standing
        if not fresh:
            return
        if self._as_json:
            summary = dict(report.summary)
            self._event("cycle", "", actions=[render.entry_object(e) for e in fresh], summary=summary)
        else:
            for entry in fresh:
                self._event("cycle", render.line(entry))

    def _event(self, name: str, text: str, **facts: object) -> None:
        now = datetime.now(UTC)
        if self._as_json:
            render.print_json({"event": name, "time": f"{now:%Y-%m-%dT%H:%M:%SZ}", **facts})
        else:
            shown = "\n  ".join(printable(line.strip()) for line in text.splitlines())
            click.echo(f"{now.astimezone():%H:%M:%S} {shown}")
            sys.stdout.flush()
