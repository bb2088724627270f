"""The simulation proves little unless it can fail: each deliberately broken engine is caught by it."""

from __future__ import annotations

import os

import pytest
import stand_in
from history import live
from mutants import MUTANTS, no_journal_for_pulls

ENOUGH = int(os.environ.get("CONFSYNC_MUTANT_SEEDS", "2000"))
"""Histories per mutant. `make simulate` takes more: some faults need a rare crash to show."""
ELSEWHERE = {no_journal_for_pulls}
"""Histories cannot tell it from people who edit what a killed run brought; the tests that kill runs can."""


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "mutant", [m for m in MUTANTS if m not in ELSEWHERE], ids=lambda mutant: mutant.__name__
)
def test_a_broken_engine_is_caught(mutant, monkeypatch):
    stand_in.put_in_place(monkeypatch.setattr)
    mutant(monkeypatch)
    for seed in range(ENOUGH):
        try:
            live(seed)
        except Exception:  # noqa: BLE001  # a broken promise and a crash of the engine are both a catch
            print(f"caught by seed {seed}")
            return
    pytest.fail(f"{mutant.__name__} survived {ENOUGH} histories")
