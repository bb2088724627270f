"""Line ends in markup that is written for people to read: a long element over several lines, a short one on one.

Text in, text out: the markup is well-formed, compact, and stays the same to a parser that drops blanks beside blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<[^<>]+>|[^<]+|<", re.DOTALL)
NAME = re.compile(r"<([^\s/>]+)")
LONE_PARAGRAPH = re.compile(
    r"(<(?:td|th|li)(?:\s[^<>]*)?>)"
    r"<p>(?=(?:\s|<br\s?/>)*(?:[^\s<]|<(?!br|/p)))"  # an empty one is no text, it is distance
    r"((?:[^<]|<(?!/?p[\s/>]))*)</p>"
    r"(?=</(?:td|th|li)>|<[uo]l)"
)
DEEPEST = 100
"""How deep markup may nest that is laid out: nobody reads what lies deeper."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which elements get lines of their own: `breaking` ones longer than `width`, `always` ones anyway."""

    breaking: frozenset[str]
    always: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    """If one of several siblings is longer, all are laid out."""
    whole: frozenset[str] = frozenset()
    """What has a line of its own, and is never broken itself."""
    width: int = 100
    indent: str = ""

    def of(self, markup: str) -> str:
        """Return the markup with line ends; as it is when its tags do not pair up."""
        root = _parsed(markup)
        if root is None:
            return markup
        return "\n".join(line for group in self._groups(root) for line in group)

    def _groups(self, element: _Element) -> Iterator[list[str]]:
        """Yield the lines of each block in an element, and of each stretch between two of them."""
        between = ""
        long = {k.name for k in element.blocks(self.together) if len(k.flat) > self.width}
        for kid in element.kids:
            if isinstance(kid, _Element) and kid.name in self.breaking:
                if between.strip(" "):
                    yield [between.strip(" ")]
                between = ""
                yield self._lines(kid, broken=kid.name in self.always or kid.name in long)
            else:
                between += kid if isinstance(kid, str) else kid.flat
        if between.strip(" "):
            yield [between.strip(" ")]

    def _lines(self, element: _Element, *, broken: bool) -> list[str]:
        flat = element.flat
        if (
            element.name in self.whole
            or not (broken or len(flat) > self.width)
            or not element.blocks(self.breaking)
        ):
            return [flat]
        groups = list(self._groups(element))
        head, tail = element.head, element.tail
        if element.kids[0] not in element.blocks(self.breaking):
            head += groups.pop(0)[0]  # its text begins on the line of its tag
        return [head, *(self.indent + line for group in groups for line in group), tail]


HTML = Layout(
    breaking=frozenset(
        {"table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "p", "blockquote", "hr"}
    ),
    always=frozenset({"table", "thead", "tbody"}),
    together=frozenset({"tr"}),
)
"""How blocks of HTML stand in Markdown: a table with a line for each row, longer rows with a line for each cell."""


def bare(html: str) -> str:
    """Leave out the paragraph that is all the text of a cell or an item: its text says the same."""
    return LONE_PARAGRAPH.sub(r"\1\2", html)


@dataclass(slots=True, eq=False)
class _Element:
    """An element with its tags as they are written."""

    name: str
    head: str
    kids: list[_Element | str] = field(default_factory=list)
    tail: str = ""

    def blocks(self, names: frozenset[str]) -> list[_Element]:
        """Return the elements of these names right inside."""
        return [kid for kid in self.kids if isinstance(kid, _Element) and kid.name in names]

    @property
    def flat(self) -> str:
        """The element on one line."""
        out: list[str] = []
        todo: list[_Element | str] = [self]
        while todo:
            part = todo.pop()
            if isinstance(part, str):
                out.append(part)
            else:
                out.append(part.head)
                todo += [part.tail, *reversed(part.kids)]
        return "".join(out)


def _parsed(markup: str) -> _Element | None:
    """Return the elements of a fragment under one without tags; None when they do not nest, or too deep."""
    opened = [_Element("", "")]
    for token in TOKEN.findall(markup):
        if token.startswith("</"):
            if len(opened) == 1 or token[2:-1].strip() != opened[-1].name:
                return None
            opened.pop().tail = token
        elif (m := NAME.match(token)) and token[1] not in "!?":
            element = _Element(m[1], token)
            opened[-1].kids.append(element)
            if not token.endswith("/>"):
                opened.append(element)
                if len(opened) > DEEPEST:
                    return None
        else:
            opened[-1].kids.append(token)
    return opened[0] if len(opened) == 1 else None
