"""Line ends and byte order mark of a Markdown file: taken off before it is read, put back line by line afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass

from confsync.markup.lens.diff.pairing import Match, runs

BOM = "\ufeff"
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
        bom = raw[: raw.startswith(BOM)]
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
        ends = [common] * len(lines)
        was = self.text.split("\n")
        old = new = 0
        for match in [*runs(was, lines), Match(len(was), len(lines), 0)]:
            # Lines that changed in their place are as many as before more often than not.
            size = match.size + (match.old - old if match.old - old == match.new - new else 0)
            for here, there in zip(
                range(match.new + match.size - size, len(ends)), range(size), strict=False
            ):
                source = match.old + match.size - size + there
                ends[here] = self.ends[source] if source < len(self.ends) else common
            old, new = match.old + match.size, match.new + match.size
        for n in reversed(range(len(lines) - 2)):
            # a CR and, with nothing between them, an LF would be read as one line end
            if ends[n] == "\r" and not lines[n + 1] and ends[n + 1] == "\n":
                ends[n] = "\n"
        return self.bom + "".join(line + end for line, end in zip(lines, [*ends[:-1], ""], strict=True))


def to_lf(text: str) -> str:
    """Return a text without mark, its line ends as LF; a lone CR ends a line, too, as CommonMark has it."""
    text = text.removeprefix(BOM)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
