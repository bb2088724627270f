"""One folder, one Confluence and one ledger in memory, and runs of the engine between them."""

from __future__ import annotations

import random

from fake_confluence import FakeConfluence
from fake_datacenter import FakeDataCenter
from fake_ledger import FakeLedger
from fake_tree import FakeTree
from fate import CountedOps, Fate, Tale
from wiki import Wiki

from confsync.model import Direction, Flavor
from confsync.planning.policy import Policy
from confsync.sync.cycle import Cycle
from confsync.sync.lanes import Lanes
from confsync.sync.report import Report

POLICY = Policy(space_key="DOCS", max_deletes=99)


class Realm:
    """All that a run works on. Copies of it are worlds of their own, as long as nothing is under way."""

    def __init__(self, seed: int = 0, policy: Policy = POLICY, flavor: Flavor = Flavor.CLOUD) -> None:
        self.rng = random.Random(seed)
        self.policy = policy
        self.fate, self.tale, self.wiki = Fate(self.rng), Tale(), Wiki()
        fake = FakeConfluence if flavor is Flavor.CLOUD else FakeDataCenter
        self.confluence = fake(self.fate, self.tale, self.wiki)
        self.tree, self.ledger = FakeTree(self.fate, self.tale), FakeLedger(self.fate)
        self.ops = CountedOps()

    def run(
        self, direction: Direction = Direction.SYNC, policy: Policy | None = None, *, dry_run: bool = False
    ) -> Report:
        """Run one cycle. Crash when the fuse burns down; a ConfsyncError when the cycle is ended by one."""
        cycle = Cycle(
            remote=self.confluence,
            tree=self.tree,
            ledger=self.ledger.copied() if dry_run else self.ledger,
            ops=self.ops,
            policy=policy or self.policy,
            lanes=Lanes(1),
        )
        return cycle.run(direction, dry_run=dry_run)
