"""Line ends and byte order marks, taken off at the border and put back there."""

from __future__ import annotations

from dataclasses import dataclass

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Border:
    """What a text had around it."""

    bom: bool = False
    newline: str = "\n"

    def restore(self, text: str) -> str:
        """Put line ends and mark back on a text with LF."""
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        return BOM + text if self.bom else text


def border_of(text: str) -> Border:
    """Return a text's mark, and the line end that most of its lines have."""
    crlf = text.count("\r\n")
    return Border(text.startswith(BOM), "\r\n" if crlf * 2 > text.count("\n") else "\n")


def to_lf(text: str) -> str:
    """Return a text without mark, its line ends as LF; a lone CR ends a line, too, as CommonMark has it."""
    text = text.removeprefix(BOM)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
