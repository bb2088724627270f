"""Blocks of code in cells of tables: `<pre><code>` in an HTML table, which GitHub and docs sites show as code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.markup import normal_storage, put_markdown, put_storage, to_markdown, to_storage


def table(code: str, word: str = "w") -> str:
    macro = (
        '<ac:structured-macro ac:name="code" ac:macro-id="m"><ac:parameter ac:name="language">python</ac:parameter>'
        f"<ac:plain-text-body><![CDATA[{code}]]></ac:plain-text-body></ac:structured-macro>"
    )
    return (
        f"<table><tbody><tr><td><p>x</p>{macro}</td><td local-id='c'><p>{word}</p></td></tr></tbody></table>"
    )


def test_code_in_a_cell_is_an_element_and_no_raw_table() -> None:
    text = to_markdown(table("a < 1\n\nb")).text
    assert '<p>x</p><pre><code class="language-python">a &lt; 1&#10;&#10;b</code></pre>' in text
    assert "{=confluence}" not in text


@given(st.text(st.sampled_from("ab \n\t<&]:`'\"#;|"), min_size=1, max_size=12))
def test_any_code_in_a_cell_comes_back(code: str) -> None:
    storage = table(code)
    assert normal_storage(to_storage(to_markdown(storage).text).text) == normal_storage(storage)


@pytest.mark.parametrize(
    ("old", "new"), [("b = 2", "b = 3"), ("language-python", "language-js"), (">w<", ">wz<")]
)
def test_an_edit_in_such_a_table_changes_that_alone(old: str, new: str) -> None:
    storage = table("a = 1\n\nb = 2")
    base = to_markdown(storage).text
    edited = put_storage(base, storage, base.replace(old, new)).text
    assert edited == storage.replace(old.removeprefix("language-"), new.removeprefix("language-"))
    assert put_markdown(storage, base, edited).text == base.replace(old, new)


def test_preformatted_text_of_a_page_stays_what_it_is() -> None:
    assert to_markdown("<pre>a\n b</pre>").text == "<pre>a\n b</pre>\n"
    kept = "<pre><code>a</code></pre>"
    assert to_storage(to_markdown(kept).text).text == kept


def test_code_with_marks_in_it_in_html_is_not_taken_for_a_block_of_code() -> None:
    assert (
        "<pre><code>a <b>x</b></code></pre>"
        in to_storage("<table><tr><td><pre><code>a <b>x</b></code></pre></td></tr></table>").text
    )
