"""One cycle of a folder against a sandbox, shared by the benchmarks that measure whole runs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from confsync.clock import RandomOpIds
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction
from confsync.planning.policy import Policy
from confsync.remote import connect
from confsync.sandbox import Sandbox
from confsync.sync.cycle import Cycle


def cycle(sandbox: Sandbox, root: Path, direction: Direction) -> None:
    """Run one cycle; end the benchmark when it does not end well, for then the figures mean nothing."""
    with (
        closing(connect(sandbox.url, sandbox.user, sandbox.token, "cloud")) as remote,
        closing(open_ledger(root / ".confsync" / "ledger.db")) as ledger,
    ):
        report = Cycle(
            remote=remote,
            tree=FileTree(root, inspect=inspect),
            ledger=ledger,
            ops=RandomOpIds(),
            policy=Policy(space_key="DOCS"),
        ).run(direction)
    if report.exit_code:
        raise SystemExit(f"{direction} ended with {report.exit_code!r}")
