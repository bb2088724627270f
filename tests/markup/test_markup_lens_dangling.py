"""Links to headings of their own page, when the heading becomes another or goes: the links stay as they are typed."""

import pytest

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)

PAGE = (
    "- [Set it up](#set-it-up)\n- [Node.js & co](#nodejs--co)\n- [Top](#top)\n\n"
    "## Set it up!\n\nSome words.\n\n## Node.js & co\n\nThe end.\n"
)
HEADING = "## Set it up!"


@pytest.mark.parametrize("heading", ["## Other", "", "Set it down"])
def test_a_heading_that_goes_in_the_file_changes_no_link_to_it(heading: str) -> None:
    base, new = to_storage(PAGE).text, PAGE.replace(HEADING, heading)
    got = put_storage(PAGE, base, new).text
    assert got[: base.index("<h2>")] == base[: base.index("<h2>")]
    assert normal_storage(got) == normal_markdown(new)


@pytest.mark.parametrize("heading", ["<h2>Other</h2>", "", "<p>Set it down</p>"])
def test_a_heading_that_goes_on_the_page_changes_no_link_to_it(heading: str) -> None:
    base = to_storage(PAGE).text
    new = base.replace("<h2>Set it up!</h2>", heading)
    got = put_markdown(base, PAGE, new).text
    assert got[: PAGE.index(HEADING)] == PAGE[: PAGE.index(HEADING)]
    assert normal_markdown(got) == normal_storage(new)


def test_later_edits_leave_links_to_headings_that_are_gone_alone() -> None:
    file = PAGE.replace(HEADING, "## Other")
    page = put_storage(PAGE, to_storage(PAGE).text, file).text
    assert put_storage(file, page, file.replace("[Top]", "[Up]")).text == page.replace("Top<", "Up<")
    assert put_markdown(page, file, page.replace("Top<", "Up<")).text == file.replace("[Top]", "[Up]")


def test_a_link_follows_a_heading_whose_slug_stays() -> None:
    new = PAGE.replace(HEADING, "## SET it up")
    got = put_storage(PAGE, to_storage(PAGE).text, new).text
    assert 'ac:anchor="SET-it-up"' in got
    assert got == to_storage(new).text


def test_a_link_that_is_typed_anew_leads_where_it_says() -> None:
    base = to_storage(PAGE).text
    new = PAGE.replace("(#top)", "(#bottom)").replace(HEADING, "## Other")
    assert 'ac:anchor="bottom"' in put_storage(PAGE, base, new).text
    page = base.replace('ac:anchor="top"', 'ac:anchor="Bottom"')
    assert "[Top](#Bottom)" in put_markdown(base, PAGE, page).text


def test_links_that_lead_somewhere_are_compared_letter_by_letter() -> None:
    one, two = (f'<p><ac:link ac:anchor="{a}"><ac:link-body>x</ac:link-body></ac:link></p>' for a in "Aa")
    assert normal_storage(one) == normal_storage(two), "both lead nowhere"
    assert normal_storage(one + "<h2>A</h2>") != normal_storage(two + "<h2>A</h2>")


def test_a_link_that_shows_its_anchor_stays_when_the_heading_goes() -> None:
    file = "- [Install](#install)\n\n## Install\n\nwords\n"
    base = to_storage(file).text
    got = put_markdown(base, file, base.replace("<h2>Install</h2>", "")).text
    assert got == "- [Install](#install)\n\nwords\n"
    assert normal_markdown(got) == normal_storage(base.replace("<h2>Install</h2>", ""))


def test_headings_that_stand_as_html_in_the_file_are_headings_to_links() -> None:
    base = '<p><ac:link ac:anchor="A-b"><ac:link-body>x</ac:link-body></ac:link></p><h2 style="text-align: center;">A b</h2>'
    file = to_markdown(base).text
    assert "[x](#a-b)" in file
    assert normal_markdown(file) == normal_storage(base)
    assert to_storage(file).text == base
