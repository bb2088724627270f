"""Rules of markdown-it for what docs sites mark by a line before, or by the begin of a line.

Callouts of kramdown (`{: .note }` above a quote or a paragraph) and of Docsify (`!> text`), tabs of Microsoft Learn
(`# [Portal](#tab/portal)` up to the next or a rule), targets of MyST (`(name)=`). Only where they begin and end.
"""

from __future__ import annotations

import re

from markdown_it import rules_block
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from confsync.markup.syntax.attribute_list import LIST, attribute_list
from confsync.markup.syntax.container_names import PANEL_OF
from confsync.markup.syntax.lookahead import line_of
from confsync.markup.syntax.site_blocks import End, push_between
from confsync.markup.syntax.site_tags import SiteTag

TITLED = "-title"
"""Ends the class of a callout of which the first paragraph is the title."""
_PREFIX = re.compile(r"(?:alert|callout|admonition|notice)-")
_DOCSIFY = re.compile(r"([!?])>[ \t]+(?=\S)")
_DOCSIFY_KINDS = {"!": "warning", "?": "info"}
_TAB = re.compile(r"(#{1,6})[ \t]+\[([^\[\]]+)\]\(#tabs?/[^()\s]+\)[ \t]*\Z")
_HEADING = re.compile(r"(#{1,6})[ \t]")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,})\Z")
_CODE = re.compile(r"`{3,}|~{3,}")
_TARGET = re.compile(r"\([A-Za-z][\w:./-]*\)=[ \t]*\Z")


def kramdown(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read a line that is an attribute list: a callout's, with what follows it; any other is in the file alone."""
    text = line_of(state, start).rstrip()
    if not text.startswith("{:") or LIST.fullmatch(text) is None:
        return False
    if silent:  # of a paragraph it is the last line, of a table it is no row
        return state.parentType == "table"
    name = callout_of(attribute_list(text).classes)
    below = start + 1
    if not name or below >= end or state.isEmpty(below) or state.sCount[below] < state.blkIndent:
        state.line = below
        return True
    if line_of(state, below).startswith(">"):
        first = len(state.tokens)
        rules_block.blockquote(state, below, end, False)  # noqa: FBT003  (markdown-it's rules take it by position)
        quote = state.tokens[first]
        quote.meta = {"callout": name}
        quote.map = [start, quote.map[1] if quote.map else state.line]
        return True
    _push_lines(
        state,
        start,
        _paragraph_end(state, below, end),
        (SiteTag("{:", name.removesuffix(TITLED), {}), state.eMarks[start]),
    )
    return True


def callout_of(classes: tuple[str, ...]) -> str:
    """Return the class that names a callout; empty when none does."""
    names = (_PREFIX.sub("", c.lower()) for c in classes)
    return next((name for name in names if name.removesuffix(TITLED) in PANEL_OF), "")


def docsify(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read `!> text` and `?> text` to the end of the paragraph."""
    m = _DOCSIFY.match(line_of(state, start))
    if m is None:
        return False
    if not silent:
        behind = state.bMarks[start] + state.tShift[start] + m.end()
        tag = SiteTag("!>", _DOCSIFY_KINDS[m[1]], {})
        _push_lines(state, start, _paragraph_end(state, start, end), (tag, behind))
    return True


def learn_tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read a tab of Microsoft Learn: from its heading to the next one, or to the rule that ends them all."""
    m = _TAB.match(line_of(state, start))
    if silent or m is None:
        return False
    line, code = start + 1, ""
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        text = line_of(state, line)
        if tick := _CODE.match(text):
            code = "" if code and text.startswith(code) else code or tick[0]
        elif not code and (_RULE.match(text) or _ends_tab(text, len(m[1]))):
            break
        line += 1
    rule = line < end and not state.isEmpty(line) and _RULE.match(line_of(state, line)) is not None
    tag = SiteTag("#", "tab", {"title": m[2]})
    last = line
    while last > start + 1 and state.isEmpty(last - 1):
        last -= 1
    token = _push_lines(state, start, last, (tag, state.eMarks[start]))
    if rule:
        token.meta["rule"] = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    state.line = line + rule
    return True


def _ends_tab(text: str, level: int) -> bool:
    m = _HEADING.match(text)
    return m is not None and len(m[1]) <= level


def target(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Take MyST's `(name)=` for what it is: a name that nobody sees."""
    del end
    if silent or _TARGET.match(line_of(state, start)) is None:
        return False
    state.line = start + 1
    return True


def _paragraph_end(state: StateBlock, start: int, end: int) -> int:
    """Return the line behind the paragraph that begins here."""
    line = start + 1
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if _DOCSIFY.match(line_of(state, line)) or LIST.fullmatch(line_of(state, line).rstrip()):
            break
        line += 1
    return line


def _push_lines(state: StateBlock, start: int, behind: int, what: tuple[SiteTag, int]) -> Token:
    """Push what stands on lines that nothing closes, and return it."""
    stop = state.eMarks[behind - 1]
    token = push_between(state, start, End(behind - 1, stop, stop), what)
    state.line = behind
    return token
