"""Front matter: what it says is read, and an edit changes nothing else in it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.errors import ConversionError
from confsync.markup.file.front_matter import FrontMatter, label_of, split
from confsync.model import PageId

HAND_WRITTEN = """---
# who reads this?
title: 'Set up'   # the short name
tags: [x,  y]
labels:
  - howto   # for the portal
  - "draft"

confluence:
    id: "77"
    parent: home
date: 2024-01-02
...
"""


def test_a_text_without_front_matter_is_left_alone() -> None:
    assert split("# Hello\n") == (FrontMatter(), "# Hello\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\nSome text\n---\nmore\n",
        "---\n\nkey: value\n\n---\n",
        "---\nno end\n",
        "+++\ntitle = 'toml'\n+++\n",
        "---\n- a list\n---\n",
        "----\ntitle: x\n----\n",
        " ---\ntitle: x\n---\n",
        "---\n",
        "",
    ],
)
def test_thematic_breaks_and_toml_are_text(text: str) -> None:
    front, rest = split(text)
    assert (front.source, rest) == ("", text)
    assert front.problem is None


def test_everything_of_ours_is_read() -> None:
    front, rest = split(HAND_WRITTEN + "# Body\n")
    assert (front.title, front.labels, front.page_id) == ("Set up", ("howto", "draft"), PageId("77"))
    assert (front.source, rest) == (HAND_WRITTEN, "# Body\n")


@pytest.mark.parametrize(
    ("yaml", "title"),
    [
        ("title: 2024", "2024"),
        ("title: 1.10", "1.10"),
        ("title: true", "true"),
        ("title: 2024-01-02", "2024-01-02"),
        ("title: ~", None),
        ("title:", None),
        ("title: ''", None),
        ('title: "a\\tb"', "a b"),
        ("title: >\n  long\n  text", "long text"),
    ],
)
def test_a_title_is_the_text_that_stands_there_whatever_yaml_makes_of_it(
    yaml: str, title: str | None
) -> None:
    assert split(f"---\n{yaml}\n---\n")[0].title == title


@pytest.mark.parametrize(
    ("yaml", "labels"),
    [
        ("labels: [a, B]", ("a", "b")),
        ("labels: a, b  c", ("a", "b", "c")),
        ("labels: [Getting Started, 'a,b', 2024]", ("getting-started", "a-b", "2024")),
        ("labels: []", ()),
        ("labels:", ()),
        ("labels: [a, A, a]", ("a",)),
        ("tags: [a]", None),
    ],
)
def test_labels_are_as_confluence_keeps_them(yaml: str, labels: tuple[str, ...] | None) -> None:
    assert split(f"---\n{yaml}\n---\n")[0].labels == labels


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("title: [a", 3),
        ("title: a\ntitle: b", 3),
        ("x: 1\ntitle: {a: b}", 3),
        ("confluence: 12", 2),
        ("confluence: {id: abc}", 2),
        ("a: 1\nb:\tc: d", 3),
        ("title: \x01", 2),
        ("labels: {a: b}", 2),
    ],
)
def test_what_is_broken_is_a_problem_with_its_line(yaml: str, line: int) -> None:
    front, rest = split(f"---\n{yaml}\n---\nbody\n")
    assert front.problem is not None
    assert front.problem.startswith(f"line {line}: ")
    assert rest == "body\n"


def test_an_entity_bomb_of_aliases_is_not_expanded() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for n, m in zip("bcdefgh", "abcdefg", strict=True):
        bomb += f"{n}: &{n} [" + ", ".join([f"*{m}"] * 9) + "]\n"
    assert split(f"---\n{bomb}title: T\n---\n")[0].title == "T"


def test_deep_nesting_ends_in_a_value() -> None:
    front, _ = split("---\ntitle: " + "[" * 20_000 + "\n---\n")
    assert front.problem is not None


def test_a_new_title_keeps_quotes_comments_and_order() -> None:
    front = split(HAND_WRITTEN)[0].with_title("It's new")
    assert front.source == HAND_WRITTEN.replace("'Set up'", "'It''s new'")


def test_a_new_id_replaces_the_old_one_alone() -> None:
    assert split(HAND_WRITTEN)[0].with_id(PageId("88")).source == HAND_WRITTEN.replace("77", "88")


def test_an_id_goes_and_what_stands_beside_it_stays() -> None:
    assert split(HAND_WRITTEN)[0].with_id(None).source == HAND_WRITTEN.replace('    id: "77"\n', "")


def test_labels_that_stay_keep_their_lines() -> None:
    front = split(HAND_WRITTEN)[0].with_labels(("new", "howto"))
    assert front.source == HAND_WRITTEN.replace('  - "draft"\n', "  - new\n")


def test_front_matter_is_made_where_there_is_none_and_taken_away_again() -> None:
    made = FrontMatter().with_id(PageId("5"))
    assert made.source == '---\nconfluence: {id: "5"}\n---\n'
    assert made.with_id(None).source == ""


def test_windows_line_ends_are_kept_and_used() -> None:
    front = split("---\r\nx: 1\r\n---\r\n")[0].with_title("T").with_labels(("a",)).with_id(PageId("1"))
    assert "\n" not in front.source.replace("\r\n", "")
    assert front.title == "T"


def test_broken_front_matter_is_never_edited() -> None:
    front = split("---\ntitle: [a\n---\n")[0]
    with pytest.raises(ConversionError):
        front.with_title("T")


TITLES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40).map(
    lambda t: " ".join(t.split())
)
KEYS = st.sampled_from(["a", "b", "weight", "description", "x-y"])
VALUES = st.sampled_from(
    [
        "1",
        "'q  q'",
        '"d"',
        "[x,  y]",
        "{k: v}",
        "|\n  line\n\n  line\n",
        "\n  - 1\n  - 2",
        "",
        "text # note",
        "!!str 5",
    ]
)
OURS = st.sampled_from(
    ["title: T", "title: 'T'", 'title: "T"', "title:", "title: >-\n  T\n", "labels: [a, b]", "labels:\n- a # x\n- b",
     "labels: a b", "labels: a, b", "labels: []", 'confluence: {id: "1"}', "confluence:\n  id: 1", "confluence: {}",
     "confluence: {space: X}", "confluence:\n  space: X"]
)  # fmt: skip


@st.composite
def sources(draw: st.DrawFn) -> str:
    other = draw(st.lists(st.tuples(KEYS, VALUES), max_size=4, unique_by=lambda kv: kv[0]))
    ours = draw(st.lists(OURS, max_size=3, unique_by=lambda line: line.split(":")[0]))
    lines = draw(st.permutations([*(f"{k}: {v}" for k, v in other), *ours]))
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), "# a remark")
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    body = "".join(line.rstrip("\n") + "\n" for line in lines)
    return f"---\n{body}---\n".replace("\n", newline)


def _without(source: str, words: tuple[str, ...]) -> list[str]:
    """The lines that speak of nothing of ours."""
    out, skipping = [], False
    for line in source.splitlines():
        skipping = line.startswith(words) or (skipping and line.startswith((" ", "- ")))
        if not skipping:
            out.append(line)
    return out


@given(
    sources(),
    TITLES.filter(bool),
    st.lists(st.text(string.ascii_lowercase, min_size=1), unique=True, max_size=4),
)
def test_edits_say_what_was_meant_and_leave_every_other_line(
    source: str, title: str, labels: list[str]
) -> None:
    front, rest = split(source)
    assert rest == ""
    assert front.problem is None
    edited = front.with_title(title).with_labels(tuple(labels)).with_id(PageId("99"))
    again, rest = split(edited.source)
    assert rest == ""
    assert (again.title, again.page_id) == (title, "99")
    assert set(again.labels or ()) == set(labels)
    ours = ("title", "labels", "confluence")
    assert _without(edited.source, ours) == _without(source, ours)


@given(st.text(max_size=200))
def test_any_text_splits_into_parts_that_make_it_up(text: str) -> None:
    front, rest = split("---\n" + text)
    assert front.source + rest == "---\n" + text


@given(st.text(max_size=30))
def test_a_label_is_its_own_label(text: str) -> None:
    assert label_of(label_of(text)) == label_of(text)


def test_a_remark_behind_the_labels_stays_when_they_go_or_change() -> None:
    source = "---\nlabels:\n- a # x\n- b\n# a remark\n\ntitle: T\n---\n"
    front, _ = split(source)
    assert front.with_labels(()).source == "---\nlabels: []\n# a remark\n\ntitle: T\n---\n"
    assert "# a remark\n\ntitle: T\n" in front.with_labels(("c",)).source
