"""Commits of what came from Confluence, made beside the user's own work: their index and their edits stay as they are.

A commit is built in an index of its own from HEAD and the few files it is about (gitcore: read-tree, update-index,
write-tree, commit-tree, update-ref). No hook runs and no file of the work tree is touched.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from confsync.local import git
from confsync.local.git_state import git_at_work
from confsync.model import DocPath, Sha

_ABSENT: Final = "0" * 40


@dataclass(frozen=True, slots=True)
class Author:
    """Whose revision it is, as git shows it. Confluence hides addresses, so that of an account is made of its id."""

    name: str
    email: str

    @classmethod
    def of(cls, name: str, account: str) -> Author:
        """Return an author whose name and address git takes: without line ends and angle brackets."""
        plain = " ".join(name.translate({ord(c): " " for c in "<>\n\r\x00"}).split())
        local = "".join(c if c.isalnum() or c in "-._" else "-" for c in account) or "unknown"
        return cls(plain.strip(".,:;\"' ") or local, f"{local}@users.confluence.invalid")


_SELF: Final = Author("confsync", "confsync@localhost")


class Change(Protocol):
    """A file as it was found before (its SHA-256, None: absent) and as it was left (None: gone)."""

    @property
    def path(self) -> DocPath:
        """Where it lies."""

    @property
    def before(self) -> Sha | None:
        """What it held."""

    @property
    def after(self) -> Sha | None:
        """What it holds."""


@dataclass(frozen=True, slots=True)
class GitHistory:
    """Commits to the branch that is checked out in the root's work tree. `state` is a folder for its own index."""

    root: Path
    state: Path

    def record(self, changes: Iterable[Change], author: tuple[str, str] | None, message: str) -> str | None:
        """Commit those of the changes that are ours alone; return the commit, or None when there is nothing to commit.

        `author` is a name and an account id; None: the user who commits.

        A file whose content before differed from HEAD holds unfinished work of the user's and is left out; so is one
        that changed since, one that git ignores, and everything while git is in the middle of something.
        """
        if git_at_work(self.root) is not None or git.ask(self.root, "rev-parse", "--git-dir") is None:
            return None
        head = git.head(self.root)
        ours = [change for change in changes if self._is_ours(head, change)]
        if not ours:
            return None
        with self._own_index() as index:
            if self._run(index, "read-tree", head or "--empty") is None:
                return None
            entries = self._stage(index, ours)
            tree = self._run(index, "write-tree")
            if tree is None or tree == self._run({}, "rev-parse", f"{head}^{{tree}}" if head else ""):
                return None
            who = Author.of(*author) if author else None
            return self._commit(head, tree, who, message, entries)

    def _is_ours(self, head: str | None, change: Change) -> bool:
        committed = self._content(head, change.path)
        now = _hash_of(self.root / change.path)
        if committed != change.before or now != change.after or now == committed:
            return False
        return self._run({}, "check-ignore", "--quiet", "--", change.path) is None

    def _content(self, head: str | None, path: DocPath) -> Sha | None:
        """Return the hash of a file's content in HEAD as it would be checked out; None when HEAD has no such file."""
        if head is None:
            return None
        found = git.read(self.root, "cat-file", "--filters", f"{head}:./{path}")
        return None if found is None else Sha(hashlib.sha256(found).hexdigest())

    def _stage(self, index: Mapping[str, str], changes: Iterable[Change]) -> dict[DocPath, str | None]:
        """Put the changes into the index; return each path's new entry, None for one that is gone."""
        entries: dict[DocPath, str | None] = {}
        for change in changes:
            entries[change.path] = entry = self._entry(change)
            self._set(index, change.path, entry)
        return entries

    def _entry(self, change: Change) -> str | None:
        if change.after is None:
            return None
        blob = self._run({}, "hash-object", "-w", "--path", f"./{change.path}", "--", change.path)
        mode = (self._run({}, "ls-tree", "HEAD", "--", f"./{change.path}") or "100644").split()[0]
        return f"{mode},{blob}"

    def _set(self, index: Mapping[str, str], path: DocPath, entry: str | None) -> None:
        if entry is None:
            self._run(index, "update-index", "--force-remove", "--", path)
        else:
            self._run(index, "update-index", "--add", "--cacheinfo", f"{entry},{self._prefix()}{path}")

    def _prefix(self) -> str:
        return self._run({}, "rev-parse", "--show-prefix") or ""

    def _commit(
        self,
        head: str | None,
        tree: str,
        author: Author | None,
        message: str,
        entries: dict[DocPath, str | None],
    ) -> str | None:
        parents = ("-p", head) if head else ()
        known = {path: self._staged_as_committed(head, path) for path in entries}
        commit = self._run(self._identity(author), "commit-tree", tree, *parents, "-m", message)
        if (
            commit is None
            or self._run({}, "update-ref", "-m", "confsync", "HEAD", commit, head or _ABSENT) is None
        ):
            return None
        for path, entry in entries.items():
            if known[path]:
                self._set({}, path, entry)
        return commit

    def _staged_as_committed(self, head: str | None, path: DocPath) -> bool:
        """Say whether the user's index has nothing of their own for a path: then it follows the new commit."""
        staged = (self._run({}, "ls-files", "--stage", "--", path) or "").split()
        committed = (self._run({}, "ls-tree", head, "--", f"./{path}") or "").split() if head else []
        return (
            staged[:2] == [committed[0], committed[2]]
            if staged and committed
            else not staged and not committed
        )

    def _identity(self, author: Author | None) -> dict[str, str]:
        """Return who wrote and who commits: the user as git knows them, else confsync itself."""
        known = self._run({}, "config", "user.email") and self._run({}, "config", "user.name")
        committer = {} if known else _named("COMMITTER", _SELF)
        if author is None:
            return committer if known else committer | _named("AUTHOR", _SELF)
        return committer | _named("AUTHOR", author)

    @contextmanager
    def _own_index(self) -> Iterator[dict[str, str]]:
        place = self.state / f"git-index-{os.getpid()}"
        try:
            yield {"GIT_INDEX_FILE": str(place)}
        finally:
            for leftover in (place, place.with_name(place.name + ".lock")):
                leftover.unlink(missing_ok=True)

    def _run(self, environment: Mapping[str, str], *arguments: str) -> str | None:
        answer = git.ask(self.root, *arguments, environment=environment)
        return None if answer is None else answer.strip("\n")


def _named(role: str, who: Author) -> dict[str, str]:
    return {f"GIT_{role}_NAME": who.name, f"GIT_{role}_EMAIL": who.email}


def _hash_of(path: Path) -> Sha | None:
    with suppress(OSError), path.open("rb") as file:
        return Sha(hashlib.file_digest(file, "sha256").hexdigest())
    return None
