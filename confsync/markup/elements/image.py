"""Images: `<ac:image>` (and the `<img>` that some write); `![alt](file "caption")`, or `<img>` when it has a size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.attribute_list import attribute_list
from confsync.markup.escaping import Level, destination, escape_text, title
from confsync.markup.inline_walk import InlineWalk, TagEvent
from confsync.markup.markdown_inline import InlineContext
from confsync.markup.notes import NoteKind
from confsync.markup.storage_reader import Inside
from confsync.markup.tree import Atomic, Image, Inline
from confsync.markup.vocabulary import VOLATILE, is_unsafe, is_url
from confsync.markup.xml import El, attributes, escape, escape_attr, text_of

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
IMG = frozenset({"src", "alt", "title", "width", "height", "data-caption"})
TYPED_HINTS = frozenset({"class", "style", "id", "loading", "align", "border", "hspace", "vspace"})
"""What authors of HTML in Markdown say besides of how an image looks."""
WHITE = re.compile(r"[ \t\r\n]+")


def read_storage(el: El, into: Inside) -> None:
    """Read `<ac:image>`; raw when it says more than the tree can hold."""
    value = _value(el, into.src)
    if value is None:
        into.raw(el)
    else:
        into.atom(el, "img", value)


def _value(el: El, src: str) -> Image | None:
    targets = [k for k in el.els() if k.tag.startswith("ri:")]
    caption = _caption(el, src)
    if len(targets) != 1 or targets[0].els() or caption is None:
        return None
    if any(k not in VOLATILE and k not in HINTS and k not in OWN for k in el.attrs):
        return None
    target, tag = targets[0], targets[0].tag
    if tag not in {"ri:attachment", "ri:url"} or (el.get("ac:title") and caption):
        return None
    address = target.get("ri:filename" if tag == "ri:attachment" else "ri:value")
    known = {"ri:filename", "ri:value", *VOLATILE}
    if not address or (tag == "ri:url") != is_url(address) or any(k not in known for k in target.attrs):
        return None
    if is_unsafe(address):
        return None
    alt = WHITE.sub(" ", el.get("ac:alt")).strip(" ")
    return Image(address, alt, caption, el.get("ac:title"), el.get("ac:width"), el.get("ac:height"))


def _caption(el: El, src: str) -> str | None:
    """Return a caption of plain text; None for one that holds more."""
    for k in el.els():
        if k.tag == "ac:caption":
            inner = k.els()
            if len(inner) > 1 or any(x.tag != "p" or x.els() for x in inner):
                return None
            return WHITE.sub(" ", text_of(k, src)).strip(" ")
        if k.tag != "ac:adf-mark" and not k.tag.startswith("ri:"):
            return None
    return ""


def read_img(el: El, into: Inside) -> None:
    """Read `<img>` in storage."""
    attrs = {k: v for k, v in el.attrs.items() if k not in VOLATILE}
    typed = into.reader.document is not None
    attrs = {k: v for k, v in attrs.items() if not (typed and k in TYPED_HINTS)}
    value = None if el.kids or set(attrs) - IMG else of_attributes(attrs)
    if value is not None and into.reader.document is not None:
        value = value._replace(src=into.reader.document.source(value.src))
    if value is None or "{" in value.src:
        into.raw(el)
    else:
        into.atom(el, "img", value)


def of_attributes(attrs: dict[str, str]) -> Image | None:
    """Return the image that an `<img>` shows; None without a source, or with one that runs something."""
    src = attrs.get("src", "")
    if not src or is_unsafe(src):
        return None
    alt = WHITE.sub(" ", attrs.get("alt", "")).strip(" ")
    texts = (
        attrs.get("data-caption", ""),
        attrs.get("title", ""),
        attrs.get("width", ""),
        attrs.get("height", ""),
    )
    return Image(src, alt, *texts)


def write_storage(run: Atomic) -> str:
    """Write `<ac:image>`."""
    v = image_of(run)
    pairs = [("ac:alt", v.alt), ("ac:title", v.title), ("ac:width", v.width), ("ac:height", v.height)]
    if is_url(v.src):
        target = f'<ri:url ri:value="{escape_attr(v.src)}" />'
    else:
        target = f'<ri:attachment ri:filename="{escape_attr(v.src)}" />'
    caption = f"<ac:caption><p>{escape(v.caption)}</p></ac:caption>" if v.caption else ""
    return f"<ac:image{attributes([p for p in pairs if p[1]])}>{target}{caption}</ac:image>"


def image_of(run: Atomic) -> Image:
    """Return the value of an image atom."""
    return run.value if isinstance(run.value, Image) else Image(*run.value)


# ---- Markdown ---------------------------------------------------------------------------------------------------


def read_markdown(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read `![alt](src "caption")`."""
    token, a = tokens[i], walk.p
    walk.expect("![")
    inner = InlineWalk(walk.reader, walk.content, walk.places)
    inner.p = walk.p
    alt = WHITE.sub(" ", Inline(inner.run(token.children or [])).plain).strip(" ")
    walk.p = inner.p
    walk.target()
    src = str(token.attrs.get("src", ""))
    if is_unsafe(src) or not src:
        walk.reader.note(NoteKind.UNSAFE if src else NoteKind.UNRESOLVED, f"![{alt}]({src})")
        walk.put("t", f"![{alt}]()", a)
        return i
    caption = WHITE.sub(" ", str(token.attrs.get("title", ""))).strip(" ")
    value = Image(walk.reader.source(src), alt, caption)
    if i + 1 < len(tokens) and tokens[i + 1].type == "attributes" and tokens[i + 1].meta["behind"]:
        i += 1
        walk.expect(tokens[i].content)
        value = _sized(value, tokens[i].content)
    walk.put("img", value, a)
    return i


def _sized(value: Image, attributes_text: str) -> Image:
    """Give an image the size that stands behind it: `{ width="300" }`, in pixels."""
    given = attribute_list(attributes_text).values
    sizes = {k: v.removesuffix("px") for k, v in given.items() if k in {"width", "height"}}
    return value._replace(**{k: v for k, v in sizes.items() if v.isdecimal()})


def read_tag(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read `<img>` between words."""
    value = of_attributes(event.attrs)
    if value is None:
        return None
    a = walk.p
    walk.expect(tokens[event.at].content)
    walk.put("img", value._replace(src=walk.reader.source(value.src)), a)
    return event.at


def write_markdown(run: Atomic, context: InlineContext) -> str:
    """Write an image."""
    v = image_of(run)
    if v.width or v.height or v.title:
        return write_html(run, context)
    alt = escape_text(v.alt, Level.FULL if context.level else Level.LIGHT, in_link=True)
    return f"![{alt}]({destination(_source(v, context))}{title(v.caption)})"


def write_html(run: Atomic, context: InlineContext) -> str:
    """Write `<img>`."""
    v = image_of(run)
    pairs = [("src", _source(v, context)), ("alt", v.alt), ("title", v.title)]
    pairs += [("width", v.width), ("height", v.height), ("data-caption", v.caption)]
    return "<img" + attributes([p for p in pairs if p[1] or p[0] == "src"]) + " />"


def _source(v: Image, context: InlineContext) -> str:
    """Return what an image's source is written as."""
    if is_url(v.src):
        return v.src
    mapped = context.links.file(v.src) if context.links is not None else None
    return mapped if mapped is not None else v.src.replace("%", "%25")
