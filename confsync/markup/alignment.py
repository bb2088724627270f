"""Alignment in HTML: `align="center"`, `<center>`, a `<p>` around blocks.

In storage each is a style, with a class that says how it was typed. In the tree it is only the style; how it was typed is
remembered beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from confsync.markup.inline import Pairs
from confsync.markup.spelling import Spelt

ALIGN = "html-align"
"""The attribute `align`, on the element itself."""
CENTER = "html-center"
"""`<center>`, where storage has a `<div>`."""
PARAGRAPH = "html-p-align"
"""`<p align>` around blocks, where storage has a `<div>`."""
FORMS = frozenset({ALIGN, CENTER, PARAGRAPH})
SIDES = frozenset({"center", "right", "justify"})


def of_html(attrs: Mapping[str, str], form: str = ALIGN) -> dict[str, str]:
    """Return the attributes of an element of HTML; what aligns it is a style."""
    out = dict(attrs)
    side = "center" if form == CENTER else out.pop("align", "").lower()
    if side in SIDES and "text-align" not in out.get("style", ""):
        out["style"] = Spelt(f"{out.get('style', '')} text-align: {side};".strip(), form)
    return out


def of_storage(attrs: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes of an element of storage, without the class that says how it was typed."""
    out = dict(attrs)
    classes = out.get("class", "").split()
    form = next((c for c in classes if c in FORMS), None)
    if form is None or not out.get("style"):
        return out
    classes.remove(form)
    out["style"] = Spelt(out["style"], form)
    if classes:
        out["class"] = " ".join(classes)
    else:
        del out["class"]
    return out


def respelt(style: str, found: str) -> str:
    """Return a style in its normal form; it remembers how it was typed."""
    return Spelt(style, found.written) if isinstance(found, Spelt) and style else style


def to_storage(pairs: Pairs) -> Pairs:
    """Return the attributes as storage has them; the inverse of `of_storage`."""
    style = dict(pairs).get("style")
    if not isinstance(style, Spelt):
        return pairs
    classes = f"{style.written} {dict(pairs).get('class', '')}".strip()
    return tuple(sorted((dict(pairs) | {"class": classes}).items()))


def to_html(tag: str, pairs: Pairs) -> tuple[str, Pairs]:
    """Return the element and its attributes as they were typed; the inverse of `of_html`."""
    style = dict(pairs).get("style")
    rest, colon, side = (style or "").removesuffix(";").rpartition("text-align: ")
    if not isinstance(style, Spelt) or not colon or side not in SIDES:
        return tag, pairs
    own = [(k, v) for k, v in pairs if k != "style"] + ([("style", rest.strip())] if rest.strip() else [])
    if style.written == CENTER:
        return "center", tuple(own)
    return "p" if style.written == PARAGRAPH else tag, (("align", side), *own)
