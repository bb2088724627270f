"""Images and formulas that change in Confluence: what stands around them in the file's own notation stays."""

import pytest
from markup_puts import pull

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

BADGE = "x ![al](a.png){ align=left width=300 } y [![i](b.png){ loading=lazy .x }](https://q.example)\n"
PULLED = {
    "a description before attributes": (BADGE, ('"al"', '"new [al]"'), ("![al]", "![new [al]]")),
    "a size among attributes": (BADGE, ('"300"', '"400"'), ("width=300", "width=400")),
    "a file before attributes": (BADGE, ("b.png", "z.png"), ("b.png", "z.png")),
    "a file whose name needs brackets": (BADGE, ("a.png", "c d.png"), ("a.png", "<c d.png>")),
    "a caption before attributes": ('![al](a.png "cap"){ width="300" }\n', (">cap<", ">new<"), ('"cap"', '"new"')),
    "a description before a comment with a size": ("![al](a.png) <!-- width=300 -->\n", ('"al"', '"b"'), ("[al]", "[b]")),
    "a formula on one line": ("x\n\n$$a+bb$$\n\ny\n", ("bb", "cc"), ("bb", "cc")),
    "a formula in a quote": ("> $$a+bb$$\n", ("bb", "cc"), ("bb", "cc")),
    "a formula between brackets": ("\\[\nbb\n\\]\n", ("bb", "cc"), ("bb", "cc")),
    "a formula of MyST with options": ("```{math}\n:label: q\nbb\n```\n", ("bb", "cc"), ("bb", "cc")),
    "the words that a definition is found by": (
        "a wrapped line with the [chat\nroom] and  \nthe *other* [thing] in it\n\n[thing]: https://t.example\n",
        (">thing<", ">new thing<"),
        ("[thing] in", "[new thing][thing] in"),
    ),
    "a mark in words that a definition is found by": (
        "a [some thing][] b\n\n[some thing]: https://t.example\n",
        (">some thing<", "><strong>some</strong> thing<"),
        ("[some thing][]", "[**some** thing][some thing]"),
    ),
    "a word right below a break": ("<br>\n[x](https://y.example) word\n", ("word", "new"), ("word", "new")),
    "a word right below an image": ("<img src='a.png'>\n*some* word\n", ("word", "new"), ("word", "new")),
    "what looks like a table below a tag": (
        "<div>\n\nx\n\n</div>\n|a|b|\n|-|-|\n|word|c|\n",
        ("word", "new"),
        ("word", "new"),
    ),
    "what looks like a heading below a tag": ("</aside>\n# a word\n- b\n", ("word", "new"), ("word", "new")),
    "lines below an item that look like a table": (
        "- [ ] a\n- [x]  word x\n|a|b|\n|-|-|\n|c|d|\n",
        ("word", "new"),
        ("word", "new"),
    ),
    "lines below a quote that look like a table": (
        "> word x\n|a|b|\n|-|-|\n|c|d|\n",
        ("word", "new"),
        ("word", "new"),
    ),
    "the address of a link with more to say": (
        'x <a href="https://e.example/old" data-card-appearance="inline">a <b>b</b></a> y\n',
        ("old", "new"),
        ("old", "new"),
    ),
    "formulas in a line": ("a $bb$ and $$cc$$ {math}`dd` x\n", ("dd", "z"), ("dd", "z")),
}  # fmt: skip


@pytest.mark.parametrize("case", PULLED)
def test_only_what_was_changed_changes_in_the_file(case: str) -> None:
    markdown, change, (old, new) = PULLED[case]
    text, notes = pull(markdown, *change)
    assert text == markdown.replace(old, new, 1)
    assert not notes


TAGS = (
    '<a href="https://x.example"><picture><source srcset="d.png"><img src="a.png" alt="A"></picture></a>\n',
    '<img src="a.png" alt="A" loading="lazy" decoding="async" class="x">\n',
    '<img src="https://x.example/logo.svg" alt="A" width="500" role="img">\n',
    '<p align="center"><img src="a.png" alt="A" fetchpriority="high"/></p>\n',
)


@pytest.mark.parametrize("markdown", TAGS)
def test_an_image_is_an_image_whatever_its_tag_tells_browsers(markdown: str) -> None:
    storage = to_storage(markdown).text
    assert "<ac:image" in storage
    assert "<img" not in storage
    assert put_storage(markdown, storage, markdown).text == storage
    assert put_markdown(storage, markdown, storage + "<p>new</p>").text == markdown + "\nnew\n"


MACRO = (
    '<ac:structured-macro ac:name="view-file"><ac:parameter ac:name="name">'
    '<ri:attachment ri:filename="one.docx" /></ac:parameter></ac:structured-macro>'
)


@pytest.mark.parametrize(
    "storage",
    [
        f"<ol><li>{MACRO}</li><li>x</li></ol>",
        f"<ul><li><p>a</p>{MACRO}</li></ul>",
        f"<blockquote>{MACRO}</blockquote>",
        f"<table><tbody><tr><td>{MACRO}</td></tr></tbody></table>",
    ],
)
def test_a_macro_in_a_container_keeps_its_notation(storage: str) -> None:
    markdown = to_markdown(storage).text
    result = put_markdown(storage, markdown, storage.replace("one", "two"))
    assert result.text == markdown.replace("one", "two")
    assert "ac:" not in result.text
    assert not result.notes


def test_a_block_between_html_and_the_text_below_it_makes_no_raw_storage() -> None:
    markdown = "x\n\n<table>\n  <tr>\n    <th>a</th>\n  </tr>\n</table>\n{{< note >}}\nb\n\ny\n"
    storage = to_storage(markdown).text
    changed = storage.replace("</table>", "</table><p>new</p>")
    text = put_markdown(storage, markdown, changed).text
    assert text == "x\n\n| a |\n| --- |\n\nnew\n\n\\{{< note >}} b\n\ny\n"


def test_a_link_with_more_to_say_keeps_the_order_of_its_attributes_on_the_page() -> None:
    storage = '<p>x <a rel="nofollow" href="https://e.example/old" class="external-link">a</a> y</p>'
    markdown = to_markdown(storage).text
    assert put_storage(markdown, storage, markdown.replace("old", "new")).text == storage.replace(
        "old", "new"
    )


SPREAD = (
    (
        '<p><ac:image>\n<ri:attachment ri:filename="a.png">\n<ri:page ri:content-title="T" />\n</ri:attachment>\n'
        "</ac:image></p>"
    ),
    '<p><ac:image>\n<ri:url ri:value="https://x.example/a.png">\n</ri:url>\n</ac:image></p>',
    '<p><ac:link>\n<ri:page ri:content-title="T">\n</ri:page>\n<ac:link-body>x</ac:link-body>\n</ac:link></p>',
)


@pytest.mark.parametrize("storage", SPREAD)
def test_line_ends_within_what_an_element_points_to_say_nothing(storage: str) -> None:
    markdown = to_markdown(storage).text
    assert "ac:" not in markdown
    assert normal_markdown(markdown) == normal_storage(storage) == normal_storage(storage.replace("\n", ""))
    assert put_storage(markdown, storage, markdown + "\nnew\n").text == storage + "<p>new</p>"


@pytest.mark.parametrize("file", ["one.png", "two.png"])
def test_an_image_of_the_page_does_not_learn_that_the_file_has_it_as_a_tag(file: str) -> None:
    storage = (
        '<table><tbody><tr><th>a</th><td><p>b</p><p>c</p></td></tr><tr><td><ac:image><ri:attachment ri:filename="one.png" />'
        '</ac:image></td><td>x <ac:image ac:align="center" ac:width="20"><ri:attachment ri:filename="two.png" /></ac:image>'
        "</td></tr></tbody></table>"
    )
    markdown = to_markdown(storage).text
    assert put_storage(markdown, storage, markdown.replace(file, "new.png")).text == storage.replace(
        file, "new.png"
    )
