"""The rule of markdown-it for what stands between a site's tag and its end (`site_tags`).

What is indented below a tag, as columns and components often are, is read without that indentation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from confsync.markup.syntax.lookahead import FAR, is_patient, looked
from confsync.markup.syntax.site_tags import CODE, MDX, SiteTag, marks_of, opening_at


class End(NamedTuple):
    """The line that a tag's end stands on, and where on it."""

    line: int
    start: int
    stop: int


def site_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature)
    """Read a tag, what stands between it and its end, and the end."""
    begin = state.bMarks[start] + state.tShift[start]
    found = opening_at(state.src, begin, state.eMarks[start])
    if found is None or not is_patient(state):
        return False
    tag, behind = found
    closes = _itself(state, behind) if tag.alone else _end_of(state, (start, end), tag, behind)
    if closes is None:
        looked(state, state.eMarks[end - 1] - begin)
        state.env[FAR] = True
        return False
    if (
        tag.mark == MDX
        and not tag.said
        and not state.src[:begin].strip()
        and not state.src[closes.stop :].strip()
    ):
        return False  # a text that is nothing but one element is HTML, as CommonMark has it
    if silent:
        return True
    if tag.name in CODE:
        _push_code(state, start, closes, found)
    else:
        push_between(state, start, closes, (tag, behind))
    state.line = closes.line + 1
    return True


def _end_of(state: StateBlock, lines: tuple[int, int], tag: SiteTag, behind: int) -> End | None:
    """Return where the tag ends; tags of its name within count, lines of code do not."""
    start, end = lines
    depth, code = 1, ""
    for m in marks_of(tag.mark, tag.name).finditer(state.src, behind, state.eMarks[end - 1]):
        if m["code"]:
            if tag.name not in CODE:
                code = "" if code and m["code"].startswith(code) else code or m["code"]
        elif code:
            continue
        elif m["open"]:
            depth += 1
        else:
            depth -= 1
            if not depth:
                return _end_at(state, start, m)
    return None


def _itself(state: StateBlock, behind: int) -> End | None:
    """Return the end of a tag that ends itself; None where something else stands behind it."""
    line = bisect_right(state.bMarks, behind, 0, state.lineMax) - 1
    return None if state.src[behind : state.eMarks[line]].strip() else End(line, behind, behind)


def _end_at(state: StateBlock, start: int, m: re.Match[str]) -> End | None:
    """Return an end; None where something else stands behind it, or a line that is not in the container it is in."""
    line = bisect_right(state.bMarks, m.start("close"), 0, state.lineMax) - 1
    if state.src[m.end() : state.eMarks[line]].strip():
        return None
    least = min(state.blkIndent, state.sCount[start])
    if any(state.sCount[n] < least and not state.isEmpty(n) for n in range(start + 1, line + 1)):
        return None
    return End(line, m.start("close"), m.end())


def _push_code(state: StateBlock, start: int, closes: End, what: tuple[SiteTag, int]) -> None:
    tag, behind = what
    language = tag.name if tag.name == "mermaid" else tag.said.get("0", "").removeprefix("lang:")
    numbers = ' linenums="1"' if "linenos" in " ".join((*tag.said, *tag.said.values())) else ""
    token = _push_fence(state, (start + 1, closes.line), language + numbers)
    token.map, token.meta = [start, closes.line + 1], {"closed": True}
    text = state.src[behind : closes.start]
    if closes.line == start or text.partition("\n")[0].strip() or text.rpartition("\n")[2].strip(" \t>"):
        first = behind + len(text) - len(text.lstrip())
        token.content, token.meta = text.strip(), {"inside": (first, first + len(text.strip()))}


def _push_fence(state: StateBlock, lines: tuple[int, int], info: str) -> Token:
    """Push lines that are code, with no fence around them."""
    token = state.push("fence", "code", 0)
    token.info, token.markup, token.map, token.meta = info, ":::", list(lines), {"bare": True}
    token.content = state.getLines(*lines, state.blkIndent, keepLastLF=True)
    return token


def push_between(state: StateBlock, start: int, closes: End, what: tuple[SiteTag, int]) -> Token:
    """Push a container and what is in it, and return it; what stands on the tags' own lines counts, too."""
    tag, behind = what
    opened = start if behind <= state.eMarks[start] else bisect_right(state.bMarks, behind) - 1
    parent, last, indent = state.parentType, state.lineMax, state.blkIndent
    shares = bool(state.src[behind : min(state.eMarks[opened], closes.start)].strip())
    first = opened if shares else opened + 1
    ends_line = bool(state.src[state.bMarks[closes.line] : closes.start].strip()) and closes.line >= first
    stop = max(closes.line + ends_line, first)
    width = 0 if shares else _indent_of(state, first, stop, indent)
    token = state.push("site_open", "div", 1)
    token.map = [start, closes.line + 1]
    token.meta = {"tag": tag, "inside": (behind, closes.start), "width": width, "line": opened}
    token.meta["closing"] = closes.start, closes.stop
    kept = state.bMarks[opened], state.tShift[opened], state.sCount[opened], state.eMarks[closes.line]
    if shares:
        state.bMarks[opened], state.sCount[opened] = behind, indent
        state.tShift[opened] = _blanks(state.src, behind)
    if ends_line:
        state.eMarks[closes.line] = closes.start
    columns = state.sCount[first:stop]
    state.sCount[first:stop] = [max(n, indent + width) for n in columns]
    state.parentType, state.lineMax, state.blkIndent = "container", stop, indent + width
    if (language := tag.said.get("codelang", "")) and not shares:
        _push_fence(state, (first, stop), language).markup = ""  # nothing but the tag around it says so
    else:
        state.md.block.tokenize(state, first, stop)
    state.sCount[first:stop] = columns
    state.bMarks[opened], state.tShift[opened], state.sCount[opened], state.eMarks[closes.line] = kept
    state.parentType, state.lineMax, state.blkIndent = parent, last, indent
    state.push("site_close", "div", -1)
    return token


def _blanks(src: str, at: int) -> int:
    m = re.compile(r"[ \t]*").match(src, at)
    return m.end() - at if m else 0


def _indent_of(state: StateBlock, first: int, stop: int, indent: int) -> int:
    """Return how far the first line between the tags is indented; lines further to the left count as if they were, too."""
    lines = [n for n in range(first, stop) if not state.isEmpty(n)]
    return max(state.sCount[lines[0]] - indent, 0) if lines else 0
