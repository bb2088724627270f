"""Names that every file system can hold, made the same way each time."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from confsync.model import DocPath, PageId, title_key
from confsync.planning.names import (
    choose_stem,
    conflict_name,
    is_document,
    parse_conflict,
    slug,
    stem_key,
)

DEVICES = [
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{d}{n}" for d in ("COM", "LPT") for n in range(10)),
    "COM¹",
    "CLOCK$",
]
FORBIDDEN = set('<>:"/\\|?*') | {chr(code) for code in [*range(32), *range(127, 160)]}


def file_name(title, taken, page_id):
    return choose_stem(title, taken, page_id) + ".md"


titles = st.one_of(
    st.text(st.characters(), max_size=300), st.sampled_from([*DEVICES, "index", "README", "..", ". ", "~$x"])
)
ids = st.integers(1, 10**20).map(lambda number: PageId(str(number)))


@given(titles, ids)
@example("x.conflict-v3", PageId("1"))
@example("\u0301\u0301" * 200, PageId("1"))
@example("ﷺ" * 255, PageId("1"))
@example("İ" * 255, PageId("1"))
def test_any_title_gives_a_name_that_any_file_system_can_hold(title: str, page_id: PageId):
    name = file_name(title, set(), page_id)
    stem = name.removesuffix(".md")
    assert name.endswith(".md")
    assert name == unicodedata.normalize("NFC", name)
    assert not FORBIDDEN & set(name)
    assert not name.startswith((".", " ", "-"))
    assert not stem.endswith((".", " "))
    assert stem.upper() not in DEVICES
    assert stem.casefold() not in ("index", "readme")
    assert parse_conflict(name) is None
    assert is_document(name)
    assert len(conflict_name(DocPath(name), 10**9).encode()) <= 255
    assert len(unicodedata.normalize("NFD", name).encode("utf-16-le")) <= 510
    assert DocPath(name) == name
    assert file_name(title, set(), page_id) == name


@given(st.lists(st.tuples(titles, ids), max_size=12), st.sampled_from([stem_key, title_key]))
def test_siblings_are_distinct_whatever_case_and_unicode_form_a_disk_folds(pages, fold):
    taken: set[str] = set()
    for title, page_id in pages:
        name = file_name(title, taken, page_id)
        assert stem_key(name) not in {stem_key(other) for other in taken}
        taken.add(fold(name))


@given(titles, ids)
def test_a_taken_name_gets_the_pages_id_and_then_a_number(title: str, page_id: PageId):
    first = choose_stem(title, set(), page_id)
    second = choose_stem(title, {stem_key(first)}, page_id)
    third = choose_stem(title, {stem_key(first), stem_key(second)}, page_id)
    assert page_id in second
    assert len({stem_key(first), stem_key(second), stem_key(third)}) == 3


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Getting Started", "getting-started.md"),
        ("API: v1.2/α", "api-v1-2-α.md"),
        ("Größe & Maße", "größe-maße.md"),
        ("हिन्दी पृष्ठ", "हिन्दी-पृष्ठ.md"),
        ("日本語ページ", "日本語ページ.md"),
        ("E\u0301tude", "étude.md"),
        ("🎉", "page-7.md"),
        ("Index", "index-7.md"),
        ("ReadMe", "readme-7.md"),
        ("con", "con-7.md"),
        ("Notes.conflict-v3", "notes-conflict-v3.md"),
        ("../../etc/passwd", "etc-passwd.md"),
    ],
)
def test_titles_become_names_that_a_person_recognises(title: str, name: str):
    assert file_name(title, set(), PageId("7")) == name


def test_a_folder_takes_the_name_of_the_page_beside_it():
    assert file_name("Guide", {"guide"}, PageId("7")) == "guide-7.md"
    assert file_name("Guide", {"guide.md"}, PageId("7")) == "guide-7.md"
    assert file_name("Guide", {"guide.markdown"}, PageId("7")) == "guide-7.md"


@given(st.text(st.characters(), max_size=300))
def test_a_slug_of_a_slug_is_itself(title: str):
    assert slug(slug(title)) == slug(title)


# ---- conflict copies --------------------------------------------------------------------------------------------


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=60).filter(
        lambda t: t not in (".", "..")
    ),
    st.sampled_from(["", "docs/", "a/b/"]),
    st.sampled_from([".md", ".markdown", ".MD"]),
    st.integers(1, 10**9),
)
def test_a_conflict_copy_is_recognised_and_leads_back_to_its_document(stem, folder, suffix, version):
    path = DocPath(f"{folder}{stem}{suffix}")
    copy = conflict_name(path, version)
    assert copy.parent == path.parent
    assert parse_conflict(copy) == (path.removesuffix(suffix), version)


def test_a_document_with_the_longest_name_has_a_conflict_copy_of_its_own():
    first, second = (DocPath("d/" + "ü" * 125 + letter + ".md") for letter in "ab")
    copies = {conflict_name(path, 12) for path in (first, second)}
    assert len(copies) == 2
    assert all(len(copy.name.encode()) <= 255 and parse_conflict(copy) for copy in copies)


@pytest.mark.parametrize(
    "path",
    [
        "a.md",
        "a.conflict-v.md",
        "a.conflict-v3.txt",
        ".conflict-v3.md",
        "a.conflict-v3/x.md",
        "conflict-v3.md",
        "..conflict-v3.md",
    ],
)
def test_other_names_are_no_conflict_copies(path: str):
    assert parse_conflict(path) is None
