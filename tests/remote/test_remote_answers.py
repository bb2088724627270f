"""No answer breaks the reader: whatever comes, it is judged, and what is told of it is one harmless line."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confsync.errors import RemoteError
from confsync.model import PageId
from confsync.outcome import Refused, Unknown
from confsync.remote.answers import Answer, refusal, trouble_in
from confsync.remote.payloads import Listing, NotConfluence, decode, global_labels, hash_in, moment
from confsync.remote.payloads_v1 import Hit, UserRow, V1Attachment, V1Page, V1Space, V1Version
from confsync.remote.payloads_v2 import AttachmentRow, FolderRow, PageRow, SpaceRow, VersionRow

words = st.sampled_from(
    [
        "errors",
        "title",
        "detail",
        "message",
        "data",
        "translation",
        "key",
        "statusCode",
        "reason",
        "status",
        "x",
    ]
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=5),
    max_leaves=20,
)
bodies = st.one_of(st.binary(max_size=400), trees.map(lambda tree: json.dumps(tree).encode()))
header_names = st.sampled_from(
    ["content-type", "location", "retry-after", "date", "x-cache", "x-ausername", "x-seraph-loginreason"]
)
answers = st.builds(
    Answer,
    st.sampled_from(
        [200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 409, 410, 413, 429, 500, 501, 503, 599]
    ),
    st.dictionaries(header_names, st.text(max_size=40), max_size=4),
    bodies,
    st.just("/x"),
)


@settings(max_examples=300)
@given(answers)
def test_every_answer_has_an_explanation_of_one_line(answer):
    text = answer.explanation()
    assert len(text) <= 300
    assert "\n" not in text


@settings(max_examples=300)
@given(answers)
def test_every_answer_has_a_meaning_for_readings_and_for_writings(answer):
    trouble = trouble_in(answer, None, answer.explanation())
    assert trouble is None or isinstance(trouble.error, RemoteError)
    verdict = refusal(answer, answer.explanation())
    assert verdict is None or isinstance(verdict, Refused | Unknown)
    if not 200 <= answer.embedded < 300:
        assert trouble is not None
        assert verdict is not None


@given(answers)
def test_nothing_but_a_definite_refusal_is_ever_called_refused(answer):
    """A server error is Refused only when it says that the write was rolled back or lost a race."""
    verdict = refusal(answer, "Internal error")
    if isinstance(verdict, Refused):
        told_to_log_in = 300 <= answer.status < 400
        captcha = answer.locked_out or answer.anonymous
        assert 400 <= verdict.status < 500 or told_to_log_in or captcha
        assert verdict.status not in (408, 425, 429) or captcha


shapes = [
    PageRow,
    FolderRow,
    SpaceRow,
    AttachmentRow,
    VersionRow,
    V1Page,
    V1Space,
    V1Attachment,
    V1Version,
    UserRow,
    Hit,
    Listing[PageRow],
    Listing[V1Page],
]
names = st.sampled_from(
    sorted({field.encode_name for shape in shapes[:11] for field in msgspec.structs.fields(shape)})
)
objects = st.recursive(
    st.none()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["current", "trashed", "page"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=8),
    max_leaves=30,
)


@settings(max_examples=400)
@given(st.sampled_from(shapes), objects)
def test_every_json_is_read_or_refused_and_what_is_read_becomes_a_noun(shape, tree):
    try:
        found = decode(json.dumps(tree).encode(), shape)
    except NotConfluence:
        return
    for row in getattr(found, "results", [found]):
        if isinstance(row, AttachmentRow | V1Attachment):
            assert row.noun(PageId("1")).page_id == "1"
        elif hasattr(row, "noun"):
            assert row.noun() is not None


@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_are_refused(raw):
    with pytest.raises(NotConfluence):
        decode(raw, PageRow)


@pytest.mark.parametrize("opening", [b"[", b'{"version":'])
def test_json_nested_without_end_is_refused(opening):
    with pytest.raises(NotConfluence):
        decode(opening * 200_000, PageRow)


@pytest.mark.parametrize("depth", [10, 300, 600, 900, 5000, 100_000])
def test_an_error_nested_without_end_has_an_explanation(depth):
    body = b'{"message":' * depth + b'"deep"' + b"}" * depth
    assert len(Answer(400, {}, body, "/x").explanation()) <= 300


def test_what_the_service_is_known_to_send_against_its_specification_is_read():
    row = {
        "id": 9007199254740993,
        "title": None,
        "parentId": None,
        "parentType": None,
        "position": None,
        "version": {"number": 3, "message": None, "createdAt": 1690000000000},
        "body": {},
        "unknown": [1],
    }
    page = decode(json.dumps(row).encode(), PageRow).noun()
    assert (page.id, page.title, page.version, page.body) == ("9007199254740993", "", 3, None)
    assert page.modified.year == 2023


def test_a_title_with_half_a_surrogate_pair_does_not_hide_its_page():
    raw = b'{"id": "1", "title": "a\\ud83d", "version": {"number": 1}}'
    assert decode(raw, PageRow).noun().title == "a\ud83d"


def test_times_are_read_with_any_offset_and_never_break():
    same = {"2026-08-01T08:00:00.000Z", "2026-08-01T10:00:00.000+02:00", "2026-08-01T10:00:00.000+0200"}
    assert {moment(text).isoformat() for text in same} == {"2026-08-01T08:00:00+00:00"}
    for odd in (None, "", "yesterday", 1e300, -(10**30), float("nan"), "9999-99-99"):
        assert moment(odd) is None


def test_only_our_own_comment_is_taken_for_a_hash():
    digits = "0123456789abcdef" * 4
    assert hash_in(f"sha256:{digits}") == digits
    for other in (
        None,
        "",
        digits,
        f"sha256:{digits[:-1]}",
        f"sha256:{digits.upper()}",
        f"was sha256:{digits}",
        "sha256:" + "z" * 64,
    ):
        assert hash_in(other) is None


def test_personal_team_and_system_labels_are_not_ours():
    rows = decode(
        json.dumps(
            [{"name": "b", "prefix": "global"}, {"name": "c", "prefix": "my"}, {"name": "a"}]
        ).encode(),
        list[msgspec.defstruct("Label", [("name", str), ("prefix", str | None, None)])],
    )
    assert global_labels(rows) == ("a", "b")
