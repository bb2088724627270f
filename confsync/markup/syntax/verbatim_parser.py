"""The parser that takes addresses as they are written: to look at files, and to change links in place."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt


class VerbatimParser(MarkdownIt):
    """Takes every address as it is written."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  # the library's name
        """Refuse nothing: what is dangerous is the page's business."""
        return url is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802  # the library's name
        """Never encode an address anew."""
        return url


@cache
def verbatim_parser() -> MarkdownIt:
    """Return the parser; deep lists are kept."""
    parser = VerbatimParser("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])
    choose_rules(parser)
    return parser


def choose_rules(parser: MarkdownIt) -> None:
    """Choose the rules now. A ruler chooses them when it is first asked, and a thread that asks meanwhile misses some."""
    for ruler in (parser.core.ruler, parser.block.ruler, parser.inline.ruler, parser.inline.ruler2):
        ruler.getRules()
