"""Random histories with crashes, lost answers and people typing: the promises hold in every one."""

from __future__ import annotations

import os

import pytest
import stand_in
from history import live

from confsync.model import Flavor

SEEDS = int(os.environ.get("CONFSYNC_SEEDS", "2000"))
"""Histories with the stand-in converter; for twenty of them, one with the real converter."""
FIRST = int(os.environ.get("CONFSYNC_FIRST_SEED", "0"))
LOT = 100


def lots(seeds: int, size: int) -> list[range]:
    """Cut the seeds into lots that may run side by side."""
    return [range(first, min(first + size, FIRST + seeds)) for first in range(FIRST, FIRST + seeds, size)]


def check(seeds: range, flavor: Flavor = Flavor.CLOUD) -> None:
    failures = []
    for seed in seeds:
        try:
            live(seed, flavor)
        except AssertionError as err:
            failures.append(str(err))
    assert not failures, f"{len(failures)} of {len(seeds)} histories: " + "\n\n".join(failures[:2])


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seeds", lots(SEEDS, max(LOT, SEEDS // 50)), ids=str)
def test_every_promise_holds_in_every_history(seeds, monkeypatch):
    stand_in.put_in_place(monkeypatch.setattr)
    check(seeds)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seeds", lots(max(SEEDS // 20, 1), max(LOT // 4, SEEDS // 500)), ids=str)
def test_every_promise_holds_in_every_history_with_the_real_converter(seeds):
    check(seeds)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seeds", lots(max(SEEDS // 4, 1), max(LOT, SEEDS // 200)), ids=str)
def test_every_promise_holds_in_every_history_with_a_data_center(seeds, monkeypatch):
    stand_in.put_in_place(monkeypatch.setattr)
    check(seeds, Flavor.DATACENTER)


def test_a_seed_tells_one_history():
    assert live(7).log == live(7).log


def test_a_put_of_the_stand_in_changes_what_was_changed_and_nothing_else():
    converter = stand_in.StandIn()
    storage = '<p local-id="1">one</p><p class="x">two</p>'
    edited = converter.put_storage("one\n\ntwo\n", storage, "one\n\n2 &\nmore\n").text
    assert edited == '<p local-id="1">one</p><p>2 &amp; more</p>'
    wrapped = "one\n\ntwo\nlines\n"
    both = converter.put_storage("one\n\ntwo\n", storage, wrapped).text
    assert converter.put_markdown(both, wrapped, both.replace("one", "1")).text == "1\n\ntwo\nlines\n"
