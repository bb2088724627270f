"""What other publishers leave in files is understood, and stays as it is."""

from __future__ import annotations

import pytest

from confsync.markup import to_storage
from confsync.markup.document import Document, inspect

MD2CONF = "<!-- confluence-page-id: 20250001023 -->\n<!-- confluence-space-key: DOCS -->\n\n# Title\n\ntext\n"
MARK = (
    "<!-- Space: DOCS -->\n<!-- Parent: Guides -->\n<!-- Title: My page -->\n<!-- Label: howto -->\n"
    "<!-- Label: Draft one -->\n<!-- Attachment: ./plan.pdf -->\n\n# First heading\n\ntext\n"
)
CONNIE = "---\nconnie-title: Their title\nconnie-page-id: 12312\nconnie-publish: true\ntags:\n- testing\n---\ntext\n"
IDS = {
    "md2conf, in comments": (MD2CONF, "20250001023"),
    "md2conf, in front matter": ('---\npage_id: "77"\nspace_key: DOCS\n---\ntext\n', "77"),
    "md2conf, with long names": ("---\nconfluence-page-id: 78\n---\ntext\n", "78"),
    "md2conf, in front matter in a comment": ("<!--\n---\npage_id: 79\n---\n-->\n\ntext\n", "79"),
    "markdown-confluence": (CONNIE, "12312"),
    "confluence.md": ("---\nconfluence-url: https://x.net/wiki/spaces/S/pages/80/T\n---\ntext\n", "80"),
    "ours before theirs": ('---\nconfluence: {id: "1"}\nconnie-page-id: 2\n---\ntext\n', "1"),
}


@pytest.mark.parametrize("name", IDS)
def test_a_file_of_another_publisher_knows_its_page(name: str) -> None:
    text, page_id = IDS[name]
    facts = inspect(text.encode())
    assert (facts.front_id, facts.problem) == (page_id, None)
    assert inspect(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()).front_id == page_id
    document = Document.parse(text)
    assert document.text == text
    assert document.with_id(facts.front_id) == text, "the id stands there already"
    assert page_id not in to_storage(document.body).text


@pytest.mark.parametrize(
    "text",
    [
        "text\n\n<!-- confluence-page-id: 5 -->\n",
        "<!-- confluence-page-id: five -->\n\ntext\n",
        "---\npage_id: about-us\n---\ntext\n",
        "---\nconfluence-url: https://example.com/blog/5\n---\ntext\n",
        "<!-- confluence-page-id: 5\n\ntext\n",
    ],
)
def test_what_is_no_page_id_at_the_top_binds_nothing(text: str) -> None:
    assert inspect(text.encode()).front_id is None


def test_marks_headers_give_title_labels_and_attachments() -> None:
    facts = inspect(MARK.encode())
    assert facts.front_title == "My page"
    assert facts.labels == ("howto", "draft-one")
    assert facts.links == ("./plan.pdf",)
    assert to_storage(Document.parse(MARK).body).text == "<h1>First heading</h1><p>text</p>"


def test_a_common_word_in_a_comment_is_no_header() -> None:
    facts = inspect(b"<!-- title: none of marks -->\n<!-- TODO: write -->\n\n# Title\n")
    assert (facts.front_title, facts.heading, facts.labels) == (None, "Title", None)


def test_a_new_title_goes_where_the_publisher_has_it() -> None:
    assert Document.parse(MARK).with_title("New") == MARK.replace("My page", "New")
    assert Document.parse(CONNIE).with_title("New") == CONNIE.replace("Their title", "New")
    assert Document.parse(MARK).with_title("a --> b").startswith('---\ntitle: "a --> b"\n---\n')


def test_tags_are_labels_only_in_files_of_publishers_that_have_them_so() -> None:
    assert inspect(CONNIE.encode()).labels == ("testing",)
    assert inspect(b"---\ntags: [x]\n---\ntext\n").labels is None
    assert inspect(MD2CONF.encode()).labels is None
    assert inspect(b"---\ntags: [x]\n---\n<!-- confluence-page-id: 5 -->\n").labels == ("x",)


def test_labels_that_change_in_confluence_are_written_as_ours_and_count_from_then_on() -> None:
    for text in (MARK, CONNIE):
        for labels in (("new",), ()):
            changed = Document.parse(text).with_labels(labels)
            assert inspect(changed.encode()).labels == labels
            assert changed.endswith(text.partition("---\n")[2].rpartition("---\n")[2])
    assert Document.parse(MARK).with_labels(("draft-one", "howto")) == MARK


@pytest.mark.parametrize(
    "text",
    [
        "---\nconnie-publish: false\n---\ntext\n",
        "---\nsynchronized: false\n---\ntext\n",
        "<!-- Space: DOCS -->\n<!-- Synchronized: false -->\n\ntext\n",
    ],
)
def test_a_file_that_is_not_to_be_published_is_held(text: str) -> None:
    assert "not to be published" in str(inspect(text.encode()).problem)
