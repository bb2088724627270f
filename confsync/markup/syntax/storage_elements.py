"""Elements of storage that stand in Markdown as they are: as a block, and between words."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from confsync.markup.syntax.lookahead import (
    FAR,
    is_patient,
    is_patient_inline,
    line_of,
    looked,
    looked_inline,
)

_STORAGE = re.compile(r"<((?:ac|ri):[a-z][a-z-]*)(?=[\s/>])")
_STORAGE_TAG = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<(/?)((?:ac|ri):[a-z][a-z-]*)(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)?(/?)>",
    re.DOTALL,
)


def storage_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read an element of storage that begins a line and behind which its last line ends."""
    if silent or _STORAGE.match(line_of(state, start)) is None:
        return False
    begin, limit = state.bMarks[start] + state.tShift[start], state.eMarks[end - 1]
    stop = element_end(state.src, begin, limit) if is_patient(state) else -1
    if stop < 0:
        looked(state, limit - begin)
        state.env[FAR] = True
        return False
    last = start
    while state.eMarks[last] < stop:
        last += 1
    if state.src[stop : state.eMarks[last]].strip():
        looked(state, stop - begin)
        state.env[FAR] = True
        return False
    content = state.src[begin:stop]
    if state.blkIndent:
        lines = range(start + 1, last + 1)
        if any(state.sCount[n] < state.blkIndent and not state.isEmpty(n) for n in lines):
            return False
        content = state.getLines(start, last + 1, state.blkIndent, keepLastLF=False).strip()
    token = state.push("storage_block", "", 0)
    token.content, token.map = content, [start, last + 1]
    state.line = last + 1
    return True


def storage_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read an element of storage between words."""
    if _STORAGE.match(state.src, state.pos, state.posMax) is None:
        return False
    if not is_patient_inline(state):
        return False
    stop = element_end(state.src, state.pos, state.posMax)
    if stop < 0:
        looked_inline(state)
        return False
    if not silent:
        token = state.push("storage_inline", "", 0)
        token.content = token.markup = state.src[state.pos : stop]
    state.pos = stop
    return True


def element_end(src: str, begin: int, limit: int) -> int:
    """Return where the element ends that begins here; -1 when it does not before the limit."""
    depth = 0
    for m in _STORAGE_TAG.finditer(src, begin, limit):
        if m[2] is not None and not m[3]:
            depth += -1 if m[1] else 1
        if depth <= 0 and m[2] is not None:
            return m.end() if depth == 0 else -1
    return -1
