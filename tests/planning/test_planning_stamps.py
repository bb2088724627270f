from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from confsync.model import DocPath, OpId, sha
from confsync.planning.stamps import LIMIT, Stamp, parse


def _is_path(text: str) -> bool:
    try:
        return bool(DocPath(text))
    except ValueError:
        return False


paths = (
    st.lists(st.text(min_size=1, max_size=120).filter(lambda part: "/" not in part), min_size=1, max_size=6)
    .map("/".join)
    .filter(_is_path)
    .map(DocPath)
)
hashes = st.binary(max_size=8).map(sha)
ops = st.text("abcdef0123456789", min_size=20, max_size=32).map(OpId)
commits = st.one_of(st.none(), st.text("abcdef0123456789", min_size=40, max_size=40))
stamps = st.builds(Stamp.of, paths, hashes, ops, commits)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(stamps)
def test_a_stamp_reads_back_from_its_own_message(stamp):
    assert parse(stamp.render()) == stamp


@given(stamps)
def test_a_message_never_exceeds_what_confluence_keeps_and_is_one_legal_line(stamp):
    message = stamp.render()
    assert units(message) <= LIMIT
    assert "\n" not in message
    message.encode("utf-8")


@given(paths, hashes, ops)
def test_a_stamp_recognises_its_path_however_long_it_is(path, source, op):
    stamp = parse(Stamp.of(path, source, op).render())
    assert stamp.is_of(path)
    assert not stamp.is_of(path.joined("other"))
    assert stamp.has_source(source)
    assert not stamp.has_source(sha("another text"))


@given(stamps, st.text("xyz \n.:", max_size=40), st.text("xyz \n.:", max_size=40))
def test_text_around_a_stamp_does_not_hide_it(stamp, before, after):
    found = parse(f"{before} {stamp.render()} {after}")
    assert (found.op, found.place, found.source) == (stamp.op, stamp.place, stamp.source)


@given(st.text(max_size=300))
def test_any_other_message_is_no_stamp(message):
    assert parse(message) is None


def test_the_message_says_for_people_what_was_pushed():
    stamp = Stamp.of(DocPath("docs/guide.md"), sha("x"), OpId("k" * 20), "1a2b3c4d5e6f7a8b9c0d")
    assert stamp.render() == (
        f"confsync: docs/guide.md [src:{sha('x')[:16]} git:1a2b3c4d5e6f op:{'k' * 20} at:{sha('docs/guide.md')[:12]}]"
    )


def test_a_long_path_keeps_its_top_and_its_name():
    path = DocPath("handbook/" + "deep/" * 60 + "install.md")
    shown = Stamp.of(path, sha("x"), OpId("k" * 24), "f" * 40).path
    assert shown.startswith("handbook/")
    assert "…" in shown
    assert shown.endswith("install.md")


def test_a_message_that_quotes_two_stamps_vouches_for_neither():
    one = Stamp.of(DocPath("a.md"), sha("a"), OpId("a" * 20)).render()
    two = Stamp.of(DocPath("b.md"), sha("b"), OpId("b" * 20)).render()
    assert parse(f"{one} {two}") is None


def test_a_path_that_looks_like_a_stamp_does_not_forge_one():
    forged = Stamp.of(DocPath("a.md"), sha("a"), OpId("a" * 20)).render()
    stamp = Stamp.of(DocPath(forged), sha("b"), OpId("b" * 20))
    assert parse(stamp.render()).op == "b" * 20


def test_a_torn_stamp_is_none():
    message = Stamp.of(DocPath("a.md"), sha("a"), OpId("a" * 20)).render()
    for end in range(len(message)):
        assert parse(message[:end]) is None
