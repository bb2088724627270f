"""Attachments both ways, each with a base of its own: every case ends with an idle cycle that writes nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sync_home import Home, results

from confsync.errors import ExitCode, MassDeletion
from confsync.sandbox import Sandbox
from confsync.sandbox.faults import Fault, Trouble, When

ONE, TWO, THREE = b"\x89PNG one", b"\x89PNG two!", b"\x89PNG three!!"


@pytest.fixture(params=["cloud", "datacenter"])
def home(request, tmp_path):
    context = "/confluence" if request.param == "datacenter" else None
    more = {"context": context} if context else {}
    with Sandbox(search_lag=0.0, flavor=request.param, **more) as running:
        yield Home(tmp_path / "docs", running)
        assert running.crashes == []


@pytest.fixture
def shown(home):
    """A page that shows a picture, on both sides alike."""
    home.write("a.md", "# A\n\nA ![dot](img/dot.png) here.\n")
    home.write("img/dot.png", ONE)
    home.write("other.md", "# Other\n\ntext\n")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert files(home) == {"dot.png": ONE}
    return home


def files(home, title="A"):
    return home.person.files(home.page(title).id)


def idle(home, code=ExitCode.IN_SYNC):
    """Two more cycles write nothing on either side."""
    before = home.files()
    for run in (home.sync, home.sync):
        report = run()
        assert report.exit_code == code, report
        assert home.writes == []
    assert home.files() == before


# ---- a page that comes with its files ---------------------------------------------------------------------------


def test_an_attachment_that_cannot_be_had_keeps_neither_the_text_nor_other_files_from_coming(shown):
    shown.person.attach(shown.page("A").id, "broken.png", TWO)
    other = shown.twin("other")
    lost = Fault(trouble=Trouble.ABSENT, method="GET", path="*/download*", times=0)
    shown.sandbox.faults.add(lost)
    report = other.pull()
    assert report.exit_code == ExitCode.REMOTE
    assert "broken.png" in next(entry.detail for entry in report.entries if entry.path == "a.md")
    assert "A ![dot](a.assets/dot.png) here." in other.read("a.md")
    assert other.pull().exit_code == ExitCode.REMOTE
    shown.sandbox.faults.clear()
    assert other.pull().exit_code == ExitCode.IN_SYNC
    assert other.files()["a.assets/dot.png"] == ONE
    assert other.files()["a.assets/broken.png"] == TWO
    idle(other)


def test_an_attachment_that_search_still_tells_of_does_not_keep_its_page_from_coming(shown):
    shown.person.attach(shown.page("A").id, "old.png", TWO)
    shown.sync()  # now search knows it
    state = shown.sandbox.store.state
    state.habits = replace(state.habits, search_lag=60.0)
    shown.person.detach(shown.page("A").id, "old.png")
    other = shown.twin("other")
    assert other.pull().exit_code == ExitCode.IN_SYNC
    assert other.files()["a.assets/dot.png"] == ONE
    state.habits = replace(state.habits, search_lag=0.0)
    other.pull()
    assert "a.assets/old.png" not in other.files()
    idle(other)


# ---- changed ----------------------------------------------------------------------------------------------------


def test_a_changed_file_is_a_new_version_of_its_attachment_and_the_page_stays(shown):
    version = shown.page("A").version
    shown.write("img/dot.png", TWO)
    assert results(shown.sync()) == {"a.md": ("update", "done")}
    assert files(shown) == {"dot.png": TWO}
    assert len(shown.writes) == 1
    assert shown.page("A").version == version
    idle(shown)


def test_a_new_version_of_an_attachment_comes_to_its_file_though_the_page_has_no_new_one(shown):
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    assert results(shown.sync()) == {"img/dot.png": ("pull", "done")}
    assert shown.files()["img/dot.png"] == TWO
    assert shown.writes == []
    idle(shown)


def test_a_push_leaves_a_new_version_and_a_pull_leaves_a_changed_file(shown):
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    shown.push()
    assert shown.files()["img/dot.png"] == ONE
    assert shown.pull().exit_code == ExitCode.IN_SYNC
    assert shown.files()["img/dot.png"] == TWO
    shown.write("img/dot.png", THREE)
    assert results(shown.pull()) == {"a.md": ("ahead", "ahead")}
    assert files(shown) == {"dot.png": TWO}
    shown.push()
    assert files(shown) == {"dot.png": THREE}
    idle(shown)


def test_a_file_and_an_attachment_that_both_changed_are_held_side_by_side_and_the_rest_goes_on(shown):
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    shown.write("img/dot.png", THREE)
    shown.edit("a.md", "here", "there")
    shown.edit("other.md", "text", "new text")
    report = shown.sync()
    assert report.exit_code == ExitCode.HELD, report
    assert (shown.files()["img/dot.png"], shown.files()["img/dot.conflict-v2.png"]) == (THREE, TWO)
    assert "there" in shown.body("A")
    assert "new text" in shown.body("Other")
    assert files(shown) == {"dot.png": TWO}
    idle(shown, ExitCode.HELD)
    (shown.root / "img/dot.conflict-v2.png").unlink()
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert files(shown) == {"dot.png": THREE}
    idle(shown)


def test_a_person_who_takes_the_other_version_settles_a_held_file_without_a_write(shown):
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    shown.write("img/dot.png", THREE)
    assert shown.push().exit_code == ExitCode.HELD
    (shown.root / "img/dot.conflict-v2.png").replace(shown.root / "img/dot.png")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.writes == []
    assert files(shown) == {"dot.png": TWO}
    idle(shown)


def test_an_attachment_that_a_person_replaces_during_the_run_is_not_sent_over(shown):
    shown.write("img/dot.png", TWO)
    shown.edit("a.md", "here", "there")
    page = shown.page("A").id
    replaced = partial(shown.person.attach, page, "dot.png", THREE)
    shown.sandbox.faults.meanwhile(replaced, method="GET", path=f"*/{page}")
    report = shown.sync()
    assert report.exit_code == ExitCode.HELD
    assert files(shown) == {"dot.png": THREE}
    assert {data for name, data in shown.files().items() if ".png" in name} == {TWO, THREE}
    idle(shown, ExitCode.HELD)


def test_a_picture_whose_name_a_person_takes_during_the_run_is_not_sent_over_it(shown):
    shown.write("img/new.png", TWO)
    shown.edit("a.md", "here", "and ![new](img/new.png) there")
    page = shown.page("A").id
    taken = partial(shown.person.attach, page, "new.png", THREE)
    shown.sandbox.faults.meanwhile(taken, method="GET", path=f"*/{page}")
    assert shown.sync().exit_code == ExitCode.HELD
    assert files(shown)["new.png"] == THREE
    assert shown.root.joinpath("img/new.png").read_bytes() == TWO
    idle(shown, ExitCode.HELD)


def test_a_held_file_whose_attachment_goes_on_is_held_again_against_the_newer_version(shown):
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    shown.write("img/dot.png", THREE)
    shown.sync()
    shown.person.attach(shown.page("A").id, "dot.png", TWO + b"more")
    assert shown.sync().exit_code == ExitCode.HELD
    (shown.root / "img/dot.conflict-v2.png").unlink()
    assert shown.sync().exit_code == ExitCode.HELD
    assert shown.files()["img/dot.conflict-v3.png"] == TWO + b"more"
    assert shown.files()["img/dot.png"] == THREE


def test_the_same_change_on_both_sides_is_agreement(shown):
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    shown.write("img/dot.png", TWO)
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.writes == []
    idle(shown)


# ---- added ------------------------------------------------------------------------------------------------------


def test_an_attachment_that_appears_without_a_new_version_comes_beside_the_document(shown):
    shown.person.attach(shown.page("A").id, "Report 2.pdf", TWO)
    assert results(shown.sync()) == {"a.assets/Report 2.pdf": ("pull", "done")}
    assert shown.files()["a.assets/Report 2.pdf"] == TWO
    idle(shown)
    shown.write("a.assets/Report 2.pdf", THREE)
    shown.sync()
    assert files(shown)["Report 2.pdf"] == THREE
    idle(shown)


def test_a_picture_that_is_added_with_the_text_that_shows_it_is_linked_where_it_lies(shown):
    page = shown.page("A")
    shown.person.attach(page.id, "new one.png", TWO)
    more = '<p>See <ac:image><ri:attachment ri:filename="new one.png" /></ac:image></p>'
    shown.person.edit(page.id, shown.body("A") + more, raw=True)
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert "](<a.assets/new one.png>)" in shown.read("a.md") or "](a.assets/new%20one.png)" in shown.read(
        "a.md"
    )
    assert shown.files()["a.assets/new one.png"] == TWO
    idle(shown)


def test_a_new_file_whose_name_is_taken_by_other_content_is_held_and_not_sent_over_it(shown):
    shown.person.attach(shown.page("Other").id, "dot.png", TWO)
    shown.write("other.md", "# Other\n\ntext ![d](img/dot.png)\n")
    report = shown.sync()
    assert report.exit_code == ExitCode.HELD, report
    assert files(shown, "Other") == {"dot.png": TWO}
    assert shown.files()["img/dot.conflict-v1.png"] == TWO


def test_a_file_that_nobody_referred_to_is_not_replaced_by_an_attachment_of_its_place(shown):
    shown.write("a.assets/x.bin", b"mine")
    shown.person.attach(shown.page("A").id, "x.bin", b"theirs")
    assert shown.sync().exit_code == ExitCode.HELD
    assert shown.files()["a.assets/x.bin"] == b"mine"
    assert shown.files()["a.assets/x.conflict-v1.bin"] == b"theirs"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("notes.md", "a.assets/_notes.md_"),
        ("con.png", "a.assets/_con.png"),
        (".hidden", "a.assets/_hidden"),
        ("~$draft.docx", "a.assets/_$draft.docx"),
        ("what? a|b.png", "a.assets/what- a-b.png"),
        ("x.conflict-v3.png", "a.assets/x-conflict-v3.png"),
    ],
)
def test_a_name_that_files_cannot_have_is_another_here_and_stays_what_it_is_there(shown, name, place):
    shown.person.attach(shown.page("A").id, name, TWO)
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.files()[place] == TWO
    shown.write(place, THREE)
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert files(shown)[name] == THREE
    assert shown.titles() == {"A", "Other"}
    idle(shown)


# ---- removed ----------------------------------------------------------------------------------------------------


def test_an_attachment_seen_in_the_trash_takes_its_file_to_the_trash(shown):
    shown.person.detach(shown.page("A").id, "dot.png")
    assert results(shown.sync())["img/dot.png"] == ("trash-file", "done")
    assert "img/dot.png" not in shown.files()
    kept = [p.read_bytes() for p in (shown.root / ".confsync/trash").rglob("dot.png")]
    assert kept == [ONE]
    idle(shown)


def test_a_file_that_goes_takes_its_attachment_to_the_trash(shown):
    shown.edit("a.md", "![dot](img/dot.png)", "nothing")
    (shown.root / "img/dot.png").unlink()
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert files(shown) == {}
    idle(shown)


def trashed(home):
    place = home.root / ".confsync/trash"
    return sorted(p.relative_to(place).as_posix().partition("/")[2] for p in place.rglob("*") if p.is_file())


def with_files(home):
    """Bring two files from the page of `other.md` beside it."""
    page = home.page("Other").id
    home.person.attach(page, "x.bin", TWO)
    home.person.attach(page, "y.bin", THREE)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    return page


def test_a_document_whose_page_is_trashed_takes_the_files_that_lie_beside_it_along(shown):
    page = with_files(shown)
    shown.person.trash(page)
    assert results(shown.sync()) == {"other.md": ("trash-file", "done")}
    assert trashed(shown) == ["other.assets/x.bin", "other.assets/y.bin", "other.md"]
    assert not (shown.root / "other.assets").exists()
    idle(shown)


def test_what_is_somebody_elses_stays_where_it_is_when_its_page_is_trashed(shown):
    page = with_files(shown)
    shown.edit("a.md", "here", "and ![x](other.assets/x.bin)")
    shown.write("other.assets/mine.txt", b"mine")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    shown.write("other.assets/y.bin", ONE)
    shown.person.trash(page)
    shown.sync()
    kept = {name: data for name, data in shown.files().items() if name.startswith("other.assets/")}
    edited = {"other.assets/x.bin": TWO, "other.assets/y.bin": ONE, "other.assets/mine.txt": b"mine"}
    assert kept == edited
    assert trashed(shown) == ["other.md"]
    idle(shown)


def test_files_come_back_with_a_page_that_leaves_the_trash_again(shown):
    page = with_files(shown)
    shown.person.trash(page)
    shown.sync()
    shown.person.restore(page)
    shown.sync()
    assert shown.files()["other.assets/x.bin"] == TWO
    assert files(shown, "Other") == {"x.bin": TWO, "y.bin": THREE}
    idle(shown)


def test_a_dropped_reference_deletes_nothing(shown):
    shown.edit("a.md", "![dot](img/dot.png)", "nothing")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert files(shown) == {"dot.png": ONE}
    assert shown.files()["img/dot.png"] == ONE
    idle(shown)
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    shown.sync()
    assert shown.files()["img/dot.png"] == TWO


def test_a_file_that_ignore_rules_hide_is_not_deleted(shown):
    shown.write(".confsyncignore", "img/\n")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert files(shown) == {"dot.png": ONE}


def test_a_change_wins_over_a_deletion_on_either_side(shown):
    shown.person.detach(shown.page("A").id, "dot.png")
    shown.write("img/dot.png", TWO)
    shown.sync()
    assert files(shown) == {"dot.png": TWO}
    idle(shown)
    shown.person.attach(shown.page("A").id, "dot.png", THREE)
    (shown.root / "img/dot.png").unlink()
    shown.sync()
    assert shown.files()["img/dot.png"] == THREE
    idle(shown)


def test_what_is_deleted_on_both_sides_stays_deleted(shown):
    shown.person.detach(shown.page("A").id, "dot.png")
    (shown.root / "img/dot.png").unlink()
    shown.sync()
    assert files(shown) == {}
    assert "img/dot.png" not in shown.files()
    idle(shown)


def test_many_files_that_went_at_once_halt_the_run(home):
    links = "".join(f"![x](img/{n}.png)\n" for n in range(7))
    home.write("a.md", f"# A\n\n{links}")
    for n in range(7):
        home.write(f"img/{n}.png", ONE + bytes([n]))
    home.push()
    for n in range(7):
        (home.root / f"img/{n}.png").unlink()
    with pytest.raises(MassDeletion):
        home.sync()
    assert len(files(home)) == 7
    assert home.sync(allow_deletes=7).exit_code == ExitCode.IN_SYNC
    assert files(home) == {}


# ---- renamed, shared, twice -------------------------------------------------------------------------------------


def test_a_renamed_file_keeps_its_attachment_and_nothing_is_sent(shown):
    (shown.root / "img/dot.png").rename(shown.root / "img/point.png")
    shown.edit("a.md", "img/dot.png", "img/point.png")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.writes == []
    assert files(shown) == {"dot.png": ONE}
    idle(shown)
    shown.write("img/point.png", TWO)
    shown.sync()
    assert files(shown) == {"dot.png": TWO}
    idle(shown)


def test_a_renamed_attachment_keeps_its_file(shown):
    shown.person.rename_file(shown.page("A").id, "dot.png", "point.png")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.files()["img/dot.png"] == ONE
    shown.write("img/dot.png", TWO)
    shown.sync()
    assert files(shown) == {"point.png": TWO}
    idle(shown)


def test_a_picture_of_two_pages_is_one_file_and_two_attachments(shown):
    shown.edit("other.md", "text", "text ![dot](img/dot.png)")
    shown.sync()
    assert files(shown, "Other") == {"dot.png": ONE}
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.files()["img/dot.png"] == TWO
    assert files(shown, "Other") == {"dot.png": TWO}
    idle(shown)
    shown.person.detach(shown.page("A").id, "dot.png")
    shown.edit("a.md", "![dot](img/dot.png)", "nothing")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.files()["img/dot.png"] == TWO
    assert (files(shown), files(shown, "Other")) == ({}, {"dot.png": TWO})
    idle(shown)


def test_two_files_of_one_name_are_two_attachments_whatever_their_case(home):
    home.write("a.md", "# A\n\n![x](img/Dot.png) ![y](pix/dot.PNG)\n")
    home.write("img/Dot.png", ONE)
    home.write("pix/dot.PNG", TWO)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert sorted(files(home).values()) == [ONE, TWO]
    idle(home)


def test_files_beside_a_document_go_along_when_a_person_renames_it(shown):
    shown.person.attach(shown.page("Other").id, "x.bin", TWO)
    shown.sync()
    (shown.root / "other.md").rename(shown.root / "renamed.md")
    (shown.root / "other.assets").rename(shown.root / "renamed.assets")
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert files(shown, "Other") == {"x.bin": TWO}
    idle(shown)
    shown.write("renamed.assets/x.bin", THREE)
    shown.sync()
    assert files(shown, "Other") == {"x.bin": THREE}


# ---- trouble ----------------------------------------------------------------------------------------------------


def test_a_lost_ledger_doubles_no_attachment_and_brings_none_back_over_a_newer_one(shown):
    shown.person.attach(shown.page("A").id, "theirs.bin", TWO)
    shown.sync()
    shown.forget()
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.writes == []
    assert files(shown) == {"dot.png": ONE, "theirs.bin": TWO}
    idle(shown)
    shown.forget()
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert shown.files()["img/dot.png"] == TWO
    assert files(shown)["dot.png"] == TWO
    idle(shown)


def test_a_held_file_is_not_replaced_when_the_ledger_is_lost_after_its_text_went_on(shown):
    shown.person.attach(shown.page("A").id, "dot.png", TWO)
    shown.write("img/dot.png", THREE)
    shown.edit("a.md", "here", "there")
    shown.sync()
    assert "there" in shown.body("A")
    for path in (shown.root / ".confsync").glob("ledger.db*"):
        path.unlink()
    assert shown.sync().exit_code == ExitCode.HELD
    assert shown.files()["img/dot.png"] == THREE
    assert files(shown) == {"dot.png": TWO}


def test_a_dry_run_says_what_a_run_does_with_files(shown):
    shown.person.attach(shown.page("A").id, "new.bin", TWO)
    shown.person.detach(shown.page("A").id, "dot.png")
    before = shown.files()
    planned = shown.sync(dry_run=True)
    assert planned.exit_code == ExitCode.PENDING
    assert (shown.writes, shown.files()) == ([], before)
    done = shown.sync()
    assert [(e.action, e.path) for e in planned.entries] == [(e.action, e.path) for e in done.entries]


def test_a_conflict_of_one_file_does_not_stop_the_text_that_shows_it(shown):
    page = shown.page("A")
    shown.person.attach(page.id, "dot.png", TWO)
    shown.person.replace(page.id, "here", "from there")
    shown.write("img/dot.png", THREE)
    assert shown.sync().exit_code == ExitCode.HELD
    assert "from there" in shown.read("a.md")
    idle(shown, ExitCode.HELD)


# ---- requests that go astray ------------------------------------------------------------------------------------


def test_an_upload_whose_answer_was_lost_is_found_again_and_not_doubled(shown):
    shown.write("img/dot.png", TWO)
    shown.sandbox.faults.add(Fault(trouble=Trouble.RESET, path="*/child/attachment*", when=When.AFTER))
    assert shown.sync().exit_code == ExitCode.IN_SYNC
    assert files(shown) == {"dot.png": TWO}
    assert versions(shown) == 2
    idle(shown)


def test_an_upload_that_never_arrived_is_sent_again(shown):
    shown.write("img/dot.png", TWO)
    shown.sandbox.faults.add(Fault(trouble=Trouble.RESET, path="*/child/attachment*", when=When.BEFORE))
    shown.sync()
    shown.sync()
    assert files(shown) == {"dot.png": TWO}
    assert versions(shown) == 2
    idle(shown)


def test_a_deletion_whose_answer_was_lost_is_done_once(shown):
    shown.edit("a.md", "![dot](img/dot.png)", "nothing")
    (shown.root / "img/dot.png").unlink()
    shown.sandbox.faults.add(Fault(trouble=Trouble.RESET, method="DELETE", when=When.AFTER))
    shown.sync()
    shown.sync()
    assert files(shown) == {}
    idle(shown)


def test_a_file_that_confluence_refuses_as_too_large_is_named_and_the_other_pages_go_on(shown):
    shown.sandbox.store.change_habits(max_file=1000)
    shown.write("img/dot.png", b"x" * 5000)
    shown.edit("other.md", "text", "new text")
    report = shown.sync()
    [failed] = [e for e in report.entries if e.path == "a.md"]
    assert str(failed.result) == "failed"
    assert "dot.png" in failed.detail
    assert "new text" in shown.body("Other")
    assert files(shown) == {"dot.png": ONE}


def test_one_content_is_sent_once_for_each_page_that_shows_it(home):
    home.write("a.md", "# A\n\n![x](img/x.png) and again ![x](img/x.png)\n")
    home.write("img/x.png", ONE)
    home.sync()
    assert sum("attachment" in write for write in home.writes) == 1
    home.write("a.md", home.read("a.md") + "\nmore\n")
    home.sync()
    assert sum("attachment" in write for write in home.writes) == 0
    (home.root / "img/x.png").touch()
    idle(home)


def versions(home):
    [file] = home.sandbox.store.files.of(home.page("A").id)
    return file.latest.number
