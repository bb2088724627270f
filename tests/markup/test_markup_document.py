"""A file taken apart and put together: title, body, facts; nothing else of it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.markup.document import Document, inspect, new_document, text_hash
from confsync.markup.file.outline import cut_title
from confsync.markup.slugs import Slugger, anchors_of, slug_of
from confsync.model import Flavor, Heading, PageId

MARK = "<!-- confsync:title -->"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Title\n\ntext\n", "Title", f"{MARK}\n\ntext\n"),
        ("A *b*\nc `d`\n=====\ntext\n", "A b c d", f"{MARK}\ntext\n"),
        ("  #   Title ##  \ntext", "Title", f"{MARK}\ntext"),
        ("text\n# Title\nmore\n", "Title", f"text\n{MARK}\nmore\n"),
        ("# ![alt](x.png) [link](y) <b>x</b> &amp;\n", "alt link x &", f"{MARK}\n"),
        ("# Title {#own-id}\n", "Title", f"{MARK}\n"),
        ("- # in a list\n\n# Title\n", "Title", f"- # in a list\n\n{MARK}\n"),
        ("#\n\n# Title\n", "Title", f"#\n\n{MARK}\n"),
        ("```\n# code\n```\n", None, "```\n# code\n```\n"),
        ("## Second\n", None, "## Second\n"),
        ("---\ntitle: T\n---\n\n# Head\n", "T", "# Head\n"),
        ("", None, ""),
        (f"{MARK}\n\n# Title\n", "Title", f"{MARK}\n\n<!-- confsync:title-2 -->\n"),
    ],
)
def test_the_title_is_the_front_matters_or_the_first_heading(text: str, title: str | None, body: str) -> None:
    document = Document.parse(text)
    assert (document.title, document.body) == (title, body)
    assert document.text == text
    assert inspect(text.encode()).heading == (title if "title: T" not in text else "Head")


def test_a_heading_too_long_for_a_title_stays_in_the_body() -> None:
    text = f"# {'long ' * 60}end\n"
    document = Document.parse(text)
    assert document.title is not None
    assert len(document.title) <= 255
    assert (document.body, document.title_from_heading) == (text, False)


def test_a_cut_title_splits_no_character() -> None:
    assert cut_title("😀" * 200) == "😀" * 127
    assert cut_title("a" * 255) == "a" * 255


def test_the_heading_goes_back_to_where_the_body_says_it_stood() -> None:
    document = Document.parse("intro\n\n# Title\n\nold\n")
    assert document.with_body(f"new intro\n\n{MARK}\n\nnew\n") == "new intro\n\n# Title\n\nnew\n"


def test_a_body_without_the_mark_gets_the_heading_at_its_top() -> None:
    document = Document.parse("intro\n\n# Title\n\nold\n")
    assert document.with_body("new\n") == "# Title\n\nnew\n"
    assert document.with_body("") == "# Title\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Old\n", "# New *x* 1\n"),
        ("#\tOld ###\n\nx", "#\tNew *x* 1 ###\n\nx"),
        ("Old\nlines\n===\nx\n", "New *x* 1\n===\nx\n"),
        ("# Old {#id}\r\nx\r\n", "# New *x* 1 {#id}\r\nx\r\n"),
        ("---\n# hi\ntitle: 'Old' # c\n---\n# Old\n", "---\n# hi\ntitle: 'New *x* 1' # c\n---\n# Old\n"),
        ("text\n", '---\ntitle: "New *x* 1"\n---\n\ntext\n'),
    ],
)
def test_a_new_title_is_written_where_the_old_one_stood(text: str, expected: str) -> None:
    got = Document.parse(text).with_title("New *x* 1")
    assert got.replace("\\*", "*") == expected
    assert Document.parse(got).title == "New *x* 1"


TITLE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30).map(
    lambda t: " ".join(t.split())
)


@given(TITLE.filter(bool), st.sampled_from(["# Old\n\nx\n", "Old\n===\nx\n", "x\n", "---\ntitle: o\n---\n"]))
def test_any_title_comes_back_as_it_was(title: str, text: str) -> None:
    document = Document.parse(Document.parse(text).with_title(title))
    if not title.startswith("\ufeff"):
        assert document.title == title
        assert "x\n" not in text or "x" in document.body


@given(st.text(max_size=100))
def test_any_text_is_taken_apart_and_put_together(text: str) -> None:
    assert Document.parse(text).text == text
    assert Document.parse("# T\n" + text).text == "# T\n" + text


@given(st.binary(max_size=100))
def test_any_bytes_have_facts(data: bytes) -> None:
    assert inspect(data).text_hash


def test_line_ends_and_byte_order_mark_are_no_change() -> None:
    assert inspect(b"a\nb\n").text_hash == inspect(b"\xef\xbb\xbfa\r\nb\r\n").text_hash == text_hash("a\nb\n")
    assert inspect(b"a\nb\n").text_hash != inspect(b"a\nb").text_hash


def test_an_id_and_labels_are_added_and_taken_away_again() -> None:
    text = "\ufeff# Title\r\n\r\ntext\r\n"
    made = Document.parse(Document.parse(text).with_id(PageId("7"))).with_labels(("a",))
    assert made == '\ufeff---\r\nconfluence: {id: "7"}\r\nlabels: [a]\r\n---\r\n\r\n# Title\r\n\r\ntext\r\n'
    assert Document.parse(Document.parse(text).with_id(PageId("7"))).with_id(None) == text


def test_a_pulled_page_is_a_new_document() -> None:
    text = new_document("A: b", "body\n", PageId("9"), ("x",))
    assert text == '---\ntitle: "A: b"\nlabels: [x]\nconfluence: {id: "9"}\n---\n\nbody\n'
    document = Document.parse(text)
    assert (document.title, document.body, document.front.page_id) == ("A: b", "body\n", "9")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"ok \xff", "undecodable: byte 4"),
        ("utf 16".encode("utf-16"), "undecodable: it is UTF-16"),
        (b"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n", "conflict-markers: line 2"),
        (
            b"---\nx: 1\n---\n\n<<<<<<< HEAD\nb\n||||||| o\n=======\nc\n>>>>>>> x\n",
            "conflict-markers: line 5",
        ),
        (b"```\nx\n<<<<<<< HEAD\n```\n=======\n```\n>>>>>>> x\n", "conflict-markers: line 3"),
        (b"---\ntitle: [\n---\n", "front-matter: line"),
    ],
)
def test_what_cannot_be_used_says_why(data: bytes, problem: str) -> None:
    assert (inspect(data).problem or "").startswith(problem)


@pytest.mark.parametrize(
    "text",
    [
        "```\n<<<<<<< HEAD\n=======\n>>>>>>> x\n```\n",
        "<<<<<<< HEAD\nno end\n",
        "Title\n=======\n\n>>>>>>> x\n",
        "x <<<<<<< HEAD\n=======\n>>>>>>> x\n",
    ],
)
def test_a_text_about_git_is_no_conflict(text: str) -> None:
    assert inspect(text.encode()).problem is None


def test_links_are_found_wherever_they_stand() -> None:
    text = (
        "[a](b.md#x) ![i](img/p%20q.png?v=1 't') [r] <https://x.y> [m](mailto:a@b) [h](#here) [w](//h/x)\n\n"
        "| [t](t.md) |\n|-|\n\n<p><img src=\"raw.png\"> <a href='/root.md'>x</a></p>\n\n"
        "> - [deep](../deep.md)\n\n`[no](code.md)`\n\n[r]: <ref file.md>\n"
    )
    assert inspect(text.encode()).links == (
        "b.md", "img/p q.png", "ref file.md", "t.md", "raw.png", "/root.md", "../deep.md"
    )  # fmt: skip


def test_headings_have_githubs_slugs() -> None:
    text = "# A *b*!\n## A b\n## a-b\n### Über_uns: 100%\n#### 日本 語\n## हिन्दी\n## X {#own}\n"
    slugs = [h.slug for h in inspect(text.encode()).headings]
    assert slugs == ["a-b", "a-b-1", "a-b-2", "über_uns-100", "日本-語", "हिन्दी", "own"]


def test_a_later_slug_never_takes_an_earlier_ones_name() -> None:
    slugger = Slugger()
    assert [slugger.slug(x) for x in ("a-1", "a", "a", "a")] == ["a-1", "a", "a-2", "a-3"]


def test_confluence_names_anchors_after_the_text() -> None:
    headings = [Heading("set-up", "Set up"), Heading("set-up-1", "Set up"), Heading("x", "X: y")]
    assert anchors_of(headings) == [("set-up", "Set-up"), ("set-up-1", "Set-up.1"), ("x", "X:-y")]
    assert anchors_of(headings, Flavor.DATACENTER)[0] == ("set-up", "Setup")


@given(st.text(max_size=40))
def test_a_slug_has_no_blanks_and_no_punctuation(text: str) -> None:
    assert not set(slug_of(text)) & set(" .,:;!?()[]{}<>/\\'\"`*&%#@+=|~^$")
