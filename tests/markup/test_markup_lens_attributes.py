"""Attributes that change one by one: what stands beside them in the tag keeps its order and its spelling."""

import pytest
from markup_puts import pull, push

PUSHED = {
    "an attribute of a resource in a raw macro": (
        (
            '<ac:structured-macro ac:name="blog-posts"><ac:parameter ac:name="spaces"><ri:space ri:space-key="AB"/>'
            '<ri:space ri:space-key="CD"/></ac:parameter></ac:structured-macro>'
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
    assert push(storage, before, after) == (storage.replace(before, after), "")


def test_a_changed_word_of_a_caption_leaves_the_rest_of_the_tag_as_it_was_typed() -> None:
    file = '<img src="a.png" width="7" data-caption="Home > Old page">\n'
    assert pull(file, "Old", "New") == (file.replace("Old", "New"), "")


def test_a_comment_on_a_caption_changes_nothing_in_the_file() -> None:
    file = '![](a.png "Some words")\n'
    marked = '<ac:inline-comment-marker ac:ref="r">words</ac:inline-comment-marker>'
    assert pull(file, "words", marked) == (file, "")
