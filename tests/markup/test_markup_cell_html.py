"""Lists that people write as HTML into pipe tables are lists in Confluence, and the table stays as it was typed."""

from __future__ import annotations

import pytest
from markup_steps import steps

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

TABLE = "| A | B |\n| --- | --- |\n| {} | z |\n"


def cell(html: str) -> str:
    storage = to_storage(TABLE.format(html)).text
    return storage.partition("</tr><tr><td>")[2].partition("</td><td><p>z</p>")[0]


@pytest.mark.parametrize(
    ("html", "storage"),
    [
        (
            "<ul><li>a</li><li>**b** `c`</li></ul>",
            "<ul><li><p>a</p></li><li><p><strong>b</strong> <code>c</code></p></li></ul>",
        ),
        ("one<br><ol><li>a</li></ol> two", "<p>one</p><ol><li><p>a</p></li></ol><p>two</p>"),
        ('<ol start="3"><li>a</li></ol>', '<ol start="3"><li><p>a</p></li></ol>'),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"),
        ("<ul><li>a<li>b</ul>", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("<UL><LI>a</LI></UL>", "<ul><li><p>a</p></li></ul>"),
        (
            "<p>x</p><ul><li>[l](https://e.org)</li></ul>",
            '<p>x</p><ul><li><p><a href="https://e.org">l</a></p></li></ul>',
        ),
    ],
)
def test_a_list_in_a_cell_is_a_list(html: str, storage: str) -> None:
    assert normal_storage(f"<table><tbody><tr><td>{cell(html)}</td></tr></tbody></table>") == normal_storage(
        f"<table><tbody><tr><td>{storage}</td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<ul>a</ul>",
        "</ul>",
        "<ul><li>a",
        "<li>a</li> <ul>",
        "**a <ul><li>b** c</li></ul>",
        "<ul></ul>",
        "`<ul><li>`",
    ],
)
def test_what_is_no_list_stays_words(html: str) -> None:
    assert "<ul>" not in cell(html)
    text = TABLE.format(html)
    assert normal_markdown(text) == normal_storage(to_storage(text).text)


def test_other_cells_change_and_the_list_stays_as_it_was_typed() -> None:
    markdown = TABLE.format("<ul><li>first</li><li>second</li></ul>")
    storage = to_storage(markdown).text
    assert put_storage(markdown, storage, markdown).text == storage
    assert put_markdown(storage, markdown, storage).text == markdown
    assert put_markdown(storage, markdown, storage.replace("z", "other")).text == markdown.replace(
        "z", "other"
    )
    assert put_storage(markdown, storage, markdown.replace("z", "other")).text == storage.replace(
        "z", "other"
    )


@pytest.mark.parametrize(
    ("old", "new"), [("first", "changed"), ("<li><p>second</p></li>", ""), ("second", "a | b")]
)
def test_a_change_in_the_list_reaches_the_file(old: str, new: str) -> None:
    markdown = TABLE.format("<ul><li>first</li><li>second</li></ul>")
    storage = to_storage(markdown).text
    changed = storage.replace(old, new)
    assert normal_markdown(put_markdown(storage, markdown, changed).text) == normal_storage(changed)


def test_a_change_of_the_html_changes_the_item_alone() -> None:
    markdown = TABLE.format("<ul><li>first</li><li>second</li></ul>")
    storage = to_storage(markdown).text
    assert put_storage(markdown, storage, markdown.replace("first", "other")).text == storage.replace(
        "first", "other"
    )


def test_a_table_with_lists_comes_back_as_html() -> None:
    markdown = TABLE.format("<ul><li>a</li></ul>")
    storage = to_storage(markdown).text
    back = to_markdown(storage).text
    assert "<ul><li>a</li></ul>" in back
    assert normal_markdown(back) == normal_storage(storage)


@pytest.mark.parametrize("piece", ["<ul><li>", "<ul>", "<li>", "</ul>", "<ul><li>a</li></ul>", "<p>"])
def test_ten_times_the_hostile_cell_takes_ten_times_the_work(piece: str) -> None:
    small, large = (TABLE.format(piece * (size // len(piece))) for size in (5_000, 50_000))
    assert steps(lambda: to_storage(large)) < 12 * steps(lambda: to_storage(small))
