r"""Rules of markdown-it for what other publishers and note-takers write between words.

`++inserted++` and `^^inserted^^`, keys (`++ctrl+c++`), `\(…\)` formulas, `^[notes]` in place, Obsidian's `%%comments%%`
and md2conf's `![label][STATUS-GREEN]`. Only which characters make which tokens, as in `parser`; each rule looks a
bounded stretch ahead, and takes nothing that ordinary prose or code may say.
"""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

from confsync.markup.syntax.inline_notations import wrap
from confsync.markup.syntax.lookahead import MAX_AHEAD

_INSERTED = re.compile(
    r"(\+\+|\^\^)(?![\s+^])((?:[^+^`\\\n]|\\.|`[^`\n]*`|\+(?!\+)|\^(?!\^)|\n(?!\n))+?)(?<![\s+^])\1(?![\w+^}])",
    re.DOTALL,
)
_KEYS = re.compile(r"\+\+((?:[a-z0-9]|[a-z][a-z0-9-]*)(?:\+[a-z0-9-]+)*)\+\+(?![\w+}])", re.IGNORECASE)
_KEY_NAMES = re.compile(
    r"alt(?:gr)?|backspace|bksp|break|caps-?lock|cmd|command|comma|ctrl|control|del(?:ete)?|down|end|enter|return|esc(?:ape)?"
    r"|fn|home|insert|left|menu|meta|num-?lock|option|page-?(?:down|up)|pause|period|pg(?:dn|up)|plus|minus"
    r"|print-?screen|prtscr|right|scroll-?lock|shift|(?:back)?slash|space(?:bar)?|super|tab|up|win(?:dows)?"
    r"|arrow-(?:up|down|left|right)|f\d{1,2}",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"\w(?:\W|\Z)|.*\W\w\Z", re.DOTALL)
_FORMULA = re.compile(r"\\\((?!\))((?:[^\\\n]|\\(?![()\n]).|\n(?!\n))+?)\\\)", re.DOTALL)
_NO_TEX = re.compile(r"\\[^A-Za-z\\{}|,;:! ]|`")
_COMMAND = re.compile(r"\\[A-Za-z]{2,}")
_TEX = re.compile(r"[\w)}\]][\^_][\w{\\]|[\w)}\]] ?[=<>+*/-] ?[\w({\\[]")
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,}")
_NOTE = re.compile(
    r"\^\[((?:[^\[\]\\`\n]|\\.|`[^`\n]*`|\[[^\[\]\n]*\](?:\([^()\n]*\))?|\n(?!\n))+)\]", re.DOTALL
)
_WORDS = re.compile(r"[^\W\d_]{2,}[,;:.]?\s+\S")
_HIDDEN = re.compile(r"%%(?!%)(?:[^%]|%(?!%))*?%%", re.DOTALL)
_BLOCK_ID = re.compile(r"\^[A-Za-z0-9-]+[ \t]*\Z")
_STATUS = re.compile(
    r"!\[([^\[\]\n]{1,200})\]\[(STATUS-(?:GRAY|GREY|PURPLE|BLUE|RED|YELLOW|GREEN))\]", re.IGNORECASE
)
CONTENTS = "[[TOC]]"
"""A table of contents that stands in a paragraph of its own: as a block it is `[TOC]`."""


def is_tex(text: str) -> bool:
    """Say whether what stands between escaped brackets is a formula rather than brackets that must be none."""
    if _NO_TEX.search(text):
        return False
    return bool(_COMMAND.search(text) or (_TEX.search(text) and not _PROSE.search(text)))


def inserted(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read `++text++`, and keys between the same marks; `i++` and `C++` are neither."""
    pos = state.pos
    before = state.src[pos - 1 : pos] if pos else ""
    if before.isalnum() or before in {"+", "^", "_", "{"}:
        return False
    limit = min(state.posMax, pos + MAX_AHEAD)
    m = _KEYS.match(state.src, pos, limit)
    if m is not None and _is_keys(m[1]):
        return wrap(state, m.span(1), m.end(), "kbd", silent=silent)
    m = _INSERTED.match(state.src, pos, limit)
    if m is None or (m[1] == "++" and _SINGLE.match(m[2])):
        return False
    return wrap(state, m.span(2), m.end(), "ins", silent=silent)


def _is_keys(text: str) -> bool:
    """Say whether names of keys are meant: a chord, one of the names that they have, or one character."""
    return len(text) == 1 or "+" in text or _KEY_NAMES.fullmatch(text) is not None


def formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    r"""Read `\(…\)` where a formula is in it; else the backslashes are CommonMark's, and mean brackets."""
    m = _FORMULA.match(state.src, state.pos, min(state.posMax, state.pos + MAX_AHEAD))
    if m is None or not is_tex(m[1]):
        return False
    if not silent:
        token = state.push("tex_inline", "math", 0)
        token.content, token.markup = m[1], m[0]
    state.pos = m.end()
    return True


def note(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `^[a note of words]`; `^[a-z]+` is no note."""
    m = _NOTE.match(state.src, state.pos, min(state.posMax, state.pos + MAX_AHEAD))
    if m is None or _WORDS.search(m[1]) is None or (state.pos and state.src[state.pos - 1] in "[^`"):
        return False
    return wrap(state, m.span(1), m.end(), "note", silent=silent)


def hidden(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read Obsidian's comments where its links are read: nobody but the author sees them."""
    if "wikilinks" not in state.env:
        return False
    m = _HIDDEN.match(state.src, state.pos, min(state.posMax, state.pos + MAX_AHEAD))
    if m is None:
        return False
    if not silent:
        state.push("hidden", "", 0).markup = m[0]
    state.pos = m.end()
    return True


def block_id(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read the name that Obsidian gives a paragraph at its end: ` ^abc123`."""
    pos = state.pos
    if "wikilinks" not in state.env or (pos and state.src[pos - 1] not in " \t\n"):
        return False
    m = _BLOCK_ID.match(state.src, pos, state.posMax)
    if m is None or state.posMax != len(state.src):
        return False
    if not silent:
        state.push("hidden", "", 0).markup = m[0]
    state.pos = m.end()
    return True


def status(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `![label][STATUS-GREEN]`; a document's own definition of that name makes an image of it."""
    m = _STATUS.match(state.src, state.pos, state.posMax)
    if m is None or m[2].upper() in state.env.get("references", {}):
        return False
    if not silent:
        token = state.push("status", "", 0)
        token.content, token.markup, token.info = m[1], m[0], m[2].upper().removeprefix("STATUS-")
    state.pos = m.end()
    return True


def contents(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `[[TOC]]` where it is all that a paragraph says."""
    if state.src != CONTENTS:
        return False
    if not silent:
        state.push("contents_inline", "", 0).markup = CONTENTS
    state.pos += len(CONTENTS)
    return True
