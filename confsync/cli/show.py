"""The unattended demo: a push, an edit on each side, a sync, a check that both arrived, a sync with nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from confsync.cli import wiring
from confsync.cli.words import printable
from confsync.config import Settings
from confsync.errors import ExitCode
from confsync.model import Direction
from confsync.remote import Client
from confsync.sandbox import Sandbox
from confsync.sync.report import Report, Result

_FILE, _FILE_TITLE = "guide/install.md", "Install"
_OLD_LINE, _NEW_LINE = "Compare at slack water.", "Compare at slack water, twice."
_PAGE, _PAGE_FILE = "Release notes", "release-notes.md"
_OLD_WORDS, _NEW_WORDS = "the one that works in a storm", "the one that works in a storm and in a blackout"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was shown."""

    what: str
    came: str
    good: bool


@dataclass(frozen=True, slots=True)
class Show:
    """Runs the steps over a working folder and a sandbox."""

    sandbox: Sandbox
    settings: Settings
    remote: Client

    def run(self) -> ExitCode:
        """Run all steps, print what happened; PENDING when something did not arrive."""
        good = True
        for number, step in enumerate(self._steps(), 1):
            mark = "ok" if step.good else "FAILED"
            click.echo(f"{number}  {mark:<6}  {step.what:<44}  {printable(step.came)}")
            good = good and step.good
        click.echo(
            "Both edits arrived; nothing else was changed."
            if good
            else "Something did not arrive: see above."
        )
        return ExitCode.IN_SYNC if good else ExitCode.PENDING

    def _steps(self) -> Iterator[Step]:
        yield self._cycle("push of the sample tree", Direction.PUSH, lambda r: _done(r) > 0)
        yield self._edit_file()
        yield self._edit_page()
        before = self._file_lines()
        yield self._cycle("sync", Direction.SYNC, lambda r: _done(r) == 2)
        yield self._page_has_it()
        yield self._file_has_it(before)
        yield self._cycle(
            "sync again", Direction.SYNC, lambda r: _done(r) == 0 and not self.sandbox.requests.writes
        )

    def _cycle(self, what: str, direction: Direction, good: Callable[[Report], bool]) -> Step:
        self.sandbox.requests.reset()
        with wiring.workspace(
            self.settings, wiring.policy(self.settings), command="demo", dry=False
        ) as workspace:
            report = workspace.cycle(self.remote).run(direction)
        asked, written = self.sandbox.requests.total, len(self.sandbox.requests.writes)
        troubles = [
            f"{e.path}: {e.detail}" for e in report.entries if e.result in (Result.FAILED, Result.HELD)
        ]
        came = "; ".join([f"{_done(report)} done, {asked} requests, {written} of them writes", *troubles])
        return Step(what, came, report.exit_code is ExitCode.IN_SYNC and good(report))

    def _edit_file(self) -> Step:
        path = self.settings.root / _FILE
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(_OLD_LINE, _NEW_LINE), encoding="utf-8")
        return Step(f"you edit {_FILE}", f"{_OLD_LINE} -> {_NEW_LINE}", _OLD_LINE in text)

    def _edit_page(self) -> Step:
        page = self.sandbox.as_person.find(_PAGE)
        if page is None:
            return Step(f"Ann edits the page {_PAGE}", "it is not there", good=False)
        self.sandbox.as_person.replace(page.id, _OLD_WORDS, _NEW_WORDS)
        return Step(f"Ann edits the page {_PAGE}", f"{_OLD_WORDS} -> {_NEW_WORDS}", good=True)

    def _page_has_it(self) -> Step:
        page = self.sandbox.as_person.find(_FILE_TITLE)
        body = self.sandbox.as_person.read(page.id) if page else ""
        return Step(f"your edit is on the page {_FILE_TITLE}", _around(body, _NEW_LINE), _NEW_LINE in body)

    def _file_has_it(self, before: list[str]) -> Step:
        now = self._file_lines()
        changed = [new for old, new in zip(before, now, strict=False) if old != new]
        good = len(before) == len(now) and len(changed) == 1 and _NEW_WORDS in changed[0]
        return Step(f"Ann's edit is in {_PAGE_FILE}, and only it", "; ".join(changed), good)

    def _file_lines(self) -> list[str]:
        return (self.settings.root / _PAGE_FILE).read_text(encoding="utf-8").splitlines()


def _done(report: Report) -> int:
    return sum(entry.result is Result.DONE for entry in report.entries)


def _around(text: str, words: str) -> str:
    """Return the words with some of the text around them."""
    at = text.find(words)
    return f"…{text[max(0, at - 20) : at + len(words) + 20]}…" if at >= 0 else "not found"
