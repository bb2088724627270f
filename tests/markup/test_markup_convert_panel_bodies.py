"""Bodies of panels and expands as editors leave them: whatever comes first in them, they stay readable and come back."""

from __future__ import annotations

import pytest

from confsync.markup import normal_storage, put_markdown, put_storage, to_markdown, to_storage


def panel(body: str) -> str:
    return f'<ac:structured-macro ac:name="info"><ac:rich-text-body>{body}</ac:rich-text-body></ac:structured-macro>'


CURSOR = '<p class="auto-cursor-target"><br /></p>'


@pytest.mark.parametrize(
    ("first", "line"),
    [
        ("<hr />", "---"),
        ('<ol start="3"><li><p>a</p></li></ol>', "3. a"),
        ('<ac:structured-macro ac:name="toc" />', "[TOC]"),
        ("<ul><li></li><li><p>x</p></li></ul>", "-\n> - x"),
    ],
)
def test_what_cannot_follow_the_bracket_at_once_stands_behind_a_blank_line(first: str, line: str) -> None:
    storage = panel(first + "<p>z</p>")
    assert to_markdown(storage).text == f"> [!NOTE]\n>\n> {line}\n>\n> z\n"
    assert normal_storage(to_storage(to_markdown(storage).text).text) == normal_storage(storage)


@pytest.mark.parametrize("first", [CURSOR, "<p />"])
def test_an_empty_paragraph_follows_the_bracket(first: str) -> None:
    storage = panel(first + "<p>z</p>")
    assert to_markdown(storage).text == "> [!NOTE]\n> <br>\n>\n> z\n"
    assert normal_storage(to_storage(to_markdown(storage).text).text) == normal_storage(storage)


def test_what_can_follow_the_bracket_follows_it() -> None:
    assert to_markdown(panel("<ul><li>x</li></ul>")).text == "> [!NOTE]\n> - x\n"


def test_a_word_that_changes_leaves_the_editors_empty_paragraph_as_it_was() -> None:
    storage = panel(CURSOR + "<p>one two</p>")
    base = to_markdown(storage).text
    assert put_storage(base, storage, base.replace("two", "three")).text == storage.replace("two", "three")


def test_an_empty_paragraph_that_an_editor_puts_first_is_the_only_new_thing() -> None:
    before, after = panel("<p>a</p><p>b</p>"), panel("<p /><p>a</p><p>b</p>")
    base = "> [!NOTE]\n> a\n>\n> b\n"
    assert put_markdown(before, base, after).text == "> [!NOTE]\n> <br>\n>\n> a\n>\n> b\n"


def test_an_expand_without_a_title_has_no_empty_summary_and_gets_one_with_its_title() -> None:
    plain = panel("<p>a</p>").replace("info", "expand")
    titled = plain.replace("<ac:rich", '<ac:parameter ac:name="title">T</ac:parameter><ac:rich')
    base = to_markdown(plain).text
    assert base == "<details>\n\na\n\n</details>\n"
    named = put_markdown(plain, base, titled).text
    assert named == "<details>\n<summary>T</summary>\n\na\n\n</details>\n"
    assert put_storage(base, plain, named).text == titled
    assert put_markdown(titled, named, plain).text == base


@pytest.mark.parametrize(
    "words", ["if `x` is\n> called", "see [x](https://y.org)", "all <u>of</u> it", "see *`x`*\n>\n> more"]
)
def test_words_behind_the_bracket_that_no_title_can_hold_begin_the_body(words: str) -> None:
    markdown = f"> [!NOTE] {words}\n"
    storage = to_storage(markdown).text
    assert "title" not in storage
    assert storage == to_storage(f"> [!NOTE]\n> {words}\n").text
    assert put_storage(markdown, storage, markdown).text == storage
    assert put_markdown(storage, markdown, storage).text == markdown
    edited = storage.replace("</p>", " edited</p>", 1)
    assert to_storage(put_markdown(storage, markdown, edited).text).text == edited
