"""Blocks in table cells, which HTML alone can hold in Markdown: readable there, and edited in their place."""

from __future__ import annotations

import pytest

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

CODE = '<ac:structured-macro ac:name="code">{}<ac:plain-text-body><![CDATA[word()]]></ac:plain-text-body></ac:structured-macro>'
PARAMETER = '<ac:parameter ac:name="{}">{}</ac:parameter>'
RICH = '<ac:structured-macro ac:name="{}">{}<ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
TASK = "<ac:task><ac:task-id>7</ac:task-id><ac:task-status>{}</ac:task-status><ac:task-body>{}</ac:task-body></ac:task>"
BLOCKS = {
    "tasks": (
        "<ac:task-list>"
        + TASK.format("incomplete", "a <strong>word</strong>")
        + TASK.format("complete", "b")
        + "</ac:task-list>",
        '<ul data-confluence="tasks"><li>[ ] a <strong>word</strong></li><li>[x] b</li></ul>',
    ),
    "a panel": (
        RICH.format("note", "", "<p>a word</p>"),
        '<div data-confluence="macro:note"><p>a word</p></div>',
    ),
    "a panel with a title": (
        RICH.format("info", PARAMETER.format("title", "T &gt; U"), "<p>a word</p>"),
        '<div data-confluence="macro:info" data-p-title="T &gt; U"><p>a word</p></div>',
    ),
    "an expand": (
        RICH.format("expand", PARAMETER.format("title", "More"), "<p>a word</p>"),
        "<details><summary>More</summary><p>a word</p></details>",
    ),
    "a macro with a body": (
        RICH.format("excerpt", PARAMETER.format("name", "n"), "<p>a word</p>"),
        '<div data-confluence="macro:excerpt" data-p-name="n"><p>a word</p></div>',
    ),
    "code with a title": (
        CODE.format(PARAMETER.format("title", "T")),
        '<pre><code data-p-title="T">word()</code></pre>',
    ),
    "an expand in a panel": (
        RICH.format(
            "tip", "", RICH.format("expand", "", "<ul><li><p>a word</p></li></ul>") + "<p>behind</p>"
        ),
        '<div data-confluence="macro:tip"><details><ul><li>a word</li></ul></details><p>behind</p></div>',
    ),
}


def table(cell: str) -> str:
    return f"<table><tbody><tr><th><p>A</p></th><th><p>B</p></th></tr><tr><td>{cell}</td><td><p>z</p></td></tr></tbody></table>"


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_in_a_cell_can_be_read_in_the_file_and_comes_back(name: str) -> None:
    cell, html = BLOCKS[name]
    storage = table(cell)
    markdown = to_markdown(storage).text
    assert html in markdown.replace("\n", "")
    assert "{=confluence}" not in markdown
    assert normal_markdown(markdown) == normal_storage(storage)
    assert put_storage(markdown, storage, markdown).text == storage
    assert put_markdown(storage, markdown, storage).text == markdown


@pytest.mark.parametrize("name", BLOCKS)
def test_a_word_of_it_changes_in_its_place_on_either_side(name: str) -> None:
    storage = table(BLOCKS[name][0])
    markdown = to_markdown(storage).text
    changed = storage.replace("word", "zebra"), markdown.replace("word", "zebra")
    assert put_markdown(storage, markdown, changed[0]).text == changed[1]
    assert put_storage(markdown, storage, changed[1]).text == changed[0]


def test_ticking_a_task_in_a_cell_changes_its_state_alone() -> None:
    storage = table(BLOCKS["tasks"][0])
    markdown = to_markdown(storage).text
    ticked = (
        storage.replace("incomplete", "complete"),
        markdown.replace("[ ]", "[x]"),
    )
    assert put_storage(markdown, storage, ticked[1]).text == ticked[0]
    assert put_markdown(storage, markdown, ticked[0]).text == ticked[1]


@pytest.mark.parametrize("name", ["a panel with a title", "an expand", "code with a title"])
def test_another_title_reaches_the_other_side(name: str) -> None:
    storage = table(BLOCKS[name][0])
    markdown = to_markdown(storage).text
    title = "More" if name == "an expand" else "T"
    there = (
        storage.replace(f">{title}", ">Other"),
        markdown.replace(f'"{title}', '"Other').replace(f">{title}<", ">Other<"),
    )
    assert there[1] != markdown
    assert put_storage(markdown, storage, there[1]).text == there[0]
    assert put_markdown(storage, markdown, there[0]).text == there[1]


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td><details><summary>a <b>b</b></summary>c</details></td></tr></table>",
        "<table><tr><td><details>c<summary>late</summary></details></td></tr></table>",
        '<table><tr><td><ul data-confluence="tasks"><li>no box</li></ul></td></tr></table>',
        '<table><tr><td><div data-confluence="macro:info" onclick="x()"><p>c</p></div></td></tr></table>',
        '<table><tr><td><div data-confluence="no such"><p>c</p></div></td></tr></table>',
        '<table><tr><td><pre><code data-p-a"b="x">c</code></pre></td></tr></table>',
    ],
)
def test_what_nobody_wrote_so_is_shown_and_runs_nothing(html: str) -> None:
    storage = to_storage(html + "\n").text
    assert "onclick" not in storage or "CDATA" in storage
    assert normal_storage(storage) == normal_markdown(html + "\n")
