"""Random histories in which people also label pages and hang files on them: nothing is lost, and nothing comes back."""

from __future__ import annotations

import os

import pytest
import stand_in
from hangers import live_with_files

from confsync.planning import attached, known
from confsync.planning.attached import FILE_TABLE, Deed, FileChange
from confsync.planning.labels import LabelMerge
from confsync.sync.filing import Filing

SEEDS = int(os.environ.get("CONFSYNC_SEEDS", "2000")) // 20
FIRST = int(os.environ.get("CONFSYNC_FIRST_SEED", "0"))
ENOUGH = int(os.environ.get("CONFSYNC_MUTANT_SEEDS", "300"))


def check(seeds: range) -> None:
    failures = []
    for seed in seeds:
        try:
            live_with_files(seed)
        except AssertionError as err:
            failures.append(str(err))
    assert not failures, f"{len(failures)} of {len(seeds)} histories: " + "\n\n".join(failures[:2])


@pytest.mark.timeout(3600)
def test_every_promise_holds_for_labels_and_attachments(monkeypatch):
    stand_in.put_in_place(monkeypatch.setattr)
    check(range(FIRST, FIRST + SEEDS))


@pytest.mark.timeout(3600)
def test_every_promise_holds_for_labels_and_attachments_with_the_real_converter():
    check(range(FIRST, FIRST + max(SEEDS // 4, 1)))


def files_are_overwritten(patch):
    patch.setitem(FILE_TABLE, (FileChange.CHANGED, FileChange.CHANGED), (Deed.FETCH, "Broken."))


def deleted_files_come_back(patch):
    patch.setitem(FILE_TABLE, (FileChange.GONE, FileChange.SAME), (Deed.FETCH, "Broken."))


def a_dropped_reference_deletes(patch):
    def gone(self, row):
        shown = any(row.path.endswith(link) for link in self.doc.facts.links)
        return seen(self, row) if shown else FileChange.GONE

    seen = attached._Planner._here
    patch.setattr(attached._Planner, "_here", gone)


def labels_are_overwritten(patch):
    def ours(was, here, there, always=()):
        return LabelMerge(
            tuple(sorted(set(here) - set(there))), tuple(sorted(set(there) - set(here))), tuple(sorted(here))
        )

    patch.setattr(known, "merge_labels", ours)


def new_versions_are_noted_and_not_brought(patch):
    def fetch(self, action):
        self._note(action.path, action.attachment, self.run.tree.digest(action.path) or "", action.was)
        return self._entry(action, "done")

    patch.setattr(Filing, "fetch", fetch)


MUTANTS = [
    files_are_overwritten,
    deleted_files_come_back,
    a_dropped_reference_deletes,
    labels_are_overwritten,
    new_versions_are_noted_and_not_brought,
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.__name__ for m in MUTANTS])
def test_an_engine_that_is_broken_there_is_caught(mutant, monkeypatch):
    stand_in.put_in_place(monkeypatch.setattr)
    mutant(monkeypatch)
    for seed in range(ENOUGH):
        try:
            live_with_files(seed)
        except Exception:  # noqa: BLE001  # a broken promise and a crash of the engine are both a catch
            return
    pytest.fail(f"{mutant.__name__} survived {ENOUGH} histories")
