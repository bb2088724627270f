"""Storage format as safe HTML: elements and attributes from an allow-list, all text escaped.

Elements are rendered here, macros in `macros`.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

from lxml import etree
from markupsafe import Markup, escape

from confsync.sandbox.bodies.rewrite import HEADINGS
from confsync.sandbox.bodies.serialise import split_name
from confsync.sandbox.bodies.storage_check import AC, RI, parse
from confsync.sandbox.browser import macros
from confsync.sandbox.browser.frame import joined
from confsync.sandbox.browser.surroundings import Surroundings, heading_anchor, text_of
from confsync.sandbox.refusals import Refusal

MAX_DEPTH = 120
"""Deeper ones are shown as plain text."""
MAX_INCLUDED = 30
"""So many other pages are shown in one."""
_PLAIN = HEADINGS | frozenset(
    [
        "p",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "blockquote",
        "pre",
        "code",
        "strong",
        "em",
        "u",
        "s",
        "del",
        "sub",
        "sup",
        "small",
        "big",
        "b",
        "i",
        "span",
        "div",
        "dl",
        "dt",
        "dd",
        "cite",
        "ins",
        "abbr",
    ]
)
_STYLE = re.compile(
    r"(?:color|background-color|text-align|text-decoration|margin-left|width|list-style-type)"
    r": ?(?:rgb\([\d, ]+\)|#[0-9a-fA-F]{3,8}|[a-z-]+|[\d.]+(?:px|%|em)?)(?=\s*(?:;|$))"
)
_ADDRESS = re.compile(r"(?:https?://|mailto:|#|/wiki/)", re.IGNORECASE)
LAYOUTS = frozenset(
    {
        "single",
        "fixed-width",
        "two_equal",
        "two_left_sidebar",
        "two_right_sidebar",
        "three_equal",
        "three_with_sidebars",
    }
)
PANEL_TYPES = {"note": "purple", "info": "info", "success": "tip", "warning": "note", "error": "warning"}
"""The new editor's names of panels, and what they look like."""
EMOTICONS = {
    "smile": "🙂",
    "sad": "☹️",
    "cheeky": "😛",
    "laugh": "😀",
    "wink": "😉",
    "thumbs-up": "👍",
    "thumbs-down": "👎",
    "information": "ℹ️",
    "tick": "✅",
    "cross": "❌",
    "warning": "⚠️",
    "plus": "➕",
    "minus": "➖",
    "question": "❓",
    "light-on": "💡",
    "light-off": "💡",
    "yellow-star": "⭐",
    "red-star": "⭐",
    "green-star": "⭐",
    "heart": "❤️",
    "broken-heart": "💔",
}
"""Classic emoticons, which have no character of their own in storage."""


def render(body: str, around: Surroundings) -> Markup:
    """Return a body as HTML; one that is not well-formed is shown as it is written."""
    try:
        root = parse(body)
    except Refusal:
        return Markup("<pre>{}</pre>").format(body)
    around.headings = [(int(e.tag[1]), text_of(e)) for e in root.iter(*sorted(HEADINGS))]
    return _Painter(around).inside(root, 0)


class _Painter:
    """Turns elements into HTML, one kind after another."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self._included = 0
        self._open: list[tuple[str, str | None]] = []

    def inside(self, element: etree._Element, depth: int) -> Markup:
        """Render what stands in an element."""
        if depth > MAX_DEPTH:
            return escape(text_of(element))
        parts = [escape(element.text or "")]
        for child in element:
            if isinstance(child.tag, str):
                parts.append(self._one(child, depth + 1))
            parts.append(escape(child.tail or ""))
        return joined(parts)

    def page(self, title: str, key: str | None, depth: int, *, excerpt: bool) -> Markup | None:
        """Render another page's body, or the excerpt in it; None when there is none, or when pages show each other."""
        body = self.around.page_body(title, key)
        if body is None or self._included >= MAX_INCLUDED or (title, key) in self._open:
            return None
        self._included += 1
        try:
            root = _excerpt(parse(body)) if excerpt else parse(body)
        except Refusal:
            return Markup("<pre>{}</pre>").format(body)
        if root is None:
            return None
        self._open.append((title, key))
        try:
            return self.inside(root, depth + 1)
        finally:
            self._open.pop()

    def _one(self, e: etree._Element, depth: int) -> Markup:
        tag = split_name(e.tag)
        if tag in _PLAIN:
            return self._plain(tag, e, depth)
        match tag:
            case "br" | "hr":
                return Markup("<{}>").format(tag)
            case "a" | "ac:link":
                return self._anchor(e, depth) if tag == "a" else self._link(e, depth)
            case "time":
                return _time(e.get("datetime", ""))
            case "ac:image":
                return self._image(e, depth)
            case "ac:structured-macro" | "ac:macro":
                return macros.paint(self, e, depth)
            case (
                "colgroup"
                | "col"
                | "ac:parameter"
                | "ac:adf-fallback"
                | "ac:adf-attribute"
                | "ac:placeholder"
            ):
                return Markup()
            case _:
                return self._other(tag, e, depth)

    def _other(self, tag: str, e: etree._Element, depth: int) -> Markup:
        match tag:
            case "ac:task-list":
                return Markup('<ul class="tasks">{}</ul>').format(self._tasks(e, depth))
            case "ac:emoticon":
                return _emoticon(e)
            case "ac:layout-section":
                kind = e.get(f"{{{AC}}}type", "")
                name = f" {kind}" if kind in LAYOUTS else ""
                return Markup('<div class="layout{}">{}</div>').format(name, self.inside(e, depth))
            case "ac:inline-comment-marker":
                return Markup('<mark title="commented on">{}</mark>').format(self.inside(e, depth))
            case "ac:adf-node":
                return self._node(e, depth)
            case "ac:layout-cell":
                return Markup("<div>{}</div>").format(self.inside(e, depth))
            case _:
                return self.inside(e, depth)

    def _node(self, e: etree._Element, depth: int) -> Markup:
        """A node of the new editor: a panel, a decision, or something that only it knows."""
        said = {a.get("key", ""): text_of(a) for a in e.findall(f"{{{AC}}}adf-attribute")}
        inner = self.inside(e, depth)
        match e.get("type", ""):
            case "panel":
                kind = PANEL_TYPES.get(said.get("panel-type", ""), "")
                return Markup('<div class="panel {}">{}</div>').format(kind, inner)
            case "decision-list":
                return Markup('<ul class="decisions">{}</ul>').format(inner)
            case "decision-item":
                mark = "\N{CHECK MARK}" if said.get("state") == "DECIDED" else "?"
                return Markup('<li><span class="meta">{}</span> {}</li>').format(mark, inner)
            case _:
                return Markup('<div class="panel">{}</div>').format(inner)

    def _plain(self, tag: str, e: etree._Element, depth: int) -> Markup:
        attributes = [
            Markup(' {}="{}"').format(name, e.get(name))
            for name in ("colspan", "rowspan", "start")
            if _number(e, name)
        ]
        styles = _STYLE.findall(str(e.get("style", "")))
        colour = str(e.get("data-highlight-colour", "")) if tag in {"td", "th"} else ""
        if macros.COLOUR.fullmatch(colour):
            styles.append(f"background-color: {colour}")
        if styles:
            attributes.append(Markup(' style="{}"').format("; ".join(styles)))
        if tag in HEADINGS:
            attributes.append(Markup(' id="{}"').format(heading_anchor(text_of(e))))
        inner = self.inside(e, depth)
        if tag in {"td", "th"} and e.get("class") == "numberingColumn" and not inner.strip():
            inner = _row_number(e)
        return Markup("<{}{}>{}</{}>").format(tag, joined(attributes), inner, tag)

    def _anchor(self, e: etree._Element, depth: int) -> Markup:
        address = str(e.get("href", ""))
        if not _ADDRESS.match(address):
            return self.inside(e, depth)
        card = Markup(' class="card"') if e.get("data-card-appearance") in {"block", "embed"} else Markup()
        return Markup('<a href="{}" rel="noopener noreferrer"{}>{}</a>').format(
            address, card, self.inside(e, depth)
        )

    def _link(self, e: etree._Element, depth: int) -> Markup:
        body = e.find(f"{{{AC}}}link-body")
        plain = e.findtext(f"{{{AC}}}plain-text-link-body")
        address, words = self._target(e)
        shown = self.inside(body, depth) if body is not None else escape(plain or words)
        if not shown.strip():
            shown = escape(words)
        if address is None:
            return Markup('<span class="missing" title="{}">{}</span>').format(words, shown)
        mention = Markup(' class="mention"') if e.find(f"{{{RI}}}user") is not None else Markup()
        return Markup('<a href="{}"{}>{}</a>').format(address, mention, shown)

    def _target(self, e: etree._Element) -> tuple[str | None, str]:
        """Return where a link leads (None: nowhere) and what it is called without a text of its own."""
        anchor = e.get(f"{{{AC}}}anchor")
        tail = f"#{quote(heading_anchor(anchor))}" if anchor else ""
        if (page := e.find(f"{{{RI}}}page")) is not None:
            title = page.get(f"{{{RI}}}content-title", "")
            found = self.around.page_address(title, page.get(f"{{{RI}}}space-key"))
            return (found + tail if found else None), title
        if (file := e.find(f"{{{RI}}}attachment")) is not None:
            name = file.get(f"{{{RI}}}filename", "")
            return self.around.file_address(name), name
        if (user := e.find(f"{{{RI}}}user")) is not None:
            account = user.get(f"{{{RI}}}account-id", "")
            return f"/wiki/people/{quote(account)}", f"@{self.around.user_name(account)}"
        if (space := e.find(f"{{{RI}}}space")) is not None:
            key = space.get(f"{{{RI}}}space-key", "")
            return f"/wiki/spaces/{quote(key)}", key
        return (tail or None), anchor or "link"

    def _image(self, e: etree._Element, depth: int) -> Markup:
        caption = joined([self.inside(c, depth) for c in e.findall(f"{{{AC}}}caption")])
        picture = self._picture(e)
        align = e.get(f"{{{AC}}}align", "") or {"center": "center", "align-end": "right"}.get(
            e.get(f"{{{AC}}}layout", ""), ""
        )
        place = Markup(' class="{}"').format(align) if align in {"center", "right"} else Markup()
        if caption or place:
            below = Markup("<figcaption>{}</figcaption>").format(caption) if caption else Markup()
            return Markup("<figure{}>{}{}</figure>").format(place, picture, below)
        return picture

    def _picture(self, e: etree._Element) -> Markup:
        if (file := e.find(f"{{{RI}}}attachment")) is not None:
            name = file.get(f"{{{RI}}}filename", "")
            address = self.around.file_address(name)
            alt = e.get(f"{{{AC}}}alt") or name
            if address is None:
                return Markup('<span class="missing">image {}</span>').format(name)
            sizes = [
                Markup(' {}="{}"').format(side, e.get(f"{{{AC}}}{side}"))
                for side in ("width", "height")
                if str(e.get(f"{{{AC}}}{side}", "")).isdecimal()
            ]
            return Markup('<img src="{}" alt="{}"{}>').format(address, alt, joined(sizes))
        url = e.find(f"{{{RI}}}url")
        value = url.get(f"{{{RI}}}value", "") if url is not None else ""
        if not _ADDRESS.match(value):
            return Markup('<span class="missing">image</span>')
        alt = e.get(f"{{{AC}}}alt", "")
        return Markup('<a href="{}" rel="noopener noreferrer">image {}</a>').format(value, alt or value)

    def _tasks(self, e: etree._Element, depth: int) -> Markup:
        rows = []
        for child in e:
            if split_name(child.tag) != "ac:task":
                rows.append(self._one(child, depth + 1))
                continue
            done = child.findtext(f"{{{AC}}}task-status") == "complete"
            body = child.find(f"{{{AC}}}task-body")
            text = self.inside(body, depth + 2) if body is not None else Markup()
            box = Markup('<input type="checkbox" disabled{}>').format(
                Markup(" checked") if done else Markup()
            )
            rows.append(Markup("<li>{} {}</li>").format(box, text))
        return joined(rows)


def _excerpt(root: etree._Element) -> etree._Element | None:
    """Return the body of a page's first excerpt."""
    found = [m for m in root.iter(f"{{{AC}}}structured-macro") if m.get(f"{{{AC}}}name") == "excerpt"]
    return found[0].find(f"{{{AC}}}rich-text-body") if found else None


def _time(day: str) -> Markup:
    """Return a day as Confluence writes it: Aug 1, 2026."""
    try:
        found = date.fromisoformat(day)
        shown = f"{found:%b} {found.day}, {found.year}"
    except ValueError:
        shown = day
    return Markup('<time datetime="{}">{}</time>').format(day, shown)


def _emoticon(e: etree._Element) -> Markup:
    name, shortname = e.get(f"{{{AC}}}name", ""), e.get(f"{{{AC}}}emoji-shortname", "")
    character = e.get(f"{{{AC}}}emoji-fallback") or ("" if shortname else EMOTICONS.get(name, ""))
    return escape(character or shortname or f":{name}:")


def _row_number(cell: etree._Element) -> Markup:
    """Return the number of a counting column's cell; the row of headers has none."""
    row = cell.getparent()
    if row is None or all(split_name(c.tag) == "th" for c in row):
        return Markup()
    before = [r for r in row.itersiblings(preceding=True) if any(split_name(c.tag) == "td" for c in r)]
    return escape(str(len(before) + 1))


def _number(e: etree._Element, name: str) -> bool:
    return str(e.get(name, "")).isdecimal()
