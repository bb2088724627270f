"""Edits of a storage element's own data: tag, attributes, parameters. Everything else in the element stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from confsync.markup.elements import adf
from confsync.markup.elements.box import storage_key
from confsync.markup.elements.code import named
from confsync.markup.elements.table import WRAPPER
from confsync.markup.lens.diff.edits import Edit, NoSplice
from confsync.markup.storage.writer import LAYOUT
from confsync.markup.storage.xml import ATTR, El, escape, escape_attr, unescape
from confsync.markup.tree import (
    Attrs,
    Block,
    Box,
    Cell,
    Code,
    Data,
    Expand,
    Heading,
    Item,
    ListData,
    Pairs,
    Panel,
)


def data_edits(source: str, old: Block, new: Block) -> list[Edit]:
    """Return the edits that give an element the other block's data; NoSplice when it must be written anew."""
    el = old.el
    if not isinstance(el, El) or old.bare:
        raise NoSplice("no element of its own")
    edits = _Edits(source, el)
    return list(edits.of(old, old.data, new.data))


class _Edits:
    """The edits of one element."""

    def __init__(self, source: str, el: El) -> None:
        self.source, self.el = source, el

    def of(self, block: Block, old: Data, new: Data) -> Iterator[Edit]:
        """Choose by the kind of data."""
        match old, new:
            case ((Attrs() | Heading()), (Attrs() | Heading())):
                yield from self.leaf(old, new)
            case ListData(), ListData():
                yield from self.listing(old, new)
            case Item(), Item():
                yield from self.state(block, old, new)
            case Cell(), Cell():
                yield from self.cell(block, old, new)
            case ((Code() | Panel() | Expand() | Box()), _) if type(old) is type(new):
                yield from self.macro(old, new)
            case _:
                raise NoSplice("no way to change its data")

    def leaf(self, old: Attrs | Heading, new: Attrs | Heading) -> Iterator[Edit]:
        """Paragraphs and headings: the tag, and what the author chose."""
        tag = f"h{new.level}" if isinstance(new, Heading) else "p"
        yield from self.retag(tag)
        yield from self.attributes(old.attrs, new.attrs)

    def listing(self, old: ListData, new: ListData) -> Iterator[Edit]:
        """A list: bullets or numbers, and the first number."""
        if "task" in (old.style, new.style):
            raise NoSplice("tasks and items are other elements")
        yield from self.retag(new.style)
        if new.start != old.start:
            yield from self.attribute("start", new.start or None)
        yield from self.attributes(old.attrs, new.attrs)

    def state(self, block: Block, old: Item, new: Item) -> Iterator[Edit]:
        """An item: what the author chose; a task's box."""
        if old.attrs != new.attrs:
            yield from self.attributes(old.attrs, new.attrs)
        if old.state == new.state:
            return
        if not old.state or not new.state or block.state_span is None:
            raise NoSplice("tasks and items are other elements")
        in_html = self.el.tag == "li"
        yield Edit(
            *block.state_span, new.state if in_html else "complete" if new.state == "x" else "incomplete"
        )

    def cell(self, block: Block, old: Cell, new: Cell) -> Iterator[Edit]:
        """A cell: header or not, merged or not, alignment (which may stand on its paragraph)."""
        yield from self.retag("th" if new.header else "td")
        if (WRAPPER in old.spans) is not (WRAPPER in new.spans):
            raise NoSplice("another element around what is in it")
        spans = dict(new.spans)
        for name in ("class", "colspan", "rowspan"):
            if dict(old.spans).get(name) != spans.get(name):
                yield from self.attribute(name, spans.get(name))
        if old.align != new.align:
            yield from self.align(block, new.align)

    def align(self, block: Block, align: str) -> Iterator[Edit]:
        """Set a cell's alignment where it stands now; a new one on the cell itself."""
        holders = [self.el, *(k.el for k in block.kids if isinstance(k.el, El))]
        bearing = [e for e in holders if "text-align" in e.get("style")]
        if not bearing:
            yield from self.attribute("style", f"{self.el.get('style')} text-align: {align};".strip())
        for el in bearing:
            style = re.sub(r"\s*text-align\s*:\s*[^;]*;?", "", el.get("style")).strip()
            if align and el is bearing[0]:
                style = f"{style} text-align: {align};".strip()
            yield from _Edits(self.source, el).attribute("style", style or None)

    def macro(self, old: Data, new: Data) -> Iterator[Edit]:
        """Macros: their name and parameters; layouts and `div`: attributes."""
        old_name, old_pairs = _macro(old)
        name, pairs = _macro(new)
        if "data-confluence" in self.el.attrs or self.el.tag in {"details", "pre"}:
            raise NoSplice("it is HTML")
        if isinstance(old, Box) and not old.name.startswith("macro:"):
            if old_name != name:
                raise NoSplice("another element")
            if name.startswith(adf.PREFIX):
                yield from self.panel(dict(old_pairs), dict(pairs))
                return
            yield from self.attributes(
                tuple((storage_key(old, k), v) for k, v in old_pairs),
                tuple((storage_key(old, k), v) for k, v in pairs),
            )
            return
        if old_name != name:
            yield from self.attribute("ac:name", name)
        was, now = dict(old_pairs), dict(pairs)
        if was.pop(LAYOUT, None) != now.pop(LAYOUT, None):
            yield from self.attribute(LAYOUT, dict(pairs).get(LAYOUT))
        if len(was) < len([k for k, _ in old_pairs if k != LAYOUT]):
            raise NoSplice("a parameter twice")
        yield from self.parameters(tuple(was.items()), tuple(now.items()))

    def panel(self, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Edit]:
        """An ADF panel or a decision: its node's attributes, each an element."""
        node = self.el if self.el.tag == "ac:adf-node" else self.el.one("ac:adf-node")
        if node is None:
            raise NoSplice("no node")
        there = {k.get("key"): k for k in node.els() if k.tag == "ac:adf-attribute"}
        for key in sorted({*old, *new}):
            value, el = new.get(key), there.get(key)
            if old.get(key) == value:
                continue
            written = adf.attribute(key, value) if value is not None else ""
            yield Edit(el.s, el.e, written) if el is not None else Edit(node.oe, node.oe, written)

    # ---- the parts of an element ----

    def retag(self, tag: str) -> Iterator[Edit]:
        """Give the element another name."""
        el, old = self.el, self.el.tag
        if tag == old:
            return
        yield Edit(el.s + 1, el.s + 1 + len(old), tag)
        if el.cs < el.e:
            yield Edit(el.cs + 2, el.cs + 2 + len(old), tag)

    def attributes(self, old: Pairs, new: Pairs) -> Iterator[Edit]:
        """Set the attributes that differ."""
        have, want = dict(old), dict(new)
        for name in sorted({*have, *want}):
            if have.get(name) != want.get(name):
                yield from self.attribute(name, want.get(name))

    def attribute(self, name: str, value: str | None) -> Iterator[Edit]:
        """Set one attribute, or remove it (None)."""
        el = self.el
        at = el.s + 1 + len(el.tag)
        for m in ATTR.finditer(self.source, at, el.oe):
            if m[1] != name:
                continue
            if value is not None:
                yield Edit(m.start(2), m.end(2), f'"{escape_attr(value)}"')
            else:
                yield Edit(len(self.source[: m.start()].rstrip()), m.end(), "")
            return
        if value is not None:
            end = el.oe - (2 if self.source[el.oe - 2] == "/" else 1)
            end = len(self.source[:end].rstrip())
            yield Edit(end, end, f' {name}="{escape_attr(value)}"')

    def parameters(self, old: Pairs, new: Pairs) -> Iterator[Edit]:
        """Set the parameters that differ; new ones stand behind the last."""
        have, want = dict(old), dict(new)
        if len(have) != len(old) or len(want) != len(new):
            raise NoSplice("a parameter twice")
        there = {k.get("ac:name"): k for k in self.el.els() if k.tag == "ac:parameter"}
        for name, value in old:
            if want.get(name) != value:
                yield self.parameter(there.get(name), want.get(name))
        added = [(k, v) for k, v in new if k not in have and k not in there]
        for name, value in new:
            if name in there and name not in have:  # it was there, and said nothing
                yield self.parameter(there[name], value)
        if added:
            text = "".join(_parameter(k, v) for k, v in added)
            at = max((k.e for k in there.values()), default=self.el.oe)
            if self.el.cs == self.el.oe:
                raise NoSplice("an element that closes itself")
            yield Edit(at, at, text)

    def parameter(self, el: El | None, value: str | None) -> Edit:
        """Set or remove one parameter."""
        if el is None:
            raise NoSplice("a parameter that is not found")
        if value is None:
            return Edit(el.s, el.e, "")
        if el.cs == el.oe:
            return Edit(el.s, el.e, _parameter(el.get("ac:name"), value))
        return Edit(el.oe, el.cs, escape(value))


def _parameter(name: str, value: str) -> str:
    return f'<ac:parameter ac:name="{escape_attr(name)}">{escape(value)}</ac:parameter>'


def _macro(data: Data) -> tuple[str, Pairs]:
    """Return a macro's name and its parameters as storage has them."""
    match data:
        case Code():
            name, params = named(data)
            return name, tuple(sorted(params))
        case Panel(name, title):
            return name, (("title", title),) if title else ()
        case Expand(title, attrs):
            return "expand", tuple(sorted((*attrs, *((("title", title),) if title else ()))))
        case Box(name, attrs):
            return name.removeprefix("macro:"), attrs
        case _:
            raise NoSplice("no macro")


# ---- raw blocks -------------------------------------------------------------------------------------------------

_FALLBACK = re.compile(
    r"(<!\[CDATA\[.*?\]\]>)|(<ac:adf-extension\b)|<ac:adf-fallback\b(?:[^>]*/>|.*?</ac:adf-fallback>)",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"<ac:adf-fallback\b(?:[^>]*/>|.*?</ac:adf-fallback>)|<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    r"|<(?P<empty>[a-z][\w:.-]*)\b[^>]*(?<!/)></(?P=empty)>|<[^>]*>|&[^;\s]*;|\s+|[^\W_]+|.",
    re.DOTALL,
)


_UNSEEN = ("<ac:adf-fallback", "<ac:inline-comment-marker", "</ac:inline-comment-marker")


def xml_tokens(text: str) -> list[tuple[int, int]]:
    """Cut storage into tags, CDATA sections, words and characters; ADF fallbacks and comments are left out.

    An element with nothing in it is one tag, however it is closed.
    """
    return [m.span() for m in _TOKEN.finditer(text) if not text.startswith(_UNSEEN, m.start())]


def fallbacks(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield the ADF fallbacks, each with the start of the extension that it stands in."""
    extension = 0
    for m in _FALLBACK.finditer(text):
        if m[2]:
            extension = m.start()
        elif not m[1]:
            yield extension, *m.span()


def tag_key(text: str, volatile: frozenset[str]) -> object:
    """Return what a token is without ids and without the order of its attributes."""
    if text[:1] != "<" or text[1:2] in "/!?":
        return text if not text.isspace() else " "
    name = re.match(r"<[^\s/>]*", text)
    pairs = sorted((k, unescape(v[1:-1])) for k, v in ATTR.findall(text) if k not in volatile)
    return (name[0] if name else text, text.endswith("/>") or "></" in text, tuple(pairs))


def grafted(tag: str, old: str, volatile: frozenset[str]) -> str:
    """Return an open tag with the ids of the tag that it replaces."""
    ids = [m[0] for m in ATTR.finditer(old) if m[1] in volatile]
    have = {m[1] for m in ATTR.finditer(tag)}
    ids = [x for x in ids if x.split("=", 1)[0].strip() not in have]
    if not ids or not tag.startswith("<") or tag[1:2] in "/!?":
        return tag
    cut = tag.index("></") if "></" in tag else len(tag) - (2 if tag.endswith("/>") else 1)
    head = tag[:cut]
    gap = head[len(head.rstrip()) :]
    return f"{head.rstrip()} {' '.join(ids)}{gap}{tag[cut:]}"
