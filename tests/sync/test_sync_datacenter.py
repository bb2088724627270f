"""The main job on Data Center: v1, any context path, and directories whose places are pages."""

from __future__ import annotations

import shutil

import pytest
from sync_home import CORPUS, Home, results

from confsync.errors import ExitCode
from confsync.planning.stand_ins import is_children_list
from confsync.sandbox import Fault, Sandbox, Trouble, When
from confsync.sandbox.store.pages import Edit

IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


@pytest.fixture
def sandbox():
    with Sandbox(flavor="datacenter", context="/confluence", search_lag=0.0) as running:
        yield running
        assert running.crashes == []


@pytest.fixture
def home(tmp_path, sandbox):
    return Home(tmp_path / "docs", sandbox)


def small_tree(home):
    home.write(
        "guide.md", "---\nlabels: [one, two]\n---\n# The Guide\n\nSee [setup](guide/setup.md#first-step).\n"
    )
    home.write("guide/setup.md", "# Setup\n\n## First step\n\nA ![dot](../img/dot.png) für dich – hier.\n")
    home.write(
        "api/calls.md", "# Calls\n\nBack to [the guide](../guide.md), data in [a file](../data/x.csv).\n"
    )
    home.write("api/deep/more.md", "# More\n\ntext\n")
    home.write("img/dot.png", IMAGE)
    home.write("data/x.csv", "a,b\n")


def in_step(home):
    """A sync after which there is nothing to do, and nothing was done."""
    before = home.files()
    report = home.sync()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert home.writes == []
    assert home.files() == before
    return True


def test_a_first_push_makes_pages_places_labels_attachments_and_links(home):
    small_tree(home)
    report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert home.titles() == {"The Guide", "Setup", "Calls", "More", "api", "deep"}
    assert 'ri:content-title="Setup"' in home.body("The Guide")
    assert 'ri:filename="dot.png"' in home.body("Setup")
    assert "f&uuml;r dich &ndash; hier" in home.body("Setup")
    pages = {p.title: p for p in home.store_pages()}
    assert is_children_list(pages["api"].body)
    assert pages["Calls"].parent_id == pages["api"].id
    assert pages["deep"].parent_id == pages["api"].id
    assert pages["More"].parent_id == pages["deep"].id
    page = home.page("The Guide").id
    assert {label.name for label in home.sandbox.store.labels.of(page)} == {"one", "two"}


def test_a_second_push_writes_nothing_with_and_without_a_ledger(home):
    small_tree(home)
    home.push()
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.writes == []
    home.forget()
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.writes == []
    assert in_step(home)


def test_edits_on_both_sides_change_just_that_on_the_other(home):
    small_tree(home)
    home.push()
    home.person.replace(home.page("Setup").id, "f&uuml;r dich", "f&uuml;r euch")
    home.edit("guide/setup.md", "First step", "Very first step")
    before = home.body("Setup")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert (
        home.read("guide/setup.md")
        == "# Setup\n\n## Very first step\n\nA ![dot](../img/dot.png) für euch – hier.\n"
    )
    assert home.body("Setup") == before.replace("First step", "Very first step")
    assert in_step(home)


def test_a_save_in_the_browser_changes_no_file(home):
    small_tree(home)
    home.push()
    home.person.edit(home.page("Calls").id)
    home.sync()
    assert home.writes == []
    assert in_step(home)


def test_a_directory_without_a_page_is_no_file_on_pull_also_without_a_ledger(home):
    small_tree(home)
    home.push()
    other = home.twin("pulled")
    assert other.pull().exit_code == ExitCode.IN_SYNC
    expected = {
        "the-guide.md",
        "the-guide/setup.md",
        "the-guide/setup.assets/dot.png",
        "api/calls.md",
        "api/calls.assets/x.csv",
        "api/deep/more.md",
    }
    assert set(other.files()) == expected
    assert (other.root / "the-guide/setup.assets/dot.png").read_bytes() == IMAGE
    assert other.read("the-guide.md").startswith("---\ntitle: The Guide\n")
    other.push()
    assert other.writes == []
    other.forget()
    assert other.push().exit_code == ExitCode.IN_SYNC
    assert other.writes == []
    other.pull()
    assert set(other.files()) == expected


def test_a_list_of_children_that_a_person_made_is_a_page_like_any_other(home):
    small_tree(home)
    home.push()
    parent = home.sandbox.store.tree.find_space("DOCS").homepage_id
    body = '<p><ac:structured-macro ac:name="children" /></p>'
    home.sandbox.store.pages.create(
        home.person.user, home.page("Calls").space_id, "Contents", body, parent_id=parent
    )
    home.pull()
    assert "contents.md" in home.files()


def test_a_place_that_somebody_wrote_into_becomes_a_page_with_a_file(home):
    small_tree(home)
    home.push()
    place = home.page("api")
    home.person.edit(place.id, home.person.read(place.id) + "<p>All about calls.</p>")
    home.edit("api/calls.md", "Back to", "Up to")
    home.write("api/new.md", "# New\n\ntext\n")
    assert home.push().exit_code == ExitCode.IN_SYNC
    pages = {p.title: p for p in home.store_pages()}
    assert pages["New"].parent_id == place.id
    assert results(home.sync())["api.md"] == ("pull", "done")
    assert "All about calls." in home.read("api.md")
    assert "api/calls.md" in home.files()
    assert in_step(home)
    home.edit("api.md", "All about", "Much about")
    home.sync()
    assert "Much about calls." in home.body("api")


def test_a_place_that_was_renamed_or_moved_stays_one(home):
    small_tree(home)
    home.push()
    home.person.rename(home.page("api").id, "Interfaces")
    home.person.move(home.page("deep").id, home.page("The Guide").id)
    home.sync()
    assert {"interfaces/calls.md", "guide/deep/more.md"} <= set(home.files())
    home.write("interfaces/new.md", "# New\n\ntext\n")
    assert home.push().exit_code == ExitCode.IN_SYNC
    pages = {p.title: p for p in home.store_pages()}
    assert pages["New"].parent_id == pages["Interfaces"].id
    assert "api" not in pages


def test_a_document_for_a_directory_takes_its_place_over(home):
    home.write("api/calls.md", "# Calls\n\ntext\n")
    home.push()
    place = home.page("api")
    home.write("api.md", "# Api\n\nAll about calls.\n")
    report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, report
    page = home.page("Api")
    assert page.id == place.id
    assert "All about calls." in home.body("Api")
    assert "children" not in home.body("Api")
    assert in_step(home)


def test_a_document_of_another_name_takes_the_place_of_its_directory_over_without_a_ledger(home):
    home.write("api/calls.md", "# Calls\n\ntext\n")
    home.push()
    place = home.page("api")
    home.forget()
    home.write("api/index.md", "# All the calls\n\nHello.\n")
    report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert home.page("All the calls").id == place.id
    assert in_step(home)


def test_places_of_one_name_and_pages_of_their_name_are_told_apart(home):
    home.write("a/images/one.md", "# One\n\ntext\n")
    home.write("b/images/two.md", "# Two\n\ntext\n")
    home.write("notes.md", "# Images\n\ntext\n")
    report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert home.titles() == {"One", "Two", "Images", "a", "b", "images (a)", "images (b)"}
    home.write("c.md", "# B\n\ntext\n")
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert "B (c.md)" in home.titles()
    home.forget()
    home.push()
    assert home.writes == []
    other = home.twin("pulled")
    other.pull()
    assert "notes.md" not in other.files()
    other.push()
    assert other.writes == []


def test_a_place_whose_title_is_not_its_directorys_name_is_known_by_its_stamp(home):
    home.write("a/images/one.md", "# One\n\ntext\n")
    home.write("b/images/two.md", "# Two\n\ntext\n")
    home.push()
    place = home.page("images (b)")
    home.forget()
    (home.root / "b/images/two.md").unlink()
    home.write("b/images/three.md", "# Three\n\ntext\n")
    assert home.push().exit_code == ExitCode.IN_SYNC
    pages = {p.title: p for p in home.store_pages()}
    assert pages["Three"].parent_id == place.id
    assert pages.keys() == {"a", "b", "images", "images (b)", "One", "Two", "Three"}


def test_words_behind_a_stamp_that_somebody_copied_are_not_hidden_from_a_pull(home):
    small_tree(home)
    home.push()
    place = home.page("api")
    [version] = home.sandbox.store.state.versions_of(home.sandbox.store.state.content(place.id))
    forged = Edit(number=2, body="<p>Words.</p>", message=version.message)
    home.sandbox.store.pages.update(home.person.user, place.id, forged)
    other = home.twin("pulled")
    other.pull()
    assert "Words." in other.read("api.md")


def test_a_place_in_the_trash_is_made_again_when_it_is_needed(home):
    home.write("api/calls.md", "# Calls\n\ntext\n")
    home.push()
    home.person.trash(home.page("api").id)
    home.write("api/new.md", "# New\n\ntext\n")
    assert results(home.push())["api/new.md"] == ("create", "done")
    pages = {p.title: p for p in home.store_pages()}
    assert pages["New"].parent_id == pages["api"].id
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert set(home.files()) == {"calls.md", "api/new.md"}, "what hung in the place went up in Confluence"
    assert in_step(home)


def test_what_hangs_below_a_page_that_is_deleted_there_goes_up_on_both_sides(home):
    home.write("guide.md", "# Guide\n\ntext\n")
    home.write("guide/setup.md", "# Setup\n\ntext\n")
    home.push()
    home.person.trash(home.page("Guide").id)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert set(home.files()) == {"setup.md"}
    assert in_step(home)


def test_titles_labels_and_moves_go_both_ways(home):
    small_tree(home)
    home.push()
    home.person.rename(home.page("Setup").id, "Setting up")
    home.person.label(home.page("Calls").id, "three")
    home.edit("guide.md", "[one, two]", "[two]")
    home.sync()
    assert home.read("guide/setup.md").startswith("# Setting up\n")
    page = home.page("The Guide")
    assert [label.name for label in home.sandbox.store.labels.of(page.id)] == ["two"]
    (home.root / "api/calls.md").rename(home.root / "calls.md")
    home.edit("calls.md", "../", "")
    home.sync()
    moved = next(p for p in home.store_pages() if p.title == "Calls")
    assert moved.parent_id == home.sandbox.store.tree.find_space("DOCS").homepage_id
    assert in_step(home)


def test_a_page_that_is_deleted_on_one_side_goes_to_the_trash_of_the_other(home):
    small_tree(home)
    home.push()
    calls = home.page("Calls")
    (home.root / "api/calls.md").unlink()
    home.sync()
    assert home.sandbox.store.state.content(calls.id).status == "trashed"
    home.person.trash(home.page("Setup").id)
    home.sync()
    assert "guide/setup.md" not in home.files()
    assert in_step(home)


@pytest.mark.parametrize("first_message", [True, False])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(trouble=Trouble.RESET, method="POST", path="POST /rest/api/content", when=When.AFTER, times=3),
        Fault(
            trouble=Trouble.RESET,
            method="PUT",
            path="PUT /rest/api/content/<ident>",
            when=When.AFTER,
            times=3,
        ),
        Fault(trouble=Trouble.LATE, method="POST", path="POST /rest/api/content", times=2),
        Fault(
            trouble=Trouble.STATUS, status=503, path="/rest/api/content*", when=When.AFTER, times=4, skip=3
        ),
    ],
    ids=["create-lost", "update-lost", "create-late", "unavailable"],
)
def test_a_lost_answer_doubles_no_page_and_no_place(home, fault, first_message):
    home.sandbox.store.change_habits(first_message=first_message)
    small_tree(home)
    home.sandbox.faults.add(fault)
    home.push()
    home.sandbox.deliver_late()
    home.sandbox.faults.clear()
    for _ in range(3):
        report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, report
    titles = [page.title for page in home.store_pages()]
    assert sorted(titles) == ["Calls", "More", "Setup", "The Guide", "api", "deep"]
    assert in_step(home)
    home.forget()
    home.push()
    assert home.writes == [] or not first_message, (
        "what bears no stamp is found by its title, and stamped then"
    )
    home.forget()
    home.push()
    assert home.writes == []


def test_an_old_release_without_cursor_walk_and_first_messages_does_the_same(home):
    home.sandbox.store.change_habits(scans=False, first_message=False, forgets_place=False)
    small_tree(home)
    assert home.push().exit_code == ExitCode.IN_SYNC
    home.forget()
    home.push()
    assert home.writes == []
    other = home.twin("pulled")
    other.pull()
    assert "api.md" not in other.files()
    other.push()
    assert other.writes == []


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}: set CONFSYNC_CORPUS")
def test_a_real_tree_with_many_places_goes_in_and_comes_back_and_then_nothing_is_written(home):
    shutil.copytree(CORPUS / "markdown" / "docusaurus-redux" / "docs", home.root, dirs_exist_ok=True)
    assert home.push().exit_code == ExitCode.IN_SYNC
    pulled = home.twin("pulled")
    assert pulled.pull().exit_code == ExitCode.IN_SYNC
    documents = {name for name in home.files() if name.endswith(".md")}
    assert len({name for name in pulled.files() if name.endswith(".md")}) == len(documents)
    for folder in (home, pulled):
        assert folder.push().exit_code == ExitCode.IN_SYNC
        assert folder.writes == []
        folder.forget()
        assert folder.push().exit_code == ExitCode.IN_SYNC
        assert folder.writes == []
