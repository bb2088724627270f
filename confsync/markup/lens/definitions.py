"""Link reference definitions: no blocks, often inside of one, and needed wherever their label stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markdown_it.common.utils import normalizeReference

_DEFINITION = re.compile(
    r"^[ \t>]*(\[((?:[^\[\]\\]|\\.)+)\]:[ \t]*\S[^\n]*(?:\n[ \t>]+[\"'(][^\n]*[\"')][ \t]*$)?)", re.MULTILINE
)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]")


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of a text, as written, by normalised label."""

    sources: Mapping[str, str]

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
        return cls(sources)

    def kept(self, text: str) -> str:
        """Put definitions that went with a block, and whose label still stands somewhere, at the end of a new text."""
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
