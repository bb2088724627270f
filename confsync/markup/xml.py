"""Storage as a tree of elements with offsets, by expat.

expat counts bytes. The body is handed to it as Latin-1 with `?` for every wider character, so that each character is
one byte and a byte index *is* a `str` index. Text, attributes and entities are then read from the `str`, never from
expat's events: nothing is expanded, nothing is fetched, and the bytes of an untouched element are at hand.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from xml.parsers import expat

HEAD = '<!DOCTYPE r SYSTEM "x"><r>'
"""The outside doctype, which is never read, makes expat let undeclared entities pass; their names are checked here."""

XHTML_ENTITIES = {name: chr(code) for name, code in html.entities.name2codepoint.items()} | {"apos": "'"}
ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(\w+));")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 forbids, lone surrogates among them."""
CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
TAG = re.compile(r"<[^\s/>\"']+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
ATTR = re.compile(r"([^\s=/<>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
WHITE = " \t\r\n"
FOLD = re.compile(r"[ \t\r\n]+")


class MalformedError(ValueError):
    """The body is not a well-formed fragment, or declares a document type."""


NO_ATTRS: Mapping[str, str] = MappingProxyType({})
"""What most elements have, one for all of them."""


class El:
    """An element: open tag [s, oe), close tag [cs, e); both empty at `oe` when it closes itself."""

    __slots__ = ("attrs", "cs", "e", "kids", "oe", "s", "tag")

    def __init__(self, tag: str, s: int, oe: int, attrs: Mapping[str, str]) -> None:
        self.tag, self.s, self.oe, self.attrs = tag, s, oe, attrs
        self.cs = self.e = oe
        self.kids: list[El | Txt] = []

    def get(self, name: str) -> str:
        """Return an attribute's value, empty when there is none."""
        return self.attrs.get(name, "")

    def els(self) -> list[El]:
        """Return the child elements."""
        return [k for k in self.kids if isinstance(k, El)]

    def one(self, tag: str) -> El | None:
        """Return the first child of a tag."""
        return next((k for k in self.kids if isinstance(k, El) and k.tag == tag), None)


class Txt:
    """What is not an element: `text`, `cdata` (its content is [a, b)), `comment` or `pi`."""

    __slots__ = ("a", "b", "e", "kind", "s")

    def __init__(self, kind: str, s: int, e: int, a: int, b: int) -> None:
        self.kind, self.s, self.e, self.a, self.b = kind, s, e, a, b


Node = El | Txt


def _decode(m: re.Match[str]) -> str:
    if m[3]:
        return XHTML_ENTITIES.get(m[3], m[0])
    code = int(m[1], 16) if m[1] else int(m[2])
    return chr(code) if code <= 0x10FFFF else m[0]


def unescape(text: str) -> str:
    """Replace the entities of XHTML and character references by their characters."""
    return ENTITY.sub(_decode, text) if "&" in text else text


def fold(text: str) -> str:
    """Fold white space as inline content does; no-break spaces and their like are characters."""
    return FOLD.sub(" ", text).strip(" ")


def escape(text: str) -> str:
    """Write text content."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text


def escape_attr(text: str) -> str:
    """Write an attribute's value."""
    return (
        escape(text)
        .replace('"', "&quot;")
        .replace("\n", "&#10;")
        .replace("\t", "&#9;")
        .replace("\r", "&#13;")
    )


def attributes(pairs: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> str:
    """Write attributes, each with a blank before it."""
    return "".join(f' {name}="{escape_attr(value)}"' for name, value in pairs)


def legal(text: str) -> str:
    """Replace what XML forbids by U+FFFD, one for one, so that offsets stay."""
    return ILLEGAL.sub("\ufffd", text) if ILLEGAL.search(text) else text


def _check(src: str) -> None:
    if bad := ILLEGAL.search(src):
        raise MalformedError(f"a character that XML forbids at {bad.start()}")
    if "&" not in src:
        return
    for m in ENTITY.finditer(CDATA.sub("", src) if "<![CDATA[" in src else src):
        if m[3] and m[3] not in XHTML_ENTITIES:
            raise MalformedError(f"unknown entity &{m[3]};")
        if not m[3] and ILLEGAL.search(_decode(m)):
            raise MalformedError(f"a character that XML forbids: {m[0]}")


MAX_NESTING = 1950
"""Elements within each other; what is written stays below 2,000."""


def parse(src: str, deepest: int = MAX_NESTING) -> El:
    """Parse a fragment into an element `r` that spans it.

    MalformedError for anything that is not a well-formed fragment of XML with XHTML's entities, or nests too deep.
    """
    _check(src)
    builder = _Builder(src, deepest)
    try:
        builder.parser.Parse((HEAD + src + "</r>").encode("latin-1", "replace"), True)  # noqa: FBT003  (expat's signature)
    except (expat.ExpatError, ValueError) as err:  # ValueError: the end of a comment or of CDATA is missing
        raise MalformedError(str(err)) from None
    finally:
        del builder.parser  # it knows the builder, and would keep the whole tree until garbage is collected
    return builder.root


class _Builder:
    """Receives expat's events."""

    def __init__(self, src: str, deepest: int) -> None:
        self.src = src
        self.deepest = deepest
        self.root = El("r", 0, 0, {})
        self.stack = [self.root]
        self.last = 0
        self.parser = p = expat.ParserCreate("iso-8859-1")
        p.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        p.StartElementHandler = self.start
        p.EndElementHandler = self.end
        p.CommentHandler = self.skip("comment", "-->", 4)
        p.ProcessingInstructionHandler = self.skip("pi", "?>", 2)
        p.StartCdataSectionHandler = self.cdata

    def flush(self, at: int) -> None:
        """Add the text that was passed since the last event."""
        if at > self.last:
            self.stack[-1].kids.append(Txt("text", self.last, at, self.last, at))

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Open an element."""
        at = self.parser.CurrentByteIndex - len(HEAD)
        if at < 0:
            return
        self.flush(at)
        found, end = self.attributes(at) if attrs else (NO_ATTRS, self.src.index(">", at) + 1)
        # A name beyond Latin-1 came back from expat as question marks.
        if not name.isascii() or "?" in name:
            name = re.split(r"[\s/>]", self.src[at + 1 : end], maxsplit=1)[0]
        el = El(name, at, end, found)
        self.stack[-1].kids.append(el)
        self.stack.append(el)
        if len(self.stack) > self.deepest + 1:
            raise ValueError("nested too deep")
        self.last = end

    def attributes(self, at: int) -> tuple[dict[str, str], int]:
        """Return what an open tag says, and where it ends."""
        tag = TAG.match(self.src, at)
        if tag is None:
            raise ValueError("a tag that cannot be followed")
        return {k: unescape(v[1:-1]) for k, v in ATTR.findall(tag[0])}, tag.end()

    def end(self, _name: str) -> None:
        """Close an element.

        expat reports the end of `<x/>` behind the tag, where another close tag may stand: the open tag itself tells.
        """
        at = self.parser.CurrentByteIndex - len(HEAD)
        el = self.stack[-1]
        if el is self.root:
            self.flush(min(at, len(self.src)))
            el.cs = el.e = len(self.src)
            return
        if self.src[el.oe - 2] == "/":
            el.cs = el.e = el.oe
        else:
            self.flush(at)
            el.cs, el.e = at, self.src.index(">", at) + 1
        self.stack.pop()
        self.last = el.e

    def skip(self, kind: str, closing: str, opening: int) -> Callable[..., None]:
        """Make the reader of comments or processing instructions."""

        def found(*_: str) -> None:
            at = self.parser.CurrentByteIndex - len(HEAD)
            if at < 0:
                return
            self.flush(at)
            stop = self.src.index(closing, at + opening) + len(closing)
            self.stack[-1].kids.append(Txt(kind, at, stop, at, at))
            self.last = stop

        return found

    def cdata(self) -> None:
        """Read a CDATA section: its end is looked for in the text itself."""
        at = self.parser.CurrentByteIndex - len(HEAD)
        self.flush(at)
        stop = self.src.index("]]>", at) + 3
        self.stack[-1].kids.append(Txt("cdata", at, stop, at + 9, stop - 3))
        self.last = stop


def text_of(el: El, src: str) -> str:
    """Return all text below an element, CDATA included, in order."""
    out: list[str] = []
    todo: list[Node] = [*reversed(el.kids)]
    while todo:
        node = todo.pop()
        if isinstance(node, El):
            todo.extend(reversed(node.kids))
        elif node.kind == "text":
            out.append(unescape(src[node.a : node.b]))
        elif node.kind == "cdata":
            out.append(src[node.a : node.b])
    return "".join(out)


def is_white(node: Node, src: str) -> bool:
    """Say whether a node means nothing between blocks: white space, a comment, a processing instruction."""
    if isinstance(node, El):
        return False
    return node.kind in {"comment", "pi"} or (node.kind == "text" and not src[node.s : node.e].strip(WHITE))


def elements(el: El) -> Iterator[El]:
    """Walk all elements below, in no particular order."""
    todo = [el]
    while todo:
        node = todo.pop()
        for k in node.kids:
            if isinstance(k, El):
                yield k
                todo.append(k)
