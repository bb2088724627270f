"""Macros without a body: `<div data-confluence="macro:children" data-p-depth="2"></div>`; in a paragraph a `<span>`.

A parameter's text stands in `data-p-<name>`; a link as its value in `data-link-<name>`, any other resource in
`data-resource-<name>`, each as an address; the parameter without a name has none here either. In the tree such a
macro is raw storage: this is its spelling, for macros that are known to have no body. What the spelling cannot hold
to the letter stays raw.

What is known of these in storage: FACTS.md 10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from confsync.markup import address as addresses
from confsync.markup.storage.canonical import canonical
from confsync.markup.storage.reader import Unreadable
from confsync.markup.storage.vocabulary import BODILESS_MACROS
from confsync.markup.storage.writer import LAYOUT, parameter
from confsync.markup.storage.xml import El, attributes, escape_attr, is_white, parse, text_of
from confsync.markup.tree import Block, Kind, Pairs, Raw

MACRO = re.compile(r"<ac:structured-macro ac:name=\"([^\"]*)\"")
PARAMETER = "data-p-"
"""Stands before the name of a parameter whose value is text, where it is an attribute."""
UNNAMED = "data-p"
"""The parameter without a name."""
KEY = re.compile(r"data-(?P<kind>p|link|resource)(?:-(?P<name>[A-Za-z_][\w.-]*))?")
NAME = re.compile(r"[A-Za-z_][\w.-]*|")
PREFIX = "macro:"
ANCHOR, ID = PREFIX + "anchor", "id"
"""An anchor is told by the attribute that is one in HTML."""


# ---- parameters -------------------------------------------------------------------------------------------------


def parameters(el: El, src: str) -> Pairs:
    """Return a macro's parameters, sorted; Unreadable when one holds elements."""
    out = []
    for q in el.els():
        if q.tag not in {"ac:parameter", "ac:default-parameter"}:
            continue
        if q.els():
            raise Unreadable
        out.append((q.get("ac:name") if q.tag == "ac:parameter" else "", text_of(q, src)))
    return tuple(sorted(out))


# ---- writing ----------------------------------------------------------------------------------------------------


def attribute_of(name: str) -> str:
    """Return the attribute that a parameter of text is in Markdown, or what stands for one of the macro itself."""
    return name if name == LAYOUT else f"{PARAMETER}{name}" if name else UNNAMED


def attributes_of(pairs: Pairs) -> Pairs:
    """Return the attributes that parameters are in Markdown, that of the macro itself first."""
    return tuple((attribute_of(k), v) for k, v in sorted(pairs, key=lambda pair: pair[0] != LAYOUT))


def name_of(attribute: str) -> str:
    """Return which parameter an attribute is; the inverse of `attribute_of`."""
    return "" if attribute == UNNAMED else attribute.removeprefix(PARAMETER)


def spelled(xml: str, *, block: bool) -> str | None:
    """Return the element that stands for a macro in Markdown; None when it has to stay raw."""
    m = MACRO.match(xml)
    if m is None or m[1] not in BODILESS_MACROS:
        return None
    el = parse(xml).els()[0]
    pairs = _pairs(el, xml)
    if pairs is None or canonical([el], xml) != _canonical(xml_of(pairs) or ""):
        return None
    tag = "div" if block else "span"
    return f"<{tag}{attributes(list(pairs.items()))}></{tag}>"


def _pairs(el: El, src: str) -> dict[str, str] | None:
    """Return the attributes that say what a macro says; None when there is more to it."""
    out = {"data-confluence": PREFIX + el.get("ac:name")}
    if el.get(LAYOUT):
        out[LAYOUT] = el.get(LAYOUT)
    for kid in el.els():
        name = kid.get("ac:name")
        kind, value = _value(kid, src)
        key = f"data-{kind}" + (f"-{name}" if name else "")
        key = ID if key == UNNAMED and out["data-confluence"] == ANCHOR else key
        if kid.tag != "ac:parameter" or not NAME.fullmatch(name) or value is None or key in out:
            return None
        out[key] = value
    return out


def _value(param: El, src: str) -> tuple[str, str | None]:
    """Return what kind of value a parameter has, and the value; None when no attribute can hold it."""
    solid = [k for k in param.kids if not is_white(k, src)]
    only = solid[0] if len(solid) == 1 else None
    if not isinstance(only, El):
        return "p", None if param.els() else text_of(param, src)
    if only.tag == "ac:link" and not any(k.tag.startswith("ac:") for k in only.els()):
        address = addresses.of_element(only, src)
        return "link", None if address is None else addresses.readable(address)
    found = addresses.of_resource(only, src)
    return "resource", None if found is None else addresses.readable(addresses.build(*found))


def _canonical(xml: str) -> str:
    return canonical(parse(xml).kids, xml)


# ---- reading ----------------------------------------------------------------------------------------------------


def xml_of(attrs: Mapping[str, str]) -> str | None:
    """Return the macro that an element with these attributes stands for; None when it stands for none."""
    name = attrs.get("data-confluence", "")
    if not name.startswith(PREFIX) or name.removeprefix(PREFIX) not in BODILESS_MACROS:
        return None
    params = []
    for key, value in attrs.items():
        if key not in {"data-confluence", LAYOUT}:
            param = _parameter(UNNAMED if key == ID and name == ANCHOR else key, value)
            if param is None:
                return None
            params.append(param)
    head = f'<ac:structured-macro ac:name="{escape_attr(name.removeprefix(PREFIX))}"'
    if attrs.get(LAYOUT):
        head += f' {LAYOUT}="{escape_attr(attrs[LAYOUT])}"'
    return f"{head}>{''.join(params)}</ac:structured-macro>" if params else f"{head} />"


def _parameter(key: str, value: str) -> str | None:
    m = KEY.fullmatch(key)
    if m is None:
        return None
    name = m["name"] or ""
    if m["kind"] == "p":
        return parameter(name, value)
    kind, attrs, _ = addresses.split(value)
    if not addresses.is_address(value) or not kind:
        return None
    if m["kind"] == "link":
        inner = addresses.element(addresses.normalise(value), "")
    else:
        inner = addresses.resource(kind, attrs)
    return f'<ac:parameter ac:name="{escape_attr(name)}">{inner}</ac:parameter>'


def become(block: Block, xml: str) -> Block:
    """Turn a placed block into the macro."""
    block.kind, block.data, block.xml = Kind.RAW, Raw(_canonical(xml)), xml
    block.ins = block.ine = -1
    return block
