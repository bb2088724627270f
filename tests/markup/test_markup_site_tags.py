"""Tags of docs sites around Markdown: what is shown for them, and that they stay in the file whatever changes between them."""

from __future__ import annotations

import re

import pytest
from markup_steps import steps

from confsync.markup import put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.file.outline import Outline
from confsync.markup.file.relink import rewrite_links
from confsync.model import DocPath


def seen(markdown: str) -> str:
    """What a page shows, as a file that is made of it says."""
    return to_markdown(to_storage(markdown).text).text


def pulled(markdown: str, was: str, now: str) -> str:
    """The file after words of its page were replaced in Confluence."""
    storage = to_storage(markdown).text
    assert storage.count(was) == 1
    changed = storage.replace(was, now)
    result = put_markdown(storage, markdown, changed)
    assert to_storage(result.text).text == changed
    return result.text


HINT = '{% hint style="info" %}\none two\n{% endhint %}\n\nend\n'
STEPS = '<Steps>\n  <Step title="A">\n    one\n\n    - item\n  </Step>\n</Steps>\n\nend\n'


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("- a\n  {% hint %}\n  b\n  {% endhint %}\n- c\n", "- a\n  > [!NOTE]\n  > b\n- c\n"),
        ("> {{< tip >}}\n> b\n> {{< /tip >}}\n", "> > [!TIP]\n> > b\n"),
        ("a\n{{< note >}} b {{< /note >}}\nc\n", "a\n\n> [!NOTE]\n> b\n\nc\n"),
        ("{{% notice tip %}}\na\n{{% notice note %}}\nb\n{{% /notice %}}\n{{% /notice %}}\n", "> [!TIP]\n> a\n>\n> > [!NOTE]\n> > b\n"),
        ("a\n\n<Tip>\n```\n</Tip>\n```\n</Tip>\n", "a\n\n> [!TIP]\n> ```\n> </Tip>\n> ```\n"),
        ("a\n\n<Tip>\n      deep\n  - not so\n</Tip>\n", "a\n\n> [!TIP]\n> deep\n>\n> - not so\n"),
        ("{{< mermaid >}}\na --> b\n{{< /mermaid >}}\n", "```mermaid\na --> b\n```\n"),
        ("{% stepper %}\n{% step %}\n## A\n{% endstep %}\n{% endstepper %}\n", "## A\n"),
        ("The tag must exist.\n\n{: .important }\n> b\n", "The tag must exist.\n\n> [!IMPORTANT]\n> b\n"),
        ("# [A](#tab/a)\n\nx\n\n## B\n\n***\n\nc\n", "<details>\n<summary>A</summary>\n\nx\n\n## B\n\n</details>\n\nc\n"),
        ('{% embed url="https://e.example/f" %}\nwords\n{% endembed %}\n', "https://e.example/f words\n"),
        ("{% note info %}\na\n{% endnote %}\n", "> [!NOTE]\n> a\n"),
        ("{% codeblock lang:js %}\na\n{% endcodeblock %}\n", "```js\na\n```\n"),
        ("{% highlight sh %} ls `a` {% endhighlight %}\n", "```sh\nls `a`\n```\n"),
        ("{% highlight sh %} ls\ncd {% endhighlight %}\n", "```sh\nls\ncd\n```\n"),
        ("{{< note >}} a\nb\n\nc {{< /note >}}\n", "> [!NOTE]\n> a b\n>\n> c\n"),
        ("{{< blocks/lead >}}\na\n{{< /blocks/lead >}}\n", "a\n"),
        ("{{< blockquote >}}\na\n{{< / blockquote >}}\n", "> a\n"),
        ("```js index.js\na\n```\n", "```js index.js\na\n```\n"),
        ('a\n\n<Card title="B" href="c">\n  d\n</Card>\n', "a\n\n[B](c)\n\nd\n"),
        ('<LinkCard\n  title="B"\n  href="c"\n/>\n', "[B](c)\n"),
        ('a\n\n<Card title="B">\n  d\n</Card>\n', 'a\n\n<div data-confluence="macro:panel" data-p-title="B">\n\nd\n\n</div>\n'),
        ("{::comment}\na\n{:/comment}\n\nb\n", "b\n"),
        ("| a |\n|---|\n| b |\n{: .c }\n", "| a |\n| --- |\n| b |\n"),
        ("```{versionadded} 1.2\na\n```\n", "> [!NOTE] New in version 1.2\n> a\n"),
        ("```{contents}\n:depth: 2\n```\n", "[TOC]\n"),
        (":material-check:{ .lg } a\n", ":material-check: a\n"),
        ("<details markdown=1><summary>A</summary>**b**</details>\n", "<details>\n<summary>A</summary>\n\n**b**\n\n</details>\n"),
        ("> <details markdown=1>\n>   <summary>\n>     A\n>   </summary>\n> - b\n> </details>\n", "> <details>\n> <summary>A</summary>\n>\n> - b\n>\n> </details>\n"),
        ("//// details | A\n/// note\nb\n///\n////\n", "<details>\n<summary>A</summary>\n\n> [!NOTE]\n> b\n\n</details>\n"),
        ("{{< youtube abc-1 >}}\n", "https://www.youtube.com/watch?v=abc-1\n"),
        ('## {{% heading "whatsnext" %}}\n', "## What's next\n"),
        ("a\n\n<br/>\n<br />\n\nb\n", "a\n\n<br>\n\n<br>\n\nb\n"),
    ],
)  # fmt: skip
def test_what_a_tag_means_is_shown(markdown: str, shown: str) -> None:
    assert re.sub(r"\n\n  > ", "\n  > ", seen(markdown)).replace("b\n\n- c", "b\n- c") == shown


@pytest.mark.parametrize(
    "markdown",
    [
        '{% hint style="info" %}\na\n',
        "{{< note >}}\na\n{{< /tip >}}\n",
        "`{% hint %}` and `{% endhint %}`\n",
        "```\n{{< note >}}\na\n{{< /note >}}\n```\n",
        "::: moniker-end\n\nb\n",
        "(a)=b\n",
        "{: one two }\n",
        "[a]({{ b }}/c)\n",
        '{% include a.html b="*c*" %}\n',
    ],
)
def test_what_is_no_tag_of_a_known_name_with_its_end_is_text(markdown: str) -> None:
    text = re.sub(r"</?(?:p|code|ac:[a-z-]+)\b[^>]*>", "", to_storage(markdown).text)
    for word in re.findall(r"\w+", markdown):
        assert word in text


def test_a_text_that_is_one_element_and_nothing_else_is_html() -> None:
    assert seen("<Warning>\n*bar*\n</Warning>\n") == "<Warning>\n*bar*\n</Warning>\n"


def test_a_paragraph_added_on_the_page_stands_between_the_tags() -> None:
    assert pulled(HINT, "<p>one two</p>", "<p>one two</p><p>new</p>") == HINT.replace("two", "two\n\nnew")
    assert pulled(STEPS, "<p>one</p>", "<p>one</p><p>new</p>") == STEPS.replace("one", "one\n\n    new")


def test_a_paragraph_added_before_tabs_stands_before_what_holds_them() -> None:
    markdown = '{{< tabs >}}\n  {{< tab "A" >}}\n  one\n  {{< /tab >}}\n{{< /tabs >}}\n'
    storage = to_storage(markdown).text
    got = put_markdown(storage, markdown, "<p>new</p>" + storage)
    assert (got.text, got.notes) == (f"new\n\n{markdown}", ())


def test_a_last_tab_deleted_on_the_page_leaves_the_rule_that_ends_the_others() -> None:
    markdown = "# [A](#tab/a)\n\none\n\n# [B](#tab/b)\n\ntwo\n\n---\n\nend\n"
    storage = to_storage(markdown).text
    rest = storage[: storage.index("<ac:", 5 + storage.index("one"))] + "<p>end</p>"
    got = put_markdown(storage, markdown, rest)
    assert (got.text, got.notes) == ("# [A](#tab/a)\n\none\n\n---\n\nend\n", ())


def test_a_word_changed_in_the_file_changes_alone_on_the_page() -> None:
    for markdown in (HINT, STEPS):
        storage = to_storage(markdown).text
        got = put_storage(markdown, storage, markdown.replace("one", "three"))
        assert (got.text, got.notes) == (storage.replace("one", "three"), ())


def test_a_block_less_indented_than_what_stands_before_it_is_between_the_tags_too() -> None:
    markdown = 'a\n\n<Tab title="A">\n    one\n\ntwo\n</Tab>\n'
    assert "<p>one</p><p>two</p></ac:rich-text-body>" in to_storage(markdown).text


def test_a_name_of_a_file_alone_behind_the_language_is_the_title_of_code() -> None:
    assert (
        '<ac:parameter ac:name="title">index.js</ac:parameter>' in to_storage("```js index.js\na\n```\n").text
    )
    assert "title" not in to_storage("```js twoslash\na\n```\n").text


@pytest.mark.parametrize(
    ("storage", "markdown"),
    [
        ("<p>{% hint %}</p><p>a</p><p>{% endhint %}</p>", "\\{% hint %}\n\na\n\n{% endhint %}\n"),
        ("<p>{{&lt; note &gt;}} a {{&lt; /note &gt;}}</p>", "\\{{< note >}} a {{< /note >}}\n"),
        ("<p>/// note</p><p>a</p><p>///</p>", "\\/// note\n\na\n\n///\n"),
        ("<p>{: .note }</p><blockquote><p>a</p></blockquote>", "\\{: .note }\n\n> a\n"),
        ("<p>!&gt; a</p><p>(b)=</p>", "\\!> a\n\n\\(b)=\n"),
        ('<p>a {% embed url="b" %}</p>', 'a \\{% embed url="b" %}\n'),
        ("<p>{% if a %}{{ b }}{% endif %}</p>", "{% if a %}{{ b }}{% endif %}\n"),
    ],
)
def test_text_on_a_page_that_looks_like_a_tag_has_one_backslash(storage: str, markdown: str) -> None:
    assert to_markdown(storage).text == markdown
    assert to_storage(markdown).text == storage


def test_the_title_of_a_card_that_is_a_link_changes_in_its_tag() -> None:
    markdown = 'a\n\n<Card title="Guides" href="g" />\n'
    assert pulled(markdown, "Guides", "Books") == markdown.replace("Guides", "Books")


def test_a_caption_changed_on_the_page_changes_in_the_tag() -> None:
    markdown = 'a\n\n{{< figure src="a.png" alt="x" caption="Our cat" >}}\n'
    assert pulled(markdown, "Our cat", "Your cat") == markdown.replace("Our", "Your")


@pytest.mark.parametrize("tag", ["{% hint %}", "{{< note >}}", "<Note>", ":::row:::"])
def test_ten_times_the_tags_that_nothing_ends_take_ten_times_the_work(tag: str) -> None:
    small, large = f"{tag}\nhint\n\n" * 200, f"{tag}\nhint\n\n" * 2_000
    assert steps(lambda: to_storage(large)) < 12 * steps(lambda: to_storage(small))


@pytest.mark.parametrize(
    "begin", ["<Note", "{{< note", "{% hint", "{{< figure", "{: .a", '<div markdown="1">']
)
def test_a_million_blanks_in_a_tag_are_read_to_their_end(begin: str) -> None:
    assert "needle" in to_storage(f"{begin}{' ' * 1_000_000}x\n\nneedle\n").text


def test_tags_in_each_other_a_thousand_deep_convert() -> None:
    text = "{% tabs %}\n" * 1000 + "word\n" + "{% endtabs %}\n" * 1000
    assert "word" in to_storage(text).text


def test_pictures_in_what_sites_indent_are_attached() -> None:
    markdown = (
        '!!! note\n\n    ![a](a.png)\n\n=== "T"\n\n    ![b](b.png)\n\n<Tab title="x">\n    ![c](c.png)\n</Tab>\n\n'
        ':::image source="d.png" alt-text="d":::\n\n{{< figure src="e.png" >}}\n\n```{figure} f.png\n```\n'
    )
    assert list(Outline.of(markdown).links()) == ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png"]


def test_an_indented_code_block_alone_attaches_nothing() -> None:
    assert list(Outline.of("text\n\n    ![a](a.png)\n").links()) == []


def test_links_in_what_sites_indent_follow_a_file_that_moves() -> None:
    markdown = '!!! note\n\n    [a](x.md)\n\n    end\n\n    [b]({{< ref "x.md" >}})\n'
    moved = rewrite_links(markdown, DocPath("one/p.md"), DocPath("two/p.md"), {})
    assert moved == markdown.replace("x.md", "../one/x.md")


def test_a_figure_of_html_is_a_picture_with_its_caption() -> None:
    html = '<figure><img src="a.png" alt="x"><figcaption><p>Our cat</p></figcaption></figure>\n'
    assert "<ac:caption><p>Our cat</p></ac:caption></ac:image>" in to_storage(html).text
    linked = html.replace("Our cat", 'Our <a href="https://c.example">cat</a>')
    assert '<p>Our <a href="https://c.example">cat</a></p>' in to_storage(linked).text


def test_an_address_in_angles_in_html_is_no_element() -> None:
    storage = to_storage("<pre>\nAnn <ann@a.example>, <https://b.example/c>\n\nend</pre>\n").text
    assert "Ann <ann@a.example>, <https://b.example/c>" in storage
