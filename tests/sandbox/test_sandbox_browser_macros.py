"""What pages in the browser show of macros and of what the new editor has: as Confluence does, and nothing made up."""

import pytest
import requests
from lxml import html

PARAMETER = '<ac:parameter ac:name="{}">{}</ac:parameter>'
RICH = "<ac:rich-text-body>{}</ac:rich-text-body>"
PLAIN = "<ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body>"
LINK = '<ac:link><ri:page ri:content-title="{}" /></ac:link>'


def macro(name, *parts):
    return f'<ac:structured-macro ac:name="{name}">{"".join(parts)}</ac:structured-macro>'


def adf(inner):
    return f"<ac:adf-extension>{inner}</ac:adf-extension>"


@pytest.fixture
def page(sandbox, ann, api):
    """Give what the page that has a body looks like, without its frame."""
    with requests.Session() as session:
        made = []

        def look(body, *, title=""):
            made.append(api.made(title or f"Shown {len(made)}", body))
            answer = session.get(f"{sandbox.url}/spaces/DOCS/pages/{made[-1]}", timeout=5)
            assert answer.status_code == 200
            return answer.text.partition("</p>")[2]

        yield look


SHOWN = {
    "an unknown macro": (macro("zebra"), ["Unknown macro: 'zebra'"]),
    "an app that is not there": (
        macro("drawio", PARAMETER.format("diagramName", "x")),
        ["Unknown macro: 'drawio'"],
    ),
    "an unknown macro with something in it": (
        macro("zebra", RICH.format("<p>inside</p>")),
        ["<summary>Unknown macro: 'zebra'</summary><p>inside</p>"],
    ),
    "what Confluence finds elsewhere": (macro("jira", PARAMETER.format("key", "A-1")), ["jira: A-1"]),
    "a panel": (
        macro("note", PARAMETER.format("title", "T"), RICH.format("<p>x</p>")),
        ['<div class="panel note"><div class="title">T</div><p>x</p></div>'],
    ),
    "a panel with a colour and a sign": (
        macro(
            "panel",
            PARAMETER.format("bgColor", "#E6FCFF"),
            PARAMETER.format("panelIconText", "🌈"),
            RICH.format(""),
        ),
        ['style="background-color: #E6FCFF"', "🌈"],
    ),
    "a purple panel": (
        adf(
            '<ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
            "<ac:adf-content><p>x</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>twice</p></ac:adf-fallback>"
        ),
        ['<div class="panel purple"><p>x</p></div>'],
    ),
    "an expand": (
        macro("expand", PARAMETER.format("title", "More"), RICH.format("<p>x</p>")),
        ["<details><summary>More</summary><p>x</p></details>"],
    ),
    "code": (
        macro(
            "code",
            PARAMETER.format("title", "a.py"),
            PARAMETER.format("language", "py"),
            PLAIN.format("a < b"),
        ),
        ['<div class="title">a.py</div>', ">py</span>", "<pre><code>a &lt; b</code></pre>"],
    ),
    "numbered code": (
        macro(
            "code",
            PARAMETER.format("linenumbers", "true"),
            PARAMETER.format("firstline", "5"),
            PLAIN.format("a\nb"),
        ),
        ['<span class="number">5</span>a\n<span class="number">6</span>b'],
    ),
    "folded code": (
        macro("code", PARAMETER.format("collapse", "true"), PLAIN.format("a")),
        ["<details><summary>Expand source"],
    ),
    "a status": (
        macro("status", PARAMETER.format("title", "DONE"), PARAMETER.format("colour", "Green")),
        ['<span class="status Green">DONE</span>'],
    ),
    "page properties": (
        macro("details", RICH.format("<p>x</p>")),
        ['<div class="properties"><p>x</p></div>'],
    ),
    "tasks": (
        (
            "<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a</ac:task-body></ac:task>"
            "</ac:task-list>"
        ),
        ['<input type="checkbox" disabled checked> a'],
    ),
    "a table of contents of some levels": (
        "<h1>One</h1><h2>Two</h2><h3>Three</h3>" + macro("toc", PARAMETER.format("maxLevel", "2")),
        ['<a href="#One">One</a>', '<a href="#Two">Two</a></li></ul>'],
    ),
    "a layout": (
        (
            '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>a</p></ac:layout-cell><ac:layout-cell>'
            "<p>b</p></ac:layout-cell></ac:layout-section></ac:layout>"
        ),
        ['<div class="layout two_equal"><div><p>a</p></div><div><p>b</p></div></div>'],
    ),
    "a date": ('<p><time datetime="2026-08-01" /></p>', ['<time datetime="2026-08-01">Aug 1, 2026</time>']),
    "emoji": (
        (
            '<p><ac:emoticon ac:name="tick" /> <ac:emoticon ac:name="blue-star" ac:emoji-shortname=":x:" '
            'ac:emoji-fallback="❌" /></p>'
        ),
        ["<p>✅ ❌</p>"],
    ),
    "a colour": (
        '<p><span style="background-color: rgb(255,240,179); position: fixed;">x</span></p>',
        ['<span style="background-color: rgb(255,240,179)">x</span>'],
    ),
    "a formula": (macro("mathblock", PLAIN.format("x^2")), [">x^2</div>"]),
    "a decision": (
        adf(
            '<ac:adf-node type="decision-list"><ac:adf-node type="decision-item">'
            '<ac:adf-attribute key="state">DECIDED</ac:adf-attribute><ac:adf-content>We do</ac:adf-content>'
            "</ac:adf-node></ac:adf-node>"
        ),
        ['<ul class="decisions"><li><span class="meta">✓</span> We do</li></ul>'],
    ),
    "a column that counts": (
        (
            '<table><tbody><tr><th class="numberingColumn" /><th>H</th></tr><tr><td class="numberingColumn" /><td>a</td>'
            "</tr></tbody></table>"
        ),
        ["<td>1</td><td>a</td>"],
    ),
    "a page that is not there": (
        macro("include", PARAMETER.format("", LINK.format("No such"))),
        ["Unable to render {include}: No such"],
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_shows_it_as_confluence_does(page, name):
    body, parts = SHOWN[name]
    shown = page(body)
    for part in parts:
        assert part in shown


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        (
            macro("details", PARAMETER.format("hidden", "true"), RICH.format("<p>secret words</p>")),
            "secret words",
        ),
        (
            macro("excerpt", PARAMETER.format("hidden", "true"), RICH.format("<p>secret words</p>")),
            "secret words",
        ),
        ("<p><ac:placeholder>secret words</ac:placeholder></p>", "secret words"),
    ],
)
def test_what_confluence_hides_is_hidden(page, body, hidden):
    assert hidden not in page(body)


def test_another_page_and_its_excerpt_are_shown_within_a_page(page):
    page(f"<p>words of it</p>{macro('excerpt', RICH.format('<p>the short of it</p>'))}", title="Other")
    whole = page(macro("include", PARAMETER.format("", LINK.format("Other"))))
    assert "words of it" in whole
    short = page(macro("excerpt-include", PARAMETER.format("", LINK.format("Other"))))
    assert "the short of it" in short
    assert "words of it" not in short


def test_pages_that_show_each_other_many_times_come_to_an_end(page):
    page(macro("include", PARAMETER.format("", LINK.format("Second"))) * 20, title="First")
    shown = page(macro("include", PARAMETER.format("", LINK.format("First"))) * 20, title="Second")
    assert "Unable to render {include}" in shown


def test_files_of_the_page_are_shown_by_their_macros(sandbox, ann):
    made = ann.create(
        "With files",
        macro("gallery")
        + macro("attachments")
        + macro("view-file", PARAMETER.format("name", '<ri:attachment ri:filename="a.pdf" />')),
    )
    ann.attach(made.id, "a.png", b"png")
    ann.attach(made.id, "a.pdf", b"pdf")
    shown = requests.get(f"{sandbox.url}/spaces/DOCS/pages/{made.id}", timeout=5).text
    assert 'alt="a.png"' in shown
    assert ">a.pdf</a></li>" in shown
    assert '<a class="file"' in shown


HOSTILE = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.mark.parametrize(
    "body",
    [
        macro(HOSTILE),
        macro(HOSTILE, RICH.format(HOSTILE)),
        macro("jira", PARAMETER.format("key", HOSTILE)),
        macro(
            "panel",
            PARAMETER.format("bgColor", "red;background:url(x)"),
            PARAMETER.format("panelIconText", HOSTILE),
            RICH.format(""),
        ),
        macro(
            "code",
            PARAMETER.format("language", HOSTILE),
            PARAMETER.format("title", HOSTILE),
            PLAIN.format("<script>"),
        ),
        macro("include", PARAMETER.format("", LINK.format(HOSTILE))),
        macro("view-file", PARAMETER.format("name", f'<ri:attachment ri:filename="{HOSTILE}" />')),
        macro("mathinline", PARAMETER.format("body", HOSTILE)),
        f'<p><time datetime="{HOSTILE}" /><ac:emoticon ac:name="{HOSTILE}" ac:emoji-fallback="{HOSTILE}" /></p>',
        f'<table><tbody><tr><td data-highlight-colour="{HOSTILE}" class="numberingColumn">x</td></tr></tbody></table>',
        f'<ac:layout><ac:layout-section ac:type="{HOSTILE}"><ac:layout-cell><p>a</p></ac:layout-cell></ac:layout-section></ac:layout>',
    ],
)
def test_hostile_words_run_nothing_and_reach_no_attribute(page, body):
    tree = html.fromstring(f"<div>{page(body)}</div>")
    assert not tree.xpath("//script | //iframe | //object | //*[@onclick or @onerror or @onload]")
    assert not tree.xpath("//@style[contains(., 'url(')]")
