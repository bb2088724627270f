"""The simulation proves little unless it can fail: each deliberately broken engine is caught by it."""

from __future__ import annotations

import pytest
from fakes import FakeLedger, FakeTree
from history import live

from confsync.model import IntentKind
from confsync.planning import known
from confsync.planning.match import Matches
from confsync.planning.table import TABLE, Fate, LocalChange, RemoteChange, Rule, Text
from confsync.sync import pull, writes
from confsync.sync.context import Run
from confsync.sync.recover import Recovery

L, R = LocalChange, RemoteChange
ENOUGH = 3000


def last_writer_wins(patch):
    patch.setitem(TABLE, (L.CHANGED, R.CHANGED), Rule("Broken.", text=Text.PUSH))


def deletion_beats_edit(patch):
    patch.setitem(TABLE, (L.DELETED, R.CHANGED), Rule("Broken.", fate=Fate.TRASH_PAGE))


def no_journal(patch):
    patch.setattr(FakeLedger, "open_intent", lambda self, intent: None)


def no_journal_for_pulls(patch):
    whole = FakeLedger.open_intent

    def some(self, intent):
        if intent.kind is not IntentKind.PULL:
            whole(self, intent)

    patch.setattr(FakeLedger, "open_intent", some)


def conflicts_are_not_held(patch):
    patch.setattr(known, "_is_held", lambda world, row, path: False)


def files_are_written_unseen(patch):
    patch.setattr(FakeTree, "_expect", lambda self, path, expect: None)


def pages_are_written_without_a_last_look_at_the_file(patch):
    patch.setattr(Run, "text", lambda self, path, expect: self.tree.read(path).decode())


def unread_files_count_as_deleted(patch):
    from confsync.model import LocalSnapshot  # noqa: PLC0415

    patch.setattr(LocalSnapshot, "blind_to", lambda self, path: False)


def contested_ids_are_forgotten(patch):
    patch.setattr(Matches, "contested", property(lambda self: set(), lambda self, value: None), raising=False)


def a_change_of_place_vouches_for_the_text(patch):
    patch.setattr(writes, "in_step", lambda row, page: True)
    patch.setattr(pull, "in_step", lambda row, page: True)


def updates_are_closed_without_looking_at_history(patch):
    patch.setattr(Recovery, "_decided", lambda self, intent, page: self.ledger.settle(intent.op))


def creates_are_never_recognised(patch):
    patch.setattr(Recovery, "_create", lambda self, intent: self.ledger.settle(intent.op))


MUTANTS = [
    last_writer_wins,
    deletion_beats_edit,
    no_journal,
    no_journal_for_pulls,
    conflicts_are_not_held,
    files_are_written_unseen,
    pages_are_written_without_a_last_look_at_the_file,
    unread_files_count_as_deleted,
    contested_ids_are_forgotten,
    a_change_of_place_vouches_for_the_text,
    updates_are_closed_without_looking_at_history,
    creates_are_never_recognised,
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.__name__ for m in MUTANTS])
def test_a_broken_engine_is_caught(mutant, monkeypatch):
    mutant(monkeypatch)
    for seed in range(ENOUGH):
        try:
            live(seed)
        except Exception:  # noqa: BLE001  # a broken promise and a crash of the engine are both a catch
            return
    pytest.fail(f"{mutant.__name__} survived {ENOUGH} histories")
