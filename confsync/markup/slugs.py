"""Anchors of headings: GitHub's slugs for Markdown, Confluence's anchor names for storage. No parsing here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from confsync.model import Flavor, Heading


def slug_of(text: str) -> str:
    """Return GitHub's anchor of a heading's plain text: lower case, letters, marks, digits, `_` and `-` only."""
    return "".join(map(_kept, text.strip().lower()))


def _kept(char: str) -> str:
    if char == " ":
        return "-"
    return char if char in "-_" or char.isalnum() or unicodedata.category(char)[0] == "M" else ""


class Slugger:
    """Gives each heading of one document its anchor; later ones of the same name get `-1`, `-2` and so on."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def slug(self, text: str, explicit: str = "") -> str:
        """Return the next heading's anchor; `explicit` is an id that the author wrote (`{#id}`)."""
        if explicit:
            self._seen.setdefault(explicit, 0)
            return explicit
        base = slug = slug_of(text)
        while slug in self._seen:
            self._seen[base] += 1
            slug = f"{base}-{self._seen[base]}"
        self._seen[slug] = 0
        return slug


def anchors_of(headings: Iterable[Heading], flavor: Flavor = Flavor.CLOUD) -> list[tuple[str, str]]:
    """Return (slug, Confluence anchor) of a document's headings.

    Cloud's live view names a heading by its text with `-` for blanks, Data Center without blanks; the second and
    later ones of a name get `.1`, `.2` (facts: "Anchor names of headings").
    """
    seen: dict[str, int] = {}
    out = []
    for heading in headings:
        name = re.sub(r"\s+", "-" if flavor is Flavor.CLOUD else "", heading.text.strip())
        count = seen.get(name, 0)
        seen[name] = count + 1
        out.append((heading.slug, f"{name}.{count}" if count else name))
    return out
