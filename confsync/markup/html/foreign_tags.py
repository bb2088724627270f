"""Tags between blocks that only other publishers write, and what they mean.

mark's layouts, as comments (`<!-- ac:layout-section type:two_equal -->` … `<!-- ac:layout-section end -->`) and as storage
around Markdown; the macros that it includes (`<!-- Include: ac:toc -->`). What mark would fetch or put in the place of
words (`Include: file`, `Macro:`) is not done, and told.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from confsync.markup.elements import box, macro
from confsync.markup.storage.vocabulary import BODILESS_MACROS
from confsync.markup.storage.xml import MalformedError, parse
from confsync.markup.syntax.storage_tags import CLOSING, OPENING
from confsync.markup.tree import Block, Box, Kind

_LAYOUT = re.compile(
    r"\s*<!--\s*ac:(layout(?:-section|-cell)?)(?:\s+(?:type:(?P<type>[a-z_]+)|(?P<end>end)))?\s*-->\s*"
)
_INCLUDE = re.compile(r"\s*<!--\s*Include:\s*ac:(?P<name>[a-z-]+)\s*(?P<said>.*?)\s*-->\s*", re.DOTALL)
_NOT_DONE = re.compile(r"\s*<!--\s*(?:Include:\s*(?!ac:)|Macro:)\s*\S.*-->\s*", re.DOTALL)
_SAID = re.compile(r"([A-Z][A-Za-z]*):[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\"|([^\n]*?))[ \t]*(?:\n|\Z)")
_WITH_A_PAGE = frozenset(
    {"include", "excerpt-include", "profile", "profile-picture", "widget", "iframe", "jira"}
)
"""Macros whose parameters are more than text."""


class ForeignTag(NamedTuple):
    """What begins a container, or ends (None) the one of its name."""

    name: str
    opens: Block | None
    says: str = ""
    """What is shown where it has no fellow; nothing for a comment."""


def layout_tag(comment: str) -> ForeignTag | None:
    """Read a comment that begins or ends a layout, a section or a cell."""
    m = _LAYOUT.fullmatch(comment)
    if m is None:
        return None
    attrs = (("type", m["type"]),) if m["type"] else ()
    return ForeignTag("ac:" + m[1], None if m["end"] else Block(Kind.BOX, Box(m[1], attrs)))


def storage_tag(content: str) -> ForeignTag | None:
    """Read tags of storage that stand around Markdown."""
    m = CLOSING.fullmatch(content)
    if m is not None:
        return ForeignTag(_name(m["part"]), None, content.strip())
    m = OPENING.fullmatch(content)
    opens = _opened(content.strip(), m["part"]) if m is not None else None
    return (
        ForeignTag(_name(m["part"]), opens, content.strip()) if m is not None and opens is not None else None
    )


def _name(part: str | None) -> str:
    return "ac:" + (part or "macro")


def _opened(tag: str, part: str | None) -> Block | None:
    """Return the empty container that an opening stands for; None for one that nobody could have written."""
    end = f"</ac:{part}>" if part else "</ac:rich-text-body></ac:structured-macro>"
    try:
        el = parse(tag + end).els()[0]
    except MalformedError:
        return None
    return box.empty(el, tag)


def included(comment: str, place: Block) -> Block | None:
    """Turn a placed comment into the macro that it includes; None when it includes none that stands for itself."""
    m = _INCLUDE.fullmatch(comment)
    if m is None or m["name"] not in BODILESS_MACROS - _WITH_A_PAGE:
        return None
    attrs = {"data-confluence": macro.PREFIX + m["name"]}
    for key, *values in _SAID.findall(m["said"]):
        attrs.setdefault(macro.PARAMETER + key[0].lower() + key[1:], next((v for v in values if v), ""))
    xml = macro.xml_of({k: v for k, v in attrs.items() if v})
    return macro.become(place, xml) if xml is not None and place.kind is Kind.HTML else None


def is_not_done(comment: str) -> bool:
    """Say whether mark would put something else in the place of this comment, or of words of the document."""
    return _NOT_DONE.fullmatch(comment) is not None
