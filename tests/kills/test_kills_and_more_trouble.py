"""A run is killed, and then something else goes wrong, or somebody goes on working, before the next one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from fate import Crash
from killing import come_to_rest, commands, settled
from realm import Realm
from scenarios import SCENARIOS, edit, move, page, put, rename, say
from wiki import HOME

from confsync.errors import ConfsyncError, SideEmptied
from confsync.markup.document import Document
from confsync.model import DocPath, Flavor, Status


def killed(realm: Realm, before: str) -> None:
    """Run until right before a step, and die there."""
    realm.fate.once[before] = die
    with pytest.raises(Crash):
        realm.run()


def die() -> None:
    raise Crash


def test_a_folder_that_is_emptied_after_a_killed_create_trashes_nothing():
    realm = Realm()
    put(realm, "a.md", "# Alpha\n\nt1\n")
    killed(realm, "after create")
    realm.tree.emptied = True
    with pytest.raises(SideEmptied):
        realm.run()
    assert [page.title for page in realm.wiki.live()] == ["Alpha"]
    realm.tree.emptied = False
    realm.run()
    assert "t1" in realm.wiki.live()[0].body


def test_files_below_a_page_that_cannot_be_seen_stay_where_they_are():
    realm = Realm()
    put(realm, "a.md", "# Alpha\n\nt1\n")
    put(realm, "a/b.md", "# Beta\n\nt2\n")
    realm.run()
    realm.wiki.hidden.add(page(realm.wiki, "Alpha"))
    written = realm.tree.writes
    realm.run()
    assert realm.tree.documents() == ["a.md", "a/b.md"]
    realm.wiki.hidden.clear()
    realm.run()
    assert realm.tree.writes == written


ALPHA = "# Alpha\n\nt1 one\n\nt2 two\n\nt3 three\n"


@pytest.fixture
def realm() -> Realm:
    """Return a realm in which one file is in step with its page."""
    made = Realm()
    put(made, "a.md", ALPHA)
    made.run()
    return made


def test_what_a_killed_pull_wrote_is_no_edit_of_the_file(realm):
    say(realm, "Alpha", "t2 two", "t20 there")
    killed(realm, "after write")
    edit(realm, "a.md", "t3 three", "t30 here")
    say(realm, "Alpha", "t20 there", "t21 there again")
    realm.run()
    assert realm.tree.documents() == ["a.md"], "a conflict with what we wrote ourselves"
    assert realm.tree.files["a.md"] == b"# Alpha\n\nt1 one\n\nt21 there again\n\nt30 here\n"


def test_what_a_killed_merge_wrote_is_no_edit_of_the_file(realm):
    say(realm, "Alpha", "t2 two", "t20 there")
    edit(realm, "a.md", "t3 three", "t30 here")
    killed(realm, "after write")
    say(realm, "Alpha", "t20 there", "t21 there again")
    realm.run()
    assert realm.tree.documents() == ["a.md"], "a conflict with what we wrote ourselves"
    assert "t30 here" in realm.wiki.find("Alpha").body
    assert b"t21 there again" in realm.tree.files["a.md"]


def test_a_killed_pull_whose_file_was_put_back_reverts_nothing(realm):
    say(realm, "Alpha", "t2 two", "t20 there")
    killed(realm, "after write")
    put(realm, "a.md", ALPHA.replace("t3 three", "t30 here"))
    realm.run()
    assert "t20 there" in realm.wiki.find("Alpha").body
    assert realm.tree.files["a.md"] == b"# Alpha\n\nt1 one\n\nt20 there\n\nt30 here\n"


def test_a_page_that_was_made_and_renamed_before_it_had_its_text_is_told_and_not_pulled():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    killed(realm, "after create")
    rename(realm, "Alpha", "Omega")
    for _ in range(2):
        report = realm.run()
    assert realm.tree.documents() == ["a.md"]
    assert "t2 two" in realm.wiki.find("Alpha").body
    assert page(realm.wiki, "Omega") in {entry.page_id for entry in report.entries}


def test_a_file_that_moves_after_its_page_was_made_keeps_the_page():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    killed(realm, "after create")
    move(realm, "a.md", "b.md")
    realm.run()
    assert realm.tree.documents() == ["b.md"]
    assert [found.title for found in realm.wiki.live()] == ["Alpha"]
    assert "t2 two" in realm.wiki.find("Alpha").body


def test_a_page_that_was_never_filled_is_had_by_another_document_of_its_title():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    killed(realm, "after create")
    realm.ledger.lose()
    move(realm, "a.md", "b.md")
    put(realm, "a.md", "# Beta\n\nt4 four\n")
    realm.run()
    assert realm.tree.documents() == ["a.md", "b.md"]
    assert {found.title for found in realm.wiki.live()} == {"Alpha", "Beta"}
    assert "t2 two" in realm.wiki.find("Alpha").body


def test_a_file_that_a_killed_run_had_attached_and_a_person_deletes_does_not_come_back(realm):
    realm.tree.files["dot.png"] = b"dot"
    edit(realm, "a.md", "t3 three", "t3 ![](dot.png)")
    killed(realm, "after upload")
    edit(realm, "a.md", "t3 ![](dot.png)", "t3 three")
    del realm.tree.files["dot.png"]
    realm.run()
    realm.run()
    assert "dot.png" not in realm.tree.files
    assert realm.wiki.files.get(page(realm.wiki, "Alpha"), {}) == {}


def died_after(scenario, step):
    """Return a realm in which a run was killed right behind a step of this name."""
    realm = settled(scenario)
    killed(realm, f"after {step}")
    return realm


def named(name):
    return next(scenario for scenario in SCENARIOS if scenario.name == name)


def test_a_label_that_a_killed_run_brought_to_a_page_goes_when_its_file_loses_it():
    scenario = named("a_file_gets_a_label_and_loses_one")
    realm = died_after(scenario, "labels")
    page_id = page(realm.wiki, "Epsilon")
    brought = next(label for label in realm.wiki.labels_of(page_id) if label not in ("one", "two"))
    text = Document.parse(realm.tree.files[DocPath("d/e.md")].decode())
    left = tuple(label for label in text.front.labels or () if label != brought)
    put(realm, "d/e.md", text.with_labels(left))
    come_to_rest(realm, commands(realm, scenario))
    assert brought not in realm.wiki.labels_of(page_id)
    assert brought not in (Document.parse(realm.tree.files[DocPath("d/e.md")].decode()).front.labels or ())


def test_a_page_that_comes_back_after_a_killed_run_trashed_its_file_is_pulled_and_not_trashed():
    scenario = named("a_page_is_trashed")
    realm = died_after(scenario, "trash of a file")
    trashed = next(h[-1] for h in realm.wiki.history_of.values() if h[-1].status is Status.TRASHED)
    back = replace(trashed, status=Status.CURRENT, parent_id=HOME, version=trashed.version + 1, message="")
    realm.wiki.history_of[trashed.id].append(back)
    come_to_rest(realm, commands(realm, scenario))
    assert realm.wiki.is_current(trashed.id)
    assert any(
        row.page_id == trashed.id and row.path in realm.tree.files for row in realm.ledger.known.values()
    )


def test_a_directory_move_that_was_killed_and_cannot_be_finished_takes_nothing_back_in_confluence():
    scenario = named("a_folder_is_moved_and_a_page_in_it_edited_on_both_sides")
    realm = died_after(scenario, "move")
    folder = next(f for f in realm.wiki.folders.values() if f.title == "g")
    left = next(path for path in sorted(realm.tree.files) if path.startswith("g/") and path.endswith(".md"))
    put(realm, f"b/{left}", "# Somebody's\n\nt99 own\n")
    for _ in range(3):
        with suppress(ConfsyncError):
            realm.run()
    assert realm.wiki.folders[folder.id].parent_id == page(realm.wiki, "Beta")
    inside = {p.title for p in realm.wiki.live() if p.parent_id == folder.id}
    assert inside == {"Eta"}
    inner = realm.wiki.folders[realm.wiki.now(page(realm.wiki, "Kappa")).parent_id]
    assert (inner.title, inner.parent_id) == ("in", folder.id)
    assert "t99 own" in realm.tree.files[DocPath(f"b/{left}")].decode()


def test_a_page_move_that_was_killed_and_cannot_be_finished_takes_nothing_back_in_confluence():
    scenario = named("a_page_moves_with_its_children")
    realm = died_after(scenario, "rebinding")
    put(realm, "b/d.md", "# Somebody's\n\nt99 own\n")
    for _ in range(3):
        with suppress(ConfsyncError):
            realm.run()
    assert realm.wiki.now(page(realm.wiki, "Delta")).parent_id == page(realm.wiki, "Beta")
    assert realm.wiki.now(page(realm.wiki, "Epsilon")).parent_id == page(realm.wiki, "Delta")


def test_an_edit_that_landed_before_a_run_died_is_ours_also_after_the_page_was_hidden_for_a_run():
    realm = settled(named("a_file_is_edited"))
    killed(realm, "after update")
    realm.wiki.hidden = {page(realm.wiki, "Alpha")}
    realm.run()
    realm.wiki.hidden = set()
    edit(realm, "a.md", "t3 three", "t30 three")
    realm.run()
    assert not [path for path in realm.tree.files if "conflict" in path]
    assert "t30" in (realm.wiki.now(page(realm.wiki, "Alpha")).body or "")


def test_a_page_that_somebody_restores_after_a_killed_run_trashed_its_file_is_not_trashed_again():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    put(realm, "b.md", "# Beta\n\nt4\n")
    realm.run()
    alpha = page(realm.wiki, "Alpha")
    before = realm.wiki.now(alpha)
    realm.wiki.put_in_trash(alpha)
    killed(realm, "after trash of a file")
    assert "a.md" not in realm.tree.files
    realm.wiki.history_of[alpha].append(before)
    realm.run()
    assert realm.wiki.now(alpha).status is Status.CURRENT
    assert any(b"t1 one" in realm.tree.files[path] for path in realm.tree.documents())


@pytest.mark.parametrize("flavor", Flavor)
def test_what_somebody_writes_on_a_page_that_a_killed_run_made_is_not_overwritten(flavor):
    realm = Realm(flavor=flavor)
    put(realm, "a.md", ALPHA)
    killed(realm, "after create")
    realm.wiki.edit(page(realm.wiki, "Alpha"), body="<p>t9 theirs</p>")
    for _ in range(2):
        realm.run()
    assert realm.wiki.find("Alpha").body == "<p>t9 theirs</p>"
    assert realm.tree.documents() == ["a.conflict-v2.md", "a.md"]
    assert len(realm.wiki.live()) == 1


@pytest.mark.parametrize("flavor", Flavor)
def test_a_copy_of_a_folder_with_an_open_create_reads_what_the_other_one_made_of_the_page(flavor):
    realm = Realm(flavor=flavor)
    put(realm, "a.md", ALPHA)
    killed(realm, "after create")
    other = Realm(flavor=flavor)
    other.wiki = other.confluence.wiki = realm.wiki
    other.ledger = realm.ledger.copied()
    other.tree.files = dict(realm.tree.files)
    other.tree.root_id = realm.tree.root_id
    edit(realm, "a.md", "t1 one", "t10 newer")
    realm.run()
    for _ in range(2):
        other.run()
    assert "t10 newer" in realm.wiki.find("Alpha").body
    assert len(realm.wiki.live()) == 1


def test_a_copy_of_a_folder_that_was_about_to_make_a_page_overwrites_nothing_that_the_other_one_made():
    realm = Realm()
    realm.run()
    put(realm, "a.md", ALPHA)
    killed(realm, "before create")
    other = Realm()
    other.wiki = other.confluence.wiki = realm.wiki
    other.ledger, other.tree.files = realm.ledger.copied(), dict(realm.tree.files)
    other.tree.root_id = realm.tree.root_id
    edit(realm, "a.md", "t1 one", "t10 newer")
    realm.run()
    for _ in range(2):
        other.run()
    assert "t10 newer" in realm.wiki.find("Alpha").body
    assert any(b"t10 newer" in data for path, data in other.tree.files.items() if "conflict" in path)
    assert len(realm.wiki.live()) == 1


def test_a_page_that_had_a_temporary_title_when_the_ledger_was_lost_gets_its_own_back_and_no_run_writes_for_ever():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    put(realm, "b.md", "# Beta\n\nt4 four\n")
    realm.run()
    alpha = page(realm.wiki, "Alpha")
    put(realm, "a.md", ALPHA.replace("Alpha", "Beta"))
    put(realm, "b.md", "# Alpha\n\nt4 four\n")
    realm.fate.once["after update"] = die
    with pytest.raises(Crash):
        realm.run()
    assert "exchanged" in realm.wiki.now(alpha).title
    realm.ledger.lose()
    put(realm, "a.md", ALPHA)
    put(realm, "b.md", "# Beta\n\nt4 four\n")
    for _ in range(2):
        realm.run()
    assert realm.wiki.now(alpha).title == "Alpha"
    written = realm.confluence.writes
    realm.run()
    assert realm.confluence.writes == written


def test_a_new_file_that_a_killed_pull_wrote_is_edited_and_merged_like_any_other():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    realm.run()
    realm.wiki.new("Beta", "<p>t4 four</p><p>t5 five</p>")
    killed(realm, "after write")
    edit(realm, "beta.md", "t4 four", "t40 here")
    say(realm, "Beta", "t5 five", "t50 there")
    realm.run()
    assert realm.tree.documents() == ["a.md", "beta.md"]
    text, body = realm.tree.files["beta.md"].decode(), realm.wiki.find("Beta").body
    for words in ("t40 here", "t50 there"):
        assert words in text
        assert words in body


def test_an_older_file_that_was_away_when_a_killed_pull_was_about_to_write_undoes_nothing():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    realm.run()
    realm.wiki.new("Beta", "<p>t4 four</p>")
    realm.run()
    there = realm.tree.files.pop("beta.md")
    realm.ledger.lose()
    say(realm, "Beta", "t4 four", "t50 there")
    killed(realm, "after intent")
    put(realm, "beta.md", there.decode().replace("t4 four", "t40 here"))
    realm.run()
    assert "t50 there" in realm.wiki.find("Beta").body
    assert "t40 here" in realm.tree.files["beta.md"].decode()


def test_a_copy_that_a_killed_run_left_beside_a_file_is_the_one_that_holds_the_page(realm):
    say(realm, "Alpha", "t2 two", "t20 there")
    edit(realm, "a.md", "t2 two", "t21 here")
    killed(realm, "after write")
    assert realm.tree.documents() == ["a.conflict-v3.md", "a.md"]
    rename(realm, "Alpha", "Omega")
    report = realm.run()
    assert realm.tree.documents() == ["a.conflict-v3.md", "a.md"], "a second copy that says the same"
    assert [(entry.action, str(entry.result)) for entry in report.entries] == [("merge", "held")]
    del realm.tree.files[DocPath("a.conflict-v3.md")]
    come_to_rest(realm, realm.run)
    assert "t21 here" in realm.wiki.find("Omega").body
    assert realm.tree.documents() == ["a.md"]


def test_a_copy_of_somebody_else_beside_a_file_holds_no_page_for_another(realm):
    say(realm, "Alpha", "t2 two", "t20 there")
    edit(realm, "a.md", "t2 two", "t21 here")
    put(realm, "a.conflict-v3.md", "t99 somebody's own\n")
    rename(realm, "Alpha", "Omega")
    realm.run()
    assert b"t20 there" in realm.tree.files[DocPath("a.conflict-v4.md")]
    assert realm.tree.files[DocPath("a.conflict-v3.md")] == b"t99 somebody's own\n"


def test_a_file_of_another_clone_with_the_newest_words_is_not_what_a_killed_pull_wrote_if_it_lacks_others():
    realm = Realm()
    put(realm, "a.md", ALPHA)
    realm.run()
    realm.wiki.new("Beta", "<p>t4 four</p><p>t5 five</p>")
    realm.run()
    there = realm.tree.files.pop("beta.md").decode()
    realm.ledger.lose()
    say(realm, "Beta", "t4 four", "t4 four</p><p>t50 of others")
    say(realm, "Beta", "t5 five", "t60 sent by the clone")
    killed(realm, "after intent")
    put(realm, "beta.md", there.replace("t5 five", "t60 sent by the clone").replace("t4 four", "t40 edited"))
    for _ in range(2):
        realm.run()
    assert "t50 of others" in realm.wiki.find("Beta").body
    assert "t40 edited" in realm.tree.files["beta.md"].decode()
