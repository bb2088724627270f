"""Lists and paragraphs as HTML in the cells of pipe tables, where Markdown has no other way: `| a<ul><li>b</li></ul> |`.

Read and never written: a table that holds them is written as HTML. Words between the tags are Markdown. Where tags do not
pair up, or marks reach over them, all of it stays text. The blocks have no places: who changes one writes the cell anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.html.tags import attributes_of
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.markdown.reader import MarkdownReader
from confsync.markup.tree import Attrs, Block, Inline, Item, Kind, ListData, Notation

_TAG = re.compile(r"<(?P<close>/?)(?P<name>ul|ol|li|p)(?P<attrs>(?:\s[^<>]*)?)>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MAX_DEPTH = 10


class _Odd(Exception):
    """The tags are not those of lists and paragraphs in each other."""


def blocks_of(reader: MarkdownReader, inline: Token) -> list[Block] | None:
    """Return the blocks that a cell's HTML says; None when it says none."""
    if "<ul" not in inline.content.lower() and "<ol" not in inline.content.lower():
        return None
    reading = _Reading(reader, reader.words(inline))
    try:
        found = reading.blocks(0)
    except _Odd:
        return None
    return found if reading.at == len(reading.tokens) else None


class _Reading:
    """Goes through the tokens of one cell."""

    def __init__(self, reader: MarkdownReader, tokens: Sequence[Token]) -> None:
        self.reader, self.tokens, self.at = reader, tokens, 0

    def _tag(self) -> re.Match[str] | None:
        token = self.tokens[self.at]
        return _TAG.fullmatch(token.content) if token.type == "html_inline" else None

    def blocks(self, depth: int) -> list[Block]:
        """Read blocks up to a tag that ends an item or a list, or begins the next item."""
        if depth > _MAX_DEPTH:
            raise _Odd
        out: list[Block] = []
        begin = self.at
        while self.at < len(self.tokens):
            tag = self._tag()
            if tag is None:
                self.at += 1
                continue
            out += self._words(begin)
            name = tag["name"].lower()
            if name == "li" or (tag["close"] and name != "p"):
                return out
            self.at += 1
            if name != "p":
                out.append(self._list(name, tag["attrs"], depth))
            begin = self.at
        return out + self._words(begin)

    def _words(self, begin: int) -> list[Block]:
        """Return what stands between two tags as a paragraph; nothing for blanks and breaks."""
        words, depth = list(self.tokens[begin : self.at]), 0
        while words and _is_gap(words[0]):
            words.pop(0)
        while words and _is_gap(words[-1]):
            words.pop()
        for token in words:
            depth += token.nesting
            if depth < 0:
                raise _Odd
        if depth:
            raise _Odd
        content = Inline(InlineWalk(self.reader).run(words))
        if not content.runs:
            return []
        return [Block(Kind.PARAGRAPH, Attrs(), inline=content, notation=Notation.MARKDOWN, bare=True)]

    def _list(self, name: str, attrs: str, depth: int) -> Block:
        start = attributes_of(attrs).get("start", "") if name == "ol" else ""
        data = ListData(name, start if re.fullmatch(r"[02-9]|[1-9]\d{1,8}", start) else "")
        block = Block(Kind.LIST, data, notation=Notation.MARKDOWN)
        while self.at < len(self.tokens):
            tag = self._tag()
            if tag is None and _is_gap(self.tokens[self.at]):
                self.at += 1
                continue
            self.at += 1
            if tag is not None and tag["close"] and tag["name"].lower() == name and block.kids:
                return block
            if tag is None or tag["close"] or tag["name"].lower() != "li":
                break
            item = Block(Kind.ITEM, Item(), self.blocks(depth + 1), notation=Notation.MARKDOWN)
            block.kids.append(item)
            closing = self._tag() if self.at < len(self.tokens) else None
            if closing is not None and closing["close"] and closing["name"].lower() == "li":
                self.at += 1
        raise _Odd


def _is_gap(token: Token) -> bool:
    """Say whether a token says nothing beside a list: blanks, or a break."""
    if token.type == "html_inline":
        return _BREAK.fullmatch(token.content) is not None
    return token.type in {"softbreak", "hardbreak"} or (
        token.type == "text" and not token.content.strip(" \t")
    )
