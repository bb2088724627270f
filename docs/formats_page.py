"""Makes the list of constructs in formats.md of the case files that the converter is tested with.

Here: the order of groups, and how a case is shown. What the page says besides stands in it.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from confsync.markup import to_markdown
from confsync.markup.html.layout import Layout
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
    "macros",
    "raw",
    "html",
    "dialects",
    "storage",
)
"""The files that come first; others follow by name."""
STORAGE = Layout(
    breaking=frozenset(
        [
            "p",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "ul",
            "ol",
            "li",
            "blockquote",
            "pre",
            "div",
            "table",
            "tbody",
            "thead",
            "tr",
            "td",
            "th",
            "ac:image",
            "ac:caption",
            "ri:attachment",
            "ri:url",
            "ac:structured-macro",
            "ac:macro",
            "ac:parameter",
            "ac:rich-text-body",
            "ac:plain-text-body",
            "ac:layout",
            "ac:layout-section",
            "ac:layout-cell",
            "ac:task-list",
            "ac:task",
            "ac:task-id",
            "ac:task-status",
            "ac:task-body",
            "ac:adf-extension",
            "ac:adf-node",
            "ac:adf-attribute",
            "ac:adf-content",
            "ac:adf-fallback",
        ]
    ),
    whole=frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"]),
    indent="  ",
)
"""How storage is shown; the line ends are for readers, Confluence has none there, and none would change what it shows."""


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
    markdown, storage = _fenced(case.markdown, "markdown"), _fenced(STORAGE.of(case.storage) + "\n", "xml")
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
