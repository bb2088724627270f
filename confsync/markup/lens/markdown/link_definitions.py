"""Link reference definitions: no blocks, often inside of one, and needed wherever their label stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markdown_it.common.utils import normalizeReference

_DEFINITION = re.compile(
    r"^[ \t>]*(\[((?:[^\[\]\\]|\\.)+)\]:[ \t]*\S[^\n]*(?:\n[ \t>]+[\"'(][^\n]*[\"')][ \t]*$)?)", re.MULTILINE
)
_PARTS = re.compile(r"(\[(?:[^\[\]\\]|\\.)+\]:[ \t]*)(<[^<>\n]*>|[^\s<]\S*)(.*)", re.DOTALL)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]")


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of a text, as written, by normalised label."""

    sources: Mapping[str, str]
    text: str = ""
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The new source of a definition by its old one: what `kept` puts in its place."""

    @classmethod
    def of(cls, text: str, known: Iterable[str]) -> Definitions:
        """Find the definitions that the reader found; the first of a label counts."""
        labels = set(known)
        if not labels:
            return cls({})
        sources: dict[str, str] = {}
        for m in _DEFINITION.finditer(text):
            label = normalizeReference(m[2])
            if label in labels:
                sources.setdefault(label, re.sub(r"\n[ \t>]*", "\n  ", m[1].strip()))
        return cls(sources, text)

    def retarget(self, label: str, address: str, title: str) -> str:
        """Give a definition another address, when one link alone goes by it; `address` and `title` are as written.

        Return the normalised label; empty when this definition cannot change.
        """
        label = normalizeReference(label)
        found = [m for m in _DEFINITION.finditer(self.text) if normalizeReference(m[2]) == label]
        uses = sum(normalizeReference(m[1]) == label for m in _LABEL.finditer(self.text))
        parts = _PARTS.match(found[0][1]) if len(found) == 1 else None
        if label not in self.sources or parts is None or uses != 2:
            return ""
        pointed = parts[2].startswith("<") and not address.startswith("<")
        own = parts[3] if _title(parts[3]) == _title(title) else title
        self.changed[label] = (found[0][1], parts[1] + (f"<{address}>" if pointed else address) + own)
        return label

    def kept(self, text: str) -> str:
        """Put definitions that went with a block, and whose label still stands somewhere, at the end of a new text."""
        for was, now in self.changed.values():
            text = text.replace(was, now, 1)
        if not self.sources:
            return text
        there = {normalizeReference(m[2]) for m in _DEFINITION.finditer(text)}
        gone = self.sources.keys() - there
        if not gone:
            return text
        used = {normalizeReference(m[1]) for m in _LABEL.finditer(text)}
        back = [source for label, source in self.sources.items() if label in gone & used]
        if not back:
            return text
        body = text.rstrip("\n")
        return body + "\n\n" + "\n".join(back) + (text[len(body) :] or "\n")


def _title(text: str) -> str:
    """Return a title without its quotes."""
    return text.strip()[1:-1]
