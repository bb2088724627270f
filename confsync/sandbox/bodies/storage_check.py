"""Whether a body is storage format at all: the strict XML check before every write, and the tree it gives.

Known to be so: a body is an XML fragment with the undeclared prefixes `ac`, `ri`, `at` and the 253 entities of XHTML;
what is not well-formed is refused with the parser's complaint; 5 MB is the limit (FACTS.md 4, 13).
"""

from __future__ import annotations

import re
from html.entities import name2codepoint

from lxml import etree

from confsync.sandbox.refusals import BadXhtml, Invalid, TooLarge

MAX_BODY = 5 * 1024 * 1024
AC = "http://www.atlassian.com/schema/confluence/4/ac/"
RI = "http://www.atlassian.com/schema/confluence/4/ri/"
AT = "http://www.atlassian.com/schema/confluence/4/at/"
PREFIXES = {AC: "ac", RI: "ri", AT: "at"}
_OPEN = f'<confluence xmlns:ac="{AC}" xmlns:ri="{RI}" xmlns:at="{AT}">'
_CLOSE = "</confluence>"
_SKIPPED = r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>"
_ENTITY = re.compile(rf"{_SKIPPED}|&(?P<name>[A-Za-z][A-Za-z0-9]*);", re.DOTALL)
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MISMATCH = re.compile(r"Opening and ending tag mismatch: (\S+) line \d+ and (\S+)")


def parse(body: str) -> etree._Element:
    """Return the body's tree under a wrapper element; BadXhtml, Invalid or TooLarge when it is refused."""
    if len(body) > MAX_BODY or len(body.encode("utf-8", "surrogatepass")) > MAX_BODY:
        raise TooLarge("The body exceeds the maximum size of 5242880 bytes")
    if found := _ILLEGAL.search(body):
        raise Invalid(
            f"Error parsing xhtml: Illegal character ((CTRL-CHAR, code {ord(found[0])}))"
            f"{_place(body.count(chr(10), 0, found.start()) + 1, found.start())}"
        )
    if "<!DOCTYPE" in re.sub(r"<!\[CDATA\[.*?\]\]>", "", body, flags=re.DOTALL):
        raise BadXhtml(
            f"Error parsing xhtml: Unexpected DOCTYPE declaration in content{_place(1, len(_OPEN) + 1)}"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, strip_cdata=False
    )
    try:
        return etree.fromstring(_OPEN + _ENTITY.sub(_literal, body) + _CLOSE, parser)
    except etree.XMLSyntaxError as error:
        raise BadXhtml(f"Error parsing xhtml: {_complaint(error)}") from None


def _literal(found: re.Match[str]) -> str:
    """Turn an XHTML entity into its character; an unknown one stays, and the parser complains of it."""
    name = found["name"]
    if name is None or name in _XML_OWN or name not in name2codepoint:
        return found[0]
    return chr(name2codepoint[name])


def _complaint(error: etree.XMLSyntaxError) -> str:
    """Say it in the words of the server's parser, as far as they are known."""
    text = str(error.msg or "").split(", line ")[0]
    row, column = error.position
    if found := _MISMATCH.match(text):
        text = f"Unexpected close tag </{found[2]}>; expected </{found[1]}>."
    elif "']]>'" in text:
        text = "String ']]>' not allowed in textual content, except as the end marker of CDATA section"
    elif found := re.match(r"Entity '(.+)' not defined", text):
        text = f'Undeclared general entity "{found[1]}"'
    elif found := re.match(r"Namespace prefix (\S+) ", text):
        text = f'Undeclared namespace prefix "{found[1]}"'
    return text + _place(row, column)


def _place(row: int, column: int) -> str:
    return f"\n at [row,col {{unknown-source}}]: [{row},{column}]"
