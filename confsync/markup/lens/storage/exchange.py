"""One element in the place of another of its kind: what both say stays as it was written, what differs is changed.

An image with another text keeps its layout, a status its id, a link its card. Nothing of blocks is known here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from confsync.markup.lens.diff.edits import Edit, NoSplice, applied
from confsync.markup.lens.diff.pairing import runs
from confsync.markup.storage.xml import ATTR, escape_attr, unescape

_TOKEN = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<(?P<empty>[a-z][\w:.-]*)(?:\s[^<>]*)?(?<!/)></(?P=empty)>"
    r"|<[/\w](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>|<[^>]*>|&[^;\s]*;|\s+|[^\W_]+|.",
    re.DOTALL,
)
_PIECE = re.compile(r"&[^;\s]*;|.", re.DOTALL)
_VERSION = "ri:version-at-save"
_NAME = re.compile(r"</?[^\s/>]+")
_PARAMETER = re.compile(
    r"<ac:parameter\b[^>]*\bac:name=\"([^\"]*)\"[^>]*(?:/>|>(?:(?!<ac:parameter\b).)*?</ac:parameter>)",
    re.DOTALL,
)


def exchanged(source: str, was: str, now: str) -> str:
    """Return `source`, which means what `was` says, with what differs between `was` and `now`.

    NoSplice when the two are not spelled alike; the caller reads the result back.
    """
    was, now = _ordered_like(source, was), _ordered_like(source, now)
    here, old, new = (_tokens(text) for text in (source, was, now))
    place = {m.new + n: m.old + n for m in runs(_keys(here), _keys(old)) for n in range(m.size)}
    edits: list[Edit] = []
    i = j = 0
    for m in [*runs(_keys(old), _keys(new)), None]:
        a, b = (m.old, m.new) if m else (len(old), len(new))
        if a > i or b > j:
            edits.append(_stretch(here, place, (i, a), "".join(t for _, t in new[j:b])))
        for n in range(m.size if m else 0):
            if old[a + n][1] != new[b + n][1]:
                edits += _tag(here[_at(place, a + n)], old[a + n][1], new[b + n][1])
        i, j = (a + m.size, b + m.size) if m else (a, b)
    return applied(source, [e for e in edits if source[e.start : e.end] != e.text], 0, len(source))


def retagged(source: str, now: str, *, only: str = "") -> str:
    """Return an open tag with the attributes of another one of its name; those that both have stay as they were written.

    An element with nothing in it is closed as it was. `only`: the one attribute to change.
    """
    cut = source.find("></") + 1 or len(source)
    tag, other = source[:cut], now[: now.find("></") + 1 or len(now)]
    if cut < len(source) and other.endswith("/>"):
        other = other[:-2].rstrip() + ">"
    elif tag.endswith("/>") and other != now:
        other = other[:-1] + " />"
    if _key(tag) != _key(other) or not tag.startswith("<") or tag[1:2] in "/!?":
        return now
    edits = _tag((0, tag), tag, other, only=only)
    return applied(tag, edits, 0, len(tag)) + source[cut:]


def _tokens(text: str) -> list[tuple[int, str]]:
    return [(m.start(), m[0]) for m in _TOKEN.finditer(text)]


def _keys(tokens: Sequence[tuple[int, str]]) -> list[str]:
    """Return what tokens are compared by: tags by their names and what parameter they are, text as it is."""
    return [_key(text) for _, text in tokens]


def _key(text: str) -> str:
    if text[0] != "<" or text.startswith("<!"):
        return text
    name = _NAME.match(text)
    found = dict(ATTR.findall(text)).get("ac:name", "") if text.startswith("<ac:parameter") else ""
    return f"{name[0] if name else text}{found}{text.endswith('/>') or '></' in text}"


def _at(place: dict[int, int], n: int) -> int:
    if n not in place:
        raise NoSplice("spelled otherwise")
    return place[n]


def _stretch(
    here: Sequence[tuple[int, str]], place: dict[int, int], span: tuple[int, int], text: str
) -> Edit:
    """Replace the source's tokens that stand for [i, a) of the old ones."""
    i, a = span
    if a > i:
        first, last = _at(place, i), _at(place, a - 1)
        if last - first != a - 1 - i:
            raise NoSplice("spelled otherwise")
        return Edit(here[first][0], here[last][0] + len(here[last][1]), text)
    at, before = here[_at(place, i - 1)] if i else (0, "")
    return Edit(at + len(before), at + len(before), text)


def _tag(here: tuple[int, str], was: str, now: str, *, only: str = "") -> Iterator[Edit]:
    """Set the attributes of a tag that differ between two others."""
    start, tag = here[0], here[1][: here[1].find("></") + 1 or None]
    old, new = _attributes(was), _attributes(now)
    spans = {m[1]: m for m in ATTR.finditer(tag)}
    for name in sorted({*old, *new}):
        value, m = new.get(name), spans.get(name)
        if old.get(name) == value or (only and name != only):
            continue
        if m is None and value is not None:
            end = len(tag[: -2 if tag.endswith("/>") else -1].rstrip())
            yield Edit(start + end, start + end, f' {name}="{escape_attr(value)}"')
        elif m is not None and value is None:
            yield Edit(start + len(tag[: m.start()].rstrip()), start + m.end(), "")
        elif m is not None and value is not None:
            yield _value(tag, m.span(2), value, start)

    if old != new and (m := spans.get(_VERSION)):  # the other target's version is not known
        yield Edit(start + len(tag[: m.start()].rstrip()), start + m.end(), "")


def _value(tag: str, span: tuple[int, int], new: str, at: int) -> Edit:
    """Change what differs in an attribute's value; what stays is spelled as it was."""
    start, stop = span[0] + 1, span[1] - 1
    if tag[span[0]] != '"':
        return Edit(at + span[0], at + span[1], f'"{escape_attr(new)}"')
    pieces = _PIECE.findall(tag, start, stop)
    texts, first, last = [unescape(x) for x in pieces], 0, len(pieces)
    begin, end = 0, len(new)
    while first < last and new.startswith(texts[first], begin):
        begin, start, first = begin + len(texts[first]), start + len(pieces[first]), first + 1
    while first < last and new.endswith(texts[last - 1], begin, end):
        last -= 1
        end, stop = end - len(texts[last]), stop - len(pieces[last])
    return Edit(at + start, at + stop, escape_attr(new[begin:end]))


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value[1:-1]) for name, value in ATTR.findall(tag)}


def _ordered_like(source: str, text: str) -> str:
    """Bring the parameters of a macro into the order that they have in the source."""
    order = {name: n for n, name in enumerate(_PARAMETER.findall(source))}
    found = list(_PARAMETER.finditer(text))
    if len(found) < 2 or any(a.end() != b.start() for a, b in itertools.pairwise(found)):
        return text
    texts = [m[0] for m in sorted(found, key=lambda m: order.get(m[1], len(order)))]
    return text[: found[0].start()] + "".join(texts) + text[found[-1].end() :]
