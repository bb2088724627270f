"""What is put into the ledger is what comes out, after closing and opening the file again each time."""

from __future__ import annotations

import dataclasses
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_values import (
    attachments,
    bases,
    cached_files,
    facts,
    folders,
    hostile,
    intents,
    metas,
    texts,
)

from confsync.ledger import SqliteLedger, open_ledger
from confsync.ledger.columns import pack_facts, unpack_facts
from confsync.model import Base, BaseTexts, CachedFile, DocPath, Intent, IntentKind, OpId, PageId, Stat, sha

T = TypeVar("T")
law = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])


class Reopened:
    """A ledger that is closed and opened again around every single call."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def do(self, call: Callable[[SqliteLedger], T]) -> T:
        with open_ledger(self.path) as ledger:
            assert ledger.rebuilt is None
            done = call(ledger)
            assert not ledger._db.conn.in_transaction
            return done


@pytest.fixture
def ledger(tmp_path: Path) -> Reopened:
    return Reopened(tmp_path / "ledger.db")


def fresh() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="ledger-")


def row(page_id: str, path: str, version: int = 1) -> Base:
    return Base(
        page_id=PageId(page_id),
        path=DocPath(path),
        local_hash=sha("l"),
        version=version,
        body_hash=sha("b"),
        title="T",
        own_title="T",
    )


@law
@given(bases, texts)
def test_a_row_and_its_texts_come_back_as_they_were(row: Base, base_texts: BaseTexts):
    with fresh() as folder:
        ledger = Reopened(Path(folder, "l.db"))
        ledger.do(lambda it: it.save(row, base_texts))
        assert ledger.do(lambda it: it.rows()) == {row.page_id: row}
        assert ledger.do(lambda it: it.texts(row.page_id)) == base_texts


@law
@given(st.lists(bases, max_size=6, unique_by=(lambda r: r.page_id, lambda r: r.path)), st.data())
def test_many_rows_come_back_in_the_order_of_their_paths_and_go_when_forgotten(
    rows: list[Base], data: st.DataObject
):
    with fresh() as folder:
        ledger = Reopened(Path(folder, "l.db"))
        for one in rows:
            ledger.do(lambda it, one=one: it.save(one))
        assert ledger.do(lambda it: it.rows()) == {one.page_id: one for one in rows}
        for one in data.draw(st.permutations(rows)):
            ledger.do(lambda it, one=one: it.forget(one.page_id))
        assert ledger.do(lambda it: it.rows()) == {}


@law
@given(folders, attachments, metas)
def test_folders_attachments_and_the_owner_come_back_as_they_were(folder_row, attachment, meta):
    with fresh() as folder:
        ledger = Reopened(Path(folder, "l.db"))
        ledger.do(lambda it: it.save_folder(folder_row))
        ledger.do(lambda it: it.save_attachment(attachment))
        ledger.do(lambda it: it.set_meta(meta))
        assert ledger.do(lambda it: it.folders()) == {folder_row.folder_id: folder_row}
        assert ledger.do(lambda it: it.attachments()) == {attachment.page_id: (attachment,)}
        assert ledger.do(lambda it: it.meta()) == meta
        ledger.do(lambda it: it.forget_folder(folder_row.folder_id))
        ledger.do(lambda it: it.forget_attachment(attachment.page_id, attachment.name))
        assert ledger.do(lambda it: it.folders()) == {}
        assert ledger.do(lambda it: it.attachments()) == {}


@law
@given(st.lists(intents, max_size=5, unique_by=lambda i: i.op))
def test_intents_come_back_oldest_first_with_their_texts(opened):
    with fresh() as folder:
        ledger = Reopened(Path(folder, "l.db"))
        for intent in opened:
            ledger.do(lambda it, intent=intent: it.open_intent(intent))
        assert ledger.do(lambda it: it.intents()) == opened
        for intent in opened:
            ledger.do(lambda it, intent=intent: it.settle(intent.op, spent_on=PageId("7")))
        assert ledger.do(lambda it: it.intents()) == []
        assert ledger.do(lambda it: it.spent()) == {intent.op: "7" for intent in opened}


@law
@given(st.dictionaries(hostile, cached_files, max_size=4), st.dictionaries(hostile, cached_files, max_size=4))
def test_the_file_cache_is_replaced_by_the_next_one(first, second):
    with fresh() as folder:
        ledger = Reopened(Path(folder, "l.db"))
        for cache in (first, second):
            ledger.do(lambda it, cache=cache: it.save_file_cache(cache))
            assert ledger.do(lambda it: it.file_cache()) == cache


@settings(max_examples=300)
@given(st.none() | facts)
def test_facts_come_back_as_they_were(known):
    assert unpack_facts(pack_facts(known)) == known


def test_a_row_takes_the_place_of_another_one_on_its_path_with_all_that_hangs_on_it(ledger: Reopened):
    ledger.do(lambda it: it.save(row("1", "a.md"), BaseTexts("m", "s")))
    ledger.do(lambda it: it.save(row("2", "a.md"), BaseTexts("m2", "s2")))
    assert list(ledger.do(lambda it: it.rows())) == ["2"]
    assert ledger.do(lambda it: it.texts(PageId("1"))) == BaseTexts()
    gone = ledger.do(lambda it: it.departure(PageId("1")))
    assert gone is not None
    assert (gone.row.path, gone.texts) == ("a.md", BaseTexts("m", "s"))
    assert blob_count(ledger) == 4


def test_a_row_that_moves_keeps_its_texts(ledger: Reopened):
    ledger.do(lambda it: it.save(row("1", "a.md"), BaseTexts("m", "s")))
    ledger.do(lambda it: it.save(row("1", "b.md", version=2)))
    assert ledger.do(lambda it: it.rows())["1"].path == "b.md"
    assert ledger.do(lambda it: it.texts(PageId("1"))) == BaseTexts("m", "s")


def test_texts_of_an_unknown_page_are_empty(ledger: Reopened):
    assert ledger.do(lambda it: it.texts(PageId("nobody"))) == BaseTexts()


def test_saving_settles_the_intent_and_remembers_the_operation_in_the_same_transaction(ledger: Reopened):
    with open_ledger(ledger.path) as it:
        it.open_intent(intent_of("op1"))
    ledger.do(lambda it: it.save(row("1", "a.md"), settle=OpId("op1")))
    assert ledger.do(lambda it: it.intents()) == []
    assert ledger.do(lambda it: it.spent()) == {"op1": "1"}


def test_forgetting_settles_without_remembering_the_operation(ledger: Reopened):
    ledger.do(lambda it: it.save(row("1", "a.md")))
    ledger.do(lambda it: it.open_intent(intent_of("op1")))
    ledger.do(lambda it: it.forget(PageId("1"), settle=OpId("op1")))
    assert ledger.do(lambda it: (it.rows(), it.intents(), it.spent())) == ({}, [], {})


def test_settling_what_is_not_open_is_no_error(ledger: Reopened):
    ledger.do(lambda it: it.settle(OpId("never")))
    assert ledger.do(lambda it: it.spent()) == {}


def test_an_intent_opened_twice_is_one_and_keeps_its_place(ledger: Reopened):
    for op in ("a", "b"):
        ledger.do(lambda it, op=op: it.open_intent(intent_of(op)))
    ledger.do(lambda it: it.open_intent(dataclasses.replace(intent_of("a"), page_id=PageId("9"))))
    assert [(i.op, i.page_id) for i in ledger.do(lambda it: it.intents())] == [("a", "9"), ("b", None)]


def intent_of(op: str, texts: BaseTexts | None = None):
    return Intent(
        op=OpId(op),
        kind=IntentKind.CREATE,
        path=DocPath("a.md"),
        page_id=None,
        base_version=0,
        title="T",
        own_title="T",
        parent_id=None,
        source_hash=sha("s"),
        texts=texts or BaseTexts("m", "s"),
    )


# ---- texts ------------------------------------------------------------------------------------------------------


def blob_count(ledger: Reopened) -> int:
    return ledger.do(lambda it: it._db.execute("SELECT count(*) FROM blob").fetchone()[0])


def test_equal_texts_are_kept_once_and_go_with_the_last_that_refers_to_them(ledger: Reopened):
    ledger.do(lambda it: it.open_intent(intent_of("op1")))
    ledger.do(lambda it: it.save(row("1", "a.md"), BaseTexts("m", "s")))
    ledger.do(lambda it: it.save(row("2", "b.md"), BaseTexts("m", "m")))
    assert blob_count(ledger) == 2
    ledger.do(lambda it: it.settle(OpId("op1")))
    ledger.do(lambda it: it.forget(PageId("1")))
    assert blob_count(ledger) == 2, "the page may come back"
    ledger.do(lambda it: it.save(row("1", "a.md"), BaseTexts(None, "m")))
    assert blob_count(ledger) == 1
    ledger.do(lambda it: it.save(row("1", "a.md"), BaseTexts(None, None)))
    assert ledger.do(lambda it: it.texts(PageId("2"))) == BaseTexts("m", "m")
    ledger.do(lambda it: it.save(row("2", "b.md"), BaseTexts(None, None)))
    assert blob_count(ledger) == 0


@pytest.mark.parametrize("damage", [b"\x00\xff", zlib.compress(b"another text"), zlib.compress(b"\xff"), b""])
def test_a_text_that_the_disk_damaged_is_none_and_the_other_one_is_whole(ledger: Reopened, damage: bytes):
    ledger.do(lambda it: it.save(row("1", "a.md"), BaseTexts("m", "s")))
    ledger.do(lambda it: it._db.execute("UPDATE blob SET zlib = ? WHERE hash = ?", [damage, sha("m")]))
    assert ledger.do(lambda it: it.texts(PageId("1"))) == BaseTexts(None, "s")


def test_a_text_of_four_mebibytes_is_kept(ledger: Reopened):
    large = "".join(f"<p>{number} ä</p>" for number in range(300_000))
    ledger.do(lambda it: it.save(row("1", "a.md"), BaseTexts(large, large[::-1])))
    assert ledger.do(lambda it: it.texts(PageId("1"))) == BaseTexts(large, large[::-1])


# ---- the file cache ---------------------------------------------------------------------------------------------


def test_saving_an_unchanged_file_cache_writes_nothing(ledger: Reopened):
    cache = {f"{n}.md": CachedFile(Stat(n, 1, 1, 1), sha("x")) for n in range(50)}
    with open_ledger(ledger.path) as it:
        it.save_file_cache(cache)
        before = it._db.conn.total_changes
        it.save_file_cache(dict(cache))
        assert it._db.conn.total_changes == before
        it.save_file_cache(cache | {"0.md": CachedFile(Stat(0, 2, 1, 1), sha("y"))})
        assert it._db.conn.total_changes == before + 1
