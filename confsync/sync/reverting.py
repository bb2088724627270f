"""Files that may be older than their pages, where no ledger and no commit can tell: what of the latest pushes they lack.

Bodies are compared by the words of their blocks, so that ids, links and spelling say nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from html import escape, unescape
from itertools import chain, pairwise
from typing import Final

_Pieces = frozenset[tuple[str, ...]]

_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_UNSAID: Final = re.compile(r"<ac:task-id>[^<]*</ac:task-id>|<!--.*?-->", re.DOTALL)
_BORDER: Final = re.compile(
    r"</?(?:p|li|ul|ol|h[1-6]|table|tbody|thead|tr|td|th|pre|blockquote|div|hr"
    r"|ac:(?:structured-macro|rich-text-body|plain-text-body|parameter|task|task-body|task-list"
    r"|layout|layout-section|layout-cell))\b[^<>]*>"
)
_TAG: Final = re.compile(r"<[^<>]*>")
_MOST_COMPARED: Final = 4_000_000
"""Pairs of words; of a change that is larger only the size is taken."""


def reverts(versions: Sequence[str], body: str) -> bool:
    """Say whether a body would undo one of the latest versions, given newest first, that its file never had.

    It has nothing of what that version brought and still stands, and something of what that replaced: blocks, or blocks
    that stood beside each other; else words that did, as the block may have been edited, too.
    """
    return _undoes(versions, body, _parts) or _undoes(versions, body, _phrases)


def _undoes(versions: Sequence[str], body: str, cut: Callable[[str], _Pieces]) -> bool:
    mine, standing = cut(body), cut(versions[0])
    for newer, older in pairwise(map(cut, versions)):
        brought, replaced = (newer - older) & standing, older - newer - standing
        if brought and brought.isdisjoint(mine) and not replaced.isdisjoint(mine):
            return True
    return False


def is_of_older(versions: Sequence[str], body: str) -> bool:
    """Say whether a body seems to be made from an older one of these versions, given newest first.

    It has something of that one, nothing of what came since and still stands, and took fewer changes of words.
    """
    newest, mine = _phrases(versions[0]), _phrases(body)
    far = _distance(versions[0], body)
    for older in versions[1:]:
        had = _phrases(older)
        brought = newest - had
        related = brought and brought.isdisjoint(mine) and not had.isdisjoint(mine)
        if related and _distance(older, body) < far:
            return True
    return False


def lacks(body: str, version: str) -> bool:
    """Say whether a body has less than a version of its page: a word, or one beside another."""
    return not _phrases(version) <= _phrases(body)


def _distance(one: str, other: str) -> int:
    """Return how many words differ, about; an exchanged one counts once."""
    old, new = _blocks(one), _blocks(other)
    return sum(
        _changed(_spelt(old[i:j]), _spelt(new[k:m]))
        for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    )


def _spelt(blocks: Sequence[str]) -> list[str]:
    return [word for block in blocks for word in ("", *block.split())]


def _changed(old: Sequence[str], new: Sequence[str]) -> int:
    if not old or not new or len(old) * len(new) > _MOST_COMPARED:
        return max(len(old), len(new))
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(max(j - i, m - k) for tag, i, j, k, m in found if tag != "equal")


def loses(one: str, other: str) -> bool:
    """Say whether the second body lacks words of the first one, or has them in another order."""
    kept = iter(_words(other))
    return not all(word in kept for word in _words(one))


def _words(body: str) -> list[str]:
    return [word for block in _blocks(body) for word in block.split()]


def _parts(body: str) -> _Pieces:
    """Return what the blocks of a body say, and each two that stand beside each other."""
    blocks = _blocks(body)
    return frozenset([*((block,) for block in blocks), *pairwise(["", *blocks, ""])])


def _phrases(body: str) -> _Pieces:
    """Return each two words that stand beside each other in a block, also those at its beginning and end."""
    return frozenset(chain.from_iterable(pairwise(["", *block.split(), ""]) for block in _blocks(body)))


def _blocks(body: str) -> list[str]:
    text = _UNSAID.sub("", _CDATA.sub(lambda found: escape(found[1]), body))
    said = (" ".join(unescape(_TAG.sub("", part)).split()) for part in _BORDER.split(text))
    return [part for part in said if part]
