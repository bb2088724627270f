"""Panels of docs sites that become panels of another kind: another word in the notation that they are written in.

Sites have words of their own for the four panels. A word that a site does not know is read all the same, but not shown
there as it is meant. Nothing is written anew here.
"""

from __future__ import annotations

import re

from confsync.markup.lens.diff.edits import Edit
from confsync.markup.syntax.container_names import PANEL_OF
from confsync.markup.tree import Block, Panel

_WORD = re.compile(r"(?<![\w$])[A-Za-z]+(?!\w)")
_GITBOOK, _QUARTO, _HUGO = "{% hint", "callout-", "{{"
_WORDS = {
    _GITBOOK: {"info": "info", "tip": "success", "note": "warning", "warning": "danger"},
    _QUARTO: {"info": "note", "tip": "tip", "note": "warning", "warning": "caution"},
    _HUGO: {"info": "note", "tip": "tip", "note": "warning", "warning": "caution"},
}
"""What notations call the panels, by what is found in their opening."""
_COMMON = {"info": "note", "tip": "tip", "note": "warning", "warning": "danger"}


def renamed(source: str, old: Block, new: Block, opening_end: int) -> list[Edit]:
    """Return the edits that give a panel's tags the word of another panel; none where none of its words is one.

    `opening_end`: where what opens it ends at the latest. A title stays as it is, so a word that is shown as one does.
    """
    was, now = old.data, new.data
    if (
        not isinstance(was, Panel)
        or not isinstance(now, Panel)
        or was.title != now.title
        or was.name == now.name
    ):
        return []
    opening = source[old.s : opening_end]
    words = [m for m in _WORD.finditer(opening) if _names(m[0], was)]
    if not words or opening.startswith(">") or (was.title and was.title not in opening):
        return []
    found, kinds = words[0], next((_WORDS[mark] for mark in _WORDS if mark in opening), _COMMON)
    word = kinds[now.name]
    spelled = word.capitalize() if found[0][0].isupper() else word
    edits = [Edit(old.s + found.start(), old.s + found.end(), spelled)]
    end = (
        re.search(rf"\b(?:end_?)?({re.escape(found[0])})\b", source[old.ine : old.e])
        if old.ine >= old.s
        else None
    )
    if end is not None and not opening[: found.start()].strip(" \t{%<>"):
        edits.append(Edit(old.ine + end.start(1), old.ine + end.end(1), spelled))
    return edits


def _names(word: str, panel: Panel) -> bool:
    return PANEL_OF.get(word.lower(), {"success": "tip"}.get(word.lower())) == panel.name
