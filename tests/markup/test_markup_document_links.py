"""Links lead to the same place on both sides, and every answer can be taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage
from confsync.markup.links import DocLinks, LinkTable, Target
from confsync.model import DocPath, Flavor, Heading, PageId
from confsync.planning.file_names import attachment_names

SITE = "https://example.net/wiki"
TARGETS = (
    Target(
        DocPath("guide/install.md"),
        "Install",
        (Heading("set-up", "Set up"), Heading("set-up-1", "Set up")),
        PageId("123"),
    ),
    Target(DocPath("guide/index.md"), "Guide", (), PageId("98765")),
    Target(DocPath("README.md"), "Home"),
    Target(DocPath("a b (c).md"), "A: b & c?"),
    Target(DocPath("guide/x:y.md"), "Colon"),
    Target(DocPath("guide/deep/page.md"), "Page"),
)
TABLE = LinkTable(TARGETS, "DOCS", (SITE,))
FILES = [DocPath("guide/img/p.png"), DocPath("guide/P.png"), DocPath("file #1.pdf")]
LINKS = DocLinks(DocPath("guide/install.md"), TABLE, attachment_names(FILES))


def page(title: str, anchor: str = "") -> str:
    return f"confluence:page?content-title={title}" + (f"#{anchor}" if anchor else "")


@pytest.mark.parametrize(
    ("href", "address", "back"),
    [
        ("install.md", page("Install"), "install.md"),
        ("./install.md#set-up", page("Install", "Set-up"), "install.md#set-up"),
        ("install.md#set-up-1", page("Install", "Set-up.1"), "install.md#set-up-1"),
        ("install.md#unknown", page("Install", "unknown"), "install.md#unknown"),
        ("#set-up", "#Set-up", "#set-up"),
        ("./", page("Guide"), "index.md"),
        ("../guide/", page("Guide"), "index.md"),
        ("../", page("Home"), "../README.md"),
        ("/README.md", page("Home"), "../README.md"),
        ("install", page("Install"), "install.md"),
        ("deep/page/", page("Page"), "deep/page.md"),
        ("deep/page.html#x", page("Page", "x"), "deep/page.md#x"),
        ("../a%20b%20(c).md", page("A%3A%20b%20%26%20c%3F"), "../a%20b%20%28c%29.md"),
        ("./x:y.md", page("Colon"), "./x:y.md"),
        (f"{SITE}/spaces/DOCS/pages/123/Old+Title", page("Install"), "install.md"),
        (f"{SITE}/spaces/DOCS/pages/123#Set-up", page("Install", "Set-up"), "install.md#set-up"),
        (f"{SITE}/pages/viewpage.action?pageId=98765", page("Guide"), "index.md"),
        (f"{SITE}/pages/viewpage.action?spaceKey=docs&title=A%3A+b+%26+c%3F", page("A%3A%20b%20%26%20c%3F"), "../a%20b%20%28c%29.md"),
        (f"{SITE}/display/DOCS/Install", page("Install"), "install.md"),
        (f"{SITE}/x/zYEB", page("Guide"), "index.md"),
    ],
)  # fmt: skip
def test_a_link_becomes_an_address_and_comes_back(href: str, address: str, back: str) -> None:
    assert LINKS.address(href) == address
    assert LINKS.href(address) == back
    assert LINKS.address(back) == address


@pytest.mark.parametrize(
    "href",
    ["nope.md", "../../up.md", "install.md?plain=1", "mailto:a@b.c", "https://other.net/x.md", "", "#nope", "//h/x.md",
     "x:y.md", f"{SITE}/spaces/DOCS/pages/999/X", f"{SITE}/display/OPS/Install", f"{SITE}x/123", "\0", "%00.md"],
)  # fmt: skip
def test_what_leads_nowhere_known_stays_as_it_is(href: str) -> None:
    assert LINKS.address(href) is None


@pytest.mark.parametrize(
    "address",
    [page("Unknown"), page("install"), "confluence:page?content-title=Install&space-key=OPS", "confluence:user?account-id=1",
     page("Install", "Set up"), "https://x.y"],
)  # fmt: skip
def test_an_address_that_could_not_be_taken_back_stays_an_address(address: str) -> None:
    href = LINKS.href(address)
    assert href is None or LINKS.address(href) == address


def test_files_are_attachments_and_come_back() -> None:
    names = {
        LINKS.attachment(src): LINKS.file(LINKS.attachment(src) or "")
        for src in ("img/p.png", "P.png", "../file%20%231.pdf")
    }
    assert set(names.values()) == {"img/p.png", "P.png", "../file%20%231.pdf"}
    assert len({name.casefold() for name in names if name}) == 3
    assert LINKS.attachment("gone.png") is None
    assert LINKS.file("gone.png") is None


def test_known_attachment_names_stay_when_an_earlier_file_comes() -> None:
    first = attachment_names([DocPath("b/x.png")])
    assert first == {"b/x.png": "x.png"}
    both = attachment_names([DocPath("a/x.png"), DocPath("b/x.png")], first)
    assert both[DocPath("b/x.png")] == "x.png"
    assert both[DocPath("a/x.png")] != "x.png"


@given(
    st.lists(
        st.text(min_size=1, max_size=300).filter(
            lambda t: t not in (".", "..") and "/" not in t and "\0" not in t
        ),
        max_size=8,
    )
)
def test_attachment_names_are_legal_and_distinct(names: list[str]) -> None:
    paths = [DocPath(f"{n}/{name}") for n, name in enumerate(names)]
    given_names = attachment_names(paths)
    assert set(given_names) == set(paths)
    assert len({n.casefold() for n in given_names.values()}) == len(paths)
    for name in given_names.values():
        assert 0 < len(name) <= 255
        assert not set(name) & set('/\\:*?"<>|\n\t')


def test_data_center_names_anchors_without_blanks() -> None:
    links = DocLinks(DocPath("README.md"), LinkTable(TARGETS, flavor=Flavor.DATACENTER))
    assert links.address("guide/install.md#set-up") == page("Install", "Setup")


def test_a_page_with_links_and_files_keeps_them_both_ways() -> None:
    markdown = "# X\n\n[i](install.md#set-up) [Guide](./index.md) ![p](img/p.png) [f](../file%20%231.pdf) [w](https://w.example)\n"
    storage = to_storage(markdown, links=LINKS).text
    assert '<ri:page ri:content-title="Install" />' in storage
    assert f'ri:filename="{LINKS.attachment("img/p.png")}"' in storage
    assert 'ri:filename="file #1.pdf"' in storage
    back = to_markdown(storage, links=LINKS).text
    assert to_storage(back, links=LINKS).text == storage
    assert normal_markdown(to_markdown(storage).text) == normal_storage(storage)
