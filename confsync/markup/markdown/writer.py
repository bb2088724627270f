"""The tree to Markdown, cold: every block is written at its level of care, and read back.

The whole text is read back at once; only where it differs from the tree are single blocks tried again, more careful,
down to raw storage. The blocks themselves are written by their files in `elements/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from confsync.markup.links import Links
from confsync.markup.markdown.escaping import Level, escape_text, fence
from confsync.markup.markdown.inline_writer import AtomWriter, InlineContext, InlineWriter
from confsync.markup.markdown.style import DEFAULT, Style
from confsync.markup.raw_marks import BROKEN, RAW
from confsync.markup.tree import Atomic, Block, Kind, Norm, References, norms_of

BlockWriter = Callable[[Block, "MarkdownWriter", Block | None], str]
"""Writes a block; the last argument is its neighbour before it."""
Reader = Callable[[str, References, Links | None], list[Norm]]
"""Reads Markdown back."""


@dataclass(frozen=True, slots=True)
class MarkdownOutput:
    """Who writes what, and who reads back."""

    blocks: Mapping[Kind, BlockWriter] = field(default_factory=dict)
    atoms: Mapping[str, AtomWriter] = field(default_factory=dict)
    storage: Callable[[Block], str] = lambda _: ""
    """Writes a block as storage."""
    html: Callable[[Block, InlineContext], str] = lambda _block, _context: ""
    """Writes a block as HTML that may stand in Markdown."""
    read: Reader = lambda _text, _refs, _links: []


class MarkdownWriter:
    """Writes blocks as Markdown."""

    def __init__(
        self,
        output: MarkdownOutput,
        *,
        style: Style = DEFAULT,
        references: References | None = None,
        links: Links | None = None,
    ) -> None:
        self.output = output
        self.style = style
        self.references = references or References()
        self.links = links
        self.context = InlineContext(style=style, links=links, references=self.references)
        self.leaf_context = replace(self.context, whole=True)
        self.levels: dict[int, Level] = {}
        """By id(block); LIGHT when it is not in it."""
        self.raised = 0
        """How often a level was raised."""
        self.markers: dict[int, str] = {}
        """The markers that lists were written with, by id(block)."""
        self.kept: list[tuple[Block, str]] = []
        """The blocks that the document shows as raw storage, and that storage."""

    # ---- writing ----

    def block(self, block: Block, before: Block | None = None) -> str:
        """Write one block at its level; not read back."""
        if self.level(block) is Level.RAW:
            return self.raw(block)
        return self.output.blocks[block.kind](block, self, before)

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Write siblings, blank lines between them."""
        out: list[str] = []
        before: Block | None = None
        for b in blocks:
            out.append(self.block(b, before))
            before = b
        return "\n\n".join(out)

    def level(self, block: Block) -> Level:
        """Return how careful a block is to be written."""
        return self.levels.get(id(block), Level.LIGHT)

    def inline(
        self,
        runs: Sequence[Atomic],
        level: Level = Level.LIGHT,
        *,
        cell: bool = False,
        heading: bool = False,
        line_start: bool = True,
    ) -> str:
        """Write inline content."""
        context = self.leaf_context
        if level or cell or heading or not line_start:
            context = replace(context, level=level, cell=cell, heading=heading, line_start=line_start)
        return InlineWriter(self.output.atoms, context).write(runs)

    def text(self, text: str) -> str:
        """Write text that stands behind something else on its line."""
        return escape_text(text, Level.LIGHT)

    def raw(self, block: Block) -> str:
        """Write a block as raw storage."""
        xml = block.xml if block.kind is Kind.RAW else self.output.storage(block)
        self.kept.append((block, xml))
        return raw_fence(xml, BROKEN if block.malformed else RAW)

    # ---- reading back ----

    def reads_as(self, text: str, norms: Sequence[Norm]) -> bool:
        """Say whether Markdown reads as blocks of these normal forms."""
        return self.output.read(text, self.references, self.links) == list(norms)

    def verified(self, block: Block, before: Block | None = None) -> str:
        """Write one block so that it reads back as itself when it stands alone."""
        text = self.block(block, before)
        if block.kind is Kind.SPACER:  # alone it is a trailing one, which says nothing
            return text
        norms = norms_of([block])
        while not self.reads_as(text, norms) and self.raise_level(block):
            text = self.block(block, before)
        return text

    def raise_level(self, block: Block) -> bool:
        """Write this block with more care from now on; False when it is raw already.

        A container first raises the kids that are wrong by themselves, and becomes raw when that does not help; a panel
        has its body apart from its first line before that.
        """
        level = self.level(block)
        if level is Level.RAW:
            return False
        self.raised += 1
        if block.is_leaf or block.kind is Kind.TABLE:
            self.levels[id(block)] = Level(level + 1)
            return True
        deep = _is_deep(block)
        raised = [] if deep else [self._raise_kid(kid, before) for kid, before in _kids_of(block)]
        if not any(raised):
            apart = block.kind is Kind.PANEL and level is Level.LIGHT and not deep
            self.levels[id(block)] = Level.FULL if apart else Level.RAW
        return True

    def _raise_kid(self, kid: Block, before: Block | None) -> bool:
        """Make a kid right by itself; say whether that changed anything."""
        seen = self.raised
        self.verified(kid, before)
        return seen != self.raised

    def document(self, blocks: Sequence[Block]) -> str:
        """Write top blocks so that all of them read back as themselves; empty for none."""
        text = self._joined(blocks)
        norms = norms_of(blocks)
        if self.reads_as(text, norms):
            return text
        for b, before in zip(blocks, [None, *blocks], strict=False):
            self.verified(b, before)
        text = self._joined(blocks)
        if self.reads_as(text, norms):
            return text
        return self._apart(blocks, norms)

    def _joined(self, blocks: Sequence[Block]) -> str:
        self.kept.clear()
        text = self.blocks(blocks)
        return text + "\n" if text else ""

    def _apart(self, blocks: Sequence[Block], norms: list[Norm]) -> str:
        """Single blocks are right and their sequence is not: neighbours melt. Make what may melt raw, then all."""
        for kinds in (MELTING, frozenset(Kind)):
            for b in blocks:
                if b.kind in kinds and b.kind is not Kind.SPACER:
                    self.levels[id(b)] = Level.RAW
            text = self._joined(blocks)
            if self.reads_as(text, norms):
                return text
        return text


MELTING = frozenset({Kind.LIST, Kind.QUOTE, Kind.PANEL, Kind.HTML, Kind.FOOTNOTE, Kind.BOX, Kind.EXPAND})


_DEEP = 40
"""Containers in each other from which on a kid is not looked for that is wrong by itself: each is read with all in it."""


def _is_deep(block: Block) -> bool:
    level, depth = block.kids, 0
    while level and depth < _DEEP:
        level, depth = [kid for b in level for kid in b.kids], depth + 1
    return bool(level)


def _kids_of(block: Block) -> list[tuple[Block, Block | None]]:
    """Return the blocks inside that can be read alone, each with the one before it."""
    inner = [k.kids for k in block.kids] if block.kind is Kind.LIST else [block.kids]
    return [(kid, before) for kids in inner for kid, before in zip(kids, [None, *kids], strict=False)]


def raw_fence(xml: str, info: str = RAW) -> str:
    """Return a fenced block of raw storage."""
    ticks = fence(xml, 3)
    return f"{ticks}{info}\n{xml}\n{ticks}"


def indent(text: str, prefix: str, first: str | None = None) -> str:
    """Put a prefix before each line, another before the first; no blanks are left on empty lines."""
    lines = text.split("\n")
    heads = [prefix if first is None else first] + [prefix] * (len(lines) - 1)
    return "\n".join(head + line if line else head.rstrip() for head, line in zip(heads, lines, strict=True))
