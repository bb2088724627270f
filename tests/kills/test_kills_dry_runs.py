"""A dry run of each thing that confsync does says what the run does, and touches nothing."""

from __future__ import annotations

import pytest
from killing import Stage, counters, everything, settled
from realm import Realm
from scenarios import SCENARIOS, sync

from confsync.model import IntentKind
from confsync.sync.report import Report

SYNCED = [scenario for scenario in SCENARIOS if scenario.commands == (sync,)]
EVERY = 4
"""Of so many steps one is tried, and each at which files were on their way."""


def pairs(report: Report) -> set[tuple[str, str]]:
    return {(entry.action, entry.path) for entry in report.entries}


@pytest.mark.parametrize("scenario", SYNCED, ids=lambda scenario: scenario.name)
def test_a_dry_run_says_what_the_run_does_and_touches_nothing(scenario):
    realm = settled(scenario)
    before = everything(realm), counters(realm), realm.ledger.about
    planned = realm.run(dry_run=True)
    assert (everything(realm), counters(realm), realm.ledger.about) == before
    realm.fate.once.clear()  # nobody interferes: a plan cannot foresee people
    assert pairs(planned) == pairs(realm.run())


@pytest.mark.parametrize("scenario", SYNCED, ids=lambda scenario: scenario.name)
def test_a_dry_run_after_a_killed_run_says_what_the_next_one_does(scenario):
    stage = Stage(scenario)
    for step in range(stage.steps):
        realm = stage.cut(step)
        if step % EVERY and not is_moving_files(realm):
            continue
        realm.fate.once.clear()
        before = everything(realm), counters(realm)
        planned = realm.run(dry_run=True)
        assert (everything(realm), counters(realm)) == before
        assert pairs(planned) == pairs(realm.run()), f"killed at step {step} of {stage.steps}"


def is_moving_files(realm: Realm) -> bool:
    return any(intent.kind is IntentKind.RELOCATE for intent in realm.ledger.intents())
