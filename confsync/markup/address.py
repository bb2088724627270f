"""Canonical addresses: the target of an `ac:link` as text that loses nothing and can be converted back.

`confluence:page?content-title=Install&space-key=OPS#Set-up`, `confluence:user?account-id=…`, `#Set-up`: the name of
the resource element, its attributes (those of the link itself with `ac.` before them), the anchor. Values are
percent-encoded and attributes sorted, so that equal links have equal addresses. The order in which they were found is
remembered beside the address, and written again.

Source: FACTS.md 4.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from confsync.markup.inline import Pairs
from confsync.markup.spelling import Spelt, written
from confsync.markup.storage.vocabulary import VOLATILE
from confsync.markup.storage.xml import El, attributes, escape_attr, fold, is_white

SCHEME = "confluence:"
FIRST = ("content-title", "space-key", "filename", "account-id", "userkey", "username", "key")
"""Attributes that name the target, in the order in which they are written; the others follow by name."""
LINK_ATTR = re.compile(r"[a-z][a-z-]*(?:\.[a-z][a-z-]*)?")
OWN_ATTR = re.compile(r"[a-z][a-z-]*")
RESOURCE = re.compile(r"ri:[a-z][a-z-]*")
_PAIR = rf"{LINK_ATTR.pattern}=[^&#\s]*"
PATTERN = re.compile(rf"#[^\s]+|confluence:(?:#[^\s]*|[a-z][a-z-]*\?(?:{_PAIR}(?:&{_PAIR})*)?(?:#[^\s]*)?)")


def is_address(href: str) -> bool:
    """Say whether a link's target is an address of ours; anything else that people type is an ordinary href."""
    return (href.startswith(("#", SCHEME))) and PATTERN.fullmatch(href) is not None


ELEMENT = ("data-confluence", "a")
"""Says of an `<a>` in HTML that Confluence has the element itself, and no link to what it knows."""


def in_html(name: str, attrs: Pairs) -> Pairs:
    """Return a kept element's attributes as they are written into HTML."""
    return (*attrs, ELEMENT) if name == "a" and is_address(dict(attrs).get("href", "")) else attrs


def build(kind: str, attrs: dict[str, str], anchor: str | None = None) -> str:
    """Return the address of a resource; `kind` is the element's name without prefix."""
    found = _build(kind, attrs, anchor)
    rank = {name: i for i, name in enumerate(FIRST)}
    names = sorted(attrs, key=lambda name: (rank.get(name, len(rank)), name))
    canonical = _build(kind, {name: attrs[name] for name in names}, anchor)
    return canonical if canonical == found else Spelt(canonical, found)


def _build(kind: str, attrs: dict[str, str], anchor: str | None) -> str:
    query = "&".join([f"{k}={quote(v, safe='')}" for k, v in attrs.items()])
    return f"{SCHEME}{kind}?{query}" + ("" if anchor is None else "#" + quote(anchor, safe=""))


def here(anchor: str) -> str:
    """Return the address of an anchor on the same page."""
    return "#" + quote(anchor, safe="")


def split(address: str) -> tuple[str, dict[str, str], str | None]:
    """Return kind (empty for an anchor on the same page), decoded attributes, decoded anchor."""
    rest, hash_, anchor = written(address).removeprefix(SCHEME).partition("#")
    kind, _, query = rest.partition("?")
    attrs = {k: unquote(v) for k, _, v in (pair.partition("=") for pair in query.split("&") if pair)}
    return kind, attrs, unquote(anchor) if hash_ else None


def normalise(href: str) -> str:
    """Return an address in its one spelling."""
    kind, attrs, anchor = split(href)
    return build(kind, attrs, anchor) if kind else here(anchor or "")


def readable(address: str) -> str:
    """Return an address as it is written into Markdown: letters of every script are not percent-encoded."""
    return re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", _letters, written(address))


def _letters(m: re.Match[str]) -> str:
    text = unquote(m[0], errors="replace")
    return text if text.isprintable() and "\ufffd" not in text and not re.search(r"\s", text) else m[0]


def of_element(el: El, src: str) -> str | None:
    """Return the address of an `ac:link` element; None when something in it would be lost."""
    targets = [k for k in el.els() if k.tag.startswith("ri:")]
    attrs = {k: v for k, v in el.attrs.items() if k not in VOLATILE}
    anchor = attrs.pop("ac:anchor", None)
    own = {"ac." + k[3:]: v for k, v in attrs.items()}
    if len(targets) > 1 or any(not k.startswith("ac:") for k in attrs):
        return None
    if not targets:
        return None if own or not anchor else here(anchor)
    found = of_resource(targets[0], src)
    if found is None or not all(LINK_ATTR.fullmatch(k) for k in own):
        return None
    return build(found[0], found[1] | own, anchor)


def of_resource(el: El, src: str) -> tuple[str, dict[str, str]] | None:
    """Return kind and attributes of a resource; those of one inside of it with its kind before them.

    `filename`, `page.content-title`: the file of another page. None when something would be lost.
    """
    named = {k.removeprefix("ri:"): v for k, v in el.attrs.items() if k not in VOLATILE}
    if not RESOURCE.fullmatch(el.tag) or not all(OWN_ATTR.fullmatch(k) for k in named):
        return None
    inner = el.els()
    if not _holds_elements_alone(el, src) or len({k.tag for k in inner}) < len(inner):
        return None
    for kid in inner:
        found = None if kid.els() else of_resource(kid, src)
        if found is None or not found[1] or found[0] == "ac":
            return None
        named |= {f"{found[0]}.{k}": v for k, v in found[1].items()}
    return el.tag[3:], named


def _holds_elements_alone(el: El, src: str) -> bool:
    """Say whether there is nothing between child elements but line ends and blanks, which say nothing there."""
    return all(isinstance(k, El) or is_white(k, src) for k in el.kids)


def resource(kind: str, attrs: dict[str, str]) -> str:
    """Return the element of a resource; the inverse of `of_resource`."""
    own = [("ri:" + k, v) for k, v in attrs.items() if "." not in k]
    inner: dict[str, list[tuple[str, str]]] = {}
    for key, value in attrs.items():
        outer, dot, name = key.partition(".")
        if dot:
            inner.setdefault(outer, []).append(("ri:" + name, value))
    if not inner:
        return f"<ri:{kind}{attributes(own)} />"
    body = "".join(f"<ri:{name}{attributes(pairs)} />" for name, pairs in inner.items())
    return f"<ri:{kind}{attributes(own)}>{body}</ri:{kind}>"


def element(address: str, body: str) -> str:
    """Return the `ac:link` of an address; the inverse of `of_element`."""
    kind, attrs, anchor = split(address)
    own = [("ac:" + k[3:], v) for k, v in attrs.items() if k.startswith("ac.")]
    named = {k: v for k, v in attrs.items() if not k.startswith("ac.")}
    head = "" if anchor is None else f' ac:anchor="{escape_attr(anchor)}"'
    target = resource(kind, named) if kind else ""
    return f"<ac:link{head}{attributes(own)}>{target}{body}</ac:link>"


def shown(address: str) -> str:
    """Return what a link without a body shows: the target's title, its white space folded."""
    kind, attrs, anchor = split(address)
    if not kind:
        text = anchor or ""
    elif kind == "user":
        text = "@" + (attrs.get("account-id") or attrs.get("userkey") or attrs.get("username") or "")
    else:
        text = next((attrs[k] for k in FIRST if attrs.get(k)), kind)
    return fold(text)
