"""Formulas: the macros `mathinline` and `mathblock`; `$…$` and `$$…$$`. Blanks at the ends of a line say nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.elements.macro import parameters
from confsync.markup.markdown.inline_walk import InlineWalk, Lost
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.storage.reader import Inside, StorageReader, Unreadable
from confsync.markup.storage.writer import StorageWriter, macro, plain
from confsync.markup.storage.xml import El, text_of
from confsync.markup.tree import Atomic, Block, Kind

WHITE = re.compile(r"\s+")


def read_storage(el: El, into: Inside) -> None:
    """Read `mathinline`."""
    try:
        params = parameters(el, into.src)
    except Unreadable:
        params = ()
    tex = WHITE.sub(" ", params[0][1]).strip() if params else ""
    if len(el.els()) == len(params) == 1 and params[0][0] == "body" and tex:
        into.atom(el, "math", tex)
    else:
        into.raw(el)


def write_storage(run: Atomic) -> str:
    """Write `mathinline`."""
    return macro("mathinline", [("body", str(run.value))])


def read_block(el: El, reader: StorageReader, _depth: int) -> Block:
    """Read `mathblock`."""
    body = el.one("ac:plain-text-body")
    if body is None or len(el.els()) != 1 or body.els():
        raise Unreadable
    return Block(Kind.MATH, text=formula(text_of(body, reader.src)), ins=body.oe, ine=body.cs)


def formula(text: str) -> str:
    """Return a formula without the blanks around its lines."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def write_block(block: Block, _out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write `mathblock`."""
    return macro("mathblock", [], plain(block.text or ""))


def read_inline(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read `$…$`, `$$…$$` between words, and GitHub's ``$`…`$``."""
    token, a = tokens[i], walk.p
    walk.expect(token.markup)
    if walk.places is not None:
        end = walk.content.find(token.markup, walk.p + len(token.content))
        if end < 0:
            raise Lost
        walk.p = end + len(token.markup)
    tex = WHITE.sub(" ", token.content).strip()
    if len(tex) > 2 and tex[0] == tex[-1] == "`":
        tex = tex[1:-1].strip()
    walk.put("math", tex, a)
    return i


def read_brackets(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    r"""Read `\(…\)`."""
    a = walk.p
    walk.expect(tokens[i].markup)
    walk.put("math", WHITE.sub(" ", tokens[i].content).strip(), a)
    return i


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read `$$…$$`."""
    block = reader.place(Block(Kind.MATH), at)
    block.text = formula(at.token.content)
    return [block]


def write_markdown(run: Atomic, _context: InlineContext) -> str:
    """Write `$…$`."""
    return f"${run.value}$"


def write_block_markdown(block: Block, _out: MarkdownWriter, _before: Block | None) -> str:
    """Write `$$…$$` with the formula on lines of its own."""
    return f"$$\n{block.text}\n$$"
