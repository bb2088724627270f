"""The simulation proves little unless it can fail: each deliberately broken engine is caught by it."""

from __future__ import annotations

import os

import pytest
import stand_in
from history import live
from mutants import MUTANTS, no_journal_for_pulls

ENOUGH = int(os.environ.get("CONFSYNC_MUTANT_SEEDS", "600"))
"""Histories per mutant. `make simulate` takes more: some faults need a rare crash to show."""
RARE = {no_journal_for_pulls}
"""Shown in few histories; the tests that kill runs catch it at once."""


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_engine_is_caught(mutant, monkeypatch):
    if mutant in RARE and ENOUGH < 10000:
        pytest.skip("takes thousands of histories: `make simulate`")
    stand_in.put_in_place(monkeypatch.setattr)
    mutant(monkeypatch)
    for seed in range(ENOUGH):
        try:
            live(seed)
        except Exception:  # noqa: BLE001  # a broken promise and a crash of the engine are both a catch
            print(f"caught by seed {seed}")
            return
    pytest.fail(f"{mutant.__name__} survived {ENOUGH} histories")
