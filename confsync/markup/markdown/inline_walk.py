"""The inline tokens of one leaf to pieces; with a map, each piece also gets its place in the file.

The walk goes through the tokens and, when it tracks, along the content at once: every token says how much of the content
it took. A step that does not fit raises `Lost`; the leaf then has the right text and marks and no places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it.token import Token

from confsync.markup.html.tags import HTML_TAG, attributes_of, pairs_of
from confsync.markup.inline import HINT, nested
from confsync.markup.markdown.source_map import InlineMap
from confsync.markup.raw_marks import RAW
from confsync.markup.tree import CODE, DEL, EM, NO_MARKS, STRONG, Elem, Mark, Marks, Path, Piece

if TYPE_CHECKING:
    from confsync.markup.markdown.reader import MarkdownReader

MAX_MARKS = 60
"""Inline tags within each other; deeper ones are text."""
CODE_ALONE: Marks = frozenset((CODE,))
HIGHLIGHT = Mark("tag", "span", (("style", "background-color: rgb(255,240,179);"),))
"""What Cloud's own highlight looks like."""
DELIMITERS = {
    "strong": STRONG,
    "em": EM,
    "s": DEL,
    "sup": Mark("tag", "sup"),
    "sub": Mark("tag", "sub"),
    "mark": HIGHLIGHT,
    "ins": Mark("tag", "u"),
    "kbd": CODE,
}
BLANKS = re.compile(r"[ \t]*")


class Lost(Exception):
    """The content is not where the tokens say it is."""


TokenReader = Callable[["InlineWalk", Sequence[Token], int], int]
"""Reads the token at an index; returns the index of the last token it took."""


@dataclass(frozen=True, slots=True)
class TagEvent:
    """An HTML tag between words."""

    name: str
    attrs: dict[str, str]
    at: int
    """Its token's index."""
    pair: int
    """The index of its close tag; -1 when it has none in the same leaf, or closes itself."""
    alone: bool
    """It closes itself."""


TagReader = Callable[["InlineWalk", Sequence[Token], TagEvent], int | None]
"""Reads an open tag; returns the index of the last token it took, or None to leave it as text."""


@dataclass(frozen=True, slots=True)
class InlineDictionary:
    """Who reads which inline tokens, tags and stretches of text."""

    tokens: Mapping[str, TokenReader] = field(default_factory=dict)
    tags: Mapping[str, TagReader] = field(default_factory=dict)
    text: Callable[[InlineWalk, str], None] | None = None
    """Takes a text token; None: plain text."""
    trigger: str = ":"
    """Text without this character is plain."""


class InlineWalk:
    """Walks one leaf."""

    def __init__(self, reader: MarkdownReader, content: str = "", places: InlineMap | None = None) -> None:
        self.reader = reader
        self.content = content
        self.places = places
        self.p = 0
        self.pieces: list[Piece] = []
        self.marks: Marks = NO_MARKS
        self.path: Path = ()
        self._open: list[tuple[Marks, Path, Elem, int]] = []
        self._pairs: dict[int, int] | None = None
        self._close_tags: set[int] = set()
        self._skip_raw = False

    # ---- places ----

    def expect(self, text: str) -> None:
        """Step over text that must stand here."""
        if self.places is not None:
            if not self.content.startswith(text, self.p):
                raise Lost
            self.p += len(text)

    def skip_blanks(self) -> None:
        """Step over blanks that say nothing."""
        if self.places is not None:
            self.p = self._blanks(self.p)

    def put_text(self, text: str) -> None:
        """Add text that stands here as it is."""
        a = self.p
        self.expect(text)
        self.put_at(text, a)

    def put_at(self, text: str, a: int) -> None:
        """Add text that stands character by character from `a` on."""
        if self.places is None:
            self.pieces.append(Piece("t", text, -1, -1, self.marks, self.path))
            return
        for g in self.places.cut(a, a + len(text)):
            value = text[g.content - a : g.content - a + g.length]
            end = g.source + g.source_length
            self.pieces.append(Piece("t", value, g.source, end, self.marks, self.path))

    def put(self, kind: str, value: str | tuple[str, ...], a: int, xml: str = "") -> None:
        """Add an atom, or text that is spelled otherwise, which stands from `a` to here."""
        s, e = self.span(a)
        self.pieces.append(Piece(kind, value, s, e, self.marks, self.path, xml))

    def span(self, a: int) -> tuple[int, int]:
        """Return the place of what stands from `a` to here."""
        return (-1, -1) if self.places is None else (self.places.start(a), self.places.end(self.p))

    # ---- marks ----

    def open(self, mark: Mark | None, a: int, form: str = "") -> Elem:
        """Begin an element whose opening stands from `a` to here; mark None: it says nothing."""
        s, e = self.span(a)
        elem = Elem(None if mark is not None and mark.kind == HINT else mark, s, e)
        elem.form = form
        self._open.append((self.marks, self.path, elem, len(self.pieces)))
        if mark is not None:
            self.marks = nested(self.marks, mark)
        if self.places is not None:
            self.path = (*self.path, elem)
        return elem

    def shut(self, a: int) -> Elem:
        """End the innermost element, whose closing stands from `a` to here."""
        self.marks, self.path, elem, _ = self._open.pop()
        elem.cs, elem.ce = self.span(a)
        return elem

    def innermost(self) -> tuple[Elem, int]:
        """Return the innermost open element, and how many pieces there were when it began."""
        return self._open[-1][2], self._open[-1][3]

    def around(self, mark: Mark, length: int) -> Path:
        """Return an element without tags around all of the content: the mark is the container's."""
        if self.places is None:
            return ()
        s, e = self.places.start(0), self.places.end(length)
        elem = Elem(mark, s, s)
        elem.cs = elem.ce = e
        return (elem,)

    # ---- tokens ----

    def run(self, tokens: Sequence[Token], first: int = 0) -> list[Piece]:
        """Walk all tokens of a leaf; return the pieces from the token `first` on."""
        if first:
            self.steps(tokens, 0, first)
            self.pieces.clear()
        self.steps(tokens, first, len(tokens))
        return self.pieces

    def steps(self, tokens: Sequence[Token], i: int, end: int) -> None:
        """Walk the tokens [i, end)."""
        if self.places is not None:
            while i < end:
                i = self.step(tokens, i) + 1
            return
        trigger, add = self.reader.dictionary.inline.trigger, self.pieces.append
        while i < end:
            token = tokens[i]
            kind, content = token.type, token.content
            if kind == "text" and not (self._skip_raw or trigger in content):
                if content:
                    add(Piece("t", content, -1, -1, self.marks, ()))
            elif kind == "code_inline" and not _is_raw(tokens, i):
                add(
                    Piece(
                        "t", content, -1, -1, CODE_ALONE if not self.marks else nested(self.marks, CODE), ()
                    )
                )
            elif kind == "softbreak":
                add(Piece("t", " ", -1, -1, self.marks, ()))
            else:
                i = self.step(tokens, i)
            i += 1

    def step(self, tokens: Sequence[Token], i: int) -> int:
        """Walk one token, or more when it belongs to others; return the last one's index."""
        token = tokens[i]
        kind = token.type
        if kind == "text":
            self.text(token.content)
        elif kind == "text_special":
            a = self.p
            self.expect(token.markup)
            self.put("t", token.content, a)
        elif kind in {"softbreak", "hardbreak"}:
            self.line_break(hard=kind == "hardbreak")
        elif kind == "code_inline":
            self.code(tokens, i)
        elif kind == "html_inline":
            return self.tag(tokens, i)
        elif kind.endswith("_open") and token.tag in DELIMITERS:
            a = self.p
            self.expect(token.markup)
            self.open(DELIMITERS[token.tag], a)
        elif kind.endswith("_close") and token.tag in DELIMITERS:
            a = self.p
            self.expect(token.markup)
            self.shut(a)
        else:
            return self.other(tokens, i)
        return i

    def other(self, tokens: Sequence[Token], i: int) -> int:
        """Walk a token that the dictionary reads; what nobody reads is text."""
        read = self.reader.dictionary.inline.tokens.get(tokens[i].type)
        if read is not None:
            return read(self, tokens, i)
        self.put_text(tokens[i].content)
        return i

    def text(self, content: str) -> None:
        """Walk a text token."""
        if self._skip_raw:
            self._skip_raw = False
            content = content[len(RAW) :]
        read = self.reader.dictionary.inline.text
        if read is None:
            self.put_text(content)
        elif content:
            read(self, content)

    def line_break(self, *, hard: bool) -> None:
        """Walk the end of a line with the blanks around it."""
        a = self.p
        if self.places is not None:
            self.p = self._blanks(self.p)
            if self.content.startswith("\\", self.p):
                self.p += 1
            self.expect("\n")
            self.p = self._blanks(self.p)
        if hard:
            self.put("br", "", a)
        else:
            self.put("t", " ", a)

    def _blanks(self, p: int) -> int:
        m = BLANKS.match(self.content, p)
        return m.end() if m else p

    def code(self, tokens: Sequence[Token], i: int) -> None:
        """Walk a code span; followed by `{=confluence}` it is raw storage."""
        token, a = tokens[i], self.p
        begin, end = self._code_places(token)
        if _is_raw(tokens, i):
            closing = self.p
            if self.places is not None:
                self.p += len(RAW)
            if self.reader.raw_inline(self, token.content, a):
                self._skip_raw = True
                return
            self.p = closing
        stop, self.p = self.p, begin
        self.open(CODE, a)
        self.put_at(token.content, begin)
        self.p = stop
        self.shut(end)

    def _code_places(self, token: Token) -> tuple[int, int]:
        """Return where a code span's text begins and where its closing ticks begin; step over all of it."""
        if self.places is None:
            return self.p, self.p
        self.expect(token.markup)
        close = re.compile("(?<!`)" + token.markup + "(?!`)").search(self.content, self.p)
        if close is None:
            raise Lost
        begin, length = self.p, close.start() - self.p
        if length == len(token.content) + 2:
            begin += 1
        elif length != len(token.content):
            raise Lost
        self.p = close.end()
        return begin, begin + len(token.content)

    # ---- tags ----

    def tag(self, tokens: Sequence[Token], i: int) -> int:
        """Walk an HTML tag: a comment is nothing, a known tag is what it means, anything else is text."""
        content = tokens[i].content
        if content.startswith("<!--"):
            self.expect(content)
            return i
        m = HTML_TAG.fullmatch(content)
        if i in self._close_tags:
            a = self.p
            self.expect(content)
            self.shut(a)
            return i
        if m is not None and not m[1]:
            name = m[2].lower()
            if self._pairs is None:
                self._pairs = pairs_of(tokens)
            event = TagEvent(name, attributes_of(m[3]), i, self._pairs.get(i, -1), bool(m[4]))
            read = self.reader.dictionary.inline.tags.get(name) or self.reader.dictionary.inline.tags.get("")
            taken = read(self, tokens, event) if read is not None else None
            if taken is not None:
                return taken
        self.reader.note_text_tag(content)
        self.put_text(content)
        return i

    def open_tag(self, tokens: Sequence[Token], event: TagEvent, mark: Mark | None) -> int | None:
        """Open an element whose close tag ends it; None when it has no close tag here."""
        if event.pair < 0 or len(self._open) >= MAX_MARKS:
            return None
        a = self.p
        self.expect(tokens[event.at].content)
        self._close_tags.add(event.pair)
        self.open(mark, a, "<" + event.name)
        return event.at

    def aside(self, tokens: Sequence[Token], i: int, end: int) -> list[Piece]:
        """Walk the tokens [i, end) and return their pieces instead of adding them."""
        before = self.pieces
        self.pieces = []
        try:
            self.steps(tokens, i, end)
            return self.pieces
        finally:
            self.pieces = before

    # ---- link targets ----

    def target(self) -> None:
        """Step over what follows a link's text: `](address "title")`, `][label]`, `][]` or `]`."""
        if self.places is None:
            return
        self.expect("]")
        if self.content.startswith("(", self.p):
            end = self._inline_target(self.p + 1)
            if end > 0:
                self.p = end
                return
        if self.content.startswith("[", self.p):
            close = _label_end(self.content, self.p + 1)
            if close > 0:
                self.p = close + 1

    def _inline_target(self, q: int) -> int:
        parser, text, n = self.reader.parser, self.content, len(self.content)
        q = _white(text, q)
        found = parser.helpers.parseLinkDestination(text, q, n)
        q = _white(text, found.pos if found.ok else q)
        if q < n and text[q] in "\"'(":
            title = parser.helpers.parseLinkTitle(text, q, n)
            if title.ok:
                q = _white(text, title.pos)
        return q + 1 if q < n and text[q] == ")" else 0


def _white(text: str, q: int) -> int:
    while q < len(text) and text[q] in " \t\n":
        q += 1
    return q


def _label_end(text: str, q: int) -> int:
    m = re.compile(r"(?:[^\[\]\\]|\\.)*\]", re.DOTALL).match(text, q)
    return m.end() - 1 if m else -1


def _is_raw(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a code span is marked as raw storage."""
    return i + 1 < len(tokens) and tokens[i + 1].type == "text" and tokens[i + 1].content.startswith(RAW)
