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


# ---- files ------------------------------------------------------------------------------------------------------

YOURS, THEIRS = b"<svg>yours</svg>", b"<svg>theirs</svg>"


@pytest.fixture
def apart(synced):
    """A folder in which the picture of one page is held: it has one content here and another there."""
    synced.write("dot.svg", YOURS)
    synced.sandbox.as_person.attach(synced.page("Install"), "dot.svg", THEIRS)
    done = synced.run("sync", "--json")
    assert done.code == 4, done
    assert synced.path("dot.conflict-v2.svg").read_bytes() == THEIRS
    synced.sandbox.requests.reset()
    return synced


def attached(project):
    return project.sandbox.as_person.files(project.page("Install"))["dot.svg"]


@pytest.mark.parametrize("named", ["dot.svg", "dot.conflict-v2.svg", "guide/install.md"])
@pytest.mark.parametrize("keep", ["local", "merged"])
def test_the_file_as_it_is_here_becomes_a_version_with_one_write(apart, named, keep):
    assert apart.run("resolve", named, "--keep", keep).code == 0
    assert not list(apart.root.glob("*.conflict-*"))
    assert apart.run("sync").code == 0
    assert (apart.path("dot.svg").read_bytes(), attached(apart)) == (YOURS, YOURS)
    assert puts(apart) == 1


@pytest.mark.parametrize("named", ["dot.svg", "dot.conflict-v2.svg", "guide/install.md"])
def test_the_file_as_the_page_has_it_takes_the_place_of_yours_without_a_write(apart, named):
    done = apart.run("resolve", named, "--keep", "remote")
    assert (done.code, done.out) == (
        0,
        "dot.svg is no longer held: kept as the page has it. Both sides agree.\n",
    )
    assert not list(apart.root.glob("*.conflict-*"))
    assert apart.run("sync").code == 0
    assert (apart.path("dot.svg").read_bytes(), attached(apart)) == (THEIRS, THEIRS)
    assert puts(apart) == 0
    assert YOURS in [p.read_bytes() for p in apart.path(".confsync/trash").rglob("*") if p.is_file()]


def test_a_document_and_its_files_are_let_go_together_and_each_is_named(apart):
    apart.write("guide/install.md", apart.read("guide/install.md").replace("Put it in", "Put it here"))
    apart.sandbox.as_person.replace(apart.page("Install"), "Put it in", "Put it there")
    assert apart.run("sync").code == 4
    done = apart.run("resolve", "guide/install.md", "--keep", "remote")
    assert [line.split()[0] for line in done.out.splitlines()] == ["guide/install.md", "dot.svg"]
    assert apart.run("sync").code == 0
    assert "Put it there" in apart.read("guide/install.md")
    assert apart.path("dot.svg").read_bytes() == THEIRS
