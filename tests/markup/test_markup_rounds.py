"""What was converted once is converted to the same bytes ever after, both notations: a clone pushes what another one pulled."""

from __future__ import annotations

import random

import pytest
from markup_cases import groups

from confsync.markup import to_markdown, to_storage

CASES = [case for group in groups() for case in group.cases]
MARKDOWN = [
    "<code><kbd>x</kbd></code>",
    "<code><abbr>x</abbr> <font>y</font> <span>z</span></code>",
    "<code><input> <div>x</div> <input value=1></code>",
    "<code>List<u></code> and <code><mark><mark>a</sup></code>",
    "<code>`x` <foo>y</foo><!-- c --></code>",
    "<kbd><foo>x</foo></kbd> <tt><foo></tt>",
    "`<ac:structured-macro ac:name='x'> </ac:structured-macro>`{=confluence}",
]
MACRO = '<ac:structured-macro ac:name="x"> </ac:structured-macro>'
STORAGE = [
    MACRO,
    f"<p>a {MACRO} b</p>",
    f"<p>a <foo>\n{MACRO}</foo></p>",
    "<p>a <kbd>\n<ac:placeholder>p</ac:placeholder> b</kbd></p>",
    "<blockquote><p>a <kbd>b\n<s>c</s>\nd</kbd></p></blockquote>",
    "<p>a <foo><!-- c --></foo></p>",
]
PIECES = [
    *(
        "<code>",
        "</code>",
        "<kbd>",
        "</kbd>",
        "<b>",
        "</b>",
        "<foo>",
        "</foo>",
        "<font>",
        "</font>",
        "<input>",
    ),
    *(
        "**",
        "*",
        "`",
        "~~",
        "[a](b)",
        "<br>",
        "\\",
        "&nbsp;",
        "&lt;",
        "a",
        "b c",
        " ",
        "\n",
        "|",
        "1. ",
        "[^1]",
    ),
    *("<!-- c -->", "<tt>", "</tt>", "<mark>", "</mark>", '<span style="color: red">', "</span>", ":smile:"),
]


def unlike(text: str, *, storage: bool = False) -> str:
    """What the second and the third conversion gave; empty when both are the same, in both notations."""
    there, back = (to_markdown, to_storage) if storage else (to_storage, to_markdown)
    first = there(text).text
    other = back(first).text
    second = there(other).text
    again = back(second).text
    return "" if (first, other) == (second, again) else f"{first!r}\n{second!r}\n{other!r}\n{again!r}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_construct_that_went_there_and_back_stays_as_it_is(case) -> None:
    assert not unlike(case.markdown)
    assert not unlike(case.storage, storage=True)


@pytest.mark.parametrize("markdown", MARKDOWN)
def test_markdown_that_went_there_and_back_stays_as_it_is(markdown: str) -> None:
    assert not unlike(markdown)


@pytest.mark.parametrize("storage", STORAGE)
def test_storage_that_went_there_and_back_stays_as_it_is(storage: str) -> None:
    assert not unlike(storage, storage=True)


def test_tags_and_marks_in_any_order_stay_as_they_are() -> None:
    for seed in range(600):
        rng = random.Random(seed)
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(2, 12)))
        assert not unlike(text), text
