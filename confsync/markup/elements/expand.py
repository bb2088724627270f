"""Expand: the macro `expand`; `<details>` with its `<summary>` in Markdown."""

from __future__ import annotations

from confsync.markup.elements import box
from confsync.markup.markdown_writer import MarkdownWriter
from confsync.markup.storage_reader import StorageReader, Unreadable
from confsync.markup.storage_writer import StorageWriter, macro, rich
from confsync.markup.tree import Block, Box, Expand, Kind
from confsync.markup.xml import El, escape, fold, is_white, text_of

HINTS = frozenset({"breakoutMode", "breakoutWidth"})
"""How wide it is shown."""


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read the macro."""
    block = box.read_macro(el, reader, depth)
    data = block.data
    if isinstance(data, Box) and all(k == "title" or k in HINTS for k, _ in data.attrs):
        title = dict(data.attrs).get("title", "")
        if fold(title) == title:
            block.kind, block.data = Kind.EXPAND, Expand(title)
    return block


def read_html(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<details>` in the HTML of a document; storage has no such element."""
    solid = [k for k in el.kids if not is_white(k, reader.src)]
    summary = solid[0] if solid and isinstance(solid[0], El) and solid[0].tag == "summary" else None
    if reader.document is None or (summary is not None and summary.els()):
        raise Unreadable
    block = Block(Kind.EXPAND, Expand(fold(text_of(summary, reader.src)) if summary is not None else ""))
    block.ins, block.ine = summary.e if summary is not None else el.oe, el.cs
    block.kids = reader.blocks([k for k in el.kids if k is not summary], depth + 1)
    return block


def write_html(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write `<details>` without a line end."""
    title = block.data.title if isinstance(block.data, Expand) else ""
    head = f"<summary>{escape(title)}</summary>" if title else ""
    return f"<details>{head}{out.blocks(block.kids)}</details>"


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the macro."""
    title = block.data.title if isinstance(block.data, Expand) else ""
    return macro("expand", [("title", title)] if title else [], rich(out.blocks(block.kids)))


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write `<details>`, the body between blank lines so that it is Markdown."""
    title = block.data.title if isinstance(block.data, Expand) else ""
    body = out.blocks(block.kids)
    head = f"<details>\n<summary>{escape(title)}</summary>" if title else "<details>"
    return f"{head}\n\n{body}\n\n</details>" if body else f"{head}\n\n</details>"
