"""Storage to the tree: the walk over elements. What each construct means is said by the files in `elements/`.

The reader knows containers, runs of inline content between blocks, marks and text; for everything else it asks its
dictionary by element or macro name. Whatever does not fit the tree raises `Unreadable`, and the nearest block around it
is kept raw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from confsync.markup.inline import nested
from confsync.markup.storage import canonical
from confsync.markup.storage.active_content import SHOWN, is_active, runs
from confsync.markup.storage.canonical import COMMENT
from confsync.markup.storage.vocabulary import (
    BLOCK_TAGS,
    FOREIGN_INLINE,
    INLINE_MACROS,
    INLINE_TAGS,
    INNER_TAGS,
    MACRO_TAGS,
    MARK_TAGS,
    VOLATILE,
    style,
)
from confsync.markup.storage.xml import ENTITY, El, Node, Txt, is_white, unescape
from confsync.markup.tree import (
    NO_MARKS,
    Attrs,
    Block,
    Elem,
    Inline,
    Kind,
    Mark,
    Marks,
    Path,
    Piece,
    Raw,
)

MAX_DEPTH = 80
"""Containers below which a block is kept raw: fewer than Markdown's reader takes, so that all above reads back."""
MAX_MARKS = 60
"""Inline elements within each other below which a block is kept raw."""


class Unreadable(Exception):
    """This element has no place in the tree."""


BlockReader = Callable[[El, "StorageReader", int], Block]
"""Reads a block element; the depth is that of the block."""
AtomReader = Callable[[El, "Inside"], None]
"""Reads an inline element into the content at hand."""


@dataclass(frozen=True, slots=True)
class StorageDictionary:
    """Who reads what."""

    blocks: Mapping[str, BlockReader] = field(default_factory=dict)
    """By element name."""
    macros: Mapping[str, BlockReader] = field(default_factory=dict)
    """By macro name; `""` reads all others."""
    atoms: Mapping[str, AtomReader] = field(default_factory=dict)
    """Inline elements by name."""
    inline_macros: Mapping[str, AtomReader] = field(default_factory=dict)
    """Inline macros by name."""
    text: Callable[[Inside, int, int], None] | None = None
    """Reads text of HTML that stands in a document."""


class Document(Protocol):
    """The Markdown document that storage stands in, when it does: it knows where links lead."""

    def address(self, href: str) -> str:
        """Return the canonical address of a link's target."""
        ...

    def source(self, src: str) -> str:
        """Return the canonical source of an image."""
        ...


class StorageReader:
    """Reads one text."""

    def __init__(self, src: str, dictionary: StorageDictionary, document: Document | None = None) -> None:
        self.src = src
        self.dictionary = dictionary
        self.document = document

    # ---- blocks ----

    def blocks(self, nodes: Sequence[Node], depth: int) -> list[Block]:
        """Read the children of a block container; runs of inline content become bare paragraphs.

        Trailing empty paragraphs are an editor's artefact and no content.
        """
        out = self.siblings(nodes, depth)
        while out and out[-1].kind is Kind.SPACER:
            out.pop()
        return out

    def siblings(
        self, nodes: Sequence[Node], depth: int, ends: list[tuple[int, int]] | None = None
    ) -> list[Block]:
        """Read blocks, trailing empty paragraphs and all.

        `ends` takes down where each block element ends, and how many blocks there are up to it.
        """
        if depth > MAX_DEPTH:
            raise Unreadable
        out: list[Block] = []
        run: list[Node] = []
        for node in self.uncommented(nodes):
            if isinstance(node, El) and self.is_block(node):
                self.flush(run, out)
                out.append(self.block(node, depth))
                if ends is not None:
                    ends.append((node.e, len(out)))
            else:
                run.append(node)
        self.flush(run, out)
        return out

    def uncommented(self, nodes: Sequence[Node]) -> Sequence[Node]:
        """Return nodes with those in the place of a comment's marker that are in it, where some of them are blocks."""
        if not any(isinstance(n, El) and n.tag == COMMENT for n in nodes):
            return nodes
        out: list[Node] = []
        todo = list(reversed(nodes))
        while todo:
            node = todo.pop()
            if isinstance(node, El) and node.tag == COMMENT and self.holds_blocks(node):
                todo.extend(reversed(node.kids))
            else:
                out.append(node)
        return out

    def holds_blocks(self, marker: El) -> bool:
        """Say whether there are blocks in a comment's marker, or in markers in it."""
        todo = [marker]
        while todo:
            for el in todo.pop().els():
                if el.tag == COMMENT:
                    todo.append(el)
                elif self.is_block(el):
                    return True
        return False

    def is_block(self, el: El) -> bool:
        """Say whether an element between blocks is a block: by its name, or because nothing inline is called so."""
        if el.tag in MACRO_TAGS:
            return el.get("ac:name") not in INLINE_MACROS
        if ":" in el.tag:
            return el.tag in BLOCK_TAGS
        return el.tag not in INLINE_TAGS and el.tag not in FOREIGN_INLINE

    def block(self, el: El, depth: int) -> Block:
        """Read a block element; raw when it does not fit."""
        if el.tag in MACRO_TAGS:
            read = self.dictionary.macros.get(el.get("ac:name")) or self.dictionary.macros[""]
        else:
            found = self.dictionary.blocks.get(el.tag)
            if found is None:
                return self.raw([el])
            read = found
        try:
            block = read(el, self, depth)
        except Unreadable:
            return self.raw([el])
        block.s, block.e, block.el = el.s, el.e, el
        return block

    def raw(self, nodes: Sequence[Node]) -> Block:
        """Keep nodes as they are; what would run is code that people can see, as it is when it stands in Markdown."""
        xml = canonical.clean(nodes, self.src)
        if any(isinstance(n, El) and (runs(n) or is_active(n)) for n in nodes):
            text = xml.replace("\r\n", "\n").replace("\r", "\n")
            block = Block(Kind.CODE, SHOWN, text=text)
        else:
            block = Block(Kind.RAW, Raw(canonical.canonical(nodes, self.src)), xml=xml)
        block.s, block.e, block.el = nodes[0].s, nodes[-1].e, nodes[0]
        return block

    def flush(self, run: list[Node], out: list[Block]) -> None:
        """Turn a run of inline nodes between blocks into blocks."""
        while run and is_white(run[-1], self.src):
            run.pop()
        while run and is_white(run[0], self.src):
            run.pop(0)
        if run:
            out.extend(self.loose(run))
            run.clear()

    def loose(self, run: list[Node]) -> list[Block]:
        """Read a run: breaks are empty paragraphs; images and macros that stay raw are blocks, one each."""
        solid = [n for n in run if not is_white(n, self.src)]
        els = [n for n in solid if isinstance(n, El)]
        if len(els) == len(solid):
            if all(n.tag == "br" for n in els):
                return [Block(Kind.SPACER, s=run[0].s, e=run[-1].e)]
            if len(els) > 1 and all(n.tag == "ac:image" or n.tag in MACRO_TAGS for n in els):
                parts = [self.bare([n]) for n in els]
                if all(p.kind is Kind.RAW or p.runs[0].kind == "img" for p in parts):
                    return parts
        block = self.bare(run)
        return [block] if block.kind is Kind.RAW or block.runs else []

    def bare(self, run: Sequence[Node]) -> Block:
        """Read inline content that has no paragraph of its own."""
        s, e = run[0].s, run[-1].e
        if is_lone_macro(run):
            return self.raw(run)
        try:
            inline = self.inline(run)
        except Unreadable:
            return self.raw(run)
        if is_raw_lines(inline):
            return self.raw(run)
        return Block(Kind.PARAGRAPH, Attrs(), inline=inline, s=s, e=e, ins=s, ine=e, bare=True)

    def container(self, block: Block, inner: El, depth: int) -> Block:
        """Fill a block with what is in an element."""
        block.kids = self.blocks(inner.kids, depth + 1)
        block.ins, block.ine = inner.oe, inner.cs
        return block

    # ---- inline content ----

    def inline(self, nodes: Sequence[Node]) -> Inline:
        """Read inline content; Unreadable when there is a block in it."""
        inside = Inside(self)
        inside.nodes(nodes)
        return Inline(inside.out)

    def leaf(self, block: Block, el: El) -> Block:
        """Fill a block with the inline content of an element."""
        block.inline = self.inline(el.kids)
        block.ins, block.ine = el.oe, el.cs
        return block


class Inside:
    """Inline content being read: where the pieces go, and which marks and elements are open."""

    __slots__ = ("depth", "marks", "out", "path", "reader")

    def __init__(self, reader: StorageReader) -> None:
        self.reader = reader
        self.marks: Marks = NO_MARKS
        self.path: Path = ()
        self.out: list[Piece] = []
        self.depth = 0

    @property
    def src(self) -> str:
        """The text that is read."""
        return self.reader.src

    def within(self, mark: Mark | None, elem: Elem) -> Inside:
        """Return the content inside an element; its pieces go to the same place."""
        if self.depth >= MAX_MARKS:
            raise Unreadable
        inside = Inside(self.reader)
        inside.marks = self.marks if mark is None else nested(self.marks, mark)
        inside.path = (*self.path, elem)
        inside.out = self.out
        inside.depth = self.depth + 1
        return inside

    def atom(self, el: El, kind: str, value: str | tuple[str, ...], xml: str = "") -> None:
        """Add an atom that stands for an element."""
        self.out.append(Piece(kind, value, el.s, el.e, self.marks, self.path, xml))

    def raw(self, el: El) -> None:
        """Add an element that is kept as it is."""
        if el.tag in BLOCK_TAGS or el.tag in INNER_TAGS or runs(el) or is_active(el) or _bursts(el):
            raise Unreadable
        src = self.src
        xml = canonical.clean([el], src)
        self.out.append(Piece("raw", canonical.canonical([el], src), el.s, el.e, self.marks, self.path, xml))

    def nodes(self, nodes: Sequence[Node]) -> None:
        """Read nodes in order."""
        for node in nodes:
            if isinstance(node, Txt):
                if node.kind in {"text", "cdata"}:
                    self.text(node)
            else:
                self.element(node)

    def text(self, node: Txt) -> None:
        """Add text; an entity is a piece of its own, whose span is the entity's."""
        src, at = self.src, node.a
        if self.reader.document is None and src.find("&", at, node.b) < 0:
            self.words(at, node.b)
            return
        if node.kind == "text" and src.find("&", node.a, node.b) >= 0:
            for m in ENTITY.finditer(src, node.a, node.b):
                self.plain(at, m.start())
                self.out.append(Piece("t", unescape(m[0]), m.start(), m.end(), self.marks, self.path))
                at = m.end()
        self.plain(at, node.b)

    def plain(self, s: int, e: int) -> None:
        """Add text without entities; in the HTML of a document the dictionary may find more in it."""
        reader = self.reader
        read = (
            None
            if reader.document is None or any(m.kind == "link" for m in self.marks)
            else reader.dictionary.text
        )
        if read is None or self.src.find(":", s, e) < 0:
            self.words(s, e)
        else:
            read(self, s, e)

    def words(self, s: int, e: int) -> None:
        """Add text that is nothing but text."""
        if e > s:
            self.out.append(Piece("t", self.src[s:e], s, e, self.marks, self.path))

    def element(self, el: El) -> None:
        """Add an inline element: a mark, something transparent, or what the dictionary says."""
        mark = MARK_TAGS.get(el.tag)
        plain = self.reader.document is None or (mark is not None and el.tag == mark.kind)
        if mark is not None and plain and is_transparent(el):
            self.within(mark, Elem(mark, el.s, el.oe, el.cs, el.e)).nodes(el.kids)
            return
        if el.tag == COMMENT or (el.tag == "span" and is_transparent(el)):
            elem = Elem(None, el.s, el.oe, el.cs, el.e, keep=el.tag != "span")
            self.within(None, elem).nodes(el.kids)
            return
        dictionary = self.reader.dictionary
        if el.tag in MACRO_TAGS:
            read = dictionary.inline_macros.get(el.get("ac:name"))
        else:
            read = dictionary.atoms.get(el.tag)
        if read is None:
            self.raw(el)
        else:
            read(el, self)


def inline_atom(reader: StorageReader, root: El) -> Piece | None:
    """Return the one atom that a fragment is; None when it is more, or text."""
    inside = Inside(reader)
    inside.nodes(root.kids)
    if len(inside.out) != 1 or inside.out[0].kind == "t" or inside.out[0].marks:
        return None
    return inside.out[0]


def is_lone_macro(run: Sequence[Node]) -> bool:
    """Say whether all there is between blocks is a macro: then it is a block; in a paragraph it is none."""
    only = run[0] if len(run) == 1 else None
    return isinstance(only, El) and only.tag in MACRO_TAGS and only.get("ac:name") not in WORDS


def is_raw_lines(inline: Inline) -> bool:
    """Say whether all there is is a raw element with a text of several lines, which a code span would fold."""
    only = inline.runs[0] if len(inline.runs) == 1 else None
    return only is not None and only.kind == "raw" and "\n" in str(only.value)


def _bursts(el: El) -> bool:
    """Say whether there are blocks in an inline element where there may be none: the paragraph around it would end."""
    todo = [el]
    while todo:
        for kid in todo.pop().els():
            if kid.tag in BLOCK_TAGS:
                return True
            if kid.tag not in ISLANDS:
                todo.append(kid)
    return False


ISLANDS = frozenset({"ac:rich-text-body", "ac:link-body", "ac:caption", "ac:task-body"})
"""Inside of these, blocks may begin again although they stand in a paragraph."""
WORDS = frozenset({"status", "mathinline"})
"""Macros that are words, and make a paragraph wherever they stand."""


def is_transparent(el: El) -> bool:
    """Say whether an inline element says no more than its name."""
    return all(k in VOLATILE or (k == "style" and not style(v)) for k, v in el.attrs.items())
