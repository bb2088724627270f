"""What another tool's words behind a fence become when somebody changes the code macro in Confluence."""

import pytest
from markup_puts import pull

from confsync.markup import to_storage

CHANGES = {
    "a new title goes into the words": (
        '``` { .python title="a.py" }',
        (">a.py<", ">b.py<"),
        '``` { .python title="b.py" }',
    ),
    "a title among words of a docs site": (
        '```js title="a.js" {1,3} showLineNumbers',
        (">a.js<", ">b.js<"),
        '```js title="b.js" {1,3} showLineNumbers',
    ),
    "another language is what the words say": (
        '``` { .python title="a.py" }',
        (">python<", ">ruby<"),
        '``` { .ruby title="a.py" }',
    ),
    "words that would say what is no more so go": (
        '```js title="a.js" {1,3}',
        ('<ac:parameter ac:name="title">a.js</ac:parameter>', ""),
        "```js",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_words_of_another_tool_follow_the_macro(case: str) -> None:
    info, (old, new), expected = CHANGES[case]
    text, notes = pull(f"{info}\nx = 1\n```\n", old, new)
    assert text.splitlines()[0].replace("```{", "``` {") == expected
    assert text.splitlines()[1:] == ["x = 1", "```"]
    assert not notes


def test_words_that_are_changed_in_the_file_are_what_the_macro_says() -> None:
    storage = to_storage('``` { .ruby title="b.rb" }\nx\n```\n').text
    assert '<ac:parameter ac:name="language">ruby</ac:parameter>' in storage
    assert '<ac:parameter ac:name="title">b.rb</ac:parameter>' in storage
