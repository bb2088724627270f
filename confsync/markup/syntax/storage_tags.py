"""Tags of storage that stand around Markdown, as files of mark have them: each on lines of its own before a blank line.

`<ac:layout>`, its sections and cells, and a macro up to `<ac:rich-text-body>` open a container; what is in it up to the
closing tags is Markdown. Without a blank line behind the opening the element is storage, and so is what is in it.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

_ATTRS = r"(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)?"
_PARAMETER = rf"<ac:parameter{_ATTRS}>[^<>]*</ac:parameter>"
OPENING = re.compile(
    rf"\s*(?:<ac:(?P<part>layout|layout-section|layout-cell){_ATTRS}>"
    rf"|<ac:structured-macro{_ATTRS}>(?:\s*{_PARAMETER})*\s*<ac:rich-text-body>)\s*"
)
CLOSING = re.compile(
    r"\s*(?:</ac:(?P<part>layout|layout-section|layout-cell)>|</ac:rich-text-body>\s*</ac:structured-macro>)\s*"
)
_BEGIN = re.compile(r"</?ac:(?:layout|structured-macro|rich-text-body)")
_MAX_LINES = 40
"""Lines of parameters before a body."""


def bracket(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature)
    """Read the lines of an opening before a blank line, or of a closing."""
    begin = state.bMarks[start] + state.tShift[start]
    if _BEGIN.match(state.src, begin) is None:
        return False
    closes = state.src.startswith("</", begin)
    last = start
    while True:
        text = state.src[begin : state.eMarks[last]]
        if (CLOSING if closes else OPENING).fullmatch(text):
            break
        last += 1
        if (
            last >= end
            or last - start > _MAX_LINES
            or state.isEmpty(last)
            or state.sCount[last] < state.blkIndent
        ):
            return False
    if not closes and last + 1 < end and not state.isEmpty(last + 1):
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.content, token.map = text, [start, last + 1]
        state.line = last + 1
    return True
