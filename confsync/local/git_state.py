"""Whether git is in the middle of an operation: until it has finished, files are not synced. Reads names only, runs nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_AT_WORK: Final = {
    "index.lock": "a git command",
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "sequencer": "a cherry-pick or revert of several commits",
    "BISECT_LOG": "a bisection",
}
"""What git leaves in a repository's folder while something goes on (gitrepository-layout, git-status)."""


def git_at_work(root: Path) -> str | None:
    """Say what git is in the middle of in the work tree that the root lies in; None when it rests or there is none."""
    place = _git_folder(root)
    if place is None:
        return None
    for name, work in _AT_WORK.items():
        if os.path.lexists(place / name):
            return f"{work} is under way ({place / name})"
    return None


def _git_folder(root: Path) -> Path | None:
    """Return the git folder of the work tree: `.git` itself, or where the file `.git` of a linked one points."""
    for directory in (root, *root.parents):
        found = directory / ".git"
        if found.is_dir():
            return found
        if found.is_file():
            return _pointed_to(found)
    return None


def _pointed_to(file: Path) -> Path | None:
    try:
        line = file.read_text("utf-8", "surrogateescape").strip()
    except OSError:
        return None
    return (file.parent / line.removeprefix("gitdir:").strip()) if line.startswith("gitdir:") else None
