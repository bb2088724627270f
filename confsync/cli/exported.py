"""Storage as other tools export it: with an XML declaration, in another encoding, with an element around it.

None of that belongs to a body. What is no body at all is refused.
"""

from __future__ import annotations

import re

from confsync.errors import ConversionError
from confsync.markup.storage.xml import MalformedError, parse

_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>\s*")
_ENCODING = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']"""
)
_AROUND = re.compile(
    r"""\s*<(?P<name>[A-Za-z][\w:.-]*)(?:\s+xmlns(?::\w+)?\s*=\s*(?:"[^"]*"|'[^']*'))+\s*>(?P<body>.*)</(?P=name)\s*>\s*""",
    re.DOTALL,
)
_SITE = re.compile(r"\s*<hibernate-generic\b")


def declared_encoding(raw: bytes) -> str | None:
    """Return the encoding that an XML declaration names; None without one, and for UTF-8."""
    m = _ENCODING.match(raw)
    name = m[1].decode("ascii").lower() if m else "utf-8"
    return None if name in {"utf-8", "utf8"} else name


def body_of(text: str, where: str) -> str:
    """Return the body in a saved text: no declaration, no element that only declares prefixes around it.

    ConversionError for the database of a space export, which holds many pages.
    """
    declaration = _DECLARATION.match(text)
    body = text[declaration.end() :] if declaration else text
    if _SITE.match(body):
        raise ConversionError(
            "This is the export of a whole space, not the body of a page.",
            where=where,
            hint="Import it into a Confluence and run `confsync pull`.",
            unchanged="It was not converted.",
        )
    around = _AROUND.fullmatch(body)
    return around["body"] if around and _nests(around["body"]) else body


def _nests(body: str) -> bool:
    try:
        parse(body)
    except MalformedError:
        return False
    return True
