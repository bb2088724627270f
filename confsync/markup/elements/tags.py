"""Inline elements without a Markdown delimiter: kept as tags, mapped to what storage has, or shown as text.

What is known of these in storage: FACTS.md 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from confsync.markup.elements import anchor
from confsync.markup.html.tags import HTML_TAG, attributes_of, pairs_of
from confsync.markup.inline import HINT, worn
from confsync.markup.markdown.inline_walk import HIGHLIGHT, InlineWalk, TagEvent
from confsync.markup.notes import NoteKind
from confsync.markup.storage.reader import Inside
from confsync.markup.storage.vocabulary import KEPT_TAGS, MARK_TAGS, kept
from confsync.markup.storage.writer import storage_element
from confsync.markup.storage.xml import El
from confsync.markup.syntax.attribute_list import attribute_list
from confsync.markup.tree import CODE, DEL, EM, STRONG, Elem, Mark

KNOWN = KEPT_TAGS | MARK_TAGS.keys() | {"br", "img", "time", "input", "font", "div"}
"""Tags that are read between words; besides those below."""
U = Mark("tag", "u")
LINE_THROUGH = (("style", "text-decoration: line-through;"),)
PLACEHOLDER = ("class", "placeholder-inline-tasks")
"""What Confluence puts around a task's text."""
MAPPED = {"kbd": CODE, "samp": CODE, "var": EM, "cite": EM, "dfn": EM, "ins": U, "mark": HIGHLIGHT}
"""Elements of HTML that storage does not have, and what shows the same."""
WORN = {**MAPPED, "b": STRONG, "i": EM, "s": DEL, "strike": DEL, "tt": CODE, "code": CODE}
"""What people write for another mark; storage tells it by a class of the mark's own element."""
_SAYING = {"font": ("color", ""), "input": ("type", "date"), "div": ("data-confluence", "")}
"""Tags that say nothing, or are text, without an attribute; where it is not any value, that one."""
_LONE = re.compile(r"<(?:br|img|input)\b|.*/>\Z", re.IGNORECASE | re.DOTALL)
"""A tag that nothing closes."""
_ATOMS = frozenset({"br", "img"})
_TEXTUAL = frozenset({"text", "text_special", "softbreak", "hardbreak", "image", "code_inline"})
"""Breaks and images do not tell that code was typed as an element: no code span holds them, it always is one."""
ALONE = frozenset({"source", "wbr"})
"""Transparent elements that nothing closes."""
TRANSPARENT = ALONE | {"abbr", "acronym", "bdi", "bdo", "center", "data", "label", "nobr", "picture"}
"""Elements that only say what a text is, or which image to show where; the text and the image stay."""


def read_storage(el: El, into: Inside) -> None:
    """Read a kept element, or one of HTML that stands for another."""
    document = into.reader.document
    place = anchor.of_tag(el.tag, el.attrs) if document is not None and not el.kids else None
    if place is not None:
        into.atom(el, "anchor", place)
        return
    typed = document is not None and el.tag in WORN and el.tag != "code" and not kept(el.attrs)
    mark = worn(WORN[el.tag], el.tag) if typed else kept_mark(el.tag, el.attrs)
    meant = None if mark is not None and mark.kind == HINT else mark
    into.within(mark, Elem(meant, el.s, el.oe, el.cs, el.e)).nodes(el.kids)


def read_worn(el: El, into: Inside) -> None:
    """Read an element of HTML that storage does not have; in storage it is raw."""
    if into.reader.document is None:
        into.raw(el)
    else:
        read_storage(el, into)


def read_tag(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read an open tag between words."""
    name = event.name
    place = anchor.of_tag(name, event.attrs) if event.pair == event.at + 1 else None
    if place is not None and (name in KEPT_TAGS or name in WORN or name in MARK_TAGS):
        a = walk.p
        walk.expect(tokens[event.at].content)
        walk.expect(tokens[event.pair].content)
        walk.put("anchor", place, a)
        return event.pair
    if name in MARK_TAGS and kept(event.attrs):
        return walk.open_tag(tokens, event, kept_mark(name, event.attrs))
    if name in MARK_TAGS or name in MAPPED:
        plain = name not in WORN or (name == "code" and _holds_text(tokens, event))
        return walk.open_tag(tokens, event, MARK_TAGS[name] if plain else worn(WORN[name], name))
    if name == "font":
        colour = event.attrs.get("color", "")
        mark = Mark("tag", "span", (("style", f"color: {colour};"),)) if colour else None
        return walk.open_tag(tokens, event, mark)
    if name in TRANSPARENT:
        walk.reader.note(NoteKind.HTML_REPAIRED, tokens[event.at].content)
        if name in ALONE and event.pair < 0:
            walk.expect(tokens[event.at].content)
            return event.at
        return walk.open_tag(tokens, event, None)
    if name in KEPT_TAGS:
        return walk.open_tag(tokens, event, kept_mark(name, event.attrs))
    return None


def _holds_text(tokens: Sequence[Token], event: TagEvent) -> bool:
    """Say whether there is nothing but text in an element: then a code span says the same."""
    known: list[int] = []
    for n in range(event.at + 1, event.pair):
        if tokens[n].type == "html_inline":
            known += [n] if _says(tokens[n].content) else []
            if "code" in tokens[n].content[:6].lower():  # it is asked the same
                return False
        elif tokens[n].type not in _TEXTUAL:
            return False
    if not known:
        return True
    paired = pairs_of(tokens[event.at + 1 : event.pair])
    return not any(n - event.at - 1 in paired or _LONE.match(tokens[n].content) for n in known)


def _says(tag: str) -> bool:
    """Say whether a tag says something in code: text that looks like one (`<String>`) says itself, and others nothing."""
    m = HTML_TAG.fullmatch(tag)
    if m is None or m[1]:
        return False
    name, attrs = m[2].lower(), attributes_of(m[3])
    if name in _SAYING:
        key, value = _SAYING[name]
        return key in attrs and value in {"", attrs[key]}
    silent = name in TRANSPARENT | _ATOMS or WORN.get(name) == CODE or (name == "span" and not kept(attrs))
    return not silent and name in KNOWN | WORN.keys()


def kept_mark(name: str, attrs: Mapping[str, str]) -> Mark | None:
    """Return the mark of a kept element; a span without a style is a hint, and nothing without any attribute."""
    pairs = kept(attrs)
    dress = dict(pairs).get("class", "")
    if dress in WORN and (name, pairs) == storage_element(worn(WORN[dress], dress)):
        return worn(WORN[dress], dress)
    if name != "span" or "style" in dict(pairs):
        return DEL if name == "span" and pairs == LINE_THROUGH else Mark("tag", name, pairs)
    pairs = tuple(p for p in pairs if p != PLACEHOLDER)
    return Mark(HINT, name, pairs) if pairs else None


def read_attributes(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read an attribute list: a heading's id is its anchor; on a line of its own it says nothing, else it is text."""
    token, a = tokens[i], walk.p
    if "heading" in token.meta:
        walk.skip_blanks()
        walk.expect(token.content)
        name = attribute_list(token.content).id
        if name:
            walk.put("anchor", name, a)
    elif token.meta["behind"] or token.meta["alone"]:
        walk.expect(token.content)
    else:
        walk.put_text(token.content)
    return i


def read_hidden(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read what is in the file alone."""
    walk.expect(tokens[i].markup)
    return i


def read_note(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read `^[` and `]` around a note: Confluence shows it where it stands, in parentheses."""
    a = walk.p
    walk.expect(tokens[i].markup)
    behind_word = bool(walk.pieces) and not str(walk.pieces[-1].value)[-1:].isspace()
    walk.put("t", ")" if tokens[i].nesting < 0 else " (" if behind_word else "(", a)
    return i


def read_break(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int:
    """Read `<br>`."""
    a = walk.p
    walk.expect(tokens[event.at].content)
    walk.put("br", "", a)
    return event.at
