"""What a run costs on Data Center, in requests: a listing shows 100 pages at most, 50 with their bodies."""

from __future__ import annotations

from math import ceil

import pytest
from conftest import Home

from confsync.errors import ExitCode
from confsync.sandbox import Sandbox

PAGES, FILES = 230, 6


@pytest.fixture(scope="module")
def pushed(tmp_path_factory):
    """A tree that was pushed once, and how many requests that took."""
    with Sandbox(flavor="datacenter", search_lag=0.0) as running:
        home = Home(tmp_path_factory.mktemp("budget") / "docs", running)
        for n in range(PAGES):
            image = f"\n![x](img/{n}.png)\n" if n < FILES else ""
            home.write(f"d{n % 4}/p{n:03}.md", f"# Page {n}\n\ntext {n}\n{image}")
        for n in range(FILES):
            home.write(f"d{n % 4}/img/{n}.png", b"\x89PNG" + bytes([n]))
        report = home.push()
        assert report.exit_code == ExitCode.IN_SYNC
        yield home, running.requests.total
        assert running.crashes == []


def cost(home, budget):
    total = home.sandbox.requests.total
    assert total <= budget, dict(home.sandbox.requests.by_route())
    return total


PARTS = ceil((PAGES + 5) / 100)
"""Parts of a listing of the space: the pages, the homepage, and the places of four directories."""


def test_a_first_push_costs_two_writes_a_page(pushed):
    _home, total = pushed
    assert total <= 2 * (PAGES + 4) + FILES + PARTS + 5


def test_nothing_to_do_costs_a_listing(pushed):
    home, _total = pushed
    for run in (home.push, home.sync, home.pull):
        assert run().exit_code == ExitCode.IN_SYNC
        cost(home, PARTS + 5)
        assert home.writes == []


def test_nothing_to_do_in_a_fresh_clone_costs_a_listing(pushed):
    home, _total = pushed
    clone = home.twin("clone")
    for path, data in home.files().items():
        clone.write(path, data)
    assert clone.push().exit_code == ExitCode.IN_SYNC
    cost(clone, PARTS + 7)
    assert clone.writes == []


def test_one_edited_file_costs_a_listing_a_look_and_a_write(pushed):
    home, _total = pushed
    home.edit("d1/p101.md", "text 101", "text one hundred and one")
    assert home.push().exit_code == ExitCode.IN_SYNC
    cost(home, PARTS + 7)
    assert len(home.writes) == 1


def test_a_first_pull_costs_a_listing_with_bodies_and_the_files(pushed):
    home, _total = pushed
    other = home.twin("pulled")
    assert other.pull().exit_code == ExitCode.IN_SYNC
    assert len(other.files()) == PAGES + FILES
    # each page with files is asked for them: no bulk call tells their names
    cost(other, 2 * PARTS + FILES + 5 + FILES)
