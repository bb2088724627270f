"""Who comes from another publisher keeps the pages: each file finds its own, none is made twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sync_home import Home, results

from confsync.errors import ExitCode

HEADS = {
    "md2conf": "<!-- confluence-page-id: {id} -->\n<!-- confluence-space-key: DOCS -->\n\n# {title}\n\n",
    "md2conf, front matter": '---\npage_id: "{id}"\nspace_key: DOCS\n---\n# {title}\n\n',
    "markdown-confluence": "---\nconnie-title: {title}\nconnie-page-id: {id}\nconnie-publish: true\n---\n",
    "mark": "<!-- Space: DOCS -->\n<!-- Title: {title} -->\n\n",
    "md2cf": "---\ntitle: {title}\n---\n",
}


def published(home, tool):
    """A tree of three files whose pages another tool has made."""
    for title in ("Guide", "Setup", "Usage"):
        page = home.person.create(title, f"<p>All about {title.lower()}.</p>")
        head = HEADS[tool].format(id=page.id, title=title)
        home.write(f"{title.lower()}.md", f"{head}All about {title.lower()}.\n")


@pytest.mark.parametrize("tool", HEADS)
def test_a_tree_of_another_publisher_finds_its_pages_and_doubles_none(home, tool):
    published(home, tool)
    before, pages = home.files(), {p.id for p in home.store_pages()}
    assert home.push(adopt=True).exit_code == ExitCode.IN_SYNC
    assert {p.id for p in home.store_pages()} == pages
    assert home.files() == before
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []
    assert home.files() == before


@pytest.mark.parametrize("tool", HEADS)
def test_what_is_edited_then_goes_both_ways_and_the_notes_stay(home, tool):
    published(home, tool)
    home.push(adopt=True)
    home.edit("guide.md", "All about guide.", "All about guiding.")
    home.person.replace(home.page("Setup").id, "setup", "setting up")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.body("Guide").endswith(">All about guiding.</p>")
    page = home.page("Setup")
    assert home.read("setup.md") == HEADS[tool].format(id=page.id, title="Setup") + "All about setting up.\n"


@pytest.mark.parametrize("tool", ["md2conf", "md2conf, front matter", "markdown-confluence"])
def test_an_id_finds_the_page_whatever_its_title(home, tool):
    page = home.person.create("Old title", "<p>text</p>")
    home.write("a.md", HEADS[tool].format(id=page.id, title="New title") + "text\n")
    assert home.push(adopt=True).exit_code == ExitCode.IN_SYNC
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert [(p.id, p.title) for p in home.store_pages()] == [(page.id, "New title")]


@pytest.mark.parametrize("tool", ["md2conf", "markdown-confluence"])
def test_an_id_that_is_not_found_or_stands_in_two_files_makes_no_page(home, tool):
    page = home.person.create("Mine", "<p>text</p>")
    home.write("lost.md", HEADS[tool].format(id="99999999", title="Lost") + "text\n")
    for name in ("one", "two"):
        home.write(f"{name}.md", HEADS[tool].format(id=page.id, title=name.title()) + "text\n")
    report = home.push()
    assert {path: what for path, what in results(report).items() if what[1] == "held"}.keys() == {
        "lost.md",
        "one.md",
        "two.md",
    }
    assert home.titles() == {"Mine"}
    assert home.writes == []


def test_a_page_that_is_renamed_in_confluence_gets_its_title_in_the_publishers_own_note(home):
    published(home, "mark")
    home.push(adopt=True)
    home.person.rename(home.page("Usage").id, "How to use it")
    home.sync()
    assert any("<!-- Title: How to use it -->" in text.decode() for text in home.files().values())
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_marks_labels_and_attachments_reach_the_page(home):
    home.write("plan.pdf", b"%PDF-1.4 plan")
    head = (
        "<!-- Space: DOCS -->\n<!-- Title: Plan -->\n<!-- Label: howto -->\n<!-- Attachment: plan.pdf -->\n\n"
    )
    home.write("plan.md", head + "text\n")
    assert home.push().exit_code == ExitCode.IN_SYNC
    page = home.page("Plan")
    assert home.person.labels(page.id) >= {"howto"}
    assert home.person.files(page.id) == {"plan.pdf": b"%PDF-1.4 plan"}


def test_a_vault_with_wikilinks_has_links_and_pictures_where_the_settings_ask_for_them(tmp_path, sandbox):
    home = Home(tmp_path / "vault", sandbox)
    home.policy = replace(home.policy, wikilinks=True)
    home.write("Start.md", "See [[Deep note]].\n\n![[img.png|300]] ends.\n")
    home.write("notes/Deep note.md", "Back to [[Start|the start]].\n")
    home.write("img.png", b"\x89PNG...")
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert '<ri:page ri:content-title="Deep note"' in home.body("Start")
    assert '<ri:attachment ri:filename="img.png"' in home.body("Start")
    assert home.person.files(home.page("Start").id) == {"img.png": b"\x89PNG..."}
    assert '<ri:page ri:content-title="Start"' in home.body("Deep note")
