"""`<br>` and nothing else, in all the places where people leave something empty with it: an empty paragraph, or nothing."""

import pytest
from markup_corpus import broken_laws

from confsync.markup import put_markdown, put_storage, to_storage

EMPTY = (
    "| a | b |\n|---|---|\n| <br> | x |\n",
    "| <br> | b |\n|---|---|\n| <br><br> | x |\n",
    "- <br>\n- x\n",
    "- [ ] <br>\n- [x] y\n",
    "**<br>**\n",
    "term\n: <br>\n",
    "> [!NOTE]\n> <br>\n",
    "a[^1]\n\n[^1]: <br>\n",
)


@pytest.mark.parametrize("markdown", EMPTY)
def test_what_holds_a_break_alone_says_the_same_on_both_sides(markdown: str) -> None:
    assert broken_laws(markdown) == []


def test_a_cell_that_holds_a_break_alone_can_be_filled_from_both_sides() -> None:
    file = EMPTY[0]
    page, typed = to_storage(file).text, file.replace("<br>", "new")
    filled = put_storage(file, page, typed).text
    assert filled == page.replace("<td></td>", "<td><p>new</p></td>", 1)
    assert put_markdown(page, file, filled).text == typed
