"""A dry run of each thing that confsync does says what the run does, and touches nothing."""

from __future__ import annotations

import pytest
from killing import counters, everything, settled
from scenarios import SCENARIOS, sync

from confsync.sync.report import Report


def pairs(report: Report) -> set[tuple[str, str]]:
    return {(entry.action, entry.path) for entry in report.entries}


@pytest.mark.parametrize(
    "scenario", [s for s in SCENARIOS if s.commands == (sync,)], ids=lambda scenario: scenario.name
)
def test_a_dry_run_says_what_the_run_does_and_touches_nothing(scenario):
    realm = settled(scenario)
    before = everything(realm), counters(realm), realm.ledger.about
    planned = realm.run(dry_run=True)
    assert (everything(realm), counters(realm), realm.ledger.about) == before
    realm.fate.once.clear()  # nobody interferes: a plan cannot foresee people
    assert pairs(planned) == pairs(realm.run())
