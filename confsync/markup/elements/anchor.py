"""Anchors: the macro `anchor`; `<a id="name"></a>`. They have a place and no words.

One that stands between blocks is a macro like any other there. HTML has other elements for places (`<a name>`,
`<span id>`); which one was typed stands in a parameter that Confluence has no use for.

What is known of these in storage: FACTS.md 10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from confsync.markup.elements.macro import parameters
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.spelling import Spelt
from confsync.markup.storage.reader import Inside, Unreadable
from confsync.markup.storage.writer import macro
from confsync.markup.storage.xml import El, attributes, fold
from confsync.markup.tree import Atomic

FORM = "html"
"""The parameter that tells the element and its attributes."""
FORMS = re.compile(r"a name|a id name|a name id|[a-z][a-z0-9]* id")
PLAIN = "a id"


def named(name: str, form: str = PLAIN) -> str:
    """Return the value of an anchor; `form` is the element that it was typed as, and what names it there."""
    return name if form == PLAIN else Spelt(name, form)


def of_tag(tag: str, attrs: Mapping[str, str]) -> str | None:
    """Return the value of the anchor that an empty element of HTML is; None when it says anything else."""
    name = fold(attrs.get("id") or attrs.get("name") or "")
    form = " ".join([tag, *attrs])
    if not name or not FORMS.fullmatch(form) or any(fold(v) != name for v in attrs.values()):
        return None
    return named(name, form)


def read_storage(el: El, into: Inside) -> None:
    """Read the macro, whose one parameter has no name."""
    try:
        params = dict(parameters(el, into.src))
    except Unreadable:
        params = {}
    form = params.pop(FORM, PLAIN)
    name = params.get("", "")
    if set(params) == {""} and name == fold(name) != "" and FORMS.fullmatch(form) and _are_parameters(el):
        into.atom(el, "anchor", named(name, form))
    else:
        into.raw(el)


def _are_parameters(el: El) -> bool:
    """Say whether there is nothing but parameters, each once and with a name, even if that is empty."""
    names = [k.attrs.get("ac:name") for k in el.els() if k.tag == "ac:parameter"]
    return len(names) == len(el.els()) == len(set(names)) and None not in names


def write_storage(run: Atomic) -> str:
    """Write the macro."""
    form = [(FORM, run.value.written)] if isinstance(run.value, Spelt) else []
    return macro("anchor", [("", str(run.value)), *form])


def write_markdown(run: Atomic, _context: InlineContext) -> str:
    """Write an empty element."""
    tag, *names = (run.value.written if isinstance(run.value, Spelt) else PLAIN).split()
    return f"<{tag}{attributes([(name, str(run.value)) for name in names])}></{tag}>"
