"""The simulation proves something of the real thing: its Confluence, folder and ledger keep the same promises."""

from __future__ import annotations

import random

import pytest
from fake_confluence import FakeConfluence
from fake_datacenter import FakeDataCenter
from fake_ledger import FakeLedger
from fake_tree import FakeTree
from fate import Fate, Tale
from ledger_contract import LedgerContract
from local_tree_contract import LocalTreeContract, tiny_inspect
from remote_contract import RemoteContract
from wiki import SPACE, Wiki

from confsync.model import DocPath, PageId, Space


@pytest.fixture
def fate() -> Fate:
    return Fate(random.Random(1))


class InTheBrowser:
    """A colleague at the wiki in memory."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki

    def edit(self, page_id: str, body: str) -> None:
        self._wiki.edit(PageId(page_id), body=body)

    def rename(self, page_id: str, title: str) -> None:
        self._wiki.edit(PageId(page_id), title=title)

    def move(self, page_id: str, parent_id: str) -> None:
        self._wiki.edit(PageId(page_id), parent_id=PageId(parent_id))

    def trash(self, page_id: str) -> None:
        self._wiki.put_in_trash(PageId(page_id))

    def hide(self, page_id: str) -> None:
        self._wiki.hidden.add(PageId(page_id))

    def __getattr__(self, name: str) -> object:
        return getattr(self._wiki, name)


class TestFakeDataCenter(RemoteContract):
    has_folders = False

    @pytest.fixture
    def remote(self, fate: Fate) -> FakeDataCenter:
        return FakeDataCenter(fate, Tale(), Wiki())

    @pytest.fixture
    def space(self) -> Space:
        return SPACE

    @pytest.fixture
    def colleague(self, remote: FakeDataCenter) -> InTheBrowser:
        return InTheBrowser(remote.wiki)


class TestFakeConfluence(RemoteContract):
    @pytest.fixture
    def remote(self, fate: Fate) -> FakeConfluence:
        return FakeConfluence(fate, Tale(), Wiki())

    @pytest.fixture
    def space(self) -> Space:
        return SPACE

    @pytest.fixture
    def colleague(self, remote: FakeConfluence) -> InTheBrowser:
        return InTheBrowser(remote.wiki)


class InTheFolder:
    """A person's hands on files in memory."""

    def __init__(self, tree: FakeTree) -> None:
        self._tree = tree

    def put(self, path: str, data: bytes) -> None:
        self._tree.files[DocPath(path)] = data

    def get(self, path: str) -> bytes | None:
        return self._tree.files.get(DocPath(path))

    def remove(self, path: str) -> None:
        del self._tree.files[DocPath(path)]

    def rename(self, path: str, target: str) -> None:
        self._tree.files[DocPath(target)] = self._tree.files.pop(DocPath(path))

    def remove_root(self) -> None:
        self._tree.files.clear()
        self._tree.root = None

    def replace_root(self) -> None:
        self._tree.files.clear()
        self._tree.root, self._tree.root_id = (self._tree.root or 0) + 1, None

    def documents(self) -> set[str]:
        return set(self._tree.documents())


class TestFakeTree(LocalTreeContract):
    @pytest.fixture
    def tree(self, fate: Fate) -> FakeTree:
        return FakeTree(fate, Tale(), tiny_inspect)

    @pytest.fixture
    def person(self, tree: FakeTree) -> InTheFolder:
        return InTheFolder(tree)


class TestFakeLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, fate: Fate) -> FakeLedger:
        return FakeLedger(fate)
