"""Raw storage that is quoted in the HTML of a document: edits beside it and of it, and what must not come of it."""

from __future__ import annotations

import pytest

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

APP = '<ac:structured-macro ac:name="{}" ac:macro-id="m"><ac:parameter ac:name="k">{}</ac:parameter></ac:structured-macro>'
PAGE = (
    '<table><tbody><tr><td><p local-id="1">a b</p><p>z</p></td><td><p>x '
    + APP.format("one", "v1")
    + " y</p>"
    + APP.format("two", "v2")
    + "</td></tr></tbody></table>"
)
EDITS = {
    "a word in another cell": ("a b", "a c"),
    "a word beside it": (" y</p>", " yy</p>"),
    "a parameter of it between words": ("v1", "w1"),
    "a parameter of it between blocks": ("v2", "w2"),
}
NO_STORAGE = {
    "a script": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "what is not well-formed": "&lt;ac:a&gt;",
    "nothing": "",
    "text": "a &lt; b",
    "blocks": "&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;",
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_that_and_nothing_else_both_ways(name: str) -> None:
    was, now = EDITS[name]
    markdown = to_markdown(PAGE).text
    assert markdown.startswith("<table>")
    assert markdown.count(was) == PAGE.count(was) == 1
    edited, page = markdown.replace(was, now), PAGE.replace(was, now)
    assert put_storage(markdown, PAGE, edited).text == page
    assert put_markdown(PAGE, markdown, page).text == edited


@pytest.mark.parametrize("element", ["code", "pre"])
@pytest.mark.parametrize("name", NO_STORAGE)
def test_what_is_quoted_and_no_storage_reaches_no_page_as_storage(name: str, element: str) -> None:
    markdown = f'<table><tr><td><p>a</p><p>b</p><{element} data-confluence="storage">{NO_STORAGE[name]}</{element}></td></tr></table>\n'
    storage = to_storage(markdown).text
    assert "<script" not in storage
    assert "<ac:" not in storage
    assert normal_markdown(to_markdown(storage).text) == normal_storage(storage)
