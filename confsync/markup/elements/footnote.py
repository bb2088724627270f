"""Footnotes: `[^label]` and `[^label]: …`; in storage links and anchors, both ways, which work in every Confluence.

A definition stays where it stands. Its label is shown, not a number: so no footnote changes because of another one.

What is known of these in storage: FACTS.md 4 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup import address as addresses
from confsync.markup.elements import raw
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.source_map import Chain, Container, prefix_of
from confsync.markup.markdown.writer import MarkdownWriter, indent
from confsync.markup.storage.reader import Inside, StorageReader
from confsync.markup.storage.vocabulary import VOLATILE
from confsync.markup.storage.writer import StorageWriter, macro
from confsync.markup.storage.xml import El, escape, is_white, text_of
from confsync.markup.tree import Atomic, Attrs, Block, Footnote, Kind, Run

NOTE, BACK = "fn-", "fnref-"
"""Prefixes of the anchors at a definition and at a reference."""


def _mark(label: str, here: str, there: str) -> str:
    """Return the raised label: an anchor, and a link to the other one."""
    anchor = macro("anchor", [("", here + label)])
    link = addresses.element(addresses.here(there + label), f"<ac:link-body>{escape(label)}</ac:link-body>")
    return f"<sup>{anchor}{link}</sup>"


def label_of(el: El, src: str, here: str, there: str) -> str:
    """Return the label of a raised mark; empty when the element is none."""
    kids = el.els()
    if el.tag != "sup" or _says(el) or len(kids) != 2 or len(el.kids) != 2:
        return ""
    anchor, link = kids
    if anchor.get("ac:name") != "anchor" or link.tag != "ac:link":
        return ""
    label = text_of(anchor, src).removeprefix(here)
    if text_of(anchor, src) != here + label or link.get("ac:anchor") != there + label:
        return ""
    return label if text_of(link, src) == label and " " not in label else ""


def apart(place: Atomic, run: Atomic) -> bool:
    """Say whether a place and a link behind it, raised and not a footnote's mark, would be read as one."""
    label = str(run.value)
    there = {m.value for m in run.marks if m.kind == "link"}
    return any(
        place.value == here + label and addresses.here(back + label) in there
        for here, back in ((NOTE, BACK), (BACK, NOTE))
    )


def read_storage(el: El, into: Inside) -> bool:
    """Read a reference; False when `<sup>` is something else."""
    label = label_of(el, into.src, BACK, NOTE)
    if label:
        into.atom(el, "foot", label)
    return bool(label)


def write_storage(run: Atomic) -> str:
    """Write a reference."""
    return _mark(str(run.value), BACK, NOTE)


def read_definition(el: El, reader: StorageReader, depth: int) -> Block | None:
    """Read a paragraph, or a `<div>` whose first paragraph, begins with a definition's mark; None for any other."""
    first = el if el.tag == "p" else next((k for k in el.kids if not is_white(k, reader.src)), None)
    if not isinstance(first, El) or first.tag != "p" or _says(el) or _says(first):
        return None
    mark = first.kids[0] if first.kids else None
    label = label_of(mark, reader.src, NOTE, BACK) if isinstance(mark, El) else ""
    if not isinstance(mark, El) or not label:
        return None
    block = Block(Kind.FOOTNOTE, Footnote(label), ins=mark.e, ine=el.cs)
    text = Block(Kind.PARAGRAPH, Attrs(), s=mark.e, e=first.cs, ins=mark.e, ine=first.cs, bare=True, el=first)
    text.inline = reader.inline(first.kids[1:])
    if text.runs:
        block.kids.append(text)
    if el is not first:
        rest = reader.blocks(el.kids[el.kids.index(first) + 1 :], depth + 1)
        if not rest:
            return None
        block.kids.extend(rest)
    return block


def _says(el: El) -> bool:
    """Say whether an element has attributes besides those that editors put on it."""
    return bool(el.attrs) and any(k not in VOLATILE and k != "class" for k in el.attrs)


def write_definition(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write a definition."""
    mark = _mark(block.data.label if isinstance(block.data, Footnote) else "", NOTE, BACK)
    kids = block.kids
    lead = bool(kids) and kids[0].kind is Kind.PARAGRAPH and kids[0].data == Attrs()
    text = out.inline(kids[0].written) if lead else ""
    rest = kids[1:] if lead else kids
    first = f"<p>{mark} {text}</p>" if text else f"<p>{mark}</p>"
    return f"<div>{first}{out.blocks(rest)}</div>" if rest else first


# ---- Markdown ---------------------------------------------------------------------------------------------------


def read_reference(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read `[^label]`."""
    a = walk.p
    walk.expect(tokens[i].markup)
    walk.put("foot", tokens[i].meta["label"], a)
    return i


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a definition."""
    label = at.token.meta["label"]
    block = reader.place(Block(Kind.FOOTNOTE, Footnote(label)), at)
    chain = _inside(reader, block, at) if reader.track and at.token.map is not None else at.chain
    block.kids = reader.inside(at, chain)
    while block.kids and block.kids[-1].kind is Kind.SPACER:
        block.kids.pop()
    block.ine = block.e
    return [block]


def _inside(reader: MarkdownReader, block: Block, at: At) -> Chain:
    line = at.token.map[0] if at.token.map else 0
    stop = reader.lines.end(line)
    content = reader.src.index("]:", reader.lines.begin(line, at.chain)) + 2
    while content < stop and reader.src[content] in " \t":
        content += 1
    block.ins = content
    chain = (*at.chain, Container("i", 4, line, content))
    block.inner_prefix = prefix_of(chain)
    return chain


def write_reference(run: Atomic, context: InlineContext) -> str:
    """Write `[^label]`; without a definition that would be text, so such a one is kept as it is in storage."""
    if f":{run.value}" in context.references.labels:
        return f"[^{run.value}]"
    return raw.write_inline_markdown(Run("raw", run.value, run.marks, write_storage(run)), context)


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write a definition; its further blocks are indented by four."""
    label = block.data.label if isinstance(block.data, Footnote) else ""
    body = out.blocks(block.kids)
    return indent(body, "    ", f"[^{label}]: ") if body else f"[^{label}]:"
