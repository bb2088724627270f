"""The top level of a YAML mapping as entries with source spans, so that one value can be edited and no other byte.

Here: reading by events (flat, so nesting cannot exhaust the stack and aliases are never expanded). Not here: what
the entries mean, and editing; both are in `front_matter`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

_NULL = re.compile(r"~|null|Null|NULL|")
_OPENING = (MappingStartEvent, SequenceStartEvent)
_CLOSING = (MappingEndEvent, SequenceEndEvent)

_LONGEST = 200_000
"""Characters; what is longer was not written by hand, and is not read at all."""
_MOST_BRACKETS = 1_000
"""The scanner takes quadratic time in open brackets."""


class Shape(Enum):
    """What a value is."""

    NULL = "null"
    TEXT = "text"
    LIST = "list"
    MAPPING = "mapping"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar in a list: its text and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`key: value` of a mapping. Spans are indices into the YAML text; `flow` is `[…]` or `{…}` notation.

    `text` is a scalar as written, whatever YAML would make of it (2024 stays `2024`); `style` its quote character,
    `|`, `>`, or nothing. `items` are the scalars of a list, `entries` the entries of a mapping. `line` counts from 1.
    """

    key: str
    key_start: int
    key_end: int
    start: int
    end: int
    shape: Shape
    line: int
    text: str = ""
    style: str = ""
    flow: bool = False
    items: tuple[Scalar, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """The top-level mapping: block (`flow` False) or `{…}`; `end` is where its closing brace stands or it ends."""

    entries: tuple[Entry, ...]
    flow: bool
    end: int


@dataclass(frozen=True, slots=True)
class NotMapping:
    """The text is YAML, and something else than a mapping."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The text is not YAML. `line` counts from 1 within the text."""

    line: int
    detail: str


def read_mapping(text: str) -> Mapping | NotMapping | Broken:
    """Read the first document of a YAML text. Total: whatever is wrong with it is a value."""
    if len(text) > _LONGEST or text.count("[") + text.count("{") > _MOST_BRACKETS:
        return Broken(1, "longer or more deeply nested than front matter can be")
    try:
        events = list(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        return Broken(mark.line + 1 if mark else 1, str(err.problem or err.context or "not YAML"))
    except (YAMLError, ValueError, RecursionError) as err:
        return Broken(1, str(err).partition("\n")[0] or "not YAML")
    body = events[2:]
    if not body or (
        isinstance(body[0], ScalarEvent) and not body[0].value and not text[: _end(body[0])].strip()
    ):
        return Mapping((), flow=False, end=len(text))
    if not isinstance(body[0], MappingStartEvent):
        return NotMapping()
    entries, close = _entries(body, 0)
    return Mapping(entries, flow=bool(body[0].flow_style), end=_start(body[close]))


def _start(event: Event) -> int:
    return int(event.start_mark.index)


def _end(event: Event) -> int:
    return int(event.end_mark.index)


def _entries(events: list[Event], opening: int) -> tuple[tuple[Entry, ...], int]:
    """Return the entries of the mapping that opens at an index, and the index where it closes."""
    found: list[Entry] = []
    at = opening + 1
    while not isinstance(events[at], MappingEndEvent):
        key_close = _close(events, at)
        value = key_close + 1
        close = _close(events, value)
        key = events[at]
        if isinstance(key, ScalarEvent) and at == key_close:
            found.append(_entry(events, key, value, close))
        at = close + 1
    return tuple(found), at


def _close(events: list[Event], at: int) -> int:
    depth = 0
    while True:
        depth += isinstance(events[at], _OPENING) - isinstance(events[at], _CLOSING)
        if depth == 0:
            return at
        at += 1


def _entry(events: list[Event], key: ScalarEvent, value: int, close: int) -> Entry:
    first, last = events[value], events[close]
    shape, text, style = Shape.ALIAS, "", ""
    items: tuple[Scalar, ...] = ()
    entries: tuple[Entry, ...] = ()
    match first:
        case ScalarEvent():
            text, style = str(first.value), first.style or ""
            shape = Shape.NULL if not style and first.tag is None and _NULL.fullmatch(text) else Shape.TEXT
        case SequenceStartEvent():
            shape, items = Shape.LIST, tuple(_items(events, value, close))
        case MappingStartEvent():
            shape, entries = Shape.MAPPING, _entries(events, value)[0]
        case AliasEvent():
            pass
    return Entry(
        key=str(key.value),
        key_start=_start(key),
        key_end=_end(key),
        start=_start(first),
        end=_end(last),
        shape=shape,
        line=int(key.start_mark.line) + 1,
        text=text,
        style=style,
        flow=bool(getattr(first, "flow_style", False)),
        items=items,
        entries=entries,
    )


def _items(events: list[Event], opening: int, close: int) -> Iterator[Scalar]:
    at = opening + 1
    while at < close:
        event = events[at]
        if isinstance(event, ScalarEvent):
            yield Scalar(str(event.value), _start(event), _end(event))
        at = _close(events, at) + 1
