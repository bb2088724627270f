"""HTML blocks in Markdown: tags that open and close containers, storage that is written as HTML, and the rest.

An HTML block that consists of `<details>`, `<summary>` and `<div>` tags alone brackets the Markdown between them. Any
other is read as storage where it is, or can be made, well-formed and within the vocabulary; what cannot is kept as
HTML, which Confluence shows as code.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape

from confsync.markup.elements import adf, macro, raw
from confsync.markup.elements.tags import MAPPED
from confsync.markup.html import foreign_tags
from confsync.markup.html.container_tags import GRIDS, MELTING, PARTS, container, parts_of
from confsync.markup.html.repair import repaired
from confsync.markup.html.tags import attributes_of
from confsync.markup.markdown.reader import MAX_DEPTH, At, MarkdownReader
from confsync.markup.markdown.siblings import Siblings
from confsync.markup.markdown.source_map import prefix_of
from confsync.markup.notes import NoteKind
from confsync.markup.storage.vocabulary import BLOCK_TAGS, HEADINGS, INLINE_TAGS, VOCABULARY
from confsync.markup.storage.xml import El, MalformedError, fold
from confsync.markup.tree import Block, Expand, Html, Kind, Notation, Raw

COMMENTS = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+", re.DOTALL)
TOC_COMMENT = re.compile(r"\s*<!--\s*toc\s*-->\s*", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
LINE_END = re.compile(r"\n")
SPACERS = frozenset({"<br />", "<p></p>", "<p />", "<p> </p>", "<p>&nbsp;</p>"})
BREAK = re.compile(r"<br\s[^<>]*/>")
"""A break with attributes (`clear="all"`), which say nothing on a page."""
BREAK_TAG = re.compile(r"<br(?:\s[^<>]*)?/?>", re.IGNORECASE)
BREAKS = re.compile(rf"\s*(?:{BREAK_TAG.pattern}\s*){{2,}}", re.IGNORECASE)
"""Several breaks and nothing else: an empty paragraph each."""
PARENTS = {
    "li": {"ul", "ol"},
    "td": {"tr"},
    "th": {"tr"},
    "tr": {"table", "tbody", "thead", "tfoot"},
    "tbody": {"table"},
    "thead": {"table"},
    "tfoot": {"table"},
    "colgroup": {"table"},
    "col": {"colgroup", "table"},
    "summary": {"details"},
}
READ = VOCABULARY | {"details", "summary", *MAPPED}
"""Elements that are read where they stand; others are mapped to these first, or not at all."""
ALIGNED = frozenset({"p", "div", "img", *HEADINGS})
"""Elements whose `align` is read."""
NO_BLOCKS_IN = frozenset({"p", "summary", *HEADINGS, *INLINE_TAGS, *MAPPED})


def read(reader: MarkdownReader, at: At, siblings: Siblings) -> None:
    """Read one HTML block."""
    content = at.token.content.rstrip("\n")
    place = reader.place(Block(Kind.HTML, Html(content)), at)
    if COMMENTS.fullmatch(content):
        _comment(reader, content, place, at, siblings)
        return
    if (tag := foreign_tags.storage_tag(content)) is not None:
        _tag(reader, tag, place, at, siblings)
        return
    if BREAKS.fullmatch(content):
        places = _Places(reader, place, content, at)
        for m in BREAK_TAG.finditer(content):
            block = places.block(m.span())
            block.kind, block.data = Kind.SPACER, None
            siblings.add(block)
        return
    parts = parts_of(content, within=siblings.is_open(GRIDS))
    if parts is not None and at.depth >= MAX_DEPTH:
        reader.note(NoteKind.TOO_DEEP, content[:80])
        siblings.add(place)
        return
    if parts is None:
        siblings.add(_storage(reader, place, content, at.depth))
        return
    places = _Places(reader, place, content, at)
    for m in parts.before:
        _bracket(reader, m, places.block(m.span()), at, siblings)
    middle = content[parts.start : parts.end].strip()
    if middle:
        begin = content.index(middle, parts.start)
        siblings.add(_storage(reader, places.block((begin, begin + len(middle))), middle, at.depth))
    for m in parts.behind:
        _bracket(reader, m, places.block(m.span()), at, siblings)


def _comment(reader: MarkdownReader, content: str, place: Block, at: At, siblings: Siblings) -> None:
    """Read comments: nothing, but for those that other tools act on."""
    if TOC_COMMENT.fullmatch(content):
        siblings.add(raw.is_toc(place))
    elif (tag := foreign_tags.layout_tag(content)) is not None:
        _tag(reader, tag, place, at, siblings)
    elif (block := foreign_tags.included(content, place)) is not None:
        siblings.add(block)
    elif foreign_tags.is_not_done(content):
        reader.note(NoteKind.UNRESOLVED, content[:200])


def _tag(
    reader: MarkdownReader, tag: foreign_tags.ForeignTag, place: Block, at: At, siblings: Siblings
) -> None:
    """Begin the container that a tag opens, or end the one of its name."""
    if tag.opens is None:
        _close(reader, tag.name, place, siblings, shown=bool(tag.says))
        return
    place.ins, place.inner_prefix = place.e, prefix_of(at.chain) if reader.track else ""
    place.kind, place.data = tag.opens.kind, tag.opens.data
    siblings.push(place, tag.says or "<!-- -->", tag.name)


class _Places:
    """Where the parts of one HTML block stand: each line of its content is the tail of its source line."""

    def __init__(self, reader: MarkdownReader, place: Block, content: str, at: At) -> None:
        self.reader, self.place, self.content, self.at = reader, place, content, at
        self.begins = [0, *(m.end() for m in LINE_END.finditer(content))] if reader.track else []

    def block(self, span: tuple[int, int]) -> Block:
        """Return a block that stands where a part of the content stands, without the blanks around it."""
        s = e = -1
        part = self.content[span[0] : span[1]]
        if self.reader.track:
            s = self._of(span[0] + len(part) - len(part.lstrip()))
            e = self._of(span[0] + len(part.rstrip()))
        return Block(
            Kind.HTML, Html(part.strip()), s=s, e=e, notation=Notation.MARKDOWN, prefix=self.place.prefix
        )

    def _of(self, offset: int) -> int:
        first = self.at.token.map[0] if self.at.token.map is not None else 0
        line = bisect_right(self.begins, offset) - 1
        lines = self.reader.lines
        column = offset - self.begins[line]
        return min(lines.begin(first + line, self.at.chain) + column, lines.end(first + line))


def _bracket(reader: MarkdownReader, m: re.Match[str], block: Block, at: At, siblings: Siblings) -> None:
    if m["open"]:
        _open(reader, m, block, at, siblings)
    elif m["close"]:
        _close(reader, m["close"].lower(), block, siblings)
    elif siblings.open and siblings.open[-1].kind is Kind.EXPAND and not siblings.open[-1].kids:
        title = fold(unescape(TAG.sub("", m["summary"])))
        data = siblings.open[-1].data
        siblings.open[-1].data = Expand(title, data.attrs if isinstance(data, Expand) else ())
        siblings.open[-1].ins = block.e
    else:
        siblings.add(block)


def _open(reader: MarkdownReader, m: re.Match[str], block: Block, at: At, siblings: Siblings) -> None:
    block.ins, block.inner_prefix = block.e, prefix_of(at.chain) if reader.track else ""
    name, attrs = m["open"].lower(), attributes_of(m["attrs"] or "")
    xml = macro.xml_of(attrs) or "" if name == "div" else ""
    found = container(name, attrs)
    if found is not None:
        block.kind, block.data, block.xml = found.kind, found.data, xml
    elif name in GRIDS:
        reader.note(NoteKind.HTML_REPAIRED, m[0].strip())
    siblings.push(block, m[0].strip(), name, melts=found is None)


def _close(
    reader: MarkdownReader, name: str, block: Block, siblings: Siblings, *, shown: bool = True
) -> None:
    s, e = block.s, block.e
    closed = siblings.pop(name)
    if closed is None:
        if shown and name not in MELTING | PARTS:
            siblings.add(block)
        return
    if reader.track:
        closed.e, closed.ine = e, s
    if closed.xml and not closed.kids:
        macro.become(closed, closed.xml)
    closed.xml = closed.xml if closed.kind is Kind.RAW else ""
    if adf.is_decisions(closed) or (adf.is_decision(closed) and not siblings.is_in(adf.is_decisions)):
        siblings.replace(closed, adf.settled(closed))


def _storage(reader: MarkdownReader, place: Block, content: str, depth: int) -> Block:
    """Read an HTML block as storage; as HTML when it has none."""
    fixed = raw.close_void(content)
    if fixed.strip() in SPACERS or BREAK.fullmatch(fixed.strip()):
        place.kind, place.data = Kind.SPACER, None
        return place
    found = _exact(reader, place, fixed, depth)
    if found is not None:
        return found
    text = repaired(content)
    found = _exact(reader, place, text, depth) if text else None
    if found is not None:
        reader.note(NoteKind.HTML_REPAIRED, content[:200])
        return found
    reader.note(NoteKind.HTML_AS_CODE, content[:200])
    return place


def _exact(reader: MarkdownReader, place: Block, xml: str, depth: int) -> Block | None:
    """Read HTML that is storage as it stands; None when it is not."""
    try:
        root = raw.parse_raw(xml, depth)
        if not _is_storage(root):
            return None
        block = raw.fragment(reader, place, xml, depth, html=True)
    except MalformedError:
        return None
    if block is None or any(_is_odd(b) for b in (block, *block.kids)):
        return None
    return block


def _is_odd(block: Block) -> bool:
    """Say whether a block of plain HTML was not understood: it would go out as it came in."""
    if block.kind is not Kind.RAW or not isinstance(block.data, Raw):
        return False
    return not block.data.canonical.startswith(("<ac:", "<pre"))


def _is_storage(root: El) -> bool:
    """Say whether names, nesting and attributes are those of storage."""
    todo: list[tuple[El, bool]] = [(root, False)]
    while todo:
        parent, inline = todo.pop()
        for el in parent.els():
            if ":" not in el.tag and el.tag not in READ:
                return False
            if inline and (el.tag in BLOCK_TAGS or el.tag == "details"):
                return False
            if parent.tag not in PARENTS.get(el.tag, {parent.tag}):
                return False
            if "align" in el.attrs and el.tag not in ALIGNED:
                return False
            todo.append((el, el.tag in NO_BLOCKS_IN))
    return True
