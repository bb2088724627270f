"""The tree to storage, cold: compact, no white space between blocks, `<br />` style, no ids.

The writer knows marks and text; every block and atom is written by its file in `elements/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from confsync.markup import address as addresses
from confsync.markup import alignment
from confsync.markup.inline import HINT, Worn
from confsync.markup.storage.vocabulary import INLINE_MACROS
from confsync.markup.storage.xml import attributes, escape, escape_attr
from confsync.markup.tree import NO_MARKS, Atomic, Block, Kind, Mark, Marks, Pairs

RANK = {"link": 0, "strong": 2, "em": 3, "del": 4, "tag": 5, "hint": 6, "code": 9}
"""Which of two marks that reach equally far stands outside."""

IMAGE = "<ac:image"
MACRO = re.compile(r'<ac:structured-macro ac:name="([^"]*)"')
TEXT = frozenset({"t", "w", "s"})
"""Kinds of runs and tokens whose value is text."""

BARE = False
"""Not asked for: blocks between blocks have their own elements."""
BlockWriter = Callable[[Block, "StorageWriter", bool], str]
"""Writes a block; the flag asks for inline content without an element of its own."""
AtomWriter = Callable[[Atomic], str]


@dataclass(frozen=True, slots=True)
class StorageOutput:
    """Who writes what."""

    blocks: Mapping[Kind, BlockWriter] = field(default_factory=dict)
    atoms: Mapping[str, AtomWriter] = field(default_factory=dict)
    apart: Callable[[Atomic, Atomic], bool] = lambda _before, _run: False
    """Says whether what stands behind a place would make something else of both in one element."""


class StorageWriter:
    """Writes blocks and inline content as storage."""

    def __init__(self, output: StorageOutput) -> None:
        self.output = output

    def block(self, block: Block, *, bare: bool = False) -> str:
        """Write one block."""
        return self.output.blocks[block.kind](block, self, bare)

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Write siblings."""
        writers = self.output.blocks
        texts = [writers[b.kind](b, self, BARE) for b in blocks]
        for n, (text, other) in enumerate(pairwise([*texts, ""])):
            if other.startswith(IMAGE) and _is_word(text):
                texts[n + 1] = f"<p>{other}</p>"
            elif text.startswith(IMAGE) and _is_word(other):
                texts[n] = f"<p>{text}</p>"
        return "".join(texts)

    def inline(self, runs: Sequence[Atomic], base: Marks = NO_MARKS) -> str:
        """Write inline content; marks in `base` are open already, outside of it."""
        out: list[str] = []
        stack: list[Mark] = []
        reach: Reach | None = None
        for i, run in enumerate(runs):
            want = run.marks - base if base else run.marks
            if stack or want:
                beside = i > 0 and runs[i - 1].kind == "anchor" and self.output.apart(runs[i - 1], run)
                self.shut(stack, NO_MARKS if beside else want, out)
                missing = [m for m in want if m not in stack]
                if len(missing) > 1:
                    reach = reach or Reach(runs)
                    missing = reach.order(missing, i)
                for mark in missing:
                    out.append(self.open_tag(mark))
                    stack.append(mark)
            out.append(self.text(str(run.value)) if run.kind in TEXT else self.atom(runs, i))
        out.extend(self.close_tag(m) for m in reversed(stack))
        return "".join(out)

    def attributes(self, pairs: Pairs) -> str:
        """Write what an author chose for a paragraph or heading."""
        return attributes(alignment.to_storage(pairs))

    def text(self, text: str) -> str:
        """Write text."""
        return escape(text)

    def atom(self, runs: Sequence[Atomic], i: int) -> str:
        """Write one atom among others."""
        return self.output.atoms[runs[i].kind](runs[i])

    def shut(self, stack: list[Mark], want: Marks, out: list[str]) -> None:
        """Close the outermost mark that is not wanted, and with it all inside of it."""
        for n, mark in enumerate(stack):
            if mark not in want:
                out.extend(self.close_tag(m) for m in reversed(stack[n:]))
                del stack[n:]
                return

    def open_tag(self, mark: Mark) -> str:
        """Write the opening of a mark."""
        return open_tag(mark)

    def close_tag(self, mark: Mark) -> str:
        """Write the end of a mark."""
        return close_tag(mark)


def _is_word(text: str) -> bool:
    """Say whether storage beside an image is a macro that Confluence takes for a word, and so for a part of its line."""
    m = MACRO.match(text)
    return m is not None and m[1] in INLINE_MACROS


class Reach:
    """How far each mark reaches from a run on; the one that lasts longest is opened first."""

    def __init__(self, runs: Sequence[Atomic]) -> None:
        self.runs = runs
        self.until: list[dict[Mark, int]] = [{}] * len(runs)
        after: dict[Mark, int] = {}
        for i in range(len(runs) - 1, -1, -1):
            after = {m: after.get(m, i) for m in runs[i].marks}
            self.until[i] = after

    def order(self, marks: Sequence[Mark], i: int) -> list[Mark]:
        """Return marks that open at run `i`, outermost first."""
        until, nesting = self.until[i], getattr(self.runs[i].marks, "order", ())

        def place(mark: Mark) -> tuple[int, bool, int, int, Mark]:
            inmost = mark.kind == "code" and not isinstance(mark, Worn)
            opened = nesting.index(mark) if mark in nesting else len(nesting)
            return -until.get(mark, i), inmost, opened, RANK[mark.kind], mark

        return sorted(marks, key=place)


def open_tag(mark: Mark) -> str:
    """Write the opening of a mark."""
    if mark.kind == "link":
        if addresses.is_address(mark.value):
            return addresses.element(mark.value, "\0").partition("\0")[0] + "<ac:link-body>"
        told = "<span>" if isinstance(mark, Worn) else ""
        return f'<a href="{escape_attr(mark.value)}"{attributes(mark.attrs)}>{told}'
    if isinstance(mark, Worn):
        name, pairs = storage_element(mark)
        return f"<{name}{attributes(pairs)}>"
    if mark.kind in {"tag", HINT}:
        return f"<{mark.value}{attributes(mark.attrs)}>"
    return f"<{mark.kind}>"


def storage_element(mark: Mark) -> tuple[str, Pairs]:
    """Return the element of a mark that was written as another one, which is its class."""
    name = mark.value if mark.kind == "tag" else mark.kind
    return name, tuple(sorted((*mark.attrs, ("class", mark.name if isinstance(mark, Worn) else ""))))


def close_tag(mark: Mark) -> str:
    """Write the end of a mark."""
    if mark.kind == "link":
        told = "</span>" if isinstance(mark, Worn) else ""
        return "</ac:link-body></ac:link>" if addresses.is_address(mark.value) else f"{told}</a>"
    return f"</{mark.value if mark.kind in {'tag', HINT} else mark.kind}>"


def cdata(text: str) -> str:
    """Write text as CDATA; `]]>` is split between two sections."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def parameter(name: str, value: str) -> str:
    """Write a macro's parameter."""
    return f'<ac:parameter ac:name="{escape_attr(name)}">{escape(value)}</ac:parameter>'


LAYOUT = "data-layout"
"""How wide a macro is shown: the one attribute besides its name that people choose. Among parameters it stands for itself."""


def macro(name: str, params: Sequence[tuple[str, str]], body: str = "") -> str:
    """Write a macro; `body` is a whole body element or nothing."""
    inner = "".join([parameter(k, v) for k, v in params if k != LAYOUT])
    head = f"<ac:structured-macro{attributes([('ac:name', name), *(p for p in params if p[0] == LAYOUT)])}"
    return f"{head}>{inner}{body}</ac:structured-macro>" if inner or body else f"{head} />"


def rich(body: str) -> str:
    """Write a body of blocks."""
    return f"<ac:rich-text-body>{body}</ac:rich-text-body>"


def plain(text: str) -> str:
    """Write a body of text."""
    return f"<ac:plain-text-body>{cdata(text)}</ac:plain-text-body>"
