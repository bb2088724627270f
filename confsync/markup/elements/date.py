"""Dates: `<time datetime="2026-08-01" />` in both; in Markdown the date is its text, too.

What is known of these in storage: FACTS.md 13.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.markdown.inline_walk import InlineWalk, TagEvent
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.notes import NoteKind
from confsync.markup.storage.reader import Inside
from confsync.markup.storage.vocabulary import DATE, VOLATILE
from confsync.markup.storage.xml import El, escape, escape_attr
from confsync.markup.tree import Atomic


def read_storage(el: El, into: Inside) -> None:
    """Read `<time>`."""
    if DATE.fullmatch(el.get("datetime")) and all(k in VOLATILE or k == "datetime" for k in el.attrs):
        into.atom(el, "time", el.get("datetime"))
    else:
        into.raw(el)


def write_storage(run: Atomic) -> str:
    """Write `<time>`."""
    return f'<time datetime="{escape_attr(str(run.value))}" />'


def read_tag(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read `<time>` between words; only the element is a date, never a text that looks like one.

    Confluence has days alone; of an hour, or of an element that names no day, the text stays.
    """
    date = event.attrs.get("datetime", "")
    if DATE.fullmatch(date) is None:
        walk.reader.note(NoteKind.HTML_REPAIRED, tokens[event.at].content)
        return walk.open_tag(tokens, event, None)
    if event.pair < 0 and not event.alone:
        return None
    a = walk.p
    walk.expect(tokens[event.at].content)
    if event.pair >= 0:
        walk.aside(tokens, event.at + 1, event.pair)
        walk.expect(tokens[event.pair].content)
    walk.put("time", date, a)
    return max(event.at, event.pair)


def read_input(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read md2conf's `<input type="date" value="2026-08-01" />`; any other field is text."""
    date = event.attrs.get("value", "")
    if event.attrs.get("type") != "date" or DATE.fullmatch(date) is None:
        return None
    a = walk.p
    walk.expect(tokens[event.at].content)
    walk.put("time", date, a)
    return event.at


def write_markdown(run: Atomic, _context: InlineContext) -> str:
    """Write the element with the date as its text."""
    value = str(run.value)
    return f'<time datetime="{escape_attr(value)}">{escape(value)}</time>'
