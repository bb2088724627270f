"""Tags that stand around Markdown on sites: GitBook's and Jekyll's, Hugo's, Microsoft Learn's, and components of MDX.

`{% hint style="info" %}` … `{% endhint %}`, `{{< tab "One" >}}` … `{{< /tab >}}`, `::: moniker range="x"` … `::: moniker-end`,
`<Note>` … `</Note>`. Only where such a tag begins and ends, and what it says; `elements/site_tag` says what is shown for it.
A tag counts at the begin of a line, its end at the begin or the end of one. What nothing ends is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from confsync.markup.containers import PANEL_OF

_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`"
_OPENING = (
    re.compile(
        rf"(?P<mark>\{{%)-?\s*(?P<name>[a-z][\w-]*)(?P<said>(?:\s(?:{_QUOTED}|[^%\"'\n]|%(?!\}}))*?)?)\s*-?%\}}"
    ),
    re.compile(
        rf"(?P<mark>\{{\{{[<%])\s*(?P<name>[A-Za-z][\w-]*)(?P<said>(?:\s(?:{_QUOTED}|[^\"'`\n/]|/(?!\s*[>%]\}}))*?)?)\s*[>%]\}}\}}"
    ),
    re.compile(
        rf"(?P<mark>:::)[ \t]*(?P<name>moniker|zone|row|column)(?P<said>(?:\s+[\w-]+=(?:{_QUOTED})|\s+span)*)\s*(?::::)?[ \t]*(?=\n|\Z)"
    ),
    re.compile(
        r"(?P<mark><)(?P<name>[A-Z][A-Za-z]*)(?P<said>(?:\s+[\w-]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'|\{[^{}\n]*\}))?)*)\s*>"
    ),
)
_PAIR = re.compile(rf"([A-Za-z][\w-]*)\s*=\s*({_QUOTED}|\{{[^{{}}\n]*\}}|[^\s\"'=]+)")
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
        *("tab-set", "filetree", "language-tabs"),
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
CODE = frozenset({"highlight", "mermaid"})
"""What they hold is code."""
TYPED = frozenset({"alert", "callout", "notice", "admonition", "hint", "aside", "pageinfo"})
"""Panels that say their kind in what is said in the tag."""
KNOWN = {
    "{%": frozenset(
        {"hint", "alert", "callout", "note", "tip", "warning", "important", "info", "danger", "caution"}
    )
    | {*GROUPS, *EXPANDS, "step", "code", "highlight", "mermaid"},
    "{{": GROUPS | EXPANDS | TITLED | CODE | TYPED | PANEL_OF.keys(),
    ":::": frozenset({"moniker", "zone", "row", "column"}),
    "<": frozenset(
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
            *("codegroup", "cardgroup", "cardgrid", "cards", "columns", "frame", "update"),
        }
    ),
}
"""Names of tags, by how they are written."""


class SiteTag(NamedTuple):
    """A tag that begins something."""

    mark: str
    """`{%`, `{{`, `:::` or `<`."""
    name: str
    """In lower case."""
    said: Mapping[str, str]
    """What is said in it by name; without a name, by its number."""


def opening_at(text: str, at: int, stop: int) -> tuple[SiteTag, int] | None:
    """Read a tag of a known name that begins at a place; return it and where it ends."""
    for pattern in _OPENING:
        m = pattern.match(text, at, stop)
        if m is not None:
            mark, name = m["mark"].rstrip("<%") if m["mark"][:2] == "{{" else m["mark"], m["name"].lower()
            if name in KNOWN[mark] and not m["said"].rstrip().endswith("/"):
                return SiteTag(mark, name, said_in(m["said"])), m.end()
    return None


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
        "{%": (rf"\{{%-?\s*{word}(?=[\s%-])", rf"\{{%-?\s*end_?{word}\s*-?%\}}"),
        "{{": (
            rf"\{{\{{[<%]\s*{word}(?=[\s>%])(?![^{{}}\n]*/\s*[>%]\}}\}})",
            rf"\{{\{{[<%]\s*/\s*{word}\s*[>%]\}}\}}",
        ),
        ":::": (rf":::[ \t]*{word}(?=[\s:])", rf":::[ \t]*{word}-end\b[ \t]*(?::::)?"),
        "<": (rf"<{word}(?=[\s>])(?![^<>\n]*/>)", rf"</{word}\s*>"),
    }[mark]
    return re.compile(
        rf"^[ \t>]*(?:(?P<code>`{{3,}}|~{{3,}})|(?P<open>{opening}))|(?P<close>{closing})",
        re.IGNORECASE | re.MULTILINE,
    )
