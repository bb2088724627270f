"""`confsync sandbox`: a Confluence on this machine, until interrupted."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click

from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.cli.signals import Signals
from confsync.errors import ExitCode, LocalError
from confsync.sandbox import Sandbox


@click.command(short_help="Run a Confluence on this machine.")
@directory_option
@click.option("--port", metavar="N", type=click.IntRange(0, 65_535), default=0, help="Default: a free one.")
@click.option(
    "--flavor",
    type=click.Choice(["cloud", "datacenter"]),
    default="cloud",
    show_default=True,
    help="Which Confluence.",
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the content in DIR. Default: nothing is kept.",
)
@pass_invocation
def sandbox(invocation: Invocation, port: int, flavor: str, data: Path | None) -> ExitCode:
    """Run a Confluence on this machine, with pages to look at, until interrupted.

    It listens on the loopback address alone. What is printed can be put into a shell as it is.
    """
    place = invocation.start() / data if data else None
    stopped = threading.Event()
    with start(port, place, flavor) as running, Signals() as signals:
        signals.heed(stopped.set)
        click.echo(f"# A Confluence ({flavor}) with the space DOCS: {running.url}")
        click.echo(f"export CONFLUENCE_URL={running.url}")
        click.echo(f"export CONFLUENCE_USER={running.user}")
        click.echo(f"export CONFLUENCE_TOKEN={running.token}")
        sys.stdout.flush()
        stopped.wait()
    return ExitCode.IN_SYNC


def start(port: int, data: Path | None, flavor: str = "cloud") -> Sandbox:
    """Start a sandbox; LocalError when the port or the folder cannot be had."""
    try:
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        return Sandbox(port, data, flavor)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        where = str(data) if error.filename else f"port {port}"
        raise LocalError(
            f"The sandbox cannot start: {reason}.", where=where, hint="Choose another one."
        ) from error
