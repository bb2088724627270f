"""Cells that are not aligned as their column is: Confluence's editor gives a new row none. The table stays a pipe table."""

import re

import pytest
from markup_corpus import broken_laws
from markup_puts import pull, push

from confsync.markup import put_storage, to_markdown, to_storage

FILE = "|名|Value|Right |\n|---|:---:|-----:|\n|a|b|1|\n|c|d|2|\n"
ROW = "<tr><td>new</td><td>two words</td><td>3</td></tr>"


def test_a_row_that_is_added_in_the_editor_is_one_line_in_the_file() -> None:
    page = to_storage(FILE).text
    got = pull(FILE, "</tbody>", ROW + "</tbody>")
    assert got == (FILE + "|new|<p>two words</p>|<p>3</p>|\n", "")
    assert push(page.replace("</tbody>", ROW + "</tbody>"), "two words", "some words", got[0])[1] == ""


def test_a_cell_is_aligned_and_not_aligned_again() -> None:
    page, cell = to_storage(FILE).text, '<p style="text-align: center;">b</p>'
    plain = FILE.replace("|b|", "|<p>b</p>|")
    right = FILE.replace("|b|", '|<p style="text-align: right;">b</p>|')
    assert pull(FILE, cell, "<p>b</p>", page) == (plain, "")
    assert pull(FILE, cell, cell.replace("center", "right"), page) == (right, "")
    assert pull(plain, "<p>b</p>", cell, page.replace(cell, "<p>b</p>")) == (FILE, "")
    assert pull(plain, "<p>b</p>", "<p>b c</p>", page.replace(cell, "<p>b</p>")) == (
        plain.replace("b<", "b c<"),
        "",
    )


def test_an_empty_cell_that_is_filled_in_the_editor_says_that_it_is_not_aligned() -> None:
    file = FILE.replace("|b|", "||")
    assert pull(file, "<td></td>", "<td>b</td>") == (file.replace("||", "|<p>b</p>|", 1), "")


def test_a_column_that_is_aligned_anew_takes_its_cells_along() -> None:
    page = to_storage(FILE).text
    new = page.replace("center", "right")
    assert pull(FILE, page, new, page) == (FILE.replace(":---:", "----:"), "")
    assert put_storage(FILE, page, FILE.replace(":---:", "----:")).text == new


@pytest.mark.parametrize("style", ["", ' style="text-align: right;"'])
def test_a_table_with_a_cell_of_its_own_alignment_is_a_pipe_table(style: str) -> None:
    page = re.sub(r'<p style="text-align: center;">d', f"<p{style}>d", to_storage(FILE).text)
    file = to_markdown(page).text
    assert f"<p{style}>d</p>" in file
    assert file.startswith("| ")
    assert to_storage(file).text == page
    assert broken_laws(file) == []


def test_paragraphs_in_cells_that_say_more_stay_what_they_are() -> None:
    for cell in (
        "<p>a</p><p>b</p>",
        '<p class="x">a</p>',
        "a <p>b</p>",
        "<p></p>",
        "<p>",
        "`<p>a</p>`",
        "<p>a|b</p>",
    ):
        assert broken_laws(f"| x | y |\n|---|:-:|\n| 1 | {cell} |\n| 2 | z |\n") == [], cell
