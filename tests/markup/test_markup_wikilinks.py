"""Wikilinks are links where the settings ask for them, and text everywhere else."""

from __future__ import annotations

import pytest

from confsync.markup import normal_storage, put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.document import inspect
from confsync.markup.links import DocLinks, LinkTable, Target
from confsync.model import DocPath, Heading

TABLE = LinkTable(
    (
        Target(DocPath("Start.md"), "Start", (Heading("first-part", "First part"),)),
        Target(DocPath("notes/Deep page.md"), "Deep page (notes)"),
        Target(DocPath("notes/more/Same.md"), "Same (more)"),
        Target(DocPath("notes/Same.md"), "Same"),
        Target(DocPath("other.md"), "A title of its own"),
    )
)
LINKS = DocLinks(
    DocPath("notes/here.md"),
    TABLE,
    {DocPath("notes/img.png"): "img.png", DocPath("plan.pdf"): "plan.pdf"},
    wikilinks=True,
)
PAGE = '<ac:link{anchor}><ri:page ri:content-title="{title}" /><ac:link-body>{body}</ac:link-body></ac:link>'


def page(title: str, body: str = "", anchor: str = "") -> str:
    return PAGE.format(title=title, body=body or title, anchor=f' ac:anchor="{anchor}"' if anchor else "")


@pytest.mark.parametrize(
    ("wikilink", "storage"),
    [
        ("[[Start]]", page("Start")),
        ("[[start|the beginning]]", page("Start", "the beginning")),
        ("[[Start#First part]]", page("Start", "Start &gt; First part", "First-part")),
        ("[[Start#First part|there]]", page("Start", "there", "First-part")),
        ("[[Deep page]]", page("Deep page (notes)", "Deep page")),
        ("[[notes/Deep page]]", page("Deep page (notes)", "notes/Deep page")),
        ("[[Same]]", page("Same")),
        ("[[more/Same]]", page("Same (more)", "more/Same")),
        ("[[a title of its own]]", page("A title of its own", "a title of its own")),
        ("[[nowhere]]", "[[nowhere]]"),
        ("![[nowhere.png]]", "![[nowhere.png]]"),
        (
            "![[img.png|300]] x",
            '<ac:image ac:width="300"><ri:attachment ri:filename="img.png" /></ac:image> x',
        ),
        (
            "![[img.png|A plan]] x",
            '<ac:image ac:alt="A plan"><ri:attachment ri:filename="img.png" /></ac:image> x',
        ),
        (
            "![[plan.pdf]]",
            '<ac:link><ri:attachment ri:filename="plan.pdf" /><ac:link-body>plan.pdf</ac:link-body></ac:link>',
        ),
        ("`[[Start]]`", "<code>[[Start]]</code>"),
    ],
)
def test_a_wikilink_leads_where_obsidian_has_it(wikilink: str, storage: str) -> None:
    got = to_storage(wikilink, links=LINKS).text
    assert normal_storage(got) == normal_storage(f"<p>{storage}</p>"), got


@pytest.mark.parametrize("text", ["[[Start]]", "[[Start|x]]", "![[img.png]]"])
def test_without_the_setting_it_is_text(text: str) -> None:
    off = DocLinks(LINKS.path, TABLE, LINKS.attachments)
    assert to_storage(text, links=off).text == to_storage(text).text == f"<p>{text}</p>"


def test_words_around_wikilinks_change_and_the_links_keep_their_form() -> None:
    markdown = "See [[Start|the beginning]] and ![[img.png|300]] or [[Same]] here.\n"
    storage = to_storage(markdown, links=LINKS).text
    assert put_markdown(storage, markdown, storage, links=LINKS).text == markdown
    for old, new in (("here", "there"), ("See", "Look at"), ("beginning", "end")):
        changed = put_markdown(storage, markdown, storage.replace(old, new), links=LINKS).text
        assert changed == markdown.replace(old, new)
        assert put_storage(markdown, storage, changed, links=LINKS).text == storage.replace(old, new)


def test_a_link_that_comes_from_confluence_is_written_with_its_path() -> None:
    assert to_markdown(f"<p>{page('Start', 'x')}</p>", links=LINKS).text == "[x](../Start.md)\n"


def test_embedded_files_are_links_of_a_document_where_wikilinks_are_read() -> None:
    data = b"![[img.png|300]] and [[plan.pdf]] and [[Page]]\n"
    assert inspect(data).links == ()
    assert inspect(data, wikilinks=True).links == ("img.png", "/img.png", "plan.pdf", "/plan.pdf")


def test_brackets_without_end_cost_nothing() -> None:
    for text in ("[[" * 2_000, "![[a|" * 1_000, "[[a" * 1_000 + "]]"):
        assert to_storage(text, links=LINKS).text


def test_what_only_the_note_taker_sees_is_not_sent_and_stays_in_the_file() -> None:
    markdown = "one %%not for others%% two ^a1b2\n\n%%\nnor this\n%%\n\n10 ^2 and x^y\n"
    told = to_storage(markdown, links=LINKS)
    assert told.text == "<p>one two</p><p>10 ^2 and x^y</p>"
    changed = put_markdown(told.text, markdown, told.text.replace("two", "three"), links=LINKS).text
    assert changed == markdown.replace("two", "three")
    assert "not for others" in to_storage(markdown).text
