"""How a round begins: whose place this is, the folder as it is, and the intents that a killed run left, settled.

Each step halts rather than go on with a folder that is not the one the ledger knows. Nothing is planned here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from confsync.errors import RootMissing
from confsync.model import LedgerMeta, LocalSnapshot, Site, Space
from confsync.planning.guards import guard_folder, guard_place
from confsync.planning.policy import Policy
from confsync.sync.details import scan
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.recover import Recovered, Recovery
from confsync.sync.report import Entry, relinked
from confsync.sync.translate import CONVERTER


@dataclass(frozen=True, slots=True)
class Beginning:
    """The steps before Confluence is read. A dry run leaves the folder without a marker."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    policy: Policy
    dry_run: bool = field(kw_only=True)

    def scan(self) -> LocalSnapshot:
        """Read the folder. RootMissing or SideEmptied when it is not the one that the ledger remembers."""
        local = scan(self.tree, self.ledger)
        if not self.tree.same_root():
            raise RootMissing("the folder was replaced while it was read")
        guard_folder(self.ledger.rows(), local)
        self.ledger.save_file_cache(local.cache)
        return local

    def guard_place(self, site: Site, space: Space, local: LocalSnapshot) -> LedgerMeta:
        """Give a new ledger this place and return whose it is; OtherPlace when it belongs to another one."""
        known = self.ledger.meta()
        marker = local.root_id or ("" if self.dry_run or known else self.tree.mark_root())
        made_by = known.converter if known else CONVERTER
        learned = known is not None and known.learned
        here = LedgerMeta(
            base_url=site.base_url, space_id=space.id, root_id=marker, converter=made_by, learned=learned
        )
        guard_place(known, here)
        if known != here and not self.dry_run:
            self.ledger.set_meta(here)
        return here

    def recover(
        self, site: Site, space: Space, local: LocalSnapshot, *, links: bool
    ) -> tuple[Recovered, LocalSnapshot]:
        """Settle open intents; return what that did to files, and the folder as it is then. `links`: correct those, too."""
        recovered = Recovery(self.remote, self.tree, self.ledger, space, site.flavor, links=links).run(local)
        if recovered.moved:
            local = self.scan()
        guard_folder(self.ledger.rows(), local)  # recovery may have found pages that no row knew before
        return recovered, local

    def linked(self, recovered: Recovered) -> list[Entry]:
        """Return the entries of documents whose links recovery corrected."""
        pages = {row.path: row.page_id for row in self.ledger.rows().values()}
        return [relinked(path, pages.get(path)) for path in sorted(recovered.linked)]
