"""Macros with an attribute of their own or a parameter without a name: an edit changes what it says, and nothing else."""

from __future__ import annotations

import re

import pytest

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

PARAMETER = '<ac:parameter ac:name="{}">{}</ac:parameter>'
PAGE = (
    '<p>a</p><ac:structured-macro ac:name="details" ac:schema-version="1" data-layout="default" ac:macro-id="m"><ac:parameter '
    'ac:name="" /><ac:parameter ac:name="id">team</ac:parameter><ac:rich-text-body><p local-id="l">b c</p></ac:rich-text-body>'
    '</ac:structured-macro><ac:structured-macro ac:name="code" ac:macro-id="n"><ac:parameter ac:name="">java</ac:parameter>'
    "<ac:plain-text-body><![CDATA[int a;]]></ac:plain-text-body></ac:structured-macro>"
)
EDITS = {
    "a word in it": ("b c", "b d", "b c", "b d"),
    "how wide it is": (
        'data-layout="default"',
        'data-layout="wide"',
        'data-layout="default"',
        'data-layout="wide"',
    ),
    "that it has a width": (' data-layout="default"', "", ' data-layout="default"', ""),
    "a parameter": ('data-p-id="team"', 'data-p-id="crew"', ">team<", ">crew<"),
    "the parameter without a name": (
        'data-p=""',
        'data-p="x"',
        '<ac:parameter ac:name="" />',
        '<ac:parameter ac:name="">x</ac:parameter>',
    ),
    "the language": ("```java", "```scala", ">java<", ">scala<"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_the_markdown_changes_the_same_in_storage(name: str) -> None:
    was, now, stored, expected = EDITS[name]
    markdown = to_markdown(PAGE).text
    assert markdown.count(was) == 1
    assert put_storage(markdown, PAGE, markdown.replace(was, now)).text == PAGE.replace(stored, expected)


NAMELESS = {
    "empty, beside a language": (
        "code",
        PARAMETER.format("", "") + PARAMETER.format("language", "sql"),
        "sql",
    ),
    "empty, alone": ("code", PARAMETER.format("", ""), ""),
    "empty, of another macro": ("noformat", PARAMETER.format("", ""), ""),
    "words, of another macro": ("noformat", PARAMETER.format("", "java"), "java"),
    "words, beside a language": (
        "code",
        PARAMETER.format("", "a") + PARAMETER.format("language", "sql"),
        "sql",
    ),
    "one that is called as its mark": ("code", PARAMETER.format("unnamed", "language"), "unnamed"),
    "an empty one that is called so": ("code", PARAMETER.format("unnamed", ""), "unnamed"),
}


@pytest.mark.parametrize("name", NAMELESS)
def test_no_parameter_of_code_is_lost_or_becomes_another(name: str) -> None:
    macro, parameters, word = NAMELESS[name]
    page = (
        f'<ac:structured-macro ac:name="{macro}">{parameters}<ac:plain-text-body><![CDATA[x]]></ac:plain-text-body>'
        "</ac:structured-macro>"
    )
    markdown = to_markdown(page).text
    assert word in markdown
    back = to_storage(markdown).text
    for parameter in re.findall(r"<ac:parameter.*?</ac:parameter>", page):
        assert parameter in back.replace(" />", "></ac:parameter>")
    assert back.count("<ac:parameter") == page.count("<ac:parameter")


@pytest.mark.parametrize("words", ["", "scala ", "text language='a' ", 'macro="noformat" ', "unnamed='x' "])
def test_what_is_typed_beside_the_mark_of_a_nameless_language_means_something(words: str) -> None:
    markdown = to_markdown(PAGE).text
    edited = markdown.replace("java ", words)
    page = put_storage(markdown, PAGE, edited).text
    assert normal_storage(page) == normal_markdown(edited)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_storage_changes_the_same_in_markdown(name: str) -> None:
    was, now, stored, expected = EDITS[name]
    markdown = to_markdown(PAGE).text
    assert PAGE.count(stored) == 1
    assert put_markdown(PAGE, markdown, PAGE.replace(stored, expected)).text == markdown.replace(was, now)
