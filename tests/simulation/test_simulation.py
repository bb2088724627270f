"""Random histories with crashes, lost answers and people typing: the promises hold in every one."""

from __future__ import annotations

import os

import pytest
from history import live

SEEDS = int(os.environ.get("CONFSYNC_SEEDS", "100"))
FIRST = int(os.environ.get("CONFSYNC_FIRST_SEED", "0"))


@pytest.mark.timeout(3600)
def test_every_promise_holds_in_every_history():
    failures = []
    for seed in range(FIRST, FIRST + SEEDS):
        try:
            live(seed)
        except AssertionError as err:
            failures.append(str(err))
    assert not failures, f"{len(failures)} of {SEEDS} histories: " + "\n\n".join(failures[:2])


def test_a_seed_tells_one_history():
    assert live(7).log == live(7).log
