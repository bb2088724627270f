"""`confsync watch`: cycles until interrupted. When to run one is the daemon's affair, what one does the cycle's."""

from __future__ import annotations

import click

from confsync.cli import wiring
from confsync.cli.chronicle import Chronicle
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.cli.signals import Signals
from confsync.clock import SystemClock
from confsync.config import Settings
from confsync.errors import ExitCode
from confsync.local.watch import Watcher
from confsync.remote import Client
from confsync.sync.daemon import Daemon


@click.command
@directory_option
@click.option(
    "--interval",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 86_400),
    help="The pause between two looks at Confluence. Default: interval of the settings.",
)
@json_option
@pass_invocation
def watch(invocation: Invocation, interval: float | None, as_json: bool) -> ExitCode:
    """Keep both sides the same until interrupted: files are taken at once, pages at each look."""
    found = wiring.settings(invocation)
    with wiring.connected(invocation, found) as remote:
        keep_watching(found, remote, Chronicle(as_json=as_json), interval or found.sync.interval)
    return ExitCode.IN_SYNC


def keep_watching(found: Settings, remote: Client, chronicle: Chronicle, interval: float) -> None:
    """Run cycles over a root until SIGINT or SIGTERM."""
    with (
        wiring.bench(found, wiring.policy(found), command="watch", dry=False) as bench,
        Watcher(found.root) as watcher,
    ):
        cycle = bench.cycle(remote)
        daemon = Daemon(
            cycle=lambda: cycle, watcher=watcher, clock=SystemClock(), told=chronicle.tell, interval=interval
        )

        def stop() -> None:
            daemon.stop()
            watcher.wake()

        with Signals(stop):
            chronicle.begin(found)
            daemon.run()
        chronicle.end()
