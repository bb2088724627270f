"""Labels of a large space, told by name: what is told is true, whatever the index, the list of labels or the rights are like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from remote_scripted import SPACE, Reply, StillClock

from confsync.errors import AuthError, Forbidden, NotFound, RemoteError
from confsync.model import PageId
from confsync.remote import connect
from confsync.remote.label_search import LabelSearch
from confsync.remote.payloads import LabelRow, Listing
from confsync.remote.payloads_v1 import Hit, HitMetadata
from confsync.sandbox import Fault, Sandbox, Trouble

PAGES = 1500


class Space:
    """A space as its search index knows it: the labels of pages, the last modified first."""

    def __init__(self, labels: Sequence[frozenset[str]], at_once: int = 1000) -> None:
        self.labels = {PageId(str(n)): told for n, told in enumerate(labels)}
        self.at_once = at_once
        self.asked = 0
        self.names: frozenset[str] | None = frozenset().union(*labels)

    def ask(self, condition: str, expand: str) -> Iterator[tuple[Sequence[Hit], bool]]:
        wanted = set(condition.removeprefix("label in (").removesuffix(")").replace('"', "").split(", "))
        found = [i for i, told in self.labels.items() if not condition or told & wanted]
        size = 200 if expand else self.at_once
        for start in range(0, max(1, len(found)), size):
            self.asked += 1
            part = found[start : start + size]
            yield [self.hit(page) for page in part], start + size >= len(found)

    def hit(self, page: PageId) -> Hit:
        rows = [LabelRow(name=name, prefix="global") for name in sorted(self.labels[page])]
        return Hit(id=page, type="page", metadata=HitMetadata(labels=Listing(results=rows)))

    @property
    def first(self) -> dict[PageId, tuple[str, ...]]:
        return {page: tuple(sorted(told)) for page, told in list(self.labels.items())[:200]}

    def told(self) -> dict[PageId, tuple[str, ...]] | None:
        return LabelSearch(self.ask, lambda: self.names, len(self.labels)).beyond(self.first)

    @property
    def truth(self) -> dict[PageId, tuple[str, ...]]:
        return {page: tuple(sorted(told)) for page, told in self.labels.items()}


def spread(*shares: tuple[str, int]) -> list[frozenset[str]]:
    """Give every so many pages a label."""
    return [frozenset(name for name, step in shares if n % step == 0) for n in range(PAGES)]


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 900)), max_size=12),
    st.sampled_from([1000, 500, 200]),
)
def test_what_is_told_is_the_truth_of_all_pages_or_nothing(shares, at_once):
    space = Space(spread(*shares), at_once)
    told = space.told()
    assert told is None or told == space.truth


frugal = {
    "none": spread(),
    "one on every page": spread(("all", 1)),
    "one on every page and many on a few": spread(("all", 1), *((f"x{n}", 300 + n) for n in range(40))),
    "many on a few": spread(*((f"x{n}", 100 + n) for n in range(30))),
}


@pytest.mark.parametrize("labels", frugal.values(), ids=frugal.keys())
def test_it_takes_fewer_answers_than_to_read_all_pages(labels):
    space = Space(labels)
    assert space.told() == space.truth
    assert 1 + space.asked <= ceil((PAGES - 200) / 200) - 1


def test_nothing_is_asked_where_labels_are_so_many_that_it_would_not_help():
    space = Space([frozenset({f"l{n % 100}"}) for n in range(PAGES)])
    assert space.told() is None
    assert space.asked == 0


def test_an_index_that_gives_no_more_ids_than_hits_with_labels_is_left_after_one_answer():
    space = Space(spread(("a", 300)), at_once=200)
    assert space.told() is None
    assert space.asked == 1


@pytest.mark.parametrize("names", [None, frozenset(), frozenset({"b"})])
def test_a_list_of_labels_that_is_not_whole_counts_for_nothing(names):
    space = Space(spread(("a", 100)))
    space.names = names
    assert space.told() is None


def test_an_index_that_does_not_go_by_labels_counts_for_nothing():
    space = Space(spread(("a", 3)))
    ask = space.ask
    space.ask = lambda condition, expand: ask("", expand)
    assert space.told() is None


@pytest.mark.parametrize("error", [NotFound, Forbidden, RemoteError])
def test_an_error_means_that_pages_are_read_as_ever(error):
    space = Space(spread(("a", 300)))

    def refuse():
        raise error("no")

    assert LabelSearch(space.ask, refuse, PAGES).beyond(space.first) is None


def test_a_login_that_is_refused_is_told():
    space = Space(spread(("a", 300)))

    def refuse():
        raise AuthError("no")

    with pytest.raises(AuthError):
        LabelSearch(space.ask, refuse, PAGES).beyond(space.first)


# ---- with a server ----------------------------------------------------------------------------------------------

NUMBER = 1300


@pytest.fixture(scope="module")
def large():
    with Sandbox(search_lag=0.0) as sandbox:
        person = sandbox.as_person
        ids = [person.create(f"Page {n}", "<p>x</p>", raw=True).id for n in range(NUMBER)]
        for n in range(0, NUMBER, 13):
            person.label(ids[n], f"l{n % 4}", "often")
        person.attach(ids[5], "a.bin", b"x")
        client = connect(sandbox.url, sandbox.user, sandbox.token, "cloud", clock=StillClock())
        yield sandbox, client, ids
        client.close()
        assert sandbox.crashes == []


@pytest.mark.parametrize(
    ("fault", "most"),
    [
        (None, 7),
        (Fault(trouble=Trouble.STATUS, status=404, path="*/space/*/label", times=0), 8),
        (Fault(trouble=Trouble.STATUS, status=403, path="*/space/*/label", times=0), 8),
        (Fault(trouble=Trouble.EMPTY, path="*/space/*/label", times=0), 14),
    ],
    ids=["well", "no such list", "no rights", "no answer"],
)
def test_labels_and_files_of_a_large_space_are_told_whole(large, fault, most):
    sandbox, client, ids = large
    space = client.space("DOCS")
    sandbox.faults.clear()
    if fault is not None:
        sandbox.faults.add(fault)
    sandbox.requests.reset()
    hint = client.hints(space, labels=True, pages=NUMBER + 1)
    assert sandbox.requests.total <= most, dict(sandbox.requests.by_route())
    want = dict.fromkeys(ids, ()) | {
        ids[n]: tuple(sorted({f"l{n % 4}", "often"})) for n in range(0, NUMBER, 13)
    }
    assert {page: hint.labels[page] for page in ids} == want
    assert set(hint.files) == {ids[5]}
    assert hint.whole
    sandbox.faults.clear()


def test_a_page_that_the_index_does_not_know_yet_is_not_said_to_have_no_labels(large):
    sandbox, client, _ids = large
    sandbox.store.change_habits(search_lag=1000.0)
    late = sandbox.as_person.create("Late", "<p>x</p>", raw=True).id
    hint = client.hints(client.space("DOCS"), labels=True, pages=NUMBER + 2)
    assert late not in hint.labels
    assert len(hint.labels) == NUMBER + 1
    sandbox.as_person.trash(late)
    sandbox.store.change_habits(search_lag=0.0)


def test_where_one_query_for_two_kinds_finds_nothing_each_is_asked_for_alone(server, cloud):
    page = {"id": "7", "type": "page", "metadata": {"labels": {"results": [{"name": "a"}]}}}
    file = {"id": "att9", "type": "attachment", "container": {"id": "7"}}
    known = {"type = page": [page], "type = attachment": [file]}

    def answer(asked):
        cql = asked.of("cql")[0]
        return Reply(200, {"results": next((rows for kind, rows in known.items() if kind in cql), [])})

    server.answer = answer
    hint = cloud.hints(SPACE, labels=True, pages=1)
    assert hint.labels == {"7": ("a",)}
    assert set(hint.files) == {"7"}
    assert len(server.asked) == 3
