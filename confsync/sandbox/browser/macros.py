"""Macros as Confluence shows them: each built-in one that can be drawn here, a name for the others.

A macro that is not installed is `Unknown macro: 'x'`, as in Confluence, with its body collapsed below. What Confluence
would draw from other sources (search results, tickets) is named and not made up. The lists of macros are the sandbox's
own, although the converter has similar ones: a shared list would share its mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from lxml import etree
from markupsafe import Markup, escape

from confsync.sandbox.bodies.storage_check import AC, RI
from confsync.sandbox.browser.frame import joined
from confsync.sandbox.browser.surroundings import Surroundings, heading_anchor, text_of

PANELS = {"info": "info", "tip": "tip", "note": "note", "warning": "warning", "panel": ""}
GROUPS = frozenset({"toc-zone", "div"})
"""Macros that show what is in them."""
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|rgb\([\d, ]+\)|[a-z]{3,20}")
NAMED = frozenset(
    [
        "pagetreesearch",
        "navmap",
        "detailssummary",
        "contentbylabel",
        "content-report-table",
        "content-by-user",
        "recently-updated",
        "recently-updated-dashboard",
        "blog-posts",
        "space-attachments",
        "multimedia",
        "widget",
        "jira",
        "jiraissues",
        "jirachart",
        "profile-picture",
        "contributors",
        "contributors-summary",
        "change-history",
        "livesearch",
        "search",
        "labels-list",
        "listlabels",
        "popular-labels",
        "related-labels",
        "recently-used-labels",
        "tasks-report-macro",
        "create-from-template",
        "roadmap",
        "chart",
        "index",
        "spaces",
        "space-details",
        "spaces-list",
        "favpages",
        "network",
        "status-list",
        "pagelinks",
        "global-reports",
        "userlister",
        "iframe",
        "rss",
        "html",
        "html-include",
    ]
)
"""Macros that Confluence has and that show what is not here."""


class Painter(Protocol):
    """What paints elements, as macros need it."""

    around: Surroundings

    def inside(self, element: etree._Element, depth: int) -> Markup:
        """Paint what is in an element."""
        ...

    def page(self, title: str, key: str | None, depth: int, *, excerpt: bool) -> Markup | None:
        """Paint another page's body, or its excerpt; None when there is none."""
        ...


class MacroPainter(Protocol):
    """Paints one macro."""

    def __call__(self, painter: Painter, e: etree._Element, depth: int, /) -> Markup:
        """Paint it."""
        ...


def paint(painter: Painter, e: etree._Element, depth: int) -> Markup:
    """Paint a macro."""
    name = e.get(f"{{{AC}}}name", "")
    if name in PANELS:
        return _panel(painter, e, depth)
    if name in GROUPS:
        return body_of(painter, e, depth)
    known = _PAINTERS.get(name)
    if known is not None:
        return known(painter, e, depth)
    return _named(e, name) if name in NAMED else _unknown(painter, e, name, depth)


def body_of(painter: Painter, e: etree._Element, depth: int) -> Markup:
    """Paint a body of blocks."""
    rich = e.find(f"{{{AC}}}rich-text-body")
    return painter.inside(rich, depth + 1) if rich is not None else Markup()


def parameter(e: etree._Element, name: str) -> str:
    """Return a parameter's text; empty when there is none."""
    found = _parameter(e, name)
    return text_of(found).strip() if found is not None else ""


def _parameter(e: etree._Element, name: str) -> etree._Element | None:
    return next((p for p in e.findall(f"{{{AC}}}parameter") if p.get(f"{{{AC}}}name", "") == name), None)


def titled(title: str) -> Markup:
    """Return the line above what has a title."""
    return Markup('<div class="title">{}</div>').format(title) if title else Markup()


# ---- what stands in the page ------------------------------------------------------------------------------------


def _panel(painter: Painter, e: etree._Element, depth: int) -> Markup:
    kind = PANELS[e.get(f"{{{AC}}}name", "")]
    ground = parameter(e, "bgColor")
    style = Markup(' style="background-color: {}"').format(ground) if COLOUR.fullmatch(ground) else Markup()
    icon = parameter(e, "panelIconText")
    mark = Markup('<span class="icon">{}</span> ').format(icon) if icon else Markup()
    inner = body_of(painter, e, depth)
    return Markup('<div class="panel {}"{}>{}{}{}</div>').format(
        kind, style, mark, titled(parameter(e, "title")), inner
    )


def _code(_painter: Painter, e: etree._Element, _depth: int) -> Markup:
    text, title = e.findtext(f"{{{AC}}}plain-text-body") or "", parameter(e, "title")
    language = parameter(e, "language")
    first = parameter(e, "firstline")
    if parameter(e, "linenumbers") == "true":
        start = int(first) if first.isdecimal() and len(first) < 8 else 1
        lines = [
            Markup('<span class="number">{}</span>{}\n').format(n, line)
            for n, line in enumerate(text.split("\n"), start)
        ]
        shown = joined(lines)
    else:
        shown = escape(text)
    label = Markup('<span class="meta language">{}</span>').format(language) if language else Markup()
    block = Markup("<pre><code>{}</code></pre>").format(shown)
    if parameter(e, "collapse") == "true":
        return Markup("<details><summary>{} {}</summary>{}</details>").format(
            title or "Expand source", label, block
        )
    return Markup("{}{}{}").format(titled(title), label, block)


def _expand(painter: Painter, e: etree._Element, depth: int) -> Markup:
    return Markup("<details><summary>{}</summary>{}</details>").format(
        parameter(e, "title") or "Click here to expand...", body_of(painter, e, depth)
    )


def _status(_painter: Painter, e: etree._Element, _depth: int) -> Markup:
    colour = parameter(e, "colour") or "Grey"
    shade = colour if colour.isascii() and colour.isalpha() else ""
    subtle = " subtle" if parameter(e, "subtle") == "true" else ""
    return Markup('<span class="status {}{}">{}</span>').format(
        shade, subtle, parameter(e, "title") or colour
    )


def _anchor(_painter: Painter, e: etree._Element, _depth: int) -> Markup:
    return Markup('<a id="{}"></a>').format(heading_anchor(parameter(e, "")))


def _properties(painter: Painter, e: etree._Element, depth: int) -> Markup:
    """Page properties: a table as any other, or hidden."""
    if parameter(e, "hidden") == "true":
        return Markup()
    return Markup('<div class="properties">{}</div>').format(body_of(painter, e, depth))


def _excerpt(painter: Painter, e: etree._Element, depth: int) -> Markup:
    return Markup() if parameter(e, "hidden") == "true" else body_of(painter, e, depth)


def _section(painter: Painter, e: etree._Element, depth: int) -> Markup:
    return Markup('<div class="layout">{}</div>').format(body_of(painter, e, depth))


def _column(painter: Painter, e: etree._Element, depth: int) -> Markup:
    return Markup("<div>{}</div>").format(body_of(painter, e, depth))


def _formula(_painter: Painter, e: etree._Element, _depth: int) -> Markup:
    """A formula as it is typed: an app in Confluence draws it."""
    plain = e.findtext(f"{{{AC}}}plain-text-body")
    tex = parameter(e, "body") if plain is None else plain.strip()
    tag = "span" if plain is None else "div"
    return Markup('<{} class="formula" title="an app draws this formula">{}</{}>').format(tag, tex, tag)


# ---- what comes from elsewhere in the wiki ----------------------------------------------------------------------


def _contents(painter: Painter, e: etree._Element, _depth: int) -> Markup:
    low, high = (_level(parameter(e, n), d) for n, d in (("minLevel", 1), ("maxLevel", 7)))
    listed = [
        (level, text) for level, text in painter.around.headings if low <= level <= high and text.strip()
    ]
    top = min((level for level, _ in listed), default=1)
    rows = [
        Markup('<li style="margin-left: {}em"><a href="#{}">{}</a></li>').format(
            level - top, heading_anchor(text), text
        )
        for level, text in listed
    ]
    return Markup('<ul class="toc">{}</ul>').format(joined(rows))


def _level(text: str, default: int) -> int:
    return int(text) if re.fullmatch("[1-7]", text) else default


def _children(painter: Painter, _e: etree._Element, _depth: int) -> Markup:
    rows = [Markup('<li><a href="{}">{}</a></li>').format(*c) for c in painter.around.children()]
    return (
        Markup("<ul>{}</ul>").format(joined(rows)) if rows else Markup('<p class="meta">No pages below.</p>')
    )


def _attachments(painter: Painter, _e: etree._Element, _depth: int) -> Markup:
    rows = [Markup('<li><a href="{}">{}</a></li>').format(*f) for f in painter.around.files()]
    return Markup('<ul class="files">{}</ul>').format(joined(rows))


def _gallery(painter: Painter, _e: etree._Element, _depth: int) -> Markup:
    pictures = [
        Markup('<figure><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>').format(a, name, name)
        for a, name in painter.around.files()
        if name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"))
    ]
    return Markup('<div class="gallery">{}</div>').format(joined(pictures))


def _file(painter: Painter, e: etree._Element, _depth: int) -> Markup:
    found = _parameter(e, "name")
    resource = found.find(f".//{{{RI}}}attachment") if found is not None else None
    name = resource.get(f"{{{RI}}}filename", "") if resource is not None else parameter(e, "name")
    address = painter.around.file_address(name)
    if address is None:
        return Markup('<span class="missing">file {}</span>').format(name)
    return Markup('<a class="file" href="{}">{}</a>').format(address, name)


def _include(painter: Painter, e: etree._Element, depth: int) -> Markup:
    excerpt = e.get(f"{{{AC}}}name") == "excerpt-include"
    found = _parameter(e, "")
    page = found.find(f".//{{{RI}}}page") if found is not None else None
    title = page.get(f"{{{RI}}}content-title", "") if page is not None else parameter(e, "")
    key = page.get(f"{{{RI}}}space-key") if page is not None else None
    body = painter.page(title, key, depth, excerpt=excerpt)
    if body is None:
        return Markup('<div class="panel warning">Unable to render {{{}}}: {}</div>').format(
            "excerpt-include" if excerpt else "include", title or "no page"
        )
    if excerpt and parameter(e, "nopanel") != "true":
        return Markup('<div class="panel">{}{}</div>').format(titled(title), body)
    return body


def _person(painter: Painter, e: etree._Element, _depth: int) -> Markup:
    user = e.find(f".//{{{RI}}}user")
    account = user.get(f"{{{RI}}}account-id", "") if user is not None else ""
    return Markup('<span class="macro">{}</span>').format(painter.around.user_name(account))


# ---- what is not here -------------------------------------------------------------------------------------------


def _named(e: etree._Element, name: str) -> Markup:
    said = [text_of(p).strip() for p in e.findall(f"{{{AC}}}parameter")]
    words = ", ".join(s for s in said if s)
    return Markup(
        '<span class="macro" title="Confluence shows here what is not in this wiki">{}{}</span>'
    ).format(name, f": {words}" if words else "")


def _unknown(painter: Painter, e: etree._Element, name: str, depth: int) -> Markup:
    line = Markup("Unknown macro: '{}'").format(name)
    plain = e.findtext(f"{{{AC}}}plain-text-body")
    inner = Markup("<pre>{}</pre>").format(plain) if plain is not None else body_of(painter, e, depth)
    if not inner:
        return Markup('<span class="unknown">{}</span>').format(line)
    return Markup('<details class="unknown"><summary>{}</summary>{}</details>').format(line, inner)


_PAINTERS: Mapping[str, MacroPainter] = {
    "code": _code,
    "noformat": _code,
    "expand": _expand,
    "status": _status,
    "anchor": _anchor,
    "details": _properties,
    "excerpt": _excerpt,
    "section": _section,
    "column": _column,
    "mathinline": _formula,
    "mathblock": _formula,
    "toc": _contents,
    "children": _children,
    "pagetree": _children,
    "attachments": _attachments,
    "gallery": _gallery,
    "view-file": _file,
    "viewpdf": _file,
    "viewdoc": _file,
    "viewxls": _file,
    "viewppt": _file,
    "include": _include,
    "excerpt-include": _include,
    "profile": _person,
}
