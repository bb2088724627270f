"""Makes the list of constructs in formats.md of the case files that the converter is tested with.

Here: the order of groups, how a case is shown, and storage laid out for reading. What a page says besides stands in it.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confsync.markup import to_markdown
from confsync.markup.slugs import Slugger

CASES = Path(__file__).parents[1] / "tests" / "markup" / "markup_cases.py"
BEGIN = "<!-- what follows is made by `make docs` of the cases in tests/markup/cases -->\n"
ORDER = (
    "text",
    "headings",
    "lists",
    "tables",
    "code",
    "links",
    "quotes",
    "inline",
    "raw",
    "html",
    "dialects",
    "storage",
)
"""The files that come first; others follow by name."""
WIDTH = 100
"""How long a line of storage may get before it is laid out."""
LEAVES = re.compile(
    r"ac:(plain-text-body|plain-text-link-body|parameter|default-parameter|link|task-status|task-id)\b|p\b|h[1-6]\b"
)
"""Elements in which every blank counts, or that read best in one line."""
TOKEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<[^<>]+>|[^<]+", re.DOTALL)


def constructs() -> str:
    """Return the list of constructs: contents first, then a section for each."""
    found: list[Any] = runpy.run_path(str(CASES))["groups"]()
    rank = {name: number for number, name in enumerate(ORDER)}
    found.sort(key=lambda group: (rank.get(group.name, len(rank)), group.name))
    slugger = Slugger()
    contents, sections = [], []
    for group in found:
        slug = slugger.slug(group.title)
        links = [f"[{case.title}](#{slugger.slug(case.title)})" for case in group.cases]
        contents.append(f"- [{group.title}](#{slug}): {' · '.join(links)}\n")
        words = f"{group.words}\n\n" if group.words else ""
        sections.append(f"\n## {group.title}\n\n{words}" + "\n".join(_section(case) for case in group.cases))
    return BEGIN + "\n## All constructs\n\n" + "".join(contents) + "".join(sections)


def _section(case: Any) -> str:
    words = f"{case.words}\n\n" if case.words else ""
    markdown, storage = _fenced(case.markdown, "markdown"), _fenced(laid_out(case.storage) + "\n", "xml")
    head = f"### {case.title}\n\n{words}"
    if case.way == "to Markdown":
        return f"{head}In Confluence:\n\n{storage}\nis written as:\n\n{markdown}"
    back = to_markdown(case.storage).text
    if case.way == "to storage" and back != case.markdown:
        storage += "\nwhich a pull of a new page writes as:\n\n" + _fenced(back, "markdown")
    return f"{head}{markdown}\nIn Confluence:\n\n{storage}"


def _fenced(text: str, language: str) -> str:
    ticks = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"{ticks}{language}\n{text}{ticks}\n"


# ---- storage, laid out ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Element:
    """An element with its tags as they are written."""

    head: str
    kids: list[_Element | str] = field(default_factory=list)
    tail: str = ""

    @property
    def flat(self) -> str:
        return self.head + "".join(k if isinstance(k, str) else k.flat for k in self.kids) + self.tail

    @property
    def lines(self) -> Iterator[str]:
        leaf = LEAVES.match(self.head, 1) or any(isinstance(k, str) for k in self.kids)
        if leaf or not self.kids or (len(self.flat) <= WIDTH and "\n" not in self.flat):
            yield self.flat
            return
        yield self.head
        yield from ("  " + line for k in self.kids if isinstance(k, _Element) for line in k.lines)
        yield self.tail


def laid_out(storage: str) -> str:
    """Return storage with line ends between its blocks; as it is when it is not well-formed, or short.

    The line ends are for readers: Confluence has none there, and none would change what it shows.
    """
    if len(storage) <= WIDTH:
        return storage
    root = _parsed(storage)
    if root is None or any(isinstance(k, str) for k in root.kids):
        return storage
    return "\n".join(line for k in root.kids if isinstance(k, _Element) for line in k.lines)


def _parsed(storage: str) -> _Element | None:
    """Return the elements of a fragment under one without tags; None when they do not nest."""
    open_ones = [_Element("")]
    for token in TOKEN.findall(storage):
        if token.startswith("</"):
            if len(open_ones) == 1:
                return None
            open_ones.pop().tail = token
        elif token.startswith("<") and token[1] not in "!?":
            element = _Element(token)
            open_ones[-1].kids.append(element)
            if not token.endswith("/>"):
                open_ones.append(element)
        else:
            open_ones[-1].kids.append(token)
    return open_ones[0] if len(open_ones) == 1 else None
