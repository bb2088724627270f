"""Emoji: `<ac:emoticon>`; `:name:`.

Classic emoticons are told by their name alone. Cloud's editor adds an emoji of the same meaning to them: that says nothing
new, and comes back from `:atlassian-check_mark:`, or from a `<span data-emoji=…>`. Cloud's others are all named `blue-star`
and told by their id; they are an atom only when the table of shortcodes gives all that they say, so that nothing is guessed
on the way back. Any other, a site's own among them, is a `<span>` around what stands in for it; in the tree it is raw storage.

What is known of these in storage: FACTS.md 12.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

from confsync.markup.emoji_names import (
    ATLASSIAN,
    CLASSIC,
    FACES,
    OWN,
    character,
    code_points,
    is_own,
    shortcodes,
)
from confsync.markup.markdown.escaping import Level, escape_text
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.storage import canonical
from confsync.markup.storage.reader import Inside
from confsync.markup.storage.vocabulary import VOLATILE
from confsync.markup.storage.xml import El, attributes, escape, fold, parse
from confsync.markup.tree import Atomic, Piece


def read_storage(el: El, into: Inside) -> None:
    """Read `<ac:emoticon>`."""
    into.atom(el, *atom_of(el, into.src))


def atom_of(el: El, src: str) -> tuple[str, str, str]:
    """Return what an emoji is in the tree: kind, value, and its storage where that is more than the value says."""
    said = {k: v for k, v in el.attrs.items() if k not in VOLATILE}
    name, short = said.get("ac:name", ""), said.get("ac:emoji-shortname", "").strip(":")
    if el.kids:
        return "raw", canonical.canonical([el], src), canonical.clean([el], src)
    if said == {"ac:name": name} and name in CLASSIC:
        return "emo", name, ""
    if said == dict(_attributes(short)) and short not in CLASSIC:
        return "emo", short, ""
    if name in CLASSIC and _says_the_same(name, said):
        return "emo", name, canonical.clean([el], src)
    return "raw", canonical.canonical([el], src), canonical.clean([el], src)


def _attributes(short: str) -> tuple[tuple[str, str], ...]:
    """Return how Cloud spells an emoji that has no classic name."""
    char = character(short)
    pairs = (
        ("ac:name", "blue-star"),
        ("ac:emoji-shortname", f":{short}:"),
        ("ac:emoji-id", code_points(char)),
    )
    return (*pairs, (FALLBACK, char))


def _own(short: str) -> tuple[tuple[str, str], ...]:
    """Return how Cloud spells its own emoji for a classic emoticon."""
    name = f":{short}:"
    pairs = (("ac:name", ATLASSIAN[short]), ("ac:emoji-shortname", name), ("ac:emoji-id", OWN + short))
    return (*pairs, (FALLBACK, name))


def _says_the_same(name: str, said: Mapping[str, str]) -> bool:
    """Say whether the emoji beside a classic name shows what that shows."""
    short, words = said.get("ac:emoji-shortname", "").strip(":"), said.get(FALLBACK, "")
    if short in ATLASSIAN and said == dict(_own(short)):
        return True
    char = words.replace("\ufe0f", "")
    known = set(said) == {"ac:name", "ac:emoji-shortname", "ac:emoji-id", FALLBACK}
    return (
        known and len(char) == 1 and char in FACES.get(name, "") and said["ac:emoji-id"] == code_points(char)
    )


def write_storage(run: Atomic) -> str:
    """Write `<ac:emoticon>`."""
    name = str(run.value)
    if run.xml:
        return run.xml
    return f"<ac:emoticon{attributes([('ac:name', name)] if name in CLASSIC else _attributes(name))} />"


SPAN = {"data-emoji": "ac:name", "data-shortname": "ac:emoji-shortname", "data-emoji-id": "ac:emoji-id"}
FALLBACK = "ac:emoji-fallback"
NONE = ("data-fallback", "none")
"""Says that storage has no fallback: what is shown is what the id or the name means."""
ESCAPED = ("data-fallback", "escaped")
"""Says that the fallback is not the characters but their numbers, as the templates of Cloud have it."""
ESCAPES = re.compile(r"(?:\\u[0-9A-F]{4})+")
POINTS = re.compile(r"[0-9a-f]{2,6}(?:-[0-9a-f]{2,6})*", re.IGNORECASE)


def spelled(xml: str, *, html: bool) -> str | None:
    """Return the element that stands for an emoji in Markdown; None when it has to stay raw."""
    el = parse(xml).els()[0]
    if el.kids or not {k for k in el.attrs if k not in VOLATILE} <= {*SPAN.values(), FALLBACK}:
        return None
    name, words = el.get("ac:name"), el.get(FALLBACK)
    pairs = [(ours, el.get(theirs)) for ours, theirs in SPAN.items() if theirs in el.attrs]
    if FALLBACK not in el.attrs and (shown := _seen(el.get("ac:emoji-id")) or _face(name)):
        words = shown
        pairs.append(NONE)
    elif ESCAPES.fullmatch(words) and _escaped(_unescaped(words)) == words:
        words = _unescaped(words)
        pairs.append(ESCAPED)
    if "ac:name" not in el.attrs or not words or fold(words) != words:
        return None
    return f"<span{attributes(pairs)}>{escape(words) if html else escape_text(words, Level.FULL)}</span>"


def xml_of(attrs: Mapping[str, str], words: str) -> str | None:
    """Return the emoji that an element stands for; None when it stands for none."""
    if "data-emoji" not in attrs or not set(attrs) <= {*SPAN, NONE[0]} or not fold(words):
        return None
    pairs = [(theirs, attrs[ours]) for ours, theirs in SPAN.items() if ours in attrs]
    if NONE not in attrs.items():
        pairs.append((FALLBACK, _escaped(fold(words)) if ESCAPED in attrs.items() else fold(words)))
    return f"<ac:emoticon{attributes(pairs)} />"


def _seen(number: str) -> str:
    """Return the characters that an emoji's id names; empty when it names none."""
    points = [int(n, 16) for n in number.split("-")] if POINTS.fullmatch(number) else []
    return "".join(chr(n) for n in points if 0xA0 < n <= sys.maxunicode and not 0xD800 <= n < 0xE000)


def _face(name: str) -> str:
    """Return what stands for a classic emoticon where its name cannot; empty for any other name."""
    return FACES[name][0] if name in FACES else name if name in CLASSIC else ""


def _escaped(words: str) -> str:
    """Return characters as Cloud's templates have them in a fallback: UTF-16 in hexadecimal."""
    code = words.encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{code[n : n + 4]}" for n in range(0, len(code), 4))


def _unescaped(words: str) -> str:
    """Return the characters that such a fallback means; lone halves of one are left as they are."""
    code = bytes.fromhex(words.replace("\\u", ""))
    return code.decode("utf-16-be", "replace")


def name_of(short: str) -> str:
    """Return which emoji `:short:` is."""
    return ATLASSIAN[short.removeprefix(OWN)] if is_own(short) else short


def xml_of_name(short: str) -> str:
    """Return the storage of `:short:` where that is more than its name says."""
    return f"<ac:emoticon{attributes(_own(short.removeprefix(OWN)))} />" if is_own(short) else ""


def read_text(walk: InlineWalk, content: str) -> None:
    """Read text with `:names:` in it; inside of links they stay text."""
    if ":" not in content or any(m.kind == "link" for m in walk.marks):
        walk.put_text(content)
        return
    at = 0
    for m in shortcodes(content):
        if m.start() > at:
            walk.put_text(content[at : m.start()])
        a = walk.p
        walk.expect(m[0])
        walk.put("emo", name_of(m[1]), a, xml_of_name(m[1]))
        at = m.end()
    if at < len(content):
        walk.put_text(content[at:])


def read_html(into: Inside, s: int, e: int) -> None:
    """Read text of HTML with `:names:` in it; a colon that is written as a character reference begins none."""
    for m in shortcodes(into.src, s, e):
        into.words(s, m.start())
        emoji = Piece("emo", name_of(m[1]), m.start(), m.end(), into.marks, into.path, xml_of_name(m[1]))
        into.out.append(emoji)
        s = m.end()
    into.words(s, e)


def write_markdown(run: Atomic, context: InlineContext) -> str:
    """Write `:name:`, or a span."""
    return _written(run, html=False, tight=context.tight)


def write_html(run: Atomic, context: InlineContext) -> str:
    """Write the same into HTML."""
    return _written(run, html=True, tight=context.tight)


def _written(run: Atomic, *, html: bool, tight: bool) -> str:
    own = parse(run.xml).els()[0].get("ac:emoji-id") if run.xml else ""
    if is_own(own) and not tight:
        return f":{own}:"
    span = spelled(write_storage(run), html=html) if run.xml or tight else None
    return span or f":{run.value}:"
