"""The style in which new Markdown is written, where Markdown leaves a choice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """One file's habits; the defaults are what a pull writes."""

    bullet: str = "-"
    """`-`, `*` or `+`."""
    delimiter: str = "."
    """Behind numbers: `.` or `)`."""
    emphasis: str = "*"
    strong: str = "**"
    fence: str = "```"
    rule: str = "---"


DEFAULT = Style()
