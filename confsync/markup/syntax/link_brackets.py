"""Links and images where markdown-it reads them, without looking for a closing bracket that is known not to come."""

from __future__ import annotations

import re

from markdown_it import rules_inline
from markdown_it.rules_inline import StateInline

_LAST = "last brackets"


def _may_close(state: StateInline) -> bool:
    """Say whether a closing bracket follows at all: to look for the one that fits costs up to a hundred steps each.

    In a document without link definitions only one with an address behind it will do.
    """
    last = state.env.setdefault(_LAST, {})
    at = last.get(state.src)
    if at is None:
        at = last[state.src] = state.src.rfind("]" if state.env.get("references") else "](")
    return bool(at > state.pos)


_CLOSING = "closing brackets"
_MANY_BRACKETS = 50
_HIDING = re.compile(r"[`<\\($&{!^~=:@]")
"""What may begin something that brackets within it do not count for."""


def _closing(state: StateInline) -> dict[int, int] | None:
    """Return where each bracket is closed, in text that is nothing but words and many brackets; None for any other."""
    known: dict[str, dict[int, int] | None] = state.env.setdefault(_CLOSING, {})
    if state.src not in known:
        plain = state.src.count("[") >= _MANY_BRACKETS and not _HIDING.search(state.src)
        known[state.src] = _pairs(state.src) if plain else None
    return known[state.src]


def _pairs(text: str) -> dict[int, int]:
    closing: dict[int, int] = {}
    opened: list[int] = []
    for m in re.finditer(r"[\[\]]", text):
        if m[0] == "[":
            opened.append(m.start())
        elif opened:
            closing[opened.pop()] = m.start()
    return closing


def link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it calls rules so
    """Read a link; a bracket that nothing closes is not looked for from each of those before it."""
    if not _may_close(state):
        return False
    closing = _closing(state)
    if closing is None:
        return rules_inline.link(state, silent)
    end = closing.get(state.pos, state.posMax)
    if end >= state.posMax:
        return False
    limit = state.posMax
    if state.src.startswith("[", end + 1) and end + 1 not in closing:
        state.posMax = end + 1
    try:
        return rules_inline.link(state, silent)
    finally:
        state.posMax = limit


def image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read an image."""
    return _may_close(state) and rules_inline.image(state, silent)
