"""Revisions of pages become commits beside the user's own work, in a real repository."""

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from confsync.local.commits import Author, GitHistory
from confsync.local.git_state import git_at_work
from confsync.model import DocPath

ANN = ("Ann Example", "557058:ab-1")


@dataclass
class Seen:
    path: DocPath
    before: str | None
    after: str | None


class Repository:
    """A work tree with the documents in a folder of it."""

    def __init__(self, top: Path) -> None:
        self.top, self.root = top, top / "docs"
        self.root.mkdir(parents=True)
        (self.root / ".confsync").mkdir()
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Me")
        self.git("config", "user.email", "me@example.org")
        (top / ".gitignore").write_text(".confsync\n*.tmp\n")
        self.history = GitHistory(self.root, self.root / ".confsync")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.top, capture_output=True, text=True, check=True)
        return done.stdout

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def commit_all(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "mine")

    def record(self, *changes: Seen) -> str | None:
        return self.history.record(changes, ANN, "Page: version 7 in Confluence")

    def files_of(self, commit: str) -> list[str]:
        return self.git("show", "--name-status", "--format=", commit).split("\n")[:-1]


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "repo")
    made.write("a.md", "one\n")
    made.write("b.md", "two\n")
    made.commit_all()
    return made


def digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def change(path: str, before: str | None, after: str | None) -> Seen:
    return Seen(DocPath(path), digest(before), digest(after))


def test_a_pulled_revision_is_a_commit_of_its_author_with_our_file_only(repository):
    repository.write("a.md", "new\n")
    commit = repository.record(change("a.md", "one\n", "new\n"))
    assert repository.git("show", "-s", "--format=%an <%ae>|%cn|%s", "HEAD").strip() == (
        "Ann Example <557058-ab-1@users.confluence.invalid>|Me|Page: version 7 in Confluence"
    )
    assert repository.git("rev-parse", "HEAD").strip() == commit
    assert repository.files_of("HEAD") == ["M\tdocs/a.md"]
    assert repository.git("status", "--porcelain") == ""


def test_the_users_index_and_unfinished_work_stay_as_they_are(repository):
    repository.write("b.md", "staged\n")
    repository.git("add", "docs/b.md")
    repository.write("b.md", "staged and more\n")
    repository.write("mine.md", "untracked\n")
    repository.write("a.md", "new\n")
    assert repository.record(change("a.md", "one\n", "new\n"))
    assert repository.files_of("HEAD") == ["M\tdocs/a.md"]
    assert repository.git("status", "--porcelain").splitlines() == ["MM docs/b.md", "?? docs/mine.md"]
    assert repository.git("show", ":docs/b.md") == "staged\n"


def test_a_file_with_unfinished_work_in_it_is_not_committed(repository):
    repository.write("a.md", "unfinished and pulled\n")
    assert repository.record(change("a.md", "unfinished\n", "unfinished and pulled\n")) is None
    assert repository.git("log", "--format=%s").split() == ["mine"]
    assert repository.git("status", "--porcelain") == " M docs/a.md\n"


def test_new_files_and_files_that_went_are_committed_too(repository):
    repository.write("new page/c.md", "three\n")
    (repository.root / "b.md").unlink()
    assert repository.record(change("new page/c.md", None, "three\n"), change("b.md", "two\n", None))
    assert sorted(repository.files_of("HEAD")) == ["A\tdocs/new page/c.md", "D\tdocs/b.md"]
    assert repository.git("status", "--porcelain") == ""


def test_what_changed_after_the_run_is_left_alone(repository):
    repository.write("a.md", "typed since\n")
    assert repository.record(change("a.md", "one\n", "new\n")) is None


def test_what_git_ignores_is_not_committed(repository):
    repository.write("scratch.tmp", "x")
    assert repository.record(change("scratch.tmp", None, "x")) is None


def test_what_the_user_staged_in_the_very_file_stays_staged(repository):
    repository.write("a.md", "staged\n")
    repository.git("add", "docs/a.md")
    repository.write("a.md", "new\n")
    assert repository.record(change("a.md", "one\n", "new\n"))
    assert repository.git("show", ":docs/a.md") == "staged\n"


def test_nothing_is_committed_while_git_is_in_the_middle_of_something(repository):
    (repository.top / ".git" / "MERGE_HEAD").write_text("0" * 40)
    repository.write("a.md", "new\n")
    assert repository.record(change("a.md", "one\n", "new\n")) is None


def test_the_first_commit_of_a_repository_may_be_ours(tmp_path):
    fresh = Repository(tmp_path / "fresh")
    fresh.write("a.md", "new\n")
    assert fresh.record(change("a.md", None, "new\n"))
    assert fresh.files_of("HEAD") == ["A\tdocs/a.md"]


def test_outside_of_a_work_tree_nothing_happens(tmp_path):
    (tmp_path / "a.md").write_text("new\n")
    history = GitHistory(tmp_path, tmp_path)
    assert history.record([change("a.md", None, "new\n")], ANN, "x") is None


def test_line_ends_that_git_converts_are_no_unfinished_work(repository):
    (repository.top / ".gitattributes").write_text("*.md text eol=crlf\n")
    repository.git("add", "--renormalize", ".")
    repository.commit_all()
    (repository.root / "a.md").write_bytes(b"new\r\n")
    assert repository.record(change("a.md", "one\r\n", "new\r\n"))
    assert repository.git("status", "--porcelain") == ""


def test_commits_work_where_git_knows_no_user(repository, monkeypatch, tmp_path):
    repository.git("config", "--unset", "user.name")
    repository.git("config", "--unset", "user.email")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "none"))
    repository.write("a.md", "new\n")
    assert repository.record(change("a.md", "one\n", "new\n"))
    assert repository.git("show", "-s", "--format=%an|%cn", "HEAD").strip() == "Ann Example|confsync"


@pytest.mark.parametrize(
    ("name", "account"), [("", ""), ("<>", "x"), ("A\nB <c@d>", "a b"), (" . ", "ü/é"), ("\x00", "\n")]
)
def test_every_name_makes_an_author_that_git_takes(repository, name, account):
    repository.write("a.md", "new\n")
    assert repository.history.record([change("a.md", "one\n", "new\n")], (name, account), "x")
    shown = repository.git("show", "-s", "--format=%an|%ae", "HEAD").strip()
    assert "<" not in shown
    assert Author.of(name, account).name in shown


@pytest.mark.parametrize(
    "name", ["index.lock", "MERGE_HEAD", "rebase-merge", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG"]
)
def test_what_git_leaves_in_the_middle_of_something_is_seen_from_a_folder_below(repository, name):
    assert git_at_work(repository.root) is None
    (repository.top / ".git" / name).write_text("x")
    assert name in git_at_work(repository.root)


def test_a_linked_work_tree_has_a_middle_of_its_own(repository):
    repository.git("worktree", "add", "-q", "../linked", "-b", "other")
    linked = repository.top.parent / "linked"
    assert git_at_work(linked / "docs") is None
    place = Path(subprocess.check_output(["git", "rev-parse", "--git-dir"], cwd=linked, text=True).strip())
    (place / "CHERRY_PICK_HEAD").write_text("x")
    assert "cherry-pick" in git_at_work(linked / "docs")
    assert git_at_work(repository.root) is None
