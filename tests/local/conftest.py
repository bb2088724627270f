"""A folder, and the tree over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from local_person import inspect

from confsync.local import FileTree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def make_tree(root: Path) -> Callable[..., FileTree]:
    def make(*ignore: str) -> FileTree:
        return FileTree(root, ignore=ignore, inspect=inspect)

    return make


@pytest.fixture
def tree(make_tree: Callable[..., FileTree]) -> FileTree:
    return make_tree()
