"""Blocks that come to stand beside others: both keep their bytes, and neither becomes part of the other."""

from markup_puts import pull, push

from confsync.markup import put_markdown, put_storage, to_markdown, to_storage

FENCE = "  ```js\n  run()\n  ```"
"""Code that its author indented by two: behind a list it would be part of the last item."""


def test_a_paragraph_that_becomes_a_list_does_not_take_the_indented_code_behind_it() -> None:
    file = f"* a\n\ntext\n\nwords\n\n{FENCE}\n"
    got = pull(file, "<p>words</p>", "<ul><li>words</li></ul>")
    assert got == (f"* a\n\ntext\n\n* words\n\n<!-- -->\n\n{FENCE}\n", "")


def test_indented_code_that_moves_behind_a_list_keeps_its_indentation() -> None:
    file = f"- one\n\n- two\n\n## A\n\n## B\n\n{FENCE}\n"
    storage = (
        "<ul><li><p>one</p></li><li><p>two</p></li></ul><h2>A</h2><h2>B</h2>"
        '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">js</ac:parameter>'
        "<ac:plain-text-body><![CDATA[run()]]></ac:plain-text-body></ac:structured-macro>"
    )
    code = storage[storage.index("<ac:") :]
    got = pull(file, storage[storage.index("<h2>") :], f"{code}<h2>B</h2><h2>A</h2>", storage)
    assert got == (f"- one\n\n- two\n\n<!-- -->\n\n{FENCE}\n\n## B\n\n## A\n", "")


def test_items_that_are_all_written_anew_keep_the_bytes_around_their_words() -> None:
    storage = '<ul>\n  <li local-id="a"><p>one</p> </li>\n  <li local-id="b"><p>two</p></li>\n</ul>'
    got = push(storage, "- one\n- two", "- three\n- four")
    assert got == (storage.replace("one", "three").replace("two", "four"), "")


def test_paragraphs_that_are_all_written_anew_keep_their_ids() -> None:
    storage = '<p local-id="a">one</p>\n<p local-id="b">two words</p><h2>end</h2>'
    got = push(storage, "one\n\ntwo words", "quite\n\nother text")
    assert got == (storage.replace("one", "quite").replace("two words", "other text"), "")


def test_a_quote_typed_without_blanks_gives_its_lines_back() -> None:
    file = "text\n\n>__Note__: some\n>words\n\nend\n"
    storage = "<p>text</p><blockquote><p><strong>Note</strong>: some words</p></blockquote><p>end</p>"
    plain = storage.replace("<blockquote>", "").replace("</blockquote>", "")
    assert pull(file, storage, plain, storage) == ("text\n\n__Note__: some\nwords\n\nend\n", "")


def test_a_quote_may_stand_right_below_an_underlined_heading() -> None:
    file = "Head\n----\nSome text\nof it.\n\nend\n"
    storage = "<h2>Head</h2><p>Some text of it.</p><p>end</p>"
    quoted = storage.replace("<p>Some text of it.</p>", "<blockquote><p>Some text of it.</p></blockquote>")
    assert pull(file, storage, quoted, storage) == ("Head\n----\n> Some text\n> of it.\n\nend\n", "")


def test_a_term_that_becomes_a_heading_leaves_the_other_definitions_as_they_are() -> None:
    file = "One\n: first\n\nTwo\n: second\n  wrapped\n\nend\n"
    got = pull(file, "<p><strong>Two</strong></p>", "<h3>Two</h3>")
    assert got[0] == "One\n: first\n\n### Two\n- second wrapped\n\nend\n"


def test_text_that_comes_to_stand_before_a_closing_tag_is_kept_apart_from_it() -> None:
    file = '<Tabs>\n  <TabItem label="A">\n\none\n\n  </TabItem>\n  <TabItem label="B">\n\ntwo\n\n  </TabItem>\n</Tabs>\n\nend\n'
    storage = to_storage(file).text
    box = storage[storage.index("<ac:structured-macro", 9) : storage.index("<p>end")]
    got = put_markdown(storage, file, storage.replace(box, "<p>two</p>"))
    expect = '<Tabs>\n  <TabItem label="A">\n\none\n\n  </TabItem>\n\n  two\n\n</Tabs>\n\nend\n'
    assert (got.text, got.notes) == (expect, ())


def test_what_a_box_held_keeps_its_own_ids_when_the_box_goes() -> None:
    inner = (
        '<ac:structured-macro ac:name="expand" ac:macro-id="inner"><ac:parameter ac:name="title">In</ac:parameter>'
        "<ac:rich-text-body><p>some words of it</p></ac:rich-text-body></ac:structured-macro>"
    )
    outer = f'<ac:structured-macro ac:name="expand" ac:macro-id="outer"><ac:rich-text-body>{inner}</ac:rich-text-body></ac:structured-macro>'
    base, new = to_markdown(f"<p>a</p>{outer}").text, to_markdown(f"<p>a</p>{inner}").text
    assert put_storage(base, f"<p>a</p>{outer}", new).text == f"<p>a</p>{inner}"


def test_text_in_the_place_of_a_lone_image_is_a_paragraph() -> None:
    storage = '<p>a</p><ac:image><ri:attachment ri:filename="i.png" /></ac:image>'
    assert push(storage, "![](i.png)", "some text")[0] == "<p>a</p><p>some text</p>"


def test_code_that_is_no_cdata_stays_so() -> None:
    storage = '<ac:structured-macro ac:name="code"><ac:plain-text-body>a &lt; b</ac:plain-text-body></ac:structured-macro>'
    assert push(storage, "a < b", "a < c") == (storage.replace("b<", "c<"), "")


def test_of_equal_blocks_the_one_in_its_place_stays() -> None:
    cells = "".join(f"<ac:layout-cell>\n<p>{x}</p>\n</ac:layout-cell>" for x in ("same", "same", "other"))
    storage = f'<ac:layout><ac:layout-section ac:type="three_equal">{cells}</ac:layout-section></ac:layout>'
    assert push(storage, "same", "new", None) == (storage.replace("same", "new", 1), "")


def test_a_list_and_a_rule_may_stand_right_below_a_quote() -> None:
    file = "some text\n- a\n- b\n\nmore text\n***\nend\n"
    storage = to_storage(file).text
    quoted = storage.replace("<p>some text</p>", "<blockquote><p>some text</p></blockquote>")
    quoted = quoted.replace("<p>more text</p>", "<blockquote><p>more text</p></blockquote>")
    expect = file.replace("some text", "> some text").replace("more text", "> more text")
    assert put_markdown(storage, file, quoted).text == expect


def test_a_tag_that_is_indented_stays_so_when_something_comes_before_it() -> None:
    file = '<Tabs>\n  <TabItem label="A">\n\none\n\n  </TabItem>\n  <TabItem label="B">\n\ntwo\n\n  </TabItem>\n</Tabs>\n'
    storage = to_storage(file).text
    at = storage.index("<ac:structured-macro", 9)
    got = put_markdown(storage, file, storage[:at] + "<p>new</p>" + storage[at:])
    expect = file.replace('  <TabItem label="B">', '\nnew\n\n  <TabItem label="B">')
    assert (got.text, got.notes) == (expect, ())


def test_definitions_keep_their_indentation_when_all_around_them_goes() -> None:
    file = "one\n\n  [a]: x.md\n  [b]: y.md\n\ntwo [b]\n\n  [c]: z.md\n\nthree [c]\n"
    storage = to_storage(file).text
    got = put_markdown(storage, file, storage[storage.index("<p>three") :])
    assert got.text == "  [a]: x.md\n  [b]: y.md\n\n  [c]: z.md\n\nthree [c]\n"
