"""What the server makes of a body that the API wrote (FACTS.md 14). Deterministic by seed, page and version.

Done here: macro ids and schema versions, `<x />`, the order of attributes and parameters, entities, the start of
ordered lists, links to pages of the same site, white space between blocks, XML comments, attributes that Confluence
does not know, task ids, joined CDATA, style texts.
"""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from confsync.sandbox.bodies.serialise import serialise, split_name
from confsync.sandbox.bodies.storage_check import AC, RI, parse

FindPage = Callable[[str], tuple[str, str] | None]
"""From an address on this site to a page's (space key, title); None for any other address."""

_NAMESPACE = uuid.UUID("7d1f4a52-5b0e-4c55-8f3e-0c8f6f2f5a11")
_SCHEMA = {"children": "2", "detailssummary": "2", "contentbylabel": "3"}
_CONTAINERS = frozenset(
    [
        "confluence",
        "ul",
        "ol",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "colgroup",
        "dl",
        "blockquote",
        "td",
        "th",
        "li",
        "div",
        "ac:layout",
        "ac:layout-section",
        "ac:layout-cell",
        "ac:structured-macro",
        "ac:rich-text-body",
        "ac:task-list",
        "ac:task",
        "ac:link",
        "ac:image",
        "ac:adf-extension",
        "ac:adf-node",
        "ac:adf-content",
        "ac:caption",
    ]
)
"""Elements between whose children white space means nothing, as long as there is no other text in them."""
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
BLOCKS = HEADINGS | frozenset(
    [
        "p",
        "ul",
        "ol",
        "table",
        "blockquote",
        "pre",
        "hr",
        "div",
        "ac:layout",
        "ac:structured-macro",
        "ac:task-list",
        "ac:adf-extension",
    ]
)
_FORBIDDEN = ("script", "style", "iframe", "object", "embed", "form", "input", "link", "meta")
_KNOWN = frozenset(
    [
        "style",
        "class",
        "local-id",
        "colspan",
        "rowspan",
        "href",
        "title",
        "start",
        "datetime",
        "alt",
        "src",
        "width",
        "height",
        "lang",
        "dir",
        "target",
        "rel",
        "name",
        "type",
        "value",
        "scope",
        "align",
        "valign",
        "border",
        "summary",
        "data-layout",
        "cite",
    ]
)
_CLASSES = re.compile(
    r"auto-cursor-target|media-group|atl-forced-newline|alternate|wrapped|relative-table|fixed-table"
    r"|confluenceT(?:able|d|h)|highlight-\S+|numberingColumn|placeholder-inline-tasks|panel\S*|external-link"
    r"|diff-\S+|inline-task-list|tasklist|table-wrap|fixed-width"
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What makes one save's rewriting differ from another's."""

    seed: int
    page_id: str
    version: int
    cloud: bool = True

    def dice(self, *parts: object) -> int:
        """Return a number that is always the same for the same occasion and parts."""
        text = "|".join(map(str, (self.seed, self.page_id, self.version, *parts)))
        return zlib.crc32(text.encode("utf-8", "surrogatepass"))

    def identity(self, *parts: object) -> str:
        """Return a UUID that is always the same for the same page and parts."""
        return str(uuid.uuid5(_NAMESPACE, "|".join(map(str, (self.seed, self.page_id, *parts)))))


def rewrite(body: str, occasion: Occasion, find_page: FindPage) -> str:
    """Return what the server keeps of a body; the refusals of `parse` for one that it refuses."""
    root = parse(body)
    rewrite_tree(root, occasion, find_page)
    return serialise(root, shuffle=occasion.dice, named=not occasion.cloud)


def rewrite_tree(root: etree._Element, occasion: Occasion, find_page: FindPage) -> None:
    """Do all of it on a tree."""
    drop_comments(root)
    _drop_forbidden(root)
    for place, element in enumerate(list(root.iter(etree.Element))):
        _tidy_attributes(element, occasion)
        match split_name(element.tag):
            case "ac:structured-macro":
                _complete_macro(element, place, occasion)
            case "ol" if "start" not in element.attrib and occasion.cloud:
                element.set("start", "1")
            case "a":
                _internal_link(element, find_page)
            case _:
                pass
    _number_tasks(root, occasion)
    _drop_blank_between_blocks(root)


def drop_comments(root: etree._Element) -> None:
    """Remove XML comments and processing instructions, but not the text behind them."""
    for node in list(root.iter(etree.Comment, etree.PI)):
        keep_tail(node)


def _drop_forbidden(root: etree._Element) -> None:
    """Remove what could act: scripts, frames, forms. Their text goes with them (FACTS.md 14)."""
    for element in list(root.iter(*_FORBIDDEN)):
        keep_tail(element)


def keep_tail(node: etree._Element) -> None:
    """Remove a node from its parent, but not the text behind it."""
    parent, before = node.getparent(), node.getprevious()
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + (node.tail or "")
    else:
        before.tail = (before.tail or "") + (node.tail or "")
    parent.remove(node)


def _tidy_attributes(element: etree._Element, occasion: Occasion) -> None:
    """Remove what the server does not know. Data Center removes only what could act (FACTS.md 18)."""
    tag = split_name(element.tag)
    for name in map(str, list(element.attrib)):
        kept = _kept(tag, split_name(name)) if occasion.cloud else not name.lower().startswith("on")
        if not kept:
            del element.attrib[name]
    if "style" in element.attrib:
        element.set("style", _style(str(element.attrib["style"])))
    if "class" in element.attrib and occasion.cloud:
        known = [word for word in str(element.attrib["class"]).split() if _CLASSES.fullmatch(word)]
        if known:
            element.set("class", " ".join(known))
        else:
            del element.attrib["class"]


def _kept(tag: str, name: str) -> bool:
    """Say whether the server keeps an attribute: those of `ac`, `ri`, `at` and a vocabulary for the rest."""
    if ":" in tag or ":" in name or name == "local-id":
        return True
    if tag == "div":
        return name == "style"
    return name in _KNOWN or name.startswith("data-")


def _style(text: str) -> str:
    """Write `a:b` as `a: b;`; an alignment to the start is the default and goes."""
    parts = [part.strip() for part in text.split(";")]
    pairs = [tuple(map(str.strip, part.split(":", 1))) for part in parts if ":" in part]
    kept = [f"{key}: {value};" for key, value in pairs if (key, value) != ("text-align", "start")]
    return " ".join(kept)


def _complete_macro(macro: etree._Element, place: int, occasion: Occasion) -> None:
    name = macro.get(f"{{{AC}}}name", "")
    if f"{{{AC}}}schema-version" not in macro.attrib:
        macro.set(f"{{{AC}}}schema-version", _SCHEMA.get(name, "1"))
    if f"{{{AC}}}macro-id" not in macro.attrib:
        macro.set(f"{{{AC}}}macro-id", occasion.identity("macro", place, occasion.version))
    parameters = macro.findall(f"{{{AC}}}parameter")
    if len(parameters) > 1 and not occasion.dice("parameters", name) % 4:
        _reorder(macro, parameters, occasion)


def _reorder(macro: etree._Element, parameters: list[etree._Element], occasion: Occasion) -> None:
    """Put the parameters into another order; they stand before the body in any case."""
    for parameter in parameters:
        keep_tail(parameter)
        parameter.tail = None
    order = sorted(parameters, key=lambda p: occasion.dice("parameter", p.get(f"{{{AC}}}name")))
    for place, parameter in enumerate(order):
        macro.insert(place, parameter)


def _internal_link(anchor: etree._Element, find_page: FindPage) -> None:
    """Turn the address of a page of this site into a page link, as the server does; cards stay cards."""
    found = find_page(anchor.get("href", ""))
    if found is None or "data-card-appearance" in anchor.attrib:
        return
    space_key, title = found
    link = etree.Element(f"{{{AC}}}link")
    page = etree.SubElement(link, f"{{{RI}}}page")
    page.set(f"{{{RI}}}space-key", space_key)
    page.set(f"{{{RI}}}content-title", title)
    body = etree.SubElement(link, f"{{{AC}}}link-body")
    body.text = anchor.text
    body.extend(list(anchor))
    link.tail = anchor.tail
    parent = anchor.getparent()
    if parent is not None:
        parent.replace(anchor, link)


def _number_tasks(root: etree._Element, occasion: Occasion) -> None:
    """Give tasks without an id, or with one that is taken, the next number, and each a uuid."""
    seen: set[str] = set()
    tasks = list(root.iter(f"{{{AC}}}task"))
    numbers = [int(n) for task in tasks if (n := task.findtext(f"{{{AC}}}task-id") or "").isdecimal()]
    fresh: Iterator[int] = iter(range(max(numbers, default=0) + 1, max(numbers, default=0) + len(tasks) + 1))
    for task in tasks:
        number = task.find(f"{{{AC}}}task-id")
        if number is None:
            number = etree.Element(f"{{{AC}}}task-id")
            task.insert(0, number)
        if not number.text or number.text in seen:
            number.text = str(next(fresh))
        seen.add(number.text)
        if task.find(f"{{{AC}}}task-uuid") is None:
            known = etree.Element(f"{{{AC}}}task-uuid")
            known.text = occasion.identity("task", number.text)
            task.insert(1, known)


def _drop_blank_between_blocks(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        tag = split_name(element.tag)
        if tag not in _CONTAINERS or not len(element) or _has_text(element):
            continue
        if tag in {"td", "th", "li", "div", "confluence"} and not _has_block(element):
            continue
        element.text = None
        for child in element:
            child.tail = None
    if len(root):
        root[-1].tail = (root[-1].tail or "").rstrip() or None


def _has_text(element: etree._Element) -> bool:
    texts = [element.text, *(child.tail for child in element)]
    return any(text and text.strip(" \t\r\n") for text in texts)


def _has_block(element: etree._Element) -> bool:
    return any(split_name(c.tag) in BLOCKS for c in element)
