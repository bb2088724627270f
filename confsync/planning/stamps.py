"""Stamps: what a push writes into a page version's message, so that any later clone knows what it was made from.

Pure text in, text out. Sending and reading messages is the business of `remote`; judging them that of the engine.

    confsync: docs/guide.md [src:9f86d081884c7d65 git:1a2b3c4d5e6f op:k3x9… at:0c1d2e3f4a5b]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from confsync.model import DocPath, OpId, Sha, sha

LIMIT: Final = 255
"""The longest version message, in UTF-16 units: Data Center's column counts so, and every other count is smaller."""

MERGED: Final = Sha("0" * 64)
"""The source hash of a version that holds a document's text and somebody's edit that the document lacks."""

DIRECTORY: Final = Sha("f" * 64)
"""The source hash of a version that stands in for a directory without a page, and holds no document's text."""

_SOURCE_DIGITS: Final = 16
_COMMIT_DIGITS: Final = 12
_PLACE_DIGITS: Final = 12
_ELLIPSIS: Final = "…"
_STAMP: Final = re.compile(
    r"(?<!\w)confsync: (?P<path>[^\r\n]+?) "
    r"\[src:(?P<source>[0-9a-f]{16})(?: git:(?P<commit>[0-9a-f]{7,12}))?"
    r" op:(?P<op>[A-Za-z0-9]{1,40}) at:(?P<place>[0-9a-f]{12})\]"
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|\[(?=src:)")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one version of a page was made from, as far as a message can hold it.

    `path` is for people (its middle may be elided, odd characters replaced); `place` recognises the path for sure.
    `source` and `commit` are leading digits of the document's hash and of the git commit.
    """

    path: str
    source: str
    op: OpId
    place: str
    commit: str | None = None

    @classmethod
    def of(cls, path: DocPath, source_hash: Sha, op: OpId, commit: str | None = None) -> Stamp:
        """Return the stamp for a push of `path`; it renders to at most LIMIT units."""
        bare = cls(
            path="",
            source=source_hash[:_SOURCE_DIGITS],
            op=op,
            place=place_of(path),
            commit=commit[:_COMMIT_DIGITS] if commit else None,
        )
        room = LIMIT - _units(bare.render())
        shown = _elide(_UNPRINTABLE.sub("?", path).strip() or "?", room)
        return cls(path=shown, source=bare.source, op=op, place=bare.place, commit=bare.commit)

    @property
    def is_merge(self) -> bool:
        """Say whether the version holds more than the document did: it vouches for no document."""
        return self.source == MERGED[:_SOURCE_DIGITS]

    @property
    def is_directory(self) -> bool:
        """Say whether the version stands for a directory without a page."""
        return self.source == DIRECTORY[:_SOURCE_DIGITS]

    def is_of(self, path: DocPath) -> bool:
        """Say whether the stamp was made for this path."""
        return self.place == place_of(path)

    def has_source(self, source_hash: Sha) -> bool:
        """Say whether the stamp was made from a document of this hash."""
        return source_hash.startswith(self.source)

    def render(self) -> str:
        """Return the version message."""
        commit = f" git:{self.commit}" if self.commit else ""
        return f"confsync: {self.path} [src:{self.source}{commit} op:{self.op} at:{self.place}]"


def parse(message: str) -> Stamp | None:
    """Return the stamp in a version message, whatever text is around it.

    None when there is none, or when there are several: a message that quotes two stamps vouches for neither.
    """
    found = list(_STAMP.finditer(message))
    if len(found) != 1:
        return None
    match = found[0]
    return Stamp(
        path=match["path"],
        source=match["source"],
        op=OpId(match["op"]),
        place=match["place"],
        commit=match["commit"],
    )


def place_of(path: DocPath) -> str:
    """Return the digits by which a stamp recognises a path however much of it is elided."""
    return sha(path)[:_PLACE_DIGITS]


def source_digits(source_hash: Sha) -> str:
    """Return the digits by which a stamp recognises the text that it was made from."""
    return source_hash[:_SOURCE_DIGITS]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _elide(text: str, room: int) -> str:
    """Cut the middle out, so that both the top directory and the file's own name stay readable."""
    if _units(text) <= room:
        return text
    kept = len(text)
    while True:
        kept -= 1
        tail = (kept + 1) // 2
        short = (text[: kept - tail].rstrip() + _ELLIPSIS + text[len(text) - tail :].lstrip()).strip()
        if _units(short) <= room:
            return short
