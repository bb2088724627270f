"""The main job: a tree goes into Confluence, an edit comes back from each side."""

from __future__ import annotations

import json
from functools import partial

from sync_home import results

from confsync.errors import ExitCode

IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def small_tree(home):
    home.write(
        "guide.md", "---\nlabels: [one, two]\n---\n# The Guide\n\nSee [setup](guide/setup.md#first-step).\n"
    )
    home.write("guide/setup.md", "# Setup\n\n## First step\n\nA ![dot](../img/dot.png) here.\n")
    home.write(
        "api/calls.md", "# Calls\n\nBack to [the guide](../guide.md), data in [a file](../data/x.csv).\n"
    )
    home.write("img/dot.png", IMAGE)
    home.write("data/x.csv", "a,b\n")


def test_a_first_push_makes_pages_folders_labels_attachments_and_links(home):
    small_tree(home)
    report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert home.titles() == {"The Guide", "Setup", "Calls"}
    assert 'ri:content-title="Setup"' in home.body("The Guide")
    assert 'ac:anchor="First-step"' in home.body("The Guide")
    assert 'ri:filename="dot.png"' in home.body("Setup")
    assert 'ri:filename="x.csv"' in home.body("Calls")
    pages = {p.title: p for p in home.store_pages()}
    assert pages["Setup"].parent_id == pages["The Guide"].id
    assert pages["Calls"].parent_type == "folder"


def test_a_second_push_writes_nothing_with_and_without_a_ledger(home):
    small_tree(home)
    home.push()
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.writes == []
    home.forget()
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_a_sync_after_a_push_touches_neither_side(home):
    small_tree(home)
    home.push()
    before = home.files()
    for _ in range(3):
        assert home.sync().exit_code == ExitCode.IN_SYNC
        assert home.writes == []
    assert home.files() == before


def test_an_edit_of_a_file_changes_just_that_in_the_page(home):
    small_tree(home)
    home.push()
    marked = home.body("Setup").replace(
        "here", '<ac:inline-comment-marker ac:ref="r1">here</ac:inline-comment-marker>'
    )
    page = home.page("Setup")
    home.person.edit(page.id, marked)
    home.sync()
    before = home.body("Setup")
    home.edit("guide/setup.md", "First step", "Very first step")
    home.sandbox.requests.keep_bodies = True
    assert results(home.sync())["guide/setup.md"] == ("update", "done")
    [sent] = [json.loads(e.body) for e in home.sandbox.requests.api if e.method == "PUT"]
    assert sent["body"]["value"] == before.replace("First step", "Very first step")


def test_an_edit_of_a_page_changes_just_that_in_the_file(home):
    home.write("a.md", "Alpha\n=====\n\n* one\n* two\n\nLine one\nline two.\n<!-- kept -->\n")
    home.push()
    home.person.replace(home.page("Alpha").id, "line two", "line 2")
    assert results(home.sync())["a.md"] == ("pull", "done")
    assert home.read("a.md") == "Alpha\n=====\n\n* one\n* two\n\nLine one\nline 2.\n<!-- kept -->\n"
    home.sync()
    assert home.writes == []


def test_a_push_leaves_a_page_that_is_ahead_and_says_so(home):
    home.write("a.md", "# A\n\ntext\n")
    home.push()
    home.person.replace(home.page("A").id, "text", "their text")
    report = home.push()
    assert results(report)["a.md"][1] == "ahead"
    assert report.exit_code == ExitCode.IN_SYNC
    assert "their text" in home.body("A")
    assert home.read("a.md") == "# A\n\ntext\n"


def test_edits_of_different_blocks_on_both_sides_are_merged(home):
    home.write("a.md", "# A\n\nfirst\n\nsecond\n\nthird\n")
    home.push()
    home.person.replace(home.page("A").id, "first", "theirs")
    home.edit("a.md", "third", "mine")
    report = home.sync()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert home.read("a.md") == "# A\n\ntheirs\n\nsecond\n\nmine\n"
    assert "theirs" in home.body("A")
    assert "mine" in home.body("A")
    home.sync()
    assert home.writes == []


def test_a_push_of_a_merge_leaves_the_file_and_no_later_push_reverts_it(home):
    home.write("a.md", "# A\n\nfirst\n\nsecond\n\nthird\n")
    home.push()
    home.person.replace(home.page("A").id, "first", "theirs")
    home.edit("a.md", "third", "mine")
    home.push()
    assert home.read("a.md") == "# A\n\nfirst\n\nsecond\n\nmine\n"
    home.push()
    assert home.writes == []
    home.edit("a.md", "mine", "mine again")
    home.push()
    assert "theirs" in home.body("A")
    assert "mine again" in home.body("A")
    home.sync()
    assert home.read("a.md") == "# A\n\ntheirs\n\nsecond\n\nmine again\n"
    home.sync()
    assert home.writes == []


def test_a_sync_goes_on_while_somebody_saves_the_page_again_and_again(home):
    home.write("a.md", "# A\n\nfirst\n\nsecond\n")
    home.push()
    page = home.page("A").id
    home.edit("a.md", "first", "mine")
    for n in range(2):
        was = "second" if n == 0 else f"theirs {n - 1}."
        home.sandbox.faults.meanwhile(
            partial(home.person.replace, page, was, f"theirs {n}."), method="PUT", path="*/pages/*", skip=n
        )
    report = home.sync()
    assert report.exit_code == ExitCode.IN_SYNC
    assert "mine" in home.body("A")
    assert "theirs 1." in home.body("A")
    assert home.read("a.md") == "# A\n\nmine\n\ntheirs 1.\n"
    assert home.sync().entries == ()


def test_edits_of_one_block_on_both_sides_hold_the_page_until_the_copy_is_gone(home):
    home.write("a.md", "# A\n\nfirst\n")
    home.write("b.md", "# B\n\nfirst\n")
    home.push()
    home.person.replace(home.page("A").id, "first", "theirs")
    home.edit("a.md", "first", "mine")
    home.edit("b.md", "first", "other")
    report = home.sync()
    assert report.exit_code == ExitCode.HELD
    assert home.read("a.md") == "# A\n\nmine\n"
    [copy] = [name for name in home.files() if ".conflict-v" in name]
    assert "theirs" in home.read(copy)
    assert "other" in home.body("B")
    assert home.sync().exit_code == ExitCode.HELD
    assert "theirs" in home.body("A")
    (home.root / copy).unlink()
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "mine" in home.body("A")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_a_pull_of_a_space_and_a_push_of_it_write_nothing(home):
    small_tree(home)
    home.push()
    other = home.twin("pulled")
    report = other.pull()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert set(other.files()) == {
        "the-guide.md",
        "the-guide/setup.md",
        "the-guide/setup.assets/dot.png",
        "api/calls.md",
        "api/calls.assets/x.csv",
    }
    assert (other.root / "the-guide/setup.assets/dot.png").read_bytes() == IMAGE
    assert "[setup](the-guide/setup.md#first-step)" in other.read("the-guide.md")
    assert other.read("the-guide.md").startswith("---\ntitle: The Guide\n")
    other.push()
    assert other.writes == []
    other.forget()
    assert other.push().exit_code == ExitCode.IN_SYNC
    assert other.writes == []


def test_a_renamed_page_renames_the_file_and_a_renamed_file_the_page(home):
    home.write("a.md", "# A\n\ntext\n")
    home.push()
    page = home.page("A")
    home.person.rename(page.id, "A new name")
    home.sync()
    assert home.read("a.md") == "# A new name\n\ntext\n"
    home.edit("a.md", "A new name", "Newest")
    home.sync()
    assert home.page("Newest").id == page.id
    home.sync()
    assert home.writes == []


def test_a_moved_file_moves_its_page_and_keeps_it(home):
    home.write("a.md", "# A\n\ntext\n")
    home.write("b.md", "# B\n\nother\n")
    home.push()
    page = home.page("A")
    (home.root / "b").mkdir()
    (home.root / "a.md").rename(home.root / "b" / "a.md")
    home.sync()
    moved = next(p for p in home.store_pages() if p.id == page.id)
    assert moved.parent_id == home.page("B").id
    home.sync()
    assert home.writes == []


def test_labels_are_pushed_removed_and_pulled(home):
    home.write("a.md", "---\nlabels: [red, green]\n---\n# A\n\ntext\n")
    home.push()
    home.edit("a.md", "[red, green]", "[green, blue]")
    home.push()
    other = home.twin("other")
    other.pull()
    assert "labels: [blue, green]" in other.read("a.md")


def test_an_unchanged_folder_is_in_sync_by_status_and_an_edit_is_pending(home):
    small_tree(home)
    home.push()
    assert home.status().exit_code == ExitCode.IN_SYNC
    home.edit("guide.md", "See", "Read")
    assert results(home.status()) == {"guide.md": ("update", "planned")}
    assert home.status().exit_code == ExitCode.PENDING


def test_a_dry_run_says_what_the_run_does_and_touches_nothing(home):
    small_tree(home)
    home.write("twice.md", "# The guide\n\ntwice\n")
    planned = home.push(dry_run=True)
    assert planned.exit_code == ExitCode.PENDING
    assert home.writes == []
    assert not (home.root / ".confsync").exists()
    done = home.push()
    assert [(e.action, e.path) for e in planned.entries] == [(e.action, e.path) for e in done.entries]
    assert "The guide (twice.md)" in home.titles()


def test_a_change_of_line_ends_alone_sends_nothing(home):
    small_tree(home)
    home.push()
    home.write("guide.md", home.read("guide.md").replace("\n", "\r\n"))
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_a_page_moved_in_confluence_takes_its_file_and_all_below_it_along(home):
    small_tree(home)
    home.write("calls.md", "# Other\n\nSee [setup](guide/setup.md).\n")
    home.push()
    home.person.move(home.page("The Guide").id, home.page("Other").id)
    assert results(home.sync())["guide.md"][0] == "move"
    assert "calls/guide.md" in home.files()
    assert "calls/guide/setup.md" in home.files()
    assert "[setup](calls/guide/setup.md)" in home.read("calls.md")
    assert "](../../img/dot.png)" in home.read("calls/guide/setup.md")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_two_files_that_swap_places_keep_their_pages_and_their_bases(home):
    home.person.create("One", "<p>alpha</p><p>first</p>")
    home.person.create("Two", "<p>beta</p><p>second</p>")
    home.sync()
    (home.root / "one.md").rename(home.root / "x")
    (home.root / "two.md").rename(home.root / "one.md")
    (home.root / "x").rename(home.root / "two.md")
    home.sync()
    assert home.writes == []
    home.person.replace(home.page("One").id, "first", "FIRST")
    home.person.replace(home.page("Two").id, "second", "SECOND")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "alpha\n\nFIRST\n" in home.read("two.md")
    assert "beta\n\nSECOND\n" in home.read("one.md")
    assert home.writes == []
