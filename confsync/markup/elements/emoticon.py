"""Emoji: `<ac:emoticon>`; `:name:`.

Classic emoticons are told by their name alone. Cloud's others are all named `blue-star` and told by their id; they are
an atom only when the table of shortcodes gives that id, so that nothing is guessed on the way back. Any other, a site's
own among them, is a `<span data-emoji=…>` around what stands in for it; in the tree it is raw storage.
"""

from __future__ import annotations

from collections.abc import Mapping

from confsync.markup.emoji_names import CLASSIC, SHORTCODE, character, code_points, is_shortcode
from confsync.markup.escaping import Level, escape_text
from confsync.markup.inline_walk import InlineWalk
from confsync.markup.markdown_inline import InlineContext
from confsync.markup.storage_reader import Inside
from confsync.markup.tree import Atomic, Piece
from confsync.markup.vocabulary import VOLATILE
from confsync.markup.xml import El, attributes, escape, fold, parse


def read_storage(el: El, into: Inside) -> None:
    """Read `<ac:emoticon>`."""
    name = el.get("ac:name")
    short = el.get("ac:emoji-shortname").strip(":")
    if name in CLASSIC and (name != "blue-star" or not (short or el.get("ac:emoji-id"))):
        into.atom(el, "emo", name)
    elif (
        short
        and short not in CLASSIC
        and (char := character(short))
        and code_points(char) == el.get("ac:emoji-id")
    ):
        into.atom(el, "emo", short)
    else:
        into.raw(el)


def write_storage(run: Atomic) -> str:
    """Write `<ac:emoticon>`."""
    name = str(run.value)
    if name in CLASSIC:
        return f'<ac:emoticon ac:name="{name}" />'
    char = character(name)
    pairs = [
        ("ac:name", "blue-star"),
        ("ac:emoji-shortname", f":{name}:"),
        ("ac:emoji-id", code_points(char)),
        ("ac:emoji-fallback", char),
    ]
    return f"<ac:emoticon{attributes(pairs)} />"


SPAN = {"data-emoji": "ac:name", "data-shortname": "ac:emoji-shortname", "data-emoji-id": "ac:emoji-id"}
FALLBACK = "ac:emoji-fallback"


def spelled(xml: str, *, html: bool) -> str | None:
    """Return the element that stands for an emoji in Markdown; None when it has to stay raw."""
    el = parse(xml).els()[0]
    if el.kids or not {k for k in el.attrs if k not in VOLATILE} <= {*SPAN.values(), FALLBACK}:
        return None
    words = el.get(FALLBACK)
    if "ac:name" not in el.attrs or not words or fold(words) != words:
        return None
    pairs = [(ours, el.get(theirs)) for ours, theirs in SPAN.items() if theirs in el.attrs]
    return f"<span{attributes(pairs)}>{escape(words) if html else escape_text(words, Level.FULL)}</span>"


def xml_of(attrs: Mapping[str, str], words: str) -> str | None:
    """Return the emoji that an element stands for; None when it stands for none."""
    if "data-emoji" not in attrs or not set(attrs) <= set(SPAN) or not fold(words):
        return None
    pairs = [(theirs, attrs[ours]) for ours, theirs in SPAN.items() if ours in attrs]
    return f"<ac:emoticon{attributes([*pairs, (FALLBACK, fold(words))])} />"


def read_text(walk: InlineWalk, content: str) -> None:
    """Read text with `:names:` in it; inside of links they stay text."""
    if ":" not in content or any(m.kind == "link" for m in walk.marks):
        walk.put_text(content)
        return
    at = 0
    for m in SHORTCODE.finditer(content):
        if is_shortcode(m[1]):
            if m.start() > at:
                walk.put_text(content[at : m.start()])
            a = walk.p
            walk.expect(m[0])
            walk.put("emo", m[1], a)
            at = m.end()
    if at < len(content):
        walk.put_text(content[at:])


def read_html(into: Inside, s: int, e: int) -> None:
    """Read text of HTML with `:names:` in it; a colon that is written as a character reference begins none."""
    for m in SHORTCODE.finditer(into.src, s, e):
        if is_shortcode(m[1]):
            into.words(s, m.start())
            into.out.append(Piece("emo", m[1], m.start(), m.end(), into.marks, into.path))
            s = m.end()
    into.words(s, e)


def write_markdown(run: Atomic, _context: InlineContext) -> str:
    """Write `:name:`."""
    return f":{run.value}:"
