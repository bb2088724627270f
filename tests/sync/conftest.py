"""A folder, a ledger and a Confluence of their own: the real parts, no stand-ins."""

from contextlib import closing

import pytest
from daemons import Watch
from sync_home import Home

from confsync.ledger import open_ledger
from confsync.remote import connect
from confsync.sandbox import Sandbox


@pytest.fixture
def sandbox(request):
    """A Cloud, or what a test asks for by `parametrize(…, indirect=True)`."""
    with Sandbox(flavor=getattr(request, "param", "cloud"), search_lag=0.0) as running:
        yield running
        assert running.crashes == []


@pytest.fixture
def home(tmp_path, sandbox):
    return Home(tmp_path / "docs", sandbox)


@pytest.fixture
def watch(home):
    """A daemon that has looked whole and is at rest."""
    home.write("a.md", "# A\n\nfirst\n\nsecond\n")
    home.write("guide/b.md", "# B\n\nSee [A](../a.md).\n")
    remote = connect(home.sandbox.url, home.sandbox.user, home.sandbox.token)
    with closing(remote), closing(open_ledger(home.root / ".confsync" / "ledger.db")) as ledger:
        watch = Watch(home, remote, ledger)
        watch.play(None, None, None)
        yield watch
