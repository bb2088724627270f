"""Tables and lists of HTML with Markdown between their tags, as people lay out readme files."""

import pytest

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)
from confsync.markup.notes import NoteKind

LAID_OUT = {
    "a table with code in its cells": (
        "<table>\n<tr>\n<td>\n\n**one**\n\n</td>\n<td>\n\n```js\nx\n```\n\n</td>\n</tr>\n</table>\n\nend\n",
        "**one**\n\n```js\nx\n```\n\nend\n",
    ),
    "a list": ("<ul>\n<li>\n\none\n\n</li>\n<li>\n\ntwo\n\n</li>\n</ul>\n", "one\n\ntwo\n"),
    "a table in a quote": ("> <table>\n> <tr><td>\n>\n> one\n>\n> </td></tr></table>\n", "> one\n"),
}


@pytest.mark.parametrize("case", LAID_OUT)
def test_what_stands_between_tags_is_markdown_and_the_tags_stay_in_the_file_alone(case: str) -> None:
    markdown, shown = LAID_OUT[case]
    result = to_storage(markdown)
    assert to_markdown(result.text).text == shown
    assert {n.kind for n in result.notes} == {NoteKind.HTML_REPAIRED}
    assert normal_markdown(markdown) == normal_storage(result.text)
    assert put_storage(markdown, result.text, markdown).text == result.text
    changed = result.text.replace("one", "new")
    assert put_markdown(result.text, markdown, changed).text == markdown.replace("one", "new")


WHOLE = (
    "<table>\n<tr>\n<td>a</td>\n</tr>\n</table>\n",
    "<table><tbody><tr><td></td></tr></tbody></table>\n",
    "<table><tr><td>a<td>b</table>\n",
    "<table>\n<tr><td>a</td></tr>\n<tr>\n<td>\n",
)


@pytest.mark.parametrize("markdown", WHOLE)
def test_a_table_with_words_in_its_tags_is_a_table(markdown: str) -> None:
    assert to_storage(markdown).text.startswith("<table>")


def test_a_cell_without_a_table_is_shown_as_it_is() -> None:
    assert "CDATA[<td>]]" in to_storage("<td>\n\nx\n").text


def test_a_break_that_says_more_is_an_empty_paragraph() -> None:
    assert to_storage('<br clear="all">\n\ntext\n').text == to_storage("<br>\n\ntext\n").text
