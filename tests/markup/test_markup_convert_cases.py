"""Each construct, in both notations: the case files say what becomes what."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage

CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n\n(?:\((?P<way>to storage|to Markdown)\)\n\n)?"
    r"`````markdown\n(?P<markdown>.*?)`````\n\n`````xml\n(?P<storage>.*?)\n`````\n",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    name: str
    way: str
    markdown: str
    storage: str


def cases() -> list[Case]:
    out = []
    for path in sorted((Path(__file__).parent / "cases").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        found = list(CASE.finditer(text))
        assert len(found) == text.count("`````markdown\n"), f"{path.name} holds a case that cannot be read"
        out.extend(
            Case(f"{path.stem}: {m['title']}", m["way"] or "both", m["markdown"], m["storage"]) for m in found
        )
    return out


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case_becomes_what_its_file_says(case: Case) -> None:
    if case.way != "to Markdown":
        assert to_storage(case.markdown).text == case.storage
    if case.way != "to storage":
        assert to_markdown(case.storage).text == case.markdown
    assert normal_markdown(case.markdown) == normal_storage(case.storage)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_windows_twin_of_a_case_becomes_the_same_storage(case: Case) -> None:
    twin = "\ufeff" + case.markdown.replace("\n", "\r\n")
    assert to_storage(twin).text == to_storage(case.markdown).text
    assert to_storage(case.markdown.rstrip("\n")).text == to_storage(case.markdown).text
