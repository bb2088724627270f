"""Columns of a pipe table in which a cell holds a list that was typed as HTML: they come, go and move as any others."""

import re
from collections.abc import Callable, Sequence

import pytest

from confsync.markup import put_markdown, to_storage

FILE = """\
| A | B | C |
|---|:-:|---|
| 1 | <ul><li>x</li><li>y</li></ul> | 3 |
| 4 | 5 | 6 |

end
"""
ROW = re.compile(r"<tr>(.*?)</tr>")
CELL = re.compile(r"<t[hd][^>]*>.*?</t[hd]>")


def edited(storage: str, change: Callable[[Sequence[str]], Sequence[str]]) -> str:
    """Return the page with each row's cells changed."""
    return ROW.sub(lambda m: f"<tr>{''.join(change(CELL.findall(m[1])))}</tr>", storage)


@pytest.mark.parametrize(
    ("change", "table"),
    [
        (
            lambda c: [c[2], c[0], c[1]],
            "| C | A | B |\n|---|---|:-:|\n| 3 | 1 | <ul><li>x</li><li>y</li></ul> |\n| 6 | 4 | 5 |\n",
        ),
        (lambda c: c[1:], "| B | C |\n|:-:|---|\n| <ul><li>x</li><li>y</li></ul> | 3 |\n| 5 | 6 |\n"),
        (lambda c: [c[0], c[2]], "| A | C |\n|---|---|\n| 1 | 3 |\n| 4 | 6 |\n"),
    ],
)
def test_columns_beside_a_list_in_a_cell_keep_their_lines(
    change: Callable[[Sequence[str]], Sequence[str]], table: str
) -> None:
    storage = to_storage(FILE).text
    got = put_markdown(storage, FILE, edited(storage, change))
    assert (got.text, got.notes) == (f"{table}\nend\n", ())
