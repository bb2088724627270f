"""Storage as a tree of elements with offsets.

expat says whether a body is well-formed, and nothing else: where things stand, and what they say, is read from the `str`
itself, which takes no more than one expression once that is known. So nothing is expanded, nothing is fetched, and the
bytes of an untouched element are at hand.

Source: FACTS.md 1.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator, Mapping
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
_MARKUP = re.compile(
    r"</[^>]*>|<([^\s/>!?\"']+)([^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*)>|"
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>",
    re.DOTALL,
)
"""Whatever is not text, in a text that is well-formed: an open tag by its name and what follows that, and all else."""
ATTR = re.compile(r"([^\s=/<>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_WIDE = re.compile("[^\x00-\xff]+")
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
    parser = expat.ParserCreate("iso-8859-1")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse((HEAD + _narrow(src) + "</r>").encode("latin-1"), True)  # noqa: FBT003  (expat's signature)
    except expat.ExpatError as err:
        raise MalformedError(str(err)) from None
    return _tree(src, deepest)


def _narrow(src: str) -> str:
    """Replace what Latin-1 does not have by a character that is legal in text, and no part of names and markup."""
    return src if src.isascii() else _WIDE.sub(lambda m: "\xa0" * len(m[0]), src)


def _tree(src: str, deepest: int) -> El:
    """Return the elements of a text that is known to be well-formed."""
    root = El("r", 0, 0, NO_ATTRS)
    stack = [root]
    kids, last = root.kids, 0
    for m in _MARKUP.finditer(src):
        s, e = m.span()
        if s > last:
            kids.append(Txt("text", last, s, last, s))
        last = e
        name, attrs = m.groups()
        if name is not None:
            el = El(name, s, e, _attributes(attrs) if "=" in attrs else NO_ATTRS)
            kids.append(el)
            if not attrs.endswith("/"):
                stack.append(el)
                kids = el.kids
                if len(stack) > deepest + 1:
                    raise MalformedError("nested too deep")
        elif src[s + 1] == "/":
            el = stack.pop()
            el.cs, el.e = s, e
            kids = stack[-1].kids
        else:
            kids.append(_aside(src, s, e))
    if last < len(src):
        kids.append(Txt("text", last, len(src), last, len(src)))
    root.cs = root.e = len(src)
    return root


def _attributes(text: str) -> dict[str, str]:
    return {k: unescape(v[1:-1]) for k, v in ATTR.findall(text)}


def _aside(src: str, s: int, e: int) -> Txt:
    """Return what begins with `<!` or `<?`."""
    if src.startswith("<![CDATA[", s):
        return Txt("cdata", s, e, s + 9, e - 3)
    return Txt("comment" if src.startswith("<!", s) else "pi", s, e, s, s)


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
