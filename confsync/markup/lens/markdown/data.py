"""Edits of what a Markdown block says of itself: level, number, box, language, title. The text inside stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from confsync.markup.elements.table import column_aligns
from confsync.markup.lens.diff.edits import Edit, NoSplice, changed_words
from confsync.markup.lens.markdown.code_tabs import is_bare
from confsync.markup.lens.markdown.panel_kinds import renamed
from confsync.markup.tree import (
    Attrs,
    Block,
    Box,
    Cell,
    Code,
    Expand,
    Footnote,
    Heading,
    Item,
    Kind,
    ListData,
    Panel,
)

_ALERT = re.compile(r">[ \t]?\[![^\]\n]*\][^\n]*")
_SUMMARY = re.compile(r"<summary>.*?</summary>", re.DOTALL)
_DIV = re.compile(r"<div(?:\s[^<>]*)?>")
_OPENING = {Kind.PANEL: _ALERT, Kind.EXPAND: _SUMMARY, Kind.BOX: _DIV}
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^\n]*)")
_MARKUP = re.compile(r"[^\w\s.,:;!?%=()/+'-]|^$")
"""What a new word may not hold to be written as it is."""
_CLOSING = re.compile(r"[ \t]+#+[ \t]*$")


def data_edits(source: str, old: Block, new: Block, cold: str, *, setext: bool = False) -> list[Edit]:
    """Return the edits that give a block the other's data; `cold` is the new block written anew.

    `setext`: the file's headings are underlined where they can be. NoSplice when the block must be written anew.
    """
    edits: list[Edit] = []
    match old.data, new.data:
        case ((Attrs() | Heading()), (Attrs() | Heading())):
            edits = _leaf(source, old, new, setext=setext)
        case ListData(attrs=a), ListData(attrs=b) if a != b:
            raise NoSplice("a list of Markdown has no attributes")
        case ListData(style), ListData(other) if style == other or "task" not in (style, other):
            pass  # markers are the items': see `settled` and `finished`
        case Item(a, x), Item(b, y) if a and b and x == y and old.state_span is not None:
            edits = [Edit(*old.state_span, b)]
        case Cell(a, _, x), Cell(b, _, y) if a == b and x == y:
            pass  # the alignment stands in the delimiter row, or around the text: see `columns` and `Unaligned`
        case Code(), Code() if not is_bare(old):
            edits = [_worded(source, old, new) or _info(source, old, cold)]
        case Panel(), Panel() if words := renamed(source, old, new, _opening_end(source, old)):
            edits = words
        case ((Panel() | Expand() | Box()), _) if type(old.data) is type(new.data):
            edits = [_worded(source, old, new) or _first(source, old, _OPENING[old.kind], cold)]
        case Footnote(a), Footnote(b):
            edits = [_replaced(source, old, f"[^{a}]", f"[^{b}]")]
        case _:
            raise NoSplice("no way to change its data")
    return edits


def _first(source: str, old: Block, pattern: re.Pattern[str], cold: str) -> Edit:
    """Put the cold text's opening in the place of the old one."""
    end = old.kids[0].s if old.kids else old.e
    was, now = pattern.search(source, old.s, end), pattern.search(cold)
    if was is None or now is None:
        raise NoSplice("written in another notation")
    return Edit(*was.span(), now[0])


def _worded(source: str, old: Block, new: Block) -> Edit | None:
    """Change a title, or another value, by the words that differ, where the opening has them once and as they are.

    So an opening in any notation keeps its form. None when it must be written anew.
    """
    changed = [(a, b) for a, b in zip(_values(old), _values(new), strict=False) if a != b]
    if len(changed) != 1 or len(_values(old)) != len(_values(new)):
        return None
    gone, added = changed_words(*changed[0])
    opening = source[old.s : _opening_end(source, old)]
    if not gone or _MARKUP.search(added) or len(re.findall(_whole(gone), opening)) != 1:
        return None
    at = old.s + re.search(_whole(gone), opening).start()  # type: ignore[union-attr]  # it was just counted
    return Edit(at, at + len(gone), added)


def _opening_end(source: str, block: Block) -> int:
    """Return where what opens a container ends at the latest."""
    stop = block.kids[0].s if block.kids else max(source.find("\n", block.s, block.e), block.ins)
    return stop if stop > block.s else block.e


def _values(block: Block) -> tuple[str, ...]:
    """Return what the opening of a block says, one text after the other; nothing stands for what it cannot say."""
    match block.data:
        case Panel(name, title):
            return name, title
        case Expand(title, params):
            return title, *(text for pair in params for text in pair)
        case Code(language, params) | Box(language, params):
            return language, *(text for pair in params for text in pair)
        case _:
            return ()


def _whole(text: str) -> str:
    return rf"(?<!\w){re.escape(text)}(?!\w)"


def _replaced(source: str, old: Block, was: str, now: str) -> Edit:
    at = source.find(was, old.s, old.e)
    if at < 0:
        raise NoSplice("written in another notation")
    return Edit(at, at + len(was), now)


def _info(source: str, old: Block, cold: str) -> Edit:
    """Replace a fence's info string."""
    was, now = _FENCE.match(source, old.s, old.e), _FENCE.match(cold)
    if was is None or now is None or not old.marker:
        raise NoSplice("not fenced")
    if was[1].startswith("`") and "`" in now[2]:
        raise NoSplice("a tick in the info string")
    return Edit(was.end(1), was.end(2), now[2])


def _leaf(source: str, old: Block, new: Block, *, setext: bool) -> list[Edit]:
    """Change a heading's level, or make a paragraph a heading and back; the words stay."""
    was = old.data.attrs if isinstance(old.data, Attrs | Heading) else ()
    if was or (new.data.attrs if isinstance(new.data, Attrs | Heading) else ()):
        raise NoSplice("a style")
    level = new.data.level if isinstance(new.data, Heading) else 0
    head = re.match(r"#+", source[old.s : old.ins])
    if setext and level in (1, 2) and (head is not None or old.kind is Kind.PARAGRAPH):
        return _to_underline(source, old, level)
    if old.kind is Kind.PARAGRAPH:
        if "\n" in source[old.ins : old.ine]:
            raise NoSplice("several lines")
        return [Edit(old.s, old.s, "#" * level + " ")]
    if head is None:
        return _underlined(source, old, level)
    if level:
        return [Edit(old.s, old.s + head.end(), "#" * level)]
    return [Edit(old.s, old.ins, ""), Edit(old.ine, old.e, "")]


def _to_underline(source: str, old: Block, level: int) -> list[Edit]:
    """Underline what begins with `#` or is a paragraph: as long as it is, of one line."""
    text = source[old.ins : old.ine]
    if "\n" in text or not text:
        raise NoSplice("several lines")
    line = "=-"[level - 1] * max(len(text), 3)
    return [Edit(old.s, old.ins, ""), Edit(old.ine, old.e, f"\n{old.prefix}{line}")]


def _underlined(source: str, old: Block, level: int) -> list[Edit]:
    line = source.find("\n", old.ine, old.e)
    if line < 0:
        raise NoSplice("a heading of another form")
    if level in (1, 2):
        char = "=" if level == 1 else "-"
        return [Edit(old.ine, old.e, re.sub(r"[=-]", char, source[old.ine : old.e]))]
    if level == 0:
        return [Edit(old.ine, old.e, "")]
    if "\n" in source[old.ins : old.ine]:
        raise NoSplice("several lines")
    return [Edit(old.s, old.s, "#" * level + " "), Edit(old.ine, old.e, "")]


# ---- tables -----------------------------------------------------------------------------------------------------

_RULES = {"": "{}", "left": ":{}", "center": ":{}:", "right": "{}:"}


def column_edits(source: str, old: Block, new: Block, columns: Sequence[int | None]) -> Iterator[Edit]:
    """Edit the delimiter row, and the empty header row of a table without one."""
    first, behind = old.kids[0], old.kids[1].s if len(old.kids) > 1 else old.ine
    start, end = (old.ins, first.s) if old.headless else (first.e, behind)
    aligns, before = column_aligns(new), column_aligns(old)
    if before is None:  # a cell holds a list that was typed as HTML: such a table stays
        if aligns is None and list(columns) == list(range(len(first.kids))):
            return
        aligns, before = aligns or _head_aligns(new), _head_aligns(old)
    if aligns is None:
        raise NoSplice("columns that a pipe table cannot hold")
    if list(columns) == list(range(len(before))) and aligns == before:
        return
    at = start
    for line in source[start:end].split("\n"):
        body = re.search(r"[^\s>][^\n]*", line) if line.strip(" \t>") else None
        if body is not None:
            rule = "-" in body[0] and not re.search(r"[^-:|\s]", body[0])
            text = _row(body[0], columns, aligns, before, rule=rule)
            yield Edit(at + body.start(), at + body.end(), text)
        at += len(line) + 1


def _head_aligns(table: Block) -> list[str]:
    """Return the alignment of each column's first cell."""
    return [c.data.align if isinstance(c.data, Cell) else "" for c in table.kids[0].kids]


def _rule(align: str, was: str, least: int, *, padded: bool) -> str:
    """Write one cell of a delimiter row, as wide as the one that stood there; a new one has as many dashes as others."""
    colons = len(_RULES[align]) - 2
    if was.strip():
        text = _RULES[align].format("-" * max(1, len(was.strip()) - colons))
        return was.replace(was.strip(), text)
    text = _RULES[align].format("-" * least)
    return f" {text} " if padded else text


def _row(
    line: str, columns: Sequence[int | None], aligns: Sequence[str], before: Sequence[str], *, rule: bool
) -> str:
    """Write a delimiter row, or an empty header row, with other columns; cells that stay keep their width."""
    lead, trail = line.startswith("|"), line.rstrip().endswith("|") and len(line.strip()) > 1
    cells = line.strip().removeprefix("|").removesuffix("|" if trail else "").split("|")
    if len(cells) != len(before):
        raise NoSplice("a delimiter row of another width")
    padded = any(c.startswith(" ") for c in cells)
    least = min(3, *(c.count("-") for c in cells)) if rule else 0
    out = []
    for n, column in enumerate(columns):
        if column is not None and (not rule or aligns[n] == before[column]):
            out.append(cells[column])
        elif rule:
            out.append(_rule(aligns[n], cells[column] if column is not None else "", least, padded=padded))
        else:
            out.append("  ")
    return ("|" if lead else "") + "|".join(out) + ("|" if trail else "")
