"""Nothing is lost: deletions, guards, foreign pages, lost answers, older clones."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
from sync_home import results

from confsync.clock import RandomOpIds
from confsync.errors import AuthError, ConverterChanged, ExitCode, MassDeletion, SideEmptied
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction
from confsync.remote import connect
from confsync.sandbox import Fault, Trouble, When
from confsync.sync.cycle import Cycle


def pages(home, count):
    for number in range(count):
        home.write(f"p{number}.md", f"# Page {number}\n\ntext {number}\n")
    home.push()


def test_a_deleted_file_sends_its_page_to_the_trash(home):
    pages(home, 3)
    page = home.page("Page 1")
    (home.root / "p1.md").unlink()
    assert results(home.sync())["p1.md"] == ("trash-page", "done")
    assert home.titles() == {"Page 0", "Page 2"}
    home.person.restore(page.id)
    assert "Page 1" in home.titles()


def test_a_trashed_page_sends_its_file_to_the_local_trash_byte_for_byte(home):
    pages(home, 3)
    home.person.trash(home.page("Page 1").id)
    home.sync()
    assert not (home.root / "p1.md").exists()
    [kept] = (home.root / ".confsync" / "trash").rglob("p1.md")
    assert kept.read_bytes() == b"# Page 1\n\ntext 1\n"


def test_an_edit_beats_a_deletion_on_either_side(home):
    pages(home, 3)
    home.person.trash(home.page("Page 1").id)
    home.edit("p1.md", "text 1", "still needed")
    (home.root / "p2.md").unlink()
    home.person.replace(home.page("Page 2").id, "text 2", "needed, too")
    home.sync()
    assert "still needed" in home.body("Page 1")
    assert "needed, too" in next(t.decode() for n, t in home.files().items() if "Page 2" in t.decode())
    home.sync()
    assert home.writes == []


TRASHED_MEANWHILE = {
    "an edit": lambda home: home.edit("p1.md", "text 1", "still needed"),
    "an edit under a new title": lambda home: home.write("p1.md", "# Another\n\nstill needed\n"),
    "edits of both": lambda home: (
        home.edit("p1.md", "text 1", "text 1\n\nstill needed"),
        home.person.replace(home.page("Page 1").id, "text 1", "theirs 1"),
    ),
}


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "answer lost"])
@pytest.mark.parametrize("edit", TRASHED_MEANWHILE.values(), ids=TRASHED_MEANWHILE)
@pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)
def test_an_edit_reaches_a_page_that_is_trashed_between_the_last_look_and_the_write(home, edit, answered):
    # the write takes the page out of the trash and leaves its text as it was
    pages(home, 3)
    page = home.page("Page 1").id
    edit(home)
    home.sandbox.faults.meanwhile(partial(home.person.trash, page), method="PUT", path=f"*/{page}")
    if not answered:
        lost = Fault(trouble=Trouble.RESET, when=When.AFTER, method="PUT", path=f"*/{page}", times=1)
        home.sandbox.faults.add(lost)
    home.sync()
    [text] = [p.body for p in home.store_pages() if "still needed" in (p.body or "")]
    assert text.count("still needed") == 1
    assert len(home.store_pages()) == 3
    assert home.sync().entries == ()
    assert home.writes == []
    assert sum(b"still needed" in data for data in home.files().values()) == 1


PLACED_ANEW = {
    "below another": lambda home: move(home, "p1.md", "p0/p1.md"),
    "at the top": lambda home: move(home, "p2/x.md", "x.md"),
    "under another title": lambda home: home.edit("p1.md", "# Page 1", "# Another"),
}


def move(home, old, new):
    (home.root / new).parent.mkdir(exist_ok=True)
    (home.root / old).rename(home.root / new)


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "answer lost"])
@pytest.mark.parametrize("place", PLACED_ANEW)
@pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)
def test_a_page_that_is_trashed_between_the_last_look_and_its_move_gets_to_its_new_place(
    home, place, answered
):
    home.write("p2/x.md", "# X\n\nwords\n")
    pages(home, 3)
    moved = home.page("X" if place == "at the top" else "Page 1").id
    PLACED_ANEW[place](home)
    home.sandbox.faults.meanwhile(partial(home.person.trash, moved), method="PUT", path=f"*/{moved}")
    if not answered:
        lost = Fault(trouble=Trouble.RESET, when=When.AFTER, method="PUT", path=f"*/{moved}", times=1)
        home.sandbox.faults.add(lost)
    files = home.files()
    home.sync()
    after = {page.id: (page.title, page.parent_id) for page in home.store_pages()}
    top = home.page("Page 0").parent_id
    expected = {
        "below another": ("Page 1", home.page("Page 0").id),
        "at the top": ("X", top),
        "under another title": ("Another", top),
    }
    assert after[moved] == expected[place]
    assert home.files() == files
    assert home.sync().entries == ()
    assert home.writes == []


def test_many_deletions_halt_the_whole_run_unless_their_number_is_allowed(home):
    pages(home, 8)
    for number in range(6):
        (home.root / f"p{number}.md").unlink()
    home.edit("p7.md", "text 7", "edited")
    with pytest.raises(MassDeletion):
        home.sync()
    assert home.writes == []
    assert home.sync(allow_deletes=6).exit_code == ExitCode.IN_SYNC
    assert home.titles() == {"Page 6", "Page 7"}


def made_by_another_converter(home):
    """Let the ledger be one that another version of the converter made."""
    with closing(open_ledger(home.root / ".confsync" / "ledger.db")) as ledger:
        ledger.set_meta(replace(ledger.meta(), converter="another"))


def edited_by_everybody(home, side, count):
    for number in range(count):
        if side == "documents":
            home.edit(f"p{number}.md", f"text {number}", f"edited {number}")
        else:
            home.person.replace(home.page(f"Page {number}").id, f"text {number}", f"edited {number}")


@pytest.mark.parametrize("side", ["documents", "pages"])
def test_what_changed_everywhere_at_once_halts_when_the_converter_is_another_one(home, side):
    pages(home, 4)
    made_by_another_converter(home)
    edited_by_everybody(home, side, 4)
    before = home.files()
    for _ in range(2):
        with pytest.raises(ConverterChanged, match=f"all 4 {side}"):
            home.sync()
    assert home.writes == []
    assert home.files() == before
    home.forget()
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert all(
        f"edited {n}" in home.body(f"Page {n}") and f"edited {n}" in home.read(f"p{n}.md") for n in range(4)
    )


@pytest.mark.parametrize("side", ["documents", "pages"])
def test_what_changed_everywhere_at_once_is_brought_over_by_the_same_converter(home, side):
    pages(home, 4)
    edited_by_everybody(home, side, 4)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert all(
        f"edited {n}" in home.body(f"Page {n}") and f"edited {n}" in home.read(f"p{n}.md") for n in range(4)
    )


def test_another_converter_alone_halts_nothing_and_the_ledger_becomes_its_own(home):
    pages(home, 4)
    made_by_another_converter(home)
    edited_by_everybody(home, "pages", 3)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    for number in range(4):
        home.edit(f"p{number}.md", "text" if number == 3 else "edited", "again")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "again 3" in home.body("Page 3")


def test_an_emptied_folder_halts_however_small_it_was(home):
    pages(home, 1)
    (home.root / "p0.md").unlink()
    with pytest.raises(SideEmptied):
        home.sync()
    assert home.titles() == {"Page 0"}


def test_a_page_that_is_hidden_from_us_is_neither_deleted_nor_created_again(home):
    pages(home, 2)
    page = home.page("Page 0")
    home.person.hide(page.id)
    for _ in range(2):
        assert home.sync().exit_code == ExitCode.IN_SYNC
        assert home.writes == []
    assert (home.root / "p0.md").exists()
    home.person.unhide(page.id)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_a_page_that_is_not_ours_is_never_overwritten_but_can_be_taken_over(home):
    theirs = home.person.create("Taken", "<p>theirs</p>")
    home.write("taken.md", "# Taken\n\nmine\n")
    home.write("free.md", "# Free\n\nmine\n")
    report = home.push()
    assert report.exit_code == ExitCode.HELD
    assert results(report)["taken.md"] == ("blocked", "held")
    assert "theirs" in home.body("Taken")
    assert "Free" in home.titles()
    assert home.push(adopt=True).exit_code == ExitCode.IN_SYNC
    assert "mine" in home.body("Taken")
    assert home.page("Taken").id == theirs.id


def test_a_wrong_token_ends_the_run_and_nothing_is_inferred(home):
    pages(home, 2)
    home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=401, times=0))
    with pytest.raises(AuthError):
        home.sync()
    assert len(home.files()) == 2


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.STATUS])
@pytest.mark.parametrize("when", list(When))
def test_a_create_whose_answer_is_lost_makes_no_second_page(home, trouble, when):
    home.sandbox.faults.add(Fault(trouble=trouble, when=when, method="POST", path="*/api/v2/pages"))
    home.write("a.md", "# A\n\ntext\n")
    for _ in range(3):
        report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert [p.title for p in home.store_pages()] == ["A"]
    assert "text" in home.body("A")
    home.push()
    assert home.writes == []


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.STATUS])
@pytest.mark.parametrize("when", list(When))
def test_an_update_whose_answer_is_lost_is_settled_and_is_no_conflict(home, trouble, when):
    pages(home, 1)
    home.sandbox.faults.add(Fault(trouble=trouble, when=when, method="PUT", path="*/api/v2/pages/*"))
    home.edit("p0.md", "text 0", "edited")
    for _ in range(2):
        report = home.sync()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert "edited" in home.body("Page 0")
    assert set(home.files()) == {"p0.md"}
    home.sync()
    assert home.writes == []


def test_two_clones_without_ledgers_end_with_both_edits(home):
    pages(home, 2)
    one, two = home.twin("one"), home.twin("two")
    for name, text in home.files().items():
        one.write(name, text)
        two.write(name, text)
    one.edit("p0.md", "text 0", "from one")
    two.edit("p1.md", "text 1", "from two")
    one.push()
    two.push()
    assert "from one" in home.body("Page 0")
    assert "from two" in home.body("Page 1")


@pytest.mark.parametrize("path", ["*/pages", "*/pages/*"])
def test_two_clones_that_make_one_new_file_into_a_page_at_once_end_with_one_page(home, path):
    pages(home, 1)
    one, two = home.twin("one"), home.twin("two")
    for clone in (one, two):
        clone.write("p0.md", home.read("p0.md"))
        clone.write("new.md", "# New\n\ntext\n")
    method = "POST" if path.endswith("pages") else "PUT"
    home.sandbox.faults.meanwhile(two.push, method=method, path=path)
    report = one.push()
    assert report.exit_code == ExitCode.IN_SYNC
    assert [entry.page_id for entry in report.entries if entry.path == "new.md"] == [home.page("New").id]
    assert sorted(page.title for page in home.store_pages()) == ["New", "Page 0"]
    for clone in (one, two):
        assert clone.sync().entries == ()
        assert home.writes == []


def test_an_older_clone_does_not_revert_a_newer_page(home):
    pages(home, 1)
    older = home.twin("older")
    older.write("p0.md", home.read("p0.md"))
    home.edit("p0.md", "text 0", "newer")
    home.push()
    report = older.push()
    assert report.exit_code == ExitCode.HELD
    assert "newer" in home.body("Page 0")


def test_a_file_that_goes_while_the_run_is_under_way_is_no_failure(home):
    pages(home, 2)
    home.edit("p1.md", "text 1", "edited")
    page = home.page("Page 1").id
    moved = partial((home.root / "p1.md").rename, home.root / "moved.md")
    home.sandbox.faults.meanwhile(moved, path="*/search*")
    report = home.sync()
    assert report.exit_code == ExitCode.IN_SYNC
    assert "edited" in home.person.read(page)
    assert home.sync().entries == ()


def test_a_file_that_cannot_be_read_costs_only_its_own_turn(home):
    home.write("good.md", "# Good\n\ntext\n")
    home.write("bad.md", b"# Bad\n\n\xff\xfe\xfa\n")
    home.write("torn.md", "# Torn\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n")
    report = home.push()
    assert report.exit_code == ExitCode.CONVERSION
    assert home.titles() == {"Good"}
    told = results(report)
    assert told["bad.md"] == told["torn.md"] == ("blocked", "held")


@pytest.mark.parametrize("hidden", ["labels", "attachments"])
def test_a_page_whose_labels_or_attachments_may_not_be_read_stops_no_other(home, hidden):
    for name in "AB":
        home.write(f"{name.lower()}.md", f"---\nlabels: [one]\n---\n# {name}\n\ntext ![x](x.png)\n")
    home.write("x.png", b"PNG")
    home.sync()
    a, b = home.page("A"), home.page("B")
    home.person.label(a.id, "theirs")
    home.person.attach(a.id, "new.png", b"PNG new")
    home.person.edit(b.id, home.body("B").replace("text", "their text"))
    home.sandbox.store.index.catch_up()
    route = {"labels": f"*/{a.id}", "attachments": f"*/{a.id}/*attachment*"}[hidden]
    home.sandbox.faults.add(
        Fault(trouble=Trouble.STATUS, method="GET", path=route, status=403, message="no", times=0)
    )
    report = home.sync()
    assert report.exit_code == ExitCode.HELD
    (held,) = [entry for entry in report.entries if entry.path == "a.md"]
    assert held.result == "held"
    assert f"its {hidden} cannot be read" in held.detail
    assert "their text" in home.read("b.md")
    home.sandbox.faults.clear()
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "theirs" in home.read("a.md")
    assert b"PNG new" in home.files().values()


def test_an_id_that_is_not_found_or_stands_in_two_files_makes_no_page(home):
    home.write("lost.md", "---\nconfluence: {id: 424242}\n---\n# Lost\n\ntext\n")
    pages(home, 1)
    page_id = home.page("Page 0").id
    home.write("p0.md", f"---\nconfluence: {{id: {page_id}}}\n---\n" + home.read("p0.md"))
    home.write("copy.md", home.read("p0.md"))
    report = home.sync()
    assert report.exit_code == ExitCode.HELD
    assert results(report)["lost.md"][0] == results(report)["copy.md"][0] == "blocked"
    assert home.titles() == {"Page 0"}


class Flickering(FileTree):
    """A folder in which a file is away while it is scanned, as when git checks out another version of it."""

    def scan(self, known, **more):
        place = self.root / "b.md"
        text = place.read_bytes()
        place.unlink()
        try:
            return super().scan(known, **more)
        finally:
            place.write_bytes(text)


def test_a_file_that_was_away_only_while_the_folder_was_read_takes_no_page_along(home):
    home.write("a.md", "# A\n\none\n")
    home.write("b.md", "# B\n\ntwo\n")
    home.sync()
    page = home.page("B").id
    remote = connect(home.sandbox.url, home.sandbox.user, home.sandbox.token)
    with closing(remote), closing(open_ledger(home.root / ".confsync" / "ledger.db")) as ledger:
        Cycle(
            remote=remote,
            tree=Flickering(home.root, inspect=inspect),
            ledger=ledger,
            ops=RandomOpIds(),
            policy=home.policy,
        ).run(Direction.SYNC)
    assert home.page("B").id == page
    assert home.sync().entries == ()
    assert home.writes == []
