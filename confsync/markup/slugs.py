"""Anchors of headings: GitHub's slugs for Markdown, Confluence's anchor names for storage."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from confsync.model import Flavor, Heading

_HEADING = re.compile(r"<h[1-6](?:\s[^<>]*)?>(.*?)</h[1-6]\s*>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING_END = re.compile(r"</h[1-6]\s*>")
_TAG = re.compile(r"<(?:ac:(structured-macro|link|image)\b)?[^<>]*>")


def slug_of(text: str) -> str:
    """Return GitHub's anchor of a heading's plain text: lower case, letters, marks, digits, `_` and `-` only."""
    return "".join(map(_kept, text.strip().lower()))


def _kept(char: str) -> str:
    if char == " ":
        return "-"
    return char if char in "-_" or char.isalnum() or unicodedata.category(char)[0] == "M" else ""


def loose(anchor: str) -> str:
    """Return what the slug and the anchor name of one heading have in common: letters and digits, in lower case."""
    return slug_of(anchor).replace("-", "").replace("_", "")


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


def headings_in(storage: str) -> tuple[Heading, ...]:
    """Return the headings of a storage body as its Markdown would have them.

    Found by pattern: only for looking up where a link leads; what it misses stays an anchor as it is written.
    """
    return headings_of(titles_in(storage))


def headings_of(titles: Iterable[str]) -> tuple[Heading, ...]:
    """Return headings by their plain text, each with its slug."""
    slugger = Slugger()
    return tuple(Heading(slugger.slug(text), text) for text in titles)


def titles_in(storage: str) -> list[str]:
    """Return the plain text of the headings in storage or HTML, found by pattern."""
    text = storage
    if "<!--" in text:  # what nothing ends is not looked through from each of its beginnings
        end = text.rfind("-->") + 3
        text = _COMMENT.sub("", text[:end]) + text[end:]
    last = max((m.end() for m in _HEADING_END.finditer(text)), default=0)
    texts = (_words(inner) for inner in _HEADING.findall(text, 0, last))
    return [" ".join(html.unescape(text).split()) for text in texts]


def _words(inner: str) -> str:
    """Return what a heading shows: no tags, and nothing of macros, links and images of Confluence's own."""
    out: list[str] = []
    at, endless = 0, set[str]()
    while m := _TAG.search(inner, at):
        out.append(inner[at : m.start()])
        at = m.end()
        if m[1] and not m[0].endswith("/>") and m[1] not in endless:
            end = inner.find(f"</ac:{m[1]}>", at)
            if end < 0:
                endless.add(m[1])
            else:
                at = end + len(f"</ac:{m[1]}>")
    return "".join(out) + inner[at:]


def anchors_of(headings: Iterable[Heading], flavor: Flavor = Flavor.CLOUD) -> list[tuple[str, str]]:
    """Return (slug, Confluence anchor) of a document's headings.

    Cloud's live view names a heading by its text with `-` for blanks, Data Center without blanks; the second and
    later ones of a name get `.1`, `.2` (FACTS.md 5).
    """
    seen: dict[str, int] = {}
    out = []
    for heading in headings:
        name = re.sub(r"\s+", "-" if flavor is Flavor.CLOUD else "", heading.text.strip())
        count = seen.get(name, 0)
        seen[name] = count + 1
        out.append((heading.slug, f"{name}.{count}" if count else name))
    return out
