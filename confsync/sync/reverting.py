"""Files that may be older than their pages, where no ledger and no commit can tell: what of the latest pushes they lack.

Bodies are compared by the words of their blocks, so that ids, links and spelling say nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from itertools import pairwise
from typing import Final

_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_UNSAID: Final = re.compile(r"<ac:task-id>[^<]*</ac:task-id>|<!--.*?-->", re.DOTALL)
_BORDER: Final = re.compile(
    r"</?(?:p|li|ul|ol|h[1-6]|table|tbody|thead|tr|td|th|pre|blockquote|div|hr"
    r"|ac:(?:structured-macro|rich-text-body|plain-text-body|parameter|task|task-body|task-list"
    r"|layout|layout-section|layout-cell))\b[^<>]*>"
)
_TAG: Final = re.compile(r"<[^<>]*>")


def reverts(versions: Sequence[str], body: str) -> bool:
    """Say whether a body would undo one of the latest versions, given newest first, that its file never had.

    It has nothing of what that version brought and still stands, and something of what that replaced: blocks, or blocks
    that stood beside each other.
    """
    mine, standing = _parts(body), _parts(versions[0])
    for newer, older in pairwise(map(_parts, versions)):
        brought, replaced = (newer - older) & standing, older - newer - standing
        if brought and brought.isdisjoint(mine) and not replaced.isdisjoint(mine):
            return True
    return False


def shares_nothing(one: str, other: str) -> bool:
    """Say whether two bodies that both say something have no block in common."""
    mine, theirs = ({part for part in _parts(body) if len(part) == 1} for body in (one, other))
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)


def _parts(body: str) -> frozenset[tuple[str, ...]]:
    """Return what the blocks of a body say, and each two that stand beside each other."""
    text = _UNSAID.sub("", _CDATA.sub(lambda found: escape(found[1]), body))
    said = (" ".join(unescape(_TAG.sub("", part)).split()) for part in _BORDER.split(text))
    blocks = [part for part in said if part]
    return frozenset([*((block,) for block in blocks), *pairwise(["", *blocks, ""])])
