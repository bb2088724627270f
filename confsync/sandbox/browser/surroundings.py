"""What rendering needs to know of the wiki around a page, and words that elements and macros share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree


def _nowhere(_title: str, _key: str | None) -> None:
    """Return no body: there is no other page."""


@dataclass(slots=True)
class Surroundings:
    """What rendering needs to know of the wiki: addresses by title, files by name, names by account."""

    page_address: Callable[[str, str | None], str | None]
    file_address: Callable[[str], str | None]
    user_name: Callable[[str], str]
    children: Callable[[], list[tuple[str, str]]] = list
    files: Callable[[], list[tuple[str, str]]] = list
    """Addresses and names of the page's files."""
    page_body: Callable[[str, str | None], str | None] = _nowhere
    """The body of the page of a title, in a space or in this one."""
    headings: list[tuple[int, str]] = field(default_factory=list)


def heading_anchor(text: str) -> str:
    """Return a heading's anchor as the new editor makes it: blanks to hyphens (FACTS.md 16)."""
    return "-".join(text.split())


def text_of(e: etree._Element) -> str:
    """Return all text below an element."""
    return "".join(str(part) for part in e.itertext())
