"""Names of emoji: Confluence's classic emoticons, and the shortcodes that Markdown sites share."""

from __future__ import annotations

import re
from functools import cache

CLASSIC = frozenset(
    {
        "smile",
        "sad",
        "cheeky",
        "laugh",
        "wink",
        "thumbs-up",
        "thumbs-down",
        "information",
        "tick",
        "cross",
        "warning",
        "plus",
        "minus",
        "question",
        "light-on",
        "light-off",
        "yellow-star",
        "red-star",
        "green-star",
        "blue-star",
        "heart",
        "broken-heart",
    }
)
"""Emoticons of storage format that are told by `ac:name` alone."""

SHORTCODE = re.compile(r"(?<![\w:]):([a-z0-9_+-]{1,60}):(?![\w:])")
NAME = re.compile(r"[a-z0-9_+-]{1,60}")


@cache
def _table() -> dict[str, str]:
    """Return all shortcodes; the table is large, and few pages need it: it is made for the first name it is asked."""
    from emoji import EMOJI_DATA, STATUS  # noqa: PLC0415  (large tables, seldom needed)

    out: dict[str, str] = {}
    for char, data in EMOJI_DATA.items():
        if data["status"] <= STATUS["fully_qualified"]:
            for name in (data["en"], *data.get("alias", ())):
                out.setdefault(name.strip(":"), char)
    return out


def character(name: str) -> str:
    """Return the emoji of a shortcode; empty when there is none."""
    return _table().get(name, "")


def is_shortcode(name: str) -> bool:
    """Say whether `:name:` is an emoji."""
    return name in CLASSIC or bool(character(name))


def code_points(char: str) -> str:
    """Return Confluence's id of an emoji: its code points in hexadecimal, variation selectors left out."""
    return "-".join(f"{ord(c):x}" for c in char if c != "\ufe0f")
