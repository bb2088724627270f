"""Rules of markdown-it for what docs sites write between words: `==highlight==`, `^sup^`, `~sub~`, attribute lists, wikilinks.

Only which characters make which tokens, as in `parser`. All of them look a bounded stretch ahead.
"""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

from confsync.markup.syntax.attribute_list import LIST
from confsync.markup.syntax.lookahead import MAX_AHEAD

_HIGHLIGHT = re.compile(
    r"==(?![\s=])((?:[^=`\\\n]|\\.|`[^`\n]*`|=(?!=)|\n(?!\n))*?)(?<![\s=])==(?![\w=])", re.DOTALL
)
_RAISED = re.compile(r"\^((?:[^\s^\\]|\\.)*[^\W_](?:[^\s^\\]|\\.)*)\^(?!\^)", re.DOTALL)
_LOWERED = re.compile(r"~((?:[^\s~\\]|\\.)+)~(?!~)", re.DOTALL)
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")


def wrap(state: StateInline, inside: tuple[int, int], end: int, name: str, *, silent: bool) -> bool:
    """Push what stands inside of two marks between an opening and a closing token."""
    if silent:
        state.pos = end
        return True
    limit, (start, stop) = state.posMax, inside
    state.push(f"{name}_open", name, 1).markup = state.src[state.pos : start]
    state.pos, state.posMax = start, stop
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end, limit
    state.push(f"{name}_close", name, -1).markup = state.src[stop:end]
    return True


def highlight(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read `==text==`, not inside of a word: `a==b` is a comparison."""
    pos = state.pos
    before = state.src[pos - 1 : pos] if pos else ""
    if before in {"=", "_"} or before.isalnum() or not state.src.startswith("==", pos):
        return False
    m = _HIGHLIGHT.match(state.src, pos, min(state.posMax, pos + MAX_AHEAD))
    return m is not None and wrap(state, m.span(1), m.end(), "mark", silent=silent)


def raised(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `^text^` without white space in it; what stands in brackets before it is a face or a footnote."""
    pos = state.pos
    if pos and state.src[pos - 1] in "([^":
        return False
    m = _RAISED.match(state.src, pos, min(state.posMax, pos + MAX_AHEAD))
    return m is not None and wrap(state, m.span(1), m.end(), "sup", silent=silent)


def lowered(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `H~2~O`: between words `~text~` is GFM's strikethrough, behind a letter or digit a subscript."""
    pos = state.pos
    if not pos or not state.src[pos - 1].isalnum():
        return False
    m = _LOWERED.match(state.src, pos, min(state.posMax, pos + MAX_AHEAD))
    return m is not None and wrap(state, m.span(1), m.end(), "sub", silent=silent)


def attributes(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `{…}` right behind an image or a link, or at the very end; a reader may still take it for text."""
    pos = state.pos
    behind = not state.pending and bool(state.tokens) and state.tokens[-1].type in {"image", "link_close"}
    m = LIST.match(state.src, pos, state.posMax)
    if silent or m is None:
        return False
    at_end = state.linkLevel == 0 and not state.src[m.end() :].strip() and m.end() <= state.posMax
    if not behind and not (at_end and (not pos or state.src[pos - 1] in " \t\n")):
        return False
    token = state.push("attributes", "", 0)
    token.content = token.markup = m[0]
    token.meta = {"behind": behind, "alone": bool(pos) and state.src[:pos].rstrip(" \t").endswith("\n")}
    state.pos = m.end()
    return True


def wikilink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `[[Page#heading|text]]` and `![[image.png|300]]` where the document's links have them."""
    if "wikilinks" not in state.env:
        return False
    m = _WIKILINK.match(state.src, state.pos, min(state.posMax, state.pos + MAX_AHEAD))
    if m is None:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = token.markup = m[0]
        token.meta = {"embed": bool(m[1]), "target": m[2].strip(), "label": m[3]}
    state.pos = m.end()
    return True
