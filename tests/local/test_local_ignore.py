"""Which documents are hidden: state folders and droppings always, the rest by rules that read like .gitignore."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from local_person import put

from confsync.errors import ConfigError, LocalError
from confsync.local import FileTree
from confsync.local.ignore import IgnoreRules, is_excluded
from confsync.local.listing import list_root
from confsync.model import DocPath

MakeTree = Callable[..., FileTree]

DROPPINGS = [
    "a.md.swp",
    ".a.md.swx",
    "4913",
    "a.md~",
    "#a.md#",
    ".#a.md",
    "~$a.md",
    "._a.md",
    ".a.tmp",
    ".DS_Store",
]


@pytest.mark.parametrize("name", [*DROPPINGS, "Thumbs.db", "x.crdownload"])
def test_what_editors_and_systems_drop_is_never_looked_at(name: str):
    assert is_excluded(f"docs/{name}")


@pytest.mark.parametrize(
    "name", ["a.md", "swp.md", "tmp.md", "a~b.md", "#1.md", "x.tmp.md", "4913.md", "git.md"]
)
def test_ordinary_names_are_looked_at(name: str):
    assert not is_excluded(f"docs/{name}")


def test_state_folders_and_hidden_directories_hold_no_documents(make_tree: MakeTree, root: Path):
    for name in (".git", ".GIT", ".confsync", ".hg", ".svn", ".venv", "node_modules", "sub/.obsidian"):
        put(root, f"{name}/a.md")
    put(root, ".hidden.md")
    put(root, "sub/a.md")
    snapshot = make_tree().scan({})
    assert set(snapshot.docs) == {"sub/a.md"}
    assert snapshot.ignored == {".hidden.md"}


def test_a_rule_brings_hidden_directories_back_but_never_state_folders(make_tree: MakeTree, root: Path):
    for name in (".github/a.md", ".git/a.md", ".confsync/a.md"):
        put(root, name)
    put(root, ".confsyncignore", "!.github/\n!.git/\n!.confsync/\n")
    assert set(make_tree().scan({}).docs) == {".github/a.md"}


def test_settings_and_nested_files_hide_documents_and_the_deepest_decides(make_tree: MakeTree, root: Path):
    for name in ("drafts/a.md", "x/drafts/a.md", "x/log.md", "x/y/log.md", "x/y/keep.md", "b.md"):
        put(root, name)
    put(root, ".confsyncignore", "\ufeff# a comment\r\nlog.md\r\n")
    put(root, "x/y/.confsyncignore", "!log.md\nkeep.md\n")
    tree = make_tree("/drafts/**")
    snapshot = tree.scan({})
    assert set(snapshot.docs) == {"x/drafts/a.md", "x/y/log.md", "b.md"}
    for path in ("drafts/a.md", "x/log.md", "x/y/keep.md"):
        assert snapshot.blind_to(DocPath(path))
    assert not snapshot.blind_to(DocPath("x/y/log.md"))


def test_a_document_may_be_brought_back_from_an_ignored_directory(make_tree: MakeTree, root: Path):
    for name in ("drafts/a.md", "drafts/keep.md"):
        put(root, name)
    snapshot = make_tree("drafts/**", "!drafts/keep.md").scan({})
    assert set(snapshot.docs) == {"drafts/keep.md"}
    assert snapshot.ignored == {"drafts/a.md"}


def test_rules_are_read_anew_at_each_scan(make_tree: MakeTree, root: Path):
    put(root, "a.md")
    tree = make_tree()
    assert set(tree.scan({}).docs) == {"a.md"}
    put(root, ".confsyncignore", "*.md\n")
    assert tree.scan({}).ignored == {"a.md"}
    (root / ".confsyncignore").unlink()
    assert set(tree.scan({}).docs) == {"a.md"}


def test_a_rule_that_means_nothing_is_told_with_its_place(make_tree: MakeTree, root: Path):
    with pytest.raises(ConfigError, match="is not valid") as caught:
        make_tree("ok", "!")
    assert caught.value.where == "confsync.toml, ignore, line 2"
    put(root, "sub/.confsyncignore", "ok\n\\\n")
    put(root, "sub/a.md")
    with pytest.raises(LocalError) as told:
        make_tree().scan({})
    assert told.value.where == "sub/.confsyncignore, line 2"


def test_rules_that_cannot_be_read_stop_the_scan_before_they_publish_anything(
    make_tree: MakeTree, root: Path
):
    put(root, "a.md")
    (root / ".confsyncignore").mkdir()
    with pytest.raises(LocalError, match="cannot be read"):
        make_tree().scan({})


def test_an_ignored_directory_is_not_walked(make_tree: MakeTree, root: Path):
    put(root, "build/sub/.confsyncignore", "!")  # reading it would raise
    put(root, "build/sub/a.md")
    snapshot = make_tree("build/").scan({})
    assert snapshot.docs == {}
    assert snapshot.unseen == {"build"}


# ---- as git does ------------------------------------------------------------------------------------------------

names = st.sampled_from(["a.md", "b.md", "c.md"])
folders = st.sampled_from(["", "x/", "y/", "x/y/", "x/y/z/"])
patterns = st.sampled_from(
    [
        "a.md",
        "/a.md",
        "x/",
        "/x/",
        "x/y",
        "*.md",
        "x/*",
        "x/**",
        "**/y/",
        "y/**/a.md",
        "?.md",
        "[ab].md",
        "# c",
        "",
        "b*",
        "!a.md",
        "!x/",
        "!*.md",
        "!x/y/a.md",
        "!y/",
        "*",
        "*/",
        "!*/",
        "!x/**",
        "**",
        "x/**/",
        "/**",
        "**/a.md",
        "!/x/y/",
    ]
)


@pytest.mark.skipif(os.name == "nt", reason="git's own answer is asked")
@settings(max_examples=30)
@given(st.lists(patterns, min_size=1, max_size=4), st.lists(patterns, max_size=2))
def test_rules_hide_what_git_would_ignore(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], deep: list[str]
):
    root = tmp_path_factory.mktemp("rules")
    paths = [
        f"{folder}{name}"
        for folder in ["", "x/", "y/", "x/y/", "x/y/z/"]
        for name in ["a.md", "b.md", "c.md"]
    ]
    for path in paths:
        put(root, path)
    for file, lines in ((".gitignore", top), ("x/.gitignore", deep)):
        put(root, file, "\n".join(lines) + "\n")
        put(root, file.replace(".gitignore", ".confsyncignore"), "\n".join(lines) + "\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True, capture_output=True)
    asked = subprocess.run(
        ["git", "-C", str(root), "check-ignore", "--no-index", *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    found = {path for path, _ in list_root(root, IgnoreRules(root, ())).documents}
    assert set(paths) - found == set(asked.stdout.split())
