"""How a round begins: with the folder that the ledger knows, or not at all."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from confsync.clock import RandomOpIds, SystemClock
from confsync.errors import RootMissing
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction
from confsync.remote import connect
from confsync.sync.cycle import Cycle


@contextmanager
def cycle_over(home, tree):
    """Yield a cycle that sees the folder through this tree, and its ledger."""
    remote = connect(home.sandbox.url, home.sandbox.user, home.sandbox.token)
    with closing(remote), closing(open_ledger(home.root / ".confsync" / "ledger.db")) as ledger:
        yield Cycle(remote=remote, tree=tree, ledger=ledger, ops=RandomOpIds(), policy=home.policy), ledger


class Swapped(FileTree):
    """A folder in whose place somebody puts another one right after it was read."""

    def scan(self, known, also=()):
        local = super().scan(known, also)
        aside = self.root.with_name("aside")
        if not aside.exists():
            self.root.rename(aside)
            self.root.mkdir()
            (self.root / "a.md").write_bytes(b"# A\n\nof another tree\n")
        return local


@pytest.mark.parametrize("direction", list(Direction))
def test_a_folder_that_is_replaced_while_it_is_read_halts_the_run(home, direction):
    home.write("a.md", "# A\n\none\n")
    home.sync()
    home.edit("a.md", "one", "two")
    home.person.create("B", "<p>three</p>")
    home.sandbox.requests.reset()
    with cycle_over(home, Swapped(home.root, inspect=inspect)) as (cycle, _), pytest.raises(RootMissing):
        cycle.run(direction)
    assert home.writes == []
    assert [path.name for path in home.root.iterdir()] == ["a.md"]
    assert (home.root / "a.md").read_bytes() == b"# A\n\nof another tree\n"
    assert (home.root.with_name("aside") / "a.md").read_bytes() == b"# A\n\ntwo\n"


class Later(SystemClock):
    """A clock by which all files were written a minute ago: one written just now may change without a trace."""

    def now(self):
        return super().now() + timedelta(minutes=1)


def test_what_a_run_read_of_the_files_is_known_to_the_next_one(home):
    home.write("a.md", "# A\n\none\n")
    home.write("guide/b.md", "# B\n\ntwo\n")
    home.sync()
    with cycle_over(home, FileTree(home.root, inspect=inspect, clock=Later())) as (cycle, ledger):
        assert not ledger.file_cache()
        cycle.run(Direction.SYNC)
        assert {"a.md", "guide/b.md"} <= ledger.file_cache().keys()
