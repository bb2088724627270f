r"""Rules of markdown-it for blocks that other publishers mark in ways of their own.

MyST's directives around Markdown (` ```{note} `), and formulas between `\[` and `\]` on lines of their own. Only which
characters make which tokens, as in `parser`. Directives around code stay fences: `elements.code` reads them.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from confsync.markup.syntax.block_notations import push_container
from confsync.markup.syntax.container_names import container_of, is_directive
from confsync.markup.syntax.foreign_inline import is_tex
from confsync.markup.syntax.lookahead import line_of

_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(\{[A-Za-z][\w-]*\}[^`]*)\Z")
_CLOSE = re.compile(r"(`{3,}|~{3,})[ \t]*\Z")
_TEX_BEGIN = re.compile(r"\\\[(.*)\Z")
_TEX_END = re.compile(r"(.*)\\\][ \t]*\Z")
_MAX_TEX = 60
"""Lines within which a formula must end."""


def directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read a fence of MyST that names an admonition, or what is shown closed."""
    m = _FENCE.match(line_of(state, start))
    if m is None:
        return False
    head = container_of(m[2])
    if head is None or not is_directive(head.name):
        return False
    if silent:
        return True
    close, line = None, start + 1
    while line < end and close is None and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        found = _CLOSE.match(line_of(state, line))
        if found is not None and found[1].startswith(m[1]) and state.sCount[line] - state.blkIndent <= 3:
            close = line
        line += 1
    stop = line if close is None else close
    push_container(state, (start, stop), (m[1], m[2]), closed=close is not None)
    return True


def formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    r"""Read `\[`, a formula and `\]`, the marks at the begin and at the end of lines, no blank line between."""
    m = _TEX_BEGIN.match(line_of(state, start))
    if m is None:
        return False
    lines, line = [m[1]], start
    while (found := _TEX_END.match(lines[-1])) is None:
        line += 1
        if (
            line >= end
            or line - start > _MAX_TEX
            or state.isEmpty(line)
            or state.sCount[line] < state.blkIndent
        ):
            return False
        lines.append(line_of(state, line))
    text = "\n".join([*lines[:-1], found[1]]).strip()
    alone = not m[1].strip() and line > start and not found[1].strip()
    if not text or "\\]" in text or not (alone or is_tex(text)):
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block, token.markup, token.content, token.map = True, "\\[", text, [start, line + 1]
        state.line = line + 1
    return True
