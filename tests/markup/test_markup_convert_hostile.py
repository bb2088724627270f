"""Hostile, huge and deep input ends in a result, in time that grows with its size alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markup_corpus import faults
from markup_steps import steps

from confsync.markup import NoteKind, normal_storage, to_markdown, to_storage
from confsync.markup.storage.xml import El, parse

DEEP = 1800


def depth(storage: str) -> int:
    deepest, todo = 0, [(parse(storage, 5000), 0)]
    while todo:
        el, level = todo.pop()
        deepest = max(deepest, level)
        todo.extend((k, level + 1) for k in el.kids if isinstance(k, El))
    return deepest


@pytest.mark.parametrize("tag", ["blockquote", "div", "ul", "table", "span"])
@pytest.mark.parametrize("levels", [60, 200, DEEP, 20_000])
def test_deep_storage_converts_and_never_comes_back_deeper_than_2000(tag: str, levels: int) -> None:
    opening, closing = {
        "ul": ("<ul><li>", "</li></ul>"),
        "table": ("<table><tbody><tr><td>", "</td></tr></tbody></table>"),
    }.get(tag, (f"<{tag}>", f"</{tag}>"))
    count = levels // (opening.count("<"))
    body = opening * count + "<em>x</em>" + closing * count
    markdown = to_markdown(body).text
    again = to_storage(markdown).text
    assert "x" in again
    assert depth(again) < 2000
    if levels <= DEEP:
        assert normal_storage(again) == normal_storage(body)


@pytest.mark.parametrize(
    "unit", ["> ", "- ", "1. ", "[", "![", "*a ", "<div>\n\n", "<details>\n\n", "<u>", "    - a\n"]
)
def test_ten_thousand_openings_in_markdown_convert_and_lose_no_text(unit: str) -> None:
    storage = to_storage(unit * 10_000 + "needle").text
    assert "needle" in storage
    assert depth(storage) < 2000


@pytest.mark.parametrize(
    "unit",
    [
        "[a](",
        "`a``",
        '<a href="',
        "&amp;",
        "$a ",
        ":a:",
        "a@",
        "\\",
        "~~a",
        "[a][",
        "_a*",
    ],
)
def test_ten_times_the_text_takes_ten_times_the_work(unit: str) -> None:
    small, large = unit * (3_000 // len(unit)), unit * (30_000 // len(unit))
    assert steps(lambda: to_storage(large)) < 12 * steps(lambda: to_storage(small))


@pytest.mark.parametrize("unit", ["http://", "|a", "<!--", "a  b"])
def test_a_million_characters_that_one_pattern_reads_convert_and_lose_no_text(unit: str) -> None:
    assert "needle" in to_storage(unit * (1_000_000 // len(unit)) + "\n\nneedle").text


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><p>&b;&b;</p>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd"><p>a</p>',
        '<?xml version="1.0"?><p>a</p>',
        "<p>&unknown;</p>",
        "<p>&#0;</p>",
        "<p>a\x00b</p>",
        "<p>a\ud800b</p>",
        "<p>a</b>",
        "<p>]]></p>",
        "</r><r>",
    ],
)
def test_what_is_not_storage_is_one_raw_block_that_is_never_sent(body: str) -> None:
    conversion = to_markdown(body)
    assert conversion.text.startswith("```{=confluence broken}\n")
    assert [n.kind for n in conversion.notes] == [NoteKind.MALFORMED]
    conversion.text.encode("utf-8")
    again = to_storage(conversion.text).text
    assert faults(again) == set()
    assert again.startswith('<ac:structured-macro ac:name="code">')


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1f", "\ufffe", chr(0xD800), chr(0xDFFF)])
def test_characters_that_xml_forbids_are_replaced_and_told(char: str) -> None:
    conversion = to_storage(f"a{char}b `c{char}d`\n\n```\n{char}\n```\n")
    assert char not in conversion.text
    assert conversion.text.count("\ufffd") == 3
    assert NoteKind.CHARACTERS in {n.kind for n in conversion.notes}


def test_large_tables_and_lists_convert_and_lose_no_row() -> None:
    rows = "<tr><td>a</td><td>b</td></tr>" * 5000
    table = to_markdown(f"<table><tbody>{rows}</tbody></table>").text
    assert table.count("\n") == 5002
    wide = "<tr>" + "<td>a</td>" * 500 + "</tr>"
    assert to_markdown(f"<table><tbody>{wide * 3}</tbody></table>").text.count("|") > 2000
    items = to_markdown("<ul>" + "<li>a</li>" * 10_000 + "</ul>").text
    assert items.count("- a\n") == 10_000


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\ufeff", "<!-- only -->", "[x]: /y"])
def test_nothing_becomes_an_empty_body(text: str) -> None:
    assert to_storage(text).text == ""
    assert to_markdown(to_storage(text).text).text == ""


PLAIN = st.lists(
    st.sampled_from(["[", "]", "a", "[a]", "[b c]", "[a][b c]", "[x][a]", " ", "*", "_", "\n"]), max_size=120
)


@settings(max_examples=150)
@given(PLAIN)
def test_brackets_mean_the_same_whether_their_ends_are_looked_up_or_looked_for(pieces: list[str]) -> None:
    text = "".join(pieces) + "\n\n[a]: /x\n[b c]: /y\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("confsync.markup.syntax.link_brackets._MANY_BRACKETS", 10**9)
        looked_for = to_storage(text).text
        patch.setattr("confsync.markup.syntax.link_brackets._MANY_BRACKETS", 0)
        assert to_storage(text).text == looked_for


def test_brackets_that_nothing_closes_are_not_looked_for_from_each_of_those_before() -> None:
    definitions = "".join(f"[a{n}]: /b\n" for n in range(100))
    text = f"{'[a][' * 2_500}\n\n{definitions}"
    assert steps(lambda: to_storage(text)) < 40 * len(text)


def test_what_nests_too_deep_to_be_markdown_is_not_read_once_for_each_level() -> None:
    small, large = (
        "<blockquote>" * depth + "<p>x</p>" + "</blockquote>" * depth for depth in (DEEP // 5, DEEP)
    )
    assert steps(lambda: to_markdown(large)) < 8 * steps(lambda: to_markdown(small))
