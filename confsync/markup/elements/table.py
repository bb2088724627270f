"""Tables: `<table>`; pipe tables where one can hold it, HTML tables or raw storage where not.

A pipe table holds rows of one width, at most one paragraph in a cell, header cells in the first row or nowhere, one
alignment for most cells of a column. A table without a header row has an empty one in Markdown.

What is known of these in storage: FACTS.md 7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.elements import cell_html
from confsync.markup.elements import macro as macros
from confsync.markup.elements.paragraph import raw_block
from confsync.markup.elements.raw import write_storage_like
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.source_map import cells_of_row, of_cell
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.spelling import Spelt, written
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.vocabulary import ALIGN, kept, style
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.storage.xml import El, attributes, is_white
from confsync.markup.tree import Attrs, Block, Cell, Inline, Kind, Notation, Pairs

NUMBERING = "numberingColumn"
"""The class of cells whose text Confluence counts itself: the one class of a cell that says what it is."""
WRAPPER = ("class", "content-wrapper")
"""What Data Center's editor has around all of a cell with macros, images or links to files in it (FACTS.md 7)."""
OPENING, CLOSING = f"<div{attributes([WRAPPER])}>", "</div>"
WRAPPED = re.compile(
    rf"{OPENING}((?:\\.|(?!</?div\b)[^\\]|<div data-confluence=[^<>]*></div>)*){CLOSING}", re.DOTALL
)
LEFT = Spelt("", "left")
"""An alignment that says what is so anyway: it comes back, and means nothing."""
EXPLICIT = re.compile(r"\s*text-align\s*:\s*left\s*;?\s*")
RULES = {"": "---", "left": ":---", "center": ":---:", "right": "---:"}
ALONE = re.compile(r"<p(?: style=\"text-align: (left|center|right);\")?>((?:(?!</?p[\s>]).)+)</p>")
"""The text of a cell that is not aligned as its column is."""
ALIGN_MD = re.compile(r"text-align:(left|center|right)")


# ---- storage ----------------------------------------------------------------------------------------------------


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<table>`; widths, colours and the split into head and body are hints."""
    rows = [_row(tr, reader, depth + 1) for part in el.els() for tr in _rows_of(part)]
    if not rows or any(not is_white(k, reader.src) and not isinstance(k, El) for k in el.kids):
        raise Unreadable
    return Block(Kind.TABLE, kids=rows, ins=rows[0].s, ine=rows[-1].e)


def _rows_of(part: El) -> list[El]:
    if part.tag == "tr":
        return [part]
    if part.tag == "colgroup":
        return []
    if part.tag in {"thead", "tbody", "tfoot"} and all(k.tag == "tr" for k in part.els()):
        return part.els()
    raise Unreadable


def _row(tr: El, reader: StorageReader, depth: int) -> Block:
    row = Block(Kind.ROW, s=tr.s, e=tr.e, ins=tr.oe, ine=tr.cs, el=tr)
    for c in tr.els():
        if c.tag not in {"td", "th"}:
            raise Unreadable
        row.kids.append(_cell(c, reader, depth + 1))
    return row


def _cell(c: El, reader: StorageReader, depth: int) -> Block:
    wrapper = _wrapper(c, reader)
    cell = reader.container(Block(Kind.CELL, s=c.s, e=c.e, el=c), wrapper or c, depth)
    m = ALIGN.fullmatch(style(c.get("style"))) if c.attrs else None
    align = m[1] if m else LEFT if _is_left(c) else ""
    only = cell.kids[0] if len(cell.kids) == 1 else None
    if only is not None and isinstance(only.data, Attrs) and only.kind is Kind.PARAGRAPH and only.data.attrs:
        m = ALIGN.fullmatch(only.data.attrs[0][1])
        if m and align in {"", m[1]}:  # Cloud aligns the paragraph, Data Center the cell
            align, only.data = m[1], Attrs()
    elif only is not None and isinstance(only.el, El) and _is_left(only.el) and not align:
        align = LEFT
    spans = _spans(c) if c.attrs else ()
    if wrapper is not None:
        spans = (WRAPPER, *spans)
    cell.data = Cell(c.tag == "th", align if cell.kids else "", spans)
    return cell


def _wrapper(c: El, reader: StorageReader) -> El | None:
    """Return the element around all of a cell; in the HTML of a document the cell itself bears its class."""
    if reader.document is not None and c.get("class") == WRAPPER[1]:
        return c
    solid = [k for k in c.kids if not is_white(k, reader.src)]
    only = solid[0] if len(solid) == 1 else None
    wraps = isinstance(only, El) and only.tag == "div" and kept(only.attrs) == (WRAPPER,)
    return only if isinstance(only, El) and wraps else None


def _spans(c: El) -> Pairs:
    spans = tuple((k, c.get(k)) for k in ("colspan", "rowspan") if c.get(k) not in {"", "1"})
    return (("class", NUMBERING), *spans) if c.get("class") == NUMBERING else spans


def _is_left(el: El) -> bool:
    return bool(el.attrs) and EXPLICIT.fullmatch(el.get("style")) is not None


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the table."""
    return f"<table><tbody>{out.blocks(block.kids)}</tbody></table>"


def write_row(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001
    """Write `<tr>`."""
    return f"<tr>{''.join([out.block(c, bare=bare) for c in block.kids])}</tr>"


def write_cell(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001
    """Write `<td><p>…</p></td>`; the alignment stands on the paragraph, where Cloud and Data Center both honour it."""
    tag, attrs, body = _written(block, out, bare=bare)
    if WRAPPER in attrs:
        attrs, body = [a for a in attrs if a != WRAPPER], f"{OPENING}{body}{CLOSING}"
    return f"<{tag}{attributes(attrs)}>{body}</{tag}>"


def write_cell_html(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the same into HTML, where no element is needed around what is in a cell."""
    tag, attrs, body = _written(block, out, bare=bare)
    return f"<{tag}{attributes(attrs)}>{body}</{tag}>"


def _written(block: Block, out: StorageWriter, *, bare: bool) -> tuple[str, list[tuple[str, str]], str]:
    """Return a cell's tag, its attributes and what stands in it."""
    data = block.data if isinstance(block.data, Cell) else Cell()
    tag, only = "th" if data.header else "td", block.kids[0] if len(block.kids) == 1 else None
    style = [("style", f"text-align: {written(data.align)};")] if written(data.align) else []
    if only is None or only.kind is not Kind.PARAGRAPH or only.data != Attrs():
        return tag, [*data.spans, *style], out.blocks(block.kids)
    if style:
        return tag, [*data.spans], f"<p{attributes(style)}>{out.inline(only.written)}</p>"
    plain = bare or ("class", NUMBERING) in data.spans  # as Confluence has its own numbers
    return tag, [*data.spans], out.block(only, bare=plain)


# ---- Markdown ---------------------------------------------------------------------------------------------------


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a pipe table; the header row is none when all of its cells are empty."""
    block = reader.place(Block(Kind.TABLE), at)
    rows = [i for i in range(at.i + 1, at.j) if reader.tokens[i].type == "tr_open"]
    block.kids = [_pipe_row(reader, at, i) for i in rows]
    if _has_header_column(block.kids):
        for row in block.kids:
            del row.kids[1]
        for row in block.kids[1:]:
            row.kids[0].data = Cell(header=True, align=row.kids[0].data.align)  # type: ignore[union-attr]  # is a Cell
    if len(block.kids) > 1 and not any(c.kids for c in block.kids[0].kids):
        block.headless = True
        block.kids = block.kids[1:]
    block.ins, block.ine = block.s, block.e
    return [block]


def _has_header_column(rows: list[Block]) -> bool:
    """Say whether the first column is one of headers, as md2conf has it: a column without a word stands behind it."""
    head, *body = rows
    if len(head.kids) < 3 or not body or any(len(row.kids) != len(head.kids) for row in body):
        return False
    named = all(cell.kids for n, cell in enumerate(head.kids) if n != 1)
    return (
        named and not any(row.kids[1].kids for row in rows) and any(c.kids for r in body for c in r.kids[2:])
    )


def _pipe_row(reader: MarkdownReader, at: At, i: int) -> Block:
    token = reader.tokens[i]
    row = Block(Kind.ROW, notation=Notation.MARKDOWN)
    spans: list[tuple[int, int]] = []
    if reader.track and token.map is not None:
        row.s, row.e = reader.lines.begin(token.map[0], at.chain), reader.lines.end(token.map[0])
        row.ins, row.ine, row.prefix = row.s, row.e, reader.prefix(at.chain)
        spans = cells_of_row(reader.src, row.s, row.e)
    for n, c in enumerate(k for k in range(i + 1, reader.end(i)) if reader.tokens[k].nesting == 1):
        span = spans[n] if n < len(spans) else (row.e, row.e)
        row.kids.append(_pipe_cell(reader, c, span, row.prefix))
    return row


def _pipe_cell(reader: MarkdownReader, i: int, span: tuple[int, int], prefix: str) -> Block:
    token, inline = reader.tokens[i], reader.tokens[i + 1]
    s, e = span
    cell = Block(Kind.CELL, s=s, e=e, ins=s, ine=e, notation=Notation.MARKDOWN, prefix=prefix)
    wrapped = WRAPPED.fullmatch(inline.content)
    if wrapped is not None:
        inline = Token("inline", "", 0, content=wrapped[1], map=inline.map)
        s, e = s + len(OPENING), e - len(CLOSING)
        cell.ins, cell.ine = s, e
    own = ALONE.fullmatch(inline.content)
    if own is not None:  # the cell is not aligned as its column is
        inline = Token("inline", "", 0, content=own[2], map=inline.map)
        s, e = s + own.start(2), e - len("</p>")
        cell.ins, cell.ine = s, e
    html = cell_html.blocks_of(reader, inline) if "<" in inline.content else None
    words = None
    if html is None and inline.content:
        words = reader.inline(inline, lambda: of_cell(s, e, reader.src))
    # an editor leaves a cell empty with breaks alone
    breaks = words is not None and all(r.kind == "br" for r in words.runs)
    if html is not None or breaks:
        cell.ins = cell.ine = -1
    if html is not None:
        cell.kids = html
    elif words is not None and not breaks:
        cell.kids.append(_cell_text(cell, words, inline.content, (s, e)))
    align = _alignment(token, own) if cell.kids else ""
    cell.data = Cell(token.tag == "th", align, (WRAPPER,) if wrapped is not None else ())
    return cell


def _cell_text(cell: Block, words: Inline, content: str, span: tuple[int, int]) -> Block:
    """Return the paragraph of a cell; a macro's own element alone is that macro."""
    s, e = span
    text = Block(Kind.PARAGRAPH, Attrs(), s=s, e=e, ins=s, ine=e, notation=Notation.MARKDOWN)
    text.prefix, text.inline, text.bare = cell.prefix, words, True
    macro = content.startswith("<div") and len(words.runs) == 1 and words.runs[0].kind == "raw"
    return raw_block(text, words.runs[0]) if macro else text


def _alignment(token: Token, own: re.Match[str] | None) -> str:
    """Return a cell's alignment: its own where it has one, else its column's."""
    if own is not None:
        return own[1] or ""
    m = ALIGN_MD.search(str(token.attrs.get("style", "")))
    return LEFT if m and m[1] == "left" else m[1] if m else ""


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write a pipe table where it can hold this one."""
    aligns = column_aligns(block)
    if aligns is None:
        return write_storage_like(block, out)
    rows = []
    for row in block.kids:
        cells = zip(row.kids, aligns, strict=True)
        texts = [in_column(write_cell_markdown(c, out, block), c, align) for c, align in cells]
        rows.append("| " + " | ".join(texts) + " |")
    rule = "| " + " | ".join(RULES[written(a)] for a in aligns) + " |"
    if _is_header(block.kids[0]):
        return "\n".join([rows[0], rule, *rows[1:]])
    return "\n".join(["|" + "  |" * len(aligns), rule, *rows])


def write_cell_markdown(cell: Block, out: MarkdownWriter, table: Block) -> str:
    """Write the text of one cell."""
    if not cell.kids:
        return ""
    if cell.kids[0].kind is Kind.RAW:
        return (macros.spelled(cell.kids[0].xml, block=True) or "").replace("|", "\\|")
    return out.inline(cell.kids[0].written, out.level(table), cell=True, line_start=False)


def _is_header(row: Block) -> bool:
    return all(isinstance(c.data, Cell) and c.data.header for c in row.kids)


def in_column(text: str, cell: Block, align: str) -> str:
    """Return a cell's text as it stands in a column of this alignment, in the element that is around it."""
    data = cell.data if isinstance(cell.data, Cell) else Cell()
    text = alone(text, data.align) if cell.kids and data.align != align else text
    return f"{OPENING}{text}{CLOSING}" if WRAPPER in data.spans else text


def alone(text: str, align: str) -> str:
    """Write a cell that is not aligned as its column is: a paragraph of its own."""
    return f'<p style="text-align: {align};">{text}</p>' if align else f"<p>{text}</p>"


def column_aligns(block: Block) -> list[str] | None:
    """Return the alignment that most of each column's cells have; None when a pipe table cannot hold this one."""
    widths = {len(r.kids) for r in block.kids}
    if len(widths) != 1 or 0 in widths:
        return None
    head = _is_header(block.kids[0])
    if head and _has_header_column(block.kids):
        return None  # which reads as something else
    if not all(_fits(c, header=head and n == 0) for n, row in enumerate(block.kids) for c in row.kids):
        return None
    if head and not any(c.kids for c in block.kids[0].kids):
        return None
    columns = [[row.kids[m] for row in block.kids] for m in range(widths.pop())]
    aligns = [_align_of(cells) for cells in columns]
    return None if None in aligns else [a for a in aligns if a is not None]


def _align_of(column: Sequence[Block]) -> str | None:
    """Return the alignment of most cells, in the spelling that all of these have; None when others cannot be told."""
    full = [c for c in column if c.kids]
    aligns = [c.data.align if isinstance(c.data, Cell) else "" for c in full]
    most = max(aligns, key=aligns.count, default="")
    others = [c for c, align in zip(full, aligns, strict=True) if align != most]
    if others and (len(others) * 2 >= len(full) or any(c.kids[0].kind is not Kind.PARAGRAPH for c in others)):
        return None
    alike = [a for a in aligns if a == most]
    return alike[0] if len({written(a) for a in alike}) == 1 else ""


def _fits(cell: Block, *, header: bool) -> bool:
    data = cell.data if isinstance(cell.data, Cell) else Cell()
    if data.spans not in ((), (WRAPPER,)) or data.header != header or len(cell.kids) > 1:
        return False
    if not cell.kids:
        return True
    only = cell.kids[0]
    if only.kind is Kind.RAW:  # a macro without a body stands in a cell as it stands between words
        return macros.spelled(only.xml, block=True) is not None
    return only.kind is Kind.PARAGRAPH and only.data == Attrs()
