"""A page in the trash that Confluence's listing still shows for a moment."""

from __future__ import annotations

from contextlib import closing

import pytest
from sync_home import results

from confsync.clock import RandomOpIds
from confsync.errors import ExitCode
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction, Status
from confsync.remote import connect
from confsync.sync.cycle import Cycle


class Lagging:
    """A Confluence whose listing is that of a moment ago; each page by itself is as it is now."""

    def __init__(self, remote, listed):
        self._remote, self._listed = remote, listed

    def __getattr__(self, name):
        return getattr(self._remote, name)

    def pages(self, space, *, bodies=False):
        now = {page.id: page for page in self._remote.pages(space, bodies=bodies)}
        return [now.get(page.id, page) for page in self._listed]


@pytest.fixture
def lagging(home):
    """Return a function that does something in Confluence or the folder and then syncs by the listing from before."""

    def run(change, direction=Direction.SYNC):
        with closing(connect(home.sandbox.url, home.sandbox.user, home.sandbox.token)) as remote:
            listed = remote.pages(remote.space("DOCS"))
            change()
            home.sandbox.requests.reset()
            with closing(open_ledger(home.root / ".confsync" / "ledger.db")) as ledger:
                return Cycle(
                    remote=Lagging(remote, listed),
                    tree=FileTree(home.root, inspect=inspect),
                    ledger=ledger,
                    ops=RandomOpIds(),
                    policy=home.policy,
                ).run(direction)

    return run


def begin(home):
    home.write("pushed.md", "# Pushed\n\none\n")
    home.write("other.md", "# Other\n\nother\n")
    home.person.create("Pulled", "<p>two</p>")
    home.sync()


@pytest.mark.parametrize("path", ["pushed.md", "pulled.md"])
def test_a_page_that_went_with_its_file_does_not_come_back_while_it_is_still_listed(home, lagging, path):
    begin(home)

    def change():
        (home.root / path).unlink()
        home.sync()

    report = lagging(change)
    assert report.exit_code == ExitCode.IN_SYNC
    assert {entry.result for entry in report.entries} <= {"noted"}
    assert not (home.root / path).exists()
    assert home.writes == []


def test_an_edit_of_a_file_whose_trashed_page_is_still_listed_makes_a_new_page(home, lagging):
    begin(home)
    old = home.page("Pushed").id

    def change():
        home.person.trash(old)
        home.edit("pushed.md", "one", "edited")

    report = lagging(change)
    assert report.exit_code == ExitCode.IN_SYNC
    assert results(report)["pushed.md"][1] == "done"
    assert "edited" in home.body("Pushed")
    assert home.page("Pushed").id != old
    with closing(connect(home.sandbox.url, home.sandbox.user, home.sandbox.token)) as remote:
        assert remote.page(old).status is Status.TRASHED
