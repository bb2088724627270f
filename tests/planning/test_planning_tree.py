"""Layout and titles: the folder read as a page tree."""

from __future__ import annotations

from builders import doc, page, row, world
from hypothesis import given
from hypothesis import strategies as st

from confsync.model import Direction, DocPath, title_key
from confsync.planning.assets import resolve_link
from confsync.planning.layout import Layout, Top, UnderDocument, UnderFolder, child_directory
from confsync.planning.plan import plan
from confsync.planning.policy import TitleClash
from confsync.planning.titles import LONGEST, assign_titles, own_title

P = DocPath


def test_a_page_beside_its_folder_is_the_parent_of_what_lies_in_it():
    layout = Layout([P("guide.md"), P("guide/install.md"), P("guide/index.md")])
    assert layout.parent(P("guide/install.md")) == UnderDocument(P("guide.md"))
    assert layout.parent(P("guide/index.md")) == UnderDocument(P("guide.md"))
    assert layout.parent(P("guide.md")) == Top()


def test_an_index_is_its_folders_page_and_hangs_where_the_folder_does():
    layout = Layout([P("a/index.md"), P("a/README.md"), P("a/b/readme.md"), P("a/b/c.md")])
    assert layout.parent(P("a/index.md")) == Top()
    assert layout.parent(P("a/README.md")) == UnderDocument(P("a/index.md"))
    assert layout.parent(P("a/b/readme.md")) == UnderDocument(P("a/index.md"))
    assert layout.parent(P("a/b/c.md")) == UnderDocument(P("a/b/readme.md"))


def test_a_directory_without_a_page_is_a_folder():
    layout = Layout([P("x/y/z.md")])
    assert layout.parent(P("x/y/z.md")) == UnderFolder(P("x/y"))
    assert layout.folder_parent(P("x/y")) == UnderFolder(P("x"))
    assert list(layout.lineage(P("x/y/z.md"))) == [UnderFolder(P("x/y")), UnderFolder(P("x"))]


def test_an_index_at_the_root_is_an_ordinary_page_unless_it_is_the_root_page():
    assert Layout([P("index.md"), P("a.md")]).parent(P("a.md")) == Top()
    assert Layout([P("index.md"), P("a.md")], P("index.md")).parent(P("a.md")) == Top()


def test_children_of_an_index_lie_beside_it_and_those_of_a_page_in_its_folder():
    layout = Layout([P("a/index.md"), P("b.md")])
    assert child_directory(P("a/index.md"), layout) == P("a")
    assert child_directory(P("b.md"), layout) == P("b")


def assigned(docs, rows=(), clash=TitleClash.PARENTS):
    by_path = {d.path: d for d in docs}
    return assign_titles(by_path, {r.path: r for r in rows}, Layout(by_path), clash)


def test_two_files_with_one_title_are_told_apart_by_their_parents():
    docs = [
        doc(f"{a}/{b}/clustering.md", title="Clustering") for a in ("v3.4", "v3.5") for b in ("Operations",)
    ]
    titles = assigned([*docs, doc("v3.3/clustering.md", title="clustering")])
    assert dict(titles.assigned) == {
        "v3.3/clustering.md": "clustering",
        "v3.4/Operations/clustering.md": "Clustering (Operations)",
        "v3.5/Operations/clustering.md": "Clustering (Operations, v3.5)",
    }


def test_a_page_that_has_the_title_keeps_it():
    docs = [doc("a/x.md", title="X"), doc("b/x.md", title="X")]
    titles = assigned(docs, [row("1", "b/x.md", "X")])
    assert titles.assigned == {"a/x.md": "X (a)", "b/x.md": "X"}


def test_a_page_keeps_the_title_with_parents_that_it_was_given():
    docs = [doc("b/x.md", title="X")]
    titles = assigned(docs, [row("1", "b/x.md", "X (b)", own_title="X")])
    assert titles.assigned == {"b/x.md": "X (b)"}


def test_where_parents_do_not_tell_files_apart_the_file_name_does():
    titles = assigned([doc("x.md", title="X"), doc("y.md", title="x")])
    assert titles.assigned == {"x.md": "X", "y.md": "x (y.md)"}


def test_a_clash_can_be_an_error():
    titles = assigned([doc("x.md", title="X"), doc("y.md", title="x")], clash=TitleClash.ERROR)
    assert titles.clashes == {"y.md": "x.md"}


def test_a_file_without_a_title_is_called_by_its_name_and_an_index_by_its_directory():
    assert own_title(doc("a/setup.md")) == "setup"
    assert own_title(doc("a/index.md")) == "a"
    assert own_title(doc("index.md")) == "index"


def test_a_title_has_no_blanks_around_it_whatever_the_file_is_called():
    assert own_title(doc(" setup  now .md")) == "setup now"
    assert own_title(doc(" a /index.md")) == "a"
    assert own_title(doc(" .md")) == "Untitled"


NAMES = st.sampled_from(["a", "b", "A", "index", "README"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda parts: P("/".join(parts) + ".md"))


@given(st.dictionaries(PATHS, st.sampled_from(["X", "x", "Y", "y" * 300, "É", "E\u0301"]), max_size=12))
def test_titles_are_always_distinct_and_short_enough_and_the_tree_has_no_loops(titles):
    docs = [doc(path, title=title) for path, title in titles.items()]
    given_titles = assigned(docs).assigned
    assert len({title_key(t) for t in given_titles.values()}) == len(docs)
    assert all(0 < len(t) <= LONGEST for t in given_titles.values())
    layout = Layout(titles)
    assert all(layout.depth(path) <= path.count("/") + 1 for path in titles)


def test_links_are_resolved_inside_the_root_and_never_out_of_it():
    assert resolve_link(P("a/b.md"), "../img/x.png") == "img/x.png"
    assert resolve_link(P("a/b.md"), "/img/x.png") == "img/x.png"
    assert resolve_link(P("a/b.md"), "./x.png") == "a/x.png"
    assert resolve_link(P("a/b.md"), "../../x.png") is None
    assert resolve_link(P("a.md"), ".") is None


def test_a_page_that_several_files_claim_is_not_deleted_and_none_of_them_is_used():
    docs = [doc("b.md", page_id="10"), doc("c.md", page_id="10")]
    seen = world(docs=docs, pages=[page("10", "A")], rows=[row("10", "a.md", "A")])
    assert {type(a).__name__ for a in plan(seen, Direction.SYNC).actions} == {"Blocked"}
