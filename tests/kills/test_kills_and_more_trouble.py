"""A run is killed, and then something else goes wrong, or somebody goes on working, before the next one."""

from __future__ import annotations

import pytest
from fate import Crash
from realm import Realm
from scenarios import page, put

from confsync.errors import SideEmptied


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
