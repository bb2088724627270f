"""A daemon whose time is the test's own; its folder and its Confluence are real."""

from confsync.clock import RandomOpIds, SystemClock
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Dirty, DocPath
from confsync.sync.cycle import Cycle
from confsync.sync.daemon import Daemon
from confsync.sync.last_snapshot import LastSnapshot


class Hours(SystemClock):
    """A clock that goes on only when the daemon waits."""

    def __init__(self):
        self.seconds = 0.0

    def monotonic(self):
        return self.seconds


class Script:
    """A watcher that plays events: each is a function that does something and returns what is dirty; None: no event."""

    def __init__(self, clock):
        self.clock, self.events, self.waits = clock, [], []
        self.over = lambda: None

    def wait(self, timeout):
        if not self.events:
            self.over()
            return None
        if timeout <= 0:
            return None  # it is time already
        self.waits.append(timeout)
        event = self.events.pop(0)
        if event is None:
            self.clock.seconds += timeout
            return None
        return event()


class Watch:
    """A daemon over the folder of a test, with all that it told and all that each step sent."""

    def __init__(self, home, remote, ledger):
        self.home, self.clock, self.told, self.sent = home, Hours(), [], []
        self.script, last = Script(self.clock), LastSnapshot()
        self.failure, tree = None, FileTree(home.root, inspect=inspect)

        def cycle():
            if self.failure is not None:
                raise self.failure
            return Cycle(
                remote=remote,
                tree=tree,
                ledger=ledger,
                ops=RandomOpIds(),
                policy=home.policy,
                last=last,
            )

        self.daemon = Daemon(
            cycle=cycle, watcher=self.script, clock=self.clock, told=self.told.append, interval=30.0
        )
        self.script.over = self.daemon.stop

    def play(self, *events):
        """Run the daemon through the events, from a whole look at the beginning."""
        self.daemon.stopping = False
        self.script.events = list(events)
        self.daemon.run()

    def cost(self, event=None):
        """What one event makes the daemon send, after it has come to rest."""
        self.home.sandbox.requests.reset()
        if event is None:
            self.clock.seconds += 30.0
        self.daemon.once(event)
        return [f"{e.method} {e.path.partition('?')[0]}" for e in self.home.sandbox.requests.api]


def saved(*paths):
    return Dirty(frozenset(DocPath(path) for path in paths))
