"""Real documentation trees, whole: into Confluence and back, and after that nothing is left to do."""

from __future__ import annotations

import re
import shutil

import pytest
from sync_home import CORPUS

from confsync.errors import ExitCode

TREES = {
    "docusaurus-redux": "docs",
    "gfm-electron": "docs",
    "mdbook-rust": "src",
    "mkdocs-material": "docs",
}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}: set CONFSYNC_CORPUS"),
]


def documents(home):
    return {name for name in home.files() if name.endswith(".md")}


@pytest.mark.parametrize("name", TREES)
def test_a_real_tree_goes_in_whole_and_comes_back_and_then_nothing_is_written(home, name):
    shutil.copytree(CORPUS / "markdown" / name / TREES[name], home.root, dirs_exist_ok=True)
    report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC, [e for e in report.entries if e.code]
    pages = home.store_pages()
    assert len(pages) == len(documents(home))
    assert not [p.title for p in pages if "ac:placeholder" in (p.body or "")]

    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.writes == []

    pulled = home.twin("pulled")
    report = pulled.pull()
    assert report.exit_code == ExitCode.IN_SYNC, [e for e in report.entries if e.code]
    assert len(documents(pulled)) == len(pages)
    assert pulled.push().exit_code == ExitCode.IN_SYNC
    assert pulled.writes == []
    pulled.forget()
    assert pulled.push().exit_code == ExitCode.IN_SYNC
    assert pulled.writes == []

    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


@pytest.mark.parametrize("name", TREES)
def test_links_between_the_pages_of_a_real_tree_lead_to_pages(home, name):
    shutil.copytree(CORPUS / "markdown" / name / TREES[name], home.root, dirs_exist_ok=True)
    home.push()
    pages = home.store_pages()
    titles = {page.title for page in pages}
    linked = {t for p in pages for t in re.findall(r'<ri:page ri:content-title="([^"]*)"', p.body or "")}
    assert linked
    unescaped = {
        t.replace("&amp;", "&").replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
        for t in linked
    }
    assert unescaped <= titles
