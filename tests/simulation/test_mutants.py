"""The simulation proves little unless it can fail: each deliberately broken engine is caught by it."""

from __future__ import annotations

import os

import pytest
from fake_ledger import FakeLedger
from fake_tree import FakeTree
from history import live

from confsync.model import LocalSnapshot
from confsync.planning import known
from confsync.planning.table import TABLE, Fate, LocalChange, RemoteChange, Rule, Text
from confsync.sync import pull, writes
from confsync.sync.recover import Recovery

L, R = LocalChange, RemoteChange
ENOUGH = int(os.environ.get("CONFSYNC_MUTANT_SEEDS", "400"))
"""Histories per mutant. `make simulate` takes more: some faults need a rare crash to show."""


def last_writer_wins(patch):
    patch.setitem(TABLE, (L.CHANGED, R.CHANGED), Rule("Broken.", text=Text.PUSH))


def deletion_beats_edit(patch):
    patch.setitem(TABLE, (L.DELETED, R.CHANGED), Rule("Broken.", fate=Fate.TRASH_PAGE))


def no_journal(patch):
    patch.setattr(FakeLedger, "open_intent", lambda self, intent: None)


def conflicts_are_not_held(patch):
    patch.setattr(known, "is_held", lambda world, row, path: False)


def files_are_written_unseen(patch):
    patch.setattr(FakeTree, "_expect", lambda self, path, expect: None)


def unread_files_count_as_deleted(patch):
    patch.setattr(LocalSnapshot, "blind_to", lambda self, path: False)


def a_change_of_place_vouches_for_the_text(patch):
    patch.setattr(writes, "in_step", lambda row, page: True)
    patch.setattr(pull, "in_step", lambda row, page: True)


def updates_are_closed_without_looking_at_history(patch):
    patch.setattr(Recovery, "_decided", lambda self, intent, page: self.ledger.settle(intent.op))


RARE = [no_journal, updates_are_closed_without_looking_at_history]
MUTANTS = [
    last_writer_wins,
    deletion_beats_edit,
    conflicts_are_not_held,
    files_are_written_unseen,
    unread_files_count_as_deleted,
    a_change_of_place_vouches_for_the_text,
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.__name__ for m in MUTANTS])
def test_a_broken_engine_is_caught(mutant, monkeypatch):
    catch(mutant, monkeypatch)


@pytest.mark.timeout(3600)
@pytest.mark.skipif(ENOUGH < 2000, reason="takes thousands of histories: `make simulate`")
@pytest.mark.parametrize("mutant", RARE, ids=[m.__name__ for m in RARE])
def test_an_engine_whose_fault_shows_rarely_is_caught(mutant, monkeypatch):
    catch(mutant, monkeypatch)


def catch(mutant, monkeypatch):
    mutant(monkeypatch)
    for seed in range(ENOUGH):
        try:
            live(seed)
        except Exception:  # noqa: BLE001  # a broken promise and a crash of the engine are both a catch
            return
    pytest.fail(f"{mutant.__name__} survived {ENOUGH} histories")
