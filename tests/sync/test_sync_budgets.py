"""What each kind of run costs, in requests, on either Confluence: counted by the server, with folders and files.

Cloud lists 250 pages at once, Data Center 100.
"""

from __future__ import annotations

import os
from math import ceil

import pytest
from sync_home import Home

from confsync.errors import ExitCode
from confsync.sandbox import Sandbox

SIZES = [int(n) for n in os.environ.get("CONFSYNC_BUDGET_PAGES", "50,500").split(",")]
FILES, LABELLED, DIRECTORIES = 6, 3, 10


class Tree:
    """A tree of so many pages in directories without a page, pushed once; `parts` are those of a listing."""

    def __init__(self, home: Home, pages: int, flavor: str) -> None:
        self.home, self.pages, self.flavor = home, pages, flavor
        # the homepage, and the pages that stand in for directories
        others = 1 if flavor == "cloud" else 1 + DIRECTORIES
        self.places = DIRECTORIES
        at_once = 250 if flavor == "cloud" else 100
        self.parts = ceil((pages + others) / at_once)
        # an idle run costs no more where the homepage takes an answer of the listing for itself
        self.idle_parts = ceil((pages + others - 1) / at_once)
        self.fill()
        assert home.push().exit_code == ExitCode.IN_SYNC
        self.first_push = home.sandbox.requests.total

    def fill(self) -> None:
        for n in range(self.pages):
            head = "---\nlabels: [x]\n---\n" if n < LABELLED else ""
            image = f"\n![x](img/{n}.png)\n" if n < FILES else ""
            self.home.write(_path(n), f"{head}# Page {n}\n\ntext {n}\n{image}")
        for n in range(FILES):
            self.home.write(f"{_path(n).rpartition('/')[0]}/img/{n}.png", b"\x89PNG" + bytes([n]))

    def clone(self, name: str) -> Home:
        clone = self.home.twin(name)
        for path, data in self.home.files().items():
            clone.write(path, data)
        return clone


def _path(n: int) -> str:
    """Every other directory lies in one that holds no document itself."""
    place = n % DIRECTORIES
    return f"d{place}/p{n:04}.md" if place % 5 else f"deep{place}/in/p{n:04}.md"


@pytest.fixture(scope="module", params=[(f, n) for f in ("cloud", "datacenter") for n in SIZES], ids=str)
def tree(request, tmp_path_factory):
    flavor, pages = request.param
    with Sandbox(flavor=flavor, search_lag=0.0) as running:
        yield Tree(Home(tmp_path_factory.mktemp("budget") / "docs", running), pages, flavor)
        assert running.crashes == []


def cost(home, budget):
    total = home.sandbox.requests.total
    assert total <= budget, dict(home.sandbox.requests.by_route())


def test_a_first_push_costs_two_writes_a_page(tree):
    places = 2 + tree.places
    assert tree.first_push <= 2 * tree.pages + 2 * places + FILES + tree.parts + 5 + LABELLED


@pytest.mark.parametrize("run", ["push", "sync", "pull"])
def test_nothing_to_do_costs_a_listing(tree, run):
    assert getattr(tree.home, run)().exit_code == ExitCode.IN_SYNC
    cost(tree.home, tree.idle_parts + 5)
    assert tree.home.writes == []


@pytest.mark.parametrize("run", ["push", "sync"])
def test_nothing_to_do_in_a_fresh_clone_costs_a_listing(tree, run):
    clone = tree.clone(f"clone-{run}")
    assert getattr(clone, run)().exit_code == ExitCode.IN_SYNC
    cost(clone, tree.parts + 7)
    assert clone.writes == []
    assert clone.sync().exit_code == ExitCode.IN_SYNC
    cost(clone, tree.parts + 5)


@pytest.mark.parametrize("run", ["push", "sync"])
def test_one_edited_file_costs_a_look_and_a_write_more(tree, run):
    tree.home.edit(_path(31), "text 31", f"text 31, {run}")
    assert getattr(tree.home, run)().exit_code == ExitCode.IN_SYNC
    cost(tree.home, tree.idle_parts + 7)
    assert len(tree.home.writes) == 1
    tree.home.edit(_path(31), f"text 31, {run}", "text 31")
    assert tree.home.push().exit_code == ExitCode.IN_SYNC


def test_a_first_pull_costs_a_listing_with_bodies_and_the_files(tree):
    other = tree.home.twin("pulled")
    assert other.pull().exit_code == ExitCode.IN_SYNC
    assert len(other.files()) == tree.pages + FILES
    # the folders that only a look at each tells of; search tells of the files of all pages at once
    looks = 2 if tree.flavor == "cloud" else 0
    cost(other, 2 * tree.parts + FILES + 5 + looks)
