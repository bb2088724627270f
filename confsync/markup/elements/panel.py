"""Panels: the macros info, tip, note and warning; GitHub's alerts in Markdown.

`[!NOTE]` is info, `[!TIP]` tip, `[!WARNING]` note, `[!CAUTION]` warning: by colour, so that it can be taken back.
`[!IMPORTANT]` is an info panel titled Important. Another title stands behind the bracket. Obsidian's further names and
its fold marks (`[!bug]`, `[!faq]- Title`) are read, too.

What is known of these in storage: FACTS.md 10, in Markdown: 15.
"""

from __future__ import annotations

import re

from markdown_it.token import Token

from confsync.markup.elements import box
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.writer import MarkdownWriter, indent
from confsync.markup.storage.reader import StorageReader
from confsync.markup.storage.writer import StorageWriter, macro, rich
from confsync.markup.storage.xml import El, fold
from confsync.markup.syntax.attribute_list import attribute_list
from confsync.markup.syntax.callouts import TITLED, callout_of
from confsync.markup.syntax.container_names import PANEL_OF
from confsync.markup.tree import Block, Box, Expand, Inline, Kind, Panel

ALERT = re.compile(r"\[!([A-Za-z][\w-]*)\]([+-]?)[ \t]*(?=\S|$)", re.MULTILINE)
MACRO_OF = {"NOTE": "info", "TIP": "tip", "WARNING": "note", "CAUTION": "warning", "IMPORTANT": "info"}
ALERT_OF = {"info": "NOTE", "tip": "TIP", "note": "WARNING", "warning": "CAUTION"}
IMPORTANT = "Important"
NO_TITLE = frozenset(
    {"code_inline", "link_open", "image", "html_inline", "math_inline", "storage_inline", "wikilink"}
)
"""Tokens of what would be lost in a title, which is words alone; emphasis goes with being one."""
GITLAB = re.compile(r"(NOTE|WARNING|FLAG|DISCLAIMER):[ \t]*\n")
GITLAB_PANELS = {
    "NOTE": Panel("info"),
    "WARNING": Panel("note"),
    "FLAG": Panel("info", "Flag"),
    "DISCLAIMER": Panel("note", "Disclaimer"),
}
"""Labels that begin GitLab's alert boxes, on a line of their own; before text on the same line they are words."""


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read one of the four macros; with other parameters than a title it is a box."""
    block = box.read_macro(el, reader, depth)
    data = block.data
    if isinstance(data, Box) and all(k == "title" for k, _ in data.attrs):
        title = dict(data.attrs).get("title", "")
        if fold(title) == title:
            block.kind, block.data = Kind.PANEL, Panel(el.get("ac:name"), title)
    return block


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the macro."""
    data = block.data if isinstance(block.data, Panel) else Panel("info")
    return macro(data.name, [("title", data.title)] if data.title else [], rich(out.blocks(block.kids)))


def write_html(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write it as any other macro stands in HTML, which has no alerts."""
    data = block.data if isinstance(block.data, Panel) else Panel("info")
    head = box.tag_of(Box("macro:" + data.name, (("title", data.title),) if data.title else ()))
    return f"{head}{out.blocks(block.kids)}</div>"


def read_alert(reader: MarkdownReader, block: Block, at: At) -> bool:
    """Make a quote a panel when it begins with an alert's bracket; the rest of that line is the title."""
    if at.i + 2 >= at.j or reader.tokens[at.i + 1].type != "paragraph_open":
        return False
    inline = reader.tokens[at.i + 2]
    if (labelled := GITLAB.match(inline.content)) is not None:
        return _read_labelled(reader, block, inline, labelled[1])
    m = ALERT.match(inline.content)
    children = reader.words(inline) if m else []
    if m is None or not children or children[0].type != "text" or not ALERT.match(children[0].content):
        return False
    name = m[1].upper()
    if name not in MACRO_OF and name.lower() not in PANEL_OF:
        return False
    line = next(
        (n for n, c in enumerate(children) if c.type in {"softbreak", "hardbreak"}), len(children) - 1
    )
    if any(child.type in NO_TITLE for child in children[: line + 1]):
        _be(block, name, "", folded=bool(m[2]))
        inline.meta["skip"] = m.end()
        return True
    words = Inline(InlineWalk(reader).run(children[: line + 1])).plain
    title = fold(words.partition("]")[2].removeprefix(m[2]))
    _be(block, name, title, folded=bool(m[2]))
    inline.meta["line"] = line
    return True


def _read_labelled(reader: MarkdownReader, block: Block, inline: Token, label: str) -> bool:
    """Make a quote a panel whose first line is one of GitLab's labels alone."""
    children = reader.words(inline)
    if len(children) < 2 or children[1].type not in {"softbreak", "hardbreak"}:
        return False
    block.kind, block.data = Kind.PANEL, GITLAB_PANELS[label]
    inline.meta["line"] = 1
    return True


def read_callout(reader: MarkdownReader, block: Block, at: At) -> int:
    """Make a quote the panel that an attribute list names, above it or behind its heading; return the title's tokens."""
    name = str(at.token.meta.get("callout", ""))
    first = reader.tokens[at.i + 1] if at.i + 1 < at.j else at.token
    if name and not name.endswith(TITLED):
        block.kind, block.data = Kind.PANEL, shown(name)
        return 0
    if not name and first.type == "heading_open":
        words = reader.words(reader.tokens[at.i + 2])
        last = words[-1] if words else first
        name = callout_of(attribute_list(last.content).classes) if last.type == "attributes" else ""
    elif first.type != "paragraph_open":
        name = ""
    if not name:
        return 0
    words = [w for w in reader.words(reader.tokens[at.i + 2]) if w.type != "attributes"]
    title = fold(Inline(InlineWalk(reader).run(words)).plain)
    block.kind, block.data = Kind.PANEL, Panel(PANEL_OF[name.removesuffix(TITLED)], title)
    return 3


def shown(name: str) -> Panel:
    """Return the panel that shows an admonition; some say their name as the title."""
    plain = name in {"note", "info", "tip", "hint", "warning", "danger", "caution", "error", "attention"}
    return Panel(PANEL_OF[name], "" if plain else name.capitalize())


def _be(block: Block, name: str, title: str, *, folded: bool) -> None:
    """Make a quote the panel that GitHub's five names mean, or Obsidian's further ones; folded, an expand."""
    if folded:
        block.kind, block.data = Kind.EXPAND, Expand(title or name.capitalize())
        return
    macro_name = MACRO_OF.get(name) or PANEL_OF[name.lower()]
    block.kind = Kind.PANEL
    plain = name in MACRO_OF and name != "IMPORTANT"
    block.data = Panel(macro_name, title or ("" if plain or name == "INFO" else name.capitalize()))


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write an alert; what could not follow its first line at once, as an empty paragraph, stands behind a blank line."""
    data = block.data if isinstance(block.data, Panel) else Panel("info")
    head = "IMPORTANT" if data == Panel("info", IMPORTANT) else ALERT_OF[data.name]
    title = "" if head == "IMPORTANT" else data.title
    first = f"[!{head}]" + (" " + out.text(title) if title else "")
    end = "\n\n" if out.level(block) else "\n"
    return indent(f"{first}{end}{out.blocks(block.kids)}".rstrip("\n"), "> ")
