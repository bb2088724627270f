"""What came of a run, as data: one entry per path, a summary, an exit code. The CLI turns it into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from confsync.errors import ConfsyncError, ExitCode
from confsync.model import Base, DocPath, Page, PageId
from confsync.planning.actions import Action, Create, Phase, Relocate, Retitle, Side, Vacate
from confsync.planning.report_actions import Ahead, Blocked, Held, Vanished
from confsync.planning.row_actions import OweLinks, Rebind

_TROUBLE = {"local": ExitCode.LOCAL, "conversion": ExitCode.CONVERSION, "remote": ExitCode.REMOTE}


class Result(StrEnum):
    """What came of an action."""

    DONE = "done"
    UNCHANGED = "unchanged"
    PLANNED = "planned"
    AHEAD = "ahead"
    HELD = "held"
    RETRY = "retry"
    FAILED = "failed"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened to one path. `code` is what this entry alone would make the process exit with."""

    action: str
    path: DocPath
    page_id: PageId | None = None
    title: str = ""
    result: Result = Result.DONE
    detail: str = ""
    code: ExitCode = ExitCode.IN_SYNC
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        action: Action,
        result: Result = Result.DONE,
        *,
        page: Page | None = None,
        detail: str | None = None,
        code: ExitCode = ExitCode.IN_SYNC,
        notes: tuple[str, ...] = (),
    ) -> Entry:
        """Return what came of an action. `page`: the page itself, where the action did not know it; `detail`: the action's."""
        return cls(
            action=action.name,
            path=action.path,
            page_id=action.page_id if page is None else page.id,
            title=action.title if page is None else page.title,
            result=result,
            detail=action.detail if detail is None else detail,
            code=code,
            notes=notes,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """A run's entries in path order. `partial`: only some paths were looked at; of the others nothing is said."""

    entries: tuple[Entry, ...] = ()
    requests: int | None = None
    partial: bool = False

    @property
    def summary(self) -> Mapping[str, int]:
        """How many entries came to which result."""
        return dict(sorted(Counter(str(entry.result) for entry in self.entries).items()))

    @property
    def exit_code(self) -> ExitCode:
        """The code that stands for all entries."""
        return ExitCode.of_all(entry.code for entry in self.entries)

    @property
    def unsettled(self) -> bool:
        """Say whether another round may settle what this one could not."""
        return any(entry.result is Result.RETRY for entry in self.entries)

    @property
    def gets_on(self) -> bool:
        """Say whether something was done after which there is more to do: edits merged in a file, files moved or brought."""
        return any(e.result is Result.RETRY and e.code is ExitCode.IN_SYNC for e in self.entries)


def planned(action: Action) -> Entry:
    """Return the entry of an action that is not carried out, or has no effect to carry out."""
    result, code = _standing(action)
    return Entry.of(action, result, code=code)


def foreseen(report: Report) -> Report:
    """Return a dry run's report: what was done on its overlay counts as planned, too."""
    return replace(report, entries=tuple(map(_foreseen, report.entries)))


def _foreseen(entry: Entry) -> Entry:
    if entry.result not in (Result.DONE, Result.RETRY):
        return entry
    quiet = entry.action == "adopt" or entry.code is not ExitCode.IN_SYNC
    return replace(entry, result=Result.PLANNED, code=entry.code if quiet else ExitCode.PENDING)


def untold(first: Report, second: Report) -> Report:
    """Return what a dry run's later round brings up. What it only planned before it finds again, which is no news.

    What it carried out now, and goes on from, is.
    """
    told = [entry for entry in first.entries if entry.result is Result.PLANNED]
    paths = {entry.path for entry in told}
    pages = {(name, entry.page_id) for entry in told if entry.page_id for name in entry.action.split("+")}
    return replace(
        second,
        entries=tuple(
            entry
            for entry in second.entries
            if entry.result is Result.RETRY
            or (
                entry.path not in paths
                and pages.isdisjoint((name, entry.page_id) for name in entry.action.split("+"))
            )
        ),
    )


def _standing(action: Action) -> tuple[Result, ExitCode]:
    match action:
        case Held():
            return Result.HELD, ExitCode.HELD
        case Blocked():
            return Result.HELD, _TROUBLE.get(action.trouble, ExitCode.HELD)
        case Vanished():
            return Result.NOTED, ExitCode.HELD if action.blocks else ExitCode.IN_SYNC
        case Ahead():
            return Result.AHEAD, ExitCode.IN_SYNC
        case _:
            effect = action.side is not Side.NEITHER
            return Result.PLANNED, ExitCode.PENDING if effect else ExitCode.IN_SYNC


def relinked(path: DocPath, page_id: PageId | None) -> Entry:
    """Return the entry of a document whose links are corrected because files were moved earlier."""
    return Entry(
        action="relink",
        path=path,
        page_id=page_id,
        detail="its links to moved files were corrected",
    )


def is_worth_telling(action: Action) -> bool:
    """Say whether an action is reported to people; bookkeeping is not."""
    if isinstance(action, OweLinks | Rebind | Vacate) or (isinstance(action, Retitle) and action.quiet):
        return False
    return action.phase is not Phase.LEDGER or action.side is not Side.NEITHER or action.name == "adopt"


def one_per_path(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Join the entries of one path: names and details in order, the worst result."""
    joined: dict[DocPath, Entry] = {}
    for entry in entries:
        seen = joined.get(entry.path)
        joined[entry.path] = entry if seen is None else _joined(seen, entry)
    return tuple(joined[path] for path in sorted(joined))


def _joined(first: Entry, second: Entry) -> Entry:
    order = list(Result)
    names = dict.fromkeys((*first.action.split("+"), *second.action.split("+")))
    details = [text for text in dict.fromkeys((first.detail, second.detail)) if text]
    return replace(
        first,
        action="+".join(names),
        page_id=second.page_id or first.page_id,
        title=second.title or first.title,
        result=max(first.result, second.result, key=order.index),
        detail="; ".join(details),
        code=ExitCode.of_all((first.code, second.code)),
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
    )


def after_another_round(first: Report, second: Report) -> Report:
    """Combine two rounds: for each path the later result counts, under the path and action of the first plan."""
    entries = {entry.path: entry for entry in first.entries}
    going = {Relocate.name, Vanished.name}
    moved = (e for e in first.entries if e.result is Result.RETRY or going.intersection(e.action.split("+")))
    waiting = {e.page_id: e.path for e in moved if e.page_id is not None}
    for path, entry in entries.items():
        if entry.result is Result.RETRY:
            # why it was not done at once is no news any more
            told = entry.detail if entry.code is ExitCode.IN_SYNC else ""
            entries[path] = replace(entry, result=Result.DONE, code=ExitCode.IN_SYNC, detail=told)
    for entry in second.entries:
        path = entry.path if entry.path in entries else waiting.get(entry.page_id or PageId(""), entry.path)
        seen = entries.get(path)  # a file may lie elsewhere by now
        detail = entry.detail or (seen.detail if seen and entry.path != path else "")
        entries[path] = (
            entry if seen is None else replace(entry, path=path, action=seen.action, detail=detail)
        )
    return Report(tuple(entries[path] for path in sorted(entries)))


def refused(report: Report) -> dict[DocPath, frozenset[str]]:
    """Return the new pages that were not created, by path: for them the snapshot still holds."""
    failed = (entry for entry in report.entries if entry.result is Result.FAILED)
    return {entry.path: frozenset({Create.name}) for entry in failed}


def with_page_ids(report: Report, rows: Mapping[PageId, Base]) -> Report:
    """Return the report with page ids that the ledger knows by now, where an entry lacks one."""
    pages = {row.path: page_id for page_id, row in rows.items()}
    entries = (
        replace(entry, page_id=pages.get(entry.path))
        if entry.page_id is None and entry.result is Result.DONE
        else entry
        for entry in report.entries
    )
    return replace(report, entries=tuple(entries))


def ended_by(report: Report, error: ConfsyncError) -> Report:
    """Return the report of a run whose later round ended in an error: what waited for that round has failed."""
    parts = [part.rstrip(".") for part in (error.message, error.hint) if part]
    return replace(
        report,
        entries=tuple(
            replace(
                entry,
                result=Result.FAILED,
                code=error.exit_code,
                detail=". ".join(dict.fromkeys((*(p for p in (entry.detail.rstrip("."),) if p), *parts))),
            )
            if entry.result is Result.RETRY
            else entry
            for entry in report.entries
        ),
    )
