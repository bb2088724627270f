"""Puts of hostile and repetitive documents end in a result, in time that grows with their size alone."""

from __future__ import annotations

import pytest
from markup_corpus import faults
from markup_steps import counted

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)
from confsync.markup.lens import forget


def both_ways(markdown: str, new: str) -> tuple[int, int]:
    """Put an edit in both directions, check that it is all there, and return the steps of each."""
    storage, there = to_storage(markdown).text, to_storage(new).text
    forget()
    stored, one = counted(lambda: put_storage(markdown, storage, new).text)
    assert normal_storage(stored) == normal_markdown(new) == normal_storage(there)
    forget()
    written, two = counted(lambda: put_markdown(storage, markdown, there).text)
    assert normal_markdown(written) == normal_storage(there)
    return one, two


TWICE = {
    "one paragraph": lambda n: "The same words of the same paragraph.\n\n" * n,
    "equal items": lambda n: "- an equal item\n" * n,
    "rows": lambda n: "| a | b |\n| - | - |\n" + "| cell | other words |\n" * n,
    "a log": lambda n: "```\n" + "INFO the same words of work\n" * n + "```\n",
    "one line": lambda n: "the same words and others " * n + "\n",
    "sections": lambda n: "## Head\n\n- a\n- b words\n\n> c\n\n" * n,
    "definitions": lambda n: "".join(f"[a{k}] words\n\n[a{k}]: /{k}\n\n" for k in range(n)),
    "notes": lambda n: "".join(f"[^a{k}] words\n\n[^a{k}]: note\n\n" for k in range(n)),
}


@pytest.mark.parametrize("name", TWICE)
def test_ten_times_the_document_takes_ten_times_the_work_to_put(name: str) -> None:
    def work(n: int) -> tuple[int, int]:
        text = TWICE[name](n)
        spot = text.index("words", len(text) // 2) if "words" in text else 0
        return both_ways(text, text[:spot] + "zebra" + text[spot + 5 :])

    small, large = work(25), work(250)
    assert large[0] < 12 * small[0]
    assert large[1] < 12 * small[1]


@pytest.mark.parametrize("unit", ["<p>", "</p>", "<!--", "<h1>"])
def test_ten_times_the_tags_that_nothing_closes_take_ten_times_the_work_to_put(unit: str) -> None:
    def work(size: int) -> tuple[int, int]:
        text = unit * (size // len(unit))
        middle = text.find("\n", size // 2) + 1
        return both_ways(text, text[:middle] + "needle\n" + text[middle:])

    small, large = work(2_000), work(20_000)
    assert large[0] < 12 * small[0]
    assert large[1] < 12 * small[1]


@pytest.mark.parametrize("place", ["start", "middle", "end", "each"])
def test_one_cell_of_a_long_table_changes_one_cell(place: str) -> None:
    rows = [f"| cell {n} | words |" for n in range(600)]
    text = "| a | b |\n| - | - |\n" + "\n".join(rows) + "\n"
    spots = {"start": [0], "middle": [300], "end": [599], "each": [0, 200, 599]}[place]
    changed = list(rows)
    for n in spots:
        changed[n] = f"| cell {n} | zebra |"
    new = text.replace("\n".join(rows), "\n".join(changed))
    body = to_storage(text).text.replace("<td>", '<td class="kept">')
    expect = body
    for n in spots:
        expect = expect.replace(
            f'cell {n}</p></td><td class="kept"><p>words', f'cell {n}</p></td><td class="kept"><p>zebra'
        )
    assert put_storage(text, body, new).text == expect
    assert put_markdown(body, text, expect).text == new


@pytest.mark.parametrize(
    "unit",
    ["> ", "- ", "[", "![", "`", "*", "_", "|", "<", "&", "<p>", "<div>\n\n", "<ac:x>\n", "::: x\n", "$$ x\n",
     "[a]: /b\n", "[^a]: b\n", "[a](", "<!--", "\\", ": b\n", "<![CDATA[", "<details>\n\n", "<!DOCTYPE x>", "1. ",
     "[a][", "    - a\n", '<!DOCTYPE r [<!ENTITY a "b">]>\n'],
)  # fmt: skip
def test_a_word_in_the_midst_of_hostile_markdown_is_put_both_ways(unit: str) -> None:
    text = unit * (1500 // len(unit))
    both_ways(text, text[: len(text) // 2] + " needle " + text[len(text) // 2 :])


@pytest.mark.parametrize(
    "unit", ["<p>a</p>", "<br/>", "<hr/>", "<p/>", "<![CDATA[x]]>", "&nbsp;", "<em>a</em>", "]]", "`", "<!-- a -->"]
)  # fmt: skip
def test_a_paragraph_behind_hostile_storage_is_put_both_ways(unit: str) -> None:
    body = unit * (1500 // len(unit))
    new = body + "<p>needle</p>"
    markdown, there = to_markdown(body).text, to_markdown(new).text
    assert normal_markdown(put_markdown(body, markdown, new).text) == normal_markdown(there)
    stored = put_storage(markdown, to_storage(markdown).text, there).text
    assert normal_storage(stored) == normal_markdown(there)


@pytest.mark.parametrize("levels", [60, 900])
def test_a_change_in_deep_storage_is_put(levels: int) -> None:
    body = "<blockquote>" * levels + "<p>old</p>" + "</blockquote>" * levels
    new = body.replace("old", "needle")
    markdown = to_markdown(body).text
    assert "needle" in put_markdown(body, markdown, new).text
    assert (
        "needle" in put_storage(markdown, to_storage(markdown).text, markdown.replace("old", "needle")).text
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p>old",
        "<p>old</b>",
        "old\x00",
        "&old;",
        '<!DOCTYPE r [<!ENTITY a "b">]><p>old</p>',
        "<p>" * 99 + "old",
    ],
)
def test_a_body_that_is_not_well_formed_is_the_same_on_both_sides_and_stays_what_it_is_when_edited(
    body: str,
) -> None:
    new = body.replace("old", "needle")
    markdown, there = to_markdown(body).text, to_markdown(new).text
    stored = to_storage(markdown).text
    assert normal_storage(body) == normal_markdown(markdown) == normal_storage(stored)
    assert to_markdown(stored).text == markdown
    assert normal_markdown(put_markdown(body, markdown, new).text) == normal_storage(new)
    for base in (body, stored):
        put = put_storage(markdown, base, there).text
        assert "needle" in put
        assert faults(put) == set()
        assert normal_storage(put) == normal_markdown(there)
