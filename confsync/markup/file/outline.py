"""The outline of a Markdown body: its title, headings, link targets, and conflict markers.

One pass over its blocks; inline content is read only where it is needed. What a body means is decided in `markdown_in`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from markdown_it import rules_core
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from confsync.markup.slugs import Slugger
from confsync.markup.syntax.parser import parse_blocks
from confsync.markup.syntax.site_words import files_in
from confsync.markup.syntax.verbatim_parser import verbatim_parser
from confsync.model import Heading

MAX_TITLE = 255
"""Confluence's limit for a title, in UTF-16 units (facts: "Titles, keys, names")."""

EXPLICIT_ID = re.compile(r"[ \t]*\{(?:[^{}#]*\s)?#([\w.:-]+)[^{}]*\}\s*$")
"""The id that may stand behind a heading's words."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_HTML_TARGET = re.compile(
    r"<(?:a|img|source|video|audio)\s(?:(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?\s)?(?:href|src)\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))",
    re.IGNORECASE,
)
_INDENTING = re.compile(r"^[ \t>]*(?:!!!|\?\?\?|===|:::|\{%|\{\{|<[A-Z])", re.MULTILINE)
"""What sites indent text below: to CommonMark that is code."""
_PICTURE = re.compile(r"\{(?:image|figure)\}[ \t]+(\S+)\Z")
"""A fence of MyST that shows a file."""
_TITLE_LINE = re.compile(r"(?:[ \t]*\n)* {0,3}#[ \t][^\n\[]*(?:\n|\Z)")
"""A heading with which a body begins; in brackets there may be a link, of which only the whole body knows."""


def cut_title(title: str) -> str:
    """Return a title that Confluence takes: at most 255 UTF-16 units, none split, no blank at the end."""
    raw = title.encode("utf-16-le", "surrogatepass")
    if len(raw) <= 2 * MAX_TITLE:
        return title
    return raw[: 2 * MAX_TITLE].decode("utf-16-le", "ignore").rstrip()


@dataclass(frozen=True, slots=True)
class Outline:
    """What one pass over the blocks of a body finds. Words are read where a title, or somebody, asks for them."""

    tokens: Sequence[Token]
    env: dict[str, Any]
    headings: tuple[Heading, ...]
    title: str | None
    title_lines: tuple[int, int]
    title_markup: str
    body: str = ""

    @classmethod
    def of(cls, body: str) -> Outline:
        """Parse a body with LF line ends."""
        env: dict[str, Any] = {}
        tokens = _blocks(body, env)
        slugger = Slugger()
        headings: list[Heading] = []
        title, lines, markup = None, (0, 0), ""
        for token, inline in pairwise(tokens):
            if token.type != "heading_open":
                continue
            text, explicit = _heading_text(_words(inline, env))
            headings.append(Heading(slugger.slug(text, explicit), text))
            if title is None and token.tag == "h1" and token.level == 0 and text and token.map:
                title, lines, markup = cut_title(text), (token.map[0], token.map[1]), token.markup
        return cls(tokens, env, tuple(headings), title, lines, markup, body)

    @classmethod
    def of_title(cls, body: str) -> Outline:
        """Parse as much of a body as its title takes: the first line, where that is a heading and tells alone what it says."""
        line = _TITLE_LINE.match(body)
        found = cls.of(line[0]) if line else None
        return found if found is not None and found.title is not None else cls.of(body)

    def links(self) -> Iterator[str]:
        """The relative addresses in the body, percent-decoded, without query and fragment."""
        tokens, env = self.tokens, self.env
        if _INDENTING.search(self.body):
            tokens = parse_blocks(self.body, env := {})
        for address in (a for token in tokens for a in (*_addresses(_linked(token, env)), *_shown(token))):
            path = re.split(r"[?#]", address, maxsplit=1)[0]
            if path and not _SCHEME.match(path):
                yield unquote(path)

    def conflict_line(self, body: str, offset: int) -> int:
        """Return the line in the file of a merge conflict's first marker, else 0.

        A fenced example that holds a whole conflict is a text about git, not a conflict.
        """
        if "<<<<<<< " not in body:
            return 0
        fenced = [range(*t.map) for t in self.tokens if t.type in ("fence", "code_block") and t.map]
        for first, last in _conflicts(body):
            if not any(first in lines and last in lines for lines in fenced):
                return first + 1 + offset
        return 0


def _blocks(body: str, env: dict[str, Any]) -> list[Token]:
    """Return the tokens of the blocks alone; the link definitions go into `env`."""
    state = StateCore(body, verbatim_parser(), env)
    rules_core.normalize(state)
    rules_core.block(state)
    return state.tokens


def _words(leaf: Token, env: dict[str, Any]) -> list[Token]:
    """Return the tokens of a leaf's inline content."""
    words: list[Token] = []
    return verbatim_parser().inline.parse(leaf.content, verbatim_parser(), env, words)


def _linked(token: Token, env: dict[str, Any]) -> list[Token]:
    """Return the tokens in which a block token may have addresses."""
    if token.type != "inline":
        return [token]
    return _words(token, env) if "[" in token.content or "<" in token.content else []


def _shown(token: Token) -> Iterator[str]:
    """Yield the files that tags of sites show."""
    if token.type == "fence" and (m := _PICTURE.match(token.info.strip())) is not None:
        yield m[1]
    if token.type == "inline" and (":::" in token.content or "{{" in token.content):
        yield from files_in(token.content)


def _conflicts(body: str) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of what looks like a merge conflict."""
    start, halved = -1, False
    for number, line in enumerate(body.split("\n")):
        if line.startswith("<<<<<<< "):
            start, halved = number, False
        elif start >= 0 and line.rstrip() == "=======":
            halved = True
        elif halved and line.startswith(">>>>>>> "):
            yield start, number
            start, halved = -1, False


def _heading_text(words: Iterable[Token]) -> tuple[str, str]:
    """Return a heading's plain text and the id that stands behind it (`{#id}`)."""
    text = " ".join(_text_of(words).split())
    m = EXPLICIT_ID.search(text)
    return (text[: m.start()].rstrip(), m[1]) if m and m.start() else (text, "")


def _text_of(tokens: Iterable[Token]) -> str:
    out = []
    for t in tokens:
        if t.type == "image":
            out.append(_text_of(t.children or ()))
        elif t.type in ("softbreak", "hardbreak"):
            out.append(" ")
        elif t.type != "html_inline":
            out.append(t.content)
    return "".join(out)


def _addresses(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the addresses of links, images and HTML, in order, however deep they stand."""
    todo = list(reversed(tokens))
    while todo:
        t = todo.pop()
        match t.type:
            case "link_open":
                yield str(t.attrs.get("href") or "")
            case "image":
                yield str(t.attrs.get("src") or "")
            case "html_inline" | "html_block":
                for m in _HTML_TARGET.finditer(t.content):
                    yield html.unescape(m[1] or m[2] or m[3] or "")
            case _:
                pass
        todo.extend(reversed(t.children or ()))
