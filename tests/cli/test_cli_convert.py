"""`confsync convert`: files and folders, without a server."""

import subprocess
import sys

import pytest

from confsync.markup import to_storage


def test_one_file_goes_to_standard_output_without_its_front_matter(offline):
    offline.write("a.md", "---\ntitle: A\n---\n\nSome *text*.\n")
    done = offline.run("convert", "--to", "storage", "a.md")
    assert (done.code, done.out.strip()) == (0, "<p>Some <em>text</em>.</p>")


def test_it_needs_neither_settings_nor_credentials_nor_a_folder_of_its_own(offline):
    offline.write("a.xml", "<p>Some <em>text</em>.</p>")
    done = offline.anywhere("convert", "--to", "markdown", offline.path("a.xml"))
    assert (done.code, done.out) == (0, "Some *text*.\n")


def test_a_folder_is_written_below_the_output(offline):
    offline.write("docs/a.md", "# A\n")
    offline.write("docs/deep/b.md", "B\n")
    offline.write("docs/.hidden/c.md", "C\n")
    offline.write("docs/d.txt", "D\n")
    done = offline.run("convert", "--to", "storage", "--output", "out", "docs")
    assert done.code == 0
    written = sorted(p.relative_to(offline.path("out")).as_posix() for p in offline.path("out").rglob("*.*"))
    assert written == ["a.xml", "deep/b.xml"]
    assert offline.run("convert", "--to", "markdown", "--output", "back", "out").code == 0
    assert offline.read("back/a.md") == "# A\n"


def test_with_both_bases_only_the_change_is_converted(offline):
    base = "One  word.\n\n*   odd\n    bullet\n"
    storage = to_storage(base).text.replace("<p>", '<p local-id="x">', 1)
    offline.write("base.md", base)
    offline.write("base.xml", storage)
    offline.write("new.md", base.replace("word", "thing"))
    done = offline.run(
        "convert", "--to", "storage", "--base-markdown", "base.md", "--base-storage", "base.xml", "new.md"
    )
    assert done.code == 0
    assert done.out == storage.replace("word", "thing")


def test_with_both_bases_the_markdown_keeps_its_front_matter_and_style(offline):
    base = "---\ntitle: T # mine\n---\n\nOne word.\n\n*   odd\n    bullet\n"
    storage = to_storage(base.split("---\n\n")[1]).text
    offline.write("base.md", base)
    offline.write("base.xml", storage)
    offline.write("new.xml", storage.replace("word", "thing"))
    done = offline.run(
        "convert", "--to", "markdown", "--base-markdown", "base.md", "--base-storage", "base.xml", "new.xml"
    )
    assert done.out == base.replace("word", "thing")


def test_one_bad_file_is_told_and_the_others_are_done(offline):
    offline.write("docs/a.md", "A\n")
    offline.write("docs/b.md", b"\xff\xfe\x00")
    offline.write("docs/c.md", "C\n")
    done = offline.run("convert", "--to", "storage", "--output", "out", "docs")
    assert done.code == 8
    assert "b.md" in done.err
    assert (offline.read("out/a.xml").strip(), offline.read("out/c.xml").strip()) == ("<p>A</p>", "<p>C</p>")


def test_a_file_that_is_not_there_is_told_and_the_others_are_done(offline):
    offline.write("a.md", "A\n")
    done = offline.run("convert", "--to", "storage", "--output", "out", "gone.md", "a.md")
    assert done.code == 6
    assert "gone.md" in done.err
    assert offline.path("out/a.xml").is_file()


def test_a_result_never_replaces_its_source(offline):
    offline.write("a.md", "A\n")
    done = offline.run("convert", "--to", "markdown", "--output", ".", "a.md")
    assert done.code == 6
    assert offline.read("a.md") == "A\n"


def test_what_is_kept_raw_is_remarked_on_standard_error_in_a_line(offline):
    offline.write("a.xml", '<ac:structured-macro ac:name="strange" />')
    done = offline.run("convert", "--to", "markdown", "a.xml")
    assert done.code == 0
    assert "{=confluence}" in done.out
    (remark,) = done.err.splitlines()
    assert remark.startswith("a.xml: kept raw")
    assert "<ac:structured-macro" in remark


def test_the_sum_of_several_files_is_told(offline):
    offline.write("docs/a.md", "A\n")
    offline.write("docs/b.md", b"\xff")
    done = offline.run("convert", "--to", "storage", "--output", "out", "docs")
    assert done.err.splitlines()[-1] == "confsync: 1 file written to out, 1 not converted"


def test_line_ends_and_a_byte_order_mark_are_no_trouble(offline):
    offline.write("a.md", "\ufeffOne\r\n\r\nTwo\r\n")
    done = offline.run("convert", "--to", "storage", "a.md")
    assert done.code == 0
    assert "<p>One</p>" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--to", "storage", "a.md", "b.md"],
        ["--to", "storage", "--base-markdown", "a.md", "a.md"],
        [
            "--to",
            "storage",
            "--base-markdown",
            "a.md",
            "--base-storage",
            "a.md",
            "--output",
            "o",
            "a.md",
            "b.md",
        ],
        ["--to", "html", "a.md"],
        ["a.md"],
        ["--to", "storage"],
    ],
)
def test_what_makes_no_sense_is_a_matter_of_usage(offline, arguments):
    offline.write("a.md", "A\n")
    offline.write("b.md", "B\n")
    assert offline.run("convert", *arguments).code == 2


def test_standard_input_is_a_source(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "confsync", "convert", "--to", "storage", "-"],
        input=b"Some *text*.\n",
        capture_output=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"<p>Some <em>text</em>.</p>")
