"""Text made safe for a terminal: titles, names and server answers are written by strangers."""

from __future__ import annotations

_ALLOWED = "\u200d\u200c\ufe0f"
"""Joiners: emoji and several scripts need them, and they can do no harm."""

_LONGEST = 200


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return a text of bearable length: a remark may quote a whole macro, of which the beginning is enough."""
    return text if len(text) <= longest else text[:longest] + "…"


def printable(text: str) -> str:
    """Return one line without control characters: they could move the cursor, or turn the direction of writing."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() or character in _ALLOWED:
        return character
    if character.isspace():
        return " "
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
