"""Wikilinks, where the settings ask for them: `[[Page]]`, `[[folder/Page#Heading|text]]`, `![[image.png|300]]`.

Read and never written: a link to a page is written with its path, as everywhere. What leads nowhere stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup import address as addresses
from confsync.markup.elements.link import as_title, link_mark
from confsync.markup.links import Wikilinks
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.notes import NoteKind
from confsync.markup.tree import Image

FORM = "wikilink"
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|tiff?)\Z", re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,5})(?:x(\d{1,5}))?")


def read(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read a wikilink."""
    token, links = tokens[i], walk.reader.links
    target, label, embed = token.meta["target"], token.meta["label"], token.meta["embed"]
    found = links if isinstance(links, Wikilinks) else None
    file = found.embedded(target) if found is not None and (embed or "." in target) else None
    address = found.wiki(target) if found is not None and file is None else None
    if file is not None and embed and _PICTURE.search(target):
        _picture(walk, token, file, label)
    elif file is not None:
        _link(walk, token, addresses.build("attachment", {"filename": file}), label)
    elif address is not None:
        _link(walk, token, address, label)
    else:
        walk.reader.note(NoteKind.UNRESOLVED, token.content)
        walk.put_text(token.content)
    return i


def _picture(walk: InlineWalk, token: Token, file: str, label: str | None) -> None:
    """Read an image; a number behind the bar is its width, anything else its alternative text."""
    a = walk.p
    walk.expect(token.content)
    size = _SIZE.fullmatch((label or "").strip())
    alt = "" if size else " ".join((label or "").split())
    width, height = (size[1], size[2] or "") if size else ("", "")
    walk.put("img", Image(file, alt, width=width, height=height), a)


def _link(walk: InlineWalk, token: Token, address: str, label: str | None) -> None:
    a = walk.p
    text = token.meta["target"] if label is None else label
    begin = token.content.rindex(text)
    walk.expect(token.content[:begin])
    elem = walk.open(link_mark(address), a, FORM)
    first = len(walk.pieces)
    if label is None and "#" in text:
        inside = walk.p
        walk.expect(text)
        walk.put("t", text.removeprefix("#").replace("#", " > "), inside)
    else:
        walk.put_text(text)
    end = walk.p
    walk.expect(token.content[begin + len(text) :])
    walk.shut(end)
    as_title(walk, elem, first)
