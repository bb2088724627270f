"""Links: `<a href>` for addresses, `<ac:link>` for what Confluence knows; `[text](address)`.

A link without a body of its own shows its target's title and is one atom, `ref`; so is one whose body is that title.

What is known of these in storage: FACTS.md 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from markdown_it.token import Token

from confsync.markup import address as addresses
from confsync.markup.elements import anchor
from confsync.markup.inline import worn
from confsync.markup.markdown.escaping import Level, destination, escape_text
from confsync.markup.markdown.inline_walk import InlineWalk, Lost, TagEvent
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.notes import NoteKind
from confsync.markup.storage.canonical import canonical
from confsync.markup.storage.reader import Inside, is_transparent
from confsync.markup.storage.vocabulary import VOLATILE, is_unsafe, kept
from confsync.markup.storage.xml import El, Txt, attributes, escape, fold, parse, text_of
from confsync.markup.syntax.autolink import is_bare, is_bare_mail
from confsync.markup.tree import Atomic, Elem, Mark, Piece

TOLD = "a"
"""A link to the address that is its text, where that was written as a link: `<https://a.example>`. In storage its text stands in
a span, which means nothing; a bare address has none."""
AUTOMATIC = re.compile(r"https?:|mailto:")
ADDRESS = re.compile(r"[^\s<>\\|]+")
"""What can be an address without any mark."""
BEFORE, BEHIND = re.compile(r"(?:\A|[\s(\"])\Z"), re.compile(r"[.,;:!?)\"]*(?:\s|\Z)")
"""What stands beside it where nothing else can be meant."""
WHITE = re.compile(r"[ \t\r\n]")
PERSON = re.compile(r"https://[\w.-]+/wiki/people/([0-9A-Za-z:-]{8,128})(?:[?#]\S*)?")
"""A person's own page on Cloud, whose account ids are the same on all sites."""
MARK_PAGE = "ac:"
"""Begins a link to a page by its title in files of mark; nothing behind it: the link's text is the title."""


def read_a(el: El, into: Inside) -> None:
    """Read `<a>`: a link, an anchor when it has a name and no words, else a kept element."""
    document = into.reader.document
    href = el.get("href") if document is None else document.address(el.get("href"))
    ours = addresses.is_address(href)
    if href and is_unsafe(href):
        into.within(None, Elem(None, el.s, el.oe, el.cs, el.e)).nodes(el.kids)
    elif document is not None and ours and not _is_element(el.attrs):
        _read_address(el, href, into)
    elif "href" in el.attrs and _is_plain(el.attrs) and not ours:
        told = _is_told(el) and text_of(el, into.src) in {href, href.removeprefix("mailto:")}
        mark = link_mark(href, el.get("title"), told=told)
        into.within(mark, Elem(mark, el.s, el.oe, el.cs, el.e)).nodes(el.kids)
    elif not el.kids and _names_place(el.attrs):
        name = anchor.of_tag("a", {k: v for k, v in el.attrs.items() if k not in VOLATILE})
        if document is not None and name is not None:
            into.atom(el, "anchor", name)
        else:
            into.atom(el, "raw", *empty(el.attrs))
    else:
        mark = kept_link(el.attrs)
        into.within(mark, Elem(mark, el.s, el.oe, el.cs, el.e)).nodes(el.kids)


def _is_plain(attrs: Mapping[str, str]) -> bool:
    """Say whether a link says nothing but where it leads and its title."""
    return all(k in VOLATILE or k in {"href", "title"} for k in attrs)


def _names_place(attrs: Mapping[str, str]) -> bool:
    """Say whether a link says nothing but what its place is called."""
    return set(attrs) - VOLATILE - {addresses.ELEMENT[0]} in ({"id"}, {"name"}, {"id", "name"})


def _is_element(attrs: Mapping[str, str]) -> bool:
    """Say whether a link of HTML says that it is one in storage, too."""
    return addresses.ELEMENT in attrs.items()


def kept_link(attrs: Mapping[str, str]) -> Mark:
    """Return the mark of an `<a>` that says more than where it leads."""
    return Mark("tag", "a", kept(dict(attrs.items() - {addresses.ELEMENT})))


def empty(attrs: Mapping[str, str]) -> tuple[str, str]:
    """Return an `<a>` with a name and no words as storage, in normal form and as it is written."""
    xml = f"<a{attributes(kept_link(attrs).attrs)} />"
    return canonical(parse(xml).kids, xml), xml


def spelled(xml: str) -> str:
    """Return the same as HTML, where it is another thing than an anchor of Confluence."""
    return f"<a{attributes((*parse(xml).els()[0].attrs.items(), addresses.ELEMENT))}></a>"


def _read_address(el: El, address: str, into: Inside) -> None:
    """Read a link of HTML to what Confluence knows; one that says what its target is called is a `ref`."""
    mark, begin = link_mark(address), len(into.out)
    into.within(mark, Elem(mark, el.s, el.oe, el.cs, el.e)).nodes(el.kids)
    mine = into.out[begin:]
    if all(p.kind == "t" and p.marks == into.marks | {mark} for p in mine) and _names(address, mine):
        del into.out[begin:]
        into.atom(el, "ref", address)


def _is_told(el: El) -> bool:
    only = el.kids[0] if len(el.kids) == 1 else None
    return isinstance(only, El) and only.tag == "span" and is_transparent(only)


def link_mark(href: str, title: str = "", *, told: bool = False) -> Mark:
    """Return the mark of a link; `told`: its text is its address, and it is no bare one."""
    mark = Mark("link", href, (("title", title),) if title else ())
    return worn(mark, TOLD) if told and AUTOMATIC.match(href) else mark


def read_ac_link(el: El, into: Inside) -> None:
    """Read `<ac:link>`."""
    address = addresses.of_element(el, into.src)
    body = el.one("ac:link-body") or el.one("ac:plain-text-link-body")
    known = {"ac:link-body", "ac:plain-text-link-body"}
    odd = any(k.tag not in known and not k.tag.startswith("ri:") for k in el.els())
    if address is None or odd or sum(k.tag in known for k in el.els()) > 1:
        into.raw(el)
    elif body is None or _shows_title(body, address, into.src):
        into.atom(el, "ref", address)
    else:
        _read_body(el, body, address, into)


def _shows_title(body: El, address: str, src: str) -> bool:
    if address.startswith("confluence:user?"):
        return True
    text = fold(text_of(body, src))
    els = body.els()
    if not text and not els:
        return True
    bare = all(x.tag == "span" and is_transparent(x) and not x.els() for x in els)
    return bare and text == addresses.shown(address)


def _read_body(el: El, body: El, address: str, into: Inside) -> None:
    mark = link_mark(address)
    only = body.kids[0] if len(body.kids) == 1 else None
    if isinstance(only, Txt) and only.kind == "cdata":
        elem = Elem(mark, el.s, only.a, only.b, el.e, cdata=True)
    else:
        elem = Elem(mark, el.s, body.oe, body.cs, el.e)
    into.within(mark, elem).nodes(body.kids)


def write_ref(run: Atomic) -> str:
    """Write a link that shows its target's title; Cloud writes the title as a body, too."""
    address = str(run.value)
    body = addresses.shown(address) if address.startswith("confluence:page?") else ""
    return addresses.element(address, f"<ac:link-body>{escape(body)}</ac:link-body>" if body else "")


# ---- Markdown ---------------------------------------------------------------------------------------------------


def read_open(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read a link's opening."""
    token, a = tokens[i], walk.p
    form = token.markup or "link"
    if form == "autolink":
        walk.expect("<")
    elif form != "linkify":
        walk.expect("[")
    href = str(token.attrs.get("href", ""))
    if is_unsafe(href):
        walk.reader.note(NoteKind.UNSAFE, href)
        walk.open(None, a, form)
        return i
    foreign = _foreign(href, tokens, i) if form == "link" else ""
    address = foreign or walk.reader.address(href)
    title = fold(str(token.attrs.get("title", "")))
    ours = addresses.is_address(address)
    told = form in ("autolink", "link") and not ours and _could_be_bare(tokens, i, href)
    walk.open(link_mark(address, "" if ours else title, told=told), a, form)
    return i


def _could_be_bare(tokens: Sequence[Token], i: int, href: str) -> bool:
    """Say whether the link that opens at an index holds its address alone, and would be one without any mark."""
    close = next((n for n in range(i + 1, len(tokens)) if not tokens[n].type.startswith("text")), len(tokens))
    if close >= len(tokens) or tokens[close].type not in {"link_close", "html_inline"}:
        return False
    text = "".join([t.content for t in tokens[i + 1 : close]])
    before, behind = _beside(tokens, i - 1, -1), _behind(tokens, close + 1)
    if text not in {href, href.removeprefix("mailto:")} or not ADDRESS.fullmatch(href):
        return False
    if before is None or behind is None or not BEFORE.search(before) or not BEHIND.match(behind):
        return False
    before = before[-1:]
    return is_bare_mail(text, before, behind) if href.startswith("mailto:") else is_bare(href, before, behind)


def _beside(tokens: Sequence[Token], n: int, step: int) -> str | None:
    """Return the text beside a link, past delimiters and comments; None when it is none, or is written with care."""
    while 0 <= n < len(tokens) and (tokens[n].tag in {"strong", "em", "s"} or _is_nothing(tokens, n)):
        n += step
    if not 0 <= n < len(tokens):
        return ""
    return {"text": tokens[n].content, "softbreak": " ", "hardbreak": "\n"}.get(tokens[n].type)


def _behind(tokens: Sequence[Token], n: int) -> str | None:
    """Return the text behind a link up to a blank, as `_beside` does; None also where it is cut in many pieces."""
    out = ""
    for at in range(n, n + 4):
        text = _beside(tokens, at, 1)
        if text is None:
            return None
        out += text
        if not text or WHITE.search(text):
            return out
    return None


def _is_nothing(tokens: Sequence[Token], n: int) -> bool:
    return (tokens[n].type == "text" and not tokens[n].content) or tokens[n].content.startswith("<!--")


def _foreign(href: str, tokens: Sequence[Token], i: int) -> str:
    """Return the address of what other publishers link in ways of their own; empty for any other link."""
    if href.startswith(MARK_PAGE):
        title = fold(unquote(href.removeprefix(MARK_PAGE)) or _text(tokens, i))
        return addresses.build("page", {"content-title": title}) if title else ""
    m = PERSON.fullmatch(href)
    if m is not None and _text(tokens, i).startswith("@"):
        return addresses.build("user", {"account-id": m[1]})
    return ""


def _text(tokens: Sequence[Token], i: int) -> str:
    """Return the words of the link that opens with token `i`."""
    out: list[str] = []
    for token in tokens[i + 1 :]:
        if token.type == "link_close":
            break
        out.append(" " if token.type == "softbreak" else token.content)
    return "".join(out)


def read_close(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read a link's end; a link that says what its target is called is a `ref`."""
    a, (elem, begin) = walk.p, walk.innermost()
    if elem.mark is not None and len(walk.pieces) == begin and not addresses.is_address(elem.mark.value):
        put_target(walk, str(tokens[i - 1].attrs.get("href", "")), elem.mark.value)
    if elem.form == "autolink":
        walk.expect(">")
    elif elem.form != "linkify":
        walk.target()
    if i + 1 < len(tokens) and tokens[i + 1].type == "attributes" and tokens[i + 1].meta["behind"]:
        i += 1
        walk.expect(tokens[i].content)
    walk.shut(a)
    as_title(walk, elem, begin)
    return i


def put_target(walk: InlineWalk, typed: str, target: str) -> None:
    """Give a link without words the address that it leads to as its words, or nobody would find it."""
    at = walk.content.find(typed, walk.p) if typed and typed == target else -1
    if walk.places is None:
        walk.put("t", target, walk.p)
    elif at < 0:
        raise Lost
    else:
        walk.put_at(target, at)


def as_title(walk: InlineWalk, elem: Elem, begin: int) -> None:
    """Make a link that ends here and says what its target is called, from the piece `begin` on, one atom."""
    if elem.mark is None or not addresses.is_address(elem.mark.value):
        return
    mine = walk.pieces[begin:]
    if all(p.kind == "t" and p.marks == walk.marks | {elem.mark} for p in mine) and _names(
        elem.mark.value, mine
    ):
        del walk.pieces[begin:]
        walk.pieces.append(Piece("ref", elem.mark.value, elem.os, elem.ce, walk.marks, walk.path))


def _names(address: str, pieces: Sequence[Piece]) -> bool:
    if address.startswith("confluence:user?"):
        return True
    text = fold("".join(str(p.value) for p in pieces))
    return not text or text == addresses.shown(address)


def read_tag(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read `<a>` between words."""
    attrs = event.attrs
    href = attrs.get("href", "")
    if not href and (attrs.get("id") or attrs.get("name")) and event.pair == event.at + 1:
        return _read_place(walk, tokens, event)
    if href and is_unsafe(href):
        walk.reader.note(NoteKind.UNSAFE, href)
        return walk.open_tag(tokens, event, None)
    address = walk.reader.address(href) if href else ""
    ours = addresses.is_address(address)
    if address and not _is_element(attrs) and (_is_plain(attrs) or ours):
        told = not ours and _could_be_bare(tokens, event.at, href)
        title = "" if ours else attrs.get("title", "")
        taken = walk.open_tag(tokens, event, link_mark(address, title, told=told))
        return taken if taken is None or not ours else _to_the_end(walk, tokens, event)
    return walk.open_tag(tokens, event, kept_link(attrs))


def _to_the_end(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int:
    """Read what is in the link that was just opened, and its close tag; one that says its target's title is a `ref`."""
    elem, begin = walk.innermost()
    walk.steps(tokens, event.at + 1, event.pair + 1)
    as_title(walk, elem, begin)
    return event.pair


def _read_place(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int:
    """Read an `<a>` without words, which names its place."""
    a, name = walk.p, anchor.of_tag("a", event.attrs)
    if name is None and not _is_element(event.attrs):
        name = fold(event.attrs.get("id") or event.attrs.get("name") or "")
    walk.expect(tokens[event.at].content)
    walk.expect(tokens[event.pair].content)
    if name:
        walk.put("anchor", name, a)
    else:
        value, xml = empty(event.attrs)
        walk.put("raw", value, a, xml)
    return event.pair


def write_ref_markdown(run: Atomic, context: InlineContext) -> str:
    """Write a link that shows its target's title."""
    address = str(run.value)
    text = escape_text(addresses.shown(address), Level.FULL if context.level else Level.LIGHT, in_link=True)
    return f"[{text}]({destination(context.href(address))})"


def write_ref_html(run: Atomic, context: InlineContext) -> str:
    """Write a link that shows its target's title into HTML."""
    address = str(run.value)
    return f"<a{attributes([('href', context.href(address))])}>{escape(addresses.shown(address))}</a>"
