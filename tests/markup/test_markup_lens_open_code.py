"""Code that only the end of its file or container ends: it gets an end when something comes behind it, and no more."""

import pytest

from confsync.markup import put_markdown, to_storage


@pytest.mark.parametrize(
    ("file", "expect"),
    [
        ("wrapped\ntext\n\n```sh\nx\n", "wrapped\ntext\n\n```sh\nx\n```\n\nnew\n"),
        ("wrapped\ntext\n\n~~~~\nx\n", "wrapped\ntext\n\n~~~~\nx\n~~~~\n\nnew\n"),
        ("wrapped\ntext\n~~~\nx\n\n\n", "wrapped\ntext\n~~~\nx\n\n\n~~~\n\nnew\n\n\n"),
        ("wrapped\ntext\n\n```\n", "wrapped\ntext\n\n```\n```\n\nnew\n"),
        ("wrapped\ntext\n\n```\nx\n```\n", "wrapped\ntext\n\n```\nx\n```\n\nnew\n"),
        ("wrapped\ntext\n\n    x\n", "wrapped\ntext\n\n    x\n\nnew\n"),
    ],
)
def test_a_paragraph_behind_code_without_an_end_gives_it_one(file: str, expect: str) -> None:
    storage = to_storage(file).text
    got = put_markdown(storage, file, f"{storage}<p>new</p>")
    assert (got.text, got.notes) == (expect, ())


def test_a_paragraph_behind_code_without_an_end_in_a_quote_stays_in_the_quote() -> None:
    file = "> ```\n> x\n\nend\n"
    storage = to_storage(file).text
    got = put_markdown(storage, file, storage.replace("</blockquote>", "<p>new</p></blockquote>"))
    assert (got.text, got.notes) == ("> ```\n> x\n> ```\n>\n> new\n\nend\n", ())


def test_a_word_in_code_without_an_end_leaves_it_so() -> None:
    file = "one\n\n```\nx y\n"
    storage = to_storage(file).text
    assert put_markdown(storage, file, storage.replace("x y", "x z")).text == "one\n\n```\nx z\n"
