"""What the engine needs of the notation it writes; `storage.side` and `markdown.side` implement it. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from confsync.markup.lens.diff.edits import Edit
from confsync.markup.lens.leaf.words import Words
from confsync.markup.lens.splice.gaps import Joints, Part
from confsync.markup.tree import Attrs, Block, Inline, Kind, Piece

STAND_IN = "confsync-inside"
"""What is written for the children of a container whose shell is wanted."""


def stand_in() -> Block:
    """Return a paragraph that is written as `STAND_IN`."""
    return Block(Kind.PARAGRAPH, Attrs(), inline=Inline([Piece("t", STAND_IN, 0, 0)]))


class Side(Words, Protocol):
    """One notation, on one source text. All offsets are into `source`.

    `level` says how carefully new words are escaped: 0 readable, higher when reading back failed.
    """

    level: int

    @property
    def levels(self) -> int:
        """How many levels of care there are."""
        ...

    def joints(self, box: Block, gaps: Sequence[str]) -> Joints:
        """Return what a container knows of its gaps."""
        ...

    def freed(self, box: Block, gaps: Sequence[str], parts: Sequence[Part]) -> tuple[list[str], list[Part]]:
        """Return the gaps and parts without what ended children that are not there any more, and with what ends others now."""
        ...

    def settled(self, box: Block, parts: Sequence[Part]) -> list[Part]:
        """Return the parts, with new ones made so that they do not melt into neighbours."""
        ...

    def cold(self, new: Block, box: Block, old: Block | None) -> str:
        """Write a block anew for a container; `old` is the block that it replaces, whose ids it keeps."""
        ...

    def shell(self, new: Block, box: Block, old: Block | None) -> tuple[str, str, Block]:
        """Write a container without its children: what stands before and behind them, and a stand-in for the box.

        NoSplice when this container cannot be written so.
        """
        ...

    def borrowed(self, block: Block, box: Block, text: str) -> str | None:
        """Return a block's text as it would stand in another container; None when it cannot stand there."""
        ...

    def moved(self, block: Block) -> bool:
        """Say whether a block's bytes can stand elsewhere among its siblings."""
        ...

    def header(self, old: Block, new: Block) -> list[Edit]:
        """Return the edits that give a block the other's data (level, title, parameters); NoSplice when none do."""
        ...

    def body(self, old: Block, new: Block) -> list[Edit]:
        """Return the edits that give code, formulas or raw blocks their new text."""
        ...

    def columns(self, old: Block, new: Block, columns: Sequence[int | None]) -> list[Edit]:
        """Return the edits to what a table says of its columns; `columns` names the old one of each new one."""
        ...

    def finished(self, old: Block, new: Block, text: str) -> str:
        """Return a container's new text with what its first child decides set right."""
        ...

    def inner(self, block: Block) -> Side:
        """Return the side for storage that stands inside Markdown; NoSplice when there is none."""
        ...

    def outer(self, block: Block, text: str) -> str:
        """Return a block's span in this source with another text of the storage inside it."""
        ...

    def reads_as(self, text: str, old: Block, new: Block) -> bool:
        """Read a block's new text back: the law *faithful*, asked of one block."""
        ...
