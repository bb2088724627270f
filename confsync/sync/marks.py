"""The text of a page that was created and is yet to be filled.

A create has no version message on Cloud (v2 OpenAPI, createPage), so the stamp travels in the text: a create whose
answer was lost can then be told from a stranger's page. A placeholder is not shown to readers.
"""

from __future__ import annotations

import html
import re

_MARK = re.compile(r"\s*<p[^<>]*>\s*<ac:placeholder[^<>]*>confsync: [^<]*</ac:placeholder>\s*</p>\s*")


def mark(message: str) -> str:
    """Return the body that holds a stamp and nothing else."""
    return f"<p><ac:placeholder>{html.escape(message, quote=False)}</ac:placeholder></p>"


def is_mark(body: str) -> bool:
    """Say whether a body holds a stamp and nothing else, however Confluence spells it."""
    return _MARK.fullmatch(body) is not None
