"""Changes that read differently in their place: what stands further away keeps its bytes, in any hand."""

import pytest

from confsync.markup import normal_markdown, normal_storage, put_markdown, to_storage

FAR = "* far\n* away\n\n~~~\nx\n~~~\n\n"
BEHIND = "\nFar ![a](b.png)\n===\n\n+ one\n+   two\n"
PUTS = {
    "a word in a line right below a container's end": (
        "<details>\n<summary>T</summary>\n\ntext\n\n</details>\n==marked== and ^^word^^ {--x--}\n",
        ("word", "other"),
    ),
    "a block between a term and its definitions": (
        "* [ ] a\n  * [X] b\n\nTerm\n: One\n: Two\n\n\n*   three\n",
        (
            "<strong>Term</strong></p>",
            "<strong>Term</strong></p><ac:structured-macro ac:name='children' />",
        ),
    ),
    "an item that is empty now, below a line of text": (
        "![i](i.png)\n- first\n  wrapped\n- second\n",
        ("<p>first wrapped</p>", "<p />"),
    ),
}


@pytest.mark.parametrize("case", PUTS)
def test_blocks_further_away_keep_their_bytes(case: str) -> None:
    text, (old, new) = PUTS[case]
    markdown = FAR + text + BEHIND
    storage = to_storage(markdown).text
    assert old in storage
    changed = storage.replace(old, new)
    result = put_markdown(storage, markdown, changed).text
    assert result.startswith(FAR)
    assert result.endswith(BEHIND)
    assert normal_markdown(result) == normal_storage(changed)
    assert "{=confluence}" not in result
