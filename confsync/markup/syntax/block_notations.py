"""Rules of markdown-it for blocks that docs sites render besides CommonMark and GFM.

Only which characters make which tokens, as in `parser`: `:::` containers, content tabs, abbreviations, formulas. All of them
look a bounded stretch ahead, or at each line once for each container around it.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from mdit_py_plugins.dollarmath.index import math_block_dollar

from confsync.markup.syntax.container_names import CODE_CONTAINERS, container_of
from confsync.markup.syntax.lookahead import FAR, is_patient, line_of, looked

_FENCE = re.compile(r"(:{3,})[ \t]*(.*)")
_CODE = re.compile(r"`{3,}|~{3,}")
_OPTION = re.compile(r":[A-Za-z][\w-]*:(?:[ \t]|\Z)")
_CLASSES = re.compile(r":class:[ \t]+(.*)")
_TAB = re.compile(r"===[!+]*[ \t]+(?:\"([^\"\n]*)\"|'([^'\n]*)')[ \t]*\Z")
_ABBREVIATION = re.compile(r"\*\[[^\[\]\n]+\]:[ \t]*\S")


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read `::: name` to the `:::` that closes it; containers may stand in each other, with any number of colons."""
    m = _FENCE.match(line_of(state, start))
    what = container_of(m[2]) if m is not None else None
    if m is None or what is None:
        return False
    if silent and what.known:
        return True
    close = _closing_line(state, start, end, len(m[1])) if is_patient(state) else None
    if close is None and not what.known:
        state.env[FAR] = True
        return False
    if silent:
        return True
    stop = end if close is None else close
    if what.name in CODE_CONTAINERS:
        _push_code(state, (start, stop), what.name, closed=close is not None)
    else:
        push_container(state, (start, stop), (m[1], m[2]), closed=close is not None)
    return True


def _closing_line(state: StateBlock, start: int, end: int, colons: int) -> int | None:
    """Return the line that closes a container; lines in code close nothing."""
    open_, code = [colons], ""
    for line in range(start + 1, end):
        at = state.bMarks[line] + state.tShift[line]
        if at < state.eMarks[line] and state.sCount[line] < state.blkIndent:
            looked(state, state.bMarks[line] - state.bMarks[start])
            return None
        if state.src[at : at + 1] not in {":", "`", "~"} or state.sCount[line] - state.blkIndent > 3:
            continue
        text = line_of(state, line)
        if tick := _CODE.match(text):
            code = "" if code and text.startswith(code) else code or tick[0]
        elif not code and (m := _FENCE.match(text)):
            _count(open_, len(m[1]), m[2])
            if not open_:
                return line
    looked(state, state.eMarks[end - 1] - state.bMarks[start])
    return None


_MATH = math_block_dollar(allow_labels=False, allow_blank_lines=False)


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read `$$` to the `$$` that ends a line before the next blank one."""
    if not is_patient(state):
        return False
    line, there = state.line, len(state.tokens)
    if _MATH(state, start, end, silent):
        if silent:  # the plugin's rule takes the formula, asked or not: it would stand there twice
            state.line = line
            del state.tokens[there:]
        return True
    begin = state.bMarks[start]
    blank = state.src.find("\n\n", begin, state.eMarks[end - 1])
    looked(state, (blank if blank >= 0 else state.eMarks[end - 1]) - begin)
    return False


def _count(open_: list[int], colons: int, params: str) -> None:
    """Follow which containers are open: a bare fence closes the innermost of its length, else the innermost."""
    if params.strip():
        if container_of(params) is not None:
            open_.append(colons)
    elif colons in open_:
        while open_.pop() != colons:
            pass
    elif open_[-1] <= colons:
        open_.pop()


def push_container(state: StateBlock, lines: tuple[int, int], what: tuple[str, str], *, closed: bool) -> None:
    """Push a container and what is in it; MyST's options at its begin are not shown."""
    start, stop = lines
    options = 0
    if what[1].startswith("{"):
        while start + 1 + options < stop and _OPTION.match(line_of(state, start + 1 + options)):
            options += 1
    parent, last = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", stop
    token = state.push("container_any_open", "div", 1)
    token.markup, token.info, token.map = what[0], what[1], [start, stop]
    token.meta = {"closed": closed, "options": options}
    classes = [m[1] for n in range(options) if (m := _CLASSES.match(line_of(state, start + 1 + n)))]
    token.meta["classes"] = " ".join(classes).split()
    state.md.block.tokenize(state, start + 1 + options, stop)
    state.push("container_any_close", "div", -1)
    state.parentType, state.lineMax = parent, last
    state.line = stop + closed


def _push_code(state: StateBlock, lines: tuple[int, int], name: str, *, closed: bool) -> None:
    start, stop = lines
    token = state.push("fence", "code", 0)
    token.info, token.markup = name, ":::"
    token.content = state.getLines(start + 1, stop, state.sCount[start], keepLastLF=True)
    state.line = stop + closed
    token.map = [start, state.line]


def tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read `=== "Title"` and what is indented below it."""
    m = _TAB.match(line_of(state, start))
    if m is None:
        return False
    if silent:
        return True
    indent, stop = state.sCount[start] + 4, start + 1
    while stop < end and (state.isEmpty(stop) or state.sCount[stop] >= indent):
        stop += 1
    while stop > start + 1 and state.isEmpty(stop - 1):
        stop -= 1
    parent, last, block_indent = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax, state.blkIndent = "tab", stop, indent
    token = state.push("tab_open", "div", 1)
    token.markup, token.info, token.map = "===", m[1] or m[2] or "", [start, stop]
    state.md.block.tokenize(state, start + 1, stop)
    state.push("tab_close", "div", -1)
    state.parentType, state.lineMax, state.blkIndent = parent, last, block_indent
    state.line = stop
    return True


def abbreviation(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Take `*[HTML]: …` for what it is: a definition that nobody sees."""
    del end
    if silent or _ABBREVIATION.match(line_of(state, start)) is None:
        return False
    state.line = start + 1
    return True
