"""Cells with an element around all that is in them, as Data Center's editor writes them: words in them are edited in place."""

from __future__ import annotations

import pytest

from confsync.markup import normal_markdown, normal_storage, put_markdown, put_storage, to_markdown

STATUS = '<ac:structured-macro ac:name="status" ac:macro-id="m"><ac:parameter ac:name="title">OK</ac:parameter></ac:structured-macro>'
ONE = f'<div class="content-wrapper"><p local-id="p">one {STATUS}</p></div>'
PAGE = (
    '<table class="wrapped"><colgroup><col /><col /></colgroup><tbody><tr><th>Item</th><th>State</th></tr>'
    f"<tr><td>A</td><td>{ONE}</td></tr><tr><td>B</td><td>plain</td></tr>"
    '<tr><td>C</td><td><div class="content-wrapper"><p>two</p></div></td></tr></tbody></table>'
)
BLOCKS = PAGE.replace("<p>two</p>", "<p>two</p><ul><li>three</li></ul>")
ROW = "<tr><td>D</td><td>{}</td></tr></tbody>"
CHANGES = {
    "an element around a cell": (
        "<td>plain</td>",
        '<td><div class="content-wrapper"><p>plain</p></div></td>',
    ),
    "no element around it any more": (ONE, "one"),
    "nothing in the element": ("<p>two</p>", ""),
    "two paragraphs": ("<p>two</p>", "<p>two</p><p>x</p>"),
    "what looks like a tag": ("<p>two</p>", "<p>&lt;div&gt; \\ &lt;/div&gt;</p>"),
    "another row": ("</tbody>", ROW.format('<div class="content-wrapper"><p>d</p></div>')),
}


@pytest.mark.parametrize("page", [PAGE, BLOCKS], ids=["pipes", "HTML"])
@pytest.mark.parametrize(("was", "now"), [("one", "uno"), ("OK", "FINE"), ("plain", "bare"), ("two", "due")])
def test_a_word_in_a_cell_is_all_that_changes(page: str, was: str, now: str) -> None:
    markdown = to_markdown(page).text
    assert page.count(was) == markdown.count(was) == 1
    assert put_storage(markdown, page, markdown.replace(was, now)).text == page.replace(was, now)
    assert put_markdown(page, markdown, page.replace(was, now)).text == markdown.replace(was, now)


@pytest.mark.parametrize("page", [PAGE, BLOCKS], ids=["pipes", "HTML"])
@pytest.mark.parametrize("name", CHANGES)
def test_what_a_cell_becomes_arrives_on_the_other_side(page: str, name: str) -> None:
    changed = page.replace(*CHANGES[name])
    assert changed != page
    markdown = to_markdown(page).text
    put = put_markdown(page, markdown, changed).text
    assert normal_markdown(put) == normal_storage(changed)
    back = put_storage(markdown, page, put).text
    assert normal_storage(back) == normal_storage(changed)


def test_a_file_from_before_that_has_the_element_itself_means_the_same() -> None:
    markdown = '<table>\n<tr><td><div class="content-wrapper"><p>one</p></div></td></tr>\n</table>\n'
    page = '<table><tbody><tr><td><div class="content-wrapper"><p>one</p></div></td></tr></tbody></table>'
    assert normal_markdown(markdown) == normal_storage(page)
    assert put_storage(markdown, page, markdown.replace("one", "two")).text == page.replace("one", "two")
    assert put_markdown(page, markdown, page.replace("one", "two")).text == markdown.replace("one", "two")
