"""What stands between tags of sites (`site_tags`), read and never written: panels, expands, titled panels, or just blocks.

A tag that only holds others together, or says where on a site something stands, leaves what it holds: Confluence shows
the blocks, and the tags stay in the file.
"""

from __future__ import annotations

from confsync.markup.elements import box
from confsync.markup.elements.admonition import plain_title, shown
from confsync.markup.elements.link import as_title, link_mark
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.markdown.reader import At, MarkdownReader, without_places
from confsync.markup.markdown.source_map import Chain, Container, InlineMap, Segment, prefix_of
from confsync.markup.syntax.callouts import callout_of
from confsync.markup.syntax.container_names import PANEL_OF
from confsync.markup.syntax.site_tags import EXPANDS, HTML, LINKING, QUOTES, TITLED, TYPED, SiteTag
from confsync.markup.tree import Attrs, Block, Box, Expand, Inline, Kind

CARD = "card"
"""Marks the title of a card, whose tag something else ends."""
_TITLES = ("title", "label", "name", "header", "heading", "summary", "value")
_KINDS = ("style", "type", "kind", "color", "context", "variant", "intent", "0")
_KIND_OF = {
    "success": "tip",
    "ok": "tip",
    "green": "tip",
    "warn": "warning",
    "yellow": "warning",
    "orange": "warning",
    "red": "danger",
    "alert": "danger",
}
"""Kinds of panels by other names; any other is a note."""


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a tag and what it holds."""
    tag: SiteTag = at.token.meta["tag"]
    link = _linked(reader, at, tag) if tag.name in LINKING and tag.said.get("href") else None
    block = _shown(reader, tag) if link is None else None
    if block is not None:
        reader.place(block, at)
    tracked = reader.track and at.token.map is not None
    chain = _within(reader, at) if tracked else at.chain
    kids = reader.blocks(at.i + 1, at.j, chain, at.depth + 1)
    if block is None:
        return kids if link is None else [link, *kids]
    if tracked:
        block.ins, block.ine = at.token.meta["inside"]
        block.inner_prefix, block.tail = prefix_of(chain), at.token.meta.get("rule")
    block.kids = kids
    while block.kids and block.kids[-1].kind is Kind.SPACER:
        block.kids.pop()
    return [block]


def _linked(reader: MarkdownReader, at: At, tag: SiteTag) -> Block | None:
    """Return the paragraph that a card's title is, as a link; None without a title."""
    block = reader.place(Block(Kind.PARAGRAPH, Attrs()), at)
    tracked, title = reader.track and at.token.map is not None, tag.said.get("title", "")
    end = at.token.meta["inside"][0]
    source = reader.src[block.s : end] if tracked else ""
    begin = source.find(title, source.find("title=")) if tracked else 0
    if not title or begin < 0:
        return None
    places = InlineMap([Segment(0, len(source), block.s, len(source))]) if tracked else None
    walk = InlineWalk(reader, source, places)
    walk.expect(source[:begin])
    elem = walk.open(link_mark(reader.address(tag.said["href"])), 0, "site")
    walk.put_text(title)
    text_end = walk.p
    walk.expect(source[text_end:] if tracked else "")
    walk.shut(text_end)
    as_title(walk, elem, 0)
    block.inline = Inline(walk.pieces, None if tracked else without_places)
    block.ins, block.ine, block.e = block.s, end, end
    if not tag.alone:
        block.marker, block.tail = CARD, at.token.meta["closing"] if tracked else None
    return block


def _within(reader: MarkdownReader, at: At) -> Chain:
    """Say where the lines between the tags begin, and where the last of them ends."""
    meta = at.token.meta
    begin, stop = meta["inside"]
    reader.lines.cut((at.token.map or (0, 1))[1] - 1, stop)
    return (*at.chain, Container("i", meta["width"], meta["line"], begin))


def _shown(reader: MarkdownReader, tag: SiteTag) -> Block | None:
    """Return the empty block that a tag begins; None for one that only holds others."""
    if tag.mark == HTML and (block := _of_html(tag)) is not None:
        return block
    title = plain_title(reader, next((tag.said[k] for k in _TITLES if tag.said.get(k)), ""))
    if tag.name in EXPANDS:
        return Block(
            Kind.EXPAND, Expand(title or plain_title(reader, tag.said.get("0", "")) or tag.name.capitalize())
        )
    if tag.name in QUOTES:
        return Block(Kind.QUOTE)
    if tag.name in TITLED:
        return Block(Kind.BOX, Box("macro:panel", (("title", title),))) if title else None
    if tag.name in TYPED or tag.name in PANEL_OF:
        return shown(_kind(tag), title or _positional(reader, tag), folded=False)
    return None


def _of_html(tag: SiteTag) -> Block | None:
    """Return the panel that an element's classes name, or what the element is where blank lines stand in it."""
    name = callout_of(tuple(tag.said.get("class", "").split()))
    if name and tag.name != "details":
        return shown(name, "", folded=False)
    if tag.name != "div":
        return None
    attrs = {k: v for k, v in tag.said.items() if not k.isdecimal() and k != "markdown"}
    data = box.of_tag(attrs)
    return None if data is None else box.block_of(data)


def _kind(tag: SiteTag) -> str:
    """Return the name of an admonition that a panel's tag says, by its own name or by what is said in it."""
    plain = tag.name if tag.name in PANEL_OF and tag.name != "hint" else "note"
    said = next((tag.said[k].lower() for k in _KINDS if k in tag.said), "") if _is_typed(tag) else ""
    kind = _KIND_OF.get(said, said)
    return kind if kind in PANEL_OF else plain


def _is_typed(tag: SiteTag) -> bool:
    """Say whether a panel's tag says its kind: one that has no kind of its own, or whose first word is one."""
    first = tag.said.get("0", "").lower()
    return tag.name in TYPED or _KIND_OF.get(first, first) in PANEL_OF


def _positional(reader: MarkdownReader, tag: SiteTag) -> str:
    """Return a title that is said without a name: behind the kind where the tag says that first."""
    return plain_title(reader, tag.said.get("1" if _is_typed(tag) else "0", ""))
