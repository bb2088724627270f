"""What every `Ledger` promises, as tests: inherit and provide the fixture `ledger`, a new one."""

from __future__ import annotations

from dataclasses import replace

from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    CachedFile,
    Departed,
    DocPath,
    FolderBase,
    Intent,
    IntentKind,
    LedgerMeta,
    OpId,
    PageId,
    RowState,
    SpaceId,
    Stat,
    sha,
)
from confsync.sync.ports import Ledger

ONE, TWO, THREE = PageId("1"), PageId("2"), PageId("3")


def row(page_id: PageId = ONE, path: str = "a.md") -> Base:
    return Base(
        page_id=page_id,
        path=DocPath(path),
        local_hash=sha("l"),
        version=3,
        body_hash=sha("b"),
        title="A",
        own_title="a",
        parent_id=TWO,
        labels=("x", "y"),
        state=RowState.HELD,
        held_version=2,
        pulled_version=1,
    )


def intent(op: str, page_id: PageId | None = ONE) -> Intent:
    return Intent(
        op=OpId(op),
        kind=IntentKind.UPDATE,
        path=DocPath("a.md"),
        page_id=page_id,
        base_version=3,
        title="A",
        own_title="A",
        parent_id=None,
        source_hash=sha("s"),
        texts=BaseTexts("markdown", "<p>storage</p>"),
    )


def attachment(page_id: PageId, name: str, version: int = 1) -> AttachmentBase:
    return AttachmentBase(
        page_id=page_id,
        name=name,
        path=DocPath(f"a.assets/{name}"),
        hash=sha(name),
        attachment_id="att1",
        version=version,
    )


def folder(folder_id: PageId, path: str = "d") -> FolderBase:
    return FolderBase(folder_id=folder_id, path=DocPath(path), title="D", parent_id=None)


class LedgerContract:
    """The promises."""

    def test_a_new_ledger_is_empty_and_nobodys(self, ledger: Ledger):
        assert ledger.meta() is None
        assert (dict(ledger.rows()), dict(ledger.folders()), dict(ledger.attachments())) == ({}, {}, {})
        assert (list(ledger.intents()), dict(ledger.spent()), dict(ledger.file_cache())) == ([], {}, {})
        assert (ledger.row(ONE), ledger.texts(ONE), ledger.attachments_of(ONE)) == (None, BaseTexts(), ())

    def test_it_remembers_whose_it_is(self, ledger: Ledger):
        meta = LedgerMeta(base_url="u", space_id=SpaceId("9"), root_id="r", converter="1")
        ledger.set_meta(replace(meta, converter="0"))
        ledger.set_meta(meta)
        assert ledger.meta() == meta

    def test_rows_come_back_as_they_were_in_the_order_of_their_paths(self, ledger: Ledger):
        rows = [row(ONE, "z.md"), row(TWO, "a.md")]
        for one in rows:
            ledger.save(one)
        assert list(ledger.rows().items()) == [(TWO, rows[1]), (ONE, rows[0])]
        assert ledger.row(ONE) == rows[0]

    def test_texts_stay_until_others_are_given(self, ledger: Ledger):
        ledger.save(row(), BaseTexts("m", "s"))
        ledger.save(replace(row(), version=4))
        assert ledger.texts(ONE) == BaseTexts("m", "s")
        ledger.save(row(), BaseTexts(None, "t"))
        assert ledger.texts(ONE) == BaseTexts(None, "t")

    def test_of_two_rows_for_one_path_the_later_stays_and_the_other_goes_with_all_it_has(
        self, ledger: Ledger
    ):
        ledger.save(row(ONE), BaseTexts("m", "s"))
        ledger.save_attachment(attachment(ONE, "i.png"))
        ledger.save(row(TWO))
        assert set(ledger.rows()) == {TWO}
        assert (ledger.texts(ONE), ledger.attachments_of(ONE)) == (BaseTexts(), ())
        gone = Departed(row(ONE), BaseTexts("m", "s"), (attachment(ONE, "i.png"),))
        assert (set(ledger.departed()), ledger.departure(ONE)) == ({ONE}, gone)
        ledger.rebind([row(THREE)])
        assert (set(ledger.rows()), set(ledger.departed())) == ({THREE}, {ONE, TWO})

    def test_a_held_attachment_stays_held_until_it_is_told_otherwise(self, ledger: Ledger):
        ledger.save(row())
        held = replace(attachment(ONE, "i.png"), held_version=7)
        ledger.save_attachment(held)
        assert ledger.attachments_of(ONE) == (held,)
        ledger.save_attachment(attachment(ONE, "i.png"))
        assert ledger.attachments_of(ONE) == (attachment(ONE, "i.png"),)

    def test_the_page_that_was_looked_at_last_is_remembered_as_long_as_the_ledger_is_somebody_s(
        self, ledger: Ledger
    ):
        assert ledger.looked_after() is None
        ledger.set_looked_after(ONE)
        assert ledger.looked_after() is None
        about = LedgerMeta(base_url="https://x", space_id=SpaceId("9"), root_id="r", converter="1")
        ledger.set_meta(about)
        ledger.set_looked_after(TWO)
        ledger.set_meta(replace(about, converter="2"))
        assert (ledger.looked_after(), ledger.meta()) == (TWO, replace(about, converter="2"))

    def test_rows_that_trade_paths_keep_their_texts_and_attachments(self, ledger: Ledger):
        ledger.save(row(ONE, "a.md"), BaseTexts("m", "s"))
        ledger.save(row(TWO, "b.md"), BaseTexts("n", "t"))
        ledger.save_attachment(attachment(ONE, "i.png"))
        moved = replace(attachment(ONE, "j.png"), path=DocPath("there/j.png"))
        ledger.save_attachment(attachment(ONE, "j.png"))
        ledger.rebind([row(ONE, "b.md"), row(TWO, "a.md")], [moved])
        assert {i: one.path for i, one in ledger.rows().items()} == {ONE: "b.md", TWO: "a.md"}
        assert (ledger.texts(ONE), ledger.texts(TWO)) == (BaseTexts("m", "s"), BaseTexts("n", "t"))
        assert ledger.attachments_of(ONE) == (attachment(ONE, "i.png"), moved)

    def test_a_forgotten_row_goes_with_texts_and_attachments(self, ledger: Ledger):
        ledger.save(row(ONE), BaseTexts("m", "s"))
        ledger.save_attachment(attachment(ONE, "i.png"))
        ledger.forget(ONE)
        ledger.forget(ONE)
        assert (dict(ledger.rows()), ledger.texts(ONE)) == ({}, BaseTexts())
        assert dict(ledger.attachments()) == {}

    def test_a_forgotten_row_is_departed_with_texts_and_attachments_until_it_is_saved_again(
        self, ledger: Ledger
    ):
        ledger.save(row(ONE), BaseTexts("m", "s"))
        ledger.save_attachment(attachment(ONE, "i.png"))
        ledger.save(row(TWO, "b.md"), BaseTexts("m", "t"))
        ledger.forget(ONE)
        ledger.forget(ONE)
        assert dict(ledger.departed()) == {ONE: row(ONE)}
        assert ledger.departure(ONE) == Departed(row(ONE), BaseTexts("m", "s"), (attachment(ONE, "i.png"),))
        ledger.save(row(ONE, "c.md"))
        assert (dict(ledger.departed()), ledger.departure(ONE)) == ({}, None)
        assert (ledger.texts(ONE), ledger.attachments_of(ONE)) == (BaseTexts(), ())
        assert ledger.texts(TWO) == BaseTexts("m", "t")

    def test_an_intent_is_open_until_it_is_settled_in_the_order_of_opening(self, ledger: Ledger):
        for op in ("op2", "op1", "op3"):
            ledger.open_intent(intent(op))
        assert [one.op for one in ledger.intents()] == ["op2", "op1", "op3"]
        assert replace(ledger.intents()[1], created=None) == intent("op1")
        ledger.settle(OpId("op1"))
        assert [one.op for one in ledger.intents()] == ["op2", "op3"]
        assert dict(ledger.spent()) == {}

    def test_what_landed_is_remembered_with_its_page(self, ledger: Ledger):
        for op in ("op1", "op2", "op3"):
            ledger.open_intent(intent(op))
        ledger.settle(OpId("op1"), spent_on=TWO)
        ledger.save(row(ONE), settle=OpId("op2"))
        ledger.save_folder(folder(PageId("7")), settle=OpId("op3"))
        assert dict(ledger.spent()) == {"op1": TWO, "op2": ONE, "op3": "7"}
        assert list(ledger.intents()) == []

    def test_forgetting_settles_without_a_trace(self, ledger: Ledger):
        ledger.save(row(ONE))
        ledger.open_intent(intent("op1"))
        ledger.forget(ONE, settle=OpId("op1"))
        assert (list(ledger.intents()), dict(ledger.spent())) == ([], {})

    def test_a_directory_has_one_folder(self, ledger: Ledger):
        ledger.save_folder(folder(PageId("7")))
        ledger.save_folder(folder(PageId("8")))
        assert dict(ledger.folders()) == {"8": folder(PageId("8"))}
        ledger.forget_folder(PageId("8"))
        ledger.forget_folder(PageId("8"))
        assert dict(ledger.folders()) == {}

    def test_attachments_are_told_by_page_and_name(self, ledger: Ledger):
        first, second, other = attachment(ONE, "b"), attachment(ONE, "a"), attachment(TWO, "a")
        for one in (first, second, other, replace(second, version=2)):
            ledger.save_attachment(one)
        assert ledger.attachments_of(ONE) == (replace(second, version=2), first)
        assert dict(ledger.attachments()) == {ONE: (replace(second, version=2), first), TWO: (other,)}
        ledger.forget_attachment(ONE, "a")
        assert ledger.attachments_of(ONE) == (first,)

    def test_the_file_cache_is_replaced_whole(self, ledger: Ledger):
        stat = Stat(inode=1, size=2, mtime_ns=3, ctime_ns=4)
        ledger.save_file_cache({"a.md": CachedFile(stat, sha("a")), "b.md": CachedFile(stat, sha("b"))})
        ledger.save_file_cache({"b.md": CachedFile(stat, sha("c"))})
        assert dict(ledger.file_cache()) == {"b.md": CachedFile(stat, sha("c"))}
