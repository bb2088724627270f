"""Lists of decisions of Cloud's new editor can be read and edited in the file, and nothing else changes."""

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

ITEM = (
    '<ac:adf-node type="decision-item"><ac:adf-attribute key="local-id">{}</ac:adf-attribute>'
    '<ac:adf-attribute key="state">{}</ac:adf-attribute><ac:adf-content>{}</ac:adf-content></ac:adf-node>'
)
LIST = '<ac:adf-extension><ac:adf-node type="decision-list"><ac:adf-attribute key="local-id">a</ac:adf-attribute>{}</ac:adf-node>{}</ac:adf-extension>'
ITEMS = ITEM.format("b1", "DECIDED", "We <strong>do</strong> it now") + ITEM.format(
    "b2", "UNDECIDED", "Later"
)
STORAGE = f"<p>before</p>{LIST.format(ITEMS, '')}<p>behind</p>"
COPY = "<ac:adf-fallback><ul><li>We do it now</li><li>Later</li></ul></ac:adf-fallback>"
MARKDOWN = """before

<div data-confluence="adf-decision-list">

<div data-confluence="adf-decision-item" state="DECIDED">

We **do** it now

</div>

<div data-confluence="adf-decision-item" state="UNDECIDED">

Later

</div>

</div>

behind
"""


def test_decisions_are_words_in_the_file_and_come_back() -> None:
    told = to_markdown(STORAGE)
    assert (told.text, told.notes) == (MARKDOWN, ())
    assert normal_markdown(MARKDOWN) == normal_storage(STORAGE)
    assert normal_storage(to_storage(MARKDOWN).text) == normal_storage(STORAGE)


@pytest.mark.parametrize(("old", "new"), [("Later", "Sooner"), ("now", "soon"), ("UNDECIDED", "DECIDED")])
def test_a_change_on_either_side_is_that_change_on_the_other(old: str, new: str) -> None:
    changed = STORAGE.replace(f">{old}", f">{new}").replace(f" {old}", f" {new}")
    assert put_storage(MARKDOWN, STORAGE, MARKDOWN.replace(old, new)).text == changed
    assert put_markdown(STORAGE, MARKDOWN, changed).text == MARKDOWN.replace(old, new)


def test_a_decision_more_or_less_leaves_the_page_around_it() -> None:
    last = MARKDOWN.index('<div data-confluence="adf-decision-item" state="UNDECIDED">')
    end = MARKDOWN.index("</div>", last) + len("</div>\n\n")
    less = put_storage(MARKDOWN, STORAGE, MARKDOWN[:last] + MARKDOWN[end:]).text
    assert less == STORAGE.replace(ITEM.format("b2", "UNDECIDED", "Later"), "")
    more = put_storage(
        MARKDOWN, STORAGE, MARKDOWN[:end] + MARKDOWN[last:end].replace("Later", "Never") + MARKDOWN[end:]
    )
    assert "Never" in more.text
    assert more.text.startswith("<p>before</p><ac:adf-extension>")
    assert more.text.endswith("</ac:adf-extension><p>behind</p>")
    assert normal_storage(more.text).count("decision-item") == 3


def test_the_copy_for_old_renderers_goes_with_the_words_that_it_repeats() -> None:
    storage = LIST.format(ITEMS, COPY)
    markdown = to_markdown(storage).text
    assert put_storage(markdown, storage, markdown).text == storage
    assert put_storage(markdown, storage, markdown.replace("Later", "Sooner")).text == LIST.format(
        ITEMS.replace("Later", "Sooner"), ""
    )


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "words",
        "<p>x</p>",
        '<ac:adf-node type="decision-item">words</ac:adf-node>',
        '<ac:adf-node type="other"><ac:adf-content>x</ac:adf-content></ac:adf-node>',
    ],
)
def test_what_is_no_list_of_decisions_stays_as_it_is(inner: str) -> None:
    storage = LIST.format(inner, "")
    markdown = to_markdown(storage).text
    assert "{=confluence}" in markdown
    assert normal_markdown(markdown) == normal_storage(storage)
