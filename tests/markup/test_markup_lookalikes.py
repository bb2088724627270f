"""What storage or Markdown would take for something else: pieces of our own output, taken apart and put together anew."""

from __future__ import annotations

import pytest
from markup_corpus import broken_laws, faults
from markup_puts import pull, push

from confsync.errors import ConversionError
from confsync.markup import (
    Note,
    NoteKind,
    normal_markdown,
    normal_storage,
    put_storage,
    to_markdown,
    to_storage,
)
from confsync.markup.elements import STORAGE_OUT
from confsync.markup.lens.splice.puts import Writing, put
from confsync.markup.lens.storage.side import StorageSide
from confsync.markup.markdown_in import parse_markdown
from confsync.markup.storage.writer import StorageWriter
from confsync.markup.storage_in import parse_storage
from confsync.markup.tree import EM, Mark

MACRO = '<ac:structured-macro ac:name="{}">{}</ac:structured-macro>'
MARKER = "ac:inline-comment-marker"
PICTURE = '<ac:image><ri:attachment ri:filename="a.png" /></ac:image>'


@pytest.mark.parametrize(
    "markdown",
    [
        '<sup><a id="fn-x"></a>[x](#fnref-x)</sup>',
        'words <sup><a id="fnref-x"></a>[x](#fn-x)</sup>',
        '<div>\n\n<sup><a id="fn-x"></a>[x](#fnref-x)</sup> words\n\nmore\n\n</div>',
        'words[^x] <sup><a id="fnref-x"></a>[x](#fn-x)</sup>\n\n[^x]: note',
        '<div data-confluence="adf-decision-item" state="DECIDED">\n\nwords\n\n</div>',
        '<div data-confluence="adf-decision-list">\n\nwords\n\n# head\n\n</div>',
        '<div data-confluence="adf-decision-list">\n\n</div>',
        "- [ ] ![a](a.png) ![b](b.png)",
        '- [ ] `<ac:structured-macro ac:name="x" />`{=confluence}',
        "- [ ] words\n  <table><tr><td>a</td></tr></table>e",
        'words <div data-confluence="macro:anchor" id="p"></div>',
        '<div data-confluence="macro:jira" data-p-key="A-1" y="">\n\nwords\n\n</div>',
        '<div data-confluence="macro:code">\n\nwords\n\n</div>',
        "words <ac:placeholder>\n</ac:placeholder>",
        '<ac:structured-macro ac:name="x"><ac:parameter ac:name="y">a\nb</ac:parameter></ac:structured-macro>x',
        '<a href="confluence:page?content-title=Install">Install</a> and <code>List<String></code>',
        "http://m)<d",
        "- [ ] words and `<ac:structured-macro/>`{=confluence}",
        '- [ ] words `<ac:structured-macro ac:name="x"/>`{=confluence}',
    ],
)
def test_pieces_of_our_own_output_typed_alone_say_what_they_say_alone(markdown: str) -> None:
    assert broken_laws(markdown) == []
    other = "first words\n\n" + markdown + "\n"
    assert "cold" not in push(to_storage("first words\n").text, "first words\n", other)[1]
    assert normal_markdown(pull("first words\n", "<p>first words</p>", to_storage(other).text)[0])


@pytest.mark.parametrize(
    "storage",
    [
        "<ac:inline-comment-marker><p>words</p></ac:inline-comment-marker>",
        f"<ul><li><{MARKER}>a<{MARKER}><hr /></{MARKER}></{MARKER}></li></ul>",
        "<ac:link><ac:inline-comment-marker>t</ac:inline-comment-marker>\n</ac:link>",
        "<ac:parameter>2<!-- nothing --> </ac:parameter>",
        MACRO.format("mathinline", '<ac:parameter ac:name="body"><p>x</p></ac:parameter>'),
        MACRO.format("mathinline", "<ac:parameter><br /></ac:parameter>"),
    ],
)
def test_storage_that_nobody_should_have_written_comes_back_as_it_was(storage: str) -> None:
    body = f"<p>first</p>{storage}"
    markdown = to_markdown(body).text
    assert normal_markdown(markdown) == normal_storage(body)
    assert normal_storage(to_storage(markdown).text) == normal_storage(body)
    assert "first words" in pull("first\n", "<p>first</p>", f"<p>first words</p>{storage}")[0]


@pytest.mark.parametrize(
    "storage",
    [
        "<ac:image><p></p></ac:image>",
        "<ac:link><p></p><hr /></ac:link>",
        "<ac:placeholder><ul><li>a</li></ul></ac:placeholder>",
        MACRO.format("status", "<p></p>"),
        MACRO.format("jira", "<div>a</div>") + "#",
    ],
)
def test_blocks_inside_of_an_inline_element_get_no_paragraph_around_them(storage: str) -> None:
    assert faults(to_storage(to_markdown(storage).text).text) == set()
    assert faults(to_storage("words " + storage).text) == set()


def test_a_comment_around_whole_paragraphs_stays_when_they_are_edited() -> None:
    body = '<ac:inline-comment-marker ac:ref="r"><p>first</p><p>old</p></ac:inline-comment-marker><p>end</p>'
    assert to_markdown(body).text == "first\n\nold\n\nend\n"
    assert push(body, "old", "new")[0] == body.replace("old", "new")
    got = put_storage("first\n\nold\n\nend\n", body, "first\n\nold\n\nmore\n\nend\n").text
    assert got in (body.replace("</ac:inline-comment-marker><p>end", x) for x in (
        "</ac:inline-comment-marker><p>more</p><p>end", "<p>more</p></ac:inline-comment-marker><p>end"
    ))  # fmt: skip


def test_a_placeholder_alone_in_a_task_needs_no_paragraph() -> None:
    body = (
        "<ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>"
        "<ac:placeholder>who</ac:placeholder></ac:task-body></ac:task></ac:task-list>"
    )
    assert to_storage(to_markdown(body).text).text == body


def test_a_row_of_pictures_in_a_task_stays_one_paragraph_when_a_word_elsewhere_changes() -> None:
    storage = to_storage("- [ ] one\n- [ ] ![a](a.png) ![a](a.png)\n").text
    assert (
        f"<p>{PICTURE.replace('<ac:image>', '<ac:image ac:alt=' + chr(34) + 'a' + chr(34) + '>')} " in storage
    )
    assert push(storage, "one", "two")[0] == storage.replace("one", "two")


class NoEmphasis(StorageWriter):
    """Writes to a Confluence that knows no emphasis."""

    def open_tag(self, mark: Mark) -> str:
        return "" if mark == EM else super().open_tag(mark)

    def close_tag(self, mark: Mark) -> str:
        return "" if mark == EM else super().close_tag(mark)


def put_without_emphasis(base: str, new: str, writer: StorageWriter) -> tuple[str, list[Note]]:
    stored = parse_storage(to_storage(base).text)
    side = StorageSide(stored.text, writer, lambda text: parse_storage(text).root.kids)
    writing = Writing(
        side, lambda text: parse_storage(text).norms, writer.blocks, writer.block, str, "", side.read
    )
    return put(writing, parse_markdown(base), stored, parse_markdown(new))


def test_what_storage_cannot_tell_from_something_else_becomes_that_and_is_told() -> None:
    text, notes = put_without_emphasis("a\n\nb\n", "a\n\nb *c*\n", NoEmphasis(STORAGE_OUT))
    assert text == "<p>a</p><p>b c</p>"
    assert [n.kind for n in notes][-1] == NoteKind.COLD


def test_no_word_is_ever_lost_to_a_notation_that_has_no_room_for_it() -> None:
    class Deaf(NoEmphasis):
        def text(self, text: str) -> str:
            return super().text(text.replace("c", ""))

    with pytest.raises(ConversionError):
        put_without_emphasis("a\n\nb\n", "a\n\nb *c*\n", Deaf(STORAGE_OUT))
