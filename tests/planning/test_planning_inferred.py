"""Folders that the stamps of the pages in them tell of, and those that they do not."""

from __future__ import annotations

from builders import doc

from confsync.model import DocPath, OpId, Page, PageId, ParentType, sha
from confsync.planning.inferred import infer_folders
from confsync.planning.stamps import Stamp

ROOT = PageId("1")


def stamped(page_id, path, parent, kind=ParentType.FOLDER):
    message = Stamp.of(DocPath(path), sha(path), OpId("op1")).render() if path else "by hand"
    return Page(
        id=PageId(page_id),
        title=page_id,
        version=2,
        parent_id=PageId(parent),
        parent_type=kind,
        message=message,
    )


def inferred(*pages):
    paths = ["a/x.md", "a/y.md", "b/in/z.md", "c.md", "c/d/w.md"]
    docs = {DocPath(path): doc(path) for path in paths}
    found = infer_folders({page.id: page for page in pages}, ROOT, docs)
    return {i: (folder.title, folder.parent_id) for i, folder in found.items()}


def test_a_folder_is_the_directory_that_all_its_pages_were_pushed_from():
    assert inferred(stamped("10", "a/x.md", "f1"), stamped("11", "a/y.md", "f1")) == {"f1": ("a", ROOT)}


def test_a_folder_below_a_page_hangs_on_the_page_that_bears_the_documents_stamp():
    parent = stamped("20", "c.md", "1", ParentType.PAGE)
    home = Page(id=ROOT, title="Home", version=1)
    assert inferred(home, parent, stamped("21", "c/d/w.md", "f2")) == {"f2": ("d", PageId("20"))}


def test_a_folder_whose_parent_no_page_speaks_for_has_to_be_read():
    assert inferred(stamped("30", "b/in/z.md", "f3")) == {}


def test_a_folder_with_pages_of_two_directories_or_of_people_has_to_be_read():
    assert inferred(stamped("10", "a/x.md", "f1"), stamped("30", "b/in/z.md", "f1")) == {}
    assert inferred(stamped("10", "a/x.md", "f1"), stamped("11", None, "f1")) == {}


def test_two_folders_with_pages_of_one_directory_have_to_be_read():
    assert inferred(stamped("10", "a/x.md", "f1"), stamped("11", "a/y.md", "f2")) == {}


def test_what_hangs_on_something_that_is_no_folder_tells_of_none():
    assert inferred(stamped("10", "a/x.md", "w1", ParentType.WHITEBOARD)) == {}
