"""`confsync resolve`: say which text of a conflict to keep."""

from __future__ import annotations

from pathlib import Path

import click

from confsync.cli import wiring
from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.cli.places import document_path
from confsync.cli.words import printable
from confsync.errors import ExitCode
from confsync.sync.resolve import Keep, Resolving

_KEPT = {Keep.LOCAL: "as you have it", Keep.REMOTE: "as the page has it", Keep.MERGED: "as it is now"}


@click.command(short_help="Say which text of a conflict to keep.")
@directory_option
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    required=True,
    type=click.Choice([str(keep) for keep in Keep]),
    help="Your text, the page's text, or the file as it is now.",
)
@pass_invocation
def resolve(invocation: Invocation, path: Path, keep: str) -> ExitCode:
    """End a conflict: PATH is the file that is held, or the copy beside it. The next sync brings the result over.

    With a document go all held files of its page.
    """
    found = wiring.settings(invocation)
    with wiring.workspace(found, wiring.policy(found), command="resolve", dry=False) as workspace:
        place = document_path(found.root, path)
        freed = Resolving(workspace.tree, workspace.ledger).resolve(place, Keep(keep))
    after = "Both sides agree." if keep == Keep.REMOTE else "The next sync sends it."
    for one in freed:
        click.echo(f"{printable(one)} is no longer held: kept {_KEPT[Keep(keep)]}. {after}")
    return ExitCode.IN_SYNC
