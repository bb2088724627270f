"""Lists and their items: bullets, numbers, tasks.

Storage `<ul>`, `<ol start>`, `<ac:task-list>`; Markdown `-`, `1.`, `- [x]`. A Markdown list is a task list when every
item has a box; in mixed lists the brackets are text.

What is known of these in storage: FACTS.md 3 and 8.
"""

from __future__ import annotations

import re

from confsync.markup.elements.paragraph import own
from confsync.markup.elements.raw import is_toc, write_storage_like
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.source_map import Container, prefix_of
from confsync.markup.markdown.writer import MarkdownWriter, indent
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.storage.xml import El, Txt, attributes, is_white, text_of
from confsync.markup.tree import Block, Item, Kind, ListData

TASK_PARTS = frozenset({"ac:task-id", "ac:task-uuid", "ac:task-status", "ac:task-body"})
DEFINITION = re.compile(r"[ \t>]*\[(?!\^)(?:[^\[\]\\]|\\.)+\]:[ \t]*\S")
"""A line that gives a label its address."""
TASK = re.compile(r"\[([ xX])\](?=[ \t\n]|$)")
MARKER = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])([ \t]*)")
HTML_TASKS = ("data-confluence", "tasks")
"""Says of a list in HTML that its items are tasks: each begins with `[ ]` or `[x]`, as in Markdown."""
OTHER = {"-": "*", "*": "-", "+": "-", ".": ")", ")": "."}
"""Two lists side by side are one list in Markdown unless their markers differ."""
OTHER_RULE = {"-": "***", "*": "---", "_": "---"}


# ---- storage ----------------------------------------------------------------------------------------------------


def read_storage(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<ul>` or `<ol>`; anything but items in it has no place in the tree."""
    start = el.get("start") if el.tag == "ol" else ""
    number = start if start != "1" and re.fullmatch(r"\d{1,9}", start) else ""
    data = ListData(el.tag, number, own(el))
    block = Block(Kind.LIST, data, ins=el.oe, ine=el.cs)
    tasks = reader.document is not None and HTML_TASKS in el.attrs.items() and _all_boxed(el, reader.src)
    if tasks:
        block.data = ListData("task")
    for kid in el.kids:
        if tasks and isinstance(kid, El) and kid.tag == "li":
            block.kids.append(_html_task(kid, reader, depth + 1))
        elif isinstance(kid, El) and kid.tag == "li":
            item = Block(Kind.ITEM, Item("", own(kid)), s=kid.s, e=kid.e, el=kid)
            block.kids.append(reader.container(item, kid, depth + 1))
        elif not is_white(kid, reader.src):
            raise Unreadable
    if not block.kids:
        raise Unreadable
    return block


def _all_boxed(el: El, src: str) -> bool:
    return all(_boxed(kid, src) is not None for kid in el.els() if kid.tag == "li")


def _boxed(el: El, src: str) -> tuple[Txt, re.Match[str]] | None:
    """Return the text that an item of HTML begins with, and the box in it."""
    first = el.kids[0] if el.kids else None
    if not isinstance(first, Txt) or first.kind != "text":
        return None
    m = TASK.match(src, first.a, first.b)
    return (first, m) if m is not None else None


def _html_task(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<li>[x] …</li>`."""
    found = _boxed(el, reader.src)
    if found is None:
        raise Unreadable
    first, m = found
    begin = min(m.end() + 1, first.b)
    item = Block(Kind.ITEM, Item(" " if m[1] == " " else "x"), s=el.s, e=el.e, el=el, ins=begin, ine=el.cs)
    item.state_span = m.span(1)
    item.kids = reader.blocks([Txt("text", begin, first.e, begin, first.b), *el.kids[1:]], depth + 1)
    return item


def read_tasks(el: El, reader: StorageReader, depth: int) -> Block:
    """Read `<ac:task-list>`."""
    block = Block(Kind.LIST, ListData("task"), ins=el.oe, ine=el.cs)
    for kid in el.kids:
        if not isinstance(kid, El):
            if not is_white(kid, reader.src):
                raise Unreadable
        elif kid.tag == "ac:task-list" and block.kids:
            _nest(block.kids[-1], reader.block(kid, depth + 2))
        elif kid.tag == "ac:task" and (body := kid.one("ac:task-body")) is not None:
            block.kids.append(_task(kid, body, reader, depth + 1))
        else:
            raise Unreadable
    if not block.kids:
        raise Unreadable
    return block


def _nest(item: Block, inner: Block) -> None:
    """Put a list that stands behind a task into that task, whose end is then the list's."""
    if inner.kind is not Kind.LIST:
        raise Unreadable
    item.kids.append(inner)
    item.e = item.ine = inner.e


def _task(el: El, body: El, reader: StorageReader, depth: int) -> Block:
    if not {k.tag for k in el.els()} <= TASK_PARTS:
        raise Unreadable
    status = el.one("ac:task-status")
    done = status is not None and text_of(status, reader.src).strip() == "complete"
    item = Block(Kind.ITEM, Item("x" if done else " "), s=el.s, e=el.e, el=el)
    if status is not None:
        item.state_span = (status.oe, status.cs)
    solid = [k for k in body.kids if not is_white(k, reader.src)]
    inner = solid[0] if len(solid) == 1 else None
    wrapped = (
        isinstance(inner, El) and inner.tag == "span" and inner.get("class") == "placeholder-inline-tasks"
    )
    return reader.container(item, inner if isinstance(inner, El) and wrapped else body, depth)


def write_storage(block: Block, out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the list."""
    data = block.data if isinstance(block.data, ListData) else ListData("ul")
    tag = "ac:task-list" if data.style == "task" else data.style
    start = attributes([("start", data.start)]) if data.start else ""
    return f"<{tag}{start}{out.attributes(data.attrs)}>{out.blocks(block.kids)}</{tag}>"


def write_html(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the list in HTML, where a task list is one of bullets."""
    if not isinstance(block.data, ListData) or block.data.style != "task":
        return write_storage(block, out, bare)
    return f"<ul{attributes([HTML_TASKS])}>{out.blocks(block.kids)}</ul>"


def write_item_html(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001
    """Write an item in HTML."""
    state, body = _body(block, out, bare=bare)
    return f"<li>[{state}] {body}</li>" if state else f"<li{_own(block, out)}>{body}</li>"


def write_item(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001
    """Write `<li><p>…</p></li>`, as Cloud does; a task's text stands in its body without a paragraph."""
    state, body = _body(block, out, bare=bare)
    if not state:
        return f"<li{_own(block, out)}>{body}</li>"
    status = "complete" if state == "x" else "incomplete"
    return f"<ac:task><ac:task-status>{status}</ac:task-status><ac:task-body>{body}</ac:task-body></ac:task>"


def _own(block: Block, out: StorageWriter) -> str:
    return out.attributes(block.data.attrs) if isinstance(block.data, Item) else ""


def _body(block: Block, out: StorageWriter, *, bare: bool) -> tuple[str, str]:
    """Return an item's state and what stands in it."""
    state = block.data.state if isinstance(block.data, Item) else ""
    kids = [k for kid in block.kids for k in (kid.kids if kid.kind is Kind.FRAGMENT else [kid])]
    bare = (bare or bool(state)) and sum(k.kind is Kind.PARAGRAPH for k in kids) < 2
    first = bare and bool(kids) and kids[0] is block.kids[0] and kids[0].kind is Kind.PARAGRAPH
    body = (
        out.block(block.kids[0], bare=True) + out.blocks(block.kids[1:]) if first else out.blocks(block.kids)
    )
    return state, body


# ---- Markdown ---------------------------------------------------------------------------------------------------


def read_markdown(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a list; one item that asks for a table of contents is one, as kramdown has it."""
    if at.j == at.i + 6 and reader.tokens[at.i + 3].content.endswith("{:toc}"):
        return [is_toc(reader.place(Block(Kind.RAW), at))]
    at = at._replace(chain=(*at.chain, *_past_tab(reader, at)))
    start = at.token.attrs.get("start")
    style = "ol" if at.token.tag == "ol" else "ul"
    places = list(_items(reader, at))
    tasks = [_task_box(reader, item) for item in places] if style == "ul" else []
    is_task = bool(tasks) and all(tasks)
    data = ListData("task" if is_task else style, str(start) if start not in {None, 1} else "")
    block = reader.place(Block(Kind.LIST, data), at)
    block.marker = at.token.markup
    for n, item in enumerate(places):
        block.kids.append(_item(reader, item, tasks[n] if is_task else None))
    if reader.track and block.kids:
        block.e = block.kids[-1].e
    block.ins, block.ine = block.s, block.e
    return [block]


def _past_tab(reader: MarkdownReader, at: At) -> tuple[Container, ...]:
    """Return the columns of a tab that the containers of a list ate with it, and that are not theirs."""
    if not reader.track or at.token.map is None or not at.chain:
        return ()
    line = at.token.map[0]
    start, begin = reader.lines.start(line), reader.lines.begin(line, at.chain)
    if not reader.src.startswith("\t", max(begin - 1, start)):
        return ()
    columns = _columns(reader.src[start:begin]) - len(prefix_of(at.chain))
    return (Container("i", columns, -1, 0),) if columns > 0 else ()


def _items(reader: MarkdownReader, at: At) -> list[At]:
    out, k = [], at.i + 1
    while k < at.j:
        token = reader.tokens[k]
        item = At(token, k, reader.end(k), at.chain, at.depth + 1)
        out.append(item)
        k = item.j + 1
    return out


def _task_box(reader: MarkdownReader, at: At) -> str:
    """Return the character in an item's box; empty when it has none."""
    first = reader.tokens[at.i + 1] if at.i + 1 < at.j else None
    if first is None or first.type != "paragraph_open":
        return ""
    inline = reader.tokens[at.i + 2]
    m = TASK.match(inline.content)
    text = next(iter(reader.words(inline)), None) if m else None
    return m[1] if m and text is not None and text.type == "text" and TASK.match(text.content) else ""


def _item(reader: MarkdownReader, at: At, box: str | None) -> Block:
    state = "" if box is None else " " if box == " " else "x"
    item = reader.place(Block(Kind.ITEM, Item(state)), at)
    chain = at.chain
    if reader.track and at.token.map is not None:
        chain = _inside(reader, item, at)
    if box is not None:
        reader.tokens[at.i + 2].meta["skip"] = 3
        if reader.track:
            bracket = reader.src.find("[", item.ins)
            item.state_span = (bracket + 1, bracket + 2)
    item.kids = reader.inside(at, chain)
    while item.kids and item.kids[-1].kind is Kind.SPACER:
        item.kids.pop()
    if reader.track and item.kids and _are_definitions(reader.src[item.kids[-1].e : item.e]):
        item.e = item.kids[-1].e  # they are the document's, and stay when the item goes
    item.ine = item.e
    return item


def _are_definitions(text: str) -> bool:
    """Say whether there are link definitions in the lines of a text, and nothing else."""
    lines = [line for line in text.split("\n") if line.strip(" \t>")]
    return bool(lines) and all(map(DEFINITION.match, lines))


def _inside(reader: MarkdownReader, item: Block, at: At) -> tuple[Container, ...]:
    """Find where an item's content starts: behind the marker and at most four blanks."""
    line = at.token.map[0] if at.token.map else 0
    begin, stop = reader.lines.begin(line, at.chain), reader.lines.end(line)
    m = MARKER.match(reader.src, begin, stop)
    gap = m[1] if m else ""
    content = m.end() if m else begin
    if m and (len(gap.expandtabs(4)) > 4 or content >= stop):
        content = m.start(1) + min(1, len(gap))
    width = _columns(reader.src[begin:content]) if content < stop else (m.start(1) - begin + 1 if m else 2)
    chain = (*at.chain, Container("i", max(width, 2), line, content))
    item.ins, item.marker = content, reader.src[begin:content]
    item.inner_prefix = prefix_of(chain)
    return chain


def _columns(text: str) -> int:
    return len(text.expandtabs(4))


def write_markdown(block: Block, out: MarkdownWriter, before: Block | None) -> str:
    """Write a list; loose when an item has two blocks besides a sub-list."""
    data = block.data if isinstance(block.data, ListData) else ListData("ul")
    if data.attrs or any(isinstance(item.data, Item) and item.data.attrs for item in block.kids):
        return write_storage_like(block, out)
    ordered = data.style == "ol"
    marker = out.style.delimiter if ordered else out.style.bullet
    if before is not None and _melts(before, block) and out.markers.get(id(before), marker) == marker:
        marker = OTHER[marker]
    out.markers[id(block)] = marker
    loose = any(sum(k.kind is not Kind.LIST for k in item.kids) > 1 for item in block.kids)
    number = int(data.start or 1)
    lines = [
        write_item_markdown(item, f"{number + n}{marker} " if ordered else f"{marker} ", out)
        for n, item in enumerate(block.kids)
    ]
    return ("\n\n" if loose else "\n").join(lines)


def _melts(before: Block, block: Block) -> bool:
    """Say whether two lists side by side have the same kind of marker."""
    if not (isinstance(before.data, ListData) and isinstance(block.data, ListData)):
        return False
    return (before.data.style == "ol") == (block.data.style == "ol")


def write_item_markdown(item: Block, marker: str, out: MarkdownWriter) -> str:
    """Write one item behind its marker."""
    state = item.data.state if isinstance(item.data, Item) else ""
    parts: list[str] = []
    before: Block | None = None
    for kid in item.kids:
        text = out.block(kid, before)
        parts.append(text if before is None else _between(item, before, kid) + text)
        before = kid
    if not state and item.kids and item.kids[0].kind is Kind.RULE and parts[0][0] == marker.strip():
        parts[0] = OTHER_RULE[parts[0][0]]  # of one character, marker and rule would be one rule
    body = (f"[{state}] " if state else "") + "".join(parts)
    return indent(body, " " * len(marker), marker) if body else marker.rstrip()


def _between(item: Block, before: Block, kid: Block) -> str:
    """Return a line end before a sub-list of a tight item, a blank line before anything else.

    Right below text, what begins with an empty item is no list.
    """
    data = kid.data
    tight = (
        isinstance(data, ListData)
        and before.kind is Kind.PARAGRAPH
        and all(k.kind in {Kind.PARAGRAPH, Kind.LIST} for k in item.kids)
        and sum(k.kind is Kind.PARAGRAPH for k in item.kids) == 1
        and not (data.style == "ol" and data.start)
        and bool(kid.kids[0].kids)
    )
    return "\n" if tight else "\n\n"
