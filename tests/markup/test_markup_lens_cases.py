"""Single edits with the exact bytes that must come out: one case for each difficulty that real pages have."""
# ruff: noqa: ISC004, Q000, Q003  # examples are quoted as they read best

import pytest

from confsync.markup import (
    NoteKind,
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

MARKER = '<ac:inline-comment-marker ac:ref="r">'


def push(storage: str, before: str, after: str, markdown: str | None = None) -> tuple[str, str]:
    """Change the Markdown of a page; return what is then stored, and the notes' kinds."""
    base = to_markdown(storage).text if markdown is None else markdown
    assert normal_markdown(base) == normal_storage(storage), "no true pair"
    assert before in base, base
    got = put_storage(base, storage, base.replace(before, after, 1))
    return got.text, " ".join(n.kind for n in got.notes)


def pull(markdown: str, before: str, after: str, storage: str | None = None) -> tuple[str, str]:
    """Change the page of a file; return the file's new text, and the notes' kinds."""
    base = to_storage(markdown).text if storage is None else storage
    assert normal_markdown(markdown) == normal_storage(base), "no true pair"
    assert before in base, base
    got = put_markdown(base, markdown, base.replace(before, after, 1))
    return got.text, " ".join(n.kind for n in got.notes)


PUSHED = {
    "a word beside a bold one that ends in a blank": (
        "<p><strong>Name: </strong>Ann Lee</p>", "Lee", "Ray", "<p><strong>Name: </strong>Ann Ray</p>"),
    "an entity elsewhere in the paragraph stays an entity": (
        "<p>a&nbsp;b &ldquo;c&rdquo; word</p>", "word", "new", "<p>a&nbsp;b &ldquo;c&rdquo; new</p>"),
    "a word that a comment cuts in two": (
        f"<p>a {MARKER}big bo</ac:inline-comment-marker>at sails</p>", "sails", "sinks",
        f"<p>a {MARKER}big bo</ac:inline-comment-marker>at sinks</p>"),
    "a replaced word keeps its comment": (
        f"<p>some {MARKER}word</ac:inline-comment-marker> here</p>", "word", "other",
        f"<p>some {MARKER}other</ac:inline-comment-marker> here</p>"),
    "a comment stays on what is left of its words": (
        f"<p>x {MARKER}one two three</ac:inline-comment-marker> y</p>", "one two three", "three",
        f"<p>x {MARKER}three</ac:inline-comment-marker> y</p>"),
    "a word inside a coloured span": (
        '<p>a <span style="color: rgb(255,0,0);">red word</span> b</p>', "red word", "red thing",
        '<p>a <span style="color: rgb(255,0,0);">red thing</span> b</p>'),
    "a word in the body of a plain link": (
        '<p><ac:link><ri:page ri:content-title="T" /><ac:plain-text-link-body><![CDATA[see that page]]>'
        "</ac:plain-text-link-body></ac:link> now</p>", "see that", "read that",
        '<p><ac:link><ri:page ri:content-title="T" /><ac:plain-text-link-body><![CDATA[read that page]]>'
        "</ac:plain-text-link-body></ac:link> now</p>"),
    "the paragraph between two images goes": (
        '<ac:image><ri:attachment ri:filename="a.png" /></ac:image><p>x</p><ac:image>'
        '<ri:attachment ri:filename="b.png" /></ac:image>', "\n\nx\n\n", "\n\n",
        '<ac:image><ri:attachment ri:filename="a.png" /></ac:image><ac:image>'
        '<ri:attachment ri:filename="b.png" /></ac:image>'),
    "text between two images that Markdown cannot hold goes": (
        '<ac:image><ri:attachment ri:filename="a"><ri:space ri:space-key="T" /></ri:attachment></ac:image><p>x</p><ac:image>'
        '<ri:attachment ri:filename="b"><ri:space ri:space-key="T" /></ri:attachment></ac:image>', "\n\nx\n\n", "\n\n",
        '<ac:image><ri:attachment ri:filename="a"><ri:space ri:space-key="T" /></ri:attachment></ac:image><p><ac:image>'
        '<ri:attachment ri:filename="b"><ri:space ri:space-key="T" /></ri:attachment></ac:image></p>'),
    "a new item is written like its siblings: bare": (
        "<ul><li>a</li><li>b</li></ul>", "- b", "- b\n- c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
    "a new item is written like its siblings: with paragraphs": (
        '<ul>\n  <li local-id="1"><p>a</p></li>\n  <li><p>b</p></li>\n</ul>', "- a", "- new\n- a",
        '<ul>\n  <li><p>new</p></li>\n  <li local-id="1"><p>a</p></li>\n  <li><p>b</p></li>\n</ul>'),
    "an item goes with its line": (
        "<ul>\n  <li><p>a</p></li>\n  <li><p>b</p></li>\n  <li><p>c</p></li>\n</ul>", "- b\n", "",
        "<ul>\n  <li><p>a</p></li>\n  <li><p>c</p></li>\n</ul>"),
    "the first item of a numbered list goes, and no start comes of it": (
        "<ol><li><p>a</p></li><li><p>b</p></li><li><p>c</p></li></ol>", "1. a\n", "",
        "<ol><li><p>b</p></li><li><p>c</p></li></ol>"),
    "a start that was meant": (
        "<ol><li><p>a</p></li><li><p>b</p></li></ol>", "1. a", "5. a", '<ol start="5"><li><p>a</p></li><li><p>b</p></li></ol>'),
    "a task is done": (
        '<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>u</ac:task-uuid><ac:task-status>incomplete'
        "</ac:task-status><ac:task-body>do it</ac:task-body></ac:task></ac:task-list>", "[ ]", "[x]",
        '<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>u</ac:task-uuid><ac:task-status>complete'
        "</ac:task-status><ac:task-body>do it</ac:task-body></ac:task></ac:task-list>"),
    "a word of a task that a placeholder span wraps": (
        "<ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>"
        '<span class="placeholder-inline-tasks">do it</span></ac:task-body></ac:task></ac:task-list>', "do it", "do that",
        "<ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>"
        '<span class="placeholder-inline-tasks">do that</span></ac:task-body></ac:task></ac:task-list>'),
    "a row is added to a table with widths and colours": (
        '<table data-layout="wide"><colgroup><col style="width: 40.0px;" /></colgroup><tbody><tr ac:local-id="r">'
        '<th data-highlight-colour="#f4f5f7"><p>A</p></th></tr><tr><td><p>1</p></td></tr></tbody></table>',
        "| 1 |", "| 1 |\n| 2 |",
        '<table data-layout="wide"><colgroup><col style="width: 40.0px;" /></colgroup><tbody><tr ac:local-id="r">'
        '<th data-highlight-colour="#f4f5f7"><p>A</p></th></tr><tr><td><p>1</p></td></tr><tr><td><p>2</p></td></tr></tbody></table>'),
    "a column is added, and every other cell stays": (
        '<table><tbody><tr><th data-highlight-colour="#fff">A</th><th>B</th></tr><tr><td local-id="x">1</td><td>2</td></tr></tbody></table>',
        "| A | B |\n| --- | --- |\n| 1 | 2 |", "| A | N | B |\n| --- | --- | --- |\n| 1 | n | 2 |",
        '<table><tbody><tr><th data-highlight-colour="#fff">A</th><th>N</th><th>B</th></tr>'
        '<tr><td local-id="x">1</td><td>n</td><td>2</td></tr></tbody></table>'),
    "a column goes with its width": (
        '<table><colgroup><col style="width: 1.0px;" /><col style="width: 2.0px;" /></colgroup><tbody><tr><th>A</th><th>B</th></tr>'
        "<tr><td>1</td><td>2</td></tr></tbody></table>",
        "| A | B |\n| --- | --- |\n| 1 | 2 |", "| B |\n| --- |\n| 2 |",
        '<table><colgroup><col style="width: 2.0px;" /></colgroup><tbody><tr><th>B</th></tr><tr><td>2</td></tr></tbody></table>'),
    "a word in a cell whose paragraph bears the alignment": (
        '<table><tbody><tr><th><p style="text-align: right;">A</p></th></tr><tr><td><p style="text-align: right;" local-id="x">'
        "one two</p></td></tr></tbody></table>", "two", "three",
        '<table><tbody><tr><th><p style="text-align: right;">A</p></th></tr><tr><td><p style="text-align: right;" local-id="x">'
        "one three</p></td></tr></tbody></table>"),
    "rows between thead and tbody": (
        "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>",
        "| 1 |\n", "", "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>2</td></tr></tbody></table>"),
    "a heading's level, and its id stays": (
        '<h2 local-id="h" id="x">Head</h2>', "## Head", "### Head", '<h3 local-id="h" id="x">Head</h3>'),
    "a paragraph becomes a heading with its ids and comments": (
        f'<p local-id="p">A {MARKER}title</ac:inline-comment-marker></p>', "A title", "## A title",
        f'<h2 local-id="p">A {MARKER}title</ac:inline-comment-marker></h2>'),
    "a code line; macro id and parameters stay": (
        '<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="m"><ac:parameter ac:name="language">'
        'python</ac:parameter><ac:parameter ac:name="breakoutMode">wide</ac:parameter><ac:plain-text-body><![CDATA[a = 1\n'
        "b = 2]]></ac:plain-text-body></ac:structured-macro>", "b = 2", "b = 3 ]]> 4",
        '<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="m"><ac:parameter ac:name="language">'
        'python</ac:parameter><ac:parameter ac:name="breakoutMode">wide</ac:parameter><ac:plain-text-body><![CDATA[a = 1\n'
        "b = 3 ]]]]><![CDATA[> 4]]></ac:plain-text-body></ac:structured-macro>"),
    "a code block's language": (
        '<ac:structured-macro ac:name="code" ac:macro-id="m"><ac:parameter ac:name="language">python</ac:parameter>'
        "<ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>", "```python", "```java",
        '<ac:structured-macro ac:name="code" ac:macro-id="m"><ac:parameter ac:name="language">java</ac:parameter>'
        "<ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>"),
    "a panel's kind and title; its id and its text stay": (
        '<ac:structured-macro ac:name="info" ac:macro-id="m"><ac:rich-text-body><p local-id="p">hi</p></ac:rich-text-body>'
        "</ac:structured-macro>", "> [!NOTE]", "> [!TIP] Look",
        '<ac:structured-macro ac:name="tip" ac:macro-id="m"><ac:parameter ac:name="title">Look</ac:parameter><ac:rich-text-body>'
        '<p local-id="p">hi</p></ac:rich-text-body></ac:structured-macro>'),
    "an expand's title": (
        '<ac:structured-macro ac:name="expand" ac:macro-id="m"><ac:parameter ac:name="title">More</ac:parameter>'
        "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>", "More", "Even more",
        '<ac:structured-macro ac:name="expand" ac:macro-id="m"><ac:parameter ac:name="title">Even more</ac:parameter>'
        "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>"),
    "a parameter of a macro with a body": (
        '<ac:structured-macro ac:name="excerpt" ac:macro-id="m"><ac:parameter ac:name="hidden">true</ac:parameter>'
        '<ac:rich-text-body><p local-id="p">x</p></ac:rich-text-body></ac:structured-macro>', '"true"', '"false"',
        '<ac:structured-macro ac:name="excerpt" ac:macro-id="m"><ac:parameter ac:name="hidden">false</ac:parameter>'
        '<ac:rich-text-body><p local-id="p">x</p></ac:rich-text-body></ac:structured-macro>'),
    "a parameter of a raw macro; its ids stay": (
        '<ac:structured-macro ac:name="jirachart" ac:schema-version="1" ac:macro-id="m">\n  <ac:parameter ac:name="jql">a = b'
        '</ac:parameter>\n  <ac:parameter ac:name="w">3</ac:parameter>\n</ac:structured-macro><p>end</p>', "a = b", "a = c",
        '<ac:structured-macro ac:name="jirachart" ac:schema-version="1" ac:macro-id="m">\n  <ac:parameter ac:name="jql">a = c'
        '</ac:parameter>\n  <ac:parameter ac:name="w">3</ac:parameter>\n</ac:structured-macro><p>end</p>'),
    "a word in a layout cell": (
        '<ac:layout><ac:layout-section ac:type="two_equal" ac:breakout-mode="wide"><ac:layout-cell><p local-id="a">left</p>'
        "</ac:layout-cell><ac:layout-cell><p>right</p></ac:layout-cell></ac:layout-section></ac:layout>", "left", "lefter",
        '<ac:layout><ac:layout-section ac:type="two_equal" ac:breakout-mode="wide"><ac:layout-cell><p local-id="a">lefter</p>'
        "</ac:layout-cell><ac:layout-cell><p>right</p></ac:layout-cell></ac:layout-section></ac:layout>"),
    "two lists melt when what parted them goes, and items keep their ids": (
        '<ul><li local-id="1"><p>a</p></li></ul><p>x</p><ul><li local-id="2"><p>b</p></li></ul>', "- a\n\nx\n\n- b", "- a\n- b",
        '<ul><li local-id="1"><p>a</p></li><li local-id="2"><p>b</p></li></ul>'),
    "a paragraph moves into a quote with its id": (
        '<p local-id="1">one</p><p local-id="2">two</p>', "two", "> two",
        '<p local-id="1">one</p><blockquote><p local-id="2">two</p></blockquote>'),
    "bullets become numbers, and items keep their ids": (
        '<ul local-id="u"><li local-id="1"><p>a</p></li><li local-id="2"><p>b</p></li></ul>', "- a\n- b", "1. a\n2. b",
        '<ol local-id="u"><li local-id="1"><p>a</p></li><li local-id="2"><p>b</p></li></ol>'),
    "a link's address alone": (
        '<p>see <a href="https://a.example/" data-card-appearance="inline">https://a.example/</a></p><p>go <a href="x.html">'
        "<strong>there</strong> now</a></p>", "x.html", "y.html",
        '<p>see <a href="https://a.example/" data-card-appearance="inline">https://a.example/</a></p><p>go <a href="y.html">'
        "<strong>there</strong> now</a></p>"),
    "a link's address, and its text stays as it was": (
        '<p><a href="https://a.example/"><b>bold</b> &ndash; <i>x</i></a> end</p>', "https://a.example/", "https://b.example/",
        '<p><a href="https://b.example/"><b>bold</b> &ndash; <i>x</i></a> end</p>'),
    "bare text that would melt into bare text gets a paragraph": (
        "one<h2>H</h2>two", "## H\n\n", "", "one<p>two</p>"),
    "a new block between blocks that stand on lines": (
        "<p>a</p>\n<p>b</p>\n<p>c</p>\n", "b\n", "b\n\nnew\n", "<p>a</p>\n<p>b</p>\n<p>new</p>\n<p>c</p>\n"),
    "a word of a task below another, which stands behind it; ids stay": (
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-body>a</ac:task-body></ac:task><ac:task-list><ac:task>"
        "<ac:task-id>2</ac:task-id><ac:task-body>b</ac:task-body></ac:task></ac:task-list></ac:task-list>", "] b", "] c",
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-body>a</ac:task-body></ac:task><ac:task-list><ac:task>"
        "<ac:task-id>2</ac:task-id><ac:task-body>c</ac:task-body></ac:task></ac:task-list></ac:task-list>"),
    "a word in a panel of the new editor, whose copy goes": (
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content>'
        '<p local-id="p">old</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>old</p></ac:adf-fallback></ac:adf-extension>',
        "old", "new",
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content>'
        '<p local-id="p">new</p></ac:adf-content></ac:adf-node></ac:adf-extension>'),
    "a link's target in an HTML table": (
        '<table><tbody><tr><td><p>a</p><p local-id="p">see <ac:link ac:local-id="l"><ri:page ri:content-title="Old" />'
        "<ac:link-body>it</ac:link-body></ac:link> now</p></td></tr></tbody></table>", "=Old", "=New",
        '<table><tbody><tr><td><p>a</p><p local-id="p">see <ac:link ac:local-id="l"><ri:page ri:content-title="New" />'
        "<ac:link-body>it</ac:link-body></ac:link> now</p></td></tr></tbody></table>"),
    "windows line ends in storage": (
        "<p>a b</p>\r\n<p>c</p>\r\n", "a b", "a x", "<p>a x</p>\r\n<p>c</p>\r\n"),
    "a comment of the storage's own": (
        "<p>a</p><!-- keep --><p>b</p><p>c</p>", "b\n\n", "", "<p>a</p><!-- keep --><p>c</p>"),
}  # fmt: skip


@pytest.mark.parametrize("name", PUSHED)
def test_pushed(name: str) -> None:
    storage, before, after, expected = PUSHED[name]
    assert push(storage, before, after) == (expected, "")


def test_a_comment_whose_words_are_all_gone_is_reported() -> None:
    storage = f"<p>some {MARKER}word</ac:inline-comment-marker> here</p>"
    assert push(storage, "word ", "") == ("<p>some here</p>", NoteKind.COMMENT_LOST)


PULLED = {
    "a wrapped paragraph keeps its lines": (
        "one two\nthree four\nfive\n", "three", "3", "one two\n3 four\nfive\n"),
    "a word that goes at a line's end leaves the line end": (
        "one two\nthree four\n", "two ", "", "one\nthree four\n"),
    "hard breaks, odd emphasis and entities stay": (
        "a *b*  \n__c__ &amp; &nbsp;d\\* end\n", "end", "fin", "a *b*  \n__c__ &amp; &nbsp;d\\* fin\n"),
    "a column comes to a table that has as few bars and dashes as it can": (
        "a|b\n-|:-\n1|2\n", '<th><p style="text-align: left;">b</p></th></tr><tr><td><p>1</p></td>',
        '<th><p>n</p></th><th><p style="text-align: left;">b</p></th></tr><tr><td><p>1</p></td><td><p>x</p></td>',
        "a|n|b\n-|-|:-\n1|x|2\n"),
    "a comment at the end of a quote whose last paragraph goes": (
        "> a\n>\n> <!-- c -->\n>\n> b\n", "<p>b</p>", "", "> a\n>\n> <!-- c -->\n"),
    "what is left out stays where it stands when the text behind it goes": (
        "a\n\n<!-- confluence-skip-start -->\n# for us\n\nalone\n<!-- confluence-skip-end -->\n\nb\n", "<p>b</p>", "",
        "a\n\n<!-- confluence-skip-start -->\n# for us\n\nalone\n<!-- confluence-skip-end -->\n"),
    "a word beside words that are left out": (
        "a <!-- confluence-skip-start -->*own*<!-- confluence-skip-end --> b\n", "b</p>", "c</p>",
        "a <!-- confluence-skip-start -->*own*<!-- confluence-skip-end --> c\n"),
    "a setext heading": ("Title here\n==========\n\nx\n", "here", "there", "Title there\n==========\n\nx\n"),
    "a setext heading's level": ("Title\n=====\n\nx\n", "<h1>Title</h1>", "<h2>Title</h2>", "Title\n-----\n\nx\n"),
    "a heading becomes deep": ("Title\n---\n\nx\n", "<h2>Title</h2>", "<h4>Title</h4>", "#### Title\n\nx\n"),
    "a reference link elsewhere stays": (
        "see [it][r] now\n\n[r]: https://a.example\n", "now", "then", "see [it][r] then\n\n[r]: https://a.example\n"),
    "a link's target becomes another": (
        'see [the *text*](https://a.example "T") now\n', 'href="https://a.example"', 'href="https://b.example"',
        'see [the *text*](https://b.example "T") now\n'),
    "a definition stays when its neighbour goes": (
        "a\n\n[r]: https://a.example\n\nb\n\nsee [r]\n", "<p>b</p>", "", "a\n\n[r]: https://a.example\n\nsee [r]\n"),
    "a definition inside of what goes stays": (
        "- a\n- b\n\n  [r]: https://a.example\n\nsee [r]\n", "<li><p>b</p></li>", "",
        "- a\n\n  [r]: https://a.example\n\nsee [r]\n"),
    "lists that come to stand around a definition stay two": (
        "- a\n\n  [r]: https://a.example\n\nb\n\n- c\n\nsee [r]\n", "<p>b</p>", "",
        "- a\n\n  [r]: https://a.example\n\n<!-- -->\n\n- c\n\nsee [r]\n"),
    "what kept two lists apart goes with one of them": ("- a\n\n<!-- -->\n\n- b\n\nc\n", "<ul><li><p>b</p></li></ul>", "",
        "- a\n\nc\n"),
    "what looks like a definition gets no term above it": (
        "a\n\n<!-- x -->\n\n: b\n\nc\n", "<p>: b</p>", "<p>new</p><p>: b</p>",
        "a\n\n<!-- x -->\n\nnew\n\n<!-- -->\n\n: b\n\nc\n"),
    "a column is centred in the width that it has": (
        "| a |\n| --- |\n| b |\n", "<th><p>a</p></th></tr><tr><td>",
        '<th style="text-align: center;"><p>a</p></th></tr><tr><td style="text-align: center;">',
        "| a |\n| :-: |\n| b |\n"),
    "a heading's id is another": (
        "## x { #a .b }\n\ny\n", ">a<", ">z<", "## x { #z .b }\n\ny\n"),
    "a heading's id that stands in its class, too": (
        "## x {#a .ab}\n\ny\n", ">a<", ">z<", '## x<a id="z"></a>\n\ny\n'),
    "a new term behind the others": (
        "a\n:   b\n\nend\n", "<p>end</p>", "<p><strong>c</strong></p><ul><li><p>d</p><p>e</p></li></ul><p>end</p>",
        "a\n:   b\n\nc\n:   d\n\n    e\n\nend\n"),
    "new terms before the others": (
        "a\n: b\n", "<p><strong>a", "<p><strong>c</strong></p><ul><li><p>d</p></li></ul>"
        "<p><strong>e</strong></p><ul><li><p>f</p></li><li><p>g</p></li></ul><p><strong>a",
        "c\n: d\n\ne\n: f\n: g\n\na\n: b\n"),
    "a bold line and a list far from all terms": (
        "a\n: b\n\nend\n\nfin\n", "<p>fin</p>", "<p><strong>c</strong></p><ul><li><p>d</p></li></ul><p>fin</p>",
        "a\n: b\n\nend\n\n**c**\n\n- d\n\nfin\n"),
    "a link over a line's end": (
        "> one two\n> three four\n", "two three", '<a href="https://a.example">two three</a>',
        "> one [two\n> three](https://a.example) four\n"),
    "an image that goes by a definition is another": (
        "![a][i]\n\nb\n\n[i]: <https://a.example/b.png> 'c'\n", "b.png", "d.png",
        "![a][i]\n\nb\n\n[i]: <https://a.example/d.png> 'c'\n"),
    "an image with a size that goes by a definition is another": (
        '![a]{ width="3" }\n\nb\n\n[a]: c/b.png#x\n', "b.png#x", "d.png", '![a]{ width="3" }\n\nb\n\n[a]: c/d.png\n'),
    "one of two images that go by a definition is another": (
        "![a][i]\n\n![b][i]\n\n[i]: b.png\n", "b.png", "d.png", "![a](d.png)\n\n![b][i]\n\n[i]: b.png\n"),
    "an item between definitions goes": (
        "- a\n\n  [r]: https://a.example\n\n- b\n\n  [s]: https://b.example\n\n- c\n\n[r] [s]\n", "<li><p>b</p></li>", "",
        "- a\n\n  [r]: https://a.example\n\n  [s]: https://b.example\n\n- c\n\n[r] [s]\n"),
    "an underlined heading goes into a panel": (
        "T\n=\n\nA\n-\n\none\ntwo\n", "<h2>A</h2><p>one two</p>",
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><h2>A</h2><p>one two</p></ac:rich-text-body></ac:structured-macro>',
        "T\n=\n\n> [!NOTE]\n> ## A\n>\n> one\n> two\n"),
    "a level is underlined where levels are": (
        "Title\n=====\n\n### deep\n\nb\n", "<h3>deep</h3>", "<h2>deep</h2>", "Title\n=====\n\ndeep\n----\n\nb\n"),
    "comments stay": ("a\n\n<!-- keep -->\n\nb\n\nc\n", "<p>b</p>", "", "a\n\n<!-- keep -->\n\nc\n"),
    "comments on both sides of what goes": (
        "a\n\n<!-- 1 -->\n\nb\n\n<!-- 2 -->\n\nc\n", "<p>b</p>", "", "a\n\n<!-- 1 -->\n\n<!-- 2 -->\n\nc\n"),
    "a break in a quote": ("> one two\n\nend\n", "one two", "one<br />2", "> one\\\n> 2\n\nend\n"),
    "a link's target, and its text stays as it was typed": (
        "see [a __b__ &amp; c][r] now\n\n[r]: https://a.example\n", 'href="https://a.example"', 'href="https://b.example"',
        "see [a __b__ &amp; c][r] now\n\n[r]: https://b.example\n"),
    "a new list in a file with other bullets": (
        "+ a\n\ntext\n", "<p>text</p>", "<p>text</p><ul><li><p>b</p></li></ul>", "+ a\n\ntext\n\n+ b\n"),
    "a word in the second of two blocks in one fence": (
        "~~~{=confluence}\n<p>one</p>\n\n<p   >two words</p>\n~~~\n", "two words", "two more words",
        "~~~{=confluence}\n<p>one</p>\n\n<p   >two more words</p>\n~~~\n"),
    "the bullets of the file": ("* a\n* b\n", "</ul>", "<li><p>c</p></li></ul>", "* a\n* b\n* c\n"),
    "wide bullets": ("-   a\n-   b\n", "</ul>", "<li><p>c</p></li></ul>", "-   a\n-   b\n-   c\n"),
    "the next number": ("1. a\n2. b\n", "</ol>", "<li><p>c</p></li></ol>", "1. a\n2. b\n3. c\n"),
    "numbers that are all one": ("1. a\n1. b\n", "</ol>", "<li><p>c</p></li></ol>", "1. a\n1. b\n1. c\n"),
    "the first number goes": ("1. a\n2. b\n3. c\n", "<li><p>a</p></li>", "", "1. b\n3. c\n"),
    "loose items": ("* a\n\n* b\n", "</ul>", "<li><p>c</p></li></ul>", "* a\n\n* b\n\n* c\n"),
    "a sub-list stays tight": (
        "- a\n- b\n", "<li><p>b</p></li>", "<li><p>b</p><ul><li><p>d</p></li></ul></li>", "- a\n- b\n  - d\n"),
    "a task is done": (
        "* [ ] a\n* [ ] b\n", "incomplete", "complete", "* [x] a\n* [ ] b\n"),
    "an unpadded table is not padded anew": (
        "|a|b|\n|-|-|\n|1|2|\n", "<td><p>2</p></td>", "<td><p>222</p></td>", "|a|b|\n|-|-|\n|1|222|\n"),
    "a new row in an unpadded table": (
        "|a|b|\n|-|-|\n|1|2|\n", "</tbody>", "<tr><td><p>3</p></td><td><p>4</p></td></tr></tbody>",
        "|a|b|\n|-|-|\n|1|2|\n|3|4|\n"),
    "the first body row goes": (
        "| a |\n| - |\n| 1 |\n| 2 |\n", "<tr><td><p>1</p></td></tr>", "", "| a |\n| - |\n| 2 |\n"),
    "an aligned table": (
        "a | b\n:-: | --\n1 | 2\n\nend\n", "<p>2</p>", "<p>3</p>", "a | b\n:-: | --\n1 | 3\n\nend\n"),
    "quote marks stay as they are": (
        ">one two\n>three\n\nend\n", "three", "3", ">one two\n>3\n\nend\n"),
    "a new paragraph in a quote": (
        "> one\n\nend\n", "</blockquote>", "<p>two</p></blockquote>", "> one\n>\n> two\n\nend\n"),
    "an alert's title": (
        "> [!NOTE] Old\n> text\n> wrapped\n", ">Old<", ">New one<", "> [!NOTE] New one\n> text\n> wrapped\n"),
    "an alert's kind": ("> [!NOTE]\n> text\n", 'ac:name="info"', 'ac:name="warning"', "> [!CAUTION]\n> text\n"),
    "an expand's title": (
        "<details><summary>Old</summary>\n\ntext\n\n</details>\n", ">Old<", ">New<",
        "<details><summary>New</summary>\n\ntext\n\n</details>\n"),
    "a code line; the info string stays": (
        "~~~ python title=\"x\"\na = 1\nb = 2\n~~~\n", "b = 2", "b = 3\nc", "~~~ python title=\"x\"\na = 1\nb = 3\nc\n~~~\n"),
    "a code line in a quote in a list": (
        "- x\n\n  > ```\n  > a\n  >\n  > b\n  > ```\n", "\nb]]", "\nc]]", "- x\n\n  > ```\n  > a\n  >\n  > c\n  > ```\n"),
    "code whose fence is indented": ("x\n\n  ```\n  a\n\n  b\n  ```\n", "\nb]]", "\nc]]", "x\n\n  ```\n  a\n\n  c\n  ```\n"),
    "indented code": ("x\n\n    a\n\n    b\n\ny\n", "\nb]]", "\nc]]", "x\n\n    a\n\n    c\n\ny\n"),
    "code that grows a fence": ("```\na\n```\n", "CDATA[a]", "CDATA[```\na]", "````\n```\na\n````\n"),
    "text that would begin a block": ("a\nb c\n", "b c", "# c", "a\n\\# c\n"),
    "text that would be markup": ("a b c\n", " b ", " *b* [x](y) ", "a \\*b\\* \\[x](y) c\n"),
    "the emphasis of the file": ("_a_ and _b_ c\n", " c", " c <em>d</em>", "_a_ and _b_ c _d_\n"),
    "two lists that would melt": (
        "1. a\n\nx\n\n1. b\n", "<p>x</p>", "", "1. a\n\n<!-- -->\n\n1. b\n"),
    "raw storage keeps its fence and its lines": (
        "````{=confluence}\n<ac:structured-macro ac:name=\"x\">\n  <ac:parameter ac:name=\"p\">v w</ac:parameter>\n"
        "</ac:structured-macro>\n````\n", "v w", "v z",
        "````{=confluence}\n<ac:structured-macro ac:name=\"x\">\n  <ac:parameter ac:name=\"p\">v z</ac:parameter>\n"
        "</ac:structured-macro>\n````\n"),
    "an HTML table in a quote": (
        "> <table>\n> <tr><td><p>a</p><p>b</p></td></tr>\n> </table>\n", "<p>b</p>", "<p>c</p>",
        "> <table>\n> <tr><td><p>a</p><p>c</p></td></tr>\n> </table>\n"),
    "a link, an emoji and an image in a cell of an HTML table": (
        "<table>\n<tr><td><p>a</p><p>b</p></td></tr>\n</table>\n", "<p>b</p>",
        '<p>b <ac:link><ri:page ri:content-title="T" /></ac:link><ac:emoticon ac:name="tick" /><ac:image><ri:attachment '
        'ri:filename="i.png" /></ac:image></p>',
        '<table>\n<tr><td><p>a</p><p>b <a href="confluence:page?content-title=T">T</a>:tick:<img src="i.png" /></p></td></tr>\n'
        "</table>\n"),
    "a parameter of a macro without a body": (
        '- x\n\n  <div data-confluence="macro:children" data-p-depth="2"></div>\n', ">2<", ">3<",
        '- x\n\n  <div data-confluence="macro:children" data-p-depth="3"></div>\n'),
    "a layout's section type": (
        '<div data-confluence="layout">\n\n<div data-confluence="layout-section" type="two_equal">\n\nx\n\n</div>\n\n</div>\n',
        "two_equal", "single",
        '<div data-confluence="layout">\n\n<div data-confluence="layout-section" type="single">\n\nx\n\n</div>\n\n</div>\n'),
    "a new row below bars that line up": (
        "| a     | b   |\n| ----- | --- |\n| 1 2 3 | x   |\n", "</tbody>", "<tr><td><p>4</p></td><td><p>y</p></td></tr></tbody>",
        "| a     | b   |\n| ----- | --- |\n| 1 2 3 | x   |\n| 4     | y   |\n"),
    "a new paragraph where paragraphs are wrapped": (
        "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii\njjjj\n\n" * 2, "</p>", "</p><p>" + "word " * 10 + "- x</p>",
        "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii\njjjj\n\nword word word word word word word word word\nword - x\n\n"
        "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii\njjjj\n\n"),
    "a new heading where headings are underlined": (
        "Title\n=====\n\nx\n", "<p>x</p>", "<h2>Part</h2><p>x</p>", "Title\n=====\n\nPart\n----\n\nx\n"),
    "windows line ends": ("a b\r\nc d\r\n\r\n- x\r\n", "d</p>", "e</p><p>f</p>", "a b\r\nc e\r\n\r\nf\r\n\r\n- x\r\n"),
    "line ends of both kinds": ("a b\r\nc d\n\nx\r\n", "x</p>", "y</p>", "a b\r\nc d\n\ny\r\n"),
    "a byte order mark, and no newline at the end": ("\ufeffa b", "b", "c", "\ufeffa c"),
    "a moved block keeps its bytes": (
        "one\ntwo\n\n* b\n+ c\n\nend\n", "<p>one two</p>", "", "* b\n+ c\n\nend\n"),
    "a thing that the title's mark stands before": (
        "<!-- confsync:title -->\ntext\n", "<p>text</p>", "<h2>new</h2><p>text</p>", "<!-- confsync:title -->\n## new\n\ntext\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PULLED)
def test_pulled(name: str) -> None:
    markdown, before, after, expected = PULLED[name]
    text, notes = pull(markdown, before, after)
    assert text == expected
    if name != "code that grows a fence":
        assert notes == ""


def test_what_would_read_differently_is_written_so_that_it_does_not() -> None:
    markdown = "one [^n] two\n\n[^n]: note\n\nthree\n"
    storage = to_storage(markdown).text
    start, stop = storage.index("</p>") + 4, storage.index("<p>three")
    changed = storage[:start] + storage[stop:]
    got = put_markdown(storage, markdown, changed)
    assert normal_markdown(got.text) == normal_storage(changed)
    assert "[^n]:" not in got.text
    assert got.text.endswith("\n\nthree\n")
    assert [n.kind for n in got.notes] == [NoteKind.RAW]


def test_a_text_in_brackets_is_no_link_when_the_footnote_behind_it_goes() -> None:
    markdown = "see [a][^1] here\n\n[^1]: a text\n\n[a]: https://a.example\n"
    storage = to_storage(markdown).text
    gone = storage[: storage.index("</p>") + 4]
    text = put_markdown(storage, markdown, gone).text
    assert normal_markdown(text) == normal_storage(gone)
    assert "see \\[a\\]`<sup>" in text


def test_of_a_paragraph_whose_footnote_goes_the_reference_alone_changes() -> None:
    raised = (
        '<sup><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">{}-1</ac:parameter></ac:structured-macro>'
        '<ac:link ac:anchor="{}-1"><ac:link-body>1</ac:link-body></ac:link></sup>'
    )
    mark, note = raised.format("fnref", "fn"), f"<p>{raised.format('fn', 'fnref')} a text</p>"
    markdown = "see [r] here[^1], and\nmore _words_\n\n[^1]: a text\n\n[r]: https://a.example\n"
    storage = to_storage(markdown).text
    assert note in storage
    gone = storage.replace(note, "")
    text = put_markdown(storage, markdown, gone).text
    assert text == f"see [r] here`{mark}`{{=confluence}}, and\nmore _words_\n\n[r]: https://a.example\n"
    assert put_markdown(gone, text, storage).text.startswith("see [r] here[^1], and\nmore _words_\n\n")


def test_a_page_that_the_server_changed_keeps_what_it_alone_knows() -> None:
    storage = "<p>one</p><p>two</p><p>three</p>"
    server = '<p>one</p><ac:structured-macro ac:name="added" /><p>two!</p><p>three</p>'
    got = put_storage(to_markdown(storage).text, server, "one\n\ntwo\n\nthree four\n")
    assert got.text == server.replace("three", "three four")


def test_an_empty_page_gets_its_first_text() -> None:
    assert put_storage("", "", "hello\n").text == "<p>hello</p>"
    assert put_markdown("", "", "<p>hello</p>").text == "hello\n"


def test_a_page_that_becomes_empty() -> None:
    assert put_storage("hello\n", "<p>hello</p>", "").text == ""
    assert put_markdown("<p>hello</p>", "<!-- mark -->\n\nhello\n", "").text.strip() == "<!-- mark -->"
