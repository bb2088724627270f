"""What an author chose for a list, an item or a paragraph shows in the file and comes back; what editors put on does not."""

from __future__ import annotations

import pytest
from markup_puts import pull, push

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage

SQUARE = '<ul style="list-style-type: square;"><li><p>one</p></li><li><p>b</p></li></ul>'
BODIES = [
    SQUARE,
    '<ul><li style="list-style-type: none;"><p>one</p></li><li><p>b</p></li></ul>',
    f"<ul><li><p>one</p>{SQUARE}</li></ul>",
    '<ol start="3" dir="rtl"><li><p>one</p></li><li lang="ar"><p>b</p></li></ol>',
    '<p dir="rtl">one and b</p>',
    '<h2 lang="de" style="text-align: center;">one und b</h2>',
    '<table><tbody><tr><td><ul dir="rtl"><li><p>one</p></li></ul></td><td><p>b</p></td></tr></tbody></table>',
    f'<ul lang="de"><li><p>one <ac:emoticon ac:name="tick" /></p></li></ul>{SQUARE}',
]


@pytest.mark.parametrize("body", BODIES)
def test_what_an_author_chose_is_in_the_file(body: str) -> None:
    markdown = to_markdown(body).text
    assert normal_markdown(markdown) == normal_storage(body)
    assert to_storage(markdown).text == body
    for name in ("dir", "lang", "style"):
        assert markdown.count(f'{name}="') == body.count(f'{name}="')


@pytest.mark.parametrize("body", BODIES)
def test_a_word_beside_what_an_author_chose_changes_alone(body: str) -> None:
    assert push(body, "one", "zebra")[0] == body.replace("one", "zebra", 1)
    markdown = to_markdown(body).text
    assert pull(markdown, "one", "zebra", body)[0] == markdown.replace("one", "zebra", 1)


def test_a_colleagues_choice_comes_into_the_file_and_goes_again() -> None:
    plain = "<ul><li><p>one</p></li><li><p>b</p></li></ul>"
    text, _ = pull("- one\n- b\n", plain, SQUARE)
    assert 'style="list-style-type: square;"' in text
    assert "style" not in pull(text, SQUARE, plain, SQUARE)[0]
    assert push(SQUARE, "square", "circle")[0] == SQUARE.replace("square", "circle")


@pytest.mark.parametrize("name", ["class", "id", "local-id", "data-pm-slice"])
def test_what_editors_put_on_a_list_is_no_choice(name: str) -> None:
    body = f'<ul {name}="x"><li {name}="y"><p {name}="z">one</p></li></ul>'
    assert to_markdown(body).text == "- one\n"
    assert push(body, "one", "two")[0] == body.replace("one", "two")
