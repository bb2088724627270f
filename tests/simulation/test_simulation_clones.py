"""Random histories of two clones on one space, with ledgers of their own or with copies of one: the promises hold for both."""

from __future__ import annotations

import os

import pytest
import stand_in
from clones import live

SEEDS = int(os.environ.get("CONFSYNC_SEEDS", "2000")) // 20
"""Histories with the stand-in converter; for ten of them, one with the real converter."""
FIRST = int(os.environ.get("CONFSYNC_FIRST_SEED", "0"))


@pytest.mark.timeout(3600)
def test_every_promise_holds_for_two_clones(monkeypatch):
    stand_in.put_in_place(monkeypatch.setattr)
    for seed in range(FIRST, FIRST + max(SEEDS, 1)):
        live(seed)


@pytest.mark.timeout(3600)
def test_every_promise_holds_for_two_clones_with_the_real_converter():
    for seed in range(FIRST, FIRST + max(SEEDS // 10, 1)):
        live(seed)
