"""Pieces of Markdown read back where they stand: in a cell, behind a box, below a tag, beside a term."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from confsync.markup.elements.definitions import TERM
from confsync.markup.elements.site_tag import CARD
from confsync.markup.lens.markdown.code_tabs import is_bare, tag_before
from confsync.markup.lens.markdown.prefixes import unprefixed
from confsync.markup.tree import Block, Item, Kind, Norm, References, norms_of

ReadBlocks = Callable[[str, References], Sequence[Block]]

_BOX = re.compile(r"\[[ xX]\][ \t]+$")


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A text with its reader, and the references of its page."""

    source: str
    read: ReadBlocks
    references: References

    def agrees(self, text: str, old: Block, new: Block) -> bool:
        """Say whether a text reads as the new block, freed of its containers' prefix, where the old one stands."""
        if old.bare and old.fragment is None and new.kind is Kind.PARAGRAPH:
            table = self._blocks(f"| x |\n| --- |\n| {text} |")
            cells = table[0].kids[-1].kids if len(table) == 1 and table[0].kids else []
            return len(cells) == 1 and norms_of(cells[0].kids) == [new.norm]
        plain = self._indent(old) + unprefixed(text, old.prefix)
        if old.marker == TERM:
            return norms_of(self._blocks(f"{plain}\n: x")[:1]) == [new.norm]
        if old.marker == CARD:
            return norms_of(self._blocks(f"{plain}\n</Card>")) == [new.norm]
        if is_bare(old):
            tab = self._blocks(f"{tag_before(self.source, old)}\n{plain}\n{{{{< /tab >}}}}")
            return [norms_of(k.kids) for k in tab] == [[new.norm]]
        if old.kind is Kind.LIST and plain.startswith((":", "~")):
            return norms_of(self._blocks(f"x\n{plain}")[1:]) == norms_of([new])
        alone = norms_of(self._blocks(plain)) == norms_of([new])
        return alone or any(
            reads(plain, old, new) for reads in (self._in_task, self._in_html, self._with_lazy_lines)
        )

    def _indent(self, old: Block) -> str:
        """Return the columns of a tab before a fence that are not its container's: as many are taken off its lines."""
        if old.kind is not Kind.CODE or not old.marker or not self.source.startswith("\t", old.s - 1):
            return ""
        line = self.source[self.source.rfind("\n", 0, old.s) + 1 : old.s].expandtabs(4)
        return " " * min(max(len(line) - len(old.prefix), 0), 3)

    def _blocks(self, text: str) -> Sequence[Block]:
        return self.read(text, self.references)

    def _in_task(self, text: str, old: Block, new: Block) -> bool:
        """An ATX heading or a paragraph behind a box reads otherwise alone; read it behind one."""
        if not old.prefix or new.kind is not Kind.PARAGRAPH:
            return False
        if not _BOX.search(self.source[max(old.s - 8, 0) : old.s]):
            return False
        indented = text.replace("\n", "\n  ")
        got = self._blocks(f"- [ ] {indented}")
        item: Norm = Block(Kind.ITEM, Item(" "), [new]).norm
        return len(got) == 1 and [k.norm for k in got[0].kids] == [item]

    def _in_html(self, text: str, old: Block, new: Block) -> bool:
        """Text right below an HTML tag belongs to its block, where no character is markup; read it in one."""
        if old.fragment is None or text.startswith("<"):
            return False
        box = self._blocks(f"<div>\n{text}\n</div>")
        return len(box) == 1 and norms_of(box[0].kids) == norms_of([new])

    def _with_lazy_lines(self, text: str, old: Block, new: Block) -> bool:
        """Lines that lack their container's prefix go on with its paragraph, whatever they look like; read them in one."""
        if not old.prefix or new.kind is not Kind.PARAGRAPH or "\n" not in text:
            return False
        box = self._blocks(f"- {text}")
        return len(box) == 1 and [norms_of(k.kids) for k in box[0].kids] == [norms_of([new])]
