"""A scenario lived through, cut off at a chosen step or with a chosen write gone wrong, and what is left of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from fate import Crash, Luck, words
from realm import Realm
from scenarios import TREE, Scenario, put

from confsync.errors import ConfsyncError
from confsync.model import Status
from confsync.sync.normal_hashes import body_hash

ROUNDS = 8


@dataclass(frozen=True)
class Rest:
    """What both sides are at rest, without what chance decides: ids of pages, operations, versions."""

    files: dict[str, bytes]
    kept: tuple[bytes, ...]
    pages: dict[str, tuple[object, ...]]
    trashed: tuple[str, ...]


def settled(scenario: Scenario) -> Realm:
    """Return a realm in which the scenario is about to be noticed."""
    realm = Realm()
    for path, text in TREE.items():
        put(realm, path, text)
    come_to_rest(realm, realm.run)
    if scenario.before is not None:
        scenario.before(realm)
        come_to_rest(realm, realm.run)
    scenario.happens(realm)
    return realm


def commands(realm: Realm, scenario: Scenario) -> Callable[[], None]:
    """Return what people run, one command after another; an error of one does not keep them from the next."""

    def run() -> None:
        for command in scenario.commands:
            with suppress(ConfsyncError):
                command(realm)

    return run


def come_to_rest(realm: Realm, run: Callable[[], object]) -> None:
    """Run until nothing changes any more."""
    for _ in range(ROUNDS):
        before = everything(realm)
        run()
        if everything(realm) == before:
            return
    raise AssertionError(f"no rest after {ROUNDS} rounds")


def everything(realm: Realm) -> tuple[object, ...]:
    """Return all that a run may change."""
    tree, wiki, ledger = realm.tree, realm.wiki, realm.ledger
    written = [
        *(len(history) for history in wiki.history_of.values()),
        *(len(file.versions) for files in wiki.files.values() for file in files.values()),
    ]
    labels = {page_id: frozenset(names) for page_id, names in wiki.labels.items()}
    rows = dict(ledger.known), dict(ledger.folder_rows), dict(ledger.files), len(ledger.open)
    return dict(tree.files), written, dict(wiki.folders), labels, rows


def counters(realm: Realm) -> tuple[int, int, int]:
    """Return how often Confluence, the folder and the ledger were written."""
    return realm.confluence.writes, realm.tree.writes, realm.ledger.writes


def rest(realm: Realm) -> Rest:
    tree, wiki = realm.tree, realm.wiki
    documents = tree.documents()
    pages = {page.title: page for page in wiki.live()}
    assert len(pages) == len(wiki.live())

    def place(page_id):
        return wiki.folders[page_id].title if page_id in wiki.folders else wiki.now(page_id).title

    return Rest(
        files={path: tree.files[path] for path in documents},
        kept=tuple(sorted(data for path, data in tree.files.items() if path not in documents)),
        pages={
            title: (
                page.parent_id and place(page.parent_id),
                body_hash(page.body or ""),
                wiki.labels_of(page.id),
                {name: file.versions[-1].data for name, file in wiki.files.get(page.id, {}).items()},
            )
            for title, page in pages.items()
        },
        trashed=tuple(
            sorted(h[-1].title for h in wiki.history_of.values() if h[-1].status is Status.TRASHED)
        ),
    )


def all_words(realm: Realm) -> set[str]:
    """Return every word that can still be read somewhere."""
    bodies = (page.body or "" for history in realm.wiki.history_of.values() for page in history)
    return set().union(*map(words, realm.tree.files.values()), *map(words, bodies))


@dataclass
class Stage:
    """A scenario at rest, about to be noticed, and the end that it comes to when nothing goes wrong."""

    scenario: Scenario

    def __post_init__(self) -> None:
        self._begin = settled(self.scenario)
        realm = self.fresh()
        realm.fate.steps = 0
        commands(realm, self.scenario)()
        self.steps = realm.fate.steps
        self.writes = realm.confluence.writes - self._begin.confluence.writes
        come_to_rest(realm, commands(realm, self.scenario))
        self.end = rest(realm)

    def fresh(self) -> Realm:
        """Return a copy of the beginning."""
        return copy.deepcopy(self._begin)

    def killed(self, step: int) -> Realm:
        """Run until the step, die, and run again to the end."""
        realm = self.cut(step)
        come_to_rest(realm, commands(realm, self.scenario))
        return realm

    def cut(self, step: int) -> Realm:
        """Run until the step and die."""
        realm = self.fresh()
        realm.fate.fuse = step
        try:
            commands(realm, self.scenario)()
        except Crash:
            pass
        else:
            raise AssertionError(f"there is no step {step}")
        realm.fate.fuse = None
        return realm

    def unlucky(self, write: int, luck: Luck) -> Realm:
        """Let one write go wrong, and run again to the end; what was late arrives in between."""
        realm = self.fresh()
        realm.fate.lucks = [Luck.FINE] * write + [luck]
        commands(realm, self.scenario)()
        realm.confluence.arrive()
        come_to_rest(realm, commands(realm, self.scenario))
        return realm

    def check(self, realm: Realm) -> None:
        """Compare with the end that nothing disturbed; then ten idle runs must do nothing."""
        assert all_words(self._begin) <= all_words(realm), "text was lost"
        found = rest(realm)
        assert found.pages == self.end.pages
        assert found.files == self.end.files
        assert (found.trashed, found.kept) == (self.end.trashed, self.end.kept)
        assert not realm.tale.broken
        before = everything(realm), counters(realm)
        for _ in range(10):
            commands(realm, self.scenario)()
        assert everything(realm) == before[0], "an idle run changed something"
        if not self.scenario.insists:
            assert counters(realm) == before[1], "an idle run wrote"
