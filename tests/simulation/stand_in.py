"""A converter of a hundred lines in the place of the real one: so that thousands of histories take a minute.

Paragraphs are paragraphs; everything else is a paragraph, too, but for comments, which pages do not have. Both puts splice: a block that did not change keeps its
bytes on the other side, attributes and line wraps among them, and only what changed is written anew.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from difflib import SequenceMatcher

from confsync.markup import Conversion
from confsync.sync import normal_hashes, translate

_PARAGRAPH = re.compile(r"<p([^<>]*)>(.*?)</p>", re.DOTALL)


class StandIn:
    """What the engine uses of `confsync.markup`."""

    def to_storage(self, markdown: str, *, links: object = None) -> Conversion:
        return Conversion(
            "".join(_as_storage(block) for block in _blocks(markdown) if not _is_comment(block))
        )

    def to_markdown(self, storage: str, *, links: object = None) -> Conversion:
        return Conversion(_joined([_as_markdown(block) for block in _paragraphs(storage)]))

    def put_storage(
        self, base_markdown: str, base_storage: str, markdown: str, *, links: object = None
    ) -> Conversion:
        if markdown == base_markdown:
            return Conversion(base_storage)
        old, new = _paragraphs(base_storage), [b for b in _blocks(markdown) if not _is_comment(b)]
        return Conversion("".join(_spliced(old, new, _said, _folded, _as_storage)))

    def put_markdown(
        self, base_storage: str, base_markdown: str, storage: str, *, links: object = None
    ) -> Conversion:
        if storage == base_storage:
            return Conversion(base_markdown)
        old = _blocks(base_markdown)
        head = [block for block in old if _is_comment(block)]
        return Conversion(_joined(head + _spliced(old, _paragraphs(storage), _folded, _said, _as_markdown)))

    def normal_storage(self, storage: str) -> str:
        return "\n".join(map(_said, _paragraphs(storage)))


def put_in_place(patch: Callable[[object, str, object], None]) -> None:
    """Let the engine convert with the stand-in. `patch` is what sets an attribute for the time of a test."""
    stand_in = StandIn()
    patch(translate, "markup", stand_in)
    patch(normal_hashes, "normal_storage", stand_in.normal_storage)
    patch(normal_hashes, "_HASHES", normal_hashes.NormalHashes(10_000))


def _spliced(
    old: list[str],
    new: list[str],
    of_old: Callable[[str], str],
    of_new: Callable[[str], str],
    convert: Callable[[str], str],
) -> list[str]:
    """Return the new blocks in the old side's notation: those that say what an old one says are that one."""
    told, says = [of_old(block) for block in old], [of_new(block) for block in new]
    out = [convert(block) for block in new]
    for match in SequenceMatcher(a=told, b=says, autojunk=False).get_matching_blocks():
        out[match.b : match.b + match.size] = old[match.a : match.a + match.size]
    return out


def _blocks(markdown: str) -> list[str]:
    return [block for block in re.split(r"\n{2,}", markdown.strip("\n")) if block.strip()]


def _is_comment(block: str) -> bool:
    """Tell the mark of where a document's title stands."""
    return block.startswith("<!--") and block.endswith("-->")


def _joined(blocks: list[str]) -> str:
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _paragraphs(storage: str) -> list[str]:
    return [found[0] for found in _PARAGRAPH.finditer(storage)]


def _folded(block: str) -> str:
    return " ".join(block.split())


def _said(paragraph: str) -> str:
    found = _PARAGRAPH.fullmatch(paragraph)
    return _folded(html.unescape(found[2])) if found else ""


def _as_storage(block: str) -> str:
    return f"<p>{html.escape(_folded(block), quote=False)}</p>"


def _as_markdown(paragraph: str) -> str:
    return _said(paragraph)
