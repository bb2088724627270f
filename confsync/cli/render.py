"""A report for people or programs: a table on a terminal, lines otherwise, or one JSON object.

Nothing is decided here, and only entries that say "unchanged" are left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from confsync.cli.words import printable, shortened
from confsync.sync.report import Entry, Report, Result

_STYLES: Mapping[Result, str] = {
    Result.DONE: "green",
    Result.PLANNED: "cyan",
    Result.AHEAD: "blue",
    Result.HELD: "yellow",
    Result.RETRY: "yellow",
    Result.FAILED: "red",
    Result.NOTED: "dim",
}

_LONGEST_NOTE = 80


def show(report: Report, *, as_json: bool, nothing: str = "In sync.") -> None:
    """Print a report to standard output; for people, `nothing` if there is nothing to report."""
    if as_json:
        print_json(as_object(report))
        return
    told = [entry for entry in report.entries if entry.result is not Result.UNCHANGED or entry.notes]
    if not told:
        click.echo(nothing)
        return
    if sys.stdout.isatty():
        Console(highlight=False).print(table(told))
    else:
        for entry in told:
            click.echo(line(entry))
    click.echo(total(report))


def as_object(report: Report) -> dict[str, object]:
    """Return the object that `--json` prints."""
    return {"actions": [entry_object(entry) for entry in report.entries], "summary": dict(report.summary)}


def entry_object(entry: Entry) -> dict[str, str | None]:
    """Return one entry for a program: ids are strings, paths are relative to the root with `/`."""
    return {
        "action": entry.action,
        "path": str(entry.path),
        "page_id": entry.page_id,
        "title": entry.title,
        "result": str(entry.result),
        "detail": _detail(entry),
    }


def print_json(value: object) -> None:
    """Print one line of JSON in UTF-8, whatever the terminal's encoding; broken names are escaped."""
    text = json.dumps(value, ensure_ascii=False) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def line(entry: Entry) -> str:
    """Return one entry as a line: result, action, path, what there is to say."""
    words = f"{entry.result:<8} {entry.action:<12} {printable(str(entry.path))}"
    detail = _shown_detail(entry)
    return f"{words}: {detail}" if detail else words


def table(entries: Sequence[Entry]) -> Table:
    """Return entries as a table for a terminal."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    made.add_column("result")
    made.add_column("action")
    made.add_column("file", overflow="fold")
    made.add_column("", overflow="fold")
    for entry in entries:
        made.add_row(
            Text(str(entry.result), _STYLES.get(entry.result, "")),
            Text(entry.action),
            Text(printable(str(entry.path))),
            Text(_shown_detail(entry)),
        )
    return made


def total(report: Report) -> str:
    """Return the summary as a sentence, such as "3 done, 1 held."."""
    parts = [f"{count} {result}" for result, count in report.summary.items()]
    asked = "" if report.requests is None else f" {report.requests} requests to Confluence."
    return f"{', '.join(parts)}.{asked}"


def _shown_detail(entry: Entry) -> str:
    return printable("; ".join(text for text in (entry.detail, *_shown_notes(entry.notes)) if text))


def _shown_notes(notes: Sequence[str]) -> Iterator[str]:
    """Yield a note of each kind, shortened, with the number of its like: programs are told all of them."""
    alike: dict[str, list[str]] = {}
    for note in notes:
        alike.setdefault(note.partition(":")[0], []).append(note)
    for first, *others in alike.values():
        more = f" (and {len(others)} more)" if others else ""
        yield shortened(first, _LONGEST_NOTE) + more


def _detail(entry: Entry) -> str:
    return "; ".join(text for text in (entry.detail, *entry.notes) if text)
