"""Rules of markdown-it for notations that docs sites render besides CommonMark and GFM.

Only which characters make which tokens, as in `syntax.parser`: content tabs, `:::` containers, abbreviations, storage
that stands in Markdown as it is, `==highlight==`, `^sup^`, `~sub~`, attribute lists and wikilinks. All of them look a
bounded stretch ahead, or at each line once for each container around it.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_block_dollar

from confsync.markup.syntax.attribute_list import LIST
from confsync.markup.syntax.container_names import CODE_CONTAINERS, container_of

MAX_AHEAD = 1000
"""Characters within which what begins between words must end."""
FAR = "far"
"""Is set in `env` once an end was looked for far ahead and not found: how a line is read then depends on all below it."""
_VAIN = "vain"
_VAIN_INLINE = "vain inline"
_PATIENCE, _LEAST = 10, 20_000
"""Looking in vain may cost so many times the text, and at least so many characters; then nothing is looked for any more."""

# ---- blocks -----------------------------------------------------------------------------------------------------

_FENCE = re.compile(r"(:{3,})[ \t]*(.*)")
_CODE = re.compile(r"`{3,}|~{3,}")
_OPTION = re.compile(r":[A-Za-z][\w-]*:(?:[ \t]|\Z)")
_CLASSES = re.compile(r":class:[ \t]+(.*)")
_TAB = re.compile(r"===[!+]*[ \t]+(?:\"([^\"\n]*)\"|'([^'\n]*)')[ \t]*\Z")
_ABBREVIATION = re.compile(r"\*\[[^\[\]\n]+\]:[ \t]*\S")
_CONTENTS_BEGIN = re.compile(r"<!--\s*(?:toc|START doctoc\b.*)\s*-->\s*\Z", re.IGNORECASE)
_CONTENTS_END = re.compile(r"<!--\s*(?:tocstop|/toc|tocend|endtoc|END doctoc\b.*)\s*-->\s*\Z", re.IGNORECASE)
_LISTED = re.compile(r"(?:[-*+]|\d+[.)])\s|\s*\Z|\*\*[^*]*\*\*|<!-- DON'T EDIT")
_SKIP_BEGIN = re.compile(r"<!--\s*confluence-skip-start\s*-->")
_SKIP_END = re.compile(r"<!--\s*confluence-skip-end\s*-->")
_NO_SKIP_END = "no skip end"
_STORAGE = re.compile(r"<((?:ac|ri):[a-z][a-z-]*)(?=[\s/>])")
_STORAGE_TAG = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<(/?)((?:ac|ri):[a-z][a-z-]*)(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)?(/?)>",
    re.DOTALL,
)


def line_of(state: StateBlock, line: int) -> str:
    """Return a line without the blanks and the marks of containers before it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


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


def looked(state: StateBlock, size: int) -> None:
    """Count what was looked at in vain; once it is much, where patience ends depends on the whole text."""
    vain = state.env[_VAIN] = state.env.get(_VAIN, 0) + size
    if vain * 4 > _limit(state):
        state.env[FAR] = True


def _limit(state: StateBlock) -> int:
    return _PATIENCE * len(state.src) + _LEAST


def is_patient(state: StateBlock) -> bool:
    """Say whether ends may still be looked for far ahead."""
    return int(state.env.get(_VAIN, 0)) <= _limit(state)


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


def kept_contents(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
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


def storage_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
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


def element_end(src: str, begin: int, limit: int) -> int:
    """Return where the element ends that begins here; -1 when it does not before the limit."""
    depth = 0
    for m in _STORAGE_TAG.finditer(src, begin, limit):
        if m[2] is None or m[3]:
            depth += 0
        else:
            depth += -1 if m[1] else 1
        if depth <= 0 and m[2] is not None:
            return m.end() if depth == 0 else -1
    return -1


# ---- inline content ---------------------------------------------------------------------------------------------

_HIGHLIGHT = re.compile(
    r"==(?![\s=])((?:[^=`\\\n]|\\.|`[^`\n]*`|=(?!=)|\n(?!\n))*?)(?<![\s=])==(?![\w=])", re.DOTALL
)
_RAISED = re.compile(r"\^((?:[^\s^\\]|\\.)*[^\W_](?:[^\s^\\]|\\.)*)\^(?!\^)", re.DOTALL)
_LOWERED = re.compile(r"~((?:[^\s~\\]|\\.)+)~(?!~)", re.DOTALL)
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")


def wrap(state: StateInline, inside: tuple[int, int], end: int, name: str, *, silent: bool) -> bool:
    """Push what stands inside of two marks between an opening and a closing token."""
    if silent:
        state.pos = end
        return True
    limit, (start, stop) = state.posMax, inside
    state.push(f"{name}_open", name, 1).markup = state.src[state.pos : start]
    state.pos, state.posMax = start, stop
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end, limit
    state.push(f"{name}_close", name, -1).markup = state.src[stop:end]
    return True


def highlight(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `==text==`, not inside of a word: `a==b` is a comparison."""
    pos = state.pos
    before = state.src[pos - 1 : pos] if pos else ""
    if before in {"=", "_"} or before.isalnum() or not state.src.startswith("==", pos):
        return False
    m = _HIGHLIGHT.match(state.src, pos, min(state.posMax, pos + MAX_AHEAD))
    return m is not None and wrap(state, m.span(1), m.end(), "mark", silent=silent)


def raised(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `^text^` without white space in it; what stands in brackets before it is a face or a footnote."""
    pos = state.pos
    if pos and state.src[pos - 1] in "([^":
        return False
    m = _RAISED.match(state.src, pos, min(state.posMax, pos + MAX_AHEAD))
    return m is not None and wrap(state, m.span(1), m.end(), "sup", silent=silent)


def lowered(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `H~2~O`: between words `~text~` is GFM's strikethrough, behind a letter or digit a subscript."""
    pos = state.pos
    if not pos or not state.src[pos - 1].isalnum():
        return False
    m = _LOWERED.match(state.src, pos, min(state.posMax, pos + MAX_AHEAD))
    return m is not None and wrap(state, m.span(1), m.end(), "sub", silent=silent)


def attributes(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `{…}` right behind an image or a link, or at the very end; a reader may still take it for text."""
    pos = state.pos
    behind = not state.pending and bool(state.tokens) and state.tokens[-1].type in {"image", "link_close"}
    m = LIST.match(state.src, pos, state.posMax)
    if silent or m is None:
        return False
    at_end = state.linkLevel == 0 and not state.src[m.end() :].strip() and m.end() <= state.posMax
    if not behind and not (at_end and (not pos or state.src[pos - 1] in " \t\n")):
        return False
    token = state.push("attributes", "", 0)
    token.content = token.markup = m[0]
    token.meta = {"behind": behind, "alone": bool(pos) and state.src[:pos].rstrip(" \t").endswith("\n")}
    state.pos = m.end()
    return True


def storage_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read an element of storage between words."""
    if _STORAGE.match(state.src, state.pos, state.posMax) is None:
        return False
    src, vain = state.env.get(_VAIN_INLINE, ("", 0))
    vain = vain if src is state.src else 0
    if vain > _PATIENCE * len(state.src) + _LEAST:
        return False
    stop = element_end(state.src, state.pos, state.posMax)
    if stop < 0:
        state.env[_VAIN_INLINE] = (state.src, vain + state.posMax - state.pos)
        return False
    if not silent:
        token = state.push("storage_inline", "", 0)
        token.content = token.markup = state.src[state.pos : stop]
    state.pos = stop
    return True


def wikilink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `[[Page#heading|text]]` and `![[image.png|300]]` where the document's links have them."""
    if "wikilinks" not in state.env:
        return False
    m = _WIKILINK.match(state.src, state.pos, min(state.posMax, state.pos + MAX_AHEAD))
    if m is None:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = token.markup = m[0]
        token.meta = {"embed": bool(m[1]), "target": m[2].strip(), "label": m[3]}
    state.pos = m.end()
    return True
