"""Attributes that change one by one: what stands beside them in the tag keeps its order and its spelling."""

import pytest
from markup_puts import pull, push

from confsync.markup import put_storage, to_markdown

PUSHED = {
    "an attribute of a resource in a raw macro": (
        (
            '<ac:structured-macro ac:name="blog-posts"><ac:parameter ac:name="spaces"><ri:space ri:space-key="AB"/>'
            '<ri:space ri:space-key="CD"/></ac:parameter></ac:structured-macro>'
        ),
        "AB",
        "XY",
    ),
    "the file of an image whose parts are closed though they are empty": (
        '<p>a</p><ac:image ac:inline="true"><ri:attachment ri:filename="one.png"></ri:attachment></ac:image>',
        "one.png",
        "two.png",
    ),
    "the page of a link that is closed though it is empty": (
        '<p><ac:link><ri:page ri:content-title="One"></ri:page><ac:link-body>x</ac:link-body></ac:link> y</p>',
        "title=One",
        "title=Two",
    ),
    "a word in a value that is spelled with entities": (
        '<p>x <ac:link><ri:url ri:value="https://a&#x9;b.example/c&quot;d"/></ac:link> y</p>',
        "b.example",
        "e.example",
    ),
    "a parameter beside empty ones, closed each in its way": (
        (
            '<ac:structured-macro ac:name="drawing"><ac:parameter ac:name="a"/><ac:parameter ac:name="b">old</ac:parameter>'
            '<ac:parameter ac:name="c"></ac:parameter><ac:parameter ac:name="d"><ri:page ri:content-title="T"></ri:page>'
            "</ac:parameter></ac:structured-macro>"
        ),
        "old",
        "new",
    ),
    "an attribute of an element that is closed though it is empty": (
        (
            '<ac:structured-macro ac:name="blog-posts"><ac:parameter ac:name="spaces"><ri:space ri:space-key="AB" '
            'ri:local-id="1"></ri:space><ri:space ri:space-key="CD"/></ac:parameter></ac:structured-macro>'
        ),
        "AB",
        "XY",
    ),
    "the layout of a macro between ids": (
        '<ac:structured-macro ac:name="children" ac:schema-version="2" data-layout="wide" ac:macro-id="m" />',
        "wide",
        "full",
    ),
}


@pytest.mark.parametrize("name", PUSHED)
def test_a_changed_attribute_changes_no_other_byte_of_the_page(name: str) -> None:
    storage, before, after = PUSHED[name]
    expect = storage.replace(before.split("=")[-1], after.split("=")[-1])
    assert push(storage, before, after) == (expect, "")


def test_a_changed_word_of_a_caption_leaves_the_rest_of_the_tag_as_it_was_typed() -> None:
    file = '<img src="a.png" width="7" data-caption="Home > Old page">\n'
    assert pull(file, "Old", "New") == (file.replace("Old", "New"), "")


def test_a_comment_on_a_caption_changes_nothing_in_the_file() -> None:
    file = '![](a.png "Some words")\n'
    marked = '<ac:inline-comment-marker ac:ref="r">words</ac:inline-comment-marker>'
    assert pull(file, "words", marked) == (file, "")


def test_a_fence_whose_word_is_changed_is_code_in_that_language() -> None:
    storage = (
        '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">python3</ac:parameter>'
        "<ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>"
    )
    file = to_markdown(storage).text
    typed = (
        file.replace("```python3", "```java").replace("```python ", "```java ").replace("```py ", "```java ")
    )
    assert typed != file
    assert ">java<" in put_storage(file, storage, typed).text


@pytest.mark.parametrize(
    "file",
    [
        '<a href="https://a.example/x" title="t"><img alt="CI" src="https://a.example/b.svg"></a> and words\n',
        '<p align="center">\n  <a href="https://a.example/x"><img alt="CI" src="https://a.example/b.svg"></a>\n</p>\n',
        '[![CI](https://a.example/b.svg "t")](https://a.example/x) and words\n',
    ],
)
def test_a_badge_that_leads_elsewhere_keeps_its_image_as_it_was_typed(file: str) -> None:
    assert pull(file, "a.example/x", "b.example/y") == (file.replace("a.example/x", "b.example/y"), "")
