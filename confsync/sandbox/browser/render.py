"""Storage format as HTML that cannot hurt: elements and attributes from an allow-list, all text escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from lxml import etree
from markupsafe import Markup, escape

from confsync.sandbox.browser.frame import joined
from confsync.sandbox.refusals import Refusal
from confsync.sandbox.serialise import split_name
from confsync.sandbox.storage_check import AC, RI, parse

MAX_DEPTH = 120
"""Deeper ones are shown as plain text."""
_PLAIN = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
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
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STYLE = re.compile(
    r"(?:color|background-color|text-align|text-decoration|margin-left|width|list-style-type)"
    r": ?(?:[a-z-]+|#[0-9a-fA-F]{3,8}|rgb\([\d, ]+\)|[\d.]+(?:px|%|em)?)"
)
_ADDRESS = re.compile(r"(?:https?://|mailto:|#|/wiki/)", re.IGNORECASE)
_PANELS = {"info": "info", "tip": "tip", "note": "note", "warning": "warning", "panel": ""}
_BODIES = frozenset({"excerpt", "details", "section", "column", "toc-zone", "div"})


@dataclass(slots=True)
class Surroundings:
    """What rendering needs to know of the wiki: addresses by title, files by name, names by account."""

    page_address: Callable[[str, str | None], str | None]
    file_address: Callable[[str], str | None]
    user_name: Callable[[str], str]
    children: Callable[[], list[tuple[str, str]]] = list
    headings: list[tuple[int, str]] = field(default_factory=list)


def render(body: str, around: Surroundings) -> Markup:
    """Return a body as HTML; one that is not well-formed is shown as it is written."""
    try:
        root = parse(body)
    except Refusal:
        return Markup("<pre>{}</pre>").format(body)
    around.headings = [(int(e.tag[1]), _text(e)) for e in root.iter(*sorted(_HEADINGS))]
    return _Painter(around).inside(root, 0)


class _Painter:
    """Turns elements into HTML, one kind after another."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def inside(self, element: etree._Element, depth: int) -> Markup:
        """Render what stands in an element."""
        if depth > MAX_DEPTH:
            return escape(_text(element))
        parts = [escape(element.text or "")]
        for child in element:
            if isinstance(child.tag, str):
                parts.append(self._one(child, depth + 1))
            parts.append(escape(child.tail or ""))
        return joined(parts)

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
                day = e.get("datetime", "")
                return Markup('<time datetime="{}">{}</time>').format(day, day)
            case "ac:image":
                return self._image(e)
            case "ac:structured-macro" | "ac:macro":
                return self._macro(e, depth)
            case "colgroup" | "col" | "ac:parameter" | "ac:adf-fallback" | "ac:adf-attribute":
                return Markup()
            case _:
                return self._other(tag, e, depth)

    def _other(self, tag: str, e: etree._Element, depth: int) -> Markup:
        match tag:
            case "ac:task-list":
                return Markup('<ul class="tasks">{}</ul>').format(self._tasks(e, depth))
            case "ac:emoticon":
                return escape(e.get(f"{{{AC}}}emoji-fallback") or f":{e.get(f'{{{AC}}}name', '')}:")
            case "ac:layout-section":
                return Markup('<div class="layout">{}</div>').format(self.inside(e, depth))
            case "ac:inline-comment-marker":
                return Markup('<mark title="commented on">{}</mark>').format(self.inside(e, depth))
            case "ac:adf-node":
                return Markup('<div class="panel">{}</div>').format(self.inside(e, depth))
            case "ac:placeholder":
                return Markup('<i class="meta">{}</i>').format(_text(e))
            case "ac:layout-cell":
                return Markup("<div>{}</div>").format(self.inside(e, depth))
            case _:
                return self.inside(e, depth)

    def _plain(self, tag: str, e: etree._Element, depth: int) -> Markup:
        attributes = [
            Markup(' {}="{}"').format(name, e.get(name))
            for name in ("colspan", "rowspan", "start")
            if _number(e, name)
        ]
        style = "; ".join(_STYLE.findall(str(e.get("style", ""))))
        if style:
            attributes.append(Markup(' style="{}"').format(style))
        if tag in _HEADINGS:
            attributes.append(Markup(' id="{}"').format(heading_anchor(_text(e))))
        return Markup("<{}{}>{}</{}>").format(tag, joined(attributes), self.inside(e, depth), tag)

    def _anchor(self, e: etree._Element, depth: int) -> Markup:
        address = str(e.get("href", ""))
        if not _ADDRESS.match(address):
            return self.inside(e, depth)
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, self.inside(e, depth))

    def _link(self, e: etree._Element, depth: int) -> Markup:
        body = e.find(f"{{{AC}}}link-body")
        plain = e.findtext(f"{{{AC}}}plain-text-link-body")
        address, words = self._target(e)
        shown = self.inside(body, depth) if body is not None else escape(plain or words)
        if address is None:
            return Markup('<span class="missing" title="{}">{}</span>').format(words, shown)
        return Markup('<a href="{}">{}</a>').format(address, shown)

    def _target(self, e: etree._Element) -> tuple[str | None, str]:
        """Return where a link leads (None: nowhere) and what it is called without a text of its own."""
        anchor = e.get(f"{{{AC}}}anchor")
        tail = f"#{quote(heading_anchor(anchor))}" if anchor else ""
        if (page := e.find(f"{{{RI}}}page")) is not None:
            title = page.get(f"{{{RI}}}content-title", "")
            found = self._around.page_address(title, page.get(f"{{{RI}}}space-key"))
            return (found + tail if found else None), title
        if (file := e.find(f"{{{RI}}}attachment")) is not None:
            name = file.get(f"{{{RI}}}filename", "")
            return self._around.file_address(name), name
        if (user := e.find(f"{{{RI}}}user")) is not None:
            account = user.get(f"{{{RI}}}account-id", "")
            return f"/wiki/people/{quote(account)}", f"@{self._around.user_name(account)}"
        if (space := e.find(f"{{{RI}}}space")) is not None:
            key = space.get(f"{{{RI}}}space-key", "")
            return f"/wiki/spaces/{quote(key)}", key
        return (tail or None), anchor or "link"

    def _image(self, e: etree._Element) -> Markup:
        caption = e.findtext(f".//{{{AC}}}caption") or "".join(
            _text(c) for c in e.findall(f"{{{AC}}}caption")
        )
        if (file := e.find(f"{{{RI}}}attachment")) is not None:
            name = file.get(f"{{{RI}}}filename", "")
            address = self._around.file_address(name)
            alt = e.get(f"{{{AC}}}alt") or name
            if address is None:
                return Markup('<span class="missing">image {}</span>').format(name)
            width = e.get(f"{{{AC}}}width", "")
            size = Markup(' width="{}"').format(width) if width.isdecimal() else Markup()
            image = Markup('<img src="{}" alt="{}"{}>').format(address, alt, size)
            if caption:
                return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(image, caption)
            return image
        url = e.find(f"{{{RI}}}url")
        value = url.get(f"{{{RI}}}value", "") if url is not None else ""
        if not _ADDRESS.match(value):
            return Markup('<span class="missing">image</span>')
        return Markup('<a href="{}" rel="noopener noreferrer">image {}</a>').format(value, value)

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

    def _macro(self, e: etree._Element, depth: int) -> Markup:
        name = e.get(f"{{{AC}}}name", "")
        rich = e.find(f"{{{AC}}}rich-text-body")
        inner = self.inside(rich, depth + 1) if rich is not None else Markup()
        title = _parameter(e, "title")
        if name in _PANELS:
            return Markup('<div class="panel {}">{}{}</div>').format(_PANELS[name], _titled(title), inner)
        match name:
            case "code" | "noformat":
                text = e.findtext(f"{{{AC}}}plain-text-body") or ""
                return Markup("{}<pre><code>{}</code></pre>").format(_titled(title), text)
            case "expand":
                return Markup("<details><summary>{}</summary>{}</details>").format(
                    title or "Click here to expand", inner
                )
            case "status":
                colour = _parameter(e, "colour") or "Grey"
                shade = colour if colour.isalpha() else ""
                return Markup('<span class="status {}">{}</span>').format(shade, title or colour)
            case "anchor":
                return Markup('<a id="{}"></a>').format(heading_anchor(_parameter(e, "")))
            case "toc":
                return self._contents()
            case "children" | "pagetree":
                rows = [Markup('<li><a href="{}">{}</a></li>').format(*c) for c in self._around.children()]
                return Markup("<ul>{}</ul>").format(joined(rows))
            case _:
                return inner if name in _BODIES else self._unknown(e, name, inner)

    def _contents(self) -> Markup:
        rows = [
            Markup('<li style="margin-left: {}em"><a href="#{}">{}</a></li>').format(
                level - 1, heading_anchor(text), text
            )
            for level, text in self._around.headings
        ]
        return Markup("<ul>{}</ul>").format(joined(rows))

    def _unknown(self, e: etree._Element, name: str, inner: Markup) -> Markup:
        plain = e.findtext(f"{{{AC}}}plain-text-body")
        if plain is None and not inner:
            return Markup('<span class="macro">macro {}</span>').format(name)
        shown = Markup("<pre>{}</pre>").format(plain) if plain is not None else inner
        return Markup('<div class="macro"><div class="title">macro {}</div>{}</div>').format(name, shown)


def heading_anchor(text: str) -> str:
    """Return a heading's anchor as the new editor makes it: blanks to hyphens (FACTS.md 16)."""
    return "-".join(text.split())


def _titled(title: str) -> Markup:
    return Markup('<div class="title">{}</div>').format(title) if title else Markup()


def _parameter(e: etree._Element, name: str) -> str:
    for parameter in e.findall(f"{{{AC}}}parameter"):
        if parameter.get(f"{{{AC}}}name", "") == name:
            return _text(parameter)
    return ""


def _number(e: etree._Element, name: str) -> bool:
    return str(e.get(name, "")).isdecimal()


def _text(e: etree._Element) -> str:
    return "".join(str(part) for part in e.itertext())
