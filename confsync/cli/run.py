"""`confsync push`, `pull` and `sync`: one cycle, in one direction or both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from confsync.cli import render, wiring
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.cli.progress import working
from confsync.errors import ExitCode
from confsync.model import Direction

F = TypeVar("F", bound=Callable[..., Any])

_DOING = {
    Direction.PUSH: "Bringing the folder's changes to Confluence",
    Direction.PULL: "Bringing Confluence's changes to the folder",
    Direction.SYNC: "Bringing both sides together",
}


def _cycle_options(command: F) -> F:
    for option in (
        click.option(
            "--adopt", is_flag=True, help="Take over pages that have a file's title and are not managed yet."
        ),
        click.option(
            "--allow-deletes",
            metavar="N",
            type=click.IntRange(min=0),
            help="Allow up to N deletions per side in this run. Default: max_deletes in the settings.",
        ),
        json_option,
        click.option("--dry-run", is_flag=True, help="Show what would happen, change nothing."),
        directory_option,
    ):
        command = option(command)
    return command


@click.command
@_cycle_options
@pass_invocation
def push(invocation: Invocation, /, **options: Any) -> ExitCode:
    """Bring the folder's changes to Confluence; no file changes.

    A page that changed at the same place is held, and its text laid beside the file as a conflict copy.
    """
    return _run(invocation, Direction.PUSH, **options)


@click.command
@_cycle_options
@pass_invocation
def pull(invocation: Invocation, /, **options: Any) -> ExitCode:
    """Bring Confluence's changes to the folder; no page is touched."""
    return _run(invocation, Direction.PULL, **options)


@click.command(short_help="Bring both sides together.")
@_cycle_options
@pass_invocation
def sync(invocation: Invocation, /, **options: Any) -> ExitCode:
    """Bring both sides together: what changed here goes there, what changed there comes here."""
    return _run(invocation, Direction.SYNC, **options)


def _run(
    invocation: Invocation,
    direction: Direction,
    *,
    dry_run: bool,
    as_json: bool,
    allow_deletes: int | None,
    adopt: bool,
) -> ExitCode:
    found = wiring.settings(invocation)
    rules = wiring.policy(found, allow_deletes=allow_deletes, adopt=adopt)
    with (
        wiring.connected(invocation, found) as remote,
        wiring.workspace(found, rules, command=str(direction), dry=dry_run) as workspace,
        working(_DOING[direction]),
    ):
        report = workspace.cycle(remote).run(direction, dry_run=dry_run)
    render.show(report, as_json=as_json)
    return report.exit_code
