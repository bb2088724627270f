"""HTML that is not storage, converted to it: made well-formed by lxml's parser, and mapped to what storage has.

Nothing is left out without being named: an element that has no counterpart makes the whole block unmappable, and it
stays HTML. Offsets are lost here, so nothing that is read from the result is ever spliced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from confsync.markup.storage.vocabulary import DATE, HEADINGS, KEPT_TAGS, MARK_TAGS, is_unsafe, style
from confsync.markup.storage.writer import macro, plain, rich
from confsync.markup.storage.xml import attributes, escape

MAX_DEPTH = 60

TRANSPARENT_BLOCKS = frozenset(
    {
        "article",
        "section",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "figure",
        "address",
        "hgroup",
        "body",
        "html",
        "picture",
    }
)
TRANSPARENT = frozenset({"abbr", "acronym", "bdi", "bdo", "data", "label", "nobr", "source", "wbr"})
KEPT = frozenset({"kbd", "samp", "var", "cite", "dfn", "ins", "mark"})
"""What the reader of a document's HTML knows, though storage does not."""
BLOCKS = frozenset(
    {
        "p",
        "div",
        "center",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "pre",
        "hr",
        "details",
        "figcaption",
        *HEADINGS,
        *TRANSPARENT_BLOCKS,
    }
)
ADDRESS = re.compile(r"<(?=[A-Za-z][\w.+-]*(?:@|://)[^<>\s]*>)")
"""Begins an address in angles, which a parser of HTML takes for an element and nobody would see."""
LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source)-([\w+#.-]+)")


class Unmappable(Exception):
    """Storage has nothing like it."""


def repaired(html: str) -> str | None:
    """Return storage that shows what the HTML shows; None when there is none."""
    html = ADDRESS.sub("&lt;", html)
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
        if _depth(root) > MAX_DEPTH:
            return None
        return _blocks(root) or None
    except (Unmappable, lxml.etree.LxmlError, ValueError, AssertionError):
        return None


def _depth(root: HtmlElement) -> int:
    depth = deepest = 0
    for event, _ in lxml.etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _nodes(el: HtmlElement) -> Iterator[str | HtmlElement]:
    """Yield text and elements in order; comments are nothing."""
    if el.text:
        yield el.text
    for kid in el:
        if isinstance(kid.tag, str):
            yield kid
        if kid.tail:
            yield kid.tail


def _has_blocks(el: HtmlElement) -> bool:
    return any(isinstance(d.tag, str) and d is not el and d.tag in BLOCKS for d in el.iter())


def _blocks(el: HtmlElement) -> str:
    """Write what is in a container as blocks: text between blocks becomes paragraphs."""
    out: list[str] = []
    line: list[str] = []

    def flush() -> None:
        text = "".join(line).strip()
        if text:
            out.append(f"<p>{text}</p>")
        line.clear()

    for node in _nodes(el):
        if isinstance(node, str):
            line.append(escape(node))
        elif node.tag in BLOCKS or _has_blocks(node):
            flush()
            out.append(_block(node))
        else:
            line.append(_inline(node))
    flush()
    return "".join(out)


def _block(el: HtmlElement) -> str:
    tag = str(el.tag)
    write = _WRITERS.get(tag)
    if write is not None:
        return write(el)
    if tag == "p" or tag in HEADINGS:
        return _blocks(el) if _has_blocks(el) else f"<{tag}{_aligned(el)}>{_inlines(el)}</{tag}>"
    if tag in TRANSPARENT_BLOCKS or tag in KEPT_TAGS or tag in MARK_TAGS or tag in KEPT:
        return _blocks(el)
    raise Unmappable


def _aligned(el: HtmlElement, *extra: tuple[str, str]) -> str:
    """Write the attributes that storage keeps."""
    rules = style(el.get("style"))
    align = (el.get("align") or "").lower()
    if align in {"center", "right"} and "text-align" not in rules:
        rules = f"{rules} text-align: {align};".strip()
    pairs = [p for p in extra if p[1]]
    return attributes([*pairs, ("style", rules)] if rules else pairs)


def _inlines(el: HtmlElement) -> str:
    return "".join(escape(n) if isinstance(n, str) else _inline(n) for n in _nodes(el))


def _inline(el: HtmlElement) -> str:
    tag = str(el.tag)
    write = _INLINE_WRITERS.get(tag)
    if write is not None:
        return write(el)
    if tag in TRANSPARENT:
        return _inlines(el)
    if tag in MARK_TAGS or tag in KEPT_TAGS or tag in KEPT:
        return f"<{tag}>{_inlines(el)}</{tag}>"
    raise Unmappable


def _time(el: HtmlElement) -> str:
    if DATE.fullmatch(el.get("datetime") or "") is None:
        return _inlines(el)
    return f"<time{attributes([('datetime', el.get('datetime') or '')])} />"


def _span(rules: str, el: HtmlElement) -> str:
    return f"<span{attributes([('style', rules)])}>{_inlines(el)}</span>" if rules else _inlines(el)


def _input(el: HtmlElement) -> str:
    if el.get("type") != "date" or DATE.fullmatch(el.get("value") or "") is None:
        raise Unmappable
    return f"<time{attributes([('datetime', el.get('value') or '')])} />"


def _img(el: HtmlElement) -> str:
    src = el.get("src") or ""
    if not src or is_unsafe(src):
        raise Unmappable
    names = (
        "src",
        "alt",
        "title",
        "width",
        "height",
        "align",
        "border",
        "class",
        "hspace",
        "data-caption",
        "style",
        "vspace",
    )
    return f"<img{attributes([(n, el.get(n) or '') for n in names if el.get(n) or (n == 'alt' and n in el.attrib)])} />"


def _a(el: HtmlElement) -> str:
    href, name = el.get("href"), el.get("id") or el.get("name")
    if href and is_unsafe(href):
        return _inlines(el)
    if href:
        names = ("href", "title", "class", "rel", "target")
        pairs = [(n, el.get(n) or "") for n in names if el.get(n)]
        return f"<a{attributes(pairs)}>{_inlines(el)}</a>"
    anchor = f"<a{attributes([('id', name)])}></a>" if name else ""
    return anchor + _inlines(el)


# ---- blocks of their own ----------------------------------------------------------------------------------------


def _list(el: HtmlElement) -> str:
    items = [n for n in _nodes(el) if not isinstance(n, str) or n.strip()]
    if not items:
        raise Unmappable
    body = "".join(f"<li>{escape(n) if isinstance(n, str) else _item(n)}</li>" for n in items)
    start = el.get("start") if el.tag == "ol" else None
    return f"<{el.tag}{attributes([('start', start)] if start and start.isdigit() else [])}>{body}</{el.tag}>"


def _item(el: HtmlElement) -> str:
    if el.tag == "li":
        return _blocks(el)
    return _block(el) if el.tag in BLOCKS else f"<p>{_inline(el)}</p>"


def _definitions(el: HtmlElement) -> str:
    out = []
    for node in _nodes(el):
        if isinstance(node, str):
            continue
        if node.tag == "dt":
            out.append(f"<p><strong>{_inlines(node)}</strong></p>")
        elif node.tag == "dd":
            out.append(f"<ul><li>{_blocks(node)}</li></ul>")
        else:
            raise Unmappable
    return "".join(out)


def _table(el: HtmlElement) -> str:
    rows = [r for r in el.iter("tr") if next(r.iterancestors("table")) is el]
    if not rows:
        raise Unmappable
    caption = el.find("caption")
    lead = f"<p>{_inlines(caption)}</p>" if caption is not None else ""
    return f"{lead}<table><tbody>{''.join(_row(r) for r in rows)}</tbody></table>"


def _row(row: HtmlElement) -> str:
    cells = []
    for c in row:
        if c.tag not in {"td", "th"}:
            raise Unmappable
        spans = [(n, c.get(n) or "") for n in ("colspan", "rowspan") if (c.get(n) or "").isdigit()]
        cells.append(f"<{c.tag}{_aligned(c, *spans)}>{_blocks(c)}</{c.tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _pre(el: HtmlElement) -> str:
    code = el.find("code")
    m = LANGUAGE.search((code.get("class") if code is not None else None) or el.get("class") or "")
    text = el.text_content().strip("\n")
    return macro("code", [("language", m[1])] if m else [], plain(text))


def _details(el: HtmlElement) -> str:
    summary = el.find("summary")
    title = " ".join(summary.text_content().split()) if summary is not None else ""
    if summary is not None:
        summary.drop_tree()
    return macro("expand", [("title", title)] if title else [], rich(_blocks(el)))


def _div(el: HtmlElement) -> str:
    inner = _blocks(el)
    attrs = _aligned(el)
    return f"<div{attrs}>{inner}</div>" if attrs and inner else inner


def _figure(el: HtmlElement) -> str:
    """Write a picture with its caption; a figure of anything else is what is in it."""
    images, captions = list(el.iter("img")), list(el.iter("figcaption"))
    if (
        len(images) != 1
        or len(captions) > 1
        or el.text_content().strip() != "".join(c.text_content() for c in captions).strip()
    ):
        return _blocks(el)
    for caption in captions:
        if any(kid.tag != "p" for kid in caption.iterdescendants()):
            return _blocks(el)
        if words := " ".join(caption.text_content().split()):
            images[0].set("data-caption", words)
        caption.drop_tree()
    return _blocks(el)


def _center(el: HtmlElement) -> str:
    return f'<div style="text-align: center;">{_blocks(el)}</div>'


_INLINE_WRITERS: dict[str, Callable[[HtmlElement], str]] = {
    "br": lambda _: "<br />",
    "img": _img,
    "picture": _inlines,
    "a": _a,
    "time": _time,
    "q": lambda el: f"“{_inlines(el)}”",
    "input": _input,
    "font": lambda el: _span(f"color: {el.get('color')};" if el.get("color") else "", el),
    "span": lambda el: _span(style(el.get("style")), el),
}
_WRITERS: dict[str, Callable[[HtmlElement], str]] = {
    "ul": _list,
    "ol": _list,
    "dl": _definitions,
    "table": _table,
    "pre": _pre,
    "details": _details,
    "div": _div,
    "center": _center,
    "hr": lambda _: "<hr />",
    "blockquote": lambda el: f"<blockquote>{_blocks(el)}</blockquote>",
    "figure": _figure,
    "figcaption": _blocks,
}
