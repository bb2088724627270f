"""What Cloud's new editor has and no macro can say: `<div data-confluence="adf-panel" panel-type="note">`, decisions.

Storage wraps them in `<ac:adf-extension>`, beside a copy of the content for old renderers, which is not read. A list of
decisions is a container of decisions, each with its state. Other nodes with blocks in them are written as panels are;
nodes without any, and extensions, whose parameters nest, stay raw.

What is known of these in storage: FACTS.md 8 and 11.
"""

from __future__ import annotations

import re

from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.vocabulary import VOLATILE
from confsync.markup.storage.xml import El, escape, escape_attr, fold, is_white, text_of
from confsync.markup.tree import Attrs, Block, Box, Kind, Pairs

PREFIX = "adf-"
TYPE = re.compile(r"(?!decision-)[A-Za-z][A-Za-z-]*")
"""Nodes whose content is blocks: panels, expands in each other, blocks that several pages share, and what may come."""
DECISIONS = "adf-decision-list"
DECISION = "adf-decision-item"
KEY = re.compile(r"[a-z_][a-z0-9_.-]*")


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<ac:adf-extension>` around a panel or a list of decisions; Unreadable for anything else."""
    node = el.one("ac:adf-node")
    if node is not None and _is_only(el, node, "decision-list", reader.src):
        return _decisions(node, reader, depth)
    kind = node.get("type") if node is not None else ""
    if node is None or not TYPE.fullmatch(kind) or not _is_only(el, node, kind, reader.src):
        raise Unreadable
    block = _container(node, PREFIX + kind, reader, depth)
    if kind != "panel" and any(kid.bare for kid in block.kids):
        raise Unreadable  # what holds words alone may not hold paragraphs
    return block


def _decisions(node: El, reader: StorageReader, depth: int) -> Block:
    """Read a list of decisions, which says nothing of itself."""
    block = Block(Kind.BOX, Box(DECISIONS), ins=node.oe, ine=node.cs)
    for kid in node.els():
        if kid.tag == "ac:adf-attribute" and kid.get("key") == "local-id":
            continue
        bare = all(isinstance(k, El) or is_white(k, reader.src) for k in kid.kids)
        if kid.tag != "ac:adf-node" or kid.get("type") != "decision-item" or not bare:
            raise Unreadable
        item = _container(kid, DECISION, reader, depth + 1)
        item.s, item.e, item.el = kid.s, kid.e, kid
        block.kids.append(item)
    if not block.kids:
        raise Unreadable
    block.ins, block.ine = block.kids[0].s, block.kids[-1].e
    return block


def _container(node: El, name: str, reader: StorageReader, depth: int) -> Block:
    """Read a node with attributes and one content."""
    content: El | None = None
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
    return reader.container(Block(Kind.BOX, Box(name, tuple(sorted(attrs.items())))), content, depth)


def _is_only(el: El, node: El, kind: str, src: str) -> bool:
    """Say whether an extension is one node of a kind, with or without its copy, and nothing else."""
    tags = [k.tag for k in el.els()]
    known = tags in (["ac:adf-node"], ["ac:adf-node", "ac:adf-fallback"])
    bare = all(isinstance(k, El) or is_white(k, src) for k in (*el.kids, *node.kids))
    return (
        known
        and bare
        and {k for k in node.attrs if k not in VOLATILE} == {"type"}
        and node.get("type") == kind
    )


def write_storage(name: str, attrs: Pairs, inner: str) -> str:
    """Write a node without a copy; Confluence makes it."""
    says = "".join(attribute(k, v) for k, v in sorted(attrs, key=lambda pair: pair[0] != "panel-type"))
    content = f"<ac:adf-content>{inner}</ac:adf-content>"
    kind = name.removeprefix(PREFIX)
    return f'<ac:adf-extension><ac:adf-node type="{kind}">{says}{content}</ac:adf-node></ac:adf-extension>'


def write_decisions(inner: str) -> str:
    """Write a list of decisions without a copy."""
    return f'<ac:adf-extension><ac:adf-node type="decision-list">{inner}</ac:adf-node></ac:adf-extension>'


def write_decision(attrs: Pairs, inner: str) -> str:
    """Write one decision, whose content is words alone."""
    says = "".join(attribute(k, v) for k, v in attrs)
    return f'<ac:adf-node type="decision-item">{says}<ac:adf-content>{inner}</ac:adf-content></ac:adf-node>'


def settled(block: Block) -> Block:
    """Turn a container of Markdown into what storage has room for: decisions stand in lists, and lists hold decisions."""
    if is_decision(block):
        return _around(block, DECISIONS, [block])
    if is_decisions(block):
        kids = block.kids or [Block(Kind.PARAGRAPH, Attrs(), s=block.ins, e=block.ins)]
        block.kids = [k if is_decision(k) else _around(k, DECISION, [k] if block.kids else []) for k in kids]
    return block


def alone(block: Block) -> Block:
    """Take the lists away that decisions of a list in HTML were put in, each read before anybody knew of the list."""
    if is_decisions(block):
        block.kids = [d for kid in block.kids for d in (kid.kids if is_decisions(kid) else [kid])]
    return block


def is_decision(block: Block) -> bool:
    """Say whether a block is a decision."""
    return isinstance(block.data, Box) and block.data.name == DECISION


def is_decisions(block: Block) -> bool:
    """Say whether a block is a list of decisions."""
    return isinstance(block.data, Box) and block.data.name == DECISIONS


def _around(block: Block, name: str, kids: list[Block]) -> Block:
    """Return a container that is not written in the text around a block."""
    box = Block(Kind.BOX, Box(name), kids, s=block.s, e=block.e, ins=block.s, ine=block.e)
    box.notation, box.prefix, box.inner_prefix = block.notation, block.prefix, block.prefix
    return box


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
