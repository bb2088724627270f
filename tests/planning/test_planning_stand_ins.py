"""Pages that stand in for directories: how they are known, and what they are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.model import DocPath, OpId, sha, title_key
from confsync.planning.layout import Layout
from confsync.planning.stamps import DIRECTORY, Stamp, parse
from confsync.planning.stand_ins import CHILDREN_LIST, directory_stamp, directory_titles, is_children_list

MACRO = '<ac:structured-macro ac:schema-version="2" ac:macro-id="1" ac:name="children" />'


@pytest.mark.parametrize(
    "body",
    [
        CHILDREN_LIST,
        MACRO,
        f"<p>{MACRO}</p><p />",
        f'<p class="x"> {MACRO} </p>\n<p class="auto-cursor-target"><br /></p>',
        '<ac:structured-macro ac:name="children"><ac:parameter ac:name="all">true</ac:parameter></ac:structured-macro>',
    ],
)
def test_a_list_of_children_is_known_however_it_is_spelled(body):
    assert is_children_list(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p />",
        f"<p>{MACRO}words</p>",
        f"{MACRO}<p>words</p>",
        f"{MACRO}{MACRO}",
        f"<h1>{MACRO}</h1>",
        MACRO.replace("children", "toc"),
        MACRO.replace('"children"', '"toc" ac:name2="children"'),
        '<ac:structured-macro ac:name="children">words</ac:structured-macro>',
    ],
)
def test_a_body_with_anything_else_is_no_such_list(body):
    assert not is_children_list(body)


def test_the_stamp_of_a_directory_is_told_from_that_of_a_document():
    path = DocPath("api")
    of_directory = Stamp.of(path, DIRECTORY, OpId("a1")).render()
    assert directory_stamp(of_directory).is_of(path)
    assert directory_stamp(Stamp.of(path, sha("text"), OpId("a1")).render()) is None
    assert directory_stamp("") is None
    assert not parse(of_directory).is_merge


names = st.sampled_from(["a", "A", "b", "images"])
paths = st.lists(names, min_size=1, max_size=4).map(lambda parts: DocPath("/".join(parts)))


@given(st.sets(paths, max_size=12), st.sets(names))
def test_every_directory_gets_a_title_that_nothing_of_ours_has(directories, taken):
    layout = Layout([directory.joined("x.md") for directory in directories])
    found = directory_titles(directories, {"B", *taken}, {DocPath("b.md"): "B"}, layout)
    assert found.keys() == directories
    keys = [title_key(title) for title in (*found.values(), *{title_key(t) for t in taken}, "B")]
    distinct = len(set(keys)) + (1 if "b" in {title_key(t) for t in taken} else 0)
    assert distinct == len(keys)
