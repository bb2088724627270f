"""What the normal form leaves out, row by row, and what it has to notice: from storage, and from the Markdown that comes of it."""

from __future__ import annotations

import pytest

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage

MACRO = '<ac:structured-macro ac:name="info"{}><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>'
CODE = '<ac:structured-macro ac:name="code">{}<ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>'
PARAMETER = '<ac:parameter ac:name="{}">{}</ac:parameter>'
IMAGE = '<ac:image{}><ri:attachment ri:filename="a.png" /></ac:image>'
TABLE = "<table{}><tbody><tr><th>a</th></tr><tr><td{}>b</td></tr></tbody></table>"
LINK = '<p><ac:link><ri:page ri:content-title="A" ri:space-key="K"{} /><ac:link-body>b</ac:link-body></ac:link></p>'
TASK = (
    "<ac:task-list{}><ac:task>{}<ac:task-status>incomplete</ac:task-status><ac:task-body>{}</ac:task-body></ac:task>"
    "</ac:task-list>"
)

FORGIVEN = {
    "a macro's id": (
        MACRO.format(""),
        MACRO.format(' ac:macro-id="m" ac:schema-version="1" ac:local-id="l"'),
    ),
    "ids of blocks": ("<p>x</p><h2>y</h2>", '<p local-id="a">x</p><h2 local-id="b">y</h2>'),
    "ids of links": (LINK.format(""), LINK.format(' ri:version-at-save="3" ri:local-id="l"')),
    "ids of tasks": (
        TASK.format("", "", "x"),
        TASK.format(' ac:task-list-id="q"', "<ac:task-id>1</ac:task-id><ac:task-uuid>u</ac:task-uuid>", "x"),
    ),
    "comment anchors": (
        "<p>one two</p>",
        '<p>o<ac:inline-comment-marker ac:ref="r">ne t</ac:inline-comment-marker>wo</p>',
    ),
    "the span around a task": (
        TASK.format("", "", "x"),
        TASK.format("", "", '<span class="placeholder-inline-tasks">x</span>'),
    ),
    "a span without a style": ("<p>a b</p>", '<p><span>a</span> <span class="c">b</span></p>'),
    "how an image is laid out": (
        IMAGE.format(""),
        IMAGE.format(
            ' ac:layout="center" ac:align="center" ac:original-width="9" ac:original-height="9" ac:custom-width="true"'
            ' ac:border="true" ac:thumbnail="true"'
        ),
    ),
    "an image's border": (
        IMAGE.format(""),
        IMAGE.format("").replace("</ac", '<ac:adf-mark key="border" size="1" color="#000" /></ac'),
    ),
    "a table's widths and class": (
        TABLE.format("", ""),
        TABLE.format(
            ' class="wrapped" style="width: 9px;" data-layout="wide" data-table-width="9"', ""
        ).replace("<tbody>", '<colgroup><col style="width: 3px;" /></colgroup><tbody>', 1),
    ),
    "a cell's colour and class": (
        TABLE.format("", ""),
        TABLE.format("", ' data-highlight-colour="#fff" class="highlight-grey" colspan="1"'),
    ),
    "a table's head": (
        TABLE.format("", ""),
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
    ),
    "classes and ids of blocks": (
        "<p>x</p><h2>y</h2><ul><li>z</li></ul><ol><li>q</li></ol>",
        (
            '<p class="c" id="i">x</p><h2 class="c" id="j">y</h2><ul class="c" id="k"><li class="c" id="l">z</li></ul>'
            '<ol class="c" start="1"><li>q</li></ol>'
        ),
    ),
    "how wide code is": (
        CODE.format(""),
        CODE.format(PARAMETER.format("breakoutMode", "wide") + PARAMETER.format("breakoutWidth", "9")),
    ),
    "empty paragraphs at an end": (
        "<p>a</p><ul><li>b</li></ul><table><tbody><tr><th>a</th></tr><tr><td /></tr></tbody></table>",
        (
            "<p>a</p><ul><li>b<p /></li></ul><table><tbody><tr><th>a</th></tr><tr><td><p><br /></p></td></tr></tbody></table>"
            "<p /><p></p>"
        ),
    ),
    "synonyms": (
        "<p><strong>a</strong><em>b</em><del>c</del><del>d</del><del>e</del></p>" + MACRO.format(""),
        '<p><b>a</b><i>b</i><s>c</s><strike>d</strike><span style="text-decoration: line-through;">e</span></p>'
        + MACRO.format("").replace("structured-macro", "macro"),
    ),
    "a paragraph alone in its container": (
        "<ul><li>x</li></ul><blockquote>y</blockquote>" + TABLE.format("", "") + TASK.format("", "", "z"),
        "<ul><li><p>x</p></li></ul><blockquote><p>y</p></blockquote>"
        + TABLE.format("", "").replace("<td>b</td>", "<td><p>b</p></td>")
        + TASK.format("", "", "<p>z</p>"),
    ),
    "the order of attributes": (
        LINK.format(""),
        LINK.format("").replace(
            'ri:content-title="A" ri:space-key="K"', 'ri:space-key="K" ri:content-title="A"'
        ),
    ),
    "the order of parameters": (
        CODE.format(PARAMETER.format("title", "t") + PARAMETER.format("language", "java")),
        CODE.format(PARAMETER.format("language", "java") + PARAMETER.format("title", "t")),
    ),
    "entities": ("<p>\u00a0\u2014 &amp;</p>", "<p>&nbsp;&mdash; &#38;</p>"),
    "cuts of CDATA": (CODE.format(""), CODE.format("").replace("[x]]>", "[]]><![CDATA[x]]>")),
    "comments": ("<p>a b</p><p>c</p>", "<p>a <!-- x -->b</p><!-- y --><p>c</p>"),
    "blanks": ("<p>a <strong>b</strong> c</p>", "<p>\n a\n <strong> b </strong> c\t</p>\n"),
    "neighbours with one mark": (
        "<p><strong>a b</strong></p>",
        "<p><strong>a</strong> <strong>b</strong><em></em></p>",
    ),
    "an image's own paragraph": (IMAGE.format(""), f"<p>{IMAGE.format('')}</p>"),
}
"""Storage that says the same twice."""

NOTICED = {
    "alignment": ("<p>x</p>", '<p style="text-align: center;">x</p>'),
    "indentation": ("<h2>x</h2>", '<h2 style="margin-left: 30.0px;">x</h2>'),
    "colour": ("<p>x</p>", '<p><span style="color: red;">x</span></p>'),
    "another colour": (
        '<p><span style="color: blue;">x</span></p>',
        '<p><span style="color: red;">x</span></p>',
    ),
    "merged cells": (TABLE.format("", ""), TABLE.format("", ' colspan="2"')),
    "merged rows": (TABLE.format("", ""), TABLE.format("", ' rowspan="2"')),
    "a header cell": (TABLE.format("", ""), TABLE.format("", "").replace("td>", "th>")),
    "a cell's alignment": (TABLE.format("", ""), TABLE.format("", ' style="text-align: right;"')),
    "a first number": ("<ol><li>x</li></ol>", '<ol start="3"><li>x</li></ol>'),
    "an image's width": (IMAGE.format(""), IMAGE.format(' ac:width="9"')),
    "an image's height": (IMAGE.format(""), IMAGE.format(' ac:height="9"')),
    "an image's description": (IMAGE.format(""), IMAGE.format(' ac:alt="x"')),
    "an image's title": (IMAGE.format(""), IMAGE.format(' ac:title="x"')),
    "a caption": (
        IMAGE.format(""),
        IMAGE.format("").replace("</ac", "<ac:caption><p>c</p></ac:caption></ac"),
    ),
    "code's title": (CODE.format(""), CODE.format(PARAMETER.format("title", "t"))),
    "code's numbers": (CODE.format(""), CODE.format(PARAMETER.format("linenumbers", "true"))),
    "code that is folded": (CODE.format(""), CODE.format(PARAMETER.format("collapse", "true"))),
    "code's language": (CODE.format(""), CODE.format(PARAMETER.format("language", "java"))),
    "a card": (
        LINK.format(""),
        LINK.format("").replace("<ac:link>", '<ac:link ac:card-appearance="inline">'),
    ),
    "a card of an address": (
        '<p><a href="https://a.example">b</a></p>',
        '<p><a href="https://a.example" data-card-appearance="inline">b</a></p>',
    ),
    "an empty paragraph between blocks": ("<p>a</p><p>b</p>", "<p>a</p><p /><p>b</p>"),
    "blanks of code": ("<p><code>a</code> <code>b</code></p>", "<p><code>a b</code></p>"),
    "a no-break blank": ("<p>a b</p>", "<p>a&nbsp;b</p>"),
    "a blank without width": ("<p>ab</p>", "<p>a&#x200b;b</p>"),
    "a link's class": (
        '<p><a href="https://a.example">b</a></p>',
        '<p><a href="https://a.example" class="c">b</a></p>',
    ),
    "a link's target": (
        '<p><a href="https://a.example">b</a></p>',
        '<p><a href="https://a.example" rel="nofollow" target="_blank">b</a></p>',
    ),
    "a link's title": (
        '<p><a href="https://a.example">b</a></p>',
        '<p><a href="https://a.example" title="t">b</a></p>',
    ),
    "an element and a link of Confluence": (
        '<p><a href="#b">b c</a></p>',
        '<p><ac:link ac:anchor="b"><ac:link-body>b c</ac:link-body></ac:link></p>',
    ),
    "a class of a kept element": ("<p>H<sub>2</sub></p>", '<p>H<sub class="c">2</sub></p>'),
    "a paragraph around a macro": (
        '<ac:structured-macro ac:name="toc" />',
        '<p><ac:structured-macro ac:name="toc" /></p>',
    ),
    "a macro's parameter": (
        '<ac:structured-macro ac:name="toc" />',
        f'<ac:structured-macro ac:name="toc">{PARAMETER.format("maxLevel", "2")}</ac:structured-macro>',
    ),
    "how wide an expand is": tuple(
        f'<ac:structured-macro ac:name="expand">{p}<ac:rich-text-body><p>x</p></ac:rich-text-body>'
        "</ac:structured-macro>"
        for p in ("", PARAMETER.format("breakoutWidth", "760"))
    ),
    "another emoji beside a classic name": (
        '<p><ac:emoticon ac:name="smile" /></p>',
        '<p><ac:emoticon ac:name="smile" ac:emoji-shortname=":warning:" ac:emoji-id="26a0" ac:emoji-fallback="⚠️" /></p>',
    ),
    "a layout's own attribute": (
        "<ac:layout-cell><p>x</p></ac:layout-cell>",
        '<ac:layout-cell valign="middle"><p>x</p></ac:layout-cell>',
    ),
    "an item's depth": (
        "<ul><li>a</li><li>b</li></ul>",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
    ),
    "a task that is done": (
        TASK.format("", "", "x"),
        TASK.format("", "", "x").replace("incomplete", "complete"),
    ),
    "code without a body": (CODE.format(""), '<ac:structured-macro ac:name="code" />'),
}
"""Storage of which both say something else."""


@pytest.mark.parametrize("name", FORGIVEN)
def test_what_says_nothing_is_not_in_the_normal_form(name: str) -> None:
    one, other = FORGIVEN[name]
    assert normal_storage(one) == normal_storage(other)
    assert normal_markdown(to_markdown(one).text) == normal_markdown(to_markdown(other).text)


@pytest.mark.parametrize("name", NOTICED)
def test_what_an_author_chose_is_in_the_normal_form_and_in_the_markdown(name: str) -> None:
    one, other = NOTICED[name]
    assert normal_storage(one) != normal_storage(other)
    assert normal_markdown(to_markdown(one).text) != normal_markdown(to_markdown(other).text)


@pytest.mark.parametrize("name", [*FORGIVEN, *NOTICED])
def test_there_and_back_means_what_it_meant(name: str) -> None:
    for storage in (FORGIVEN | NOTICED)[name]:
        markdown = to_markdown(storage).text
        assert normal_markdown(markdown) == normal_storage(storage)
        assert normal_storage(to_storage(markdown).text) == normal_storage(storage)
