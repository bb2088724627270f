"""Anchors: the macro `anchor`; `<a id="name"></a>`. They have a place and no words.

One that stands between blocks is a macro like any other there.
"""

from __future__ import annotations

from confsync.markup.elements import box
from confsync.markup.markdown_inline import InlineContext
from confsync.markup.storage_reader import Inside, Unreadable
from confsync.markup.storage_writer import macro
from confsync.markup.tree import Atomic
from confsync.markup.xml import El, attributes, fold


def read_storage(el: El, into: Inside) -> None:
    """Read the macro, whose one parameter has no name."""
    try:
        params = box.parameters(el, into.src)
    except Unreadable:
        params = ()
    key, name = params[0] if params else ("", "")
    alone = len(el.els()) == 1 and "ac:name" in el.els()[0].attrs
    if alone and not key and name == fold(name) != "":
        into.atom(el, "anchor", name)
    else:
        into.raw(el)


def write_storage(run: Atomic) -> str:
    """Write the macro."""
    return macro("anchor", [("", str(run.value))])


def write_markdown(run: Atomic, _context: InlineContext) -> str:
    """Write an empty `<a>`."""
    return f"<a{attributes([('id', str(run.value))])}></a>"
