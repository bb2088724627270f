"""`confsync convert` on folders and on files that are not as one would wish."""

import os

import pytest

from confsync.markup import to_storage


def convert(offline, target, *sources):
    return offline.run("convert", "--to", target, "--output", "out", *sources)


# ---- links ------------------------------------------------------------------------------------------------------


def test_links_inside_a_folder_lead_to_the_pages_that_a_push_would_make(offline):
    offline.write("docs/guide.md", "# The guide\n\n[in](sub/in.md#set-up) [out](../else.md) [titled](t.md)\n")
    offline.write("docs/sub/in.md", "## Set up\n")
    offline.write("docs/t.md", "---\ntitle: Own title\n---\n\nText.\n")
    assert convert(offline, "storage", "docs").code == 0
    written = offline.read("out/guide.xml")
    assert '<ac:link ac:anchor="Set-up"><ri:page ri:content-title="in" />' in written
    assert '<ri:page ri:content-title="Own title" />' in written
    assert '<a href="../else.md">out</a>' in written


def test_images_of_a_folder_get_the_attachment_names_of_a_push(offline):
    offline.write("docs/a.md", "![](img/cat.png) ![](other/cat.png) ![](gone.png)\n")
    offline.write("docs/img/cat.png", b"1")
    offline.write("docs/other/cat.png", b"2")
    assert convert(offline, "storage", "docs").code == 0
    written = offline.read("out/a.xml")
    assert '<ri:attachment ri:filename="cat.png" />' in written
    assert "img/" not in written
    assert "other/" not in written
    assert '<ri:attachment ri:filename="gone.png" />' in written


def test_links_survive_the_way_to_storage_and_back(offline):
    texts = {
        "index.md": "# Home\n\nSee [the guide](guide/install.md#set-up).\n",
        "guide/install.md": "# Install\n\n## Set up\n\nBack to [Home](../index.md).\n",
        "plain.md": "To [Install](guide/install.md).\n",
    }
    for name, text in texts.items():
        offline.write(f"docs/{name}", text)
    assert convert(offline, "storage", "docs").code == 0
    assert offline.run("convert", "--to", "markdown", "--output", "back", "out").code == 0
    assert {name: offline.read(f"back/{name}") for name in texts} == texts


def test_a_file_that_is_named_by_itself_keeps_its_links_as_they_are(offline):
    offline.write("a.md", "[b](b.md)\n")
    offline.write("b.md", "B\n")
    assert '<a href="b.md">b</a>' in offline.run("convert", "--to", "storage", "a.md").out


# ---- titles -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["# Title", "Title\n====="])
def test_a_title_that_the_page_does_not_repeat_stays_out_of_its_body(offline, heading):
    offline.write("base.md", f"{heading}\n\nOne word.\n")
    offline.write("base.xml", '<p local-id="x">One word.</p>')
    offline.write("new.md", f"{heading.replace('Title', 'Other')}\n\nOne thing.\n")
    bases = ["--base-markdown", "base.md", "--base-storage", "base.xml"]
    assert offline.run("convert", "--to", "storage", *bases, "new.md").out == '<p local-id="x">One thing.</p>'
    offline.write("new.xml", '<p local-id="x">One thing.</p>')
    assert offline.run("convert", "--to", "markdown", *bases, "new.xml").out == f"{heading}\n\nOne thing.\n"


def test_a_title_that_the_page_repeats_is_edited_there(offline):
    offline.write("base.md", "# Title\n\nOne word.\n")
    offline.write("base.xml", '<h1 local-id="x">Title</h1><p>One word.</p>')
    offline.write("new.md", "# Other\n\nOne word.\n")
    bases = ["--base-markdown", "base.md", "--base-storage", "base.xml"]
    done = offline.run("convert", "--to", "storage", *bases, "new.md")
    assert done.out == '<h1 local-id="x">Other</h1><p>One word.</p>'


# ---- storage as it is saved -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "saved",
    [
        '<?xml version="1.0" encoding="UTF-8"?>\n<p>Käse</p>',
        '\ufeff<?xml version="1.0"?><p>Käse</p>',
        '<root xmlns:ac="http://example.com/ac" xmlns:ri="http://example.com/ri"><p>Käse</p></root>\n',
    ],
)
def test_what_tools_put_around_a_body_is_no_part_of_it(offline, saved):
    offline.write("a.xml", saved)
    done = offline.run("convert", "--to", "markdown", "a.xml")
    assert (done.code, done.out, done.err) == (0, "Käse\n", "")


def test_an_encoding_that_is_declared_is_used(offline):
    offline.write("a.xml", '<?xml version="1.0" encoding="ISO-8859-1"?><p>Käse</p>'.encode("latin-1"))
    assert offline.run("convert", "--to", "markdown", "a.xml").out == "Käse\n"


def test_an_encoding_that_nobody_knows_is_an_error_of_that_file(offline):
    offline.write("a.xml", '<?xml version="1.0" encoding="klingon"?><p>a</p>')
    done = offline.run("convert", "--to", "markdown", "a.xml")
    assert done.code == 8
    assert "encoding" in done.err


def test_two_roots_with_prefixes_are_not_taken_for_one(offline):
    offline.write("a.xml", '<p xmlns:ac="x">a</p><p>b</p>')
    done = offline.run("convert", "--to", "markdown", "a.xml")
    assert done.code == 0
    assert "a" in done.out
    assert "b" in done.out


def test_the_export_of_a_space_is_no_page(offline):
    offline.write("entities.xml", '<?xml version="1.0"?><hibernate-generic datetime="x"></hibernate-generic>')
    done = offline.run("convert", "--to", "markdown", "entities.xml")
    assert (done.code, done.out) == (8, "")
    assert "confsync pull" in done.err


# ---- what is not as one would wish ------------------------------------------------------------------------------


def test_an_empty_file_becomes_an_empty_body_and_back(offline):
    offline.write("a.md", "")
    offline.write("a.xml", "")
    assert offline.run("convert", "--to", "storage", "a.md").out == ""
    assert offline.run("convert", "--to", "markdown", "a.xml").out == ""


def test_an_empty_folder_is_told_and_is_no_failure(offline):
    offline.path("empty").mkdir()
    done = convert(offline, "storage", "empty")
    assert done.code == 0
    assert "no .md, .markdown in empty" in done.err


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "binary"),
        ("text".encode("utf-16"), "UTF-16"),
        (b"one\ntwo \xe4\n", "Line 2 is not UTF-8"),
    ],
)
def test_what_is_not_text_is_said_to_be_what_it_is(offline, data, said):
    offline.write("a.md", data)
    done = offline.run("convert", "--to", "storage", "a.md")
    assert (done.code, done.out) == (8, "")
    assert said in done.err


def test_two_sources_with_one_result_never_overwrite_each_other(offline):
    offline.write("docs/a.md", "First\n")
    offline.write("docs/a.markdown", "Second\n")
    done = convert(offline, "storage", "docs")
    assert done.code == 6
    assert "docs/a.md would replace that of docs/a.markdown" in done.err
    assert offline.read("out/a.xml") == "<p>Second</p>"


def test_several_folders_are_kept_apart(offline):
    offline.write("x/a.md", "X\n")
    offline.write("y/a.md", "Y\n")
    assert convert(offline, "storage", "x", "y").code == 0
    assert (offline.read("out/x/a.xml"), offline.read("out/y/a.xml")) == ("<p>X</p>", "<p>Y</p>")


def test_a_result_never_replaces_the_source_of_another(offline):
    offline.write("docs/a.html", "<p>A</p>")
    offline.write("notes/a.md", "<p>B</p>")
    done = offline.run("convert", "--to", "markdown", "--output", "notes", "docs/a.html", "notes/a.md")
    assert done.code == 6
    assert offline.read("notes/a.md") == "<p>B</p>"


def test_results_inside_the_source_are_no_sources_of_the_next_run(offline):
    offline.write("docs/a.md", "A\n")
    for _ in range(2):
        assert offline.run("convert", "--to", "storage", "--output", "docs/out", "docs").code == 0
    assert sorted(p.name for p in offline.path("docs").rglob("*.xml")) == ["a.xml"]


def test_a_dot_in_a_name_is_part_of_it(offline):
    offline.write("docs/v1.0.md", "A\n")
    offline.write("notes-2.5", "B\n")
    assert convert(offline, "storage", "docs", "notes-2.5").code == 0
    assert sorted(p.name for p in offline.path("out").iterdir()) == ["notes-2.5.xml", "v1.0.xml"]


def test_an_output_that_is_a_file_is_a_matter_of_usage(offline):
    offline.write("a.md", "A\n")
    offline.write("out", "precious")
    assert convert(offline, "storage", "a.md").code == 2
    assert offline.read("out") == "precious"


def test_a_result_that_cannot_be_written_is_told_and_the_others_are_done(offline):
    offline.write("docs/a.md", "A\n")
    offline.write("docs/b.md", "B\n")
    offline.path("out/a.xml").mkdir(parents=True)
    done = convert(offline, "storage", "docs")
    assert done.code == 6
    assert "a.xml" in done.err
    assert sorted(p.name for p in offline.path("out").iterdir()) == ["a.xml", "b.xml"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_told(offline):
    offline.write("docs/closed/a.md", "A\n")
    offline.write("docs/b.md", "B\n")
    offline.path("docs/closed").chmod(0)
    try:
        done = convert(offline, "storage", "docs")
    finally:
        offline.path("docs/closed").chmod(0o755)
    assert done.code == 6
    assert "closed" in done.err
    assert offline.path("out/b.xml").is_file()


def test_a_link_that_leads_nowhere_is_told_and_the_others_are_done(offline):
    offline.write("docs/a.md", "A\n")
    offline.path("docs/b.md").symlink_to(offline.path("docs/gone.md"))
    done = convert(offline, "storage", "docs")
    assert done.code == 6
    assert "docs/b.md" in done.err
    assert offline.read("out/a.xml") == "<p>A</p>"


def test_a_folder_that_contains_itself_comes_to_an_end(offline):
    offline.write("docs/a.md", "A\n")
    offline.path("docs/again").symlink_to(offline.path("docs"), target_is_directory=True)
    assert convert(offline, "storage", "docs").code == 0
    assert [p.name for p in offline.path("out").rglob("*.xml")] == ["a.xml"]


def test_a_large_file_is_converted(offline):
    text = "A paragraph of some words.\n\n" * 20_000
    offline.write("a.md", text)
    done = offline.run("convert", "--to", "storage", "a.md")
    assert done.code == 0
    assert done.out == to_storage(text).text


def test_a_file_of_the_other_kind_is_doubted(offline):
    offline.write("a.xml", "<p>A</p>")
    done = offline.run("convert", "--to", "storage", "a.xml")
    assert done.code == 0
    assert "--to markdown" in done.err


def test_names_in_messages_are_as_they_were_given(offline):
    offline.write("docs/b.md", b"\xff")
    done = convert(offline, "storage", "docs")
    assert done.err.startswith("confsync: docs/b.md: Line 1 is not UTF-8.")
