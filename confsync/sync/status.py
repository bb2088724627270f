"""What a sync would do, judged from folder and ledger alone: Confluence is taken to be unchanged."""

from __future__ import annotations

from collections.abc import Mapping

from confsync.model import Direction, DocPath, Folder, Page, PageId, RemoteSnapshot, Space, SpaceId
from confsync.planning.evidence import Evidence, Remembered
from confsync.planning.guards import guard_folder
from confsync.planning.plan import plan
from confsync.planning.policy import Policy
from confsync.planning.world import World
from confsync.sync.details import scan
from confsync.sync.ports import Ledger, LocalTree
from confsync.sync.report import Report, is_worth_telling, one_per_path, planned


def status(tree: LocalTree, ledger: Ledger, policy: Policy) -> Report:
    """Compare the folder with the ledger; no request is made, and no unchanged file is read.

    Raises SideEmptied or RootMissing as a run would.
    """
    decided = plan(offline_world(tree, ledger, policy), Direction.SYNC)
    return Report(one_per_path(planned(a) for a in decided.actions if is_worth_telling(a)))


def offline_world(tree: LocalTree, ledger: Ledger, policy: Policy) -> World:
    """Return the folder as it is beside a Confluence as the ledger remembers it."""
    remembered = Remembered(rows=ledger.rows(), folders=ledger.folders(), attachments=ledger.attachments())
    local = scan(tree, ledger)
    guard_folder(remembered.rows, local)
    named = {
        doc.facts.front_id: path
        for path, doc in local.docs.items()
        if doc.facts.front_id and doc.facts.front_id not in remembered.rows
    }
    there = _remembered_remote(remembered, policy, named)
    # Only Confluence knows whether these pages are there, and what they say.
    evidence = Evidence(equal=frozenset((path, page_id) for page_id, path in named.items()))
    return World(remembered, local, there, evidence, policy)


def _remembered_remote(
    remembered: Remembered, policy: Policy, named: Mapping[PageId, DocPath]
) -> RemoteSnapshot:
    space = Space(id=SpaceId(""), key=policy.space_key, name="", homepage_id=None)
    pages = {
        i: Page(id=i, title=row.title, version=row.version, parent_id=row.parent_id)
        for i, row in remembered.rows.items()
    }
    pages |= {i: Page(id=i, title=path, version=0) for i, path in named.items()}
    folders = {
        i: Folder(id=i, title=row.title, parent_id=row.parent_id, told=False)
        for i, row in remembered.folders.items()
    }
    return RemoteSnapshot(space=space, root_id=policy.root_page, pages=pages, folders=folders)
