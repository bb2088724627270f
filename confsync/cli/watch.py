"""`confsync watch`: cycles until interrupted. When to run one is the daemon's affair, what one does the cycle's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import click

from confsync.cli import wiring
from confsync.cli.chronicle import Chronicle
from confsync.cli.options import Invocation, directory_option, json_option, pass_invocation
from confsync.cli.signals import Signals
from confsync.clock import SystemClock
from confsync.config import Settings
from confsync.errors import ConfsyncError, ExitCode
from confsync.local.git_state import git_at_work
from confsync.local.watch import Watcher
from confsync.remote import Client
from confsync.sync.cycle import Cycle
from confsync.sync.daemon import Daemon
from confsync.sync.quick import LastLook


@dataclass(frozen=True, slots=True)
class Terms:
    """What a watch goes by: settings, how to reach Confluence under them, seconds between two looks."""

    settings: Settings
    remote: Callable[[], Client]
    interval: float


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
    with ExitStack() as uplinks:

        def read() -> Terms:
            found = wiring.settings(invocation)
            uplink = uplinks.enter_context(closing(wiring.Uplink(invocation, found)))
            return Terms(found, uplink.client, interval or found.sync.interval)

        keep_watching(read(), Chronicle(as_json=as_json), read)
    return ExitCode.IN_SYNC


def keep_watching(terms: Terms, chronicle: Chronicle, read: Callable[[], Terms]) -> None:
    """Run cycles over a root until SIGINT or SIGTERM. A Confluence that cannot be had yet is waited for."""
    found = terms.settings
    with (
        wiring.bench(found, wiring.policy(found), command="watch", dry=False) as bench,
        Watcher(found.root) as watcher,
    ):
        vigil = Vigil(terms, chronicle, read, bench, watcher)
        with Signals(vigil.stop, vigil.reread_soon):
            chronicle.begin(found)
            vigil.daemon.run()
        chronicle.end()


@dataclass(slots=True)
class Vigil:
    """One watch: the daemon, and the terms of the hour that its cycles are made under."""

    terms: Terms
    chronicle: Chronicle
    read: Callable[[], Terms]
    bench: wiring.Bench
    watcher: Watcher
    daemon: Daemon = field(init=False)
    _in_use: Client | None = None
    _last: LastLook = field(default_factory=LastLook)

    def __post_init__(self) -> None:
        """Make the daemon."""
        self.daemon = Daemon(
            cycle=self._cycle,
            watcher=self.watcher,
            clock=SystemClock(),
            told=self.chronicle.tell,
            interval=self.terms.interval,
            at_work=lambda: git_at_work(self.watcher.root),
            reread=self._reread,
        )

    def stop(self) -> None:
        """End it: what is under way is finished, what is waited for is not."""
        self.daemon.stop()
        self.watcher.wake()
        if self._in_use is not None:
            self._in_use.interrupt()  # a long Retry-After must not outlast the user's patience

    def reread_soon(self) -> None:
        """Read the settings again between two cycles."""
        self.daemon.want_settings()
        self.watcher.wake()

    def _cycle(self) -> Cycle:
        self._in_use = self.terms.remote()
        return self.bench.cycle(self._in_use, self._is_over, self._last)

    def _is_over(self) -> bool:
        return self.daemon.stopping or git_at_work(self.watcher.root) is not None

    def _reread(self) -> None:
        try:
            terms = self.read()
        except ConfsyncError as error:
            self.chronicle.keep_settings(error)
            return
        self.terms = terms
        self.bench = wiring.under(self.bench, terms.settings)
        self.daemon.interval = terms.interval
        self._last.forget()
        self.chronicle.take_settings()
