"""What users of other publishers write, construct by construct, is shown in Confluence as they mean it."""

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

CODE = '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">{}</ac:parameter>'
ROWS = {
    "tables of GFM": ("| A | B |\n| - | -: |\n| 1 | 2 |\n", ["<th><p>A</p></th>", "text-align: right;"]),
    "a table without a header": ("|  |  |\n| - | - |\n| 1 | 2 |\n", ["<td><p>1</p></td>"]),
    "task lists": ("- [ ] a\n- [x] b\n", ["<ac:task-status>incomplete", "<ac:task-status>complete"]),
    "a list of tasks and other items falls back to text": ("- [ ] a\n- b\n", ["<ul>", "[ ] a"]),
    "strikethrough": ("~~a~~\n", ["<del>a</del>"]),
    "footnotes, both ways": (
        "a[^1]\n\n[^1]: b\n",
        ['ac:anchor="fn-1"', 'ac:anchor="fnref-1"', ">fn-1<", ">fnref-1<"],
    ),
    "alerts of GitHub": ("> [!WARNING]\n> a\n", ['ac:name="note"', "<p>a</p>"]),
    "admonitions of MkDocs": ('!!! tip "T"\n    a\n', ['ac:name="tip"', ">T</ac:parameter>"]),
    "details": (
        "<details>\n<summary>T</summary>\n\na\n\n</details>\n",
        ['ac:name="expand"', ">T</ac:parameter>"],
    ),
    "content tabs, an expand each": (
        '=== "A"\n\n    a\n\n=== "B"\n\n    b\n',
        ['ac:name="expand"', ">A<", ">B<"],
    ),
    "definition lists": ("T\n: a\n", ["<strong>T</strong>", "<li><p>a</p></li>"]),
    "formulas": ("$a$\n\n$$\nb\n$$\n", ['ac:name="mathinline"', 'ac:name="mathblock"']),
    "emoji": (":rocket: :smile:\n", ['ac:emoji-shortname=":rocket:"', '<ac:emoticon ac:name="smile" />']),
    "raised and lowered": ("x^2^ H~2~O <sup>3</sup>\n", ["<sup>2</sup>", "<sub>2</sub>", "<sup>3</sup>"]),
    "highlight": ("==a==\n", ['<span style="background-color: rgb(255,240,179);">a</span>']),
    "links to headings": ("[x](#a-b)\n\n## A b\n", ['<ac:link ac:anchor="A-b">', "<h2>A b</h2>"]),
    "ids of headings": ("## A {#own}\n", ['ac:name="anchor"><ac:parameter ac:name="">own<']),
    "a table of contents": ("[[_TOC_]]\n", ['<ac:structured-macro ac:name="toc" />']),
    "a list of children": ("[[_LISTING_]]\n", ['<ac:structured-macro ac:name="children" />']),
    "languages of code": ("```sh\nls\n```\n", [CODE.format("bash"), "<![CDATA[ls]]>"]),
    "a language nobody knows": ("```quux\na\n```\n", [CODE.format("quux"), "<![CDATA[a]]>"]),
    "a title and line numbers of code": (
        '```js title="a.js" linenumbers="true"\na\n```\n',
        [">a.js<", ">true<"],
    ),
    "diagrams stay readable": ("```mermaid\ngraph TD\n```\n", [CODE.format("mermaid"), "graph TD"]),
    "pictures with a size and a caption": (
        '![A](a.png "Cap"){ width="300" }\n',
        ['ac:alt="A" ac:width="300"', 'ri:filename="a.png"', "<ac:caption><p>Cap</p>"],
    ),
    "HTML that is not well-formed": ("<p>a<br>b\n<ul><li>c\n</ul>\n", ["a<br />", "<li>"]),
    "tags in prose": ("the <path> of `<x>` & more\n", ["&lt;path&gt;", "&amp; more"]),
    "storage as it is": (
        '```csf\n<ac:structured-macro ac:name="toc" />\n```\n',
        ['<ac:structured-macro ac:name="toc" />'],
    ),
    "storage between words": ('a <ac:emoticon ac:name="tick" /> b\n', ['<ac:emoticon ac:name="tick" /> b']),
    "abbreviations": ("The HTML\n\n*[HTML]: Hyper\n", ["<p>The HTML</p>"]),
    "lists that two blanks indent": ("- a\n  - b\n    - c\ntext\n", ["<ul><li><p>a</p><ul><li><p>b</p><ul>"]),
    "a list right below a paragraph": ("text\n- a\n", ["<p>text</p><ul>"]),
    "what is not to be published": (
        "a\n\n<!-- confluence-skip-start -->\nb\n<!-- confluence-skip-end -->\n\nc\n",
        ["<p>a</p><p>c</p>"],
    ),
    "a rule at the top": ("---\n\ntext\n", ["<hr />"]),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_construct_that_users_of_other_publishers_have_is_shown_as_meant(name: str) -> None:
    markdown, parts = ROWS[name]
    storage = to_storage(markdown).text
    for part in parts:
        assert part in storage
    assert normal_markdown(markdown) == normal_storage(storage)
    assert to_storage(to_markdown(storage).text).text == storage
    assert put_storage(markdown, storage, markdown).text == storage
    assert put_markdown(storage, markdown, storage).text == markdown


@pytest.mark.parametrize("name", ROWS)
def test_what_it_becomes_holds_nothing_that_storage_does_not_know(name: str) -> None:
    assert faults(to_storage(ROWS[name][0]).text) == set()
