"""A file's style: how its author spells what Markdown leaves open. Found once, and used for new text."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from confsync.markup.markdown.style import DEFAULT, Style
from confsync.markup.tree import Block, Heading, Kind, ListData, Notation

_EM = {
    "*": re.compile(r"(?<![\w*\\])\*(?=[^\s*])[^*\n]+?\*(?![\w*])"),
    "_": re.compile(r"(?<![\w_])_(?=[^\s_])[^_\n]+?_(?![\w_])"),
}
_STRONG = {"**": re.compile(r"(?<!\*)\*\*(?=[^\s*])"), "__": re.compile(r"(?<![\w_])__(?=[^\s_])")}
_BACKSLASH = re.compile(r"(?<!\\)\\\n")
_BLANKS = re.compile(r"(?<=\S) {2,}\n(?=[ \t>]*\S)")
_SETEXT = re.compile(r"([^\n]+)\n[ \t>]*([=-])\2*[ \t]*")
_NARROWEST = 40
"""A width below this is not one that somebody wraps at."""


@dataclass(frozen=True, slots=True)
class FileStyle:
    """One file's habits.

    `width`: where its paragraphs are wrapped, 0 when they are not; `setext`: underlined headings; `blanks`: breaks are
    two blanks at a line's end, not a backslash.
    """

    style: Style = DEFAULT
    width: int = 0
    setext: bool = False
    blanks: bool = False

    def broken(self, text: str) -> str:
        """Write the breaks in new text as the file does; the caller reads it back."""
        return _BACKSLASH.sub("  \n", text) if self.blanks else text

    def wrapped(self, text: str, indent: int) -> str:
        """Wrap a paragraph as this file's are; the caller reads it back."""
        width = self.width - indent
        if not self.width or width < _NARROWEST or "\n" in text or len(text) <= width:
            return text
        lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
        return "\n".join(lines)

    def underlined(self, text: str, level: int) -> str:
        """Underline a new heading (`# …` or `## …`) where this file's are; the caller reads it back."""
        if not self.setext or level > 2 or "\n" in text:
            return text
        words = text[level:].strip(" ")
        return f"{words}\n{('=', '-')[level - 1] * max(len(words), 3)}"


def hashed(text: str) -> str:
    """Write an underlined heading with `#`; any other text as it is."""
    m = _SETEXT.fullmatch(text)
    return f"{'#' if m[2] == '=' else '##'} {m[1]}" if m else text


def file_style_of(root: Block, text: str) -> FileStyle:
    """Return the commonest spelling of each thing; the default for what the file does not have."""
    bullets, delimiters, fences, rules = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    headings, paragraphs = Counter[bool](), []
    for b in _walk(root):
        match b.kind, b.data:
            case Kind.LIST, ListData(kind) if b.marker:
                (delimiters if kind == "ol" else bullets)[b.marker] += 1
            case Kind.CODE, _ if b.marker[:1] in {"`", "~"}:
                fences[b.marker[:3]] += 1
            case Kind.RULE, _:
                rules[text[b.s : b.e]] += 1
            case Kind.HEADING, Heading(level) if level < 3 and b.marker:
                headings[b.marker[0] in "=-"] += 1
            case Kind.PARAGRAPH, _ if not b.bare:
                paragraphs.append(text[b.s : b.e].split("\n"))
            case _:
                pass
    style = Style(
        bullet=_most(bullets, DEFAULT.bullet),
        delimiter=_most(delimiters, DEFAULT.delimiter),
        emphasis=_most(_counted(_EM, text), DEFAULT.emphasis),
        strong=_most(_counted(_STRONG, text), DEFAULT.strong),
        fence=_most(fences, DEFAULT.fence),
        rule=_most(rules, DEFAULT.rule),
    )
    breaks = ["\n".join(lines) for lines in paragraphs if len(lines) > 1]
    blanks, slashes = (sum(len(p.findall(text)) for text in breaks) for p in (_BLANKS, _BACKSLASH))
    return FileStyle(style, _width(paragraphs), headings[True] > headings[False], blanks > slashes)


def _width(paragraphs: Sequence[Sequence[str]]) -> int:
    """Return where paragraphs are wrapped: the longest line that another follows; 0 when long lines stand alone."""
    wrapped = [max(len(line) for line in lines[:-1]) for lines in paragraphs if len(lines) > 1]
    width = max(wrapped, default=0)
    loose = sum(len(lines) == 1 and len(lines[0]) > max(width, 60) for lines in paragraphs)
    return width if len(wrapped) > 1 and width >= _NARROWEST and loose * 4 < len(wrapped) else 0


def _walk(root: Block) -> Iterator[Block]:
    todo = [root]
    while todo:
        b = todo.pop()
        if b.notation is Notation.MARKDOWN or b is root:
            yield b
            if b.kind is not Kind.TABLE:
                todo.extend(b.kids)


def _counted(patterns: dict[str, re.Pattern[str]], text: str) -> Counter[str]:
    return Counter({mark: len(p.findall(text)) if mark in text else 0 for mark, p in patterns.items()})


def _most(counts: Counter[str], default: str) -> str:
    best = max(counts.items(), key=lambda kv: (kv[1], kv[0] == default), default=(default, 0))
    return best[0] if best[1] else default
