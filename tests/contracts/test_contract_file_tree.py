"""The real folder keeps what every folder promises."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from local_tree_contract import LocalTreeContract, tiny_inspect

from confsync.local import FileTree


class Hands:
    """A person's hands on real files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, path: str, data: bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data)

    def get(self, path: str) -> bytes | None:
        file = self.root / path
        return file.read_bytes() if file.is_file() else None

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def rename(self, path: str, target: str) -> None:
        (self.root / target).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).rename(self.root / target)

    def remove_root(self) -> None:
        shutil.rmtree(self.root)

    def replace_root(self) -> None:
        self.root.rename(self.root.with_name("old root"))
        self.root.mkdir()

    def documents(self) -> set[str]:
        found = (file.relative_to(self.root) for file in self.root.rglob("*") if file.is_file())
        return {file.as_posix() for file in found if file.parts[0] != ".confsync"}


class TestFileTree(LocalTreeContract):
    @pytest.fixture
    def person(self, tmp_path: Path) -> Hands:
        (tmp_path / "root").mkdir()
        return Hands(tmp_path / "root")

    @pytest.fixture
    def tree(self, person: Hands) -> FileTree:
        return FileTree(person.root, inspect=tiny_inspect)
