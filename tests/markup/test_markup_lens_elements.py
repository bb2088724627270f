"""What an element says besides what was edited stays: ids, layout, cards, widths, comments. Exact bytes, both ways."""
# ruff: noqa: ISC004  # long examples are cut where they read best

import pytest
from markup_puts import pull, push

from confsync.markup import NoteKind, normal_storage, put_markdown, put_storage, to_markdown, to_storage

MARKER = '<ac:inline-comment-marker ac:ref="r">'
IMAGE = (
    '<ac:image ac:alt="pic" ac:layout="center" ac:original-width="100" ac:local-id="L"><ri:attachment ri:filename="a.png" '
    'ri:version-at-save="3" /><ac:caption><p local-id="c">cap one</p></ac:caption></ac:image>'
)
STATUS = (
    '<p>x <ac:structured-macro ac:name="status" ac:schema-version="1" ac:macro-id="m"><ac:parameter ac:name="title">OK'
    '</ac:parameter><ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro> y</p>'
)
LINK = (
    '<p>x <ac:link ac:local-id="k"><ri:page ri:content-title="T" ri:version-at-save="2" /><ac:link-body>{}</ac:link-body>'
    "</ac:link> y</p>"
)
PANEL = (
    '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content>'
    '<p local-id="1">Hello {} world</p></ac:adf-content></ac:adf-node>{}</ac:adf-extension>'
)
FALLBACK = "<ac:adf-fallback><div>Hello there world</div></ac:adf-fallback>"
WIDE = (
    '<table local-id="t"><colgroup><col style="width: 1.0px;" /><col style="width: 2.0px;" /></colgroup><tbody><tr>{}</tr>'
    "<tr>{}</tr></tbody></table>"
)
HEAD = ('<th local-id="a">A</th>', '<th local-id="b">B</th>')
BODY = ('<td local-id="c">1</td>', '<td local-id="d">2</td>')

PUSHED = {
    "a caption": (IMAGE, "cap one", "cap two", IMAGE.replace("cap one", "cap two")),
    "an image's text": (IMAGE, "![pic]", "![the picture]", IMAGE.replace('"pic"', '"the picture"')),
    "another picture": (
        IMAGE, "a.png", "b.png", IMAGE.replace('"a.png" ri:version-at-save="3"', '"b.png"')),
    "an image between words": (
        f"<p>x {IMAGE} y</p>", "![pic]", "![new]", f"<p>x {IMAGE} y</p>".replace('"pic"', '"new"')),
    "a status": (STATUS, ">OK<", ">Late<", STATUS.replace(">OK<", ">Late<")),
    "the colour of a status": (STATUS, "Green", "Red", STATUS.replace("Green", "Red")),
    "a date": ('<p>x <time datetime="2020-01-01" local-id="t" /> y</p>', "2020", "2021",
               '<p>x <time datetime="2021-01-01" local-id="t" /> y</p>'),
    "a mention": ('<p>x <ac:link ac:local-id="k"><ri:user ri:account-id="1" ri:local-id="z" /></ac:link> y</p>', "=1", "=2",
                  '<p>x <ac:link ac:local-id="k"><ri:user ri:account-id="2" ri:local-id="z" /></ac:link> y</p>'),
    "where a link with a body of its own leads": (
        LINK.format("that <b>page</b>"), "title=T", "title=U",
        LINK.format("that <b>page</b>").replace('"T" ri:version-at-save="2"', '"U"')),
    "where a link that shows its page's title leads": (
        LINK.format("T"), "title=T", "title=U", LINK.format("T").replace('"T" ri:version-at-save="2"', '"U"')),
    "the content beside a fallback, which would show the old one": (
        PANEL.format("there", FALLBACK), "there", "dear", PANEL.format("dear", "")),
    "a neighbour of a fallback": (
        PANEL.format("there", FALLBACK) + "<p>end</p>", "end", "fin", PANEL.format("there", FALLBACK) + "<p>fin</p>"),
    "a parameter of a macro that has a paragraph to itself": (
        '<p local-id="p"><ac:structured-macro ac:name="children" ac:macro-id="m"><ac:parameter ac:name="sort">title'
        "</ac:parameter></ac:structured-macro></p><p>end</p>", "title", "creation",
        '<p local-id="p"><ac:structured-macro ac:name="children" ac:macro-id="m"><ac:parameter ac:name="sort">creation'
        "</ac:parameter></ac:structured-macro></p><p>end</p>"),
    "a paragraph that is cut in two, inside of a comment": (
        f'<p local-id="p">One <b>alpha</b> {MARKER}two three</ac:inline-comment-marker> four.</p><p>x</p>',
        "two three", "two\n\nthree",
        f'<p local-id="p">One <b>alpha</b> {MARKER}two</ac:inline-comment-marker></p><p>{MARKER}three</ac:inline-comment-marker>'
        " four.</p><p>x</p>"),
    "a paragraph that is cut in two, and a word more": (
        f'<p local-id="p">One alpha two. Three {MARKER}four</ac:inline-comment-marker> five.</p>',
        "Three", "\n\nAnd three",
        f'<p local-id="p">One alpha two.</p><p>And three {MARKER}four</ac:inline-comment-marker> five.</p>'),
    "the text of an item that is cut in two": (
        f"<ul><li>One alpha two. Three {MARKER}four</ac:inline-comment-marker> five.</li></ul>", "two. Three", "two.\n\n  Three",
        f"<ul><li><p>One alpha two.</p><p>Three {MARKER}four</ac:inline-comment-marker> five.</p></li></ul>"),
    "two paragraphs that become one": (
        f'<p local-id="p">One alpha two.</p>\n<p local-id="q">Three {MARKER}four</ac:inline-comment-marker> <b>five</b>.</p><p>x</p>',
        "two.\n\nThree", "two, three",
        f'<p local-id="p">One alpha two, three {MARKER}four</ac:inline-comment-marker> <b>five</b>.</p><p>x</p>'),
    "bold words that are bold no more, and the comment on one of them": (
        f"<p>x <strong>beta {MARKER}gamma</ac:inline-comment-marker></strong> c</p>", "**beta gamma**", "beta gamma",
        f"<p>x beta {MARKER}gamma</ac:inline-comment-marker> c</p>"),
    "commented words that become a link": (
        f"<p>x {MARKER}beta gamma</ac:inline-comment-marker> c</p>", "beta gamma", "[beta gamma](https://a.example)",
        f'<p>x {MARKER}<a href="https://a.example">beta gamma</a></ac:inline-comment-marker> c</p>'),
    "a link that is none any more": (
        f'<p>x <a href="https://a.example">beta {MARKER}gamma</ac:inline-comment-marker></a> c</p>',
        "[beta gamma](https://a.example)", "beta gamma", f"<p>x beta {MARKER}gamma</ac:inline-comment-marker> c</p>"),
    "a paragraph that goes into a quote and gets a word": (
        f'<p local-id="p">One <b>alpha</b> {MARKER}two</ac:inline-comment-marker> three four.</p><p>x</p>',
        "One **alpha**", "> One or **alpha**",
        f'<blockquote><p local-id="p">One or <b>alpha</b> {MARKER}two</ac:inline-comment-marker> three four.</p></blockquote><p>x</p>'),
    "the kind of an ADF panel, whose copy shows the old one": (
        PANEL.format("there", FALLBACK), 'panel-type="note"', 'panel-type="info"', PANEL.format("there", "").replace(">note<", ">info<")),
    "a column that moves, with its width and the ids of its cells": (
        WIDE.format("".join(HEAD), "".join(BODY)), "| A | B |\n| --- | --- |\n| 1 | 2 |", "| B | A |\n| --- | --- |\n| 2 | 1 |",
        WIDE.format("".join(HEAD[::-1]), "".join(BODY[::-1])).replace("1.0", "x").replace("2.0", "1.0").replace("x", "2.0", 1)),
    "every cell of a row, whose ids stay": (
        WIDE.format("".join(HEAD), "".join(BODY)), "| A | B |", "| What | Why |",
        WIDE.format("".join(HEAD).replace("A", "What").replace("B", "Why"), "".join(BODY))),
    "an item that goes below its neighbour, which is the same item as before": (
        '<ul local-id="u"><li local-id="1"><p>a</p></li><li local-id="2"><p local-id="3">b c</p></li></ul>', "- b", "  - b",
        '<ul local-id="u"><li local-id="1"><p>a</p><ul><li local-id="2"><p local-id="3">b c</p></li></ul></li></ul>'),
    "a paragraph that goes into a new panel, with its comment": (
        f'<p local-id="p">one {MARKER}two</ac:inline-comment-marker></p><p>x</p>', "one two", "> [!NOTE]\n> one two",
        '<ac:structured-macro ac:name="info"><ac:rich-text-body>'
        f'<p local-id="p">one {MARKER}two</ac:inline-comment-marker></p></ac:rich-text-body></ac:structured-macro><p>x</p>'),
    "a paragraph that goes into the item before it": (
        f'<ul local-id="u"><li local-id="i"><p>x</p></li></ul><p local-id="p">one {MARKER}two</ac:inline-comment-marker></p>',
        "\none two", "\n  one two",
        f'<ul local-id="u"><li local-id="i"><p>x</p><p local-id="p">one {MARKER}two</ac:inline-comment-marker></p></li></ul>'),
    "two lists that become one": (
        '<ul local-id="u"><li local-id="1"><p>a</p></li></ul><p>x</p><ul local-id="v"><li local-id="2"><p>b</p></li></ul>',
        "\nx\n\n", "",
        '<ul local-id="u"><li local-id="1"><p>a</p></li><li local-id="2"><p>b</p></li></ul>'),
}  # fmt: skip


@pytest.mark.parametrize("name", PUSHED)
def test_what_was_not_edited_stays_in_storage(name: str) -> None:
    storage, before, after, expected = PUSHED[name]
    assert push(storage, before, after) == (expected, "")


PULLED = {
    "an image's text, and its title stays": (
        'see ![alt one](a.png  "cap")\nwrapped\n', "alt one", "alt two", 'see ![alt two](a.png  "cap")\nwrapped\n'),
    "the width of an image in HTML": (
        'see <img src="a.png"   width="30">\nwrapped\n', '"30"', '"40"', 'see <img src="a.png"   width="40">\nwrapped\n'),
    "where a link by reference leads, in its definition": (
        "see [it][r] now\n\n[r]: <https://a.example>  'T'\n\nx\n", "https://a.example", "https://b.example",
        "see [it][r] now\n\n[r]: <https://b.example>  'T'\n\nx\n"),
    "where one of two links by a reference leads": (
        "see [it] now, [it][]\n\n[it]: https://a.example\n", "https://a.example", "https://b.example",
        "see [it](https://b.example) now, [it][]\n\n[it]: https://a.example\n"),
    "a break where breaks are blanks": (
        "a  \nb  \nc\n", "c</p>", "c<br />d</p>", "a  \nb  \nc  \nd\n"),
    "a word below a tab": (
        "- a\n\n\t> q one\n\t> two\n\n- b\n", "two", "three", "- a\n\n\t> q one\n\t> three\n\n- b\n"),
    "what stood between lines without blank ones": (
        "# H\ntext\n## I\n", "<p>text</p>", "", "# H\n## I\n"),
    "the only footnote's text, and its mark stays a mark": (
        "one [^n]\n\n[^n]: x\n\nend [^n]\n", "<p>end ", "<p>the end ", "one [^n]\n\n[^n]: x\n\nthe end [^n]\n"),
    "a paragraph that is cut in two": (
        "> One __alpha__ two\n> three. Then *four*\n> five six.\n\nx\n", "three. Then", "three.</p><p>Then",
        "> One __alpha__ two\n> three.\n>\n> Then *four*\n> five six.\n\nx\n"),
    "two paragraphs that become one": (
        "- One __alpha__ two\n  three.\n\n  Then _four_\n  five six.\n- x\n", "three.</p><p>Then", "three. Then",
        "- One __alpha__ two\n  three. Then _four_\n  five six.\n- x\n"),
    "a paragraph that goes into a quote and gets a word": (
        "One __alpha__ two\nthree four\n\nx\n", "<p>One <strong>alpha</strong> two three four</p>",
        "<blockquote><p>One <strong>alpha</strong> or two three four</p></blockquote>",
        "> One __alpha__ or two\n> three four\n\nx\n"),
    "a line of code that is indented by a tab": (
        "\ttab code\n\tmore\n\nend\n", "more", "less", "\ttab code\n\tless\n\nend\n"),
    "a column that moves": (
        "|A|B|\n|:-|:-:|\n|1|*2*|\n",
        '<tr><th><p style="text-align: left;">A</p></th><th><p style="text-align: center;">B</p></th></tr>'
        '<tr><td><p style="text-align: left;">1</p></td><td><p style="text-align: center;"><em>2</em></p></td></tr>',
        '<tr><th><p style="text-align: center;">B</p></th><th><p style="text-align: left;">A</p></th></tr>'
        '<tr><td><p style="text-align: center;"><em>2</em></p></td><td><p style="text-align: left;">1</p></td></tr>',
        "|B|A|\n|:-:|:-|\n|*2*|1|\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PULLED)
def test_what_was_not_edited_stays_in_the_file(name: str) -> None:
    markdown, before, after, expected = PULLED[name]
    assert pull(markdown, before, after) == (expected, "")


def test_a_comment_that_goes_with_its_paragraph_is_reported_with_its_words() -> None:
    storage = f'<p>x {MARKER}a <a href="u">b</a></ac:inline-comment-marker> c</p><p>end</p>'
    markdown = to_markdown(storage).text
    got = put_storage(markdown, storage, "end\n")
    assert got.text == "<p>end</p>"
    assert [n.kind for n in got.notes] == [NoteKind.COMMENT_LOST]
    assert "“a b” (comment r)" in got.notes[0].detail


def test_a_footnote_whose_text_goes_is_kept_between_the_words() -> None:
    markdown = "one [^n] two\n\n[^n]: note\n\nthree\n"
    storage = to_storage(markdown).text
    start, stop = storage.index("</p>") + 4, storage.index("<p>three")
    mark = storage[storage.index("<sup>") : storage.index("</sup>") + 6]
    got = put_markdown(storage, markdown, storage[:start] + storage[stop:])
    assert got.text == f"one `{mark}`{{=confluence}} two\n\nthree\n"
    assert (
        put_storage(got.text, storage[:start] + storage[stop:], got.text).text
        == storage[:start] + storage[stop:]
    )


def test_a_definition_whose_word_is_used_once_more_in_code_is_left_alone() -> None:
    text, notes = pull(
        "[it]: https://a.example\n\nsee [it], `[it]`\n", "https://a.example", "https://b.example"
    )
    assert text == "[it]: https://a.example\n\nsee [it](https://b.example), `[it]`\n"
    assert notes == ""


def test_an_anchor_whose_parameter_is_no_text_stays_as_it_is() -> None:
    odd = '<ac:parameter ac:name=""><span>x</span></ac:parameter>'
    storage = f'<p>a <ac:structured-macro ac:name="anchor">{odd}</ac:structured-macro> b</p>'
    assert push(storage, "a ", "c ")[0] == storage.replace("a <", "c <")


def test_footnotes_stay_footnotes_when_the_editor_puts_ids_on_them() -> None:
    file = "Some[^a] text.\n\n[^a]: The note.\n"
    storage = to_storage(file).text
    saved = storage.replace("<p>", '<p local-id="x">').replace(
        '<ac:structured-macro ac:name="anchor">',
        '<ac:structured-macro ac:name="anchor" ac:schema-version="1" ac:macro-id="m">',
    )
    assert normal_storage(saved) == normal_storage(storage)
    assert put_markdown(storage, file, saved).text == file
    assert to_markdown(saved).text == file
    assert push(saved, "The note", "A note", file) == (saved.replace("The note", "A note"), "")
