"""Attachments and labels, decided: every cell of the table as a case, and the laws of the two merges."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import doc, page, row, world
from hypothesis import given
from hypothesis import strategies as st

from confsync.errors import MassDeletion
from confsync.model import Attachment, AttachmentBase, Direction, DocPath, LocalAsset, PageId, sha
from confsync.outcome import SearchHint
from confsync.planning.actions import Pull, Update
from confsync.planning.attached import FILE_TABLE, Deed, FileChange, attachment_key, plan_attached
from confsync.planning.evidence import Remembered
from confsync.planning.file_actions import FetchFile, KeepFile, SettleFile, TrashAsset, TrashAttachment
from confsync.planning.file_names import attachment_names, conflict_file, file_name, file_place
from confsync.planning.guards import guard_deletions
from confsync.planning.known import plan_row
from confsync.planning.labels import agreed_labels, merge_labels
from confsync.planning.names import is_document, parse_conflict
from confsync.planning.plan import plan
from confsync.planning.report_actions import Held
from confsync.planning.suspects import file_suspects, label_suspects, with_ids

TEN = PageId("10")
PLACE = DocPath("a.assets/x.bin")


def asset(content: str, path: str = PLACE) -> LocalAsset:
    return LocalAsset(path=DocPath(path), spelling=path, hash=sha(content), size=len(content))


def base(content: str = "one", *, name: str = "x.bin", path: str = PLACE, **more) -> AttachmentBase:
    values = {"attachment_id": "att1", "version": 1, **more}
    return AttachmentBase(page_id=TEN, name=name, path=DocPath(path), hash=sha(content), **values)


def listed(
    version: int = 1, *, name: str = "x.bin", ident: str = "att1", content: str | None = None
) -> Attachment:
    digest = None if content is None else sha(content)
    return Attachment(id=ident, page_id=TEN, name=name, version=version, size=3, hash=digest)


def seen(
    *, here=(), rows=(), there=None, trashed=(), links=(), blind=(), labels=None, told=None, had=(), **more
):
    """A page with a document, the files that are here, what the ledger knows, and what the page has."""
    asked = frozenset(r.path for r in rows) | {
        conflict_file(r.path, r.held_version) for r in rows if r.held_version
    }
    local = {
        "assets": {a.path: a for a in here},
        "asked": asked,
        "ignored": frozenset(map(DocPath, blind)),
    }
    remote = {} if there is None else {"attachments": {TEN: tuple(there)}}
    known = replace(page("10", "a"), labels=told)
    found = world(
        docs=[doc("a.md", title="a", labels=labels, links=links)],
        pages=[known],
        rows=[row("10", "a.md", "a", labels=tuple(had))],
        local=local,
        trashed_files=frozenset(trashed),
        **remote,
        **more,
    )
    return replace(
        found, remembered=replace(found.remembered, attachments={TEN: tuple(rows)} if rows else {})
    )


def decided(found):
    return plan_attached(found, found.rows[TEN], found.docs[DocPath("a.md")])


HERE = {
    FileChange.SAME: {"here": [asset("one")]},
    FileChange.CHANGED: {"here": [asset("mine")]},
    FileChange.GONE: {},
    FileChange.UNKNOWN: {"blind": [PLACE]},
}
THERE = {
    FileChange.SAME: {"there": [listed(1)]},
    FileChange.CHANGED: {"there": [listed(2)]},
    FileChange.GONE: {"there": [], "trashed": ["att1"]},
    FileChange.UNKNOWN: {"there": []},
}
MEANS = {
    Deed.NOTHING: None,
    Deed.UPLOAD: "upload",
    Deed.FETCH: FetchFile,
    Deed.SETTLE: SettleFile,
    Deed.TRASH_FILE: TrashAsset,
    Deed.TRASH_ATTACHMENT: TrashAttachment,
    Deed.FORGET: KeepFile,
}


@pytest.mark.parametrize("there", FileChange)
@pytest.mark.parametrize("here", FileChange)
def test_every_cell_of_the_table_of_files_is_what_is_planned(here, there):
    deed, sentence = FILE_TABLE[here, there]
    found = decided(seen(rows=[base()], **HERE[here], **THERE[there]))
    done = ["upload"] if found.uploads else [type(a) for a in found.actions]
    assert done == ([MEANS[deed]] if MEANS[deed] else []), sentence


def test_what_confluence_has_counts_as_unchanged_when_it_was_not_read():
    assert decided(seen(rows=[base()], here=[asset("mine")])).uploads == [PLACE]
    assert decided(seen(rows=[base()], here=[asset("one")])).actions == []


def test_a_file_that_no_scan_was_asked_for_is_not_known_to_be_gone():
    found = seen(rows=[base()], there=[listed(1)])
    local = replace(found.local, asked=frozenset())
    assert decided(replace(found, local=local)).actions == []


def test_a_new_version_of_the_same_content_is_only_noted():
    (action,) = decided(seen(rows=[base()], here=[asset("one")], there=[listed(5, content="one")])).actions
    assert isinstance(action, KeepFile)
    assert action.row == base(version=5)


def test_the_same_new_content_on_both_sides_is_only_noted():
    (action,) = decided(seen(rows=[base()], here=[asset("two")], there=[listed(2, content="two")])).actions
    assert isinstance(action, KeepFile)
    assert action.row == base("two", version=2)


def test_a_held_file_waits_as_long_as_its_copy_is_there():
    held = base("two", version=2, held_version=2)
    copy = asset("two", conflict_file(PLACE, 2))
    (action,) = decided(seen(rows=[held], here=[asset("mine"), copy], there=[listed(2)])).actions
    assert isinstance(action, Held)
    assert decided(seen(rows=[held], here=[asset("mine")], there=[listed(2)])).uploads == [PLACE]


def test_a_renamed_file_is_known_by_its_content_unless_two_could_be_meant():
    one, two = asset("one", "img/b.png"), asset("one", "img/c.png")
    (action,) = decided(seen(rows=[base()], here=[one], links=["img/b.png"], there=[listed(1)])).actions
    assert isinstance(action, KeepFile)
    assert action.row == base(path="img/b.png")
    both = decided(seen(rows=[base()], here=[one, two], links=["img/b.png", "img/c.png"], there=[listed(1)]))
    assert both.uploads == [one.path, two.path]


def test_an_attachment_is_known_by_its_id_whatever_its_name_and_the_form_of_the_id():
    renamed = listed(1, name="y.bin", ident="1")
    (action,) = decided(seen(rows=[base()], here=[asset("one")], there=[renamed])).actions
    assert isinstance(action, KeepFile)
    assert (action.row.name, action.row.path) == ("y.bin", PLACE)


def test_attachments_that_nobody_knows_get_places_of_their_own():
    names = ["x.bin", "X.BIN", "y.bin"]
    there = [listed(1, name=n, ident=f"att{i}") for i, n in enumerate(names)]
    actions = decided(seen(there=there)).actions
    places = [a.path for a in actions if isinstance(a, FetchFile)]
    assert len({p.casefold() for p in places}) == len(places) == len(names)
    assert {p.parent for p in places} == {"a.assets"}


def test_only_so_many_files_go_in_a_run():
    rows = [base(name=f"{n}.bin", path=f"a.assets/{n}.bin", attachment_id=f"att{n}") for n in range(6)]
    there = [listed(1, name=f"{n}.bin", ident=f"att{n}") for n in range(6)]
    found = seen(rows=rows, there=there)
    with pytest.raises(MassDeletion, match="6 attachments"):
        guard_deletions(plan(found, Direction.SYNC), found.policy)
    guard_deletions(plan(found, Direction.PULL), found.policy)


# ---- labels -----------------------------------------------------------------------------------------------------

SETS = st.frozensets(st.sampled_from("abcde"))


@given(SETS, SETS, SETS, SETS)
def test_a_merge_of_labels_takes_every_change_of_either_side_and_no_other(was, here, there, always):
    merged = set(merge_labels(was, here, there, always).merged)
    for label in was | here | there | always:
        changed = {label in side for side in (here, there) if (label in side) != (label in was)}
        wanted = changed.pop() if len(changed) == 1 else label in was
        assert (label in merged) == (wanted or label in always)


@given(SETS, SETS, SETS)
def test_a_merge_of_labels_is_the_same_for_both_sides_and_settles_at_once(was, here, there):
    one, other = merge_labels(was, here, there), merge_labels(was, there, here)
    assert one.merged == other.merged
    assert (set(there) | set(one.add)) - set(one.remove) == set(one.merged)
    again = merge_labels(agreed_labels(was, one.merged, one.merged), one.merged, one.merged)
    assert (again.add, again.remove, again.merged) == ((), (), one.merged)


@given(SETS, SETS, SETS, st.booleans())
def test_labels_brought_to_one_side_alone_come_to_the_other_later_just_the_same(was, here, there, push):
    whole = set(merge_labels(was, here, there).merged)
    left, right = (here, whole) if push else (whole, there)
    later = merge_labels(agreed_labels(was, left, right), left, right)
    assert set(later.merged) == whole


@given(SETS, SETS)
def test_labels_that_were_not_looked_at_lose_none(was, here):
    merge = merge_labels(was, here, was)
    assert (set(merge.add), set(merge.remove)) == (here - was, was - here)


def test_a_label_of_a_colleague_is_pulled_and_one_of_ours_pushed_in_one_plan():
    found = seen(labels=("mine", "red"), had=("red",), told=("red", "theirs"))
    actions = {type(a): a for a in plan_row(found, found.rows[TEN])}
    assert actions[Pull].labels == ("mine", "red", "theirs")
    assert (actions[Update].add_labels, actions[Update].remove_labels) == (("mine",), ())


# ---- names ------------------------------------------------------------------------------------------------------

NAMES = st.one_of(
    st.text(min_size=1, max_size=300),
    st.sampled_from(
        ["a.md", "CON", "nul.txt", ".x", "~$a.doc", "Thumbs.db", "a.conflict-v3.md", "..", "a. ", "x.part"]
    ),
)


@given(NAMES)
def test_the_file_of_an_attachment_is_seen_by_scans_and_is_no_document(name):
    place = file_name(name)
    assert place
    assert len(place.encode()) <= 215
    assert not set('<>:"/\\|?*') & set(place)
    assert not is_document(place)
    assert parse_conflict(place) is None
    assert place[0] not in ".~#"
    assert place == place.strip(" ").rstrip(".")
    assert file_name(name) == place


@given(st.lists(NAMES, unique_by=str.casefold, max_size=6))
def test_files_of_one_page_have_places_of_their_own(names):
    taken: set[str] = set()
    for name in names:
        place = file_place(DocPath("a.md"), name, taken)
        assert place.casefold() not in {t.casefold() for t in taken}
        taken.add(place.casefold())


@given(NAMES, st.integers(1, 10**9))
def test_a_held_version_has_a_name_that_fits_and_keeps_its_suffix(name, version):
    place = DocPath(f"a/{file_name(name)}")
    copy = conflict_file(place, version)
    assert copy.parent == place.parent
    assert f".conflict-v{version}" in copy
    assert len(copy.name.encode()) <= 255
    assert copy.suffix == place.suffix or copy.name.endswith(f"-v{version}")


def test_names_of_others_are_not_taken_for_new_files():
    assert attachment_names([DocPath("x.png")], taken=["X.png"]).popitem()[1] != "x.png"


# ---- suspicion --------------------------------------------------------------------------------------------------


def hint(*, labels=None, version=1, files=(), whole=True):
    told = {} if labels is None else {TEN: labels}
    owners = {TEN: tuple(files)} if files else {}
    return SearchHint(told, {TEN: version}, owners, whole=whole)


def test_a_page_is_looked_at_when_search_tells_something_new_of_it():
    known = seen(rows=[base()], here=[asset("one")], had=("red",))
    assert list(label_suspects(known, hint(labels=("red",)))) == []
    assert list(label_suspects(known, hint(labels=("red", "new")))) == [TEN]
    assert list(file_suspects(known, hint(files=[listed(1)]))) == []
    assert list(file_suspects(known, hint(files=[listed(2)]))) == [TEN]
    assert list(file_suspects(known, hint(files=[listed(1), listed(1, ident="att2")]))) == [TEN]
    assert list(file_suspects(known, hint(files=[]))) == [TEN]


def test_a_search_that_is_behind_or_tells_a_part_is_no_reason_to_miss_anything():
    known = seen(rows=[base(version=2)], here=[asset("one")], had=("red",))
    assert list(label_suspects(known, hint(labels=(), version=0))) == []
    assert list(file_suspects(known, hint(files=[listed(1)]))) == []
    assert list(file_suspects(known, hint(files=[], version=0))) == []
    assert list(file_suspects(known, hint(files=[], whole=False))) == []


def test_a_row_from_a_stamp_gets_its_id_from_search_where_name_and_content_agree():
    bare = base(attachment_id="", version=0)
    rows = Remembered(attachments={TEN: (bare,)}).attachments
    assert with_ids(rows, hint(files=[listed(3, content="one")])) == {TEN: (base(version=3),)}
    assert with_ids(rows, hint(files=[listed(3, content="two")])) == {TEN: (bare,)}
    assert attachment_key("att1") == attachment_key("1")
