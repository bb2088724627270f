"""A process that works on the ledger is killed at any instant: what it was told is done is there, and nothing half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from confsync.ledger import open_ledger
from confsync.model import BaseTexts, PageId

WRITER = """
import sys
from pathlib import Path
from confsync.ledger import open_ledger
from confsync.model import Base, BaseTexts, DocPath, Intent, IntentKind, OpId, PageId, sha

with open_ledger(Path(sys.argv[1])) as ledger:
    number = len(ledger.rows())
    while True:
        op, texts = OpId(f"op{number}"), BaseTexts(f"m{number} " * 200, f"s{number} " * 200)
        ledger.open_intent(Intent(
            op=op, kind=IntentKind.CREATE, path=DocPath(f"{number}.md"), page_id=None, base_version=0, title="t",
            own_title="t", parent_id=None, source_hash=sha("x"), texts=texts))
        print("intent", number, flush=True)
        ledger.save(Base(
            page_id=PageId(str(number)), path=DocPath(f"{number}.md"), local_hash=sha("x"), version=1,
            body_hash=sha("y"), title="t", own_title="t"), texts, settle=op)
        print("saved", number, flush=True)
        number += 1
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_what_was_acknowledged_before_sigkill_is_there_and_nothing_is_half(tmp_path: Path):
    path = tmp_path / "ledger.db"
    chance = random.Random(3)
    for _ in range(8):
        told = run_and_kill(path, after_lines=chance.randrange(2, 60), then_seconds=chance.random() * 0.01)
        saved = {int(line.split()[1]) for line in told if line.startswith("saved")}
        announced = {int(line.split()[1]) for line in told if line.startswith("intent")}
        with open_ledger(path) as ledger:
            assert ledger.rebuilt is None
            rows, spent = ledger.rows(), ledger.spent()
            assert saved <= {int(page_id) for page_id in rows}
            assert announced - saved <= {int(i.op[2:]) for i in ledger.intents()} | {int(p) for p in rows}
            for page_id in rows:
                expected = BaseTexts(f"m{page_id} " * 200, f"s{page_id} " * 200)
                assert ledger.texts(PageId(page_id)) == expected
                assert spent[f"op{page_id}"] == page_id
            for intent in ledger.intents():
                ledger.settle(intent.op)


def run_and_kill(path: Path, *, after_lines: int, then_seconds: float) -> list[str]:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as output:
        told = [output.readline() for _ in range(after_lines)]
        time.sleep(then_seconds)  # the instant of the kill is the test's chance, not a wait for something
        process.send_signal(signal.SIGKILL)
        told += output.readlines()
    process.wait()
    return [line for line in told if line.endswith("\n")]


def test_what_a_transaction_says_is_done_is_on_the_disk_when_the_power_fails(tmp_path: Path):
    with open_ledger(tmp_path / "ledger.db") as ledger:
        connection = ledger._db.conn
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,), (
            "FULL: the log is synced at each commit"
        )
