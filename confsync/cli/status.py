"""`confsync status`: what a sync would do, judged from folder and ledger, or with Confluence."""

from __future__ import annotations

import click

from confsync.cli import render, wiring
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.errors import ExitCode
from confsync.model import Direction
from confsync.sync.status import status as offline


@click.command
@directory_option
@click.option(
    "--remote", "with_remote", is_flag=True, help="Ask Confluence as well. Default: no request is made."
)
@json_option
@pass_invocation
def status(invocation: Invocation, with_remote: bool, as_json: bool) -> ExitCode:
    """Say what a sync would do; exit code 1 when there is something."""
    found = wiring.settings(invocation)
    rules = wiring.policy(found)
    with wiring.workspace(found, rules, command="status", dry=True) as workspace:
        if with_remote:
            with wiring.connected(invocation, found) as remote:
                report = workspace.cycle(remote).run(Direction.SYNC, dry_run=True)
        else:
            report = offline(workspace.tree, workspace.ledger, rules)
        known = with_remote or workspace.ledger.meta() is not None
    nothing = "In sync." if with_remote else "Nothing changed here since the last run."
    render.show(report, as_json=as_json, nothing=nothing if known else "There is nothing here that is new.")
    if not known:
        click.echo(
            "No run was made in this folder yet; `confsync status --remote` asks Confluence, too.", err=True
        )
    return report.exit_code
