"""Containers without a notation of their own: layouts, `div`, and every macro with a body of blocks.

Markdown `<div data-confluence="layout-section" type="two_equal">` … `</div>`, each tag alone between blank lines;
`macro:excerpt` for macros, whose parameters are attributes with `data-p-` before them, the one without a name `data-p`.

What is known of these in storage: FACTS.md 9 and 10.
"""

from __future__ import annotations

import re

from confsync.markup import alignment
from confsync.markup.elements import adf, footnote
from confsync.markup.elements import macro as macros
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.storage.reader import StorageDictionary, StorageReader, Unreadable
from confsync.markup.storage.vocabulary import INLINE_MACROS, MACRO_TAGS, PANELS, PLAIN_MACROS, VOLATILE, kept
from confsync.markup.storage.writer import LAYOUT, StorageWriter, macro, rich
from confsync.markup.storage.xml import El, attributes, fold
from confsync.markup.tree import Block, Box, Expand, Kind, Pairs, Panel

NAMES = re.compile(
    rf"layout|layout-section|layout-cell|{adf.DECISIONS}|{adf.DECISION}|{adf.PREFIX}{adf.TYPE.pattern}|macro:.+",
    re.DOTALL,
)
BLOCKLESS = INLINE_MACROS | {"code", "mathblock", *PLAIN_MACROS}
"""Macros that are never read as containers."""
PLAIN = "data-plain-"
"""Stands before attributes of a layout that are none of Confluence's own."""
ATTRIBUTE = re.compile(r"[A-Za-z_][\w.-]*")


def read_macro(el: El, reader: StorageReader, depth: int) -> Block:
    """Read any macro with a body of blocks; any other is raw."""
    body = el.one("ac:rich-text-body")
    params = macros.parameters(el, reader.src)
    known = {"ac:rich-text-body", "ac:parameter", "ac:default-parameter"}
    if body is None or any(k.tag not in known for k in el.els()) or len(_bodies(el)) > 1:
        raise Unreadable
    if any(not _is_name(k) or "\r" in v for k, v in params) or _repeats(params):
        raise Unreadable
    if any(k not in VOLATILE and k not in {"ac:name", LAYOUT} for k in el.attrs):
        raise Unreadable
    if LAYOUT in el.attrs:
        params = tuple(sorted((*params, (LAYOUT, el.get(LAYOUT)))))
    return reader.container(Block(Kind.BOX, Box("macro:" + el.get("ac:name"), params)), body, depth)


def _is_name(name: str) -> bool:
    """Say whether an attribute can tell a parameter: one of them has no name."""
    return not name or (ATTRIBUTE.fullmatch(name) is not None and name != LAYOUT)


def _bodies(el: El) -> list[El]:
    return [k for k in el.els() if k.tag == "ac:rich-text-body"]


def _repeats(params: Pairs) -> bool:
    return len({k for k, _ in params}) < len(params)


def read_layout(el: El, reader: StorageReader, depth: int) -> Block:
    """Read a layout, a section or a cell."""
    attrs = tuple(sorted((_layout_key(k), v) for k, v in kept(el.attrs)))
    if not all(ATTRIBUTE.fullmatch(k) for k, _ in attrs):
        raise Unreadable
    return reader.container(Block(Kind.BOX, Box(el.tag[3:], attrs)), el, depth)


def _layout_key(name: str) -> str:
    """Return what an attribute of a layout is called in Markdown: those of Confluence have no mark, any other has one."""
    return name.removeprefix("ac:") if name.startswith("ac:") else PLAIN + name


def storage_key(data: Box, key: str) -> str:
    """Return what an attribute of an element is called in storage."""
    if data.name == "div":
        return key
    return key.removeprefix(PLAIN) if key.startswith(PLAIN) else "ac:" + key


def read_div(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<div>`; one that begins with a footnote's mark is its definition."""
    if (note := footnote.read_definition(el, reader, depth)) is not None:
        return note
    if reader.document is not None and not el.els() and (xml := macros.xml_of(el.attrs)) is not None:
        return macros.become(Block(Kind.RAW), xml)
    if reader.document is not None and "data-confluence" in el.attrs:
        data = of_tag(dict(el.attrs))
        if data is None:
            raise Unreadable
        return adf.settled(adf.alone(reader.container(block_of(data), el, depth)))
    attrs = kept(alignment.of_storage(alignment.of_html(el.attrs)))
    if any(not ATTRIBUTE.fullmatch(k) or k.startswith("data-confluence") for k, _ in attrs):
        raise Unreadable
    return reader.container(Block(Kind.BOX, Box("div", attrs)), el, depth)


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the element or macro."""
    data = block.data if isinstance(block.data, Box) else Box("div")
    if data.name == adf.DECISIONS:
        return adf.write_decisions("".join([_decision(kid, out) for kid in block.kids]))
    if data.name == adf.DECISION:
        return adf.write_decisions(_decision(block, out))
    inner = out.blocks(block.kids)
    if data.name.startswith("macro:"):
        return macro(data.name[6:], data.attrs, rich(inner))
    if data.name.startswith(adf.PREFIX):
        return adf.write_storage(data.name, data.attrs, inner)
    if data.name == "div":
        return f"<div{attributes(alignment.to_storage(data.attrs))}>{inner}</div>"
    pairs = [(storage_key(data, k), v) for k, v in data.attrs]
    return f"<ac:{data.name}{attributes(pairs)}>{inner}</ac:{data.name}>"


def _decision(block: Block, out: StorageWriter) -> str:
    """Write a block of a list of decisions: one decision."""
    mine = isinstance(block.data, Box) and block.data.name == adf.DECISION
    attrs = block.data.attrs if mine and isinstance(block.data, Box) else ()
    kids = block.kids if mine else [block]
    words = len(kids) == 1 and kids[0].kind is Kind.PARAGRAPH
    return adf.write_decision(attrs, out.block(kids[0], bare=True) if words else out.blocks(kids))


def empty(el: El, src: str) -> Block | None:
    """Return the container that an element of storage without content is; None when it is none."""
    reader = StorageReader(src, StorageDictionary())
    try:
        if el.tag in MACRO_TAGS:
            found = read_macro(el, reader, 0)
            return block_of(found.data) if isinstance(found.data, Box) else None
        return read_layout(el, reader, 0)
    except Unreadable:
        return None


def of_tag(attrs: dict[str, str], form: str = alignment.ALIGN) -> Box | None:
    """Return what an opening `<div>` in Markdown stands for; None when nobody could have written it."""
    if any(not ATTRIBUTE.fullmatch(k) or k.lower().startswith("on") for k in attrs):
        return None
    rest = {k: v for k, v in attrs.items() if k != "data-confluence"}
    name = attrs.get("data-confluence")
    if name is None:
        return Box("div", kept(alignment.of_html(rest, form)))
    if not NAMES.fullmatch(name):
        return None
    if name.startswith("macro:"):
        if name.removeprefix("macro:") in BLOCKLESS:
            return None
        rest = {macros.name_of(k): v for k, v in rest.items()}
    if name.startswith(adf.PREFIX):
        rest = {k: fold(v) for k, v in rest.items() if k != "local-id"}
        if not all(adf.KEY.fullmatch(k) for k in rest):
            return None
    return Box(name, tuple(sorted(rest.items())))


def block_of(data: Box) -> Block:
    """Return the empty block that a tag's words mean: a panel or an expand that says no more than its title is that."""
    name, params = data.name.removeprefix("macro:"), dict(data.attrs)
    title = params.pop("title", "")
    if data.name.startswith("macro:") and fold(title) == title:
        if name in PANELS and not params:
            return Block(Kind.PANEL, Panel(name, title))
        if name == "expand":
            return Block(Kind.EXPAND, Expand(title, tuple(sorted(params.items()))))
    return Block(Kind.BOX, data)


def tag_of(data: Box) -> str:
    """Return the opening `<div>` that stands for a container; the inverse of `of_tag`."""
    if data.name == "div":
        name, pairs = alignment.to_html("div", data.attrs)
        return f"<{name}{attributes(pairs)}>"
    pairs = macros.attributes_of(data.attrs) if data.name.startswith("macro:") else data.attrs
    return f"<div{attributes([('data-confluence', data.name), *pairs])}>"


def _name_of(data: Box) -> str:
    return alignment.to_html("div", data.attrs)[0] if data.name == "div" else "div"


def write_html(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write a `<div>` around the blocks' HTML."""
    data = block.data if isinstance(block.data, Box) else Box("div")
    return f"{tag_of(data)}{out.blocks(block.kids)}</{_name_of(data)}>"


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write a `<div>` around the blocks."""
    data = block.data if isinstance(block.data, Box) else Box("div")
    head, tail = tag_of(data), f"</{_name_of(data)}>"
    body = out.blocks(block.kids)
    return f"{head}\n\n{body}\n\n{tail}" if body else f"{head}\n\n{tail}"
