"""Three-way merge of two edits of one text by blocks: paragraphs, list items, table rows, lines of code.

Where both sides changed one block differently there is no result, and there are never merge markers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from merge3 import Merge3

_FENCE = re.compile(r"\s*(?:>\s?)*\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})")
_STARTS_BLOCK = re.compile(r"\s*(?:[-*+]\s|\d{1,9}[.)]\s|\||#{1,6}(?:\s|$)|:{3}|!{3}|<)")
_STANDS_ALONE = re.compile(r"\s*(?:\||#{1,6}(?:\s|$))")


def merge(base: str, local: str, remote: str) -> str | None:
    """Return the text with both edits, or None when they touch one block differently.

    The same edit on both sides counts once. All texts have LF line ends.
    """
    if remote in (local, base):
        return local
    if local == base:
        return remote
    parts: list[str] = []
    for group in Merge3(blocks(base), blocks(local), blocks(remote)).merge_groups():
        merged = _refined(*group[1:]) if group[0] == "conflict" else list(group[1])
        if merged is None:
            return None
        parts += merged
    return "".join(parts)


def blocks(text: str) -> list[str]:
    """Cut a text into the units that are merged whole; joined they are the text."""
    return list(_blocks(text.splitlines(keepends=True)))


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Lines of code, blank lines, rows and headings stand alone; other lines go on until a new block starts."""
    fence, held = "", ""
    for line in lines:
        mark = _FENCE.match(line)
        alone = bool(fence) or mark is not None or not line.strip() or bool(_STANDS_ALONE.match(line))
        if held and (alone or _STARTS_BLOCK.match(line)):
            yield held
            held = ""
        if alone:
            yield line
        else:
            held += line
        fence = _fence_after(fence, mark[1] if mark else "")
    if held:
        yield held


def _fence_after(fence: str, mark: str) -> str:
    """Return the fence that is open behind a line: one is closed by as many of its own characters, or more."""
    if not fence:
        return mark
    return "" if mark.startswith(fence) else fence


def _refined(base: Sequence[str], local: Sequence[str], remote: Sequence[str]) -> list[str] | None:
    """Merge neighbouring blocks that were edited apart: one by one, or an edit beside a pure addition."""
    if len(base) == len(local) == len(remote):
        return _one_by_one(base, local, remote)
    for edited, grown in ((local, remote), (remote, local)):
        if not base or len(edited) != len(base):
            continue
        if list(grown[: len(base)]) == list(base):
            return [*edited, *grown[len(base) :]]
        if list(grown[len(grown) - len(base) :]) == list(base):
            return [*grown[: len(grown) - len(base)], *edited]
    return None


def _one_by_one(base: Sequence[str], local: Sequence[str], remote: Sequence[str]) -> list[str] | None:
    out: list[str] = []
    for was, here, there in zip(base, local, remote, strict=True):
        if here not in (was, there) and there != was:
            return None
        out.append(there if here == was else here)
    return out
