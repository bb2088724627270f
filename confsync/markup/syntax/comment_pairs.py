"""What two comments enclose: lines that other publishers leave out, and tables of contents that tools keep as lists."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from confsync.markup.syntax.lookahead import FAR, is_patient, line_of, looked

_CONTENTS_BEGIN = re.compile(r"<!--\s*(?:toc|START doctoc\b.*)\s*-->\s*\Z", re.IGNORECASE)
_CONTENTS_END = re.compile(r"<!--\s*(?:tocstop|/toc|tocend|endtoc|END doctoc\b.*)\s*-->\s*\Z", re.IGNORECASE)
_LISTED = re.compile(r"(?:[-*+]|\d+[.)])\s|\s*\Z|\*\*[^*]*\*\*|<!-- DON'T EDIT")
_SKIP_BEGIN = re.compile(r"<!--\s*confluence-skip-start\s*-->")
_SKIP_END = re.compile(r"<!--\s*confluence-skip-end\s*-->")
_NO_SKIP_END = "no skip end"


def kept_contents(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read a table of contents that a tool keeps as a list between two comments: all of it stands for one."""
    if silent or _CONTENTS_BEGIN.match(line_of(state, start)) is None:
        return False
    line = start + 1
    while line < end and _LISTED.match(line_of(state, line)) is not None:
        line += 1
    if line >= end or _CONTENTS_END.match(line_of(state, line)) is None:
        state.env[FAR] = True
        return False
    state.push("contents", "", 0).map = [start, line + 1]
    state.line = line + 1
    return True


def left_out(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Take what md2conf's two comments enclose for what it is: lines that are in the file alone, as comments are."""
    if _SKIP_BEGIN.match(line_of(state, start)) is None or not is_patient(state):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    m = _SKIP_END.search(state.src, begin, state.eMarks[end - 1])
    last = start
    while m is not None and state.eMarks[last] < m.end():
        last += 1
        if state.sCount[last] < state.blkIndent and not state.isEmpty(last):  # the item or tab ends before
            m = None
    if m is None or state.src[m.end() : state.eMarks[last]].strip():
        looked(state, state.eMarks[end - 1] - begin)
        state.env[FAR] = True
        return False
    if not silent:
        state.line = last + 1
    return True


def left_out_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read the same between words, as one comment."""
    if _SKIP_BEGIN.match(state.src, state.pos, state.posMax) is None:
        return False
    if state.env.get(_NO_SKIP_END) is state.src:
        return False
    m = _SKIP_END.search(state.src, state.pos, state.posMax)
    if m is None:
        state.env[_NO_SKIP_END] = state.src
        return False
    if not silent:
        state.push("html_inline", "", 0).content = state.src[state.pos : m.end()]
    state.pos = m.end()
    return True
