"""HTML tags as they stand in Markdown: their attributes, and which ones belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

from markdown_it.token import Token

from confsync.markup.storage.xml import escape_attr

HTML_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)((?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)?)\s*(/?)>", re.DOTALL)
CASED = re.compile(r"data-(?:p|link|resource)-", re.IGNORECASE)
"""Attributes that bear the name of a macro's parameter, which is told from others by its letters' case, too."""
ATTRIBUTE = re.compile(r"([^\s=/<>\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of an HTML tag, names in lower case but for parameters, the first of a name wins."""
    out: dict[str, str] = {}
    for m in ATTRIBUTE.finditer(text):
        value = m[2] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        out.setdefault(_name(m[1]), unescape(value))
    return out


def typed(pairs: Iterable[tuple[str, str]]) -> str:
    """Write attributes as a person types them: a lone `>` between quotes needs no reference. Not for HTML blocks."""
    return "".join(f' {name}="{_typed(value)}"' for name, value in pairs)


def _typed(value: str) -> str:
    written = escape_attr(value)
    return written if "<" in value else written.replace("&gt;", ">")


def _name(name: str) -> str:
    if cased := CASED.match(name):
        return cased[0].lower() + name[cased.end() :]
    return name if ":" in name else name.lower()


def pairs_of(tokens: Sequence[Token]) -> dict[int, int]:
    """Pair open and close tags that stand balanced among the delimiters of one leaf; one pass."""
    pairs: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    waiting: list[dict[str, int]] = [{}]
    for i, token in enumerate(tokens):
        if token.type == "html_inline":
            _pair_tag(token.content, i, stack, waiting[-1], pairs)
        elif token.nesting == 1:
            stack.append(("", i))
            waiting.append({})
        elif token.nesting == -1:
            while stack and stack.pop()[0]:
                pass
            if len(waiting) > 1:
                waiting.pop()
    return pairs


def _pair_tag(
    content: str, i: int, stack: list[tuple[str, int]], waiting: dict[str, int], pairs: dict[int, int]
) -> None:
    m = HTML_TAG.fullmatch(content)
    if m is None or m[4]:
        return
    name = m[2].lower()
    if not m[1]:
        stack.append((name, i))
        waiting[name] = waiting.get(name, 0) + 1
        return
    if not waiting.get(name):
        return
    while True:
        other, at = stack.pop()
        waiting[other] -= 1
        if other == name:
            pairs[at] = i
            return
