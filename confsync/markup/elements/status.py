"""Status lozenges: the macro `status`; `<span data-status="Green">DONE</span>`, `data-subtle` for the outlined ones.

What is known of these in storage: FACTS.md 10.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.elements.macro import parameters
from confsync.markup.elements.tags import read_tag as read_kept
from confsync.markup.markdown.escaping import Level, escape_text
from confsync.markup.markdown.inline_walk import InlineWalk, TagEvent
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.storage.reader import Inside, Unreadable
from confsync.markup.storage.writer import macro
from confsync.markup.storage.xml import El, escape, escape_attr, fold, text_of
from confsync.markup.tree import Atomic, Inline


def read_storage(el: El, into: Inside) -> None:
    """Read the macro: colour, title and whether it is subtle; raw when it says more."""
    try:
        params = {name: _on_one_line(value) for name, value in parameters(el, into.src)}
    except Unreadable:
        params = {"": ""}
    title = params.get("title", "")
    if set(params) <= {"title", "colour", "subtle"} and title and fold(title) == title:
        into.atom(el, "status", (params.get("colour", ""), title, params.get("subtle", "")))
    else:
        into.raw(el)


def _on_one_line(value: str) -> str:
    """Return a parameter as it is shown: tools print long ones over several lines."""
    return fold(value) if "\n" in value else value


def write_storage(run: Atomic) -> str:
    """Write the macro."""
    colour, title, subtle = run.value[0], run.value[1], run.value[2]
    pairs = [("title", title), ("colour", colour), ("subtle", subtle)]
    return macro("status", [p for p in pairs if p[1]])


def read_tag(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read `<span data-status>`, or any other span."""
    if "data-status" not in event.attrs or event.pair < 0:
        return read_kept(walk, tokens, event)
    a = walk.p
    walk.expect(tokens[event.at].content)
    title = Inline(walk.aside(tokens, event.at + 1, event.pair)).plain
    walk.expect(tokens[event.pair].content)
    if title:
        walk.put("status", (event.attrs["data-status"], title, event.attrs.get("data-subtle", "")), a)
    return event.pair


def read_label(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read md2conf's `![label][STATUS-GREEN]`."""
    token, a = tokens[i], walk.p
    walk.expect(token.markup)
    colour = "Grey" if token.info == "GRAY" else token.info.capitalize()
    walk.put("status", (colour, fold(token.content), ""), a)
    return i


def read_html(el: El, into: Inside) -> bool:
    """Read `<span data-status>` in HTML; False when it is none."""
    title = fold(text_of(el, into.src))
    if "data-status" not in el.attrs or not title:
        return False
    into.atom(el, "status", (el.get("data-status"), title, el.get("data-subtle")))
    return True


def write_html(run: Atomic, _context: InlineContext) -> str:
    """Write the span into HTML."""
    return _span(run, escape(run.value[1]))


def _span(run: Atomic, title: str) -> str:
    subtle = f' data-subtle="{escape_attr(run.value[2])}"' if run.value[2] else ""
    return f'<span data-status="{escape_attr(run.value[0])}"{subtle}>{title}</span>'


def write_markdown(run: Atomic, context: InlineContext) -> str:
    """Write the span."""
    return _span(run, escape_text(run.value[1], Level.FULL if context.level else Level.LIGHT))
