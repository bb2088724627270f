"""A base that was read with links is read again only where the links would answer something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from confsync.markup import put_markdown, put_storage, to_storage
from confsync.markup.lens import forget
from confsync.markup.lens.reading.recorded_links import RecordedLinks
from confsync.markup.links import DocLinks, LinkTable, Target
from confsync.model import DocPath

TEXT = "See [there](b.md) and ![it](pic.png).\n\nA word.\n\nAnother [[Gamma]].\n"


def links(title: str, picture: str = "pic.png", *, wiki: bool = False) -> DocLinks:
    targets = (Target(DocPath("b.md"), title), Target(DocPath("gamma.md"), "Gamma"))
    return DocLinks(DocPath("a.md"), LinkTable(targets), {DocPath("pic.png"): picture}, wikilinks=wiki)


CONTEXTS = [links("Beta"), links("Delta"), links("Beta", "pic-2.png"), links("Beta", wiki=True), None]


class Counting(DocLinks):
    """Links that count how often they are asked."""

    asked = 0

    def address(self, href: str) -> str | None:
        Counting.asked += 1
        return super().address(href)


@pytest.mark.parametrize("first", CONTEXTS)
@pytest.mark.parametrize("then", CONTEXTS)
def test_what_is_remembered_never_shows(first: DocLinks | None, then: DocLinks | None) -> None:
    edited = TEXT.replace("A word", "Some words and [there](b.md)")
    expected = {}
    for warm in (False, True):
        forget()
        if warm:
            put_storage(TEXT, to_storage(TEXT, links=first).text, edited, links=first)
            put_markdown(to_storage(TEXT, links=first).text, TEXT, "<p>x</p>", links=first)
        body = to_storage(TEXT, links=then).text
        there = body.replace("A word", "Some words")
        expected[warm] = (
            put_storage(TEXT, body, edited, links=then),
            put_markdown(body, TEXT, there, links=then),
            put_storage(edited, to_storage(edited, links=then).text, TEXT, links=then),
        )
    assert expected[True] == expected[False]


def test_a_text_whose_links_answer_the_same_is_not_read_again_with_another_table() -> None:
    forget()
    many = "".join(f"[{n}](b.md#{n})\n\n" for n in range(40))
    body = to_storage(many, links=links("Beta")).text
    one, other = (Counting(x.path, replace(x.table), x.attachments) for x in (links("Beta"), links("Beta")))
    put_storage(many, body, many + "more\n", links=one)
    Counting.asked = 0
    put_storage(many, body, many + "less\n", links=other)
    assert Counting.asked <= 60  # forty questions whether the answers hold, and those of what was read anew


def test_answers_are_kept_when_the_links_are_gone() -> None:
    answers = RecordedLinks(links("Beta"))
    address = answers.address("b.md")
    assert address == "confluence:page?content-title=Beta"
    answers.shut()
    assert answers.address("b.md") == address
    assert answers.hold(links("Beta"))
    assert not answers.hold(links("Delta"))
    assert not answers.hold(links("Beta", wiki=True))
