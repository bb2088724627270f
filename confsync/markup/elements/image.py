"""Images: `<ac:image>` (and the `<img>` that some write); `![alt](file "caption")`, or `<img>` when it has a size.

What is known of these in storage: FACTS.md 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from confsync.markup import address as addresses
from confsync.markup.elements import image_tag
from confsync.markup.elements.link import as_title, link_mark, put_target
from confsync.markup.elements.raw import parse_raw
from confsync.markup.html.tags import typed
from confsync.markup.markdown.escaping import Level, destination, escape_text, title
from confsync.markup.markdown.inline_walk import InlineWalk, TagEvent
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.notes import NoteKind
from confsync.markup.storage import canonical
from confsync.markup.storage.reader import (
    Inside,
    StorageDictionary,
    StorageReader,
    Unreadable,
    is_transparent,
)
from confsync.markup.storage.vocabulary import VOLATILE, is_unsafe, is_url
from confsync.markup.storage.xml import (
    El,
    MalformedError,
    Node,
    Txt,
    attributes,
    escape,
    escape_attr,
    fold,
    is_white,
    unescape,
)
from confsync.markup.syntax.attribute_list import attribute_list
from confsync.markup.tree import Atomic, Image, Inline

HINTS = frozenset(
    {
        "ac:layout",
        "ac:align",
        "ac:original-width",
        "ac:original-height",
        "ac:custom-width",
        "ac:border",
        "ac:thumbnail",
        "ac:class",
        "ac:style",
        "ac:inline",
        "ac:hspace",
        "ac:vspace",
        "ac:src",
        "ac:queryparams",
    }
)
OWN = frozenset({"ac:alt", "ac:title", "ac:width", "ac:height"})
IMG = frozenset({"src", "alt", "title", "width", "height", "data-caption", "data-caption-html"})
"""What else a tag says in Markdown (`loading`, `role`, `class`) is for browsers, and stays in the file."""
MARKUP = "data-caption-html"
FILE = addresses.SCHEME + "attachment?"
FOREIGN = re.compile(r"(?:page|blog-post|content-entity)\.[a-z-]+")
DIAGRAM = re.compile(r"\.(?:drawio(?:\.xml)?|mmd|mermaid|puml|plantuml|iuml|d2|dot|gv)\Z", re.IGNORECASE)
"""Sources of diagrams, which only other tools draw: Confluence shows such a file as a broken image."""
MARK_WIDTH = re.compile(r"<!--\s*width=(\d{1,5})\s*-->")
"""The width that files of mark have in a comment behind an image."""
CFXMARK_SIZE = re.compile(r"#cfxmark:((?:[wh]=\d{1,5},?)+)\Z")


def read_storage(el: El, into: Inside) -> None:
    """Read `<ac:image>`; raw when it says more than the tree can hold."""
    value = _value(el, into)
    if value is None:
        into.raw(el)
    else:
        into.atom(el, "img", value)


def _value(el: El, into: Inside) -> Image | None:
    targets = [k for k in el.els() if k.tag.startswith("ri:")]
    caption = _caption(el, into)
    if len(targets) != 1 or caption is None:
        return None
    if any(k not in VOLATILE and k not in HINTS and k not in OWN for k in el.attrs):
        return None
    src = _target(targets[0], into.src)
    if not src or is_unsafe(src):
        return None
    alt = fold(el.get("ac:alt"))
    own = (el.get("ac:title"), el.get("ac:width"), el.get("ac:height"))
    return image_tag.of_storage(Image(src, alt, caption[0], *own, caption[1]), el)


def _target(el: El, src: str) -> str:
    """Return the source of an image: a file's name, the address of another page's file, or a URL; empty for none."""
    if el.tag == "ri:url":
        url = el.get("ri:value")
        bare = all(is_white(k, src) for k in el.kids)
        only = bare and {k for k in el.attrs if k not in VOLATILE} == {"ri:value"}
        return url if only and is_url(url) and not _is_file(url) else ""
    found = addresses.of_resource(el, src)
    if found is None or el.tag != "ri:attachment" or not found[1].get("filename"):
        return ""
    if set(found[1]) == {"filename"}:
        return "" if is_url(found[1]["filename"]) else found[1]["filename"]
    address = addresses.build(*found)
    return address if _is_file(address) else ""


def _is_file(src: str) -> bool:
    """Say whether a source is the address of another page's file."""
    if not src.startswith(FILE) or not addresses.is_address(src) or "#" in src:
        return False
    attrs = addresses.split(src)[1]
    return bool(attrs.get("filename")) and all(k == "filename" or FOREIGN.fullmatch(k) for k in attrs)


def canonical_source(src: str) -> str:
    """Return a source in its one spelling: an address of a file of this page is that file's name."""
    if not _is_file(src):
        return src
    attrs = addresses.split(src)[1]
    return (
        attrs["filename"] if len(attrs) == 1 and not is_url(attrs["filename"]) else addresses.normalise(src)
    )


def _caption(el: El, into: Inside) -> tuple[str, str] | None:
    """Return a caption's text, or its storage when it holds more than text; None for one with blocks in it."""
    for k in el.els():
        if k.tag == "ac:caption":
            inner = [n for n in k.kids if not is_white(n, into.src)]
            only = inner[0] if len(inner) == 1 else None
            nodes = only.kids if isinstance(only, El) and only.tag == "p" else k.kids
            return _text_or_markup(nodes, into.reader)
        if k.tag != "ac:adf-mark" and not k.tag.startswith("ri:"):
            return None
    return "", ""


def _text_or_markup(given: Sequence[Node], reader: StorageReader) -> tuple[str, str] | None:
    nodes = list(_seen(given))
    if any(isinstance(n, El) for n in nodes):
        try:
            Inside(reader).nodes(nodes)
        except Unreadable:
            return None
        return "", canonical.line(nodes, reader.src)
    texts = [n for n in nodes if isinstance(n, Txt)]
    return fold("".join(_words(n, reader.src) for n in texts)), ""


def _seen(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield nodes without the elements around them that say nothing, like a comment's."""
    for node in nodes:
        if isinstance(node, El) and (
            node.tag == canonical.COMMENT or (node.tag == "span" and is_transparent(node))
        ):
            yield from _seen(node.kids)
        else:
            yield node


def _words(node: Txt, src: str) -> str:
    if node.kind == "text":
        return unescape(src[node.a : node.b])
    return src[node.a : node.b] if node.kind == "cdata" else ""


def read_img(el: El, into: Inside) -> None:
    """Read `<img>` in storage."""
    attrs = {k: v for k, v in el.attrs.items() if k not in VOLATILE}
    typed = into.reader.document is not None
    attrs = {k: v for k, v in attrs.items() if not typed or k in IMG}
    value = None if el.kids or set(attrs) - IMG else of_attributes(attrs, into.reader.dictionary)
    if value is not None and into.reader.document is not None:
        value = value._replace(src=canonical_source(into.reader.document.source(value.src)))
        value = image_tag.typed(value, el.attrs, is_tag=_is_tag(value))
    if value is None or "{" in value.src:
        into.raw(el)
    else:
        into.atom(el, "img", value)


def of_attributes(attrs: dict[str, str], dictionary: StorageDictionary) -> Image | None:
    """Return the image that an `<img>` shows; None without a source, or with one that runs something."""
    src = attrs.get("src", "")
    if not src or is_unsafe(src):
        return None
    alt = fold(attrs.get("alt", ""))
    caption, markup = attrs.get("data-caption", ""), ""
    if attrs.get(MARKUP):
        caption, markup = _markup(attrs[MARKUP], dictionary) or (attrs[MARKUP], "")
    return Image(
        src, alt, caption, attrs.get("title", ""), attrs.get("width", ""), attrs.get("height", ""), markup
    )


def _markup(xml: str, dictionary: StorageDictionary) -> tuple[str, str] | None:
    """Read a caption that is written as storage; None when it is none, or would run something."""
    try:
        return _text_or_markup(parse_raw(xml).kids, StorageReader(xml, dictionary))
    except MalformedError:
        return None


def write_storage(run: Atomic) -> str:
    """Write `<ac:image>`."""
    v = image_of(run)
    pairs = [("ac:alt", v.alt), ("ac:title", v.title), ("ac:width", v.width), ("ac:height", v.height)]
    if _is_file(v.src):
        target = addresses.resource("attachment", addresses.split(v.src)[1])
    elif is_url(v.src):
        target = f'<ri:url ri:value="{escape_attr(v.src)}" />'
    else:
        target = f'<ri:attachment ri:filename="{escape_attr(v.src)}" />'
    words = v.markup or escape(v.caption)
    caption = f"<ac:caption><p>{words}</p></ac:caption>" if words else ""
    said = [*(p for p in pairs if p[1]), *image_tag.to_storage(v)]
    return f"<ac:image{attributes(said)}>{target}{caption}</ac:image>"


def image_of(run: Atomic) -> Image:
    """Return the value of an image atom."""
    return run.value if isinstance(run.value, Image) else Image(*run.value)


# ---- Markdown ---------------------------------------------------------------------------------------------------


def read_markdown(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read `![alt](src "caption")`."""
    token, a = tokens[i], walk.p
    src, size = _cfxmark_size(str(token.attrs.get("src", "")))
    if DIAGRAM.search(src) and not is_url(src):
        return _diagram(walk, token, src, i)
    walk.expect("![")
    inner = InlineWalk(walk.reader, walk.content, walk.places)
    inner.p = walk.p
    alt = fold(Inline(inner.run(token.children or [])).plain)
    walk.p = inner.p
    walk.target()
    if is_unsafe(src) or not src:
        walk.reader.note(NoteKind.UNSAFE if src else NoteKind.UNRESOLVED, f"![{alt}]({src})")
        walk.put("t", f"![{alt}]()", a)
        return i
    caption = fold(str(token.attrs.get("title", "")))
    value = Image(canonical_source(walk.reader.source(src)), alt, caption)._replace(**size)
    if i + 1 < len(tokens) and tokens[i + 1].type == "attributes" and tokens[i + 1].meta["behind"]:
        i += 1
        walk.expect(tokens[i].content)
        value = _sized(value, tokens[i].content)
    elif i + 1 < len(tokens) and (m := MARK_WIDTH.fullmatch(tokens[i + 1].content)) is not None:
        i += 1
        walk.expect(tokens[i].content)
        value = value._replace(width=m[1])
    walk.put("img", value, a)
    return i


def _cfxmark_size(src: str) -> tuple[str, dict[str, str]]:
    """Take off the size that cfxmark writes behind a file's name: `a.png#cfxmark:w=300,h=200`."""
    m = CFXMARK_SIZE.search(src)
    if m is None:
        return src, {}
    pairs = dict(pair.split("=") for pair in m[1].strip(",").split(","))
    names = {"w": "width", "h": "height"}
    return src[: m.start()], {names[k]: v for k, v in pairs.items()}


def _diagram(walk: InlineWalk, token: Token, src: str, i: int) -> int:
    """Read the source of a diagram as a link to the file, which is attached."""
    a = walk.p
    walk.expect("![")
    address = walk.reader.address(src)
    elem, begin = walk.open(link_mark(address), a, "link"), len(walk.pieces)
    children = token.children or []
    walk.steps(children, 0, len(children))
    if len(walk.pieces) == begin and not addresses.is_address(address):
        put_target(walk, src, src)
    a = walk.p
    walk.target()
    walk.shut(a)
    as_title(walk, elem, begin)
    return i


def _sized(value: Image, attributes_text: str) -> Image:
    """Give an image the size that stands behind it: `{ width="300" }`, in pixels."""
    given = attribute_list(attributes_text).values
    sizes = {k: v.removesuffix("px") for k, v in given.items() if k in {"width", "height"}}
    return value._replace(**{k: v for k, v in sizes.items() if v.isdecimal()})


def read_tag(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read `<img>` between words."""
    value = of_attributes(event.attrs, walk.reader.dictionary.storage)
    if value is None:
        return None
    a = walk.p
    walk.expect(tokens[event.at].content)
    value = value._replace(src=canonical_source(walk.reader.source(value.src)))
    walk.put("img", image_tag.typed(value, event.attrs, is_tag=_is_tag(value)), a)
    return event.at


def _is_tag(v: Image) -> bool:
    """Say whether an image says more than Markdown's own notation can."""
    return bool(v.width or v.height or v.title or v.markup or DIAGRAM.search(v.src))


def write_markdown(run: Atomic, context: InlineContext) -> str:
    """Write an image."""
    v = image_of(run)
    if _is_tag(v) or isinstance(v, image_tag.Typed):
        return _tag(v, context, typed)
    alt = escape_text(v.alt, Level.FULL if context.level else Level.LIGHT, in_link=True)
    return f"![{alt}]({destination(_source(v, context))}{title(v.caption)})"


def write_html(run: Atomic, context: InlineContext) -> str:
    """Write `<img>` into an HTML block."""
    return _tag(image_of(run), context, attributes)


def _tag(v: Image, context: InlineContext, write: Callable[[list[tuple[str, str]]], str]) -> str:
    pairs = [("src", _source(v, context)), ("alt", v.alt), ("title", v.title)]
    pairs += [("width", v.width), ("height", v.height), ("data-caption", v.caption)]
    said = [p for p in (*pairs, (MARKUP, v.markup)) if p[1] or p[0] == "src"]
    return "<img" + write([*said, *image_tag.to_html(v)]) + " />"


def _source(v: Image, context: InlineContext) -> str:
    """Return what an image's source is written as."""
    if is_url(v.src):
        return addresses.readable(v.src) if _is_file(v.src) else v.src
    mapped = context.links.file(v.src) if context.links is not None else None
    return mapped if mapped is not None else v.src.replace("%", "%25")
