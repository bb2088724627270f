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
def character(name: str) -> str:
    """Return the emoji of a shortcode; empty when there is none.

    The table is large and few pages need it: it is loaded on the first name that is not classic.
    """
    from emoji import get_emoji_by_name  # noqa: PLC0415

    return get_emoji_by_name(f":{name}:", language="alias") or ""


def is_shortcode(name: str) -> bool:
    """Say whether `:name:` is an emoji."""
    return name in CLASSIC or bool(character(name))


def code_points(char: str) -> str:
    """Return Confluence's id of an emoji: its code points in hexadecimal, variation selectors left out."""
    return "-".join(f"{ord(c):x}" for c in char if c != "\ufe0f")
