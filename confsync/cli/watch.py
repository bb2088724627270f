"""`confsync watch`: cycles until interrupted. When to run one is the daemon's affair, what one does the cycle's."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

import click

from confsync.cli import wiring
from confsync.cli.chronicle import Chronicle
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.clock import SystemClock
from confsync.config import Settings
from confsync.errors import ExitCode
from confsync.local.watch import Watcher
from confsync.remote import Client
from confsync.sync.daemon import Daemon

_GRACE = 4.0
"""Seconds that a cycle may take to end after a signal. Then the process goes: the journal takes care of the rest."""


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


class Signals:
    """Turns SIGINT and SIGTERM into a call of `stop`; ends the process when that takes too long."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> None:
        """Take the signals over."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._on_signal)

    def __exit__(self, *_: object) -> None:
        """Give them back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        end = threading.Timer(_GRACE, _go, (number,))
        end.daemon = True
        end.start()
        self._stop()


def _go(number: int) -> None:
    sys.stdout.flush()
    os._exit(128 + number)
