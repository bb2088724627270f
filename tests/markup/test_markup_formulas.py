"""Formulas between lines of text."""

from __future__ import annotations

import pytest

from confsync.markup import to_markdown, to_storage


@pytest.mark.parametrize(
    "text",
    [
        "one\n$$\nx\n$$\ntwo",
        "one\n$$x$$\ntwo",
        "> one\n> $$\n> x\n> $$",
        "- one\n  $$\n  x\n  $$",
        "- one\n$$\nx\n$$",
        "[a]: b\n$$\nx\n$$",
    ],
)
def test_a_formula_right_behind_a_line_of_text_stands_there_once(text: str) -> None:
    body = to_storage(text).text
    assert body.count("<![CDATA[x]]>") == 1
    again = to_markdown(body).text
    assert again.count("$$") == 2
    assert to_storage(again).text == body
