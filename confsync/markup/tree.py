"""The one tree that both notations parse into: blocks, inline content, spans, white space rules, normal forms.

Everything else in this package rests on two facts that live here. A block is the same block on both sides iff the
`norm`s are equal; and every block and every token knows where it stands in its own source. No reader, no writer and
no name of a Confluence element lives here.

Conventions. All offsets are indices into the `str` that was parsed (LF line ends in Markdown). `[s, e)` is half open;
-1 means "not tracked" (a cold read does not pay for offsets). A tree is built by a reader and not changed afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, Protocol

# ---- inline content ---------------------------------------------------------------------------------------------

Pairs = tuple[tuple[str, str], ...]
"""Attributes or parameters: sorted (name, value) pairs."""


class Mark(NamedTuple):
    """One mark on inline content. Marks are a set, never a nesting."""

    kind: str
    """`strong`, `em`, `del`, `code`, `link` or `tag` (any other inline element that is kept)."""
    value: str = ""
    """link: the canonical address; tag: the element's name."""
    attrs: Pairs = ()
    """link: `title` when there is one; tag: its attributes."""


Marks = frozenset[Mark]
NO_MARKS: Marks = frozenset()
STRONG, EM, DEL, CODE = Mark("strong"), Mark("em"), Mark("del"), Mark("code")
SOFT: Marks = frozenset((STRONG, EM, DEL))
"""Marks that cannot begin or end at white space in Markdown, so blanks never decide about them."""


class Image(NamedTuple):
    """The value of an `img` atom. `src` is an attachment's name, or a URL when it holds `://`."""

    src: str
    alt: str = ""
    caption: str = ""
    title: str = ""
    width: str = ""
    height: str = ""


class Elem:
    """An inline element (storage) or delimiter pair (Markdown): open tag [os, oe), close tag [cs, ce).

    `mark` None: transparent (comment marker, bare span). `keep`: a comment marker, whose loss is to be reported.
    `cdata`: its text is raw. `form`: Markdown, how it was written (`link`, `autolink`, `linkify`, `<u`, …).
    """

    __slots__ = ("cdata", "ce", "cs", "form", "keep", "mark", "oe", "os")

    def __init__(
        self,
        mark: Mark | None,
        os: int,
        oe: int,
        cs: int = -1,
        ce: int = -1,
        *,
        cdata: bool = False,
        keep: bool = False,
    ) -> None:
        self.mark, self.os, self.oe, self.cs, self.ce = mark, os, oe, cs, ce
        self.cdata, self.keep, self.form = cdata, keep, ""


Path = tuple[Elem, ...]


class Piece(NamedTuple):
    """What a reader saw: a stretch of text with one set of marks, or an atom. Runs and tokens are cut from these.

    Text whose length is `e - s` maps character by character; otherwise (an entity, an escape) as a whole.
    """

    kind: str
    """`t` for text, else the kind of the atom; see `Tok`."""
    value: str | tuple[str, ...]
    s: int
    e: int
    marks: Marks = NO_MARKS
    path: Path = ()
    xml: str = ""


class Run(NamedTuple):
    """Inline content in normal form: maximal text of one set of marks (kind `t`), or an atom.

    `xml` is what a `raw` atom is written as; it is not part of the normal form.
    """

    kind: str
    value: str | tuple[str, ...]
    marks: Marks = NO_MARKS
    xml: str = ""


class Tok:
    """One word, blank, punctuation character or atom: the unit of word splicing.

    kind: `w` word or one other character, `s` white space (value `" "`), `br`, and the atoms `img` (Image), `emo`
    (name), `time` (date), `status` (colour, title), `ref` (a link that shows its target's title: address), `foot`
    (footnote reference: label), `math` (TeX), `anchor` (name), `raw` (canonical XML; `xml` holds the text to write).
    segs: where it stands; more than one when an element's border cuts the word. path, path_end: the elements open at
    its first and last character, outermost first.
    """

    __slots__ = ("kind", "marks", "path", "path_end", "segs", "value", "xml")

    def __init__(
        self,
        kind: str,
        value: str | tuple[str, ...],
        marks: Marks,
        segs: list[tuple[int, int]],
        path: Path = (),
    ) -> None:
        self.kind, self.value, self.marks, self.segs = kind, value, marks, segs
        self.path, self.path_end, self.xml = path, path, ""

    @property
    def key(self) -> tuple[str, str | tuple[str, ...], Marks]:
        """What the token is, without where it is: equal keys are equal tokens."""
        return (self.kind, self.value, self.marks)

    @property
    def s(self) -> int:
        """Where it starts."""
        return self.segs[0][0]

    @property
    def e(self) -> int:
        """Where it ends."""
        return self.segs[-1][1]

    def __repr__(self) -> str:
        marks = ",".join(sorted(m.kind for m in self.marks))
        return f"Tok({self.kind}, {self.value!r}{', ' + marks if marks else ''}, {self.segs})"


class Atomic(Protocol):
    """What the writers of inline content need: a Run, a Tok and a Piece are all of this."""

    @property
    def kind(self) -> str:
        """`t`, `w` and `s` are text; anything else is an atom."""
        ...

    @property
    def value(self) -> str | tuple[str, ...]:
        """The text, or what the atom is."""
        ...

    @property
    def marks(self) -> Marks:
        """The set of marks on it."""
        ...

    @property
    def xml(self) -> str:
        """The storage text of a raw atom."""
        ...


class Inline:
    """The inline content of a leaf: runs at once, tokens with offsets only when somebody asks.

    `blind`: the offsets could not be followed; text and marks are right, but the leaf cannot be spliced by words
    (its tokens all stand at [0, 0)).
    """

    __slots__ = ("_toks", "_track", "blind", "runs")

    def __init__(
        self, pieces: Sequence[Piece], track: Callable[[Inline], Sequence[Piece]] | None = None
    ) -> None:
        """`track` makes the pieces with offsets; None when `pieces` already have them."""
        self.runs = make_runs(pieces)
        self.blind = False
        self._track = track if track is not None else lambda _: pieces
        self._toks: list[Tok] | None = None

    @property
    def toks(self) -> list[Tok]:
        """The tokens, cut on the first call and kept."""
        if self._toks is None:
            self._toks = make_toks(self._track(self))
        return self._toks

    @property
    def plain(self) -> str:
        """The text alone, atoms left out."""
        return "".join(r.value for r in self.runs if r.kind == "t" and isinstance(r.value, str))


# ---- blocks -----------------------------------------------------------------------------------------------------


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
    """`ul`, `ol` or `task`; the first number when it is not 1."""

    style: str
    start: str = ""


class Item(NamedTuple):
    """Empty for an item without a box, else one blank or `x`."""

    state: str = ""


class Code(NamedTuple):
    """The language as Confluence spells it, and the other parameters."""

    language: str = ""
    params: Pairs = ()


class Cell(NamedTuple):
    """Header cell or not; `""`, `center` or `right`; colspan and rowspan above 1."""

    header: bool = False
    align: str = ""
    spans: Pairs = ()


class Panel(NamedTuple):
    """`info`, `tip`, `note` or `warning`, and the title."""

    name: str
    title: str = ""


class Expand(NamedTuple):
    """The title."""

    title: str = ""


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
    def is_leaf(self) -> bool:
        """Whether the block holds inline content."""
        return self.inline is not None

    @property
    def norm(self) -> Norm:
        """The normal form: what is left without spans, ids, display hints and spelling."""
        if self._norm is None:
            runs = None if self.inline is None else tuple(r[:3] for r in self.inline.runs)
            self._norm = (self.kind.value, self.data, self.text, runs, tuple(norms_of(self.kids)))
        return self._norm


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

    @cached_property
    def by_slug(self) -> dict[str, str]:
        """Slug to anchor."""
        return dict(reversed(self.anchors))

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


# ---- white space and cutting ------------------------------------------------------------------------------------

WORD_OR_CHAR = re.compile(r"[ \t\r\n]+|[^\W_]+|.", re.DOTALL)
FOLD = re.compile(r"[ \t\r\n]+")
UNFOLDED = re.compile(r"[\t\r\n]|  ")
BLANKS = " \u00a0\u200b\ufeff"
"""Characters that soft marks do not decide about: the blank, and what Markdown parsers may take for one."""


def make_toks(pieces: Iterable[Piece]) -> list[Tok]:
    """Cut pieces into tokens, fold white space, and pull soft marks off it (lens rules 3.1 to 3.4)."""
    cutter = _Cutter()
    for piece in pieces:
        if piece.kind != "t" or not isinstance(piece.value, str):
            cutter.atom(piece)
            continue
        exact = piece.e - piece.s == len(piece.value)
        for m in WORD_OR_CHAR.finditer(piece.value):
            seg = (piece.s + m.start(), piece.s + m.end()) if exact else (piece.s, piece.e)
            cutter.cut(m[0], seg, piece)
    cutter.close()
    return tidy(cutter.toks)


class _Cutter:
    """Collects cuts into tokens; a word that elements or entities cut is put together in linear time."""

    def __init__(self) -> None:
        self.toks: list[Tok] = []
        self._word: list[str] = []

    def close(self) -> None:
        """End the word at hand."""
        if len(self._word) > 1:
            self.toks[-1].value = "".join(self._word)
        self._word = []

    def atom(self, piece: Piece) -> None:
        """Add an atom."""
        self.close()
        tok = Tok(piece.kind, piece.value, piece.marks, [(piece.s, piece.e)], piece.path)
        tok.xml = piece.xml
        self.toks.append(tok)

    def cut(self, text: str, seg: tuple[int, int], piece: Piece) -> None:
        """Add one cut; it continues the last token when that is a word of the same marks, or white space, too."""
        space = text[0] in " \t\r\n"
        word = not space and text[0].isalnum()
        last = self.toks[-1] if self.toks else None
        if last is not None and space and last.kind == "s":
            last.marks &= piece.marks
        elif last is not None and word and self._word and last.marks == piece.marks:
            self._word.append(text)
        else:
            self.close()
            self.toks.append(
                Tok("s" if space else "w", " " if space else text, piece.marks, [seg], piece.path)
            )
            self._word = [text] if word else []
            return
        _extend(last, seg, piece.path)


def _extend(tok: Tok, seg: tuple[int, int], path: Path) -> None:
    if tok.segs[-1][1] == seg[0] and tok.path_end == path:
        tok.segs[-1] = (tok.segs[-1][0], seg[1])
    elif tok.segs[-1] != seg:
        tok.segs.append(seg)
    tok.path_end = path


def is_blank(tok: Tok) -> bool:
    """Say whether soft marks on this token follow its neighbours."""
    return tok.kind in {"s", "br"} or (isinstance(tok.value, str) and tok.kind == "w" and tok.value in BLANKS)


def tidy(toks: list[Tok]) -> list[Tok]:
    """Take white space off the edges and from beside breaks; soft marks stay on blanks iff both neighbours have them."""
    out: list[Tok] = []
    for t in toks:
        if t.kind == "s" and (not out or out[-1].kind in ("s", "br")):
            if out and out[-1].kind == "s":
                out[-1].marks &= t.marks
            continue
        if t.kind == "br" and out and out[-1].kind == "s":
            out.pop()
        out.append(t)
    while out and out[-1].kind == "s":
        out.pop()
    _settle_soft_marks(out)
    return out


def _settle_soft_marks(toks: list[Tok]) -> None:
    left: Tok | None = None
    waiting: list[Tok] = []
    for t in toks:
        if is_blank(t):
            waiting.append(t)
            continue
        if waiting:
            keep = left.marks & t.marks & SOFT if left is not None else NO_MARKS
            for blank in waiting:
                blank.marks = (blank.marks - SOFT) | keep
            waiting.clear()
        left = t
    for blank in waiting:
        blank.marks -= SOFT


def make_runs(pieces: Sequence[Piece]) -> tuple[Run, ...]:
    """Bring inline content into normal form without cutting it into words; linear in pieces, not in characters.

    Nearly all content is in normal form once neighbours are joined; only where blanks stand at the edge of a mark are
    they looked at one by one.
    """
    joined = _join_pieces(pieces)
    if _is_settled(joined):
        return tuple(joined)
    units: list[Tok] = []
    for run in joined:
        if run.kind == "t":
            _split_edges(units, str(run.value), run.marks)
        else:
            units.append(_unit(run))
    return _join(tidy(units))


def _join_pieces(pieces: Sequence[Piece]) -> list[Run]:
    """Join neighbouring text of equal marks and fold its white space."""
    out: list[Run] = []
    texts: list[str] = []
    marks = NO_MARKS
    for kind, value, _s, _e, own, _path, xml in pieces:
        text = kind == "t"
        if texts and (not text or own != marks):
            out.append(_text_run(texts, marks))
            texts = []
        if text:
            marks = own
            texts.append(value)  # type: ignore[arg-type]  # the value of text is a str
        else:
            out.append(Run(kind, value, own, xml))
    if texts:
        out.append(_text_run(texts, marks))
    return out


def _text_run(texts: list[str], marks: Marks) -> Run:
    text = texts[0] if len(texts) == 1 else "".join(texts)
    return Run("t", FOLD.sub(" ", text) if UNFOLDED.search(text) else text, marks)


def _is_settled(runs: list[Run]) -> bool:
    """Say whether no blank stands where a mark, a break or the leaf begins or ends."""
    last = len(runs) - 1
    after_break = True
    for i, run in enumerate(runs):
        text = run.value
        if run.kind != "t" or not isinstance(text, str):
            after_break = run.kind == "br"
            continue
        first, end = text[:1] in BLANKS, text[-1:] in BLANKS
        if first or end:
            if (first and after_break) or (end and i == last) or run.marks & SOFT or not text.strip(BLANKS):
                return False
            follower = runs[i + 1] if end else run
            if end and (follower.kind == "br" or (follower.kind == "t" and follower.value[:1] == " ")):
                return False
        after_break = False
    return True


def _unit(run: Run) -> Tok:
    tok = Tok(run.kind, run.value, run.marks, [])
    tok.xml = run.xml
    return tok


def _split_edges(units: list[Tok], text: str, marks: Marks) -> None:
    """Add the blanks at the edges one by one, and what is between them as one unit."""
    if UNFOLDED.search(text):
        text = FOLD.sub(" ", text)
    lead = len(text) - len(text.lstrip(BLANKS))
    tail = max(len(text.rstrip(BLANKS)), lead)
    units.extend(Tok("s" if c == " " else "w", c, marks, []) for c in text[:lead])
    if tail > lead:
        units.append(Tok("w", text[lead:tail], marks, []))
    units.extend(Tok("s" if c == " " else "w", c, marks, []) for c in text[tail:])


def _join(units: list[Tok]) -> tuple[Run, ...]:
    out: list[Run] = []
    texts: list[str] = []
    marks = NO_MARKS
    for u in units:
        text = isinstance(u.value, str) and u.kind in ("w", "s")
        if texts and (not text or u.marks != marks):
            out.append(Run("t", "".join(texts), marks))
            texts.clear()
        if text:
            marks = u.marks
            texts.append(str(u.value))
        else:
            out.append(Run(u.kind, u.value, u.marks, u.xml))
    if texts:
        out.append(Run("t", "".join(texts), marks))
    return tuple(out)
