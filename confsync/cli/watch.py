"""`confsync watch`: cycles until interrupted. When to run one is the daemon's affair, what one does the cycle's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import click

from confsync.cli import live, wiring
from confsync.cli.chronicle import Chronicle
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.cli.service import Service
from confsync.cli.signals import Signals
from confsync.cli.vigil import Terms, Vigil
from confsync.errors import ExitCode
from confsync.local.watch import Watcher


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
    """Keep both sides the same until interrupted: files are taken at once, pages at each look.

    SIGHUP, or a change of confsync.toml, makes it read the settings again.
    """
    view = live.LiveView() if live.is_possible() and not as_json else None
    chronicle = Chronicle(as_json=as_json, live=view)
    with ExitStack() as uplinks:

        def read(warned: Callable[[str], None] = chronicle.note) -> Terms:
            found = wiring.settings(invocation, warned)
            uplink = wiring.Uplink(invocation, found)
            uplinks.close()  # that of the settings before
            uplinks.callback(uplink.close)
            return Terms(found, uplink.client, interval or found.sync.interval)

        keep_watching(read(wiring.warn), chronicle, read)
    return ExitCode.IN_SYNC


def keep_watching(terms: Terms, chronicle: Chronicle, read: Callable[[], Terms]) -> None:
    """Run cycles over a root until SIGINT or SIGTERM. A Confluence that cannot be had yet is waited for."""
    found = terms.settings
    with (
        Signals() as signals,
        Service() as service,
        wiring.bench(found, wiring.policy(found), command="watch", dry=False) as bench,
        Watcher(found.root) as watcher,
        chronicle.view,
    ):
        vigil = Vigil(terms, chronicle, read, bench, watcher, service)
        chronicle.begin(found)
        signals.heed(vigil.stop, vigil.reread_soon, watcher.wake)
        vigil.run()
    chronicle.end()
