"""Names of admonitions: what docs sites call them, and which panel shows them."""

from __future__ import annotations

import re
from typing import NamedTuple

from confsync.markup.syntax.attribute_list import LIST, attribute_list

PANEL_OF = {
    "note": "info",
    "info": "info",
    "important": "info",
    "abstract": "info",
    "summary": "info",
    "tldr": "info",
    "todo": "info",
    "seealso": "info",
    "example": "info",
    "quote": "info",
    "cite": "info",
    "tip": "tip",
    "hint": "tip",
    "success": "tip",
    "check": "tip",
    "done": "tip",
    "warning": "note",
    "attention": "note",
    "question": "note",
    "help": "note",
    "faq": "note",
    "danger": "warning",
    "security": "warning",
    "error": "warning",
    "caution": "warning",
    "failure": "warning",
    "fail": "warning",
    "missing": "warning",
    "bug": "warning",
    "versionadded": "info",
    "versionchanged": "info",
    "deprecated": "note",
}
VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
"""What Sphinx shows before the version."""
FOLDED = frozenset(
    {"details", "spoiler", "collapse", "collapsible", "expand", "dropdown", "toggle", "tab-item"}
)
"""Containers that are shown closed."""
GROUPS = frozenset({"code-group", "grid", "grid-item", "raw", "tab-set", "v-pre"})
"""Containers that only hold others together, or say how a site reads what is in them."""
CARDS = frozenset({"card", "grid-item-card"})
"""Containers with a title above what they hold."""
CODE_CONTAINERS = frozenset({"mermaid"})
"""Containers whose content is no Markdown."""
_OPEN = re.compile(r"\s*\{open\}\Z")
"""Says in VitePress that what can be shut is open."""
_HEAD = re.compile(
    r"(?:\{(?P<braced>[A-Za-z][\w-]*)\}|(?P<name>[A-Za-z][\w-]*)|(?=\{[^{}]*\.[A-Za-z]))"
    r"(?:\[(?P<title>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\])?(?P<rest>(?:[\s{].*)?)\Z"
)


class ContainerHead(NamedTuple):
    """What stands behind `:::`. `known`: it is an admonition, or shown closed; any other only groups."""

    name: str
    title: str
    known: bool


def container_of(params: str) -> ContainerHead | None:
    """Read what stands behind `:::`: a name, then a title in brackets, in quotes or bare, and an attribute list."""
    m = _HEAD.match(params.strip())
    if m is None:
        return None
    rest = _OPEN.sub("", m["rest"].strip())
    attrs = attribute_list("")
    if (found := LIST.search(rest)) is not None:
        attrs = attribute_list(found[0])
        rest = (rest[: found.start()] + rest[found.end() :]).strip()
    elif "=" in rest and not LIST.sub("", f"{{{rest}}}"):
        attrs, rest = attribute_list(rest), ""
    named = (m["braced"] or m["name"] or "").lower()
    classes = [c.lower().removeprefix("callout-") for c in attrs.classes]
    if m["braced"] and named == "admonition":
        return ContainerHead("note", m["title"] or _unquoted(rest), known=True)
    name = named or next((c for c in classes if is_known(c)), classes[0] if classes else "")
    if not name:
        return None
    title = m["title"] or attrs.values.get("title", "") or _unquoted(rest)
    return ContainerHead(name, title, is_known(name))


def is_known(name: str) -> bool:
    """Say whether a container's name means a panel or an expand."""
    return name in PANEL_OF or name in FOLDED or name in CODE_CONTAINERS


def is_directive(name: str) -> bool:
    """Say whether a fence of MyST of this name holds Markdown."""
    return (is_known(name) and name not in CODE_CONTAINERS) or name in GROUPS | CARDS


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
