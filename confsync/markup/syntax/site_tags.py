"""Tags that stand around Markdown on sites: GitBook's and Jekyll's, Hugo's, Microsoft Learn's, and components of MDX.

`{% hint style="info" %}` … `{% endhint %}`, `{{< tab "One" >}}` … `{{< /tab >}}`, `::: moniker range="x"` … `::: moniker-end`,
`<Note>` … `</Note>`. Only where such a tag begins and ends, and what it says; `elements/site_tag` says what is shown for it.
A tag counts at the begin of a line, its end at the begin or the end of one. What nothing ends is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import unescape
from typing import NamedTuple

from confsync.markup.syntax.container_names import PANEL_OF

_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`"
_SPACE = r"(?:[ \t]+|[ \t]*\n[ \t]*)"
LIQUID, HUGO, LEARN, BLOCK, HTML, MDX = "{%", "{{", ":::", "///", "<html", "<"
"""How tags are written; HTML: elements whose `markdown` attribute says what is in them."""
_OPENING = {
    LIQUID: re.compile(
        rf"\{{%-?\s*(?P<name>[a-z][\w-]*)(?P<said>(?:\s(?:{_QUOTED}|[^%\"'\n-]|-(?!%\}})|%(?!\}}))*+)?)-?%\}}"
    ),
    HUGO: re.compile(
        rf"\{{\{{[<%]\s*(?P<name>[A-Za-z][\w/-]*)"
        rf"(?P<said>(?:\s(?:{_QUOTED}|[^\"'`\n/>%]|[>%](?!\}}\}})|/(?!\s*[>%]\}}\}}))*+)?)[>%]\}}\}}"
    ),
    LEARN: re.compile(
        rf":::[ \t]*(?P<name>moniker|zone|row|column)(?P<said>(?:\s+[\w-]+=(?:{_QUOTED})|\s+span)*)\s*(?::::)?[ \t]*(?=\n|\Z)"
    ),
    BLOCK: re.compile(r"/{3,}[ \t]*(?P<name>[a-z][\w-]*)[ \t]*(?:\|[ \t]*(?P<said>[^\n]*?))?[ \t]*(?=\n|\Z)"),
    HTML: re.compile(
        r"<(?P<name>div|details|section|aside|figure)(?=[^<>\n]*\smarkdown[\s=>])"
        r"(?P<said>(?:\s+[\w-]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'<>=]+))?)*)\s*>"
        r"(?:[\s>]*<summary[^<>]*>(?P<summary>[^<]*)</summary>|(?![\s>]*<summary))(?![ \t]*\n[ \t>]*\n)",
        re.IGNORECASE,
    ),
    MDX: re.compile(
        rf"<(?P<name>[A-Z][A-Za-z]*)(?P<said>(?:{_SPACE}[\w-]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'|\{{[^{{}}\n]*\}}))?)*+(?:{_SPACE})?/?)>"
    ),
}
_BY_CHARACTER = {"{": (LIQUID, HUGO), ":": (LEARN,), "/": (BLOCK,), "<": (HTML, MDX)}
_PAIR = re.compile(rf"([A-Za-z][\w-]*)\s*=\s*({_QUOTED}|\{{[^{{}}\n]*\}}|[^\s\"'=]+)")
_QUOTED_LINE = re.compile(r"\n[ \t>]*")
_WORD = re.compile(rf"{_QUOTED}|[^\s\"'=]+")

GROUPS = frozenset(
    {
        *(
            "tabs",
            "tabset",
            "tabpane",
            "tab-group",
            "codetabs",
            "columns",
            "column",
            "cols",
            "col",
            "row",
            "grid",
            "cards",
        ),
        *(
            "card-group",
            "cardgroup",
            "cardgrid",
            "cardpane",
            "accordiongroup",
            "accordions",
            "accordion-group",
        ),
        *(
            "steps",
            "stepper",
            "codegroup",
            "code-group",
            "content-ref",
            "capture",
            "raw",
            "moniker",
            "zone",
            "frame",
            "center",
        ),
        *("tab-set", "filetree", "language-tabs", "history", "rawhtml"),
    }
)
"""Only hold others together, or say where on a site something stands."""
EXPANDS = frozenset(
    {
        *(
            "tab",
            "tabitem",
            "tab-item",
            "accordion",
            "accordion-item",
            "expand",
            "expandable",
            "details",
            "collapse",
        ),
        *("collapsible", "spoiler", "dropdown", "toggle"),
    }
)
TITLED = frozenset({"step", "card", "code", "update"})
"""Have a title above what they hold."""
CODE = frozenset({"highlight", "codeblock", "command", "text", "mermaid"})
"""What they hold is code."""
LINKING = frozenset({"card", "linkcard"})
"""With an address, their title is a link."""
_TITLE = re.compile(r"(?<![\w-])title=\"[^\"\n]+\"")
QUOTES = frozenset({"blockquote", "cq"})
TYPED = frozenset({"alert", "callout", "notice", "admonition", "hint", "aside", "pageinfo"})
"""Panels that say their kind in what is said in the tag."""
KNOWN = {
    LIQUID: frozenset(
        {"hint", "alert", "callout", "note", "tip", "warning", "important", "info", "danger", "caution"}
    )
    | {*GROUPS, *EXPANDS, *QUOTES, "step", "code", "highlight", "codeblock", "mermaid"},
    HUGO: GROUPS | EXPANDS | TITLED | CODE | TYPED | QUOTES | PANEL_OF.keys() | {"choosable", "chooser"},
    LEARN: frozenset({"moniker", "zone", "row", "column"}),
    BLOCK: EXPANDS | PANEL_OF.keys(),
    HTML: frozenset({"div", "details", "section", "aside", "figure"}),
    MDX: frozenset(
        {
            *(
                "note",
                "tip",
                "info",
                "warning",
                "caution",
                "danger",
                "important",
                "check",
                "admonition",
                "aside",
                "callout",
            ),
            *(
                "tabs",
                "tab",
                "tabitem",
                "accordion",
                "accordions",
                "accordiongroup",
                "expandable",
                "steps",
                "step",
            ),
            *(
                "codegroup",
                "cardgroup",
                "cardgrid",
                "cards",
                "columns",
                "frame",
                "update",
                *LINKING,
                "filetree",
            ),
        }
    ),
}
"""Names of tags, by how they are written."""


class SiteTag(NamedTuple):
    """A tag that begins something."""

    mark: str
    """How it is written."""
    name: str
    """In lower case."""
    said: Mapping[str, str]
    """What is said in it by name; without a name, by its number."""
    alone: bool = False
    """It ends itself."""


def opening_at(text: str, at: int, stop: int) -> tuple[SiteTag, int] | None:
    """Read a tag of a known name that begins at a place; return it and where it ends."""
    for mark in _BY_CHARACTER.get(text[at : at + 1], ()):
        m = _OPENING[mark].match(text, at, len(text) if mark in {HTML, MDX} else stop)
        if m is None or not _is_known(mark, name := m["name"].lower()):
            continue
        said = m["said"] or ""
        alone = said.rstrip().endswith("/")
        if name in LINKING and mark == MDX:
            if not _TITLE.search(said) or not (alone or name == "card"):
                continue
        elif alone and mark in {LIQUID, HUGO, MDX}:
            continue
        found = {"title": said} if mark == BLOCK else said_in(said)
        if mark == HTML and m["summary"] is not None:
            found = {**found, "title": unescape(_QUOTED_LINE.sub(" ", m["summary"]))}
        return SiteTag(mark, name, found, alone=alone), m.end()
    return None


def _is_known(mark: str, name: str) -> bool:
    return name in KNOWN[mark] or (mark == HUGO and name.startswith("blocks/"))


def said_in(text: str) -> dict[str, str]:
    """Return what stands behind a tag's name: by name, and what has none by its number."""
    found = {m[1].lower(): _bare(m[2]) for m in _PAIR.finditer(text)}
    for n, word in enumerate(_WORD.findall(_PAIR.sub(" ", text))):
        found.setdefault(str(n), _bare(word))
    return found


def _bare(value: str) -> str:
    """Return a value without its quotes."""
    if value[:1] == "{" and value[-1:] == "}":
        value = value[1:-1].strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`" else value


@cache
def marks_of(mark: str, name: str) -> re.Pattern[str]:
    """Return the pattern of what may begin another tag of a name, of what ends one, and of what fences code."""
    word = re.escape(name)
    opening, closing = {
        LIQUID: (rf"\{{%-?\s*{word}(?=[\s%-])", rf"\{{%-?\s*end_?{word}\s*-?%\}}"),
        HUGO: (
            rf"\{{\{{[<%]\s*{word}(?=[\s>%])(?![^{{}}\n]*/\s*[>%]\}}\}})",
            rf"\{{\{{[<%]\s*/\s*{word}\s*[>%]\}}\}}",
        ),
        LEARN: (rf":::[ \t]*{word}(?=[\s:])", rf":::[ \t]*{word}-end\b[ \t]*(?::::)?"),
        BLOCK: (r"/{3,}[ \t]*[a-z]", r"(?<![^\n \t>])/{3,}[ \t]*(?=\n|\Z)"),
        HTML: (rf"(?:(?!<{word}\b)[^\n])*<{word}(?=[\s>])", rf"</{word}\s*>"),
        MDX: (rf"<{word}(?=[\s>])(?![^<>\n]*/>)", rf"</{word}\s*>"),
    }[mark]
    return re.compile(
        rf"^[ \t>]*(?:(?P<code>`{{3,}}|~{{3,}})|(?P<open>{opening}))|(?P<close>{closing})",
        re.IGNORECASE | re.MULTILINE,
    )
