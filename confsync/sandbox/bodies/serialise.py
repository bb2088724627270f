"""A tree written as storage: `<x />`, CDATA where Confluence has it, named entities, attributes in a shuffled order.

Iterative, because real bodies are nested deeper than Python recurses.
"""

from __future__ import annotations

from collections.abc import Callable
from html.entities import codepoint2name

from lxml import etree

from confsync.sandbox.bodies.storage_check import PREFIXES

Dice = Callable[..., int]

_CDATA = frozenset({"ac:plain-text-body", "ac:plain-text-link-body"})
_NAMED = {
    "\u00a0": "&nbsp;",
    "\u2013": "&ndash;",
    "\u2014": "&mdash;",
    "\u2018": "&lsquo;",
    "\u2019": "&rsquo;",
    "\u201c": "&ldquo;",
    "\u201d": "&rdquo;",
    "\u2026": "&hellip;",
    "\u2192": "&rarr;",
}
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", **_NAMED})
_NAMED_TEXT = _TEXT | {code: f"&{name};" for code, name in codepoint2name.items() if code >= 0xA0}
"""On Data Center (FACTS.md 18)."""
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
)


def split_name(tag: str) -> str:
    """Return `ac:link` for `{…}link` of a known namespace, the bare name otherwise."""
    if not tag.startswith("{"):
        return tag
    space, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(space)
    return f"{prefix}:{local}" if prefix else local


def serialise(root: etree._Element, *, shuffle: Dice | None = None, named: bool = False) -> str:
    """Return what stands inside the wrapper element. `named`: every letter that XHTML has a name for gets it."""
    words = _NAMED_TEXT if named else _TEXT
    parts: list[str] = [(root.text or "").translate(words)]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element is root or not isinstance(element.tag, str):
            continue
        if event == "start":
            parts.append(_opening(element, shuffle, words))
        else:
            if not _is_empty(element):
                parts.append(f"</{split_name(element.tag)}>")
            parts.append((element.tail or "").translate(words))
    return "".join(parts)


def _is_empty(element: etree._Element) -> bool:
    return not len(element) and not element.text and split_name(element.tag) not in _CDATA


def _opening(element: etree._Element, shuffle: Dice | None, words: dict[int, str]) -> str:
    tag = split_name(element.tag)
    start = f"<{tag}{_attributes(element, shuffle)}"
    if _is_empty(element):
        return f"{start} />"
    text = element.text or ""
    if tag in _CDATA:
        return f"{start}><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return f"{start}>{text.translate(words)}"


def _attributes(element: etree._Element, shuffle: Dice | None) -> str:
    pairs = [(split_name(str(name)), str(value)) for name, value in element.attrib.items()]
    if shuffle is not None and len(pairs) > 1 and not shuffle("element", element.tag, len(pairs)) % 4:
        pairs.sort(key=lambda pair: shuffle("attribute", pair[0]))
    namespace = ""
    if element.tag.startswith("{") and element.tag[1:].partition("}")[0] not in PREFIXES:
        namespace = f' xmlns="{element.tag[1:].partition("}")[0]}"'
    return namespace + "".join(f' {name}="{value.translate(_ATTRIBUTE)}"' for name, value in pairs)
