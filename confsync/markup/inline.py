"""Inline content: marks, elements, pieces, runs and tokens.

What they are, and nothing else: how pieces become runs and tokens is in `tokenizing`.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

Pairs = tuple[tuple[str, str], ...]
"""Attributes or parameters: sorted (name, value) pairs."""


class Mark(NamedTuple):
    """One mark on inline content. Marks are a set, never a nesting."""

    kind: str
    """`strong`, `em`, `del`, `code`, `link`, `tag` (any other inline element that is kept) or `hint` (one that means nothing)."""
    value: str = ""
    """link: the canonical address; tag: the element's name."""
    attrs: Pairs = ()
    """link: `title` when there is one; tag: its attributes."""


class Worn(Mark):
    """A mark that was written as another element (`<kbd>` for code). As a value it is the mark and nothing else."""

    name: str


def worn(mark: Mark, name: str) -> Mark:
    """Return a mark that remembers the element that it was written as."""
    out = Worn(*mark)
    out.name = name
    return out


HINT = "hint"
"""A mark of this kind is no part of the normal form and of no token; it is written again where all is written anew."""

Marks = frozenset[Mark]
NO_MARKS: Marks = frozenset()


class Nested(frozenset[Mark]):
    """A set of marks that remembers in which order they were opened. As a value it is the set and nothing else."""

    order: tuple[Mark, ...]


def nested(marks: Marks, mark: Mark) -> Marks:
    """Return the marks with one more, opened inside of them."""
    out = Nested((*marks, mark))
    out.order = (*getattr(marks, "order", marks), mark)
    return out


STRONG, EM, DEL, CODE = Mark("strong"), Mark("em"), Mark("del"), Mark("code")
SOFT: Marks = frozenset((STRONG, EM, DEL))
"""Marks that cannot begin or end at white space in Markdown, so blanks never decide about them."""


def unworn(marks: Marks, base: Marks) -> Marks:
    """Return marks but those of `base`; each element that was written is a mark of its own."""
    out = NO_MARKS
    for mark in getattr(marks, "order", marks):
        if mark not in base:
            out = nested(out, element_of(mark))
    return out


def element_of(mark: Mark) -> Mark:
    """Return the element that a mark was written as, or the mark; a link is one in any form."""
    return Mark("tag", mark.name) if isinstance(mark, Worn) and mark.kind != "link" else mark


def is_worn(mark: Mark) -> bool:
    """Say whether a mark was written as another element; a link is one in any form."""
    return isinstance(mark, Worn) and mark.kind != "link"


def has_hints(marks: Marks) -> bool:
    """Say whether any of the marks means nothing."""
    return any(m.kind == HINT for m in marks)


def meant(marks: Marks) -> Marks:
    """Return the marks that mean something, in the order in which they were opened."""
    out = NO_MARKS
    for mark in getattr(marks, "order", marks):
        if mark.kind != HINT:
            out = nested(out, mark)
    return out


class Image(NamedTuple):
    """The value of an `img` atom. `src` is an attachment's name, the address of another page's, or a URL."""

    src: str
    alt: str = ""
    caption: str = ""
    title: str = ""
    width: str = ""
    height: str = ""
    markup: str = ""
    """The caption as storage, when it holds more than text; `caption` is empty then."""


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
