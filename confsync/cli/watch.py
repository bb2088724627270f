"""`confsync watch`: cycles until interrupted. When to run one is the daemon's affair, what one does the cycle's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import click

from confsync.cli import wiring
from confsync.cli.chronicle import Chronicle
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.cli.signals import Signals
from confsync.clock import SystemClock
from confsync.config import Settings
from confsync.errors import ExitCode
from confsync.local.git_state import git_at_work
from confsync.local.watch import Watcher
from confsync.remote import Client
from confsync.sync.cycle import Cycle
from confsync.sync.daemon import Daemon
from confsync.sync.quick import LastLook


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
    with closing(wiring.Uplink(invocation, found)) as uplink:
        keep_watching(found, uplink.client, Chronicle(as_json=as_json), interval or found.sync.interval)
    return ExitCode.IN_SYNC


def keep_watching(
    found: Settings, remote: Callable[[], Client], chronicle: Chronicle, interval: float
) -> None:
    """Run cycles over a root until SIGINT or SIGTERM. A `remote` that cannot be had yet is waited for."""
    with (
        wiring.bench(found, wiring.policy(found), command="watch", dry=False) as bench,
        Watcher(found.root) as watcher,
    ):
        in_use: list[Client] = []
        last = LastLook()

        def stopping() -> bool:
            return daemon.stopping or git_at_work(found.root) is not None

        def cycle() -> Cycle:
            in_use[:] = [remote()]
            return bench.cycle(in_use[0], stopping, last)

        daemon = Daemon(
            cycle=cycle,
            watcher=watcher,
            clock=SystemClock(),
            told=chronicle.tell,
            interval=interval,
            at_work=lambda: git_at_work(found.root),
        )

        def stop() -> None:
            daemon.stop()
            watcher.wake()
            for client in in_use:
                client.interrupt()  # a long Retry-After must not outlast the user's patience

        with Signals(stop):
            chronicle.begin(found)
            daemon.run()
        chronicle.end()
