"""Storage as the written side: its gaps, its elements' data, its cold pieces. The engine decides; this writes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from confsync.markup.elements.adf import without_copy
from confsync.markup.lens.diff.edits import Edit, NoSplice
from confsync.markup.lens.diff.pairing import runs
from confsync.markup.lens.splice.gaps import Joints, Part
from confsync.markup.lens.splice.side import STAND_IN, stand_in
from confsync.markup.lens.storage.data import data_edits, fallbacks, grafted, tag_key, xml_tokens
from confsync.markup.lens.storage.exchange import exchanged, retagged
from confsync.markup.storage.vocabulary import INLINE_MACROS, VOLATILE
from confsync.markup.storage.writer import StorageWriter, cdata
from confsync.markup.storage.xml import TAG, El, escape
from confsync.markup.tree import (
    Block,
    Elem,
    Image,
    Kind,
    Mark,
    Marks,
    Path,
    Tok,
    norms_of,
)

_IDS = re.compile(
    r"\s(?:ac:macro-id|ac:schema-version|ac:local-id|local-id|ac:task-id|ac:task-uuid)=(?:\"[^\"]*\"|'[^']*')"
)
PLAIN_BODY = "<ac:plain-text-link-body><![CDATA["
_LAYOUT = re.compile(r">[ \t\r\n]+</?ac:")
"""White space that means nothing."""
_ALONE = re.compile(r"<p\b[^>]*>(<ac:.*>)</p>", re.DOTALL)
_IN_HTML = ("<div", "<pre data-confluence")
"""What stands for a raw block in the HTML of a document."""
_NAME = re.compile(r"<ac:(?:structured-)?macro\b[^>]*\sac:name=[\"']([^\"']*)")

ReadBlocks = Callable[[str], Sequence[Block]]


@dataclass(frozen=True, slots=True)
class StorageJoints:
    """White space between elements says nothing, and any of it will do."""

    default: str = ""
    says_first: bool = False
    """Trailing empty paragraphs are in the gap, and must stay trailing."""

    def between(self, before: Part | None, after: Part | None) -> str:
        """Return what most of the siblings have."""
        del before, after
        return self.default

    def content(self, gap: str) -> str:
        """Return everything but the white space at the ends."""
        return gap.strip(" \t\r\n")

    def fits(self, gap: str, before: Part | None, after: Part | None) -> bool:
        """Any white space separates elements."""
        del before, after
        return not gap.strip(" \t\r\n")

    def melts(self, gap: str, before: Part, after: Part) -> bool:
        """Tags keep everything apart."""
        del gap, before, after
        return False

    def opening(self, gap: str) -> None:
        """No element begins in one gap and ends in another."""
        del gap


class StorageSide:
    """Storage text as the side that is written."""

    levels = 1

    def __init__(self, source: str, writer: StorageWriter, read: ReadBlocks) -> None:
        self.source, self.writer, self.read = source, writer, read
        self.level = 0

    # ---- gaps ----

    def joints(self, box: Block, gaps: Sequence[str]) -> Joints:
        """Use the commonest white gap between the children."""
        del box
        white = [g for g in gaps[1:-1] if not g.strip(" \t\r\n")]
        return StorageJoints(Counter(white).most_common(1)[0][0] if white else "")

    def freed(self, box: Block, gaps: Sequence[str], parts: Sequence[Part]) -> tuple[list[str], list[Part]]:
        """Elements end where they end."""
        del box
        return list(gaps), list(parts)

    def settled(self, box: Block, parts: Sequence[Part]) -> list[Part]:
        """Give bare text a paragraph of its own where it would melt into other bare text."""
        del box
        out: list[Part] = []
        for part in parts:
            before = out[-1] if out else None
            apart = before is None or _as_it_was(before, part) or not self._melt(before, part)
            if not apart and before and part.kind is not Kind.PARAGRAPH and before.kind is Kind.PARAGRAPH:
                out[-1] = _wrapped(before)
            out.append(part if apart or part.kind is not Kind.PARAGRAPH else _wrapped(part))
        return out

    def _melt(self, before: Part, after: Part) -> bool:
        """Say whether two children would be read as one; images between blocks stay blocks each."""
        if not _is_loose(before) or not _is_loose(after):
            return False
        return len(self.read(before.text + after.text)) < 2

    # ---- words ----

    def written(self, toks: Sequence[Tok], leaf: Block, base: Marks, *, line_start: bool) -> str:
        """Write tokens as storage."""
        del leaf, line_start
        return self.writer.inline(toks, base)

    def verbatim(self, toks: Sequence[Tok], path: Path) -> str | None:
        """Write the body of a link that is CDATA: words without marks."""
        if not path or not path[-1].cdata:
            return None
        base = frozenset(e.mark for e in path if e.mark)
        if any(t.kind not in ("w", "s") or t.marks - base for t in toks):
            raise NoSplice("marks in a plain link body")
        return "".join(str(t.value) for t in toks).replace("]]>", "]]]]><![CDATA[>")

    def closed(self, elem: Elem) -> bool:
        """Every element takes any words."""
        del elem
        return False

    def relabelled(self, elem: Elem) -> list[Edit]:
        """No link goes by its words."""
        del elem
        return []

    def retargeted(self, elem: Elem, mark: Mark) -> list[Edit]:
        """Give a link another address: only what differs when both are links of one kind, else open and close tag."""
        if elem.mark is None:
            raise NoSplice("no link")
        was, now = self.writer.open_tag(elem.mark), self.writer.open_tag(mark)
        if elem.cdata:
            was, now = (x.replace("<ac:link-body>", PLAIN_BODY) for x in (was, now))
        if was.split(None, 1)[0] == now.split(None, 1)[0]:
            try:
                return [Edit(elem.os, elem.oe, exchanged(self.source[elem.os : elem.oe], was, now))]
            except NoSplice:
                pass
        if elem.cdata:
            raise NoSplice("a plain link body")
        return [
            Edit(elem.os, elem.oe, self.writer.open_tag(mark)),
            Edit(elem.cs, elem.ce, self.writer.close_tag(mark)),
        ]

    def reopened(self, elem: Elem) -> str:
        """Open an element once more, without the ids that are the first one's; a comment may stand in two places."""
        return _IDS.sub("", self.source[elem.os : elem.oe])

    def seam(self, leaf: Block) -> str:
        """End a paragraph and begin another."""
        del leaf
        return "</p><p>"

    def exchanged(self, old: Tok, new: Sequence[Tok], leaf: Block, base: Marks) -> str:
        """Change what differs in the old atom's element; the rest of it, ids and hints, stays."""
        del leaf
        was, now = (
            self.writer.inline([old], base),
            self.writer.inline([_typed_like(old, t) for t in new], base),
        )
        source = self.source[old.s : old.e]
        try:
            text = exchanged(source, was, now)
        except NoSplice:
            text = grafted(now, source, VOLATILE)
        got, want = (norms_of(self.read(f"<p>{x}</p>")) for x in (text, now))
        return text if got == want else now

    # ---- blocks ----

    def cold(self, new: Block, box: Block, old: Block | None) -> str:
        """Write a block anew: bare where its siblings are bare, with the ids of the block that it replaces."""
        text = self.writer.block(new, bare=self._bare(new, box, old))
        return self._with_ids(text, old) if old is not None and old.kind is new.kind else text

    def shell(self, new: Block, box: Block, old: Block | None) -> tuple[str, str, Block]:
        """Write the container around a stand-in."""
        del box
        if new.kind in (Kind.TABLE, Kind.ROW):
            raise NoSplice("no shell")
        inner = stand_in()
        if new.kind is Kind.LIST:
            item = next(iter(new.kids), None)
            inner = Block(Kind.ITEM, item.data if item else None, [inner])
        shell = Block(new.kind, new.data, [inner], text=new.text)
        text = self._with_ids(
            self.writer.block(shell), old if old is not None and old.kind is new.kind else None
        )
        written = self.writer.block(inner)
        if text.count(written) != 1:
            written = f"<p>{STAND_IN}</p>" if f"<p>{STAND_IN}</p>" in text else STAND_IN
        head, found, foot = text.partition(written)
        if not found:
            raise NoSplice("no shell")
        return head, foot, Block(new.kind, new.data)

    def borrowed(self, block: Block, box: Block, text: str) -> str | None:
        """Storage stands anywhere as it is; bare text needs a paragraph between blocks."""
        if block.bare and box.kind not in (Kind.ITEM, Kind.CELL):
            return f"<p>{text}</p>"
        return text

    def moved(self, block: Block) -> bool:
        """Every block may move."""
        del block
        return True

    def header(self, old: Block, new: Block) -> list[Edit]:
        """Edit tag, attributes and parameters."""
        return data_edits(self.source, old, new)

    def body(self, old: Block, new: Block) -> list[Edit]:
        """Give code its text, and raw blocks what changed in them."""
        if old.malformed or new.malformed:
            raise NoSplice("not well-formed")
        if new.kind is Kind.RAW:
            return self._raw(old, new)
        if old.text == new.text:
            return []
        if new.kind is not Kind.CODE or old.ins < 0 or new.text is None:
            raise NoSplice("no body to change")
        typed = "<![CDATA[" not in self.source[old.ins : old.ine] and old.text
        return [Edit(old.ins, old.ine, escape(new.text) if typed else cdata(new.text))]

    def _raw(self, old: Block, new: Block) -> list[Edit]:
        """Splice raw storage tag by tag and word by word; tags that changed keep their ids.

        The fallback of an ADF node goes when the content that it repeats was changed; no other does.
        """
        start, end = old.s, old.e
        if self.source.startswith(_IN_HTML, start):  # raw storage in the HTML of a document
            was, now = self.writer.block(old), self.writer.block(new)
            return [Edit(start, end, exchanged(self.source[start:end], was, now))]
        alone = _ALONE.fullmatch(self.source, start, end)
        if alone is not None and not new.xml.startswith("<p"):  # a macro that has a paragraph to itself
            start, end = alone.span(1)
        return [
            Edit(start + e.start, start + e.end, e.text) for e in _raw_edits(self.source[start:end], new.xml)
        ]

    def columns(self, old: Block, new: Block, columns: Sequence[int | None]) -> list[Edit]:
        """Keep the `col` elements in step with the columns, where there is one for each."""
        del new
        width = len(old.kids[0].kids)
        group = old.el.one("colgroup") if isinstance(old.el, El) else None
        cols = group.els() if group is not None else []
        if len(cols) != width or list(columns) == list(range(width)):
            return []
        texts = [self.source[cols[c].s : cols[c].e] if c is not None else "<col />" for c in columns]
        edits = [Edit(c.s, c.e, text) for c, text in zip(cols, texts, strict=False)]
        edits += [Edit(c.s, c.e, "") for c in cols[len(texts) :]]
        if len(texts) > width:
            edits.append(Edit(cols[-1].e, cols[-1].e, "".join(texts[width:])))
        return [e for e in edits if self.source[e.start : e.end] != e.text]

    def finished(self, old: Block, new: Block, text: str) -> str:
        """Drop the copy that a panel of the new editor has of the content that changed."""
        del new
        if isinstance(old.el, El) and old.el.tag == "ac:adf-extension":
            return without_copy(old.el, text, old.ine)
        return text

    def inner(self, block: Block) -> StorageSide:
        """Storage holds no storage of another kind."""
        del block
        raise NoSplice("no storage here")

    def outer(self, block: Block, text: str) -> str:
        """Storage holds no storage of another kind."""
        del block, text
        raise NoSplice("no storage here")

    def reads_as(self, text: str, old: Block, new: Block) -> bool:
        """Read the text back alone: storage means the same wherever it stands.

        But for the paragraph that bears its cell's alignment: that is read in a cell.
        """
        if old.kind is Kind.PARAGRAPH and isinstance(old.el, El) and "text-align" in old.el.get("style"):
            table = self.read(f"<table><tbody><tr><td>{text}</td></tr></tbody></table>")
            if [k.norm for row in table[0].kids for cell in row.kids for k in cell.kids] == [new.norm]:
                return True
        return norms_of(self.read(text)) == norms_of([new])

    # ---- cold pieces ----

    def _bare(self, new: Block, box: Block, old: Block | None) -> bool:
        """Write like the siblings: text directly in items and cells, or in paragraphs."""
        if new.kind is Kind.PARAGRAPH:
            return bool(old is not None and old.bare) and box.kind in (Kind.ITEM, Kind.CELL)
        alike: list[Block] = []
        if new.kind is Kind.ROW:
            alike = [c.kids[0] for row in box.kids for c in row.kids if c.kids]
        elif new.kind in (Kind.ITEM, Kind.CELL):
            alike = [k.kids[0] for k in box.kids if k.kind is new.kind and k.kids]
        return next((b.bare for b in alike if b.kind is Kind.PARAGRAPH), False)

    def _with_ids(self, text: str, old: Block | None) -> str:
        """Put the ids of the element that was there on the one that takes its place."""
        if old is None or not isinstance(old.el, El) or old.bare:
            return text
        el = old.el
        was, now = self.source[el.s : el.oe], TAG.match(text)
        ids = _IDS.findall(was)
        if now is None or not ids or not now[0].startswith(f"<{el.tag}"):
            return text
        cut = now.end() - (2 if now[0].endswith("/>") else 1)
        head = text[:cut]
        return head.rstrip() + "".join(ids) + head[len(head.rstrip()) :] + text[cut:]


def _typed_like(old: Tok, new: Tok) -> Tok:
    """Return a new image that does not say how the file's HTML has it, where the one on the page does not."""
    if type(old.value) is not Image or not isinstance(new.value, Image):
        return new
    return Tok(new.kind, Image(*new.value), new.marks, new.segs, new.path)


def _is_loose(part: Part) -> bool:
    """Say whether a child is inline content without an element of its own, which melts into its like."""
    if part.kind is Kind.PARAGRAPH:
        return not re.match(r"<p[\s/>]", part.text)
    name = _NAME.match(part.text) if part.kind is Kind.RAW else None
    return name is not None and name[1] in INLINE_MACROS


def _wrapped(part: Part) -> Part:
    return replace(part, text=f"<p>{part.text}</p>")


def _as_it_was(before: Part, after: Part) -> bool:
    """Say whether two parts were neighbours."""
    return before.old is not None and after.old == before.old + 1


def _replaced(source: str, toks: Sequence[tuple[int, int]], start: int, text: str) -> list[Edit]:
    """Return the edits that put a text in the place of tokens; comments between these stay."""
    end = toks[-1][1] if toks else start
    if "inline-comment-marker" not in source[start:end]:
        return [Edit(start, end, text)]
    return [Edit(a, b, "" if n else text) for n, (a, b) in enumerate(toks)]


def _raw_edits(source: str, xml: str) -> list[Edit]:
    """Return the edits, from 0 on, that make one raw element of another."""
    here, there = xml_tokens(source), xml_tokens(xml)
    kx = [repr(tag_key(source[a:b], VOLATILE)) for a, b in here]
    ky = [repr(tag_key(xml[a:b], VOLATILE)) for a, b in there]
    edits: list[Edit] = []
    i = j = 0
    for a, b, n in [*((m.old, m.new, m.size) for m in runs(kx, ky)), (len(here), len(there), 0)]:
        if a > i or b > j:
            start = here[i][0] if i < len(here) else len(source)
            end = here[a - 1][1] if a > i else start
            text = xml[there[j][0] if j < b else 0 : there[b - 1][1] if j < b else 0]
            if a == i + 1 and b == j + 1:
                text = retagged(source[start:end], grafted(text, source[start:end], VOLATILE))
            if text or not _LAYOUT.match(source, max(start - 1, 0), end + 5):
                edits += _replaced(source, here[i:a], start, text)
        i, j = a + n, b + n
    stale = [
        Edit(s, e, "") for ext, s, e in fallbacks(source) if any(ext <= x.start and x.end <= s for x in edits)
    ]
    return [*edits, *stale]
