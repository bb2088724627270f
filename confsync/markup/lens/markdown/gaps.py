"""What stands between Markdown blocks: blank lines, prefixes, a comment where two lists would be one."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from confsync.markup.lens.markdown.site_ends import TAB_RULE, has_rule, runs_on, tags_in
from confsync.markup.lens.splice.gaps import Joints, Part
from confsync.markup.tree import Block, Kind, ListData

_MARKER = re.compile(r"[ \t]*(?:([-+*])|\d{1,9}([.)]))(?=[ \t\n]|$)")
_FENCES = ("```", "~~~")
_DEFINES = re.compile(r"[:~][ \t]")
_APART = "<!-- -->"
"""Keeps apart what would be one: it says nothing where it does not."""
_TAG = re.compile(r"^[ \t>]*<", re.MULTILINE)
_STARTS_AT_ONE = re.compile(r"[ \t]*(?:[-+*]|0*1[.)])[ \t]+\S")


def said(gap: str, *, quoted: bool) -> str:
    """Return a gap without blanks and, in quotes, without the marks that begin its lines; `-->` is no such mark."""
    if not quoted:
        return gap.strip(" \t\n")
    text = gap.lstrip(" \t\n>")
    end = text.find("\n", len(text.rstrip(" \t\n>")))
    return text[: end if end >= 0 else len(text)].rstrip(" \t")


def inner_prefix(box: Block) -> str:
    """Return what a new line between the children of a container starts with."""
    inside = (Kind.ITEM, Kind.QUOTE, Kind.PANEL, Kind.FOOTNOTE, Kind.EXPAND, Kind.BOX)
    return box.inner_prefix or box.prefix if box.kind in inside else box.prefix


def joints_of(box: Block, gaps: Sequence[str]) -> Joints:
    """Choose by the kind of container."""
    inner = [g for g in gaps[1:-1] if g.strip(" \t\n>|") == ""]
    match box.kind:
        case Kind.ROW:
            common = Counter(g for g in gaps[1:-1] if g.count("|") == 1)
            return CellJoints(common.most_common(1)[0][0] if common else " | ")
        case Kind.TABLE:
            return RowJoints("\n" + box.prefix)
        case Kind.LIST:
            loose = sum(g.count("\n") > 1 for g in inner)
            lines = (g.rpartition("\n")[2] for g in inner)
            line = "\n" + next((x for x in lines if x.expandtabs(4) == box.prefix), box.prefix)
            blank = "\n" + box.prefix.rstrip() + line
            return RowJoints(blank if loose * 2 > len(inner) else line, items=True)
        case _:
            tight = box.kind is Kind.ITEM and all(g.count("\n") < 2 for g in inner)
            return BlockJoints(inner_prefix(box), tight)


@dataclass(frozen=True, slots=True)
class CellJoints:
    """Between cells: a bar."""

    default: str
    says_first: bool = True

    def between(self, before: Part | None, after: Part | None) -> str:
        """Return the row's own kind of bar."""
        del before, after
        return self.default

    def content(self, gap: str) -> str:
        """Bars say nothing."""
        del gap
        return ""

    def fits(self, gap: str, before: Part | None, after: Part | None) -> bool:
        """One bar is between any two cells."""
        del before, after
        return gap.count("|") == 1

    def melts(self, gap: str, before: Part, after: Part) -> bool:
        """Bars keep cells apart."""
        del gap, before, after
        return False

    def opening(self, gap: str) -> None:
        """Bars hold nothing."""
        del gap


@dataclass(frozen=True, slots=True)
class RowJoints:
    """Between rows or items: a line end, or a blank line in loose lists."""

    default: str
    says_first: bool = True
    items: bool = False

    def between(self, before: Part | None, after: Part | None) -> str:
        """Return what most of the siblings have."""
        del before, after
        return self.default

    def content(self, gap: str) -> str:
        """Return a delimiter row, a comment, a link definition; this as far indented as the item that it stands in."""
        text = said(gap, quoted=">" in self.default)
        if not text or not self.items or ">" in self.default:
            return text
        indent = gap[: gap.index(text)].rpartition("\n")[2]
        return indent.removeprefix(self.default.rpartition("\n")[2]) + text

    def fits(self, gap: str, before: Part | None, after: Part | None) -> bool:
        """Any line end is between two items."""
        del before, after
        return "\n" in gap

    def melts(self, gap: str, before: Part, after: Part) -> bool:
        """Each item has a marker, and each row a line."""
        del gap, before, after
        return False

    def opening(self, gap: str) -> None:
        """What is new goes behind a delimiter row."""
        del gap


@dataclass(frozen=True, slots=True)
class BlockJoints:
    """Between blocks: a blank line; in a tight item a line end before a list."""

    prefix: str
    tight: bool
    says_first: bool = True

    def between(self, before: Part | None, after: Part | None) -> str:
        """Return a blank line, with a comment in it where the two would be one list."""
        line = "\n" + self.prefix
        if self.tight and before and after and _hangs(before, after):
            return line
        blank = "\n" + self.prefix.rstrip() + line
        if before and after and runs_on(before, after):
            return f"{blank}{TAB_RULE}{blank}"
        return f"{blank}{_APART}{blank}" if before and after and _melt(before, after) else blank

    def content(self, gap: str) -> str:
        """Return comments, link definitions, the tags that HTML leaves between blocks."""
        text = said(gap, quoted=">" in self.prefix)
        if not text or text == _APART:
            return ""
        white, line, lead = gap[: gap.index(text)].rpartition("\n")
        own = lead.removeprefix(self.prefix) if line or not white else ""
        return own + text if len(own) < 4 and not own.strip(" ") else text

    def fits(self, gap: str, before: Part | None, after: Part | None) -> bool:
        """A blank line is between any two blocks that do not melt."""
        if before and after and runs_on(before, after):
            return False
        melt = bool(before and after and _melt(before, after))
        if melt or _APART in gap:
            return melt and _APART in gap
        if gap.count("\n") == 1 and before and after:
            return (self.tight and _hangs(before, after)) or _closed(before) or _opens(before, after)
        return gap.count("\n") > 1

    def melts(self, gap: str, before: Part, after: Part) -> bool:
        """Link definitions belong to what is before them; a comment or a tag ends that."""
        if runs_on(before, after):
            return not has_rule(gap)
        return _melt(before, after) and not _TAG.search(gap)

    def opening(self, gap: str) -> tuple[int, int] | None:
        """What is new goes behind the ends of sites' tags, and before what begins there."""
        ended, begun = tags_in(gap)
        if begun is None:
            return None if ended is None else (ended, ended)
        text = said(gap[:begun], quoted=">" in self.prefix)
        return (gap.index(text) + len(text) if text else 0), begun


def _closed(before: Part) -> bool:
    """Say whether a block ends with its line whatever comes: a heading that is no HTML, a rule, a fence."""
    heading = before.kind is Kind.HEADING and not before.text.startswith("<")
    return (
        heading or before.kind is Kind.RULE or (before.kind is Kind.CODE and before.text.startswith(_FENCES))
    )


def _opens(before: Part, after: Part) -> bool:
    """Say whether a block begins with its line whatever was before: a heading with `#`, a fence."""
    starts = after.kind is Kind.LIST and _STARTS_AT_ONE.match(after.text) is not None
    if before.kind is Kind.QUOTE and (after.kind is Kind.RULE or starts):
        return True
    if before.kind not in (Kind.PARAGRAPH, Kind.HEADING, Kind.QUOTE):
        return False
    return (after.kind is Kind.HEADING and after.text.startswith("#")) or (
        after.kind is Kind.CODE and after.text.startswith(_FENCES)
    )


def _hangs(before: Part, after: Part) -> bool:
    """Say whether a list can follow a paragraph without a blank line."""
    if before.kind is not Kind.PARAGRAPH or after.kind is not Kind.LIST:
        return False
    return _STARTS_AT_ONE.match(after.text) is not None


def _melt(before: Part, after: Part) -> bool:
    """Say whether two blocks are one in Markdown in spite of a blank line between them."""
    if before.kind is Kind.PARAGRAPH and after.kind is Kind.PARAGRAPH:
        return _DEFINES.match(after.text) is not None
    if before.kind is not Kind.LIST:
        hanging = before.kind is Kind.FOOTNOTE or (
            before.kind is Kind.CODE and before.text.startswith("    ")
        )
        return hanging and after.text.startswith("    ")
    if after.kind is Kind.LIST:
        first, second = _MARKER.match(before.text), _MARKER.match(after.text)
        return bool(first and second and first.groups() == second.groups())
    return _indent(after.text) >= _width(before.text)


def _indent(text: str) -> int:
    """Return how many columns a block's first line is indented."""
    first = text.partition("\n")[0].expandtabs(4)
    return len(first) - len(first.lstrip(" "))


def _width(text: str) -> int:
    """Return from which column on a line belongs to the items of a list; to what looks like none, nothing does."""
    marker = _MARKER.match(text)
    if marker is None:
        return sys.maxsize
    blanks = _indent(text[marker.end() : marker.end() + 5])
    return marker.end() + (blanks if 0 < blanks < 5 else 1)


def filled(source: str, row: Block, parts: Sequence[Part]) -> list[Part]:
    """Write what comes behind the end of a row that has fewer cells than its table, as one part with its own bars."""
    out = list(parts)
    missing = {n for n, k in enumerate(row.kids) if k.s == row.e}
    first = next((n for n, p in enumerate(out) if p.old in missing), len(out))
    texts = [p.text for p in out[first:]]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        return out
    row_text = source[row.s : row.e].rstrip()
    closed = row_text.endswith("|") and not row_text.endswith("\\|")
    joined = " | ".join(texts)
    text = f" {joined} |" if closed else f"{'' if source[row.e - 1].isspace() else ' '}| {joined}"
    return [*out[:first], replace(out[first], text=text)]


def data_of(block: Block) -> ListData:
    """Return a list's data."""
    return block.data if isinstance(block.data, ListData) else ListData("ul")
