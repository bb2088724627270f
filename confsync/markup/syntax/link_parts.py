"""What markdown-it's rules of links and images call: its own helpers, but for addresses in tags of templates.

`[text]({{< ref "page.md" >}})`, `{% link page.md %}`, `{{ site.baseurl }}/page`: such a tag may hold blanks, and says an address.
This module stands in the place of `markdown_it.helpers`; nothing else belongs here.
"""

from __future__ import annotations

import re
from types import SimpleNamespace

from markdown_it import helpers
from markdown_it.helpers import parseLinkLabel, parseLinkTitle

__all__ = ["parseLinkDestination", "parseLinkLabel", "parseLinkTitle"]

_TEMPLATED = re.compile(
    r"(?:\{\{(?:[^{}\n\"']|\"[^\"\n]*\"|'[^'\n]*')*\}\}|\{%(?:[^%\n]|%(?!\}))*%\}|[^\s()<>{}])+"
)
_SAID = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+(?:\"([^\"]*)\"|'([^']*)'|(\S+?))\s*[>%]\}\}")
_LIQUID = re.compile(r"\{%-?\s*(?:link|post_url)\s+([^\s%]+)\s*-?%\}")
_FILTERED = re.compile(r"\{\{\s*(?:\"([^\"]*)\"|'([^']*)')\s*\|\s*(?:relative_url|absolute_url)\s*\}\}")
_ROOT = re.compile(
    r"\{\{[<%]?\s*(?:site\.(?:baseurl|url|github\.url|BaseURL)|baseurl|page\.baseurl|\.Site\.BaseURL|relative_root)\s*[>%]?\}\}",
    re.IGNORECASE,
)


def _address_of(text: str) -> str | None:
    """Return the address that a template makes, as far as it says one: without the site's own beginning."""
    for pattern in (_SAID, _LIQUID, _FILTERED):
        text = pattern.sub(lambda m: next((g for g in m.groups() if g), ""), text)
    text = _ROOT.sub("", text)
    return text if text and "{" not in text else None


def parseLinkDestination(string: str, pos: int, maximum: int) -> object:  # noqa: N802  (the name that the rules call)
    """Read a link's destination; one that begins with a tag of a template, which may hold blanks, is its address."""
    if string.startswith(("{{", "{%"), pos):
        m = _TEMPLATED.match(string, pos, maximum)
        address = _address_of(m[0]) if m is not None else None
        if m is not None and address is not None:
            return SimpleNamespace(ok=True, pos=m.end(), str=address)
    return helpers.parseLinkDestination(string, pos, maximum)
