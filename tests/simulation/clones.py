"""Two folders and one Confluence: clones that people edit and sync by turns, each with a ledger, or with one ledger's copies."""

from __future__ import annotations

from copy import copy
from random import Random

from history import History

from confsync.markup.document import text_hash

FAR = 1_000_000
"""Far more words than anybody types in a history."""


class Clones:
    """Two histories over one wiki. The second begins as a copy of the first's folder, with or without its ledger.

    People mostly edit. Pages and files that come and go as a whole are for other histories: where a ledger never knew a
    page, as it was away then, nobody can tell for sure whether a file is older than it.
    """

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.one, self.other = History(seed), History(seed + FAR)
        self._share()
        self.log = self.one.log

    def _share(self) -> None:
        one, other = self.one, self.other
        for part in (other, other.realm, other.confluence, other.people, other.comings):
            part.wiki = one.wiki
        other.realm.ops, other.people.typed = one.realm.ops, one.people.typed
        for clone in (one, other):
            clone.people.more = [
                (40, clone.people.edit_file),
                (20, clone.people.edit_page),
                (5, clone.comings.copy_page),
                (5, clone.comings.restore_version),
            ]
        other.people._count, other.tale.again = FAR, one.tale.again
        for part in (other, other.people, other.comings):
            part.log = one.log

    def live_through(self) -> None:
        """Let the first live for a while, clone it, and let both live on."""
        for _ in range(self.rng.randint(1, 4)):
            self._turn(self.one)
        self._clone(with_ledger=self.rng.random() < 0.5)
        for _ in range(self.rng.randint(4, 12)):
            self._turn(self.rng.choice((self.one, self.other)))

    def _turn(self, clone: History) -> None:
        self.log.append(f"== {'one' if clone is self.one else 'other'}")
        for _ in range(self.rng.randint(0, 3)):
            clone.people.somebody()
        clone.fate.fuse = self.rng.randint(0, 60) if self.rng.random() < 0.3 else None
        clone.run()
        clone.fate.fuse = None
        if self.rng.random() < 0.5:
            clone.confluence.arrive()

    def _clone(self, *, with_ledger: bool) -> None:
        one, other = self.one, self.other
        documents = one.tree.documents()
        other.tree.files = {path: one.tree.files[path] for path in documents}
        other.tale.shown |= one.tale.shown  # what the files were made from
        with_ledger &= one.ledger.about is not None  # one that knows not even its space is none
        self._excuse_half_known_pages()
        if with_ledger:
            for name, value in vars(one.ledger).items():
                if name != "fate":
                    setattr(other.ledger, name, copy(value))
            other.tree.root_id = one.tree.root_id
        self.log.append(f"cloned {'with' if with_ledger else 'without'} the ledger: {documents}")
        for clone in (one, other):
            if clone.ledger.about is None or not clone.ledger.about.learned:
                self._learn(clone)

    def _excuse_half_known_pages(self) -> None:
        """Of a page that is made and not filled yet, both will fill it, and an edit that no run has seen both will send.

        Where somebody goes on editing that, nobody can tell that what the other one wrote is no news.
        """
        ledger, tree = self.one.ledger, self.one.tree
        known = {row.path: row.local_hash for row in ledger.known.values()}
        files = {path: text_hash(tree.files[path].decode()) for path in tree.documents()}
        if ledger.open or known != files:
            self.one.ledger_lost = self.other.ledger_lost = True

    @staticmethod
    def _learn(clone: History) -> None:
        """Let a clone whose ledger knows nothing run before anybody types there: of files that are old *and* edited nobody can tell."""
        clone.learning, clone.fate.flaky = True, False
        clone.run()
        clone.fate.flaky = True

    def come_to_rest(self) -> None:
        """No more trouble; runs by turns until nothing changes any more on any side."""
        for clone in (self.one, self.other):
            clone.calm_down()
        for _ in range(12):
            before = [clone.state() for clone in (self.one, self.other)]
            for clone in (self.one, self.other):
                clone.report = clone.run()
            if before == [clone.state() for clone in (self.one, self.other)]:
                return
        raise AssertionError("no rest after twelve rounds of runs")

    def check(self) -> None:
        """Check the promises for both; what one typed may lie with the other."""
        for clone, twin in ((self.one, self.other), (self.other, self.one)):
            clone.check(also=twin.reach())


def live(seed: int) -> Clones:
    """Live one history of two clones to its end and check the promises; AssertionError tells the seed."""
    clones = Clones(seed)
    try:
        clones.live_through()
        clones.come_to_rest()
        clones.check()
    except AssertionError as err:
        raise AssertionError(f"seed {seed}: {err}\n" + "\n".join(clones.log)) from err
    return clones
