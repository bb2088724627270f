"""HTML in Markdown is laid out for readers, and says the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage
from confsync.markup.html.layout import HTML, bare

WORDS = st.text("ab 주<&\"'|", min_size=1, max_size=90).map(
    lambda t: "<p>" + t.replace("&", "&amp;").replace("<", "&lt;") + "</p>"
)
LISTS = st.lists(WORDS, min_size=1, max_size=3).map(
    lambda ps: "<ul>" + "".join(f"<li>{p}</li>" for p in ps) + "</ul>"
)
CELLS = st.lists(st.one_of(WORDS, LISTS), max_size=3).map(lambda kids: "<td>" + "".join(kids) + "</td>")
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=4).map(
    lambda rows: (
        "<table><tbody>" + "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows) + "</tbody></table>"
    )
)


@given(TABLES)
def test_layout_adds_line_ends_and_takes_blanks_at_the_ends_of_lines_alone(table: str) -> None:
    laid_out = HTML.of(table)
    assert re.sub(r"[\n ]", "", laid_out) == table.replace(" ", "")
    assert all(line.strip(" ") for line in laid_out.split("\n"))


@given(TABLES)
def test_a_table_that_is_laid_out_says_the_same(table: str) -> None:
    assert normal_markdown(HTML.of(bare(table)) + "\n") == normal_storage(table)


@given(TABLES)
def test_a_table_goes_to_markdown_and_back_and_stays_as_it_came_the_second_time(table: str) -> None:
    markdown = to_markdown(table).text
    assert "{=confluence}" not in markdown
    storage = to_storage(markdown).text
    assert normal_storage(storage) == normal_storage(table)
    assert to_markdown(storage).text == markdown


def test_rows_of_one_table_look_alike() -> None:
    rows = ["<tr><td>short</td><td>row</td></tr>", f"<tr><td>{'long ' * 30}</td><td>row</td></tr>"]
    lines = HTML.of(f"<table><tbody>{''.join(rows)}</tbody></table>").split("\n")
    assert lines[2:6] == ["<tr>", "<td>short</td>", "<td>row</td>", "</tr>"]


@pytest.mark.parametrize("text", ["<p>a", "a</p>", "<p>a</b></p>", "<" * 9, "", "<p>" * 2000 + "</p>" * 2000])
def test_what_does_not_nest_stays_as_it_is(text: str) -> None:
    assert HTML.of(text) == text
