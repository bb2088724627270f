"""Tags that bracket Markdown: which tags of an HTML block open and close containers, and what a container becomes.

`<details>` is an expand, `<div>` a box; components that documentation sites write as tags (`<TabItem>`, `<Admonition>`)
are what they show. Tags that say nothing to Confluence (`<section>`, `<Tabs>`, a `<p>` around blank lines) melt away.
Not here: where a container's blocks are read (`html.blocks`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from confsync.markup import alignment
from confsync.markup.elements import box, expand
from confsync.markup.elements.admonition import shown
from confsync.markup.html.tags import attributes_of
from confsync.markup.storage.xml import fold
from confsync.markup.syntax.container_names import PANEL_OF
from confsync.markup.tree import Block, Expand, Kind

PANELS = frozenset({"admonition", "aside", "callout"})
"""Components that say in an attribute which kind of panel they are."""
NAMED_PANELS = frozenset({"note", "tip", "info", "warning", "caution", "danger", "important"})
EXPANDS = frozenset({"tabitem", "tab", "accordion", "expandable"})
MELTING = frozenset(
    {
        *("p", "section", "article", "main", "figure", "header", "footer", "nav"),
        *(
            "tabs",
            "accordiongroup",
            "accordions",
            "steps",
            "cardgroup",
            "cardgrid",
            "cards",
            "codegroup",
            "columns",
        ),
    }
)
GRIDS = frozenset({"table", "ul", "ol"})
PARTS = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "li"})
"""What stands in them. Where Markdown stands between their tags they melt, too: what they hold is read as Markdown."""
NAMES = frozenset({"details", "div", "center", *MELTING, *GRIDS, *PARTS, *PANELS, *NAMED_PANELS, *EXPANDS})
LOOSE = frozenset({"p", *PARTS})
"""Elements that HTML closes by itself: that one is left open says nothing."""
_NAME = r"[A-Za-z][A-Za-z0-9]*"
TAG = re.compile(
    rf"\s*(?:<(?!summary\b)(?P<open>{_NAME})(?P<attrs>(?:\s(?:[^<>\"'{{}}]|\"[^\"]*\"|'[^']*'|\{{[^{{}}]*\}})*)?)>|"
    r"<summary(?:\s[^<>]*)?>(?P<summary>(?:(?!</?summary).)*)</summary>|"
    rf"</(?P<close>{_NAME})\s*>)\s*",
    re.DOTALL | re.IGNORECASE,
)
_ANY = re.compile(rf"<(/?)({_NAME})(?=[\s/>])")
_ENDING = re.compile(rf"(?:\s*</{_NAME}\s*>)+\s*\Z")


class Parts(NamedTuple):
    """An HTML block taken apart: tags before, HTML between (`[start, end)` of the content), closing tags behind it."""

    before: list[re.Match[str]]
    start: int
    end: int
    behind: list[re.Match[str]]


def parts_of(content: str, *, within: bool = False) -> Parts | None:
    """Take an HTML block apart; None when it brackets nothing outside of itself. `within`: a list or table is open."""
    before, start = _tags(content, 0, len(content))
    grid = bool(_names(content) & (PARTS | GRIDS))
    if grid and not (_unbalanced(content) and (within or _opens_grid(before))):
        return None
    if start == len(content):
        return Parts(before, start, start, [])
    m = _ENDING.search(content, start)
    behind, end = _tags(content, m.start(), len(content)) if m else ([], len(content))
    if end < len(content):
        return None
    end = behind[0].start() if behind else end
    if not _unbalanced(content) or _names(content[start:end]) & (PARTS | GRIDS):
        return None
    return Parts(before, start, end, behind)


def _opens_grid(tags: list[re.Match[str]]) -> bool:
    return any(m["open"] and m["open"].lower() in GRIDS for m in tags)


def _names(content: str) -> set[str]:
    return {m[2].lower() for m in _ANY.finditer(content)}


def _tags(content: str, at: int, stop: int) -> tuple[list[re.Match[str]], int]:
    out: list[re.Match[str]] = []
    while at < stop:
        m = TAG.match(content, at, stop)
        if m is None or not _brackets(m):
            break
        out.append(m)
        at = m.end()
    return out, at


def _brackets(m: re.Match[str]) -> bool:
    if m["summary"] is not None:
        return True
    if m["close"]:
        return m["close"].lower() in NAMES
    name = m["open"].lower()
    return name in NAMES and (name != "div" or box.of_tag(attributes_of(m["attrs"] or "")) is not None)


def _unbalanced(content: str) -> bool:
    """Say whether a container is opened and not closed here, or the other way round."""
    open_ = 0
    found = [(m, m[2].lower()) for m in _ANY.finditer(content)]
    loose = LOOSE if any(name in GRIDS for _, name in found) else LOOSE - PARTS
    for m, name in found:
        if name in NAMES and name not in loose:
            open_ += -1 if m[1] else 1
            if open_ < 0:
                return True
    return open_ > 0


def container(name: str, attrs: dict[str, str]) -> Block | None:
    """Return the empty container that an opening tag begins; None for one that melts."""
    title = fold(attrs.get("title") or attrs.get("label") or attrs.get("value") or attrs.get("name") or "")
    if name == "details":
        return Block(Kind.EXPAND, expand.of_tag(attrs))
    if name in EXPANDS:
        return Block(Kind.EXPAND, Expand(title))
    if name in NAMED_PANELS or name in PANELS:
        kind = name if name in NAMED_PANELS else attrs.get("type", "note").lower()
        return shown(kind if kind in PANEL_OF else "note", fold(attrs.get("title", "")), folded=False)
    if name in ("div", "center"):
        data = box.of_tag(attrs, alignment.CENTER if name == "center" else alignment.ALIGN)
        return Block(Kind.BOX) if data is None else box.block_of(data)
    if attrs.get("align", "").lower() in {"center", "right"}:
        return Block(Kind.BOX, box.of_tag({"align": attrs["align"]}, alignment.PARAGRAPH))
    return None
