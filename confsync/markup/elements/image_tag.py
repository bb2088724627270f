"""Images that were typed as `<img>`: what such a tag says of looks, and that it was one.

In storage the former are the attributes that Data Center's editor has for it, and the latter is a class. They are hints:
in the tree the image is the same without them.

What is known of these in storage: FACTS.md 6.
"""

from __future__ import annotations

from collections.abc import Mapping

from confsync.markup.inline import Image, Pairs
from confsync.markup.storage.xml import El

MARK = "html-img"
"""The class that says so."""
LOOKS = ("align", "border", "class", "hspace", "style", "vspace")
"""Attributes of `<img>`, each of which `<ac:image>` has, too."""
EMPTY_ALT = ("alt", "")


class Typed(Image):
    """An image that was typed as `<img>`. As a value it is the image and nothing else."""

    looks: Pairs


def typed(image: Image, attrs: Mapping[str, str], *, is_tag: bool) -> Image:
    """Return an image that remembers its tag; the same image when that would be written in any case (`is_tag`)."""
    looks = tuple((k, attrs[k]) for k in LOOKS if attrs.get(k))
    if attrs.get("alt") == "":
        looks = (EMPTY_ALT, *looks)
    return image if is_tag and not looks else _remembering(image, looks)


def _remembering(image: Image, looks: Pairs) -> Image:
    out = Typed(*image)
    out.looks = looks
    return out


def of_storage(image: Image, el: El) -> Image:
    """Return the image of an `<ac:image>`, which may say that it was a tag."""
    classes = el.get("ac:class").split()
    if MARK not in classes:
        return image
    classes.remove(MARK)
    attrs = {k.removeprefix("ac:"): v for k, v in el.attrs.items()} | {"class": " ".join(classes)}
    return typed(image, attrs, is_tag=False)


def to_storage(image: Image) -> Pairs:
    """Return the attributes of `<ac:image>` that say so."""
    if not isinstance(image, Typed):
        return ()
    looks = dict(image.looks)
    looks["class"] = f"{MARK} {looks.get('class', '')}".strip()
    return tuple(("ac:" + k, v) for k, v in sorted(looks.items()))


def to_html(image: Image) -> Pairs:
    """Return what the tag says besides of the image."""
    return image.looks if isinstance(image, Typed) else ()
