"""An overlay shows what the folder would be after the same changes, and leaves the folder as it is."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confsync.errors import LocalError, UnreadableFile
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import DocPath, sha
from confsync.sync.overlay import Overlay

DOCUMENTS = ["a.md", "b.md", "d/c.md", "d/e/f.md"]
COPIES = ["a.conflict-v2.md", "d/c.conflict-v3.md"]
OTHERS = ["img/p.png", "d/q.png", "notes.txt"]
PATHS = [*DOCUMENTS, *COPIES, *OTHERS]
TEXTS = [
    b"# A\n\n![p](img/p.png) and [c](d/c.md)\n",
    b"# C\n\n![q](q.png)\n",
    b"# D\n\n[n](../notes.txt)\n",
    b"\xff\xfe",
    b"",
]
paths = st.sampled_from(PATHS).map(DocPath)


def moves(among):
    places = st.sampled_from(among).map(DocPath)
    return st.tuples(st.just("move"), places, places)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), paths, st.sampled_from(TEXTS)),
        st.tuples(st.just("download"), paths, st.sampled_from(TEXTS)),
        *map(moves, (DOCUMENTS, COPIES, OTHERS)),
    ),
    max_size=8,
)


def folder(root: Path, files) -> FileTree:
    for path, data in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return FileTree(root, inspect=inspect)


def carry_out(tree, step) -> bool:
    """Take a step as a run does, which knows what is there; return whether it was refused."""
    kind, path, what = step
    here = tree.digest(path)
    try:
        if kind == "move":
            tree.move(path, what, expect=here or sha("nothing"))
        elif kind == "write":
            tree.write(path, what, expect=here)
        else:
            source = tree.scratch()
            source.write_bytes(what)
            tree.adopt_download(source, path, expect=here)
    except LocalError:
        return True
    return False


def seen(tree, also):
    local = tree.scan({}, also)
    for path, doc in local.docs.items():
        assert sha(tree.read(path)) == doc.hash
    read = {path: tree.digest(path) for path in map(DocPath, PATHS)}
    return (
        {path: (doc.hash, doc.size, doc.facts) for path, doc in local.docs.items()},
        {path: (asset.hash, asset.size) for path, asset in local.assets.items()},
        (local.others, local.conflict_copies, local.asked, dict(local.problems)),
        read,
    )


def on_disk(root: Path):
    return {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and ".confsync" not in p.parts}


@settings(max_examples=150)
@given(
    files=st.dictionaries(paths, st.sampled_from(TEXTS), max_size=6),
    steps=steps,
    also=st.frozensets(st.sampled_from(OTHERS).map(DocPath)),
)
def test_an_overlay_shows_what_the_folder_would_be_and_leaves_it_as_it_is(files, steps, also):
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        real, under = folder(Path(one), files), folder(Path(other), files)
        overlay, before = Overlay(under, wikilinks=False), on_disk(Path(other))
        for step in steps:
            assert carry_out(overlay, step) == carry_out(real, step)
        assert seen(overlay, also) == seen(real, also)
        assert on_disk(Path(other)) == before


def test_what_would_be_elsewhere_is_not_to_be_had_where_it_was(tmp_path):
    tree = folder(tmp_path, {"a.md": b"# A\n"})
    overlay = Overlay(tree, wikilinks=False)
    doc = overlay.scan({}).docs[DocPath("a.md")]
    overlay.move(DocPath("a.md"), DocPath("b.md"), expect=sha(b"# A\n"))
    assert overlay.look(doc) is None
    for look in (overlay.read, overlay.locate):
        with pytest.raises(UnreadableFile):
            look(DocPath("a.md"))
    assert overlay.locate(DocPath("b.md")) == tmp_path / "a.md"
