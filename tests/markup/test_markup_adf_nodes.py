"""Nodes of Cloud's new editor with blocks in them: edits of one, and what a person may type for one."""

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

ATTRIBUTE = '<ac:adf-attribute key="{}">{}</ac:adf-attribute>'
PAGE = (
    '<p>x</p><ac:adf-extension><ac:adf-node type="nested-expand">'
    + ATTRIBUTE.format("title", "Deep one")
    + ATTRIBUTE.format("local-id", "q")
    + '<ac:adf-content><p local-id="1">d e</p></ac:adf-content></ac:adf-node></ac:adf-extension>'
)
EDITS = {"a word": ("d e", "d f"), "the title": ("Deep one", "Deep two"), "a word before it": ("x", "y")}
TYPED = {
    "odd blanks": '<div data-confluence="adf-panel" title=" a  b ">',
    "an id": '<div data-confluence="adf-panel" local-id="3" panel-type="note">',
    "another case": '<div data-confluence="adf-nestedExpand" Title="a">',
    "letters that no key has": '<div data-confluence="adf-panel" caf\u00e9="a">',
    "no name": '<div data-confluence="adf-">',
    "a decision that is none": '<div data-confluence="adf-decision-foo">',
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_that_and_nothing_else_both_ways(name: str) -> None:
    was, now = EDITS[name]
    markdown = to_markdown(PAGE).text
    edited, page = markdown.replace(was, now, 1), PAGE.replace(was, now, 1)
    assert put_storage(markdown, PAGE, edited).text == page
    assert put_markdown(PAGE, markdown, page).text == edited


def test_a_node_that_holds_words_alone_stays_as_it_is() -> None:
    page = '<ac:adf-extension><ac:adf-node type="x"><ac:adf-content>a b</ac:adf-content></ac:adf-node></ac:adf-extension>'
    assert to_storage(to_markdown(page).text).text == page


@pytest.mark.parametrize("name", TYPED)
def test_what_is_typed_for_a_node_says_the_same_on_the_page(name: str) -> None:
    markdown = f"a\n\n{TYPED[name]}\n\nb\n\n</div>\n"
    storage = to_storage(markdown).text
    assert normal_storage(storage) == normal_markdown(markdown)
    assert normal_storage(put_storage("a\n", "<p>a</p>", markdown).text) == normal_markdown(markdown)
