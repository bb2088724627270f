"""A clone without a ledger, an older one, a shallow one, a damaged ledger: as CI and people run them, with real git."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

IDENTITY = {
    **{f"GIT_{who}_NAME": "Ann" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "ann@example.com" for who in ("AUTHOR", "COMMITTER")},
}


def git(folder, *arguments):
    """Run git as somebody, without the machine's own settings."""
    env = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    found = subprocess.run(
        ["git", *arguments], cwd=folder, env=env, check=True, capture_output=True, text=True
    )
    return found.stdout.strip()


class Repository:
    """The documents in git, and clones of them as CI jobs make them: without a ledger."""

    def __init__(self, project):
        self.project, self.home = project, project.root.parent
        git(project.root, "init", "-q", "-b", "main")
        project.write(".gitignore", ".confsync/\n")
        self.commit("first")

    def commit(self, message):
        git(self.project.root, "add", "-A")
        git(self.project.root, "commit", "-q", "-m", message)
        return git(self.project.root, "rev-parse", "HEAD")

    def write(self, name, text):
        self.project.write(name, text)
        return self.commit(f"write {name}")

    def job(self, name, *options, commit=None):
        """Return the project in a fresh clone."""
        clone = self.home / name
        git(self.home, "clone", "-q", *options, f"file://{self.project.root}", str(clone))
        if commit:
            git(clone, "checkout", "-q", commit)
        return self.project.elsewhere(clone)


@pytest.fixture
def repository(project):
    if shutil.which("git") is None:
        pytest.skip("no git on this machine")
    return Repository(project)


def writes(project):
    return [f"{e.method} {e.path}" for e in project.sandbox.requests.writes]


NOTES = "# Notes\n\nOne thing.\n\nAnother thing.\n"


def test_a_fresh_clone_of_what_was_pushed_writes_nothing(repository, sandbox):
    assert repository.job("one").run("push").code == 0
    sandbox.requests.reset()
    again = repository.job("two")
    assert again.run("push").code == 0
    assert writes(again) == []


def test_a_fresh_clone_pushes_what_was_committed_since(repository):
    assert repository.job("one").run("push").code == 0
    repository.write("notes.md", NOTES.replace("One", "First"))
    two = repository.job("two", "--depth", "1")
    outcome = two.run("push", "--json")
    assert outcome.code in (0, 4)
    if outcome.code == 0:
        assert outcome.pairs == [("update", "notes.md")]
        assert "First thing" in two.body("Notes")
    else:
        assert "fetch the history" in outcome.out


@pytest.mark.parametrize("options", [(), ("--depth", "1")], ids=["whole", "shallow"])
def test_an_older_clone_never_reverts_a_newer_page(repository, options):
    old = repository.job("old", *options)
    repository.write("notes.md", NOTES.replace("One", "First"))
    new = repository.job("new")
    assert new.run("push").code == 0
    for _ in range(2):
        outcome = old.run("push", "--json")
        assert outcome.code == 4
        assert {a["path"]: a["action"] for a in outcome.object["actions"]} == {"notes.md": "blocked"}
        assert "First thing" in old.body("Notes")


def test_an_older_clone_pushes_once_it_has_fetched_what_is_newer(repository):
    old = repository.job("old")
    repository.write("notes.md", NOTES.replace("One", "First"))
    assert repository.job("new").run("push").code == 0
    assert old.run("push").code == 4
    git(old.root, "pull", "-q")
    old.write("notes.md", NOTES.replace("One", "First").replace("Another", "Second"))
    git(old.root, "commit", "-q", "-a", "-m", "second")
    assert old.run("push").code == 0
    assert "First thing" in old.body("Notes")
    assert "Second thing" in old.body("Notes")


def test_a_branch_beside_the_pushed_one_reverts_nothing(repository):
    first = git(repository.project.root, "rev-parse", "HEAD")
    repository.write("notes.md", NOTES.replace("One", "First"))
    assert repository.job("main").run("push").code == 0
    beside = repository.job("beside", commit=first)
    beside.write("notes.md", NOTES.replace("Another", "Second"))
    git(beside.root, "commit", "-q", "-a", "-m", "beside")
    assert beside.run("push").code == 4
    assert "First thing" in beside.body("Notes")


def test_a_clone_without_a_ledger_deletes_nothing(repository):
    assert repository.job("one").run("push").code == 0
    git(repository.project.root, "rm", "-q", "notes.md")
    repository.commit("remove notes")
    two = repository.job("two")
    assert two.run("push").code == 0
    assert two.page("Notes")


# ---- the ledger -------------------------------------------------------------------------------------------------


def cut(path):
    path.write_bytes(path.read_bytes()[:5000])


def scribble(path):
    path.write_bytes(b"no database at all" * 1000)


def empty(path):
    path.write_bytes(b"")


def older(path):
    """Be a ledger of before the first migration: tables that nobody wrote down."""
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE base (page_id TEXT)")
        db.commit()


def settled(path):
    """Return a project's ledger as one file."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode = DELETE")
    return path


@pytest.mark.parametrize("damage", [cut, scribble, empty, older])
def test_a_damaged_ledger_is_set_aside_with_a_message_and_rebuilt(synced, damage):
    ledger = settled(synced.path(".confsync/ledger.db"))
    damage(ledger)
    bytes_before = ledger.read_bytes()
    synced.write("notes.md", NOTES.replace("One", "First"))
    files = synced.files()
    outcome = synced.run("push")
    assert outcome.code == 0, outcome.err
    assert "set aside" in outcome.err
    [aside] = synced.path(".confsync").glob("ledger.db.broken-*")
    assert aside.read_bytes() == bytes_before
    assert "First thing" in synced.body("Notes")
    assert synced.files() == files
    synced.sandbox.requests.reset()
    assert synced.run("push").code == 0
    assert writes(synced) == []


def test_a_ledger_of_a_newer_confsync_is_refused_and_left_as_it_is(synced):
    ledger = settled(synced.path(".confsync/ledger.db"))
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('confsync', 'm999_future')")
        db.commit()
    before = ledger.read_bytes()
    synced.sandbox.requests.reset()
    outcome = synced.run("sync")
    assert outcome.code == 7
    assert "newer confsync" in outcome.err
    assert ledger.read_bytes() == before
    assert writes(synced) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_ledger_that_may_not_be_written_is_told_and_nothing_is_pushed(synced):
    synced.write("notes.md", NOTES.replace("One", "First"))
    for path in synced.path(".confsync").glob("ledger.db*"):
        path.chmod(0o400)
    synced.sandbox.requests.reset()
    assert synced.run("push").code == 7
    assert writes(synced) == []


def test_a_ledger_that_another_program_holds_is_told_and_nothing_is_pushed(synced):
    synced.write("notes.md", NOTES.replace("One", "First"))
    with closing(sqlite3.connect(synced.path(".confsync/ledger.db"))) as db:
        db.execute("BEGIN IMMEDIATE")
        outcome = synced.run("push")
    assert outcome.code == 7, outcome.err
    assert "One thing" in synced.body("Notes")
    assert synced.run("push").code == 0
    assert "First thing" in synced.body("Notes")


def test_a_title_that_the_page_of_another_folder_has_is_told_as_that(synced, tmp_path):
    other = synced.elsewhere(tmp_path / "other")
    other.write("confsync.toml", synced.read("confsync.toml"))
    other.write("mine/intro.md", "# Guide\n\nanother one\n")
    done = other.run("push")
    assert done.code == 4
    assert "made of guide.md, elsewhere" in done.out
    assert synced.sandbox.as_person.read(synced.page("Guide")).find("another one") < 0
