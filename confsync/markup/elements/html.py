"""HTML in Markdown that storage has no place for: shown as code in Confluence, HTML again in Markdown."""

from __future__ import annotations

from confsync.markup.markdown.escaping import fence
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.storage.writer import StorageWriter, macro, plain
from confsync.markup.tree import Block, Html

MARK = "{=html}"
"""The title of the code macro that holds HTML; as an info string it is pandoc's mark for raw HTML."""


def write_storage(block: Block, _out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write a code macro: people see the HTML, and nothing in it runs."""
    text = block.data.text if isinstance(block.data, Html) else ""
    return macro("code", [("language", "html"), ("title", MARK)], plain(text))


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write the HTML as it was where it is an HTML block, else a fence."""
    text = block.data.text if isinstance(block.data, Html) else ""
    if text and out.reads_as(text, [block.norm]):
        return text
    ticks = fence(text, 3)
    return f"{ticks}{MARK}\n{text}\n{ticks}" if text else f"{ticks}{MARK}\n{ticks}"
