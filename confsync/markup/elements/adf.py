"""Panels of Cloud's new editor that no macro can say: `<div data-confluence="adf-panel" panel-type="note">`.

Storage wraps them in `<ac:adf-extension>`, beside a copy of the content for old renderers, which is not read. Other
nodes of that editor (decisions, extensions) stay raw.
"""

from __future__ import annotations

import re

from confsync.markup.storage_reader import StorageReader, Unreadable
from confsync.markup.tree import Block, Box, Kind, Pairs
from confsync.markup.vocabulary import VOLATILE
from confsync.markup.xml import El, escape, escape_attr, fold, is_white, text_of

NAME = "adf-panel"
KEY = re.compile(r"[a-z_][a-z0-9_.-]*")


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<ac:adf-extension>` around a panel; Unreadable for anything else."""
    node, content = el.one("ac:adf-node"), None
    if node is None or not _is_panel(el, node, reader.src):
        raise Unreadable
    attrs: dict[str, str] = {}
    for kid in node.els():
        key = kid.get("key")
        if kid.tag == "ac:adf-content" and content is None:
            content = kid
        elif kid.tag == "ac:adf-attribute" and KEY.fullmatch(key) and key not in attrs and not kid.els():
            attrs[key] = text_of(kid, reader.src)
        else:
            raise Unreadable
    if content is None or any(fold(v) != v for v in attrs.values()):
        raise Unreadable
    attrs.pop("local-id", None)
    return reader.container(Block(Kind.BOX, Box(NAME, tuple(sorted(attrs.items())))), content, depth)


def _is_panel(el: El, node: El, src: str) -> bool:
    """Say whether an extension is one panel, with or without its copy, and nothing else."""
    tags = [k.tag for k in el.els()]
    known = tags in (["ac:adf-node"], ["ac:adf-node", "ac:adf-fallback"])
    bare = all(isinstance(k, El) or is_white(k, src) for k in (*el.kids, *node.kids))
    return (
        known
        and bare
        and {k for k in node.attrs if k not in VOLATILE} == {"type"}
        and node.get("type") == "panel"
    )


def write_storage(attrs: Pairs, inner: str) -> str:
    """Write the panel without a copy; Confluence makes it."""
    says = "".join(attribute(k, v) for k, v in sorted(attrs, key=lambda pair: pair[0] != "panel-type"))
    content = f"<ac:adf-content>{inner}</ac:adf-content>"
    return f'<ac:adf-extension><ac:adf-node type="panel">{says}{content}</ac:adf-node></ac:adf-extension>'


def attribute(key: str, value: str) -> str:
    """Write one attribute of a node."""
    return f'<ac:adf-attribute key="{escape_attr(key)}">{escape(value)}</ac:adf-attribute>'


def without_copy(el: El, text: str, old_inside_end: int) -> str:
    """Take the copy of the old content off a changed panel; all behind the content is as it was."""
    copy = el.one("ac:adf-fallback")
    if copy is None:
        return text
    behind = el.e - old_inside_end
    at = len(text) - behind
    return text[: at + copy.s - old_inside_end] + text[at + copy.e - old_inside_end :]
