"""What users of other publishers write, construct by construct, is shown in Confluence as they mean it."""

from __future__ import annotations

import pytest
from markup_corpus import faults
from markup_twins import kept_all

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)
from confsync.markup.document import Document, inspect

CODE = '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">{}</ac:parameter>'
MACRO = '<ac:structured-macro ac:name="{}"'
PAGE = '<ac:link><ri:page ri:content-title="{}" />'
Rows = dict[str, tuple[str, list[str]]]

FEATURES: dict[str, Rows] = {
    "CommonMark as it is specified": {
        "lists that two blanks indent": (
            "- a\n  - b\n    - c\ntext\n",
            ["<ul><li><p>a</p><ul><li><p>b</p><ul>"],
        ),
        "lists that four blanks indent": (
            "1. a\n    * b\n        1. c\n",
            ["<ol><li><p>a</p><ul><li><p>b</p><ol>"],
        ),
        "a list right below a paragraph": ("text\n- a\n", ["<p>text</p><ul>"]),
        "tags in prose": ("the <path> of `<x>` & more\n", ["&lt;path&gt;", "&amp; more"]),
        "a rule at the top": ("---\n\ntext\n", ["<hr />"]),
    },
    "tables": {
        "of GFM": ("| A | B |\n| - | -: |\n| 1 | 2 |\n", ["<th><p>A</p></th>", "text-align: right;"]),
        "in a cell: a break, a bar, code": (
            "| A |\n| - |\n| a<br>b \\| `c` |\n",
            ["a<br />b | <code>c</code>"],
        ),
    },
    "tables with a header column, or no header": {
        "no header": ("|  |  |\n| - | - |\n| 1 | 2 |\n", ["<td><p>1</p></td>"]),
        "a header column, before a blank one": (
            "| A | | B |\n| - | - | - |\n| 1 | | 2 |\n",
            ["<th><p>A</p></th><th><p>B</p></th></tr><tr><th><p>1</p></th><td><p>2</p></td>"],
        ),
        "a blank column in a form to fill in": ("| A | | B |\n| - | - | - |\n| 1 | | |\n", ["<th></th>"]),
        "a header column, in HTML": (
            "<table>\n<tr><th>A</th><td>1</td></tr>\n</table>\n",
            ["<th><p>A</p></th><td><p>1</p></td>"],
        ),
    },
    "task lists": {
        "a list of tasks": ("- [ ] a\n- [x] b\n", ["<ac:task-status>incomplete", "<ac:task-status>complete"]),
        "a list of tasks and other items falls back to text": ("- [ ] a\n- b\n", ["<ul>", "[ ] a"]),
        "signs for boxes": ("- 🔲 a\n- ✅ b\n", ["<li><p>🔲 a</p></li>", "<li><p>✅ b</p></li>"]),
    },
    "strikethrough": {"two tildes": ("~~a~~\n", ["<del>a</del>"])},
    "footnotes": {
        "both ways": (
            "a[^1]\n\n[^1]: b\n",
            ['ac:anchor="fn-1"', 'ac:anchor="fnref-1"', ">fn-1<", ">fnref-1<"],
        ),
        "with a name": ("a[^see-also]\n\n[^see-also]: b\n", [">fn-see-also<", 'ac:anchor="fnref-see-also"']),
        "in place": ("a^[see *there* too] b\n", ["<p>a (see <em>there</em> too) b</p>"]),
        "what is no note": ("match ^[a-z]+$ here\n", ["<p>match ^[a-z]+$ here</p>"]),
    },
    "alerts of GitHub and GitLab": {
        "note": ("> [!NOTE]\n> a\n", [MACRO.format("info"), "<p>a</p>"]),
        "tip": ("> [!TIP]\n> a\n", [MACRO.format("tip")]),
        "important": ("> [!IMPORTANT]\n> a\n", [MACRO.format("info"), ">Important<"]),
        "warning": ("> [!WARNING]\n> a\n", [MACRO.format("note")]),
        "caution": ("> [!CAUTION]\n> a\n", [MACRO.format("warning")]),
        "in small letters, with a title": ("> [!note] *T* here\n> a\n", [">T here</ac:parameter>"]),
        "a label of GitLab": ("> WARNING:\n> a\n", [MACRO.format("note"), "<p>a</p>"]),
        "a disclaimer of GitLab": ("> DISCLAIMER:\n> a\n", [MACRO.format("note"), ">Disclaimer<"]),
        "a quote that begins with a word stays a quote": ("> NOTE: a\n", ["<blockquote><p>NOTE: a</p>"]),
        "a bold word at the start of a quote, too": (
            "> **Warning**: a\n",
            ["<blockquote><p><strong>Warning</strong>: a</p>"],
        ),
    },
    "admonitions of MkDocs": {
        "with a title": ('!!! tip "T"\n    a\n', [MACRO.format("tip"), ">T</ac:parameter>"]),
        "without one": ('!!! note ""\n    a\n', [MACRO.format("info") + "><ac:rich-text-body>"]),
        "beside the text": ("!!! info inline end\n    a\n", [MACRO.format("info") + "><ac:rich-text-body>"]),
        "open at first": ('???+ note "T"\n    a\n', [MACRO.format("expand"), ">T<"]),
        "in each other": (
            "!!! note\n    a\n\n    !!! tip\n        b\n",
            ["<p>a</p>" + MACRO.format("tip")],
        ),
        "fences of MyST": ("```{warning}\na *b*\n```\n", [MACRO.format("note"), "<p>a <em>b</em></p>"]),
        "colons of MyST": (
            ":::{admonition} T\n:class: tip\na\n:::\n",
            [MACRO.format("tip"), ">T<", "<p>a</p>"],
        ),
        "colons of Docusaurus": (":::tip My T\na\n:::\n", [MACRO.format("tip"), ">My T<"]),
    },
    "details": {
        "in HTML": (
            "<details>\n<summary>T</summary>\n\na\n\n</details>\n",
            [MACRO.format("expand"), ">T</ac:parameter>"],
        ),
        "in one block of HTML": (
            "<details><summary>T</summary><p>a</p></details>\n",
            [MACRO.format("expand"), ">T<", "<p>a</p>"],
        ),
        "callouts of Obsidian that fold": ("> [!faq]- T\n> a\n", [MACRO.format("expand"), ">T<"]),
        "closed admonitions": ('??? note "T"\n    a\n', [MACRO.format("expand"), ">T<"]),
        "containers": ("::: details T\na\n:::\n", [MACRO.format("expand"), ">T<"]),
        "containers of cfxmark": ('::: expand title="A T"\na\n:::\n', [MACRO.format("expand"), ">A T<"]),
        "what MyST folds": (":::{note} T\n:class: dropdown\na\n:::\n", [MACRO.format("expand"), ">T<"]),
    },
    "content tabs": {
        "an expand each": (
            '=== "A"\n\n    a\n\n=== "B"\n\n    b\n',
            [MACRO.format("expand"), ">A<", ">B<"],
        ),
    },
    "definition lists": {
        "bold terms": ("T\n: a\n", ["<strong>T</strong>", "<li><p>a</p></li>"]),
        "in HTML": ("<dl><dt>T</dt><dd>a</dd></dl>\n", ["<strong>T</strong>", "<li><p>a</p></li>"]),
    },
    "formulas": {
        "in dollars": ("$a$\n\n$$\nb\n$$\n", [MACRO.format("mathinline"), MACRO.format("mathblock")]),
        "in brackets between words": ("so \\(x^2\\) it is\n", [">x^2</ac:parameter>"]),
        "in brackets on lines of their own": ("\\[\nx\n\\]\n", ["<![CDATA[x]]>"]),
        "brackets that must be none": (
            "\\(see there\\) \\[x\\](y)\n",
            ["<p>(see there) [x](y)</p>"],
        ),
        "a fence": ("```math\na\n```\n", [MACRO.format("mathblock")]),
        "a directive": ("```{math}\n:label: l\na\n```\n", ["<![CDATA[a]]>"]),
    },
    "emoji": {
        "names": (":rocket: :smile:\n", ['ac:emoji-shortname=":rocket:"', '<ac:emoticon ac:name="smile" />']),
        "what is no name": ("at :nothing_here: and 10:20:30\n", ["at :nothing_here: and 10:20:30"]),
    },
    "raised and lowered": {
        "carets and tildes": ("x^2^ H~2~O\n", ["<sup>2</sup>", "<sub>2</sub>"]),
        "carets of md2conf": ("e^-ix^ CH~3~CH~2~OH\n", ["<sup>-ix</sup>", "CH<sub>3</sub>CH<sub>2</sub>OH"]),
        "tags": ("<sup>3</sup><sub>4</sub>\n", ["<sup>3</sup><sub>4</sub>"]),
    },
    "highlight and colours": {
        "equal signs": ("==a==\n", ['<span style="background-color: rgb(255,240,179);">a</span>']),
        "a colour": (
            'in <span style="color: rgb(255,86,48);">red</span>\n',
            ['<span style="color: rgb(255,86,48);">red</span>'],
        ),
        "a tag": (
            "<mark>a</mark>\n",
            ['<span class="mark" style="background-color: rgb(255,240,179);">a</span>'],
        ),
        "inserted": (
            "++some words++ ^^more^^ <ins>x</ins>\n",
            ['<u>some words</u> <u>more</u> <u class="ins">x</u>'],
        ),
        "keys": (
            "++ctrl+c++ ++esc++ <kbd>F1</kbd>\n",
            ['<code>ctrl+c</code> <code>esc</code> <code class="kbd">F1</code>'],
        ),
        "what is no mark": ("C++ and i++ or ++i\n", ["<p>C++ and i++ or ++i</p>"]),
    },
    "links to headings": {
        "of the page": ("[x](#a-b)\n\n## A b\n", ['<ac:link ac:anchor="A-b">', "<h2>A b</h2>"]),
    },
    "ids of headings": {"in braces": ("## A {#own}\n", ['ac:name="anchor"><ac:parameter ac:name="">own<'])},
    "tables of contents": {
        "md2conf": ("[[_TOC_]]\n", [MACRO.format("toc") + " />"]),
        "MkDocs": ("[TOC]\n", [MACRO.format("toc") + " />"]),
        "mark": ("<!-- Include: ac:toc -->\n\na\n", [MACRO.format("toc") + " />"]),
        "mark, with parameters": (
            "<!-- Include: ac:toc\n     MinLevel: 2\n     Printable: 'false' -->\n",
            ['"minLevel">2<', '"printable">false<'],
        ),
        "Obsidian": ("```toc\n```\n", [MACRO.format("toc") + " />"]),
        "cfxmark": ('::: toc maxLevel="2"\n:::\n', [MACRO.format("toc"), '"maxLevel">2<']),
    },
    "lists of the pages below": {
        "md2conf": ("[[_LISTING_]]\n", [MACRO.format("children") + " />"]),
        "mark": ("<!-- Include: ac:children -->\n", [MACRO.format("children") + " />"]),
        "mark, the whole tree": ("<!-- Include: ac:pagetree -->\n", [MACRO.format("pagetree") + " />"]),
    },
    "languages of code": {
        "another name": ("```sh\nls\n```\n", [CODE.format("bash"), "<![CDATA[ls]]>"]),
        "one that nobody knows": ("```quux\na\n```\n", [CODE.format("quux"), "<![CDATA[a]]>"]),
    },
    "line numbers of code": {
        "MkDocs": ('```py linenums="1"\na\n```\n', ['"linenumbers">true<']),
        "mark": ("```py 5\na\n```\n", ['"linenumbers">true<', '"firstline">5<']),
        "Docusaurus": ("```py {1,3} showLineNumbers\na\n```\n", ['"linenumbers">true<']),
        "MyST": ("```{code-block} py\n:linenos:\n\na\n```\n", ['"linenumbers">true<', "<![CDATA[a]]>"]),
    },
    "title, collapse and theme of code": {
        "MkDocs": ('```js title="a.js" linenumbers="true"\na\n```\n', [">a.js<", ">true<"]),
        "Docusaurus": ('```js title="a.js" {1}\na\n```\n', [">a.js<"]),
        "mark": (
            "```bash 1 collapse midnight title A long one\na\n```\n",
            ['"collapse">true<', '"theme">Midnight<', '"title">A long one<'],
        ),
        "mark, without a language": ("``` - collapse title T\na\n```\n", ['"collapse">true<', '"title">T<']),
        "VitePress": ("```js [a.js]\na\n```\n", ['"title">a.js<']),
        "MyST": ("```{code-block} py\n:caption: C\n\na\n```\n", ['"title">C<']),
    },
    "Mermaid": {
        "a fence": ("```mermaid\ngraph TD\n```\n", [CODE.format("mermaid"), "graph TD"]),
        "a directive": ("```{mermaid}\ngraph TD\n```\n", [CODE.format("mermaid"), "graph TD"]),
        "a file": ("![D](d.mmd)\n", ['<a href="d.mmd">D</a>']),
    },
    "PlantUML": {
        "a fence": ("```plantuml\n@startuml\n@enduml\n```\n", [CODE.format("plantuml"), "@startuml"]),
        "a file": ("![](d.puml)\n", ['<a href="d.puml">d.puml</a>']),
    },
    "draw.io": {
        "a picture with the source in it": ("![D](d.drawio.png)\n", ['ri:filename="d.drawio.png"']),
        "the source": ("![D](d.drawio)\n", ['<a href="d.drawio">D</a>']),
    },
    "D2": {"a fence": ("```d2\na -> b\n```\n", [CODE.format("d2"), "<![CDATA[a -> b]]>"])},
    "pictures": {
        "a file": ("![A](img/a.png)\n", ['ac:alt="A"', 'ri:filename="img/a.png"']),
        "an address": ("![A](https://a.example/a.png)\n", ['ri:value="https://a.example/a.png"']),
    },
    "size, place and caption of pictures": {
        "mark": ("![A](a.png)<!-- width=300 -->\n", ['ac:alt="A" ac:width="300"']),
        "MkDocs": (
            '![A](a.png "Cap"){ width="300" }\n',
            ['ac:alt="A" ac:width="300"', 'ri:filename="a.png"', "<ac:caption><p>Cap</p>"],
        ),
        "in HTML": ('<img src="a.png" width="24" height="25">\n', ['ac:width="24" ac:height="25"']),
        "cfxmark": (
            "![](a.png#cfxmark:w=30,h=20)\n",
            ['ac:width="30" ac:height="20"', 'ri:filename="a.png"'],
        ),
    },
    "linked files": {"a document": ("[x](a.pdf)\n", ['<a href="a.pdf">x</a>'])},
    "links to pages": {
        "files": ("[x](a.md)\n", ['<a href="a.md">x</a>']),
        "titles, as mark has them": (
            "[x](<ac:A b>) and [A c](ac:)\n",
            [PAGE.format("A b"), PAGE.format("A c")],
        ),
    },
    "smart cards": {
        "an address alone": (
            "https://a.example/x\n",
            ['<a href="https://a.example/x">https://a.example/x</a>'],
        ),
        "a link alone": ("[x](https://a.example/x)\n", ['<p><a href="https://a.example/x">x</a></p>']),
        "a link without words": ("[](https://a.example/x)\n", [">https://a.example/x</a>"]),
        "in HTML": (
            '<a href="https://a.example/x" data-card-appearance="block">x</a>\n',
            ['data-card-appearance="block"', ">x</a>"],
        ),
    },
    "mentions": {
        "an address of mail": ("[Ann](mailto:ann@a.example)\n", ['<a href="mailto:ann@a.example">Ann</a>']),
        "a person's page": (
            "[@Ann](https://a.atlassian.net/wiki/people/5b10ac8d82e05b22cc7d4ef5)\n",
            ['<ri:user ri:account-id="5b10ac8d82e05b22cc7d4ef5" />'],
        ),
        "a name in braces": ("ask @{ann}\n", ["<p>ask @{ann}</p>"]),
    },
    "HTML": {
        "that is not well-formed": ("<p>a<br>b\n<ul><li>c\n</ul>\n", ["a<br />", "<li>"]),
        "with an angle between quotes": ('<img src="a.png" alt="a > b">\n', ['ac:alt="a &gt; b"']),
    },
    "storage as it is": {
        "md2conf": ('```csf\n<ac:structured-macro ac:name="toc" />\n```\n', [MACRO.format("toc") + " />"]),
        "cfxmark": (
            (
                '<!-- cfxmark:opaque id="op-1" -->\n```cfx-storage\n<ac:structured-macro ac:name="x" />\n```\n'
                "<!-- /cfxmark:opaque -->\n"
            ),
            [MACRO.format("x") + " />"],
        ),
        "mark, in an item": (
            (
                '- a\n\n  <ac:structured-macro ac:name="noformat"><ac:plain-text-body><![CDATA[x\n\n    y]]></ac:plain-text-body>'
                "</ac:structured-macro>\n\n  b\n"
            ),
            ["<li><p>a</p>" + MACRO.format("noformat"), "<![CDATA[x\n\n  y]]>", "<p>b</p></li>"],
        ),
        "mark, a link between words": (
            'see <ac:link><ri:page ri:content-title="A b"/></ac:link>, <https://a.example>\n',
            [PAGE.format("A b"), '<a href="https://a.example">'],
        ),
        "mark, a person in a cell": (
            '| A |\n| - |\n| <ac:link><ri:user ri:account-id="x"/></ac:link> |\n',
            ['<td><p><ac:link><ri:user ri:account-id="x" /></ac:link></p></td>'],
        ),
        "mark, around Markdown": (
            (
                '<ac:structured-macro ac:name="info">\n<ac:parameter ac:name="title">T</ac:parameter>\n<ac:rich-text-body>\n\n'
                "a *b*\n\n</ac:rich-text-body>\n</ac:structured-macro>\n"
            ),
            [MACRO.format("info"), ">T<", "<p>a <em>b</em></p>"],
        ),
        "mark, all of it": (
            '<ac:structured-macro ac:name="info">\n<ac:rich-text-body>a *b*</ac:rich-text-body>\n</ac:structured-macro>\n',
            ["<p>a *b*</p>"],
        ),
        "a tag without a fellow": ("<ac:layout>\n\na\n", ["<![CDATA[<ac:layout>]]>"]),
        "mark": ('a <ac:emoticon ac:name="tick" /> b\n', ['<ac:emoticon ac:name="tick" /> b']),
    },
    "status and dates": {
        "md2conf's labels": ("![Done][STATUS-GREEN]\n", ['"title">Done<', '"colour">Green<']),
        "md2conf's dates": (
            'by <input type="date" value="2026-01-02" />\n',
            ['<time datetime="2026-01-02" />'],
        ),
    },
    "layouts": {
        "mark, as storage around Markdown": (
            (
                '<ac:layout>\n\n<ac:layout-section ac:type="single">\n\n<ac:layout-cell>\n\n## A\n\n</ac:layout-cell>\n\n'
                "</ac:layout-section>\n\n</ac:layout>\n"
            ),
            ['<ac:layout-section ac:type="single"><ac:layout-cell><h2>A</h2></ac:layout-cell>'],
        ),
        "mark": (
            (
                "<!-- ac:layout -->\n<!-- ac:layout-section type:two_equal -->\n<!-- ac:layout-cell -->\na\n"
                "<!-- ac:layout-cell end -->\n<!-- ac:layout-cell -->\nb\n<!-- ac:layout-cell end -->\n"
                "<!-- ac:layout-section end -->\n<!-- ac:layout end -->\n"
            ),
            [
                '<ac:layout-section ac:type="two_equal"><ac:layout-cell><p>a</p></ac:layout-cell>',
                "<ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>",
            ],
        ),
    },
    "includes, templates, macros": {
        "MkDocs' snippets stay words": ('--8<-- "a.md"\n', ['--8&lt;-- "a.md"']),
        "Hugo's shortcodes show what they are for": (
            '{{< figure src="a.png" >}}\n\n{{% tip %}}\nb\n{{% /tip %}}\n',
            ['<ac:image><ri:attachment ri:filename="a.png" /></ac:image>', 'ac:name="tip"', "<p>b</p>"],
        ),
        "roles of MyST are not shown": ("{ref}`x`\n", ["<p><code>x</code></p>"]),
        "Obsidian's embeds stay words": ("![[note]]\n", ["![[note]]"]),
    },
    "what is not to be published": {
        "md2conf": (
            "a\n\n<!-- confluence-skip-start -->\nb\n<!-- confluence-skip-end -->\n\nc\n",
            ["<p>a</p><p>c</p>"],
        ),
    },
    "abbreviations": {"MkDocs": ("The HTML\n\n*[HTML]: Hyper\n", ["<p>The HTML</p>"])},
}
ROWS = {f"{feature}: {name}": row for feature, rows in FEATURES.items() for name, row in rows.items()}


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


@pytest.mark.parametrize("name", ROWS)
def test_a_paragraph_that_colleagues_add_leaves_the_construct_as_it_was_typed(name: str) -> None:
    markdown = ROWS[name][0]
    storage = to_storage(markdown).text
    assert kept_all(markdown, put_markdown(storage, markdown, storage + "<p>new</p>").text)
    assert kept_all(markdown, put_markdown(storage, markdown, "<p>new</p>" + storage).text)


FRONT = {
    "YAML": ("---\ntitle: T\nlabels: [a]\n---\nx\n", "T", ("a",)),
    "YAML in a comment": ("<!--\n---\ntitle: T\n---\n-->\n\nx\n", "T", None),
    "headers of mark": ("<!-- Title: T -->\n<!-- Label: a -->\n\nx\n", "T", ("a",)),
    "md2conf": ("---\ntitle: T\nsynchronized: true\ntags: [a]\n---\nx\n", "T", ("a",)),
    "markdown-confluence": ("---\nconnie-title: T\ntags: [a]\n---\nx\n", "T", ("a",)),
}


@pytest.mark.parametrize("name", FRONT)
def test_front_matter_gives_title_and_labels_and_is_not_shown(name: str) -> None:
    text, title, labels = FRONT[name]
    facts = inspect(text.encode())
    assert (facts.front_title, facts.labels) == (title, labels)
    assert to_storage(Document.parse(text).body).text == "<p>x</p>"


@pytest.mark.parametrize(
    "comment", ["<!-- Include: disclaimer.md -->", "<!-- Macro: :done:\n     Template: ac:status -->"]
)
def test_what_mark_would_put_in_and_we_do_not_is_told(comment: str) -> None:
    told = to_storage(f"{comment}\n\ntext\n")
    assert told.text == "<p>text</p>"
    assert [note.detail for note in told.notes] == [comment]
