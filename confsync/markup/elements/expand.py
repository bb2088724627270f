"""Expand: the macro `expand`; `<details>` with its `<summary>` in Markdown.

A parameter besides the title stands in `data-p-<name>`; that `<details>` is `open` is a parameter, too, which Confluence
has no use for.

What is known of these in storage: FACTS.md 10.
"""

from __future__ import annotations

from collections.abc import Mapping

from confsync.markup.elements import box
from confsync.markup.elements.macro import PARAMETER, UNNAMED, attributes_of, name_of
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.writer import LAYOUT, StorageWriter, macro, rich
from confsync.markup.storage.xml import El, attributes, escape, fold, is_white, text_of
from confsync.markup.tree import Block, Box, Expand, Kind

OPEN = "open"


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read the macro."""
    block = box.read_macro(el, reader, depth)
    data = block.data
    if isinstance(data, Box):
        params = dict(data.attrs)
        title = params.pop("title", "")
        if fold(title) == title:
            block.kind, block.data = Kind.EXPAND, Expand(title, tuple(sorted(params.items())))
    return block


def of_tag(attrs: Mapping[str, str], title: str = "") -> Expand:
    """Return what an opening `<details>` says."""
    said = {k: v for k, v in attrs.items() if k.startswith(PARAMETER) or k in {OPEN, UNNAMED, LAYOUT}}
    params = {name_of(k): v for k, v in said.items()}
    return Expand(title, tuple(sorted(params.items())))


def _tag_of(data: Expand) -> str:
    """Return the opening tag; the inverse of `of_tag`."""
    opened = " open" if (OPEN, "") in data.attrs else ""
    params = tuple(pair for pair in data.attrs if pair != (OPEN, ""))
    return f"<details{opened}{attributes(attributes_of(params))}>"


def read_html(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<details>` in the HTML of a document; storage has no such element."""
    solid = [k for k in el.kids if not is_white(k, reader.src)]
    summary = solid[0] if solid and isinstance(solid[0], El) and solid[0].tag == "summary" else None
    if reader.document is None or (summary is not None and summary.els()):
        raise Unreadable
    title = fold(text_of(summary, reader.src)) if summary is not None else ""
    block = Block(Kind.EXPAND, of_tag(el.attrs, title))
    block.ins, block.ine = summary.e if summary is not None else el.oe, el.cs
    block.kids = reader.blocks([k for k in el.kids if k is not summary], depth + 1)
    return block


def write_html(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write `<details>` without a line end."""
    data = block.data if isinstance(block.data, Expand) else Expand()
    head = f"<summary>{escape(data.title)}</summary>" if data.title else ""
    return f"{_tag_of(data)}{head}{out.blocks(block.kids)}</details>"


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the macro."""
    data = block.data if isinstance(block.data, Expand) else Expand()
    params = [("title", data.title), *data.attrs] if data.title else data.attrs
    return macro("expand", params, rich(out.blocks(block.kids)))


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write `<details>`, the body between blank lines so that it is Markdown."""
    data = block.data if isinstance(block.data, Expand) else Expand()
    body = out.blocks(block.kids)
    head = _tag_of(data) + (f"\n<summary>{escape(data.title)}</summary>" if data.title else "")
    return f"{head}\n\n{body}\n\n</details>" if body else f"{head}\n\n</details>"
