"""Raw storage between words that has a spelling of its own in Markdown: which element stands for which.

In the tree all of these are raw atoms; a spelling that cannot hold one to the letter leaves it raw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

from markdown_it.token import Token

from confsync.markup.elements import emoticon, link, macro, placeholder
from confsync.markup.markdown.escaping import Level, escape_text
from confsync.markup.markdown.inline_walk import InlineWalk, TagEvent
from confsync.markup.storage.canonical import canonical
from confsync.markup.storage.reader import Inside, StorageDictionary, StorageReader, inline_atom
from confsync.markup.storage.xml import El, escape, fold, parse, text_of
from confsync.markup.tree import Inline

STATUS = "macro:status"
TITLED = re.compile(
    r'(<span data-confluence="macro:status".*) data-p-title="([^"]*)"(.*>)(</span>)\Z', re.DOTALL
)
"""A status with its title in an attribute, where nobody sees it."""


def spelled(xml: str, *, html: bool = False, level: Level = Level.FULL) -> str | None:
    """Return the element that stands for raw storage, its words with so much care; None when nothing does."""
    if xml.startswith("<ac:placeholder"):
        return placeholder.spelled(xml, html=html, level=level)
    if xml.startswith("<ac:emoticon"):
        return emoticon.spelled(xml, html=html)
    if xml.startswith("<a "):
        return link.spelled(xml)
    found = macro.spelled(xml, block=False)
    return found and _shown(found, html=html, level=level)


def _shown(span: str, *, html: bool, level: Level) -> str:
    """Return a macro's element with the words in it that the page shows: a status that says more than its colour."""
    m = TITLED.match(span)
    words = unescape(m[2]) if m else ""
    if m is None or fold(words) != words or not words:
        return span
    return f"{m[1]}{m[3]}{escape(words) if html else escape_text(words, level)}{m[4]}"


def xml_of(attrs: Mapping[str, str], words: str) -> str | None:
    """Return the storage that an element stands for; None when it stands for none."""
    title = macro.attribute_of("title")
    if words and attrs.get("data-confluence") == STATUS and title not in attrs:
        return macro.xml_of({**attrs, title: fold(words)})
    own = None if words else macro.xml_of(attrs)
    return own or placeholder.xml_of(attrs, words) or emoticon.xml_of(attrs, words)


def is_ours(attrs: Mapping[str, str]) -> bool:
    """Say whether an element may stand for storage."""
    return not attrs.keys().isdisjoint(("data-confluence", "data-placeholder", "data-emoji"))


def read_tag(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read a `<span>` between words; None when it stands for nothing."""
    if not is_ours(event.attrs) or (event.pair < 0 and not event.alone):
        return None
    a, end = walk.p, max(event.at, event.pair)
    walk.expect(tokens[event.at].content)
    words = ""
    if end > event.at:
        words = Inline(walk.aside(tokens, event.at + 1, end)).plain
        walk.expect(tokens[end].content)
    xml = xml_of(event.attrs, words)
    if xml is None:
        walk.p = a
        return None
    walk.put(*_atom(xml, walk.reader.dictionary.storage, a))
    return end


def read_html(el: El, into: Inside) -> bool:
    """Read a `<span>` in HTML; False when it stands for nothing."""
    if not is_ours(el.attrs) or el.els():
        return False
    xml = xml_of(el.attrs, text_of(el, into.src))
    if xml is not None:
        kind, value, _, storage = _atom(xml, into.reader.dictionary)
        into.atom(el, kind, value, storage)
    return xml is not None


def _atom(
    xml: str, dictionary: StorageDictionary, a: int = -1
) -> tuple[str, str | tuple[str, ...], int, str]:
    """Return what storage between words is in the tree: kind, value, the place that is given, and the storage."""
    root = parse(xml)
    found = inline_atom(StorageReader(xml, dictionary), root)
    return (
        ("raw", canonical(root.kids, xml), a, xml)
        if found is None
        else (found.kind, found.value, a, found.xml)
    )
