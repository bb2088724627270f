"""Markdown as the written side: prefixes, markers, escapes, and pieces read back in their context.

The engine decides what is written; this says how it looks in this file. Offsets are into the text with LF line ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from confsync.markup.elements.lists import write_item_markdown
from confsync.markup.elements.table import WRAPPER
from confsync.markup.lens.diff.edits import Edit, NoSplice, in_place, spliced_lines
from confsync.markup.lens.markdown.code_tabs import unsaid
from confsync.markup.lens.markdown.data import column_edits, data_edits
from confsync.markup.lens.markdown.definition_terms import defined, parted
from confsync.markup.lens.markdown.file_style import FileStyle, hashed
from confsync.markup.lens.markdown.gaps import data_of, filled, inner_prefix, joints_of
from confsync.markup.lens.markdown.images import image_like, plain_image, reference_of
from confsync.markup.lens.markdown.link_definitions import Definitions
from confsync.markup.lens.markdown.markers import lead, marker_of, numbered, remarked, shifted
from confsync.markup.lens.markdown.pipe_cells import Unaligned, row_like
from confsync.markup.lens.markdown.prefixes import NUMBERED, prefixed, renumbered, spaced, unprefixed
from confsync.markup.lens.markdown.readback import ReadBack, ReadBlocks
from confsync.markup.lens.markdown.site_ends import freed, in_template, readdressed
from confsync.markup.lens.splice.gaps import Joints, Part
from confsync.markup.lens.splice.side import STAND_IN, stand_in
from confsync.markup.lens.storage.exchange import exchanged, retagged
from confsync.markup.lens.storage.side import StorageSide
from confsync.markup.markdown.escaping import Level, destination, title
from confsync.markup.markdown.inline_writer import InlineWriter
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.storage.xml import attributes
from confsync.markup.tree import (
    CODE,
    Attrs,
    Block,
    Cell,
    Elem,
    Heading,
    Image,
    Kind,
    ListData,
    Mark,
    Marks,
    Path,
    Tok,
    norms_of,
)

_TASK_BOX = re.compile(r"\[[ xX]\][ \t]+")
_FENCES = ("```", "~~~")
_ID = re.compile(r"\{.*#.*\}\Z")
"""An anchor that is written as a heading's id."""
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


class MarkdownSide:
    """A Markdown text as the side that is written."""

    levels = 3

    def __init__(
        self,
        source: str,
        writer: MarkdownWriter,
        read: ReadBlocks,
        storage: Callable[[str, bool], StorageSide],
        *,
        file_style: FileStyle,
        definitions: Definitions,
    ) -> None:
        self.source, self.writer, self.read, self.storage = source, writer, read, storage
        self.file_style, self.definitions = file_style, definitions
        self.level = 0
        self.unaligned = Unaligned()
        self.restyled: dict[int, ListData] = {}
        """What lists become that were bullets and are numbers now, or the other way round."""

    # ---- gaps ----

    def joints(self, box: Block, gaps: Sequence[str]) -> Joints:
        """Choose by the kind of container."""
        return joints_of(box, gaps)

    def freed(self, box: Block, gaps: Sequence[str], parts: Sequence[Part]) -> tuple[list[str], list[Part]]:
        """Take the ends of cards and tabs away that are not there any more; indent what is new in others."""
        return freed(self.source, box, gaps, parts, inner_prefix(box))

    def settled(self, box: Block, parts: Sequence[Part]) -> list[Part]:
        """Number new items of an ordered list after those before them; give cells that a row left out their bars."""
        if box.kind is Kind.ROW:
            return filled(self.source, box, parts)
        if box.kind is Kind.PANEL and parts and parts[0].old is None and parts[0].kind is Kind.HEADING:
            # a line below `[!NOTE]` would be its title's
            return [replace(parts[0], text=hashed(parts[0].text)), *parts[1:]]
        if id(box) in self.restyled:
            return self._remarked(box, parts, self.restyled[id(box)])
        if box.kind is not Kind.LIST or data_of(box).style != "ol":
            parts = parted(self.source, box, parts, lambda kid: self.cold(kid, box, None))
            return parts if inner_prefix(box) else defined(self.source, box, parts, self._read_alike)
        return numbered(box, parts)

    def _read_alike(self, one: str, other: str) -> bool:
        one_norms, other_norms = (norms_of(self.read(x, self.writer.references)) for x in (one, other))
        return one_norms == other_norms

    def _remarked(self, box: Block, parts: Sequence[Part], new: ListData) -> list[Part]:
        """Give the items of a list that became another kind of list their markers."""
        prefix, style = inner_prefix(box), self.writer.style
        return [
            replace(p, text=remarked(p.text, marker_of(new, n, style), prefix)) for n, p in enumerate(parts)
        ]

    # ---- words ----

    def written(self, toks: Sequence[Tok], leaf: Block, base: Marks, *, line_start: bool) -> str:
        """Write tokens as Markdown, inside elements that have the marks of `base` already."""
        if CODE in base:
            if any(t.kind not in ("w", "s") for t in toks):
                raise NoSplice("no text for a code span")
            text = "".join(str(t.value) for t in toks)
            return text.replace("|", "\\|") if leaf.bare else text
        context = replace(
            self.writer.context,
            level=Level(self.level),
            cell=leaf.bare,
            heading=leaf.kind is Kind.HEADING,
            line_start=line_start and leaf.kind is Kind.PARAGRAPH and not leaf.bare,
        )
        text = InlineWriter(self.writer.output.atoms, context).write(toks, base)
        if toks[0].kind == "br" and not line_start and not context.one_line and not self.level:
            text = "\\\n" + text.removeprefix("<br>")
        text = self.file_style.broken(text)
        return text.replace("\n", "\n" + leaf.prefix) if leaf.prefix else text

    def verbatim(self, toks: Sequence[Tok], path: Path) -> str | None:
        """Markdown has no raw link bodies."""
        del toks, path
        return None

    def closed(self, elem: Elem) -> bool:
        """Automatic links hold their address and nothing else."""
        return elem.form in ("autolink", "linkify")

    def reopened(self, elem: Elem) -> str:
        """Open an element as it was opened."""
        return self.source[elem.os : elem.oe]

    def seam(self, leaf: Block) -> str:
        """Write a blank line."""
        if leaf.bare:
            raise NoSplice("one paragraph in a cell")
        return f"\n{leaf.prefix.rstrip()}\n{leaf.prefix}"

    def exchanged(self, old: Tok, new: Sequence[Tok], leaf: Block, base: Marks) -> str:
        """Change what differs in a tag, or the text of an image; the rest stays as it was typed."""
        source = self.source[old.s : old.e]
        was, now = (self.written(toks, leaf, base, line_start=False) for toks in ([old], new))
        if source.startswith("<"):
            if not source.endswith("/>"):
                was, now = (x.replace(" />", ">") for x in (was, now))
            return exchanged(source, was, now)
        if old.kind == new[0].kind and (old.kind == "math" or (old.kind == "anchor" and _ID.search(source))):
            return in_place(source, str(old.value), str(new[0].value))
        images = [t.value for t in (old, new[0]) if isinstance(t.value, Image)]
        if len(images) < 2:
            raise NoSplice("nothing stays")
        bare = (Tok("img", plain_image(v), old.marks, []) for v in images)
        was, now = (self.written([t], leaf, base, line_start=False) for t in bare)
        if images[0]._replace(src="") == images[1]._replace(src="") and self._redefined(source, now):
            return source
        return image_like(source, (was, images[0]), (now, images[1]))

    def _redefined(self, source: str, new: str) -> bool:
        """Give the definition that this image alone goes by another address; say whether there is one."""
        found = reference_of(source, new)
        key = self.definitions.retarget(*found) if found is not None else ""
        if found is None or not key:
            return False
        href = found.address.removeprefix("<").removesuffix(">")
        self.writer.context.references.links[key] = {"href": href, "title": found.title.strip()[1:-1]}
        return True

    def relabelled(self, elem: Elem) -> list[Edit]:
        """Write the label of a definition behind the words that were it."""
        label = self.source[elem.oe : elem.cs]
        named = self.source[elem.cs : elem.ce] in ("]", "][]")
        if elem.form != "link" or not named or "\n" in label:
            return []
        return [Edit(elem.cs, elem.ce, f"][{label}]")]

    def retargeted(self, elem: Elem, mark: Mark) -> list[Edit]:
        """Write another address behind the link's text, or in the definition that it alone goes by."""
        tag = self.source[elem.os : elem.oe]
        if mark.kind == "tag" and tag.startswith("<a"):
            return [Edit(elem.os, elem.oe, retagged(tag, f"<a{attributes(mark.attrs)}>"))]
        if elem.form == "<a" and elem.mark is not None and elem.mark.attrs == mark.attrs:
            now = retagged(
                tag, f"<a{attributes([('href', self.writer.context.href(mark.value))])}>", only="href"
            )
            return [Edit(elem.os, elem.oe, now)]
        if elem.form == "site" and elem.mark is not None and elem.mark.attrs == mark.attrs:
            return [readdressed(self.source, elem, self.writer.context.href(mark.value))]
        if elem.form != "link" or not self.source.startswith("]", elem.cs):
            raise NoSplice("a link of another form")
        shown = dict(mark.attrs).get("title", "")
        href, name = self.writer.context.href(mark.value), title(shown)
        behind = self.source[elem.cs + 1 : elem.ce]
        label = behind[1:-1] or self.source[elem.oe : elem.cs]
        if key := "" if behind[:1] == "(" else self.definitions.retarget(label, destination(href), name):
            self.writer.context.references.links[key] = {"href": href, "title": shown}
            return []
        templated = in_template(behind, href) if not name else ""
        return [Edit(elem.cs, elem.ce, "]" + (templated or f"({destination(href)}{name})"))]

    # ---- blocks ----

    def cold(self, new: Block, box: Block, old: Block | None) -> str:
        """Write a block anew in this file's style."""
        match new.kind:
            case Kind.ITEM:
                marker = old.marker if old is not None and old.marker else self._marker(box)
                text = write_item_markdown(new, spaced(marker), self.writer)
            case Kind.ROW:
                text = row_like(self.source, box, [self._cell(c) for c in new.kids])
            case Kind.CELL:
                return self._cell(new)
            case Kind.PARAGRAPH if box.kind is Kind.CELL:
                return self.writer.inline(new.written, Level(self.level), cell=True, line_start=False)
            case Kind.FRAGMENT if old is not None and not self.source.startswith(_FENCES, old.s):
                text = "\n\n".join(map(self.writer.verified, new.kids))
            case _:
                text = self._in_style(new, self.writer.verified(new), len(inner_prefix(box)))
                return prefixed(text, inner_prefix(box) if old is None else old.prefix)
        return prefixed(text, inner_prefix(box))

    def _in_style(self, new: Block, text: str, indent: int) -> str:
        """Wrap a new paragraph or underline a new heading as the file does, when it still reads the same."""
        shaped = text
        if new.kind is Kind.PARAGRAPH:
            shaped = self.file_style.broken(self.file_style.wrapped(text, indent))
        elif isinstance(new.data, Heading) and text.startswith("#"):
            shaped = self.file_style.underlined(text, new.data.level)
        if shaped == text or norms_of(self.read(shaped, self.writer.references)) != [new.norm]:
            return text
        return shaped

    def _cell(self, new: Block) -> str:
        data = new.data if isinstance(new.data, Cell) else Cell()
        kids = new.kids
        if (
            len(kids) > 1
            or data.spans not in ((), (WRAPPER,))
            or (kids and (kids[0].kind is not Kind.PARAGRAPH or kids[0].data != Attrs()))
        ):
            raise NoSplice("a cell that a pipe table cannot hold")
        words = kids[0].written if kids else ()
        text = self.writer.inline(words, Level(self.level), cell=True, line_start=False) if kids else ""
        return self.unaligned.written(text, new)

    def _marker(self, box: Block) -> str:
        """Return a marker like that of the list's items; its number is settled later."""
        if box.kids and box.kids[-1].marker:
            return box.kids[-1].marker
        if data_of(box).style == "ol":
            return f"{data_of(box).start or 1}{self.writer.style.delimiter} "
        return self.writer.style.bullet + " "

    def shell(self, new: Block, box: Block, old: Block | None) -> tuple[str, str, Block]:
        """Write the container around a stand-in paragraph."""
        prefix = inner_prefix(box)
        if new.kind is Kind.LIST:
            return "", "", Block(new.kind, new.data, prefix=prefix)
        shell = Block(new.kind, new.data, [stand_in()])
        if new.kind is Kind.ITEM:
            marker = spaced(old.marker if old is not None and old.marker else self._marker(box))
            text, own = write_item_markdown(shell, marker, self.writer), " " * len(marker)
        elif new.kind in (Kind.QUOTE, Kind.PANEL, Kind.EXPAND, Kind.BOX):
            text, own = self.writer.block(shell), "> " if new.kind in (Kind.QUOTE, Kind.PANEL) else ""
        else:
            raise NoSplice("no shell")
        head, found, foot = prefixed(text, prefix).partition(STAND_IN)
        if not found:
            raise NoSplice("no shell")
        return head, foot, Block(new.kind, new.data, prefix=prefix, inner_prefix=prefix + own)

    def borrowed(self, block: Block, box: Block, text: str) -> str | None:
        """Take the prefix of where the block stood off its lines, and put that of the new place on."""
        if block.bare != (box.kind is Kind.CELL) or (block.kind is Kind.ITEM and box.kind is not Kind.LIST):
            return None
        now = inner_prefix(box)
        first, *lines = unprefixed(text, block.prefix).split("\n")
        if block.kind is Kind.ITEM:
            there = lead(box.kids[0].marker) if box.kids else 0
            first, *lines = shifted("\n".join([first, *lines]), "", there - lead(block.marker)).split("\n")
            wants_number = data_of(box).style == "ol"
            if wants_number != bool(NUMBERED.match(first)):
                return None
        return prefixed("\n".join([first, *lines]), now)

    def moved(self, block: Block) -> bool:
        """Numbered items get their number where they go, cards leave their ends; anything else moves as it is."""
        return block.tail is None and not (block.kind is Kind.ITEM and NUMBERED.match(block.marker))

    def header(self, old: Block, new: Block) -> list[Edit]:
        """Edit what a block says of itself."""
        if new.kind is Kind.LIST and data_of(old).style != data_of(new).style:
            self.restyled[id(old)] = data_of(new)
        needs_cold = new.kind in (Kind.CODE, Kind.PANEL, Kind.EXPAND, Kind.BOX)
        empty = Block(new.kind, new.data, text="" if new.kind is Kind.CODE else None)
        cold = self.writer.block(empty) if needs_cold else ""
        return data_edits(self.source, old, new, cold, setext=self.file_style.setext)

    def body(self, old: Block, new: Block) -> list[Edit]:
        """Give code its new lines; those that did not change stay as they are."""
        if old.text == new.text and old.text is not None:
            return []
        if new.kind is Kind.RAW:
            return self._macro(old, new)
        if new.kind is Kind.MATH and not ("\n" in f"{old.text}{new.text}" and old.prefix):
            span = self.source[old.s : old.e]
            return [Edit(old.s, old.e, in_place(span, old.text or "", new.text or ""))]
        if new.kind is not Kind.CODE or old.text is None or new.text is None:
            raise NoSplice("no lines to change")
        if old.ins < 0:
            return self._indented(old, old.text, new.text)
        region = self.source[old.ins : old.ine]
        source = region.removesuffix("\n").split("\n") if region else []
        was = old.text.split("\n") if region else []
        now = new.text.split("\n") if new.text else []
        fence = self.source[old.s : old.ins]
        indent = fence[: len(fence) - len(fence.lstrip(" "))]
        lines = spliced_lines(was, now, source, old.prefix + indent)
        ending = "\n" if not region or region.endswith("\n") else ""
        return [Edit(old.ins, old.ine, "\n".join(lines) + (ending if lines else ""))]

    def _macro(self, old: Block, new: Block) -> list[Edit]:
        """Write a macro's element, which is one line, in the place of another."""
        text = self.writer.verified(new)
        if "\n" in text or "\n" in self.source[old.s : old.e]:
            raise NoSplice("several lines of storage")
        return [Edit(old.s, old.e, text)]

    def _indented(self, old: Block, was: str, now: str) -> list[Edit]:
        """Give code that is told by its indentation its new lines; the first one's prefix stands outside of it."""
        source = self.source[old.s : old.e].split("\n")
        own = next((x for x in ("    ", "\t") if source[0].startswith(x)), "")
        if not now.strip() or not own:
            raise NoSplice("no lines to change")
        source[0] = old.prefix + source[0]
        lines = spliced_lines(was.split("\n"), now.split("\n"), source, old.prefix + own)
        return [Edit(old.s, old.e, "\n".join(lines)[len(old.prefix) :])]

    def columns(self, old: Block, new: Block, columns: Sequence[int | None]) -> list[Edit]:
        """Edit the delimiter row."""
        self.unaligned.note(new)
        return list(column_edits(self.source, old, new, columns))

    def finished(self, old: Block, new: Block, text: str) -> str:
        """Give an ordered list its number: in Markdown the first item's is the list's, whichever item comes first."""
        if new.kind is Kind.CELL:
            return self.unaligned.finished(old, new, text)
        if new.kind is Kind.EXPAND:
            return unsaid(old, new, text)
        if not isinstance(new.data, ListData) or new.data.style != "ol" or id(old) in self.restyled:
            return text
        m = NUMBERED.match(text)
        start = int(new.data.start or 1)
        return text if m is None or int(m[2]) == start else renumbered(text, start, first_only=True)

    def inner(self, block: Block) -> StorageSide:
        """Return the side for storage in a raw fence or an HTML block."""
        if block.fragment is None:
            raise NoSplice("no storage here")
        fenced = self.source.startswith(_FENCES, block.s)
        return self.storage(block.fragment.text, not fenced)

    def outer(self, block: Block, text: str) -> str:
        """Put changed storage back into its fence or HTML block, line by line."""
        if block.fragment is None:
            raise NoSplice("no storage here")
        source = self.source[block.s : block.e].split("\n")
        was = block.fragment.text.split("\n")
        fenced = source[0].startswith(_FENCES)
        if len(source) != len(was) + 2 * fenced:
            raise NoSplice("lines that cannot be followed")
        if not fenced and _BLANK_LINE.search(text):
            raise NoSplice("a blank line would end the HTML block")
        inside = source[1:-1] if fenced else source
        lines = spliced_lines(was, text.split("\n"), inside, block.prefix)
        if not fenced and lines[0] != inside[0]:
            lines[0] = lines[0].removeprefix(block.prefix)
        return "\n".join([source[0], *lines, source[-1]] if fenced else lines)

    def reads_as(self, text: str, old: Block, new: Block) -> bool:
        """Read a block's text back as it stands in its context, with the page's references."""
        return ReadBack(self.source, self.read, self.writer.references).agrees(text, old, new)
