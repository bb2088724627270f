"""Line ends and byte order marks, taken off at the border. The lens puts them back: `lens/line_ends`."""

from __future__ import annotations

BOM = "\ufeff"


def to_lf(text: str) -> str:
    """Return a text without mark, its line ends as LF; a lone CR ends a line, too, as CommonMark has it."""
    text = text.removeprefix(BOM)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
