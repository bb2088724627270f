"""Admonitions of docs sites, read and never written: `!!! note "Title"`, `??? note`, `::: tip`, `:::note[Title]`.

They become panels and expands, which Markdown has other notations for; so these are the notations that come back. A
`:::` container of another name groups what is in it, with its name as the class; with a title it is an info panel.
"""

from __future__ import annotations

import re

from confsync.markup.elements import macro
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.source_map import Chain, Container, prefix_of
from confsync.markup.storage.xml import fold
from confsync.markup.syntax.container_names import (
    CARDS,
    FOLDED,
    GROUPS,
    PANEL_OF,
    VERSIONS,
    ContainerHead,
    container_of,
)
from confsync.markup.tree import Block, Box, Expand, Inline, Kind, Panel

PLAIN = frozenset({"note", "info", "tip", "hint", "warning", "danger", "caution", "error", "attention"})
"""Kinds that a panel's colour says well enough; the others say their name as the title."""
PAIR = re.compile(r"([A-Za-z_][\w.-]*)=\"([^\"]*)\"")
MODIFIERS = re.compile(r"(?:(?:inline|end|annotate)(?:\s+|\Z))+")
"""Words behind an admonition's name that say how MkDocs places it."""
WORDS_ONLY = re.compile(r"[\w\s,.()?'/-]*")


def read_admonition(reader: MarkdownReader, at: At) -> list[Block]:
    """Read `!!!` (a panel) or `???` (an expand); the content is indented by four."""
    token = at.token
    name = str(token.meta.get("tag", "")).lower()
    default = name.title()
    quoted = '"' in token.info
    explicit = token.content if token.content != default or quoted else ""
    if not quoted and MODIFIERS.fullmatch(explicit):
        explicit = ""
    folded = token.markup.startswith("?")
    block = reader.place(shown(name, plain_title(reader, explicit), folded=folded), at)
    titled = at.i + 1 < at.j and reader.tokens[at.i + 1].type == "admonition_title_open"
    first = at.i + (4 if titled else 1)
    chain = indented(reader, block, at) if reader.track and token.map is not None else at.chain
    block.kids = reader.blocks(first, at.j, chain, at.depth + 1)
    return [closed(block)]


def read_fenced(reader: MarkdownReader, at: At) -> list[Block]:
    """Read `:::`."""
    head = container_of(at.token.info) or ContainerHead("note", "", known=True)
    if at.j == at.i + 1 and (xml := _empty_macro(head.name, at.token.info)) is not None:
        block = macro.become(reader.place(Block(Kind.RAW), at), xml)
        block.e = max(block.e, _closing(reader, at)) if reader.track else block.e
        return [block]
    if head.name in GROUPS:
        return reader.inside(at, at.chain)
    title, classes = plain_title(reader, head.title), at.token.meta.get("classes", ())
    name = next((c for c in classes if c in PANEL_OF), head.name) if head.name == "note" else head.name
    if head.name in CARDS and title:
        block = Block(Kind.BOX, Box("macro:panel", (("title", title),)))
    elif head.known or title:
        block = shown(name, title, folded=head.name in FOLDED or "dropdown" in classes)
    else:
        block = Block(Kind.BOX, Box("div", (("class", head.name),)))
    block = reader.place(block, at)
    if reader.track and at.token.map is not None:
        options = at.token.meta.get("options", 0)
        block.ins, block.inner_prefix = reader.lines.end(at.token.map[0] + options), prefix_of(at.chain)
    block.kids = reader.inside(at, at.chain)
    end = _closing(reader, at) if reader.track and at.token.map is not None else -1
    closed(block)
    block.e = end if end >= 0 else block.e
    return [block]


def _empty_macro(name: str, params: str) -> str | None:
    """Return the macro that cfxmark writes as a container with nothing in it: `::: toc maxLevel="2"`."""
    attrs = {macro.PARAMETER + key: value for key, value in PAIR.findall(params)}
    return macro.xml_of({"data-confluence": macro.PREFIX + name, **attrs})


def _closing(reader: MarkdownReader, at: At) -> int:
    """Return the end of the closing line, which belongs to the block; -1 when nothing closes it."""
    line = at.token.map[1] if at.token.map else 0
    return reader.lines.end(line) if at.token.meta.get("closed") else -1


def plain_title(reader: MarkdownReader, text: str) -> str:
    """Return a title without its marks: Confluence shows titles as they are."""
    if WORDS_ONLY.fullmatch(text):
        return fold(text)
    tokens = reader.parser.parseInline(text, {"references": reader.env.get("references", {})})
    return fold(Inline(InlineWalk(reader).run(tokens[0].children or [])).plain)


def shown(name: str, title: str, *, folded: bool) -> Block:
    """Return the empty panel, or expand, that shows an admonition."""
    if folded:
        return Block(Kind.EXPAND, Expand(title or name.capitalize()))
    if name in VERSIONS and title:
        return Block(Kind.PANEL, Panel(PANEL_OF[name], f"{VERSIONS[name]} {title}"))
    default = "" if name in PLAIN else name.replace("-", " ").capitalize()
    return Block(Kind.PANEL, Panel(PANEL_OF.get(name, "info"), title or default))


def closed(block: Block) -> Block:
    """End a container that nothing closes but the end of its indentation."""
    while block.kids and block.kids[-1].kind is Kind.SPACER:
        block.kids.pop()
    block.ine = block.e
    return block


def indented(reader: MarkdownReader, block: Block, at: At) -> Chain:
    """Say where the content of a placed container starts whose content is indented by four."""
    line = at.token.map[0] if at.token.map else 0
    block.ins = reader.lines.end(line)
    chain = (*at.chain, Container("i", 4, line, block.ins))
    block.inner_prefix = prefix_of(chain)
    return chain
