"""A docs folder in a git repository: pulled revisions as commits, and quiet while git is at work."""

import subprocess

import pytest


def git(root, *arguments):
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def repository(synced):
    git(synced.root, "init", "-q", "-b", "main")
    git(synced.root, "config", "user.name", "Me")
    git(synced.root, "config", "user.email", "me@example.org")
    git(synced.root, "add", "-A")
    git(synced.root, "commit", "-q", "-m", "mine")
    return synced


@pytest.fixture
def committing(repository):
    repository.write("confsync.toml", repository.read("confsync.toml") + "\n[git]\ncommit = true\n")
    git(repository.root, "commit", "-q", "-a", "-m", "settings")
    return repository


def log(home, form="%an: %s"):
    return git(home.root, "log", f"--format={form}").splitlines()


def test_each_pulled_revision_becomes_a_commit_of_the_one_who_wrote_it(committing):
    person = committing.sandbox.as_person
    page = committing.page("Install")
    person.replace(page, "Put it in.", "Push it in.")
    person.create("Fresh", "<p>new</p>")
    assert committing.run("sync").code == 0
    name = person.user.name
    assert sorted(log(committing)[:2]) == [
        f"{name}: Fresh: version 1 in Confluence",
        f"{name}: Install: version 3 in Confluence",
    ]
    assert git(committing.root, "status", "--porcelain") == ""


def test_a_file_whose_page_was_trashed_goes_with_a_commit(committing):
    committing.sandbox.as_person.trash(committing.page("Install"))
    assert committing.run("sync").code == 0
    assert log(committing)[0] == "Me: Install: removed in Confluence"
    assert git(committing.root, "status", "--porcelain") == ""


def test_a_push_and_a_merge_with_unfinished_work_commit_nothing(committing):
    committing.sandbox.as_person.replace(committing.page("Notes"), "Another", "Some other")
    committing.write("notes.md", committing.read("notes.md").replace("One", "1"))
    assert committing.run("sync").code == 0
    assert len(log(committing)) == 2
    assert git(committing.root, "status", "--porcelain") == " M notes.md\n"


def test_without_the_setting_nothing_is_committed(repository):
    repository.sandbox.as_person.replace(repository.page("Install"), "Put it in.", "Push it in.")
    assert repository.run("sync").code == 0
    assert log(repository) == ["Me: mine"]


def test_watch_waits_while_a_rebase_is_under_way_and_takes_its_end_as_one_cycle(repository, started):
    root, before = repository.root, repository.body("Notes")
    git(root, "checkout", "-q", "-b", "mine")
    repository.write("notes.md", repository.read("notes.md").replace("One", "My"))
    git(root, "commit", "-q", "-a", "-m", "my notes")
    git(root, "checkout", "-q", "main")
    repository.write("notes.md", repository.read("notes.md").replace("One", "Their"))
    git(root, "commit", "-q", "-a", "-m", "their notes")
    git(root, "checkout", "-q", "mine")
    watch = started("watch", "-C", root, "--interval", "0.5")
    watch.line_with("notes.md")
    pushed = repository.body("Notes")
    assert "My" in pushed != before
    stopped = subprocess.run(["git", "rebase", "-q", "main"], cwd=root, capture_output=True, check=False)
    assert stopped.returncode != 0
    watch.line_with("waiting")
    repository.write("notes.md", "# Notes\n\nOur thing.\n\nAnother thing.\n")
    assert repository.body("Notes") == pushed
    git(root, "add", "notes.md")
    git(root, "-c", "core.editor=true", "rebase", "--continue")
    watch.line_with("notes.md")
    assert "Our thing." in repository.body("Notes")


def test_a_checkout_of_other_contents_and_back_writes_nothing(repository):
    root = repository.root
    git(root, "checkout", "-q", "-b", "other")
    for number in range(30):
        repository.write(f"more/{number}.md", f"# Number {number}\n")
    repository.write("notes.md", "# Notes\n\nQuite another text.\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "other")
    git(root, "checkout", "-q", "main")
    repository.sandbox.requests.reset()
    assert repository.run("sync").code == 0
    assert [e.method for e in repository.sandbox.requests.api if e.method != "GET"] == []
