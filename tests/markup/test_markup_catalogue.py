"""Constructs that are awkward in one of the two notations: all laws hold for each of them, and for what stands beside it.

In storage format here, as pages have it. Edits of single words in such constructs, with the exact bytes that must come
out, are in `test_markup_lens_cases`.
"""

from __future__ import annotations

import pytest
from markup_corpus import faults

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

IMAGE = '<ac:image><ri:attachment ri:filename="{}" /></ac:image>'
CODE = '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body></ac:structured-macro>'
OPAQUE = (
    '<ac:structured-macro ac:name="made-up"><ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body>'
    "</ac:structured-macro>"
)
STATUS = '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">{}</ac:parameter></ac:structured-macro>'
TITLED = (
    '<ac:structured-macro ac:name="{}"><ac:parameter ac:name="title">{}</ac:parameter><ac:rich-text-body>{}'
    "</ac:rich-text-body></ac:structured-macro>"
)
TABLE = "<table><tbody>{}</tbody></table>"

AWKWARD = {
    "a blank at the end of a mark": "<p><strong>Owner: </strong>Kim</p>",
    "quotation marks in bold before a letter": '<p><strong>"값"</strong>을 보라</p>',
    "no-break blanks, one at the start": "<p>one&nbsp;two</p><p>&nbsp;three</p>",
    "a comment that cuts a word": (
        '<p>the <ac:inline-comment-marker ac:ref="r">old lan</ac:inline-comment-marker>tern</p>'
    ),
    "a paragraph between two images": IMAGE.format("a.png") + "<p>and</p>" + IMAGE.format("b.png"),
    "an image in a paragraph of its own": f"<p>{IMAGE.format('a.png')}</p>",
    "two lists side by side": "<ul><li>one</li></ul><ul><li>two</li></ul>",
    "items with and without a paragraph": "<ul><li>one</li><li><p>two</p></li></ul>",
    "an empty paragraph at the end of an item": "<ul><li><p>one</p><p /></li><li><p>two</p></li></ul>",
    "an empty paragraph before a list in an item": "<ul><li><p>one</p><p /><ul><li>in</li></ul><p>two</p></li></ul>",
    "an empty paragraph": "<p>one</p><p /><p>two</p>",
    "a line break": "<p>one<br/>two</p>",
    "breaks at the ends, alone, in a heading, in a cell": (
        "<p><br />one<br /></p><p><br /><br /></p><h2>a<br />b</h2>"
        + TABLE.format("<tr><th>a<br />b</th></tr>")
    ),
    "text that begins like a block": (
        "<p>1. one</p><p>- two</p><p># three</p><p>&gt; four</p><p>===</p><p>+ five</p><p>a<br />- b<br />2. c<br />---</p>"
    ),
    "text that looks like marks": (
        "<p>file_name_here 3*4*5 [o] at[1](2) &lt;p&gt; ~~ :heart: &amp;reg; a|b ~~c~~ __d__ `e`</p>"
    ),
    "addresses that are no links": "<p>https://example.com www.example.com me@example.com</p>",
    "an exclamation mark before a link": '<p>So!<a href="https://example.com">there</a></p>',
    "ticks, blanks and backslashes in code": (
        "<p><code>a`b</code> <code> c </code> <code>\\</code> <code>``</code> <code>d  e</code> end</p>"
    ),
    "a bar in code in a cell": TABLE.format("<tr><th>A</th></tr><tr><td><code>a|b</code></td></tr>"),
    "bars and backslashes in cells": TABLE.format("<tr><th>a|b</th></tr><tr><td>c\\|d \\</td></tr>"),
    "bold in code": "<p><code>one <strong>two</strong></code> end</p>",
    "fences in code": CODE.format("```\none\n````\n\n"),
    "the end of CDATA in code": CODE.format("a]]]]><![CDATA[>b"),
    "code without text": CODE.format(""),
    "tables with no header and with an empty one": (
        TABLE.format("<tr><td>one</td></tr>") + TABLE.format("<tr><th></th></tr><tr><td>two</td></tr>")
    ),
    "a header column and a list in a cell": TABLE.format("<tr><th>A</th><td>b<ul><li>c</li></ul></td></tr>"),
    "blank lines and an unknown macro in a table": TABLE.format(
        f"<tr><td><pre>a\n\nb</pre></td><td>{OPAQUE.format('x')}</td></tr>"
    ),
    "a list directly in a list": "<ul><ul><li>one</li></ul></ul>",
    "a wide number with a list below it": '<ol start="10"><li>one<ul><li>two</li></ul></li></ol>',
    "a link without a body": '<p><ac:link><ri:page ri:content-title="Some page" /></ac:link></p>',
    "a mention with a body": (
        '<p>ask <ac:link><ri:user ri:account-id="1" /><ac:link-body>Kim</ac:link-body></ac:link></p>'
    ),
    "an unknown macro with a line break between words": "<p>a " + OPAQUE.format("x\ny") + " b</p>",
    "a macro of words alone between blocks": f"<p>one</p>{STATUS.format('x')}<p>two</p>",
    "twenty-five lists in each other": "<ul><li>one" * 25 + "</li></ul>" * 25,
    "odd addresses": (
        '<p><a href="file:///etc">a</a> <a href="https://example.com/ö">b</a> <a href="https://a b">c</a> '
        '<a href="&lt;x&gt;">d</a> <strong><a href="https://example.com/e(f)">e</a></strong></p>'
    ),
    "a closed element before a close tag": '<p>done<ac:emoticon ac:name="tick"/></p>',
    "entities": "<p>a&nbsp;b &ldquo;c&rdquo; &#8212; &lt;!-- d --&gt; &amp;lt;</p>",
    "a date and a text that looks like one": '<p><time datetime="2026-05-01">1 May</time> 2026-05-01</p>',
    "a macro of old": '<ac:macro ac:name="tip"><ac:rich-text-body><p>one</p></ac:rich-text-body></ac:macro>',
    "an anchor without words": '<p>a <a id="here"></a>b</p>',
    "marks around nothing": "<p><strong></strong>a<em> </em>b</p>",
    "text without a paragraph": "one<p>two</p>three <em>four</em>",
    "text without a paragraph in a quote": "<blockquote>one<br /><p>two</p></blockquote>",
    "empty items, headings, quotes, panels and tables": (
        "<ul><li></li><li><p /></li></ul><h2></h2><p>one</p><blockquote></blockquote><p>two</p>"
        + TABLE.format("")
        + '<p>three</p><ac:structured-macro ac:name="info"><ac:rich-text-body><p /></ac:rich-text-body>'
        "</ac:structured-macro>"
    ),
    "hashes at the ends of headings": "<h2>one #</h2><h2># two</h2><p>C# and F#</p>",
    "text that looks like footnotes, definitions and notations of sites": (
        "<p>a[^1] b</p><p>[^1]: c</p><p>[d]: e</p><p>[d]</p><p>!!! note</p><p>::: tip</p><p>??? f</p>"
        '<p>=== "g"</p><p>: h</p><p>[TOC]</p><p>==i== j^k^ l~m~</p><h2>n {#o}</h2><p><code>p</code>{=confluence}</p>'
    ),
    "text that looks like front matter": "<hr /><p>a: b</p><hr />",
    "text that looks like formulas": "<p>costs $5 and $6, $a$ b</p><p>$$c$$</p>",
    "a quote that looks like an alert": "<blockquote><p>[!NOTE]</p></blockquote>",
    "a title of a link with quotation marks": '<p><a href="https://example.com" title="a&quot;b">c ] d</a></p>',
    "brackets in the description of an image": (
        '<p>a <ac:image ac:alt="b ] &quot; c"><ri:attachment ri:filename="d (1).png" /></ac:image></p>'
    ),
    "markup in titles": (
        f"<p>{STATUS.format('a &lt;b&gt; *c* | `d`')}</p>"
        + TITLED.format("expand", 'a &lt;b&gt; *c* &amp; "d"', "")
        + TITLED.format("info", "*c* [x](y) `q`", "<ul><li>one</li></ul>")
    ),
    "every block in an item": (
        "<ul><li><hr /></li><li><h2>a</h2></li><li><blockquote>b</blockquote></li><li>"
        + CODE.format(" c\n\n  d")
        + "</li>"
        f"<li>{TABLE.format('<tr><th>e</th></tr>')}</li></ul>"
    ),
    "a task in a cell": TABLE.format(
        "<tr><td><ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a</ac:task-body>"
        "</ac:task></ac:task-list></td></tr>"
    ),
}
NEW = "<p>quite new</p>"


@pytest.mark.parametrize("name", AWKWARD)
def test_it_goes_to_markdown_and_back_and_nothing_changes_where_nothing_did(name: str) -> None:
    storage = AWKWARD[name]
    markdown = to_markdown(storage).text
    assert normal_markdown(markdown) == normal_storage(storage)
    again = to_storage(markdown).text
    assert normal_storage(again) == normal_storage(storage)
    assert faults(again) == set()
    assert put_markdown(storage, markdown, storage).text == markdown
    assert put_storage(markdown, storage, markdown).text == storage


@pytest.mark.parametrize("name", AWKWARD)
def test_a_paragraph_before_or_behind_it_is_all_that_comes(name: str) -> None:
    storage = AWKWARD[name]
    markdown = to_markdown(storage).text
    before, behind = "quite new\n\n" + markdown, markdown.rstrip("\n") + "\n\nquite new\n"
    assert put_storage(markdown, storage, before).text == NEW + storage
    assert put_storage(markdown, storage, behind).text == storage + NEW
    assert put_markdown(storage, markdown, NEW + storage).text == before
    assert put_markdown(storage, markdown, storage + NEW).text == behind


def test_what_is_not_well_formed_is_kept_as_it_is() -> None:
    storage = "<p>a<b></p>"
    markdown = to_markdown(storage).text
    assert storage in markdown
    assert put_markdown(storage, markdown, storage).text == markdown
    assert put_storage(markdown, storage, markdown).text == storage


ACTIVE = {
    "a frame between blocks": '<iframe src="x"></iframe>',
    "a frame between words": '<p>a <iframe src="x"></iframe></p>',
    "a field in a paragraph": '<p>a <input type="checkbox" /> b</p>',
    "a form": '<form action="x"><p>a</p></form>',
    "a style sheet": "<style>.a{}</style>",
    "a script in a macro between words": (
        '<p>a <ac:structured-macro ac:name="made-up"><ac:rich-text-body><script>b</script></ac:rich-text-body>'
        "</ac:structured-macro></p>"
    ),
    "a frame in a panel": TITLED.format("info", "a", '<p>b</p><iframe src="c" />'),
    "a button in a cell": TABLE.format("<tr><th>a</th><td><button>b</button></td></tr>"),
    "a field in an item": '<ul><li>a <input type="checkbox" onclick="b" /></li><li>c</li></ul>',
    "a plug-in in a heading": '<h2>a <embed src="b"/></h2>',
    "handlers on what is kept": (
        '<div onclick="a"><p onclick="b">c<u onclick="d">e</u><br onclick="f"/></p></div><hr onclick="g"/>'
        '<ol onclick="h"><li onclick="i">j</li></ol><blockquote onclick="k"><p>l</p></blockquote><pre onclick="m">n</pre>'
    ),
    "handlers on macros and links": (
        '<ac:structured-macro ac:name="made-up" onclick="a"/><p><ac:link onclick="b"><ri:page ri:content-title="c"/>'
        '</ac:link></p><ac:image onclick="d"><ri:url ri:value="javascript:e"/></ac:image>'
    ),
    "scripts as addresses and in a style": (
        '<p style="background: url(java\tscript:a)">b <a href="javascript:c">d</a> <img src="javascript:e" /></p>'
    ),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_what_would_run_is_seen_in_markdown_stays_in_its_page_and_goes_to_no_other(name: str) -> None:
    storage = f"<p>one</p>{ACTIVE[name]}<p>two</p>"
    markdown = to_markdown(storage).text
    assert normal_markdown(markdown) == normal_storage(storage)
    for old, new in (("<p>one</p>", "<p>1</p>"), ("<p>two</p>", "<p>2</p>")):
        words = old[3:-4], new[3:-4]
        pushed = put_storage(markdown, storage, markdown.replace(*words))
        pulled = put_markdown(storage, markdown, storage.replace(old, new))
        assert pushed.text == storage.replace(old, new)
        assert pulled.text == markdown.replace(*words)
    again = to_storage(markdown).text
    assert faults(again) == set()
    assert to_storage(to_markdown(again).text).text == again
