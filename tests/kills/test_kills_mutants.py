"""Killing runs proves something: an engine without its journal comes to another end, each time."""

from __future__ import annotations

import pytest
from mutants import (
    creates_are_never_recognised,
    no_journal,
    no_journal_for_pulls,
    updates_are_closed_without_looking_at_history,
)
from realm import Realm
from scenarios import edit, put, say
from test_kills_and_more_trouble import ALPHA, killed


def pull_then_both_edit() -> Realm:
    """A pull is killed right behind the file; then the file is edited, and the page where it was edited before."""
    realm = Realm()
    put(realm, "a.md", ALPHA)
    realm.run()
    say(realm, "Alpha", "t2 two", "t20 there")
    killed(realm, "after write")
    edit(realm, "a.md", "t3 three", "t30 here")
    say(realm, "Alpha", "t20 there", "t21 there again")
    realm.run()
    return realm


def push_then_both_edit() -> Realm:
    """An update is killed right behind Confluence's answer; then both sides are edited, the file where it was."""
    realm = Realm()
    put(realm, "a.md", ALPHA)
    realm.run()
    edit(realm, "a.md", "t2 two", "t20 here")
    killed(realm, "after update")
    edit(realm, "a.md", "t20 here", "t21 here again")
    say(realm, "Alpha", "t3 three", "t30 there")
    realm.run()
    return realm


def create_then_edit() -> Realm:
    """A create is killed right behind Confluence's answer, and the file goes to another place."""
    realm = Realm()
    put(realm, "a.md", ALPHA)
    killed(realm, "after create")
    put(realm, "b.md", realm.tree.files.pop("a.md"))
    realm.run()
    return realm


@pytest.mark.parametrize("life", [pull_then_both_edit, push_then_both_edit, create_then_edit])
def test_a_whole_engine_holds_nothing(life):
    assert len(life().tree.documents()) == 1


@pytest.mark.parametrize(
    ("mutant", "life"),
    [
        (no_journal, pull_then_both_edit),
        (no_journal, push_then_both_edit),
        (no_journal_for_pulls, pull_then_both_edit),
        (updates_are_closed_without_looking_at_history, push_then_both_edit),
        (creates_are_never_recognised, create_then_edit),
    ],
    ids=lambda part: part.__name__,
)
def test_an_engine_that_forgets_what_it_was_doing_holds_a_page_for_nothing(mutant, life, monkeypatch):
    mutant(monkeypatch)
    assert len(life().tree.documents()) == 2
