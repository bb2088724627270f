"""Random histories under a daemon: what it brings over in the light of its last look keeps every promise, too."""

from __future__ import annotations

import os

import pytest
import stand_in
from vigil import live

SEEDS = int(os.environ.get("CONFSYNC_SEEDS", "2000")) // 10
"""Histories with the stand-in converter; for ten of them, one with the real converter."""
FIRST = int(os.environ.get("CONFSYNC_FIRST_SEED", "0"))


@pytest.mark.timeout(3600)
def test_every_promise_holds_while_a_daemon_watches(monkeypatch):
    stand_in.put_in_place(monkeypatch.setattr)
    lives = [live(seed) for seed in range(FIRST, FIRST + max(SEEDS, 1))]
    for way in ("push", "pull"):  # else this proves nothing that other histories do not
        assert sum(vigil.quick[way] for vigil in lives) > len(lives) // 4


@pytest.mark.timeout(3600)
def test_every_promise_holds_while_a_daemon_watches_with_the_real_converter():
    for seed in range(FIRST, FIRST + max(SEEDS // 10, 1)):
        live(seed)
