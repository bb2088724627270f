"""Comments between blocks that other publishers act on: mark's layouts, its tables of contents, and what it includes.

`<!-- ac:layout-section type:two_equal -->` … `<!-- ac:layout-section end -->` is a section, `<!-- Include: ac:toc -->` a
macro. What mark would fetch or put in the place of words (`Include: file`, `Macro:`) is not done, and told.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from confsync.markup.elements import macro
from confsync.markup.tree import Block, Box, Kind
from confsync.markup.vocabulary import BODILESS_MACROS

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


class LayoutTag(NamedTuple):
    """A comment that begins or ends a part of a layout."""

    name: str
    opens: Box | None


def layout_tag(comment: str) -> LayoutTag | None:
    """Read a comment that begins or ends a layout, a section or a cell."""
    m = _LAYOUT.fullmatch(comment)
    if m is None:
        return None
    attrs = (("type", m["type"]),) if m["type"] else ()
    return LayoutTag("ac:" + m[1], None if m["end"] else Box(m[1], attrs))


def included(comment: str, place: Block) -> Block | None:
    """Turn a placed comment into the macro that it includes; None when it includes none that stands for itself."""
    m = _INCLUDE.fullmatch(comment)
    if m is None or m["name"] not in BODILESS_MACROS - _WITH_A_PAGE:
        return None
    attrs = {"data-confluence": macro.PREFIX + m["name"]}
    for key, *values in _SAID.findall(m["said"]):
        attrs.setdefault("data-p-" + key[0].lower() + key[1:], next((v for v in values if v), ""))
    xml = macro.xml_of({k: v for k, v in attrs.items() if v})
    return macro.become(place, xml) if xml is not None and place.kind is Kind.HTML else None


def is_not_done(comment: str) -> bool:
    """Say whether mark would put something else in the place of this comment, or of words of the document."""
    return _NOT_DONE.fullmatch(comment) is not None
