"""markdown-it-py as confsync configures it: CommonMark and GFM, and the notations that docs sites render besides.

Only the parser: which characters make which tokens. What a token means is said in `elements/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar
from mdit_py_plugins.footnote.index import footnote_def

from confsync.markup import autolink

MAX_LEVEL = 90
"""Nested quotes and lists (two levels each) below which text is taken as it stands."""

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]


class Parser(MarkdownIt):
    """Never refuses and never rewrites an address: what a link may be is decided where the tree is built."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  (markdown-it's name)
        """Take any address for a link."""
        del url
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """Leave the address as it was typed."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """Leave the text as it was typed."""
        return link


def too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature)
    """Keep what is nested too deep as text; markdown-it would drop it without a word."""
    if state.level < MAX_LEVEL:
        return False
    if silent:
        return True
    line = start
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    token = state.push("too_deep", "", 0)
    token.content = state.getLines(start, line, state.blkIndent, False)  # noqa: FBT003
    token.map = [start, line]
    state.line = line
    return True


FOOTNOTE = re.compile(r"\[\^([^\s\[\]]{1,200})\]")


def footnote_ref(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `[^label]` where the label has a definition; bounded, so that brackets without end cost nothing."""
    notes = state.env.get("footnotes")
    if not notes:
        return False
    m = FOOTNOTE.match(state.src, state.pos, state.posMax)
    if m is None or ":" + m[1] not in notes["refs"]:
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        token.meta = {"label": m[1]}
        token.markup = m[0]
    state.pos = m.end()
    return True


def _bounded_math(rule: InlineRule) -> InlineRule:
    def math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        """Read `$…$`; without another `$` nearby there is nothing to look for."""
        if state.src.find("$", state.pos + 1, min(state.posMax, state.pos + 2000)) < 0:
            return False
        return rule(state, silent)

    return math


_INLINE: dict[str, InlineRule] = {
    "[": footnote_ref,
    "$": _bounded_math(math_inline_dollar(allow_space=False, allow_digits=False)),
    ":": autolink.protocol,
    "@": autolink.email,
    "w": autolink.www,
}

_BLOCK: dict[str, BlockRule] = {
    "[": footnote_def,
    "$": math_block_dollar(allow_labels=False, allow_blank_lines=False),
}


def _inline_extras(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Try what may begin at this character: one rule for all of ours, because every rule is called everywhere."""
    rule = _INLINE.get(state.src[state.pos])
    return rule is not None and rule(state, silent)


def _block_extras(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Try what may begin with the first character of this line."""
    at = state.bMarks[start] + state.tShift[start]
    rule = _BLOCK.get(state.src[at : at + 1])
    return rule is not None and rule(state, start, end, silent)


def _make() -> Parser:
    md = Parser("commonmark", {"maxNesting": 100, "strikethrough_single_tilde": True})
    md.enable(["table", "strikethrough"])
    md.disable("text_join")  # escapes and entities stay tokens of their own, with their source in `.markup`
    md.block.ruler.before("table", "too_deep", too_deep)
    md.block.ruler.before("fence", "extras", _block_extras, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.push("extras", _inline_extras)
    # The text rule stops at a `w` only where `www.` stands; a plain terminator would stop it at each.
    md.inline.terminator_re = re.compile(md.inline.terminator_re.pattern + r"|w(?=ww\.)")
    return md


PARSER = _make()
Env = dict[str, Any]
