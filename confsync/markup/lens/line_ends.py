"""Line ends of a Markdown file: taken off before it is read, put back line by line afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass

from confsync.markup.lens.pairing import runs

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class LineEnds:
    """A text with LF line ends, and what it had instead."""

    text: str
    bom: str
    ends: tuple[str, ...]
    """The end of each line; empty when all are LF."""

    @classmethod
    def of(cls, raw: str) -> LineEnds:
        """Take byte order mark and line ends off."""
        bom = raw[: raw.startswith("\ufeff")]
        raw = raw[len(bom) :]
        if "\r" not in raw:
            return cls(raw, bom, ())
        ends = tuple(m[2] for m in _LINE.finditer(raw) if m[2])
        return cls(re.sub(r"\r\n|\r", "\n", raw), bom, ends)

    def restored(self, text: str) -> str:
        """Give a text with LF the line ends of this file: kept lines their own, new ones the commonest."""
        if not self.ends:
            return self.bom + text
        common = max(sorted(set(self.ends)), key=self.ends.count)
        if set(self.ends) == {common}:
            return self.bom + text.replace("\n", common)
        lines = text.split("\n")
        out = [common] * (len(lines) - 1) + [""]
        for match in runs(self.text.split("\n"), lines):
            for n in range(match.size):
                if match.new + n < len(lines) - 1 and match.old + n < len(self.ends):
                    out[match.new + n] = self.ends[match.old + n]
        return self.bom + "".join(line + end for line, end in zip(lines, out, strict=True))
