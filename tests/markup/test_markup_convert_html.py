"""HTML in Markdown: mapped or shown, never run, never lost without a word."""

from __future__ import annotations

import pytest
from markup_corpus import broken_laws, faults

from confsync.markup import NoteKind, normal_markdown, to_markdown, to_storage

HTML = [
    "<p>a<div>b</div>c</p>",
    "<h1>a<ul><li>b</ul></h1>",
    "<table><tr><td>a<td>b<tr><td>c</table>",
    "<ul><li>a<li>b</ul>",
    "<b><p>a</p></b>",
    "<a href='x'><div>b</div></a>",
    "<ul><li><blockquote><b><p>a</p></b></blockquote></li></ul>",
    "<ul><li><ul><li><p>a<div>b</div></p></li></ul></li></ul>",
    "<dl><dt>a</dt><dd>b</dd></dl>",
    "<pre><code class='language-python'>x &lt; y\n  z</code></pre>",
    "<details><summary>a</summary>b</details>",
    "<center>a</center>",
    "<p align='center'><img src='a.png' width='3'></p>",
    "<figure><img src='a.png'><figcaption>b</figcaption></figure>",
    "<font color='red'>a</font>",
    "<TABLE><TR><TH>a</TH></TR></TABLE>",
    "<section><p>a</p></section>",
    "<div><span>a</span> b</div>",
    "<iframe src='x'></iframe>",
    "<script>alert(1)</script>",
    "<style>p { color: red }</style>",
    "<svg><path d='M0'/></svg>",
    "<Tabs groupId='x'><TabItem>a</TabItem></Tabs>",
    "<form><input type='text' value='a'></form>",
    "<video src='a.mp4'></video>",
    "<p onclick='x()'>a</p>",
    "<img src='x' onerror='alert(1)'>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='java&#x09;script:alert(1)'>a</a>",
    "<p>a",
    "</p>",
    "<ul>a</ul>",
    "<ul></ul>",
    "<table></table>",
    "<td>a</td>",
    "<li>a</li>",
    "<p><p><p>a",
    "<x-y z=1>a</x-y>",
    "<p title='a\"b&c<d'>a</p>",
]
SHAPES = ["{}", "text {} text", "- {}", "> {}", "| a |\n|---|\n| {} |", "# {}", "a\n{}\nb"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("html", HTML)
def test_html_becomes_storage_by_all_cold_laws(html: str, shape: str) -> None:
    assert broken_laws(shape.format(html)) == []


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("html", [h for h in HTML if ">a" in h])
def test_text_inside_of_html_survives(html: str, shape: str) -> None:
    text = shape.format(html.replace(">a", ">needle"))
    assert "needle" in to_storage(text).text


@pytest.mark.parametrize(
    "storage",
    [
        "<p><script>x</script></p>",
        '<p onclick="x()">a</p>',
        '<iframe src="x"></iframe>',
        '<p><a href="javascript:x()">a</a></p>',
        '<object data="x"></object>',
        '<p style="a"><img src="javascript:x()" /></p>',
    ],
)
def test_active_content_in_a_raw_fence_is_shown_and_not_sent(storage: str) -> None:
    conversion = to_storage(f"```{{=confluence}}\n{storage}\n```\n")
    assert faults(conversion.text) == set()
    assert conversion.text.startswith('<ac:structured-macro ac:name="code">')
    assert NoteKind.MALFORMED in {n.kind for n in conversion.notes}
    assert to_markdown(conversion.text).text == f"```{{=confluence}}\n{storage}\n```\n"


@pytest.mark.parametrize(
    "href",
    ["javascript:x", "JavaScript:x", " javascript:x", "java\tscript:x", "vbscript:x", "data:text/html,x"],
)
def test_a_link_that_would_run_something_leaves_its_text_and_a_note(href: str) -> None:
    for text in (f"[a](<{href}>)", f'<a href="{href}">a</a>', f"![a](<{href}>)"):
        conversion = to_storage(text)
        assert "a" in conversion.text
        assert "script" not in conversion.text.lower() or "&lt;" in conversion.text
        assert faults(conversion.text) == set()


def test_what_is_taken_out_or_changed_is_told() -> None:
    kinds = {
        n.kind
        for n in to_storage("<Tabs>x</Tabs>\n\n<ul><li>a</ul>\n\na <input> b\n\n[x](javascript:y)").notes
    }
    assert {NoteKind.HTML_AS_TEXT, NoteKind.HTML_REPAIRED, NoteKind.UNSAFE} <= kinds


def test_brackets_of_html_hold_markdown_and_unclosed_ones_stay_visible() -> None:
    closed = to_storage("<details>\n<summary>T</summary>\n\n**a**\n\n</details>\n").text
    assert "<strong>a</strong>" in closed
    assert 'ac:name="expand"' in closed
    opened = to_storage("<details>\n\n**a**\n").text
    assert "&lt;details>" in opened or "<![CDATA[<details>]]>" in opened
    assert "<strong>a</strong>" in opened


def test_a_comment_is_no_content() -> None:
    assert normal_markdown("a\n\n<!-- b -->\n\nc") == normal_markdown("a\n\nc")
