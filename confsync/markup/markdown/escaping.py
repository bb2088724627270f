r"""Text that must stay text in Markdown.

Light escaping keeps text readable and need not be perfect: whoever writes reads back, and what was missed is escaped
in full.
"""

from __future__ import annotations

import re
from enum import IntEnum

from confsync.markup.emoji_names import spelled_out
from confsync.markup.syntax.attribute_list import LIST
from confsync.markup.syntax.site_tags import opening_at


class Level(IntEnum):
    """How careful a leaf is written; each level is tried after the one before was read back as something else."""

    LIGHT = 0
    """Escape what is likely read as markup; `*` for emphasis."""
    FULL = 1
    """Escape whatever could be markup; `_` for emphasis."""
    TAGS = 2
    """As FULL, and tags instead of delimiters."""
    RAW = 3
    """Raw storage."""


ODD = re.compile(
    "[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\u1680\u2000-\u200a\x85\x0b\x0c\x1c-\x1f]"
)
"""Characters that nobody can see or that parsers take for white space."""
ENTITY = re.compile(r"&(?=#?\w+;)")
URL = re.compile(r"\b(?:(https?|ftp)(?=://\w)|(mailto|xmpp)(?=:\w)|(www)(?=\.\w))", re.IGNORECASE)
EMAIL = re.compile(r"(?<=[A-Za-z0-9._+\-])@(?=[A-Za-z0-9_\-]++(?:\.[A-Za-z0-9_\-]++)++(?<=[A-Za-z]))")
BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)")
STAR = re.compile(r"(?<!\s)\*|\*(?!\s)")
UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
BRACKET = re.compile(r"\[(?=[!^]|[^\[\]]*\][(\[])")
ANGLE = re.compile(r"<(?=[A-Za-z/!?])")
MATH = re.compile(r"(?<!\d)\$(?=\S)(?=[^$]*\S\$(?!\d))|\$\$")
TILDES = re.compile(r"~(?=~)|(?<=\S)~(?=\S)|(?<![\w~])~(?=\w[^~]*\w~)")
PLUSES = re.compile(r"(?<![\w+^_{])\+(?=\+(?![\s+]))")
DELIMITERS = {"`": re.compile("`"), "*": STAR, "_": UNDERSCORE, "~": TILDES}
"""What a delimiter has to look like to be one."""
ALL = re.compile(r"([`*_\[\]<>~#|$!{}^=])")
BARE = re.compile(
    r"(?:[^\s()<>\\\x00-\x1f\x7f]|\((?:[^\s()<>\\\x00-\x1f\x7f]|\([^\s()<>\\\x00-\x1f\x7f]*\))*\))+"
)
"""A target that needs no `<>`: no blanks, and parentheses that pair up, two deep at most."""
NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
LINE_START = re.compile(
    r"[-+*](?=\s|$)|#{1,6}(?=\s|$)|>|=+(?=\s*$)|-[-\s]*$|\|?[\s:|-]+$|~~~|[:~](?=\s)|:::|!!!(?=\s)|\?\?\?"
    r"|\[[ xX]\](?=\s|$)|\[[^\[\]]+\]:|[!?]>(?=\s)|\([A-Za-z][\w:./-]*\)=\s*$"
)
SITE_WORD = re.compile(
    r"\{(?=%-?\s*(?:comment|embed|endembed|figure|heading|image|img|raw|vimeo|youtube)\b"
    r"|\{[<%]\s*(?:embed|figure|glossary[_-]tooltip|heading|image|img|vimeo|youtube)\b|\{/\*|:[:/])"
)
"""What may begin a tag of a site that shows something between words, or hides it."""


def escape_text(
    text: str,
    level: Level,
    *,
    cell: bool = False,
    line_start: bool = False,
    in_link: bool = False,
    linked: bool = False,
    lone: frozenset[str] = frozenset(),
) -> str:
    """Return Markdown that reads as this text.

    `cell`: inside a pipe table; `line_start`: what is first could begin a block; `in_link`: between the brackets of a link;
    `linked`: an address is no link there; `lone`: delimiters that stand once in the leaf, and so can be nothing but text.
    """
    text = _full(text) if level else _light(text, cell=cell, in_link=in_link, lone=lone)
    text = ENTITY.sub("&amp;", text)
    linked = linked or in_link
    if ":" in text:
        text = spelled_out(text, "\\:")
        if not linked:
            text = URL.sub(lambda m: m[0] + "\\", text)
    elif not linked and "www." in text:
        text = URL.sub(lambda m: m[0] + "\\", text)
    if "@" in text and not linked:
        text = EMAIL.sub(r"\\@", text)
    text = referred(text)
    return escape_line_start(text) if line_start else text


def referred(text: str) -> str:
    """Write characters that nobody can see, or that parsers take for white space, as references."""
    return ODD.sub(lambda m: "&nbsp;" if m[0] == "\u00a0" else f"&#x{ord(m[0]):X};", text)


def escape_line_start(text: str) -> str:
    """Escape what would begin a block."""
    text = NUMBER.sub(r"\1\\\2", text, count=1) if NUMBER.match(text) else text
    return "\\" + text if LINE_START.match(text) or _begins_tag(text) else text


def _begins_tag(text: str) -> bool:
    """Say whether a text begins as what sites put around Markdown, or a line that says how they show it."""
    if text[:1] not in {"{", "/"}:
        return False
    known = text.startswith("{:") and LIST.fullmatch(text.rstrip()) is not None
    return known or opening_at(text, 0, len(text)) is not None


def _full(text: str) -> str:
    text = ALL.sub(r"\\\1", text.replace("\\", "\\\\"))
    return PLUSES.sub(r"\\+", text) if "++" in text else text


def _light(text: str, *, cell: bool, in_link: bool, lone: frozenset[str]) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\") if cell else BACKSLASH.sub(r"\\\\", text)
    for char, pattern in DELIMITERS.items():
        if char in text and char not in lone:
            text = pattern.sub(f"\\\\{char}", text)
    if in_link and ("[" in text or "]" in text) and not _harmless(text):
        text = text.replace("[", "\\[").replace("]", "\\]")
    elif "[" in text:
        text = BRACKET.sub(r"\\[", text)
    if "{" in text:
        text = SITE_WORD.sub(r"\\\g<0>", text)
    if "<" in text:
        text = ANGLE.sub(r"\\<", text)
    if text.count("$") > 1:
        text = MATH.sub(r"\\\g<0>", text)
    if text.count("++") > 1:
        text = PLUSES.sub(r"\\+", text)
    return text.replace("|", "\\|") if cell else text


def _harmless(text: str) -> bool:
    """Say whether brackets in a link's text pair up and begin nothing, so that none of them ends it."""
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return False
    return depth == 0 and not (text.startswith("[") and text.endswith("]")) and not BRACKET.search(text)


def destination(href: str) -> str:
    """Write a link's target."""
    if href and href.isprintable() and BARE.fullmatch(href):
        return href
    return "<" + re.sub(r"([<>\\])", r"\\\1", href.replace("\n", "%0A")) + ">"


def title(text: str) -> str:
    """Write a link's title with the blank before it; nothing for none."""
    if not text:
        return ""
    text = re.sub(r'(["\\])', r"\\\1", text.replace("\n", " "))
    return ' "' + ENTITY.sub("&amp;", text) + '"'


def fence(text: str, least: int, char: str = "`") -> str:
    """Return a fence that no line of the text ends: longer than any run in it."""
    longest = max((len(m) for m in re.findall(re.escape(char) + "+", text)), default=0)
    return char * max(least, longest + 1)


def ticks(text: str) -> str:
    """Return the shortest run of ticks that the text does not hold."""
    runs = {len(m) for m in re.findall("`+", text)}
    n = 1
    while n in runs:
        n += 1
    return "`" * n


def code_span(text: str) -> str:
    """Write a code span."""
    tick = ticks(text)
    blank_both = text[:1] == text[-1:] == " " and text.strip(" ") != ""
    pad = " " if text[:1] == "`" or text[-1:] == "`" or blank_both else ""
    return f"{tick}{pad}{text}{pad}{tick}"
