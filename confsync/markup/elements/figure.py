"""Pictures that MyST's directives show (` ```{figure} a.png `), read and never written."""

from __future__ import annotations

import re

from confsync.markup.elements.admonition import plain_title
from confsync.markup.elements.code_dialects import OPTION, options_end
from confsync.markup.elements.image import canonical_source
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.markdown.reader import MarkdownReader, without_places
from confsync.markup.markdown.source_map import InlineMap, Segment
from confsync.markup.storage.vocabulary import is_unsafe
from confsync.markup.storage.xml import fold
from confsync.markup.tree import Attrs, Block, Image, Inline, Kind

DIRECTIVE = re.compile(r"\{(?:image|figure)\}[ \t]+(\S+)\Z")


def of_directive(reader: MarkdownReader, block: Block, info: str, text: str) -> bool:
    """Make a placed fence the picture that it names, with its caption; False when it names none."""
    m = DIRECTIVE.match(info)
    if m is None or is_unsafe(m[1]):
        return False
    end = options_end(text)
    said = {o[1]: o[2].strip() for o in OPTION.finditer(text, 0, end)}
    sizes = {k: v.removesuffix("px") for k, v in said.items() if k in ("width", "height")}
    image = Image(
        canonical_source(reader.source(m[1])), said.get("alt", ""), fold(plain_title(reader, text[end:]))
    )
    source = reader.src[block.s : block.e] if reader.track else ""
    places = InlineMap([Segment(0, len(source), block.s, len(source))]) if reader.track else None
    walk = InlineWalk(reader, source, places)
    walk.expect(source)
    walk.put("img", image._replace(**{k: v for k, v in sizes.items() if v.isdecimal()}), 0)
    block.kind, block.data, block.text = Kind.PARAGRAPH, Attrs(), None
    block.inline = Inline(walk.pieces, None if reader.track else without_places)
    block.ins, block.ine = block.s, block.e
    return True
