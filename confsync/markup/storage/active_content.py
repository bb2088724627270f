"""What a browser would execute. It never reaches Confluence from a file, not even inside raw storage."""

from __future__ import annotations

from collections.abc import Iterable

from confsync.markup.raw_marks import RAW
from confsync.markup.storage.vocabulary import ACTIVE_TAGS, is_unsafe
from confsync.markup.storage.xml import El, elements
from confsync.markup.tree import Code

SHOWN = Code("xml", (("title", RAW),))
"""The block of code that raw storage becomes which must not reach Confluence as it is."""


def is_active(root: El) -> bool:
    """Say whether something below an element would run."""
    return any(map(runs, elements(root)))


def runs(el: El) -> bool:
    """Say whether an element would run something by itself: by its name, a handler, or an address."""
    return el.tag.lower() in ACTIVE_TAGS or _has_active(el.attrs.items())


def _has_active(attrs: Iterable[tuple[str, str]]) -> bool:
    return any(
        name.lower().startswith("on") or (":" not in name and is_unsafe(value)) for name, value in attrs
    )
