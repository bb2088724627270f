"""What the browser's editor makes of a body when a person saves it (FACTS.md 15), on top of `rewrite`.

Done here: local ids, `version-at-save`, `<p>` in items and cells, `b i s strike`, empty paragraphs after macros, image
and table attributes, task spans, emoji attributes, nested lists.
"""

from __future__ import annotations

from lxml import etree

from confsync.sandbox.bodies.rewrite import BLOCKS, HEADINGS, FindPage, Occasion, drop_comments, rewrite_tree
from confsync.sandbox.bodies.serialise import serialise, split_name
from confsync.sandbox.bodies.storage_check import AC, RI, parse

_PLAIN_IDS = HEADINGS | {"p", "ul", "ol", "li", "blockquote"}
_AC_IDS = frozenset(
    [
        "table",
        "tr",
        "td",
        "th",
        "ac:structured-macro",
        "ac:image",
        "ac:link",
        "ac:layout-section",
        "ac:layout-cell",
        "ac:caption",
    ]
)
_RENAMED = {"b": "strong", "i": "em", "s": "del", "strike": "del"}
_BLOCKS = BLOCKS | {"ac:image"}
"""What ends the inline content that an item, a cell or a task begins with."""
_EMOJI = {
    "tick": (":check_mark:", "atlassian-check_mark", ":check_mark:"),
    "cross": (":cross_mark:", "atlassian-cross_mark", ":cross_mark:"),
    "warning": (":warning:", "atlassian-warning", ":warning:"),
    "smile": (":slight_smile:", "1f642", "\U0001f642"),
}


def editor_save(body: str, occasion: Occasion, find_page: FindPage) -> str:
    """Return what is stored when a person opens a body in the editor and saves it."""
    root = parse(body)
    drop_comments(root)
    if not occasion.cloud:
        return _old_editor_save(root, occasion, find_page)
    for element in list(root.iter(etree.Element)):
        _touch(element, occasion)
    _space_after_macros(root)
    rewrite_tree(root, occasion, find_page)
    for place, element in enumerate(root.iter(etree.Element)):
        _identify(element, place, occasion)
    return serialise(root, shuffle=occasion.dice)


def _old_editor_save(root: etree._Element, occasion: Occasion, find_page: FindPage) -> str:
    """Save as Data Center's editor does: no local ids, a place for the cursor after a last macro (FACTS.md 18)."""
    for element in list(root.iter(etree.Element)):
        tag = split_name(element.tag)
        if tag in _RENAMED:
            element.tag = _RENAMED[tag]
        elif tag == "table":
            _set_new(element, "class", "wrapped")
        elif tag == "ac:task-body":
            _wrap_task(element)
    last = _space_after_macros(root)
    if last is not None:
        last.set("class", "auto-cursor-target")
        etree.SubElement(last, "br")
    rewrite_tree(root, occasion, find_page)
    return serialise(root, shuffle=occasion.dice, named=True)


def _touch(element: etree._Element, occasion: Occasion) -> None:
    tag = split_name(element.tag)
    if tag in _RENAMED:
        element.tag = _RENAMED[tag]
    match tag:
        case "li" | "td" | "th":
            _wrap_inline(element)
        case "ul" | "ol":
            _adopt_nested(element)
        case "table":
            _set_new(element, "data-table-width", "760")
            _set_new(element, "data-layout", "default")
        case "ac:image":
            _set_new(element, f"{{{AC}}}align", "center")
            _set_new(element, f"{{{AC}}}layout", "center")
        case "ac:task-body":
            _wrap_task(element)
        case "ac:emoticon":
            _name_emoji(element)
        case "ri:page" | "ri:attachment":
            element.set(f"{{{RI}}}version-at-save", str(occasion.version))
        case _:
            pass


def _set_new(element: etree._Element, name: str, value: str) -> None:
    if name not in element.attrib:
        element.set(name, value)


def _wrap_inline(element: etree._Element, wrapper: str = "p") -> etree._Element | None:
    """Put the leading inline content of an element into a paragraph (or span); return that."""
    inline = []
    for child in element:
        if split_name(child.tag) in _BLOCKS:
            break
        inline.append(child)
    if not inline and not (element.text or "").strip():
        return None
    made = etree.Element(wrapper)
    made.text, element.text = element.text, None
    element.insert(0, made)
    made.extend(inline)
    return made


def _adopt_nested(lists: etree._Element) -> None:
    """Move a list that stands directly in a list into the item before it, unless there is text around it."""
    for child in list(lists):
        before = child.getprevious()
        if child.tag not in ("ul", "ol") or before is None or before.tag != "li":
            continue
        if not (child.tail or "").strip() and not (before.tail or "").strip():
            child.tail = None
            before.append(child)


def _wrap_task(body: etree._Element) -> None:
    if len(body) and body[0].get("class") == "placeholder-inline-tasks":
        return
    span = _wrap_inline(body, "span")
    if span is not None:
        span.set("class", "placeholder-inline-tasks")


def _name_emoji(element: etree._Element) -> None:
    known = _EMOJI.get(element.get(f"{{{AC}}}name", ""))
    if known is not None:
        for part, value in zip(("emoji-shortname", "emoji-id", "emoji-fallback"), known, strict=True):
            _set_new(element, f"{{{AC}}}{part}", value)


def _space_after_macros(root: etree._Element) -> etree._Element | None:
    """Leave an empty paragraph behind a macro at the page's end, so that one can type there; return it."""
    last = root[-1] if len(root) else None
    if last is None or (last.tail or "").strip() or split_name(last.tag) != "ac:structured-macro":
        return None
    last.tail = None
    return etree.SubElement(root, "p")


def _identify(element: etree._Element, place: int, occasion: Occasion) -> None:
    tag = split_name(element.tag)
    if tag in _PLAIN_IDS:
        _set_new(element, "local-id", occasion.identity("local", place, occasion.version))
    elif tag in _AC_IDS:
        _set_new(element, f"{{{AC}}}local-id", occasion.identity("local", place, occasion.version))
