"""Inline comments that a put had to drop: reported, never dropped silently."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from confsync.markup.notes import Note, NoteKind

_MARKER = re.compile(r"<(/?)ac:inline-comment-marker\b([^>]*)>")
_REF = re.compile(r"\bac:ref=(?:\"([^\"]*)\"|'([^']*)')")
_TAG = re.compile(r"<[^>]*>")


def lost_comments(base: str, text: str) -> Iterator[Note]:
    """Yield a note for each comment of the base storage that has no anchor, or no words, in the new one."""
    if "<ac:inline-comment-marker" not in base:
        return
    before, after = _anchored(base), _anchored(text)
    for ref, words in before.items():
        if ref not in after or (words and not after[ref]):
            shown = textwrap.shorten(words, 60, placeholder="…")
            detail = f"all commented words were deleted or replaced: “{shown}” (comment {ref})"
            yield Note(NoteKind.COMMENT_LOST, detail)


def _anchored(storage: str) -> dict[str, str]:
    """Return the commented words by the comment's reference."""
    out: dict[str, str] = {}
    opened: list[tuple[str, int]] = []
    for m in _MARKER.finditer(storage):
        if m[1] and opened:
            ref, start = opened.pop()
            out[ref] = (out.get(ref, "") + " " + _TAG.sub("", storage[start : m.start()])).strip()
        elif not m[1]:
            found = _REF.search(m[2])
            ref = (found[1] or found[2] or "") if found else ""
            if m[2].endswith("/"):
                out.setdefault(ref, "")
            else:
                opened.append((ref, m.end()))
    return out
