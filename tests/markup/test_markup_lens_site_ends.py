"""Ends of sites' tags that stand between blocks, after edits on the page: cards, groups, tabs that a rule ends."""

from confsync.markup import normal_storage, put_markdown, to_storage

CARDS = """\
<CardGroup>
<Card title="First one" href="alpha">
content one
</Card>
<Card title="Second one" href="beta">
content two
</Card>
</CardGroup>

other
"""
INDENTED = """\
<Columns>
    <Card title="Inner" href="x">
        deep words
        {: .cls }

        second words
    </Card>
    first block
    {: .lead }

    second block
</Columns>

tail
"""
TABS = "para\n\n# [A](#tab/a)\n\none\n\n# [B](#tab/b)\n\ntwo\n\n---\n"


def pulled(file: str, old: str, new: str) -> str:
    """Return the file after an edit on its page, which it reads as."""
    storage = to_storage(file).text
    assert storage.count(old) == 1
    got = put_markdown(storage, file, storage.replace(old, new))
    assert normal_storage(to_storage(got.text).text) == normal_storage(storage.replace(old, new))
    return got.text


def test_an_address_changed_on_the_page_changes_in_the_tag_of_a_card() -> None:
    for old, new in (("alpha", "gamma"), ("beta", "https://example.com/d?a=1&b=2")):
        escaped = new.replace("&", "&amp;")
        assert pulled(CARDS, f'href="{old}"', f'href="{escaped}"') == CARDS.replace(old, new)


def test_a_title_that_is_no_link_any_more_takes_the_end_of_its_card_along() -> None:
    got = pulled(CARDS, '<a href="beta">Second one</a>', "Second one")
    assert got == CARDS.replace(
        '<Card title="Second one" href="beta">\ncontent two\n</Card>', "Second one\n\ncontent two"
    )


def test_a_card_deleted_on_the_page_leaves_no_stray_end() -> None:
    got = pulled(CARDS, '<p><a href="alpha">First one</a></p><p>content one</p>', "")
    assert got == CARDS.replace('<Card title="First one" href="alpha">\ncontent one\n</Card>\n', "")


def test_the_title_of_a_card_moved_away_leaves_what_it_stood_above() -> None:
    got = pulled(
        CARDS, '<p><a href="alpha">First one</a></p><p>content one</p>', "<p>content one</p><p>new</p>"
    )
    assert "</Card>\n<Card" not in got.replace('href="beta">\ncontent two\n</Card>', "")
    assert got.count("<Card ") == got.count("</Card>") == 1


def test_what_is_new_before_or_behind_cards_stands_outside_of_them() -> None:
    first = '<p><a href="alpha">First one</a></p>'
    assert pulled(CARDS, first, f"<p>new</p>{first}") == f"new\n\n{CARDS}"
    alone = "above\n\n" + CARDS.removesuffix("\nother\n")
    assert pulled(alone, "<p>content two</p>", "<p>content two</p><p>new</p>") == f"{alone}\nnew\n"
    below = f"above\n\n{CARDS}"
    assert pulled(below, first, f"<h2>new</h2>{first}") == f"above\n\n## new\n\n{CARDS}"


def test_a_title_that_loses_its_card_takes_the_indentation_of_what_it_held_along() -> None:
    got = pulled(INDENTED, '<a href="x">Inner</a>', "Inner")
    assert got == (
        "<Columns>\n    Inner\n\n    deep words\n    {: .cls }\n\n    second words\n\n    first block\n    {: .lead }\n\n"
        "    second block\n</Columns>\n\ntail\n"
    )


def test_the_first_block_of_an_indented_group_goes_with_its_attribute_list() -> None:
    assert pulled(INDENTED, "<p>deep words</p>", "") == INDENTED.replace(
        "        deep words\n        {: .cls }\n", ""
    )
    assert pulled(INDENTED, "<p>first block</p>", "") == INDENTED.replace(
        "    first block\n    {: .lead }\n\n", ""
    )


def test_what_is_new_in_an_indented_group_is_indented_as_its_neighbours() -> None:
    items = "<ul><li><p>a</p></li><li><p>b</p></li></ul>"
    got = pulled(INDENTED, "<p>second words</p>", f"{items}<p>second words</p>")
    assert got == INDENTED.replace("        second", "        - a\n        - b\n\n        second")
    first = pulled(INDENTED, "<p>deep words</p>", "<h3>new</h3><p>deep words</p>")
    assert first == INDENTED.replace("        deep", "\n        ### new\n        deep")
    assert pulled(INDENTED, "<p>second block</p>", items) == INDENTED.replace(
        "    second block\n", "    - a\n    - b\n\n"
    )


def test_a_block_behind_tabs_at_the_end_of_a_file_stands_behind_their_rule() -> None:
    storage = to_storage(TABS).text
    got = put_markdown(storage, TABS, f"{storage}<p>new</p>")
    assert (got.text, got.notes) == (f"{TABS}\nnew\n", ())


def test_a_block_between_tabs_is_kept_out_of_the_one_before_it_by_a_rule() -> None:
    expand = '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">B<'
    got = pulled(TABS, expand, f"<p>new</p>{expand}")
    assert got == TABS.replace("# [B]", "---\n\nnew\n\n# [B]")


def test_tabs_that_are_plain_text_now_leave_no_rule_that_would_be_shown() -> None:
    storage = to_storage(TABS).text
    begin = storage.index("<ac:structured-macro", storage.index("one"))
    got = put_markdown(storage, TABS, f"{storage[:begin]}<p>two</p>")
    assert got.text == "para\n\n# [A](#tab/a)\n\none\n\n---\n\ntwo\n"
    got = put_markdown(storage, TABS, "<p>para</p><p>two</p>")
    assert got.text == "para\n\ntwo\n"


def test_another_page_of_the_site_stays_in_the_template_of_its_link() -> None:
    for template in ('{{< ref "guide/x.md#s" >}}', '{{% relref "guide/x.md#s" %}}'):
        file = f"See [the guide]({template}) and\nmore.\n"
        assert pulled(file, "guide/x.md#s", "guide/y.md") == file.replace("guide/x.md#s", "guide/y.md")
        there = "https://example.com/"
        assert pulled(file, "guide/x.md#s", there) == file.replace(template, there)


def test_a_title_of_a_tab_takes_punctuation_and_keeps_its_notation() -> None:
    file = '=== "One"\n\n    x\n\n=== "Two"\n\n    y\n'
    assert pulled(file, ">One<", ">One: why?<") == file.replace("One", "One: why?")


def test_cards_in_cards_that_lose_their_titles_lose_both_ends() -> None:
    file = '<Card title="A" href="a">\n  <Card title="B" href="b">\n    words\n  </Card>\n</Card>\n\nend\n'
    storage = to_storage(file).text
    plain = storage.replace('<a href="a">A</a>', "A").replace('<a href="b">B</a>', "B")
    assert put_markdown(storage, file, plain).text == "A\n\nB\n\nwords\n\nend\n"
    assert put_markdown(storage, file, "<p>words</p><p>end</p>").text == "words\n\nend\n"
