"""The ledger in SQLite keeps what every ledger promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_contract import LedgerContract

from confsync.ledger import SqliteLedger, open_ledger


class TestSqliteLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[SqliteLedger]:
        with open_ledger(tmp_path / "ledger.db") as found:
            yield found
