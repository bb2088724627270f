"""`confsync diff`: what differs, as Markdown, in unified form."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from confsync.cli import wiring
from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.cli.places import covers, document_path
from confsync.cli.words import printable
from confsync.errors import ExitCode
from confsync.sync.difference import Difference, with_base, with_pages

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@click.command(short_help="Show what differs, as Markdown.")
@directory_option
@click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--remote",
    "with_remote",
    is_flag=True,
    help="Compare with the pages as they are now. Default: with the last sync.",
)
@pass_invocation
def diff(invocation: Invocation, path: Path | None, with_remote: bool) -> ExitCode:
    """Show what differs in PATH, a file or a folder, or in all files; exit code 1 when something does.

    Lines with - are what the other side has, lines with + what the file says.
    """
    found = wiring.settings(invocation)
    place = document_path(found.root, path) if path and _is_below(found.root, path) else None
    with wiring.workspace(found, wiring.policy(found), command="diff", dry=True) as workspace:
        if with_remote:
            with wiring.connected(invocation, found) as remote:
                differences = list(
                    with_pages(workspace.tree, workspace.ledger, remote, found.confluence.space)
                )
        else:
            differences = list(with_base(workspace.tree, workspace.ledger))
    about = [each for each in differences if covers(place, each.path)]
    if place is not None and not about and not (found.root / place).exists():
        raise click.UsageError(f"There is no {printable(place)}, and no page was synced with it.")
    told = [each for each in about if each.before != each.after]
    for each in told:
        _show(each)
    return ExitCode.PENDING if told else ExitCode.IN_SYNC


def _is_below(root: Path, path: Path) -> bool:
    """Say whether a path narrows the question down: the root itself does not."""
    return (Path().absolute() / path).resolve() != root.resolve()


def _show(difference: Difference) -> None:
    if sys.stdout.isatty():
        console = Console(highlight=False)
        for line in _lines(difference):
            console.print(Text(line, _STYLES.get(line[:1], "")), soft_wrap=True)
    else:
        for line in _lines(difference):
            click.echo(line)


def _lines(difference: Difference) -> Iterator[str]:
    name = printable(difference.path)
    before, after = difference.before, difference.after
    lines = difflib.unified_diff(
        (before or "").splitlines(),
        (after or "").splitlines(),
        "/dev/null" if before is None else f"a/{name}",
        "/dev/null" if after is None else f"b/{name}",
        lineterm="",
    )
    return (_visible(line) for line in lines)


def _visible(line: str) -> str:
    """Return a line of a text; tabs are part of it, control characters are not."""
    return "\t".join(printable(part) for part in line.split("\t"))
