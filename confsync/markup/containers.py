"""Names of admonitions: what docs sites call them, and which panel shows them."""

from __future__ import annotations

import re

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
    "error": "warning",
    "caution": "warning",
    "failure": "warning",
    "fail": "warning",
    "missing": "warning",
    "bug": "warning",
}
FENCE_TITLE = re.compile(r"\s*\{?([A-Za-z]+)\}?(?:\[([^\]]*)\]|\s+(.*?))?\s*$")


def is_container(params: str, _markup: str = "") -> bool:
    """Say whether what stands behind `:::` names an admonition."""
    m = FENCE_TITLE.match(params)
    return m is not None and (m[1].lower() in PANEL_OF or m[1].lower() == "details")
