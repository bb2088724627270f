"""`confsync watch`: cycles until interrupted. The daemon decides when to run one, the cycle what it does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import click

from confsync.cli import live, wiring
from confsync.cli.events import EventLog
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.cli.service import Service
from confsync.cli.session import WatchSession, WatchSetup
from confsync.cli.signals import Signals
from confsync.errors import ExitCode
from confsync.local.watch import Watcher


@click.command(short_help="Keep both sides in sync until interrupted.")
@directory_option
@click.option(
    "--interval",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 86_400),
    help="The longest pause between two polls of Confluence. Default: interval in the settings.",
)
@json_option
@pass_invocation
def watch(invocation: Invocation, interval: float | None, as_json: bool) -> ExitCode:
    """Keep both sides in sync until interrupted: saved files are pushed at once, pages are polled.

    On SIGHUP, or when confsync.toml changes, the settings are read again.
    """
    view = live.LiveView() if live.is_possible() and not as_json else None
    events = EventLog(as_json=as_json, live=view)
    with ExitStack() as connections:

        def read(warned: Callable[[str], None] = events.note) -> WatchSetup:
            found = wiring.settings(invocation, warned)
            connection = wiring.Connection(invocation, found)
            connections.close()  # that of the settings before
            connections.callback(connection.close)
            return WatchSetup(found, connection.client, interval or found.sync.interval)

        keep_watching(read(wiring.warn), events, read)
    return ExitCode.IN_SYNC


def keep_watching(setup: WatchSetup, events: EventLog, read: Callable[[], WatchSetup]) -> None:
    """Run cycles over a root until SIGINT or SIGTERM. A Confluence that cannot be had yet is waited for."""
    found = setup.settings
    with (
        Signals() as signals,
        Service() as service,
        wiring.workspace(found, wiring.policy(found), command="watch", dry=False) as workspace,
        Watcher(found.root) as watcher,
        events.view,
    ):
        session = WatchSession(setup, events, read, workspace, watcher, service)
        events.begin(found)
        signals.heed(session.stop, session.reread_soon, watcher.wake)
        session.run()
    events.end()
