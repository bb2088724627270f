"""Names of emoji: Confluence's classic emoticons, and the shortcodes that Markdown sites share.

Source: FACTS.md 12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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

ATLASSIAN = {
    "check_mark": "tick",
    "cross_mark": "cross",
    "warning": "warning",
    "info": "information",
    "plus": "plus",
    "minus": "minus",
    "question_mark": "question",
    "light_bulb_on": "light-on",
    "light_bulb_off": "light-off",
    "yellow_star": "yellow-star",
    "red_star": "red-star",
    "green_star": "green-star",
    "blue_star": "blue-star",
}
"""Cloud's own emoji for classic emoticons: the shortcode, and `ac:name`. `atlassian-<shortcode>` is the id."""
FACES = {
    "smile": "🙂😀😄",
    "sad": "☹😞🙁",
    "cheeky": "😛😜",
    "laugh": "😀😁😃😆",
    "wink": "😉",
    "thumbs-up": "👍",
    "thumbs-down": "👎",
    "information": "ℹ",
    "tick": "✅✔",
    "cross": "❌✖",
    "warning": "⚠",
    "plus": "➕",
    "minus": "➖",
    "question": "❓",
    "light-on": "💡",
    "yellow-star": "⭐",
    "heart": "❤",
    "broken-heart": "💔",
}
"""Emoji that show what a classic emoticon shows; Cloud's editor puts one beside its name."""
OWN = "atlassian-"

_NAME = re.compile(r":([a-z0-9_+-]{1,60}):")
_NAMES = re.compile(rf"(?<![A-Za-z0-9_:])(?:{_NAME.pattern})+(?![\d_:])")
"""One name, or several side by side. A letter may follow: `:tick:Done`; times and paths (`10:30:45`) are no names."""
_BEFORE, _BEHIND = re.compile(r"[A-Za-z0-9_:]\Z"), re.compile(r"[\d_:]")


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


def shortcodes(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Find the emoji in a text; group 1 is the name. Side by side all of them are emoji, or none is."""
    for run in _NAMES.finditer(text, start, len(text) if end is None else end):
        found = list(_NAME.finditer(text, run.start(), run.end()))
        if all(is_shortcode(m[1]) for m in found):
            yield from found


def is_tight(before: str, behind: str) -> bool:
    """Say whether a name is none between these two texts."""
    return _BEFORE.search(before[-1:]) is not None or _BEHIND.match(behind) is not None


def spelled_out(text: str, colon: str) -> str:
    """Return a text with another spelling of the colon that begins each emoji's name, so that it is none."""
    out, at = [], 0
    for m in shortcodes(text):
        out += [text[at : m.start()], colon]
        at = m.start() + 1
    return "".join([*out, text[at:]])


def is_shortcode(name: str) -> bool:
    """Say whether `:name:` is an emoji."""
    return name in CLASSIC or is_own(name) or bool(character(name))


def is_own(name: str) -> bool:
    """Say whether `:name:` is an emoji of Cloud's own for a classic emoticon."""
    return name.startswith(OWN) and name.removeprefix(OWN) in ATLASSIAN


def code_points(char: str) -> str:
    """Return Confluence's id of an emoji: its code points in hexadecimal, variation selectors left out."""
    return "-".join(f"{ord(c):x}" for c in char if c != "\ufe0f")
