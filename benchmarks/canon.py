"""Storage in canonical form, by another parser than confsync's own: what two bodies must share to be one and the same.

Forgiven are ids that Confluence assigns, display hints (sizes, colours of cells, column widths, layout of images),
synonyms (`b` and `strong`), `<li>x</li>` beside `<li><p>x</p></li>`, comment anchors, white space that shows nothing (at the
ends of a line and of a bold word; bold blanks), empty paragraphs at an end, the body of a link that says its target's title,
and what Confluence adds to its classic emoticons. Everything else counts, order of marks included.
"""

from __future__ import annotations

import html.entities
import re
from itertools import groupby

from lxml import etree

NAMESPACES = " ".join(f'xmlns:{p}="{p}"' for p in ("ac", "ri", "at"))
ENTITIES = "".join(
    f'<!ENTITY {k} "&#{v};">' for k, v in html.entities.name2codepoint.items() if v > 62 or k == "quot"
)
IDS = {"ac:macro-id", "ac:schema-version", "ac:local-id", "local-id", "ri:version-at-save", "ri:local-id"}
IMAGE_HINTS = {
    f"ac:{name}"
    for name in [
        "layout",
        "align",
        "original-width",
        "original-height",
        "custom-width",
        "border",
        "thumbnail",
        "class",
        "style",
        "inline",
        "hspace",
        "vspace",
    ]
}
DROPPED = {"colgroup", "ac:adf-mark", "ac:task-id", "ac:task-uuid", "ac:adf-fallback"}
UNWRAPPED = {"thead", "tbody", "tfoot", "ac:inline-comment-marker"}
NAMES = {
    "b": "strong",
    "i": "em",
    "s": "del",
    "strike": "del",
    "tt": "code",
    "ac:macro": "ac:structured-macro",
}
HEADINGS = {f"h{n}" for n in range(1, 7)}
BLOCKS = HEADINGS | {
    "p", "ul", "ol", "table", "blockquote", "hr", "div", "pre", "ac:layout", "ac:task-list", "ac:adf-extension",
    "ac:structured-macro", "ac:image", "ac:layout-section", "ac:layout-cell",
}  # fmt: skip
HOLDERS = {
    "#",
    "li",
    "td",
    "th",
    "blockquote",
    "ac:task-body",
    "ac:rich-text-body",
    "ac:layout-cell",
    "div",
    "ac:adf-content",
}
SOFT = {"strong", "em", "del"}
VERBATIM = {"ac:plain-text-body", "pre"}
HINTED = {"code": {"breakoutMode", "breakoutWidth"}, "expand": {"breakoutMode", "breakoutWidth"}}

Node = str | tuple


def canonical(body: str) -> tuple[Node, ...] | None:
    """Return the body's nodes, one for each top block; None when it is not well-formed."""
    text = f"<!DOCTYPE r [{ENTITIES}]><r {NAMESPACES}>{body}</r>"
    parser = etree.XMLParser(resolve_entities=True, no_network=True, huge_tree=True, strip_cdata=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return _holder(_kids(root, verbatim=False))


def size(node: Node) -> int:
    """Return how much content a node is: its characters, and one for each element."""
    return len(node) if isinstance(node, str) else 1 + sum(size(k) for k in node[2])


def _name(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    return f"{space[1:]}:{name}" if space else name


def _kids(el: etree._Element, *, verbatim: bool) -> list[Node]:
    out: list[Node] = []
    for text, kid in [(el.text, None), *((k.tail, k) for k in el)]:
        if kid is not None and isinstance(kid.tag, str):
            out.extend(_element(kid, verbatim=verbatim))
        if text:
            out.append(text if verbatim else re.sub(r"[ \t\r\n]+", " ", text))
    return [
        "".join(run) if text else node
        for text, group in groupby(out, key=lambda n: isinstance(n, str))
        for run in [list(group)]
        for node in ([None] if text else run)
    ]


def _element(el: etree._Element, *, verbatim: bool) -> list[Node]:
    name = _name(el.tag)
    name = NAMES.get(name, name)
    if name in DROPPED or (name == "ac:adf-attribute" and el.get("key") == "local-id"):
        return []
    kids = _kids(el, verbatim=verbatim or name in VERBATIM)
    attrs = _attributes(name, el)
    if name in UNWRAPPED or (name == "span" and not attrs):
        return kids
    if name == "ac:parameter" and dict(attrs).get("ac:name") in HINTED.get(
        el.getparent().get("{ac}name"), ()
    ):
        return []
    if name == "ac:structured-macro":
        kids = [k for k in kids if not isinstance(k, str)]
        kids = sorted((k for k in kids if k[0] == "ac:parameter"), key=repr) + [
            k for k in kids if k[0] != "ac:parameter"
        ]
    elif name in {
        "ac:link",
        "ac:image",
        "table",
        "tr",
        "ul",
        "ol",
        "ac:task-list",
        "ac:task",
        "ac:layout",
        "ac:layout-section",
    }:
        kids = [k for k in kids if not isinstance(k, str) or k.strip(" ")]
    return [(name, attrs, _inside(name, kids))]


def _inside(name: str, kids: list[Node]) -> tuple[Node, ...]:
    if name == "ac:link":
        return tuple(_link(kids))
    if name in HOLDERS:
        return _holder(kids)
    return tuple(_line(kids)) if name == "p" or name in HEADINGS else tuple(kids)


def _attributes(name: str, el: etree._Element) -> tuple[tuple[str, str], ...]:
    attrs = {_name(k): v for k, v in el.attrib.items()}
    hints = IDS | (IMAGE_HINTS if name == "ac:image" else set())
    if name in {"table", "td", "th", "tr", "p", "ul", "ol", "li"} or name in HEADINGS:
        hints |= {"id"} | ({"class"} if attrs.get("class") != "numberingColumn" else set())
        hints |= {k for k in attrs if k.startswith("data-")} | ({"style"} if name == "table" else set())
    hints |= {k for k in ("colspan", "rowspan", "start") if attrs.get(k) == "1"} | {
        k for k in ("style", "class") if attrs.get(k) in {"", "placeholder-inline-tasks"}
    }
    if name == "ac:emoticon" and attrs.get("ac:name") not in {"blue-star", None}:
        hints |= {k for k in attrs if k.startswith("ac:emoji-")}
    pairs = {
        k: re.sub(r"\s*([:;])\s*", r"\1", v).rstrip(";") if k == "style" else v for k, v in attrs.items()
    }
    return tuple(sorted((k, v) for k, v in pairs.items() if k not in hints))


def _link(kids: list[Node]) -> list[Node]:
    """Leave out a body that says what the target is called, or that Confluence makes anew."""
    target = next((k for k in kids if k[0].startswith("ri:")), None)
    if target is None:
        return [_plain_body(k) for k in kids]
    title = next((v for k, v in target[1] if k in {"ri:content-title", "ri:filename"}), None)
    keep = [
        k for k in kids if k is target or (target[0] != "ri:user" and _text(k).strip(" ") not in {"", title})
    ]
    return [_plain_body(k) for k in keep]


def _plain_body(node: Node) -> Node:
    return ("ac:link-body", node[1], node[2]) if node[0] == "ac:plain-text-link-body" else node


def _text(node: Node) -> str:
    return node if isinstance(node, str) else "".join(_text(k) for k in node[2])


def _line(kids: list[Node]) -> list[Node]:
    """Take off white space at the ends of a line and beside breaks."""
    kids = _hoisted(kids)
    out: list[Node] = []
    for n, kid in enumerate(kids):
        text = kid
        if isinstance(text, str):
            text = text.lstrip(" ") if n == 0 or kids[n - 1][0] == "br" else text
            text = text.rstrip(" ") if n + 1 == len(kids) or kids[n + 1][0] == "br" else text
        if text:
            out.append(text)
    return out


def _hoisted(kids: list[Node]) -> list[Node]:
    """Move blanks at the ends of bold, italic and struck words out of them; such a mark around nothing else goes."""
    out: list[Node] = []
    for kid in kids:
        if isinstance(kid, str) or kid[0] not in SOFT or kid[1]:
            out.append(kid)
            continue
        inner = _hoisted(list(kid[2]))
        lead = " " if inner and isinstance(inner[0], str) and inner[0].startswith(" ") else ""
        trail = " " if inner and isinstance(inner[-1], str) and inner[-1].endswith(" ") else ""
        if lead:
            inner[0] = inner[0].lstrip(" ")
        if trail:
            inner[-1] = inner[-1].rstrip(" ")
        inner = [k for k in inner if k]
        out += [lead, (kid[0], (), tuple(inner)), trail] if inner else [lead or trail]
    return _joined([k for k in out if k])


def _joined(kids: list[Node]) -> list[Node]:
    """Put neighbouring texts, and neighbours of one mark, together; blanks fold."""
    out: list[Node] = []
    for kid in kids:
        last = out[-1] if out else None
        if isinstance(kid, str) and isinstance(last, str):
            out[-1] = re.sub(" +", " ", last + kid)
        elif last is not None and not isinstance(kid, str) and kid[0] in SOFT and last[:2] == kid[:2]:
            out[-1] = (kid[0], kid[1], tuple(_joined([*last[2], *kid[2]])))
        elif (
            last == " "
            and len(out) > 1
            and not isinstance(kid, str)
            and kid[0] in SOFT
            and out[-2][:2] == kid[:2]
        ):
            out[-2:] = [(kid[0], kid[1], tuple(_joined([*out[-2][2], " ", *kid[2]])))]
        else:
            out.append(kid)
    return out


def _holder(kids: list[Node]) -> tuple[Node, ...]:
    """Put runs of inline content into paragraphs, and take empty ones off the end."""
    out: list[Node] = []
    for block, group in groupby(kids, key=lambda k: not isinstance(k, str) and k[0] in BLOCKS):
        run = list(group)
        if block:
            out.extend(_block(k) for k in run)
        elif line := _line(run):
            out.append(_block(("p", (), tuple(line))))
    while out and _is_empty(out[-1]):
        out.pop()
    return tuple(out)


def _block(node: Node) -> Node:
    """A paragraph that is one image is that image."""
    only = node[2][0] if node[0] == "p" and not node[1] and len(node[2]) == 1 else None
    if only is not None and only[0] in {"ac:image", "ac:structured-macro"}:
        return only
    return ("p", (), ()) if _is_empty(node) else node


def _is_empty(node: Node) -> bool:
    return node[0] == "p" and all(k[0] == "br" for k in node[2])
