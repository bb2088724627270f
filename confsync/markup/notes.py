"""Notes: what a conversion reports besides its text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """What happened."""

    RAW = "raw"
    """Storage without a Markdown form is kept as it is."""
    MALFORMED = "malformed"
    """Storage that is not well-formed: kept and shown, never sent."""
    HTML_AS_TEXT = "html-as-text"
    """HTML that storage does not have is shown as text."""
    HTML_AS_CODE = "html-as-code"
    """An HTML block that storage does not have is shown as code."""
    HTML_REPAIRED = "html-repaired"
    """HTML was made well-formed, or mapped to what storage has."""
    UNSAFE = "unsafe"
    """Something that would run was taken out; its text stays."""
    TOO_DEEP = "too-deep"
    """Content nested too deep is kept as text."""
    CHARACTERS = "characters"
    """Characters that XML forbids were replaced."""
    COLD = "cold"
    """A block was converted anew instead of being spliced."""
    UNRESOLVED = "unresolved"
    """A link leads nowhere that is known."""
    COMMENT_LOST = "comment-lost"
    """All words of an inline comment are gone, and its anchor with them."""
    UNVERIFIED = "unverified"
    """A result does not read back as it should."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell."""

    kind: NoteKind
    detail: str
    """What it happened to, in the words of the document."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted text."""

    text: str
    notes: tuple[Note, ...] = ()
