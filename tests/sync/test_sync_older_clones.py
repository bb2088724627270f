"""Clones without a ledger and without git: one that is older never undoes what was pushed since, an up-to-date one just pushes."""

from __future__ import annotations

import pytest
from sync_home import results

from confsync.errors import ExitCode

TEXT = "# Guide\n\nfirst words\n\nsee [other](other.md)\n\n- one\n- two\n\nmiddle\n\nlast words\n"


@pytest.fixture
def clone(home):
    """Return a clone of the folder as it is now, without its ledger."""
    home.write("guide.md", TEXT)
    home.write("other.md", "# Other\n\nwords\n")
    home.push()

    return lambda name: _copied(home, name)


@pytest.mark.parametrize(
    ("old", "new"),
    [("first words", "first words, changed"), ("- two", "- two\n- three"), ("- two\n", "- two\n\nmore\n")],
)
def test_an_older_clone_that_was_edited_elsewhere_undoes_nothing_and_says_so(home, clone, old, new):
    older = clone("older")
    home.edit("guide.md", old, new)
    home.push()
    body = home.body("Guide")
    older.edit("guide.md", "last words", "edited words")
    for _ in range(2):
        report = older.push()
        assert report.exit_code == ExitCode.HELD
        assert results(report)["guide.md"] == ("blocked", "held")
        assert home.body("Guide") == body
    older.edit("guide.md", old, new)
    assert older.push().exit_code == ExitCode.IN_SYNC
    assert "edited words" in home.body("Guide")


def test_an_older_clone_that_was_edited_right_beside_newer_words_undoes_nothing(home, clone):
    older = clone("older")
    home.edit("guide.md", "first words", "other words")
    home.push()
    body = home.body("Guide")
    older.edit("guide.md", "first words", "first words and more")
    report = older.push()
    assert results(report)["guide.md"] == ("blocked", "held")
    assert home.body("Guide") == body


@pytest.mark.parametrize(
    "edit",
    [
        ("last words", "the last words"),
        ("last words", "other text"),
        ("middle\n\nlast words", "centre\n\nend"),
        ("\nlast words\n", ""),
        ("first words", "1st words"),
    ],
)
@pytest.mark.parametrize(
    "pushed",
    [
        [("last words\n", "last words\n\nmore\n")],
        [("last words", "last words and more")],
        [("middle\n", "middle\n\nmore\n")],
        [("last words\n", "last words\n\nmore 0\n"), *((f"more {n}", f"more {n + 1}") for n in range(5))],
    ],
    ids=["a block at the end", "words at the end", "a block between", "a block, edited again and again"],
)
def test_an_older_clone_that_was_edited_where_words_were_only_added_undoes_nothing(home, clone, pushed, edit):
    older = clone("older")
    for step in pushed:
        home.edit("guide.md", *step)
        home.push()
    body = home.body("Guide")
    older.edit("guide.md", *edit)
    older.push()
    assert home.body("Guide") == body


def test_a_file_that_is_as_it_was_pushed_once_is_pulled_to_what_was_pushed_since(home, clone):
    older = clone("older")
    for step in (("last words\n", "last words\n\nmore\n"), ("first words", "1st words")):
        home.edit("guide.md", *step)
        home.push()
    body = home.body("Guide")
    report = older.push()
    assert report.exit_code == ExitCode.HELD
    assert "`confsync pull`" in report.entries[0].detail
    assert home.body("Guide") == body
    assert results(older.sync())["guide.md"] == ("pull", "done")
    assert older.read("guide.md") == home.read("guide.md")
    assert home.body("Guide") == body
    older.edit("guide.md", "more\n", "more\n\nmine\n")
    assert older.push().exit_code == ExitCode.IN_SYNC
    assert home.body("Guide") == body + "<p>mine</p>"


def test_a_clone_that_only_adds_a_block_reads_one_version_to_compare_with_and_one_to_write_into(home, clone):
    latest = clone("latest")
    for number in range(3):
        home.edit("guide.md", "last words\n", f"last words\n\nmore {number}\n")
        home.push()
        latest = _copied(home, f"latest{number}")
    latest.edit("guide.md", "middle\n", "middle\n\nmine\n")
    assert latest.push().exit_code == ExitCode.IN_SYNC
    read = [f"{e.path}?{e.query}" for e in home.sandbox.requests.api if "version=" in e.query]
    assert len(read) <= 2, read


def test_clone_after_clone_that_is_up_to_date_pushes_whatever_it_edits(home, clone):
    edits = [
        ("first words", "first"),
        ("first", "first again"),
        ("see [other](other.md)", "see [the other](other.md) page"),
        ("see [the other](other.md) page", "look at [the other](other.md)"),
        ("- one\n", ""),
        ("- two", "- two\n- three"),
        ("- three", "- 3"),
        ("- 3", "- 3\n\nnew"),
        ("new", "newer"),
        ("last words", "```\ncode\n```\n\nlast words"),
        ("code", "more code"),
    ]
    latest = clone("clone")
    for number, (old, new) in enumerate(edits):
        latest = _copied(latest, f"clone{number}")
        latest.edit("guide.md", old, new)
        report = latest.push()
        assert (report.exit_code, results(report)["guide.md"]) == (ExitCode.IN_SYNC, ("update", "done")), new


def _copied(home, name):
    twin = home.twin(name)
    for path, data in home.files().items():
        twin.write(path, data)
    return twin


def test_two_folders_with_ledgers_that_make_a_file_at_one_path_overwrite_neither(home, clone):
    other = clone("other")
    other.sync()
    other.write("new.md", "# New\n\ntheirs\n")
    other.push()
    home.write("new.md", "# New\n\nmine\n")
    assert home.push().exit_code == ExitCode.HELD
    assert home.body("New") == "<p>theirs</p>"
    report = home.sync()
    assert results(report)["new.md"] == ("conflict", "held")
    assert (home.body("New"), home.read("new.md")) == ("<p>theirs</p>", "# New\n\nmine\n")


def test_a_file_that_another_clone_made_and_somebody_edited_here_is_pushed(home, clone):
    other = clone("other")
    other.sync()
    other.write("new.md", "# New\n\ntheirs\n\nmore\n")
    other.push()
    home.write("new.md", "# New\n\ntheirs\n\nmore of it\n")
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.body("New") == "<p>theirs</p><p>more of it</p>"


@pytest.mark.parametrize("direction", ["push", "sync"])
def test_of_two_folders_with_ledgers_that_edit_a_file_which_neither_had_pushed_none_loses_words(
    home, clone, direction
):
    other = clone("other")
    other.sync()
    for folder, words in ((home, "mine"), (other, "theirs")):
        folder.write("new.md", f"# New\n\ncommon\n\n{words}\n")
    other.push()
    report = getattr(home, direction)()
    assert report.exit_code == ExitCode.HELD
    assert home.body("New") == "<p>common</p><p>theirs</p>"
    assert "mine" in home.read("new.md")


def test_an_up_to_date_clone_may_write_a_document_anew_from_its_first_word_to_its_last(home, clone):
    home.edit("guide.md", "last words\n", "last words\n\nand more\n")
    home.push()
    latest = clone("latest")
    latest.write("guide.md", "# Guide\n\nbrief\n")
    assert latest.push().exit_code == ExitCode.IN_SYNC
    assert home.body("Guide") == "<p>brief</p>"


def test_a_page_that_was_empty_before_it_was_taken_over_holds_no_edit_of_a_clone(home):
    home.person.create("Taken", "", raw=True)
    home.write("taken.md", "# Taken\n\nfirst words and more\n")
    assert home.push(adopt=True).exit_code == ExitCode.IN_SYNC
    latest = _copied(home, "latest")
    latest.edit("taken.md", "first words and more", "other")
    assert latest.push().exit_code == ExitCode.IN_SYNC
    assert home.body("Taken") == "<p>other</p>"
