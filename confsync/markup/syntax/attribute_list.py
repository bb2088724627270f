"""Attribute lists in braces, as MkDocs, Docusaurus, kramdown and pandoc write them: `{#id .class width="300"}`.

Only the notation: where a list ends and what it says. What an attribute does is said where it stands: on a heading an
id is an anchor, on an image a width is its width; classes say nothing to Confluence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = r"(?:[#.][^\s{}#.=\"']+(?:[.:-][^\s{}=\"']+)*|[A-Za-z_][\w:.-]*=(?:\"[^\"{}\n]*\"|'[^'{}\n]*'|[^\s{}\"'=]+))"
LIST = re.compile(r"\{:?[ \t]*" + _PART + r"(?:[ \t]*" + _PART + r")*[ \t]*\}")
"""A list as it may stand behind a heading, an image or a link."""
_ID = re.compile(r"(?:^|[\s{:])#([^\s{}#.=\"']+(?:[.:-][^\s{}=\"'#]+)*)")
_CLASS = re.compile(r"(?:^|[\s{:])\.([\w-]+)")
_PAIR = re.compile(r"([A-Za-z_][\w:.-]*)=(?:\"([^\"]*)\"|'([^']*)'|([^\s{}\"'=]+))")


class AttributeList(NamedTuple):
    """What a list says: the id or nothing, the classes, and the rest by name."""

    id: str
    classes: tuple[str, ...]
    values: dict[str, str]


def attribute_list(text: str) -> AttributeList:
    """Read a list, with or without its braces; the first of a name wins."""
    values: dict[str, str] = {}
    for m in _PAIR.finditer(text):
        values.setdefault(m[1].lower(), m[2] or m[3] or m[4] or "")
    bare = _PAIR.sub("", text)
    found = _ID.search(bare)
    return AttributeList(found[1] if found else values.get("id", ""), tuple(_CLASS.findall(bare)), values)
