"""What other publishers leave at the top of a file, in comments: page ids, titles, labels, attachments.

md2conf writes `<!-- confluence-page-id: 123 -->` into its sources; mark reads `<!-- Title: … -->`, `<!-- Label: … -->`
and `<!-- Attachment: … -->`; front matter may stand in a comment. A file that comes from such a tool so finds its page.
Read here, and never written: the comments stay as they are. What these tools write into front matter is read by
`front_matter`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from confsync.markup.file.front_matter import FrontMatter, label_of, split
from confsync.model import PageId

_NOTE = re.compile(r"\s*([A-Za-z][A-Za-z_ -]*?)\s*:\s*(.*?)\s*\Z", re.DOTALL)
_PAGE_ID = re.compile(r"[0-9]{1,30}")
_MARK = frozenset({"space", "parent", "title", "label", "attachment", "synchronized"})
_NOT_PUBLISHED = frozenset({"false", "no", "off"})
_MOST = 200
"""Comments at the top of a file that are looked at."""


@dataclass(frozen=True, slots=True)
class ForeignNotes:
    """What the comments say. `title_span` is where a title stands in the text, when a comment of its own holds it."""

    page_id: PageId | None = None
    title: str | None = None
    title_span: tuple[int, int] | None = None
    labels: tuple[str, ...] | None = None
    attachments: tuple[str, ...] = ()
    published: bool = True

    def __bool__(self) -> bool:
        """Whether another tool left anything here."""
        return self != ForeignNotes()


def foreign_notes(body: str) -> ForeignNotes:
    """Read the comments above the first line of text; nothing when there are none. Total."""
    found: dict[str, list[tuple[str, int]]] = {}
    inside: FrontMatter | None = None
    for start, text in _comments(body):
        if text.lstrip().startswith("---"):
            inside = inside or _front_matter(text)
        elif (m := _NOTE.match(text)) is not None and m[2]:
            found.setdefault(_key(m[1]), []).append((m[2], start + m.start(2)))
    return _notes(found, inside)


def _comments(body: str) -> Iterator[tuple[int, str]]:
    """Yield the comments at the top, and where the text in each begins."""
    at = 0
    for _ in range(_MOST):
        while at < len(body) and body[at] in " \t\r\n":
            at += 1
        end = body.find("-->", at + 4) if body.startswith("<!--", at) else -1
        if end < 0:
            return
        yield at + 4, body[at + 4 : end]
        at = end + 3


def _key(name: str) -> str:
    """Spell a name as it is looked up; mark's own, which are common words, count as it writes them."""
    lower = name.lower().replace("_", "-").replace(" ", "-")
    return lower if lower not in _MARK or name[0].isupper() else ""


def _front_matter(text: str) -> FrontMatter | None:
    front, rest = split(text.strip() + "\n")
    return None if rest.strip() or front.problem else front


def _notes(found: dict[str, list[tuple[str, int]]], inside: FrontMatter | None) -> ForeignNotes:
    ids = [v for v, _ in found.get("confluence-page-id", []) if _PAGE_ID.fullmatch(v)]
    titles = [(" ".join(v.split()), at, at + len(v)) for v, at in found.get("title", [])]
    labels = [x for v, _ in found.get("label", []) for x in map(label_of, v.split(",")) if x]
    title, start, end = titles[0] if titles else (inside.title if inside else None, -1, -1)
    return ForeignNotes(
        page_id=PageId(ids[0]) if ids else inside.page_id if inside else None,
        title=title,
        title_span=(start, end) if titles else None,
        labels=tuple(dict.fromkeys(labels))
        if labels
        else inside.said_labels(foreign=True)
        if inside
        else None,
        attachments=tuple(v for v, _ in found.get("attachment", [])),
        published=all(v.lower() not in _NOT_PUBLISHED for v, _ in found.get("synchronized", [])),
    )
