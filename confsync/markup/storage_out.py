"""Writing the tree as storage: the entry point."""

from __future__ import annotations

from collections.abc import Sequence

from confsync.markup.elements import STORAGE_OUT
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.tree import Block

WRITER = StorageWriter(STORAGE_OUT)


def write_storage(block: Block, *, bare: bool = False) -> str:
    """Write one block cold; `bare`: inline content directly in its container, without a paragraph of its own."""
    return WRITER.block(block, bare=bare)


def write_blocks(blocks: Sequence[Block]) -> str:
    """Write siblings cold."""
    return WRITER.blocks(blocks)
