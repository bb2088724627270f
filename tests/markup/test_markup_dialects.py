"""Notations that are read and never written keep their form: what changes is the word that was changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from markup_cases import groups
from markup_twins import kept_all

from confsync.markup import normal_markdown, normal_storage, put_markdown, put_storage, to_storage

DIALECTS = [case for group in groups() if group.name in {"dialects", "sites"} for case in group.cases]
WORD = re.compile(r"(?<![\w=])[A-Za-z]{3,}(?![\w=])")


def twins(markdown: str, storage: str) -> Iterator[tuple[str, str]]:
    """Both texts with one word of the text changed, wherever it stands once on either side and means the same."""
    text = re.sub(r'<ac:parameter ac:name="">[^<]*|<[^>]*>', " ", storage)  # an anchor's name is no word
    words = set(WORD.findall(text)) & set(WORD.findall(markdown))
    for word in sorted(words):
        whole = re.compile(rf"(?<!\w){word}(?!\w)")
        if len(whole.findall(storage)) == len(whole.findall(markdown)) == 1:
            pair = whole.sub("zebra", markdown), whole.sub("zebra", storage)
            if normal_markdown(pair[0]) == normal_storage(pair[1]):
                yield pair


@pytest.mark.parametrize("case", DIALECTS, ids=lambda case: case.title)
def test_nothing_changes_where_nothing_changed(case) -> None:
    storage = to_storage(case.markdown).text
    assert put_storage(case.markdown, storage, case.markdown).text == storage
    assert put_markdown(storage, case.markdown, storage).text == case.markdown


@pytest.mark.parametrize("case", DIALECTS, ids=lambda case: case.title)
def test_a_changed_word_changes_in_its_place_and_nothing_else_does(case) -> None:
    storage = to_storage(case.markdown).text
    for markdown, changed in twins(case.markdown, storage):
        assert put_storage(case.markdown, storage, markdown).text == changed
        assert put_markdown(storage, case.markdown, changed).text == markdown


def test_the_words_of_the_cases_are_looked_at() -> None:
    assert sum(len(list(twins(c.markdown, to_storage(c.markdown).text))) for c in DIALECTS) > 50


@pytest.mark.parametrize("case", DIALECTS, ids=lambda case: case.title)
def test_a_paragraph_goes_in_before_and_behind_without_touching_the_rest(case) -> None:
    storage = to_storage(case.markdown).text
    before = put_markdown(storage, case.markdown, "<p>new</p>" + storage).text
    behind = put_markdown(storage, case.markdown, storage + "<p>new</p>").text
    assert kept_all(case.markdown, before)
    assert kept_all(case.markdown, behind)
    assert put_storage(case.markdown, storage, case.markdown + "\nnew\n").text == storage + "<p>new</p>"
