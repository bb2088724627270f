"""markdown-it-py as confsync configures it: CommonMark and GFM, and the notations that docs sites render besides.

Only the parser: which characters make which tokens. What a token means is said in `elements/`. The rules are
markdown-it's own; they are asked only where the character at hand can begin what they read, because asking all rules at
each line and each mark is half of the time that parsing takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt, rules_block, rules_core, rules_inline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.admon.index import admonition
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar
from mdit_py_plugins.footnote.index import footnote_def

from confsync.markup.syntax import (
    autolink,
    block_notations,
    callouts,
    comment_pairs,
    directives,
    foreign_inline,
    inline_notations,
    link_brackets,
    link_parts,
    site_blocks,
    site_words,
    storage_elements,
    storage_tags,
)
from confsync.markup.syntax.verbatim_parser import VerbatimParser, choose_rules

Env = dict[str, Any]
BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]

MAX_LEVEL = 90
"""Nested quotes and lists (two levels each) below which text is taken as it stands."""
FOOTNOTE = re.compile(r"\[\^([^\s\[\]]{1,200})\]")
MAX_MATH = 2000
"""Characters after a `$` within which the other one is looked for."""


class Parser(VerbatimParser):
    """Never refuses and never rewrites an address: what a link may be is decided where the tree is built."""

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802  (markdown-it's name)
        """Leave the text as it was typed."""
        return link


# ---- blocks -----------------------------------------------------------------------------------------------------


def _rule_of(plugin: Callable[[MarkdownIt], None], name: str) -> BlockRule:
    """Return the block rule that a plugin registers."""
    md = MarkdownIt()
    plugin(md)
    md.block.ruler.enableOnly([name])
    return md.block.ruler.getRules("")[0]


_DEFINITIONS = _rule_of(deflist_plugin, "deflist")
_LIST = (rules_block.hr, rules_block.list_block)
_DIGITS = dict.fromkeys("0123456789", (rules_block.list_block,))
_BEGIN: dict[str, tuple[BlockRule, ...]] = {
    "`": (directives.directive, rules_block.fence),
    "~": (directives.directive, rules_block.fence),
    "\\": (directives.formula,),
    ">": (rules_block.blockquote,),
    "-": _LIST,
    "*": (block_notations.abbreviation, *_LIST),
    "_": (rules_block.hr,),
    "+": (rules_block.list_block,),
    "[": (footnote_def, rules_block.reference),
    "{": (site_blocks.site_block, callouts.kramdown),
    "<": (
        site_blocks.site_block,
        comment_pairs.kept_contents,
        comment_pairs.left_out,
        storage_tags.bracket,
        storage_elements.storage_block,
        rules_block.html_block,
    ),
    "#": (callouts.learn_tab, rules_block.heading),
    "(": (callouts.target,),
    "/": (site_blocks.site_block,),
    "$": (block_notations.math_block,),
    "!": (callouts.docsify, admonition),
    "?": (callouts.docsify, admonition),
    ":": (site_blocks.site_block, block_notations.container),
    "=": (block_notations.tab,),
    **_DIGITS,
}
"""What may begin with a character."""
_END: dict[str, tuple[BlockRule, ...]] = {
    **{c: rules for c, rules in _BEGIN.items() if c != "="},
    "*": _LIST,
    "[": (footnote_def,),
    ":": (site_blocks.site_block, block_notations.container, _DEFINITIONS),
    "~": (directives.directive, rules_block.fence, _DEFINITIONS),
}
"""What may end a paragraph."""
_END_IN_LIST: dict[str, tuple[BlockRule, ...]] = {c: _BEGIN[c] for c in "`~>_!?:{<"} | {
    "-": (rules_block.hr,),
    "*": (rules_block.hr,),
}
"""What may end a list."""


def _first(state: StateBlock, line: int) -> str:
    at = state.bMarks[line] + state.tShift[line]
    return state.src[at : at + 1]


def begin(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature)
    """Try the blocks that may begin with this line, by its first character; silent: what ends a link definition."""
    if silent:
        return ends_text(state, start, end, True) or _is_table(state, start, end, silent=True)  # noqa: FBT003  (markdown-it's rules take it by position)
    if state.level >= MAX_LEVEL:
        return too_deep(state, start, end)
    if state.sCount[start] - state.blkIndent > 3:
        return rules_block.code(state, start, end, False)  # noqa: FBT003
    if _is_table(state, start, end, silent=False):
        return True
    for rule in _BEGIN.get(_first(state, start), ()):
        if rule(state, start, end, False):  # noqa: FBT003
            return True
    return _may_define(state, start, end) and _DEFINITIONS(state, start, end, False)  # noqa: FBT003


def _is_table(state: StateBlock, start: int, end: int, *, silent: bool) -> bool:
    """Ask for a table only where the next line may be the one below its head: bars, colons and dashes alone."""
    if start + 1 >= end or _first(state, start + 1) not in {"|", "-", ":"}:
        return False
    return rules_block.table(state, start, end, silent)


def _may_define(state: StateBlock, start: int, end: int) -> bool:
    """Say whether a definition (`: …`) may stand below this line, with or without a blank line between."""
    line = start + 1
    if line < end and state.isEmpty(line):
        line += 1
    return line < end and _first(state, line) in {":", "~"}


def ends_text(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Say whether a line ends the paragraph or quote before it, without a blank line."""
    rules = _END.get(_first(state, start))
    return rules is not None and silent and any(rule(state, start, end, True) for rule in rules)  # noqa: FBT003


def ends_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Say whether a line ends the list before it."""
    rules = _END_IN_LIST.get(_first(state, start))
    return rules is not None and silent and any(rule(state, start, end, True) for rule in rules)  # noqa: FBT003


def too_deep(state: StateBlock, start: int, end: int) -> bool:
    """Keep what is nested too deep as text; markdown-it would drop it without a word."""
    line = start
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    token = state.push("too_deep", "", 0)
    token.content = state.getLines(start, line, state.blkIndent, keepLastLF=False)
    token.map = [start, line]
    state.line = line
    return True


def prose(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read a paragraph or an underlined heading in one pass over its lines (CommonMark 4.3 and 4.8)."""
    del silent
    parent, state.parentType = state.parentType, "paragraph"
    line, underline = start + 1, ""
    while line < state.lineMax and not state.isEmpty(line):
        if state.sCount[line] - state.blkIndent <= 3:  # otherwise a lazy continuation, whatever stands there
            first = _first(state, line)
            if first in {"-", "="} and line < end and _is_underline(state, line, first):
                underline = first
                break
            if state.sCount[line] >= 0 and (
                (first in _END and ends_text(state, line, state.lineMax, True))  # noqa: FBT003
                or _is_table(state, line, state.lineMax, silent=True)
            ):
                break
        line += 1
    text = state.getLines(start, line, state.blkIndent, keepLastLF=False).strip()
    state.parentType = parent
    if underline:
        tag = "h1" if underline == "=" else "h2"
        _push(state, ("heading", tag, underline), text, (start, line + 1, line))
    else:
        _push(state, ("paragraph", "p", ""), text, (start, line, line))
    return True


def _is_underline(state: StateBlock, line: int, char: str) -> bool:
    if state.sCount[line] < state.blkIndent:
        return False
    at = state.skipCharsStr(state.bMarks[line] + state.tShift[line], char)
    return state.skipSpaces(at) >= state.eMarks[line]


def _push(state: StateBlock, what: tuple[str, str, str], text: str, lines: tuple[int, int, int]) -> None:
    """Push a leaf: its kind, tag and markup; its text; its first line, the one behind it, the one behind its text."""
    (kind, tag, markup), (start, behind, text_behind) = what, lines
    state.line = behind
    token = state.push(f"{kind}_open", tag, 1)
    token.markup, token.map = markup, [start, behind]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [start, text_behind], []
    state.push(f"{kind}_close", tag, -1).markup = markup


# ---- inline content ---------------------------------------------------------------------------------------------


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


_MATH_INLINE = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)


def math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `$…$`; without another `$` nearby there is nothing to look for. `$HOME` and `$PATH` are no formula."""
    pos, src = state.pos, state.src
    if src.find("$", pos + 1, min(state.posMax, pos + MAX_MATH)) < 0 or src[pos - 1 : pos].isalnum():
        return False
    if not _MATH_INLINE(state, True):  # noqa: FBT003
        return False
    end, state.pos = state.pos, pos
    if src[end : end + 1].isalnum() or src[end : end + 1] == "_":
        return False
    return _MATH_INLINE(state, silent)


_INLINE: dict[str, tuple[InlineRule, ...]] = {
    "\n": (rules_inline.newline,),
    "\\": (foreign_inline.formula, rules_inline.escape),
    "`": (rules_inline.backtick,),
    "~": (inline_notations.lowered, rules_inline.strikethrough.tokenize),
    "^": (
        foreign_inline.note,
        foreign_inline.inserted,
        inline_notations.raised,
        foreign_inline.block_id,
    ),
    "+": (foreign_inline.inserted,),
    "%": (foreign_inline.hidden,),
    "=": (inline_notations.highlight,),
    "{": (site_words.tag, inline_notations.attributes),
    "*": (rules_inline.emphasis.tokenize,),
    "_": (rules_inline.emphasis.tokenize,),
    "[": (
        foreign_inline.contents,
        site_words.included,
        inline_notations.wikilink,
        link_brackets.link,
        footnote_ref,
    ),
    "!": (inline_notations.wikilink, foreign_inline.status, link_brackets.image),
    "<": (
        storage_elements.storage_inline,  # `<ac:link>` looks like an address in angle brackets, too
        rules_inline.autolink,
        comment_pairs.left_out_inline,
        rules_inline.html_inline,
    ),
    "&": (rules_inline.entity,),
    "$": (math,),
    ":": (site_words.learn_image, autolink.protocol),
    "@": (autolink.email,),
    "w": (autolink.www,),
}
_MARKS = r"[\\`~*_\[\]!<&$:@^{]|w(?=ww\.)|=(?==)|\+(?=\+)|%(?=%)"
_MARK = re.compile(_MARKS)
TERMINATOR = re.compile(r"\n|" + _MARKS)
"""Where plain text may end."""


def marked_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Try what may begin with this character."""
    for rule in _INLINE.get(state.src[state.pos], ()):  # noqa: SIM110  (a generator would cost as much as the rule)
        if rule(state, silent):
            return True
    return False


def _make() -> Parser:
    md = Parser("commonmark", {"maxNesting": 100, "strikethrough_single_tilde": True})
    md.helpers = link_parts
    # `prose` takes any line, so what stands behind it is asked by quotes and lists alone.
    # `begin` stands in the place of `code`: markdown-it knows indented code only while a rule of that name is enabled.
    md.block.ruler.at("code", begin, {"alt": ["reference"]})
    md.block.ruler.push("prose", prose, {"alt": []})
    md.block.ruler.push("ends_quote", ends_text, {"alt": ["blockquote"]})
    md.block.ruler.push("ends_list", ends_list, {"alt": ["list"]})
    md.block.ruler.enableOnly(["code", "prose", "ends_quote", "ends_list"])
    md.inline.ruler.push("marked_inline", marked_inline)
    md.inline.ruler.enableOnly(["text", "marked_inline"])
    md.inline.ruler2.enable(["strikethrough"])
    md.inline.terminator_re = TERMINATOR
    md.core.ruler.disable(
        "text_join"
    )  # escapes and entities stay tokens of their own, with their source in `.markup`
    choose_rules(md)
    return md


PARSER = _make()


def parse_blocks(src: str, env: Env) -> list[Token]:
    """Parse the blocks of a text; `words_of` gives the tokens of what stands in a leaf.

    Those of all leaves at once take more memory than all else, and most are looked at once.
    """
    state = StateCore(src, PARSER, env)
    rules_core.normalize(state)
    rules_core.block(state)
    return state.tokens


def words_of(leaf: Token, env: Env) -> list[Token]:
    """Return the tokens of a leaf's inline content; they stay on it until somebody takes them off."""
    if not leaf.children and leaf.content:
        leaf.children = _lines_of_words(leaf.content)
        if not leaf.children:
            PARSER.inline.parse(leaf.content, PARSER, env, leaf.children)
    return leaf.children or []


def _lines_of_words(content: str) -> list[Token]:
    """Return the tokens of lines without any mark, as most are; nothing for others, and where a break may be hard."""
    if " \n" in content or "\t" in content or _MARK.search(content) is not None:
        return []
    first, *rest = content.split("\n")
    words = [Token("text", "", 0, content=first)]
    for line in rest:
        words += (Token("softbreak", "br", 0), Token("text", "", 0, content=line.lstrip(" ")))
    return words
