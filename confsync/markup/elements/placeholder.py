"""What a template asks its reader to fill in: `<ac:placeholder ac:type="mention">`; `<span data-placeholder="mention">`.

In the tree a placeholder is raw storage: this is its spelling, for those that hold nothing but words.

What is known of these in storage: FACTS.md 13.
"""

from __future__ import annotations

from collections.abc import Mapping

from confsync.markup.markdown.escaping import Level, escape_text
from confsync.markup.storage.vocabulary import VOLATILE
from confsync.markup.storage.xml import attributes, escape, fold, parse, text_of

TYPE = "data-placeholder"


def _words(xml: str) -> tuple[str, str] | None:
    """Return type and words; None when there is more to it."""
    el = parse(xml).els()[0]
    words = text_of(el, xml)
    if (
        el.els()
        or not words
        or fold(words) != words
        or not {k for k in el.attrs if k not in VOLATILE} <= {"ac:type"}
    ):
        return None
    return el.get("ac:type"), words


def spelled(xml: str, *, html: bool, level: Level) -> str | None:
    """Return the element that stands for a placeholder in Markdown; None when it has to stay raw."""
    found = _words(xml)
    if found is None:
        return None
    words = escape(found[1]) if html else escape_text(found[1], level)
    return f"<span{attributes(((TYPE, found[0]),))}>{words}</span>"


def xml_of(attrs: Mapping[str, str], words: str) -> str | None:
    """Return the placeholder that an element stands for; None when it stands for none."""
    if set(attrs) != {TYPE} or not fold(words):
        return None
    kind = attributes((("ac:type", attrs[TYPE]),)) if attrs[TYPE] else ""
    return f"<ac:placeholder{kind}>{escape(fold(words))}</ac:placeholder>"
