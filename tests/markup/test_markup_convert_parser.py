"""The quick dispatch of rules finds the very blocks that markdown-it finds."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markup_corpus import markdown_files, needs_corpus, spec_examples

from confsync.markup.syntax.parser import PARSER

OURS = ("footnote", "math", "admonition", "container", "dl", "tab_", "storage", "contents", "site_")
"""Blocks that plain markdown-it does not know."""


class Plain(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  (markdown-it's names, here and below)
        return bool(url) or True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


def plain() -> MarkdownIt:
    md = Plain("commonmark", {"maxNesting": 100, "strikethrough_single_tilde": True})
    return md.enable(["table", "strikethrough"]).disable("text_join")


def shape(tokens: Sequence[Token]) -> list[tuple[object, ...]]:
    return [(t.type, t.tag, t.nesting, t.content, t.markup, t.map, t.level) for t in tokens]


def differing(texts: Sequence[str]) -> list[str]:
    md, out = plain(), []
    for text in texts:
        mine = PARSER.parse(text, {})
        if any(t.type.startswith(OURS) for t in mine):
            continue
        if shape(mine) != shape(md.parse(text, {})):
            out.append(text)
    return out


@needs_corpus
def test_block_tokens_are_those_of_markdown_it_on_all_examples_and_files() -> None:
    texts = [text for _, text in spec_examples()] + [text for _, text in markdown_files()]
    assert differing(texts) == []


def test_block_tokens_are_those_of_markdown_it_on_lines_thrown_together() -> None:
    lines = [
        "- a", "  - b", "1. c", "> q", "> > r", "    code", "```", "# h", "---", "===", "| a | b |", "|---|---|", "",
        "text", "  text", "<div>", "[x]: /y", "* * *", "+ z", "10) w", "***", "~~~ x", "\ttab", "</div>", "> - a",
    ]  # fmt: skip
    chance = random.Random(7)
    texts = ["\n".join(chance.choices(lines, k=chance.randint(1, 9))) for _ in range(3000)]
    assert differing(texts) == []


def test_a_definition_below_the_first_line_of_another_block_belongs_to_that_block() -> None:
    assert [t.type for t in PARSER.parse("```\n~ a\n```", {})] == ["fence"]
    assert PARSER.parse("# a\n: b", {})[0].type == "heading_open"
    assert PARSER.parse("a\n: b", {})[0].type == "dl_open"


def test_the_rules_are_chosen_before_the_first_text_so_that_no_thread_reads_it_with_some_of_them():
    script = (
        "import markdown_it.ruler as r, confsync.markup as m\n"
        "def late(self): raise SystemExit('rules are chosen while a text is read')\n"
        "r.Ruler.__compile__ = late\n"
        "print(m.to_storage('# A\\n\\n- *b*\\n').text)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("<h1>A</h1><ul><li>")
