"""A conflict from its beginning to each of its ends."""

import pytest

MINE = "# Notes\n\nOne thing, says the file.\n\nAnother thing.\n"


@pytest.fixture
def torn(synced):
    """A folder in which one page is held: the file and its page say different things in one place."""
    synced.write("notes.md", MINE)
    synced.sandbox.as_person.replace(synced.page("Notes"), "One thing.", "One thing, says the page.")
    done = synced.run("sync", "--json")
    assert done.code == 4
    assert [(a["path"], a["result"]) for a in done.object["actions"]] == [("notes.md", "held")]
    synced.sandbox.requests.reset()
    return synced


def copy(project):
    (found,) = project.root.glob("notes.conflict-v*.md")
    return found


def puts(project):
    return len(project.sandbox.requests.writes)


def test_a_conflict_leaves_the_file_and_the_page_and_puts_the_pages_text_beside_the_file(torn):
    assert torn.read("notes.md") == MINE
    assert "says the page." in torn.body("Notes")
    assert copy(torn).read_text() == MINE.replace("says the file", "says the page")
    assert torn.run("sync").code == 4
    assert torn.run("status").code == 4
    assert puts(torn) == 0


def test_one_held_page_does_not_hold_the_others(torn):
    torn.write("guide.md", torn.read("guide.md").replace("first", "second"))
    assert torn.run("sync").code == 4
    assert "second" in torn.body("Guide")


@pytest.mark.parametrize("named", ["file", "copy"])
def test_keep_local_brings_the_file_to_the_page_with_one_write(torn, named):
    name = "notes.md" if named == "file" else copy(torn).name
    assert torn.run("resolve", name, "--keep", "local").code == 0
    assert not list(torn.root.glob("*.conflict-*"))
    assert torn.run("sync").code == 0
    assert torn.read("notes.md") == MINE
    assert "says the file." in torn.body("Notes")
    assert puts(torn) == 1


def test_keep_remote_brings_the_pages_text_to_the_file_without_a_write(torn):
    assert torn.run("resolve", "notes.md", "--keep", "remote").code == 0
    assert torn.read("notes.md") == MINE.replace("says the file", "says the page")
    assert torn.run("sync").code == 0
    assert puts(torn) == 0
    kept = [p.read_text() for p in torn.path(".confsync/trash").rglob("*") if p.is_file()]
    assert MINE in kept


def test_keep_merged_takes_the_file_as_it_is_now(torn):
    torn.write("notes.md", MINE.replace("says the file", "say both"))
    assert torn.run("resolve", "notes.md", "--keep", "merged").code == 0
    assert torn.run("sync").code == 0
    assert "One thing, say both." in torn.body("Notes")
    assert puts(torn) == 1


def test_deleting_the_copy_keeps_the_file(torn):
    copy(torn).unlink()
    assert torn.run("sync").code == 0
    assert "says the file." in torn.body("Notes")
    assert puts(torn) == 1


def test_there_must_be_a_conflict_to_resolve(synced):
    done = synced.run("resolve", "notes.md", "--keep", "remote")
    assert done.code == 2
    assert "notes.md" in done.err
    assert synced.run("resolve", "../elsewhere.md", "--keep", "remote").code == 2
