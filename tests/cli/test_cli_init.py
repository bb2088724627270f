"""`confsync init`: settings that explain themselves, and nothing overwritten."""

import pytest

from confsync.config import load


def test_init_makes_the_folder_and_settings_that_can_be_read(offline):
    done = offline.run(
        "init", "docs", "--url", "https://example.atlassian.net", "--space", "DOCS", "--root-page", "42"
    )
    assert done.code == 0
    found = load(offline.path("docs"), {})
    assert (found.confluence.url, found.confluence.space) == ("https://example.atlassian.net/wiki", "DOCS")
    assert found.root_page == "42"
    assert "CONFLUENCE_TOKEN" in done.out


def test_the_defaults_that_the_settings_show_are_the_defaults(offline):
    offline.run("init", "--url", "https://example.org/wiki", "--space", "DOCS")
    plain = load(offline.root, {})
    shown = offline.read("confsync.toml")
    uncommented = "\n".join(
        line[2:]
        if line.startswith("# ") and " = " in line and "all =" not in line and "ignore" not in line
        else line
        for line in shown.splitlines()
        if "root_page" not in line
    )
    offline.write("confsync.toml", uncommented)
    assert load(offline.root, {}) == plain


def test_the_address_of_a_page_is_cut_down_to_that_of_confluence(offline):
    url = "https://example.atlassian.net/wiki/spaces/DOCS/pages/42/A+page"
    assert offline.run("init", "--url", url, "--space", "DOCS").code == 0
    assert load(offline.root, {}).confluence.url == "https://example.atlassian.net/wiki"


def test_settings_that_exist_are_left_as_they_are(offline):
    offline.write("confsync.toml", "mine")
    done = offline.run("init", "--url", "https://example.org", "--space", "DOCS")
    assert done.code == 2
    assert "not changed" in done.err
    assert offline.read("confsync.toml") == "mine"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--url", "nowhere", "--space", "DOCS"],
        ["--url", "https://ann:hush@example.org", "--space", "DOCS"],
        ["--url", "https://example.org", "--space", "two words"],
        ["--url", "https://example.org", "--space", "DOCS", "--root-page", "home"],
        ["--url", "https://example.org"],
        ["--space", "DOCS"],
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_written(offline, arguments):
    done = offline.run("init", *arguments)
    assert done.code == 2
    assert "hush" not in done.err
    assert not offline.path("confsync.toml").exists()


def test_a_file_in_the_folders_place_is_told(offline):
    offline.write("docs", "a file")
    done = offline.run("init", "docs", "--url", "https://example.org", "--space", "DOCS")
    assert done.code in (2, 6)
    assert offline.read("docs") == "a file"


def test_the_login_is_tried_when_there_is_one(empty, tmp_path):
    done = empty.anywhere("init", tmp_path / "new", "--url", empty.sandbox.url, "--space", "DOCS")
    assert done.code == 0
    assert "Logged in as" in done.out


def test_a_login_that_fails_is_a_warning_because_the_settings_are_written(empty, tmp_path, monkeypatch):
    monkeypatch.setenv("CONFLUENCE_TOKEN", "hush-hush")
    done = empty.anywhere("init", tmp_path / "new", "--url", empty.sandbox.url, "--space", "DOCS")
    assert done.code == 0
    assert "The settings were written, but" in done.err
    assert "hush" not in done.err + done.out


def test_init_and_push_are_all_it_takes(empty, tmp_path):
    root = tmp_path / "new"
    assert empty.anywhere("init", root, "--url", empty.sandbox.url, "--space", "DOCS").code == 0
    (root / "a.md").write_text("# A page\n\nText.\n")
    assert empty.anywhere("push", "-C", root).code == 0
    assert "Text." in empty.body("A page")


def test_a_root_inside_another_root_is_warned_of(offline):
    assert offline.run("init", "--url", "https://example.org", "--space", "A").code == 0
    done = offline.run("init", "inner", "--url", "https://example.org", "--space", "B")
    assert done.code == 0
    assert "belong to both" in done.err
