"""The one tree that both notations parse into: blocks, inline content, spans, white space rules, normal forms.

Everything else in this package rests on two facts that live here. A block is the same block on both sides iff the
`norm`s are equal; and every block and every token knows where it stands in its own source. No reader, no writer and
no name of a Confluence element lives here.

Conventions. All offsets are indices into the `str` that was parsed (LF line ends in Markdown). `[s, e)` is half open;
-1 means "not tracked" (a cold read does not pay for offsets). A tree is built by a reader and not changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from confsync.markup.inline import (
    CODE,
    DEL,
    EM,
    NO_MARKS,
    SOFT,
    STRONG,
    Atomic,
    Elem,
    Image,
    Mark,
    Marks,
    Pairs,
    Path,
    Piece,
    Run,
    Tok,
)
from confsync.markup.tokenizing import BLANKS, FOLD, Inline, is_blank, make_runs, make_toks, tidy

__all__ = [
    "BLANKS",
    "CODE",
    "DEL",
    "EM",
    "FOLD",
    "NO_MARKS",
    "SOFT",
    "STRONG",
    "Atomic",
    "Attrs",
    "Block",
    "Box",
    "Cell",
    "Code",
    "Data",
    "Elem",
    "Expand",
    "Footnote",
    "Fragment",
    "Heading",
    "Html",
    "Image",
    "Inline",
    "Item",
    "Kind",
    "ListData",
    "Mark",
    "Marks",
    "Norm",
    "Notation",
    "Pairs",
    "Panel",
    "Path",
    "Piece",
    "Raw",
    "References",
    "Run",
    "Tok",
    "Tree",
    "is_blank",
    "make_runs",
    "make_toks",
    "norms_of",
    "tidy",
]


class Kind(StrEnum):
    """What a block is. In brackets: the type of its `data`."""

    DOC = "doc"
    PARAGRAPH = "p"  # Attrs
    HEADING = "h"  # Heading
    LIST = "list"  # ListData; kids are items
    ITEM = "item"  # Item
    QUOTE = "quote"
    CODE = "code"  # Code, and `text`
    RULE = "hr"
    TABLE = "table"  # kids are rows
    ROW = "row"  # kids are cells
    CELL = "cell"  # Cell
    PANEL = "panel"  # Panel
    EXPAND = "expand"  # Expand
    BOX = "box"  # Box
    FOOTNOTE = "footnote"  # Footnote: a definition, where it stands
    MATH = "math"  # `text`
    RAW = "raw"  # Raw; `xml` is what is written
    HTML = "html"  # Html: HTML in Markdown that has no storage form; a code macro in storage
    SPACER = "spacer"  # an empty paragraph between blocks
    FRAGMENT = "frag"  # several storage blocks in one raw fence; its normal form is that of its kids


class Notation(StrEnum):
    """Which notation a block's span is written in."""

    STORAGE = "st"
    MARKDOWN = "md"
    HTML = "html"  # storage standing inside Markdown; see Block.fragment


class Attrs(NamedTuple):
    """Paragraph: the attributes that the author chose (`style`)."""

    attrs: Pairs = ()


class Heading(NamedTuple):
    """Level 1 to 6, and attributes as on a paragraph."""

    level: int
    attrs: Pairs = ()


class ListData(NamedTuple):
    """`ul`, `ol` or `task`; the first number when it is not 1; attributes as on a paragraph."""

    style: str
    start: str = ""
    attrs: Pairs = ()


class Item(NamedTuple):
    """Empty for an item without a box, else one blank or `x`; attributes as on a paragraph."""

    state: str = ""
    attrs: Pairs = ()


class Code(NamedTuple):
    """The language as Confluence spells it, and the other parameters."""

    language: str = ""
    params: Pairs = ()


class Cell(NamedTuple):
    """Header cell or not; `""`, `center` or `right`; colspan and rowspan above 1, the class of what it is or stands in."""

    header: bool = False
    align: str = ""
    spans: Pairs = ()


class Panel(NamedTuple):
    """`info`, `tip`, `note` or `warning`, and the title."""

    name: str
    title: str = ""


class Expand(NamedTuple):
    """The title, and the other parameters."""

    title: str = ""
    attrs: Pairs = ()


class Box(NamedTuple):
    """Any other container: `layout`, `layout-section`, `layout-cell`, `div`, or `macro:<name>` with a rich body."""

    name: str
    attrs: Pairs = ()


class Footnote(NamedTuple):
    """The label as written in `[^label]`."""

    label: str


class Raw(NamedTuple):
    """Canonical XML: attributes sorted, ids gone, white space folded."""

    canonical: str


class Html(NamedTuple):
    """HTML text that is not storage."""

    text: str


Data = Attrs | Heading | ListData | Item | Code | Cell | Panel | Expand | Box | Footnote | Raw | Html | None
Norm = tuple[Any, ...]
"""A normal form: nested tuples, hashable, comparable with ==. `normal.text_of` writes it as a string."""


class Fragment(NamedTuple):
    """Storage standing inside Markdown: its text (void tags closed), and the block's span and inside in that text.

    All blocks and tokens below have offsets into `text`, not into the file.
    """

    text: str
    s: int = 0
    e: int = 0
    ins: int = -1
    ine: int = -1


@dataclass(slots=True, eq=False)
class Block:
    """One block. `norm` says what it is; the rest says where, and how it was written."""

    kind: Kind
    data: Data = None
    kids: list[Block] = field(default_factory=list)
    inline: Inline | None = None
    text: str | None = None
    """code, math: the text, LF line ends, without the newline before the closing fence."""
    xml: str = ""
    """raw: what is written into storage (ids taken off, else as found)."""
    s: int = -1
    e: int = -1
    """The block, without blank lines around it."""
    ins: int = -1
    ine: int = -1
    """The inside: where the kids or the inline content or the code text lie."""
    notation: Notation = Notation.STORAGE
    bare: bool = False
    """Inline content directly in li, td or the root: no `<p>` of its own."""
    prefix: str = ""
    """Markdown: what a new line of this block starts with (`"> "`, `"  "`)."""
    inner_prefix: str = ""
    """Markdown containers: what a new line inside starts with."""
    marker: str = ""
    """Markdown: the list item's marker with its blanks, `#`s or `=`/`-` of a heading, the fence of a code block."""
    state_span: tuple[int, int] | None = None
    """Task items: the character between the brackets (Markdown), the text of `ac:task-status` (storage)."""
    tail: tuple[int, int] | None = None
    """Markdown: what ends the block of a site's tag where it stands apart from it, behind or between its siblings."""
    el: Any = None
    """Storage: the `xml.El` that the block was read from."""
    fragment: Fragment | None = None
    headless: bool = False
    """Markdown tables: the header row is empty and is no row of the tree (its gap content is the head's two lines)."""
    malformed: bool = False
    """The whole body is not well-formed (or has a DTD): one raw block, never sent anywhere."""
    _norm: Norm | None = None

    @property
    def toks(self) -> list[Tok]:
        """The tokens of a leaf; empty for anything else."""
        return [] if self.inline is None else self.inline.toks

    @property
    def runs(self) -> tuple[Run, ...]:
        """The inline content of a leaf in normal form; empty for anything else."""
        return () if self.inline is None else self.inline.runs

    @property
    def written(self) -> tuple[Run, ...]:
        """The inline content of a leaf, to write it: of the same normal form; empty for anything else."""
        return () if self.inline is None else self.inline.written

    @property
    def is_leaf(self) -> bool:
        """Whether the block holds inline content."""
        return self.inline is not None

    @property
    def norm(self) -> Norm:
        """The normal form: what is left without spans, ids, display hints and spelling."""
        if self._norm is None:
            runs = None if self.inline is None else tuple([r[:3] for r in self.inline.runs])
            kids = tuple(norms_of(self.kids)) if self.kids else ()
            self._norm = (self.kind.value, self.data, self.text, runs, kids)
        return self._norm

    def agree(self, other: Block) -> None:
        """Share the normal form of a block that means the same, so that the two are compared in no time."""
        self._norm = other.norm


def norms_of(blocks: Iterable[Block]) -> list[Norm]:
    """Return the normal forms of siblings; a fragment counts as its blocks."""
    out: list[Norm] = []
    for b in blocks:
        if b.kind is Kind.FRAGMENT:
            out.extend(norms_of(b.kids))
        else:
            out.append(b.norm)
    return out


@dataclass(frozen=True)
class References:
    """What a fragment of Markdown cannot be read without: the document's link definitions and footnote labels."""

    links: dict[str, Any] = field(default_factory=dict)
    """markdown-it's `env["references"]`."""
    footnotes: tuple[str, ...] = ()
    """Labels that have a definition."""
    anchors: Pairs = ()
    """(GitHub slug, Confluence anchor) of the document's headings, in order, first of a slug wins."""
    dangling: Pairs = ()
    """(loose form, anchor): what links that lead to no heading are read as; see `dangling`."""

    @cached_property
    def labels(self) -> dict[str, int]:
        """The labels of footnotes as markdown-it's `env["footnotes"]["refs"]` has them."""
        return dict.fromkeys((f":{label}" for label in self.footnotes), -1)

    @cached_property
    def by_slug(self) -> dict[str, str]:
        """Slug to anchor."""
        return dict(reversed(self.anchors))

    @cached_property
    def by_loose(self) -> dict[str, str]:
        """The loose form of a dangling anchor to the anchor."""
        return dict(self.dangling)

    @cached_property
    def by_anchor(self) -> dict[str, str]:
        """Anchor to slug."""
        return {anchor: slug for slug, anchor in reversed(self.anchors)}


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed text. `root` is a block of kind DOC that spans all of it."""

    root: Block
    text: str
    """What was parsed; all offsets are into this."""
    notation: Notation
    references: References = field(default_factory=References)

    @property
    def norms(self) -> list[Norm]:
        """The normal forms of the top blocks: what is compared to verify a put."""
        return norms_of(self.root.kids)
