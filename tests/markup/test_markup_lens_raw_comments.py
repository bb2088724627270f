"""Comments on what stands as raw storage in the file: they are not in it, and they survive what is edited there."""

import pytest
from markup_puts import pull, push

from confsync.markup import normal_storage, to_markdown

COMMENT = '<ac:inline-comment-marker ac:ref="r">{}</ac:inline-comment-marker>'
RAW = {
    "a paragraph": '<p><code>a <ac:link><ri:user ri:account-id="1" /></ac:link></code> some big words</p>',
    "preformatted text": "<pre>a\n\n<b>some</b> big words</pre>",
    "a macro in a table": (
        '<table><tbody><tr><td><ac:structured-macro ac:name="x"><ac:parameter ac:name="a"><ri:page ri:content-title="q" />'
        "</ac:parameter><ac:rich-text-body><p>some big words</p></ac:rich-text-body></ac:structured-macro></td></tr></tbody></table>"
    ),
}


@pytest.mark.parametrize("name", RAW)
def test_a_comment_on_raw_storage_changes_nothing_in_the_file(name: str) -> None:
    storage = RAW[name]
    file, marked = to_markdown(storage).text, storage.replace("big words", COMMENT.format("big words"))
    assert normal_storage(marked) == normal_storage(storage)
    assert to_markdown(marked).text == file
    assert pull(file, "big words", COMMENT.format("big words"), storage) == (file, "")


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize(("before", "after"), [("some", "few"), ("big", "small"), ("words", "lines")])
def test_comments_in_raw_storage_stay_when_words_in_it_change(name: str, before: str, after: str) -> None:
    marked = RAW[name].replace("big words", COMMENT.format("big words"))
    assert push(marked, before, after) == (marked.replace(before, after), "")


def test_a_comment_whose_words_go_from_raw_storage_is_told() -> None:
    marked = RAW["a paragraph"].replace("big", COMMENT.format("big"))
    assert push(marked, "big ", "")[1] == "comment-lost"
