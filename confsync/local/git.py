"""What git knows of the root, asked of the git executable: no optional lock, no network, no prompt, no pager."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_SECONDS: Final = 10
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}", re.IGNORECASE)

# Inside a hook git tells its children which repository they are in; the root may lie in another one.
_FOREIGN: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_TRACE",
        "GIT_WORK_TREE",
    }
)
_QUIET: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


def head(root: Path) -> str | None:
    """Return the full id of HEAD's commit; None without git, outside a work tree, or before the first commit."""
    answer = _git(root, "rev-parse", "--is-inside-work-tree", "--verify", "--quiet", "HEAD^{commit}")
    if answer is None or answer.returncode != 0:
        return None
    match answer.stdout.split():
        case ["true", commit] if _COMMIT.fullmatch(commit):
            return commit
    return None


def is_ancestor(root: Path, commit: str) -> bool | None:
    """Say whether a commit is HEAD or an ancestor of it; None when git cannot tell.

    In a shallow clone only a yes is an answer: the way to an ancestor may lie beyond what was cloned.
    """
    if not _COMMIT.fullmatch(commit):
        return None
    answer = _git(root, "merge-base", "--is-ancestor", commit, "HEAD")
    if answer is None or answer.returncode not in (0, 1):
        return None
    return True if answer.returncode == 0 else _no_unless_shallow(root)


def _no_unless_shallow(root: Path) -> bool | None:
    answer = _git(root, "rev-parse", "--is-shallow-repository")
    return False if answer is not None and answer.stdout.strip() == "false" else None


def ask(root: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str | None:
    """Run a git command in the root; return what it printed, None when it failed or there is no git."""
    answer = _git(root, *arguments, environment=environment or {})
    return answer.stdout if answer is not None and answer.returncode == 0 else None


def read(root: Path, *arguments: str) -> bytes | None:
    """Run a git command in the root; return its output as bytes, None when it failed or there is no git."""
    answer = _run(root, arguments, {})
    return answer.stdout if answer is not None and answer.returncode == 0 else None


def _git(
    root: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str] | None:
    answer = _run(root, arguments, environment or {})
    if answer is None:
        return None
    text = answer.stdout.decode("utf-8", "replace")
    return subprocess.CompletedProcess(answer.args, answer.returncode, text, None)


def _run(
    root: Path, arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes] | None:
    git = shutil.which("git")
    if git is None:
        return None
    inherited = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    try:
        return subprocess.run(  # noqa: S603  # arguments are ours or checked, and no shell reads them
            [git, "-C", str(root), *arguments],
            env=inherited | _QUIET | dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
