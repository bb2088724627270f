"""One image in the place of another in Markdown: what stands behind it in braces, or is unchanged, stays as it was typed."""

from __future__ import annotations

import re
from typing import NamedTuple

from confsync.markup.lens.diff.edits import NoSplice
from confsync.markup.tree import Image

_BY_LABEL = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\](?:\[((?:[^\[\]\\]|\\.)*)\])?(?: ?\{[^{}\n]*\})?")
_PLACE = re.compile(r"\]\((<[^<>\n]*>|[^\s<]\S*?)( \"[^\"\n]*\"|)\)\Z")
_SIZES = ("width", "height")


def plain_image(image: Image) -> Image:
    """Return what of an image stands in Markdown's own notation."""
    return Image(image.src, image.alt, image.caption)


class Reference(NamedTuple):
    """The label that an image goes by, and the address and title that its definition is to have, as written."""

    label: str
    address: str
    title: str


def reference_of(source: str, new: str) -> Reference | None:
    """Return what of an image by reference stands elsewhere; `new` is how Markdown's own notation writes it now."""
    m, place = _BY_LABEL.fullmatch(source), _PLACE.search(new)
    return Reference(m[2] or m[1], place[1], place[2]) if m and place else None


def image_like(source: str, old: tuple[str, Image], new: tuple[str, Image]) -> str:
    """Return `source`, which is the old image, as the new one; each comes with what Markdown's own notation writes.

    NoSplice when the source has no place for what changed.
    """
    (was, at), (now, there) = _parts(old[0]), _parts(new[0])
    if not source.startswith(was + "]"):
        return _in_tag(source, old[1], new[1])
    behind = source[len(was) :]
    if at != there:
        if not behind.startswith(at):
            raise NoSplice("an address of another form")
        behind = there + behind[len(at) :]
    return now + _sized(behind, old[1], new[1])


def _in_tag(source: str, old: Image, new: Image) -> str:
    """Change an image that a site's tag shows: what is said in quotes."""
    if not source.startswith(("{{", "{%", ":::")):
        raise NoSplice("an image of another form")
    for was, now in zip(old, new, strict=True):
        quoted = f'"{was}"'
        if was == now:
            continue
        if not was or not now or source.count(quoted) != 1 or re.search(r"[\"\n{}]", now):
            raise NoSplice("no place for it in the tag")
        source = source.replace(quoted, f'"{now}"')
    return source


def _parts(text: str) -> tuple[str, str]:
    """Cut an image in two before the bracket that ends its description."""
    cut = text.rfind("](")
    return text[:cut], text[cut:]


def _sized(behind: str, old: Image, new: Image) -> str:
    """Change the sizes behind an image."""
    plain = {"src": "", "alt": "", "caption": "", "width": "", "height": ""}
    if old._replace(**plain) != new._replace(**plain):
        raise NoSplice("no place for a title")
    for name in _SIZES:
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        place = (
            re.search(rf"\b{name}\s*=\s*[\"']?{re.escape(was)}(?![\w.%])", behind) if was and now else None
        )
        if place is None:
            raise NoSplice("no place for a size")
        behind = behind[: place.end() - len(was)] + now + behind[place.end() :]
    return behind
