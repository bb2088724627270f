"""How a round begins: with the folder that the ledger knows, or not at all."""

from __future__ import annotations

from contextlib import closing

import pytest

from confsync.clock import RandomOpIds
from confsync.errors import RootMissing
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction
from confsync.remote import connect
from confsync.sync.cycle import Cycle


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
    remote = connect(home.sandbox.url, home.sandbox.user, home.sandbox.token)
    with closing(remote), closing(open_ledger(home.root / ".confsync" / "ledger.db")) as ledger:
        cycle = Cycle(
            remote=remote,
            tree=Swapped(home.root, inspect=inspect),
            ledger=ledger,
            ops=RandomOpIds(),
            policy=home.policy,
        )
        with pytest.raises(RootMissing):
            cycle.run(direction)
    assert home.writes == []
    assert [path.name for path in home.root.iterdir()] == ["a.md"]
    assert (home.root / "a.md").read_bytes() == b"# A\n\nof another tree\n"
    assert (home.root.with_name("aside") / "a.md").read_bytes() == b"# A\n\ntwo\n"
