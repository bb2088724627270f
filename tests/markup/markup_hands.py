"""The same page as different people would have typed it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

from confsync.markup.markdown.style import Style
from confsync.markup.markdown_in import parse_markdown
from confsync.markup.markdown_out import writer
from confsync.markup.tree import Tree


def by_hand(tree: Tree, cold: str) -> str:
    """Other bullets and emphasis, wrapped lines."""
    text = writer(style=Style(bullet="*", emphasis="_"), references=tree.references).document(tree.root.kids)
    return _if_same(tree, text, cold, lambda t: _wrapped(t, 60))


def by_another_hand(tree: Tree, cold: str) -> str:
    """Underlined headings, `+`, `1)`, `__`, tildes, tables without blanks, links by reference, closing `#`."""
    style = Style(bullet="+", delimiter=")", strong="__", fence="~~~", rule="* * *")
    text = writer(style=style, references=tree.references).document(tree.root.kids)
    changes = (_underlined, _closed, _unpadded, _indented, _referring, lambda t: _wrapped(t, 76))
    return _if_same(tree, text, cold, *changes)


def _if_same(tree: Tree, text: str, cold: str, *changes: Callable[[str], str]) -> str:
    """The text with every change that leaves its meaning alone."""
    want = tree.norms
    if parse_markdown(text).norms != want:
        return cold
    for change in changes:
        new = change(text)
        if new != text and parse_markdown(new).norms == want:
            text = new
    return text


def _outside_fences(text: str, change: Callable[[str], list[str]]) -> str:
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.lstrip(" >").startswith(("```", "~~~"))
        lines += [line] if fenced else change(line)
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> str:
    def change(line: str) -> list[str]:
        plain = re.match(r"[^\W\d_]", line) and not re.search(r"[`<]|\]\(", line)
        if len(line) <= width + 10 or not plain:
            return [line]
        return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)

    return _outside_fences(text, change)


def _underlined(text: str) -> str:
    def change(line: str) -> list[str]:
        m = re.match(r"(#{1,2}) (.+)$", line)
        return [m[2], ("=" if m[1] == "#" else "-") * len(m[2])] if m else [line]

    return _outside_fences(text, change)


def _closed(text: str) -> str:
    return _outside_fences(text, lambda line: [re.sub(r"^(#{3,6}) (.*\w)$", r"\1  \2 \1", line)])


def _unpadded(text: str) -> str:
    def change(line: str) -> list[str]:
        if not re.match(r"\| .* \|$", line) or "`" in line:
            return [line]
        return ["|" + re.sub(r" ?(?<!\\)\| ?", "|", line[2:-2]) + "|"]

    return _outside_fences(text, change)


def _indented(text: str) -> str:
    """The first fence without a language becomes indented code."""

    def change(m: re.Match[str]) -> str:
        return "\n" + "\n".join("    " + x if x else x for x in m[1].split("\n")) + "\n"

    return re.sub(r"(?<=\n)\n~~~\n((?:(?!~~~)[^\n]*\n)*?[^\n]*)\n~~~\n(?=\n)", change, text, count=1)


def _referring(text: str) -> str:
    """The first inline link becomes one by reference."""
    m = re.search(r"(?<![!\\])\[([^\[\]\\\n]+)\]\((https?://[^\s()]+)\)", text)
    if m is None:
        return text
    return f"{text[: m.start()]}[{m[1]}][there]{text[m.end() :].rstrip()}\n\n[there]: {m[2]}\n"
