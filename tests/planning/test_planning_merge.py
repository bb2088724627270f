"""Three-way merge: both edits or none, and never a marker."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from confsync.planning.merge import blocks, merge

TEXT = """# Title

First paragraph that goes
over two lines.

- one
- two
- three

| a | b |
| - | - |
| 1 | 2 |

```python
x = 1
y = 2
```
"""


def edited(*changes: tuple[str, str]) -> str:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_edits_of_different_blocks_are_both_kept():
    pairs = [
        ("over two", "on two"),
        ("- one", "- ONE"),
        ("- two", "- TWO"),
        ("| 1 | 2 |", "| 1 | 3 |"),
        ("x = 1", "x = 9"),
        ("y = 2", "y = 8"),
        ("# Title", "# Other"),
    ]
    for a in pairs:
        for b in pairs:
            if a != b:
                assert merge(TEXT, edited(a), edited(b)) == edited(a, b)


def test_edits_of_one_block_are_no_merge():
    assert merge(TEXT, edited(("First", "Second")), edited(("over two", "on two"))) is None
    assert merge(TEXT, edited(("- one", "- uno")), edited(("- one", "- eins"))) is None
    assert merge(TEXT, edited(("x = 1", "x = 2")), edited(("x = 1", "x = 3"))) is None


def test_an_item_added_beside_an_edited_one_is_kept():
    added = edited(("- three\n", "- three\n- four\n"))
    changed = edited(("- three", "- THREE"))
    assert merge(TEXT, added, changed) == edited(("- three\n", "- THREE\n- four\n"))


def test_two_additions_at_one_place_are_no_merge():
    assert merge(TEXT, edited(("- two\n", "- two\n- x\n")), edited(("- two\n", "- two\n- y\n"))) is None


def test_a_deletion_beside_an_edit_of_the_same_block_is_no_merge():
    assert merge(TEXT, edited(("- two\n", "")), edited(("- two", "- deux"))) is None


def test_the_same_edit_on_both_sides_counts_once():
    both = edited(("- two", "- deux"))
    assert merge(TEXT, both, both) == both
    assert merge(TEXT, both, edited(("- two", "- deux"), ("x = 1", "x = 5"))) == edited(
        ("- two", "- deux"), ("x = 1", "x = 5")
    )


LINES = st.lists(
    st.sampled_from(["a\n", "- b\n", "\n", "```\n", "| c |\n", "# d\n", "> e\n", "  f\n", "~~~~\n"]),
    max_size=12,
)


@given(LINES.map("".join))
def test_the_blocks_of_a_text_are_the_text(text):
    assert "".join(blocks(text)) == text


@given(LINES.map("".join), LINES.map("".join))
def test_an_edit_of_one_side_alone_is_taken_over_whole(base, other):
    assert merge(base, other, base) == other
    assert merge(base, base, other) == other
    assert merge(base, other, other) == other


@given(LINES.map("".join), LINES.map("".join), LINES.map("".join))
def test_a_merge_is_the_same_from_either_side(base, one, two):
    assert merge(base, one, two) == merge(base, two, one)
