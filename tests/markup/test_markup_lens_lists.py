"""Lists that become other lists, and items that go deeper or up: their words, wraps and nested items stay."""

import re

import pytest
from markup_puts import pull

from confsync.markup import normal_storage, put_markdown, put_storage, to_markdown, to_storage

WRAPPED = "* one\n* two that is\n  wrapped\n    * below\n    * below too\n* three\n"
BELOW = "<ul><li><p>below</p></li><li><p>below too</p></li></ul>"


def test_bullets_that_become_numbers_keep_their_lines() -> None:
    file = "Some text.\n\n" + WRAPPED
    numbers = "1. one\n2. two that is\n   wrapped\n     * below\n     * below too\n3. three\n"
    items = f"<li>one</li><li>two that is wrapped{BELOW}</li><li>three</li>"
    head, bullets = "<p>Some text.</p>", f"<ul>{items}</ul>"
    assert pull(file, bullets, f"<ol>{items}</ol>", head + bullets) == ("Some text.\n\n" + numbers, "")


def test_numbers_that_become_bullets_keep_their_lines() -> None:
    file = "* other\n\ntext\n\n3) one\n   wrapped\n\n   more\n4) two\n"
    storage = '<ul><li>other</li></ul><p>text</p><ol start="3"><li><p>one wrapped</p><p>more</p></li><li><p>two</p></li></ol>'
    new = storage.replace('<ol start="3">', "<ul>").replace("</ol>", "</ul>")
    assert pull(file, storage, new, storage) == (
        "* other\n\ntext\n\n* one\n   wrapped\n\n   more\n* two\n",
        "",
    )


def test_a_list_that_becomes_like_the_one_behind_it_stays_apart() -> None:
    file = "- a\n\n1. b\n"
    storage = "<ul><li><p>a</p></li></ul><ol><li><p>b</p></li></ol>"
    got = pull(file, "<ul><li><p>a</p></li></ul>", "<ol><li><p>a</p></li></ol>", storage)
    assert got == ("1. a\n\n<!-- -->\n\n1. b\n", "")


def test_an_item_that_goes_up_leaves_its_indentation_behind() -> None:
    up = "<ul><li><p>below</p></li></ul></li><li><p>below too</p></li>"
    assert pull(WRAPPED, BELOW + "</li>", up) == (WRAPPED.replace("    * below too", "* below too"), "")


def test_an_item_that_goes_down_is_indented_as_those_there() -> None:
    down = BELOW.replace("</ul>", "<li><p>three</p></li></ul></li></ul>")
    assert pull(WRAPPED, BELOW + "</li><li><p>three</p></li></ul>", down) == (
        WRAPPED.replace("* three", "    * three"),
        "",
    )


def test_an_item_goes_down_with_what_is_below_it() -> None:
    file = "- a\n    - b\n- c\n  wrapped\n  - d\n"
    storage = "<ul><li>a<ul><li>b</li></ul></li><li>c wrapped<ul><li>d</li></ul></li></ul>"
    down = "<ul><li>a<ul><li>b</li><li>c wrapped<ul><li>d</li></ul></li></ul></li></ul>"
    assert pull(file, storage, down, storage) == ("- a\n    - b\n    - c\n      wrapped\n      - d\n", "")


def test_a_delimiter_row_keeps_the_width_of_its_cells() -> None:
    file = "| Name | Value  |\n|------|:------:|\n| a    | b      |\n"
    storage = (
        '<table><tbody><tr><th>Name</th><th style="text-align: center;">Value</th></tr>'
        '<tr><td>a</td><td style="text-align: center;">b</td></tr></tbody></table>'
    )
    plain = storage.replace(' style="text-align: center;"', "")
    assert pull(file, storage, plain, storage) == (file.replace(":------:", "--------"), "")
    right = storage.replace("center", "right")
    assert pull(file, storage, right, storage) == (file.replace(":------:", "-------:"), "")


def test_an_item_that_takes_in_a_long_one_below_it_is_still_itself() -> None:
    long = "".join(f"<p>word{n} of it</p>" for n in range(9))
    storage = f'<ul><li local-id="a"><p>one two</p></li><li local-id="b"><p>other</p>{long}</li></ul>'
    inner = f'<li local-id="b"><p>other</p>{long}</li>'
    down = f'<ul><li local-id="a"><p>one two</p><ul>{inner}</ul></li></ul>'
    base, new = to_markdown(storage).text, to_markdown(down).text
    assert put_storage(base, storage, new).text == down


def test_a_list_that_takes_in_the_paragraph_behind_it_keeps_its_ids() -> None:
    text = " ".join(f"word{n}" for n in range(40))
    storage = f'<ul local-id="l"><li local-id="i"><p>one two</p></li></ul><p local-id="p">{text}</p>'
    inside = f'<ul local-id="l"><li local-id="i"><p>one two</p><p local-id="p">{text}</p></li></ul>'
    assert put_storage(to_markdown(storage).text, storage, to_markdown(inside).text).text == inside


@pytest.mark.parametrize(("align", "rule"), [("center", ":---:"), ("right", "----:")])
def test_a_column_gets_any_alignment_in_the_width_of_its_cell(align: str, rule: str) -> None:
    file = "| Name | Val |\n|------|-----|\n| a    | b   |\n"
    storage = to_storage(file).text
    new = re.sub(r"<p>(Val|b)<", rf'<p style="text-align: {align};">\1<', storage)
    assert pull(file, storage, new, storage) == (file.replace("-----|\n", rule + "|\n"), "")


FRUIT = "Apple\n  : a\n\n    more\n\nOrange\n  : b\n  : c\n\nPear\n  : d\n\nend\n"
TERM, ITEMS = "<p><strong>Orange</strong></p>", "<ul><li><p>b</p></li><li><p>c</p></li></ul>"


@pytest.mark.parametrize(
    ("gone", "before", "after"),
    [
        (TERM + ITEMS, "Orange\n  : b\n  : c\n\n", ""),
        (TERM, "Orange\n  : b\n  : c\n", "- b\n- c\n"),
        (ITEMS, "Orange\n  : b\n  : c\n", "**Orange**\n"),
        ("<li><p>b</p></li>", "  : b\n", ""),
        ("<p>more</p>", "\n    more\n", ""),
    ],
)
def test_what_goes_of_a_definition_list_leaves_all_other_terms_as_they_stand(
    gone: str, before: str, after: str
) -> None:
    storage = to_storage(FRUIT).text
    assert gone in storage
    got = put_markdown(storage, FRUIT, storage.replace(gone, ""))
    assert (got.text, got.notes) == (FRUIT.replace(before, after), ())


def test_a_definition_more_stands_where_those_around_it_stand() -> None:
    storage = to_storage(FRUIT).text
    new = storage.replace("<li><p>b</p></li>", "<li><p>b</p></li><li><p>x</p></li>")
    assert put_markdown(storage, FRUIT, new).text == FRUIT.replace("  : b\n", "  : b\n  : x\n")


@pytest.mark.parametrize(
    ("file", "start"),
    [
        ("1. a\n\n## H\n\n2. b\n3. c\n", "2"),
        ("1. a\n\n## H\n\n3. c\n", "3"),
        ("2. b\n3. c\n", ""),
        ("3. c\n", ""),
        ("2. b\n1. a\n3. c\n", ""),
    ],
)
def test_a_list_cut_in_two_goes_on_counting_and_one_that_lost_its_first_item_begins_at_one(
    file: str, start: str
) -> None:
    base = "1. a\n2. b\n3. c\n"
    got = put_storage(base, to_storage(base).text, file).text
    assert re.findall(r'<ol start="(\d+)">', got) == ([start] if start else [])


def test_a_word_that_another_list_begins_with_too_does_not_keep_the_number_of_a_lost_item() -> None:
    base = "1. a\n2. b\n\nx\n\n1. a\n2. q\n"
    storage = to_storage(base).text
    assert put_storage(base, storage, base.removeprefix("1. a\n")).text == storage.replace(
        "<li><p>a</p></li>", "", 1
    )


TABBED = "- parent\n\t- child one\n\t- child two\n\t\t- deep\n- other\n"


@pytest.mark.parametrize(
    ("was", "now", "expect"),
    [
        ("<p>child one</p>", "<p>child one</p><p>new</p>", "one\n\n\t  new\n"),
        ("<p>child one</p>", "<p>child one</p><h3>new</h3>", "one\n\n\t  ### new\n"),
        ("<li><p>child two</p>", "<li><p>new</p></li><li><p>child two</p>", "one\n\t- new\n"),
        ("<p>child one</p>", "<p>child one</p><ul><li><p>new</p></li></ul>", "one\n\t  - new\n"),
    ],
)
def test_what_comes_into_items_below_a_tab_stands_in_them_and_changes_no_other_line(
    was: str, now: str, expect: str
) -> None:
    storage = to_storage(TABBED).text
    got = put_markdown(storage, TABBED, storage.replace(was, now))
    blanks = got.text.replace("      ", "\t  ")
    assert (blanks, got.notes) == (TABBED.replace("one\n", expect), ())


FENCED = "- parent\n\t- child\n\t\t```sh\n\t\tone\n\t\ttwo\n\t\t```\n\t- last\n"


def test_code_below_tabs_keeps_the_lines_that_did_not_change() -> None:
    storage = to_storage(FENCED).text
    got = put_markdown(storage, FENCED, storage.replace("one\n", "one\nnew\n"))
    assert (got.text.replace("      new", "\t\tnew"), got.notes) == (
        FENCED.replace("one\n", "one\n\t\tnew\n"),
        (),
    )
    above = "<p>child</p>"
    got = put_markdown(storage, FENCED, storage.replace(above, f"{above}<p>new</p>"))
    assert got.text == FENCED.replace("child\n", "child\n\n      new\n")
    assert got.notes == ()


@pytest.mark.parametrize(
    ("storage", "expect"),
    [
        ("<ul><li><hr /><p>a</p></li><li><p>b</p></li></ul>", "- ***\n\n  a\n\n- b\n"),
        ("<ul><li><hr /></li></ul>", "- ***\n"),
        ("<ol><li><hr /><p>a</p></li></ol>", "1. ---\n\n   a\n"),
    ],
)
def test_a_rule_that_begins_an_item_is_of_another_character_than_its_marker(
    storage: str, expect: str
) -> None:
    assert to_markdown(storage).text == expect
    assert normal_storage(to_storage(expect).text) == normal_storage(storage)
