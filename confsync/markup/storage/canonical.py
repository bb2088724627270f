"""Elements that the tree does not model, as text: in normal form, and as written into Markdown.

Both walk with a stack of their own, so that depth costs no recursion, and emit each character once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from confsync.markup.storage.vocabulary import INNER_TAGS, MACRO_TAGS, VOLATILE
from confsync.markup.storage.xml import El, Node, Txt, escape, escape_attr, unescape

VERBATIM = frozenset({"ac:plain-text-body", "ac:plain-text-link-body", "pre"})
"""White space counts inside of these."""
LOOSE = INNER_TAGS | frozenset({"table", "ul", "ol", "p", "div", "blockquote"})
"""White space between the parts of these does not count."""
COMMENT = "ac:inline-comment-marker"
"""Comments stay where they are: what they stand on says the same without them."""
FOLD = re.compile(r"[ \t\r\n]+")


def canonical(nodes: Sequence[Node], src: str) -> str:
    """Return the normal form: ids gone, attributes and parameters sorted, entities and CDATA spelled one way.

    The fallback of an ADF node repeats the node's content and says nothing of its own.
    """
    return _Canonical(src).run(nodes).strip(" ")


def line(nodes: Sequence[Node], src: str) -> str:
    """Return the normal form of inline content: here every blank counts."""
    return _Line(src).run(nodes).strip(" ")


def clean(nodes: Sequence[Node], src: str) -> str:
    """Return what is written into Markdown: ids, comments and ADF fallbacks gone, the rest as found."""
    return _Clean(src).run(nodes).strip(" \t\r\n")


class _Walk:
    """Emits elements into one list; an element's end is an entry on the stack."""

    def __init__(self, src: str) -> None:
        self.src = src
        self.out: list[str] = []
        self.todo: list[Node | _End] = []

    def run(self, nodes: Sequence[Node]) -> str:
        self.todo.extend(reversed(nodes))
        while self.todo:
            node = self.todo.pop()
            match node:
                case El(tag=tag) if tag == COMMENT:
                    self.todo.extend(reversed(node.kids))
                case El():
                    self.open(node)
                case _End():
                    self.close(node)
                case Txt():
                    self.text(node)
        self.settle()
        return "".join(self.out)

    def settle(self) -> None:
        """Emit what was held back."""

    def open(self, el: El) -> None:
        head = el.tag + "".join(f' {k}="{escape_attr(v)}"' for k, v in self.attrs(el))
        self.todo.append(_End(el, len(self.out), head))
        self.out.append(f"<{head}>")
        self.todo.extend(reversed(_without_fallback(el)))

    def attrs(self, el: El) -> list[tuple[str, str]]:
        return [(k, v) for k, v in el.attrs.items() if k not in VOLATILE]

    def close(self, end: _End) -> None:
        raise NotImplementedError

    def text(self, node: Txt) -> None:
        raise NotImplementedError


def _without_fallback(el: El) -> list[Node]:
    """Return an element's nodes but for the copy of its content that old renderers are shown."""
    if el.tag != "ac:adf-extension" or el.one("ac:adf-node") is None:
        return el.kids
    return [k for k in el.kids if not (isinstance(k, El) and k.tag == "ac:adf-fallback")]


class _End:
    """The end of an element whose open tag is `out[at]`."""

    __slots__ = ("at", "el", "head")

    def __init__(self, el: El, at: int, head: str) -> None:
        self.el, self.at, self.head = el, at, head


class _Clean(_Walk):
    def close(self, end: _End) -> None:
        if len(self.out) == end.at + 1:
            self.out[end.at] = f"<{end.head} />"
        else:
            self.out.append(f"</{end.el.tag}>")

    def text(self, node: Txt) -> None:
        if node.kind in {"text", "cdata"}:
            self.out.append(self.src[node.s : node.e])


class _Canonical(_Walk):
    def __init__(self, src: str) -> None:
        super().__init__(src)
        self.verbatim = 0
        self.pending: list[str] = []
        """Text up to the next tag: comments in the midst of it say nothing."""
        self.parents: list[El] = []
        self.starts: list[list[int]] = []

    def attrs(self, el: El) -> list[tuple[str, str]]:
        return sorted(super().attrs(el))

    def open(self, el: El) -> None:
        self.settle()
        if self.starts:
            self.starts[-1].append(len(self.out))
        super().open(el)
        self.verbatim += el.tag in VERBATIM
        self.parents.append(el)
        self.starts.append([])

    def close(self, end: _End) -> None:
        self.settle()
        self.parents.pop()
        starts = self.starts.pop()
        self.verbatim -= end.el.tag in VERBATIM
        if len(self.out) == end.at + 1:
            self.out[end.at] = f"<{end.head} />"
            return
        if end.el.tag in MACRO_TAGS and len(starts) > 1:
            self.sort_parameters(end.at + 1, starts)
        self.out.append(f"</{end.el.tag}>")

    def sort_parameters(self, begin: int, starts: list[int]) -> None:
        """Sort the children of a macro that are parameters; they come first."""
        bounds = [*starts, len(self.out)]
        kids = ["".join(self.out[a:b]) for a, b in pairwise(bounds)]
        lead = "".join(self.out[begin : starts[0]])
        self.out[begin:] = [lead, *sorted(k for k in kids if k.startswith("<ac:parameter"))]
        self.out.extend(k for k in kids if not k.startswith("<ac:parameter"))

    def text(self, node: Txt) -> None:
        text = self.src[node.a : node.b]
        if node.kind == "text":
            self.pending.append(text)
        elif node.kind == "cdata":
            self.settle()
            self.out.append(escape(text.replace("\r\n", "\n").replace("\r", "\n")))

    def settle(self) -> None:
        if self.pending:
            self.characters("".join(self.pending))
            self.pending.clear()

    def characters(self, text: str) -> None:
        """Emit text that nothing interrupts."""
        if self.verbatim:
            self.out.append(escape(unescape(text.replace("\r\n", "\n").replace("\r", "\n"))))
            return
        text = FOLD.sub(" ", unescape(text))
        parent = self.parents[-1].tag if self.parents else "ac:"
        if text != " " or not (parent.startswith(("ac:", "ri:")) or parent in LOOSE):
            self.out.append(escape(text))


class _Line(_Canonical):
    def characters(self, text: str) -> None:
        self.out.append(escape(FOLD.sub(" ", unescape(text))))
