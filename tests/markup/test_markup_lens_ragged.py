"""Tables whose rows have fewer or more cells than the header, as people type them."""

import pytest
from markup_puts import pull, push

from confsync.markup import put_markdown, to_storage

TABLE = "| A | B | C |\n|---|---|---|\n| 1 | 2 |\n| 3 | 4 | 5 | 6 |\n| x | y | z |\n"
BARE = "A | B | C\n--- | --- | ---\n1 | 2\n7\n"


def with_column(storage: str, behind: int) -> str:
    """A storage table with a new column behind the n-th one."""
    rows = storage.split("</tr>")
    for n, row in enumerate(rows[:-1]):
        tag = "th" if "<th>" in row else "td"
        cells = row.split(f"<{tag}>")
        cells.insert(behind + 1, f"<p>new</p></{tag}>")
        rows[n] = f"<{tag}>".join(cells)
    return "</tr>".join(rows)


@pytest.mark.parametrize(
    ("behind", "table"),
    [
        (
            1,
            "| A | new | B | C |\n|---|---|---|---|\n| 1 | new | 2 |\n| 3 | new | 4 | 5 | 6 |\n| x | new | y | z |\n",
        ),
        (
            3,
            "| A | B | C | new |\n|---|---|---|---|\n| 1 | 2 |  | new |\n| 3 | 4 | 5 | new | 6 |\n| x | y | z | new |\n",
        ),
    ],
)
def test_a_new_column_leaves_all_other_cells_of_a_ragged_table_as_they_are(behind: int, table: str) -> None:
    storage = to_storage(TABLE).text
    got = put_markdown(storage, TABLE, with_column(storage, behind))
    assert (got.text, got.notes) == (table, ())


def test_a_cell_that_a_row_left_out_gets_its_bar() -> None:
    assert pull(TABLE, "<td></td>", "<td>new</td>") == (TABLE.replace("| 2 |\n", "| 2 | new |\n"), "")
    assert pull(BARE, "<td></td>", "<td>new</td>") == (BARE.replace("1 | 2\n", "1 | 2 | new\n"), "")
    assert pull(BARE, "</p></td><td></td><td>", "</p></td><td></td><td>new") == (
        BARE.replace("7\n", "7 |  | new\n"),
        "",
    )


def test_a_column_that_is_typed_into_a_ragged_table_is_one_on_the_page() -> None:
    storage = to_storage(TABLE).text
    typed = (
        TABLE.replace("| B |", "| new | B |").replace("|---|", "|---|---|", 1).replace("| 1 |", "| 1 | new |")
    )
    typed = typed.replace("| 3 |", "| 3 | new |").replace("| x |", "| x | new |")
    assert push(storage, TABLE, typed, TABLE) == (with_column(storage, 1), "")


def test_a_word_in_a_ragged_table_changes_that_word_alone() -> None:
    assert pull(TABLE, "<p>4</p>", "<p>four</p>") == (TABLE.replace("4", "four"), "")
