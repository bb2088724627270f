"""Links and marks as people and editors spell them: read as GitHub reads them, and written so that they show the same."""

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

WEB = '<a href="https://a.example/b">https://a.example/b</a>'
MAIL = '<a href="mailto:ann@a.example">ann@a.example</a>'


@pytest.mark.parametrize(
    ("markdown", "storage"),
    [
        ('Default: "https://a.example/b", see', f'<p>Default: "{WEB}", see</p>'),
        ("{x: https://a.example/b}", '<p>{x: <a href="https://a.example/b}">https://a.example/b}</a></p>'),
        ("=https://a.example/b", f"<p>={WEB}</p>"),
        ("xhttps://a.example/b", "<p>xhttps://a.example/b</p>"),
        ('"ann@a.example"', f'<p>"{MAIL}"</p>'),
        ("<ann@a.example>", f"<p>{MAIL.replace('>a', '><span>a').replace('</a', '</span></a')}</p>"),
        ("ssh://git@a.example", "<p>ssh://git@a.example</p>"),
        ("left-pad@1.3.0 and @scope/x@2.0.0-beta.1", "<p>left-pad@1.3.0 and @scope/x@2.0.0-beta.1</p>"),
    ],
)
def test_bare_addresses_are_links_where_github_shows_links(markdown: str, storage: str) -> None:
    assert to_storage(markdown).text == storage


@pytest.mark.parametrize(
    ("storage", "markdown"),
    [
        (f'<p>"{WEB}"</p>', '"https://a.example/b"'),
        ('<p>"https://a.example/b"</p>', '"https\\://a.example/b"'),
        (f"<p>write to {MAIL}.</p>", "write to ann@a.example."),
        (f"<p><strong>{MAIL}</strong></p>", "**ann@a.example**"),
        (f"<p>{MAIL}-x or x.{MAIL}</p>", "<ann@a.example>-x or x.<ann@a.example>"),
        ("<p>left-pad@1.3.0, ann@a.example</p>", "left-pad@1.3.0, ann\\@a.example"),
        (
            '<p><a href="https://a.example/b"><u>https://a.example/b</u></a></p>',
            "[<u>https://a.example/b</u>](https://a.example/b)",
        ),
    ],
)
def test_links_of_editors_are_written_plainly_and_come_back(storage: str, markdown: str) -> None:
    assert to_markdown(storage).text == markdown + "\n"
    assert to_storage(markdown).text == storage


@pytest.mark.parametrize(
    "markdown",
    [
        "<https://a.example/b> and https://a.example/b",
        "<ann@a.example>, ann@a.example",
        "| <https://a.example> |\n| --- |\n| https://a.example |",
        "a<https://a.example>를 (<https://a.example?x=*>). x",
    ],
)
def test_an_address_with_angles_stays_one_beside_a_bare_one(markdown: str) -> None:
    storage = to_storage(markdown + "\n").text
    assert to_markdown(storage).text == markdown + "\n"
    assert normal_storage(storage) == normal_storage(storage.replace("<span>", "").replace("</span>", ""))


def test_a_link_in_html_leads_to_what_confluence_knows_whatever_else_it_says() -> None:
    storage = '<p><ac:link ac:anchor="x"><ac:link-body>a</ac:link-body></ac:link></p>'
    assert to_storage('<a href="confluence:#x" target="_blank" title="t">a</a>').text == storage
    cell = to_storage('<table><tr><td><a href="confluence:#x" target="_blank">a</a></td></tr></table>').text
    assert storage in cell


def test_a_link_in_html_runs_nothing() -> None:
    assert (
        to_storage('<a href="https://a.example" onclick="x()" onFocus=y>a</a>').text
        == '<p><a href="https://a.example">a</a></p>'
    )


@pytest.mark.parametrize(
    "markdown",
    [
        "*macOS* *Windows* **a** **b** ~~c~~ ~~d~~",
        "*a*\\\n*b*",
        "| *a* *b* |\n| --- |\n| **c** **d** |",
        "# *a* *b*",
        "[**a** **b**](https://a.example)",
    ],
)
def test_neighbours_with_the_same_mark_stay_two(markdown: str) -> None:
    assert to_markdown(to_storage(markdown).text).text == markdown + "\n"


def test_a_blank_that_has_the_mark_joins_its_neighbours() -> None:
    storage = "<p><strong>a</strong><strong> </strong><strong>b</strong> <strong>c </strong></p>"
    assert to_markdown(storage).text == "**a b** **c**\n"


HINTED = (
    '<p>see <span class="nolink">the</span> <a class="external-link" href="https://a.example" rel="nofollow" target="_blank">'
    'manual</a> <strong class="s1">now</strong> or <span class="s2" lang="en">later</span></p>'
)


def test_classes_on_words_do_not_make_a_paragraph_raw_and_come_back() -> None:
    markdown = to_markdown(HINTED).text
    assert markdown == HINTED.removeprefix("<p>").removesuffix("</p>") + "\n"
    assert to_storage(markdown).text == HINTED


def test_hints_on_words_stay_where_they_are_when_other_words_change() -> None:
    base = to_markdown(HINTED).text
    edited = put_storage(base, HINTED, base.replace("later", "then")).text
    assert edited == HINTED.replace("later", "then")


def test_a_span_without_a_style_means_nothing_on_either_side() -> None:
    markdown, storage = "see the old manual\n", '<p>see <span class="nolink">the old</span> manual</p>'
    assert normal_storage(storage) == normal_markdown(markdown)
    assert put_storage(markdown, storage, "see the new manual\n").text == storage.replace("old", "new")
    assert put_markdown(storage, markdown, storage.replace("old", "new")).text == "see the new manual\n"


def test_a_class_beside_a_style_and_on_a_kept_element_counts_and_comes_back() -> None:
    storage = '<p><span class="x" style="color: red;">a</span> H<sub class="y">2</sub>O</p>'
    assert (
        to_markdown(storage).text == '<span class="x" style="color: red;">a</span> H<sub class="y">2</sub>O\n'
    )
    assert to_storage(to_markdown(storage).text).text == storage
    assert normal_storage(storage) != normal_storage(storage.replace(' class="y"', ""))


@pytest.mark.parametrize(
    ("storage", "markdown"),
    [
        ('<p><a href="#Set-up">up</a></p>', '<a href="#Set-up" data-confluence="a">up</a>'),
        (
            '<p><a href="confluence:page?x=y">z</a></p>',
            '<a href="confluence:page?x=y" data-confluence="a">z</a>',
        ),
        ('<p>a <a name="here" /></p>', 'a <a name="here" data-confluence="a"></a>'),
        (
            '<p><a href="https://a.example" target="_blank">a</a></p>',
            '<a href="https://a.example" target="_blank">a</a>',
        ),
    ],
)
def test_an_element_that_markdown_has_another_meaning_for_says_what_it_is(
    storage: str, markdown: str
) -> None:
    assert to_markdown(storage).text == markdown + "\n"
    assert to_storage(markdown).text == storage
    cell = f"<table><tbody><tr><th><p>h</p></th></tr><tr><td>{storage}<p>z</p></td></tr></tbody></table>"
    assert "{=confluence" not in to_markdown(cell).text
    assert to_storage(to_markdown(cell).text).text == cell


def test_a_coloured_bold_word_is_a_tag_and_not_a_raw_paragraph() -> None:
    storage = '<p>a <strong style="color: red;">b</strong> c</p>'
    assert to_markdown(storage).text == 'a <strong style="color: red;">b</strong> c\n'
    assert to_storage(to_markdown(storage).text).text == storage
