"""Engines that are broken on purpose: what a test of the engine must not let pass.

The first eight are those that every two-way sync must be afraid of; the others are our own.
"""

from __future__ import annotations

from fake_ledger import FakeLedger
from fake_tree import FakeTree

from confsync.model import IntentKind, LocalSnapshot, Status
from confsync.planning import classify, known
from confsync.planning.table import TABLE, Fate, LocalChange, RemoteChange, Rule, Text
from confsync.sync import fetch, investigate, pull, writes
from confsync.sync.push import Pusher
from confsync.sync.recover import Recovery

L, R = LocalChange, RemoteChange


def last_writer_wins(patch):
    patch.setitem(TABLE, (L.CHANGED, R.CHANGED), Rule("Broken.", text=Text.PUSH))


def deletion_beats_edit(patch):
    patch.setitem(TABLE, (L.DELETED, R.CHANGED), Rule("Broken.", fate=Fate.TRASH_PAGE))


def no_journal(patch):
    journal = FakeLedger.open_intent

    def only_moves(self, intent):
        if intent.kind is IntentKind.RELOCATE:  # is read back by the one who writes it
            journal(self, intent)

    patch.setattr(FakeLedger, "open_intent", only_moves)


def no_journal_for_pulls(patch):
    patch.setattr(Recovery, "_pull", lambda self, intent: self.ledger.settle(intent.op))


def conflicts_are_not_held(patch):
    patch.setattr(known, "is_held", lambda world, row, path: False)


def files_are_written_unseen(patch):
    patch.setattr(FakeTree, "_expect", lambda self, path, expect: None)


def creates_are_never_recognised(patch):
    patch.setattr(Recovery, "_create", lambda self, intent: self.ledger.settle(intent.op))
    patch.setattr(investigate.Investigation, "unfinished", lambda self, world: {})


def updates_are_closed_without_looking_at_history(patch):
    patch.setattr(Recovery, "_decided", lambda self, intent, page: self.ledger.settle(intent.op))


def unread_files_count_as_deleted(patch):
    """Neither the plan nor the last look asks whether a file that was not read may be there."""
    patch.setattr(LocalSnapshot, "blind_to", lambda self, path: False)
    patch.setattr(Pusher, "_must_be_gone", lambda self, action: None)


def a_change_of_place_vouches_for_the_text(patch):
    patch.setattr(writes, "in_step", lambda row, page: True)
    patch.setattr(pull, "in_step", lambda row, page: True)


def what_is_not_listed_is_deleted(patch):
    patch.setattr(fetch.Fetching, "_lost", lambda self, missing: dict.fromkeys(missing, Status.TRASHED))


def versions_say_nothing(patch):
    patch.setattr(classify, "body_changed", lambda world, row, page: False)


MUTANTS = [
    last_writer_wins,
    deletion_beats_edit,
    no_journal,
    no_journal_for_pulls,
    conflicts_are_not_held,
    files_are_written_unseen,
    creates_are_never_recognised,
    updates_are_closed_without_looking_at_history,
    unread_files_count_as_deleted,
    a_change_of_place_vouches_for_the_text,
    what_is_not_listed_is_deleted,
    versions_say_nothing,
]
