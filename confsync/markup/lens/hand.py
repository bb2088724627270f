"""The hand of a file: how its author spells what Markdown leaves open, found once and used for what is new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from confsync.markup.style import DEFAULT, Style
from confsync.markup.tree import Block, Kind, ListData, Notation

_EM = {
    "*": re.compile(r"(?<![\w*\\])\*(?=[^\s*])[^*\n]+?\*(?![\w*])"),
    "_": re.compile(r"(?<![\w_])_(?=[^\s_])[^_\n]+?_(?![\w_])"),
}
_STRONG = {"**": re.compile(r"(?<!\*)\*\*(?=[^\s*])"), "__": re.compile(r"(?<![\w_])__(?=[^\s_])")}


def hand_of(root: Block, text: str) -> Style:
    """Return the commonest spelling of each thing; the default for what the file does not have."""
    bullets, delimiters, fences, rules = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for b in _walk(root):
        if b.kind is Kind.LIST and b.marker and isinstance(b.data, ListData):
            (delimiters if b.data.style == "ol" else bullets)[b.marker] += 1
        elif b.kind is Kind.CODE and b.marker:
            fences[b.marker[:3]] += 1
        elif b.kind is Kind.RULE:
            rules[text[b.s : b.e]] += 1
    return Style(
        bullet=_most(bullets, DEFAULT.bullet),
        delimiter=_most(delimiters, DEFAULT.delimiter),
        emphasis=_most(_counted(_EM, text), DEFAULT.emphasis),
        strong=_most(_counted(_STRONG, text), DEFAULT.strong),
        fence=_most(fences, DEFAULT.fence),
        rule=_most(rules, DEFAULT.rule),
    )


def _walk(root: Block) -> Iterator[Block]:
    todo = [root]
    while todo:
        b = todo.pop()
        if b.notation is Notation.MARKDOWN or b is root:
            yield b
            todo.extend(b.kids)


def _counted(patterns: dict[str, re.Pattern[str]], text: str) -> Counter[str]:
    return Counter({mark: sum(1 for _ in p.finditer(text)) for mark, p in patterns.items()})


def _most(counts: Counter[str], default: str) -> str:
    best = max(counts.items(), key=lambda kv: (kv[1], kv[0] == default), default=(default, 0))
    return best[0] if best[1] else default
