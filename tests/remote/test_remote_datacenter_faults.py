"""The fault matrix on Data Center: each group of its routes times each fault, and logins that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from remote_scripted import StillClock, upload_of
from test_remote_faults import (
    SEARCHES,
    World,
    assert_forbidden,
    assert_refused,
    assert_removed,
    assert_slow,
    bodiless,
    done,
    lasting,
    mark_of,
    refused,
    swallowed,
    transient,
    unclear,
)

from confsync.errors import AuthError, IncompleteListing, RemoteError
from confsync.outcome import Applied, NewPage, Reason, Refused, Unknown
from confsync.remote import connect
from confsync.remote.datacenter import DataCenter
from confsync.remote.patience import Limits
from confsync.sandbox import Fault, Sandbox, Trouble, When


class DataCenterWorld(World):
    """The same as on Cloud: a page with a label and a file, and a client that waits in no time."""

    def __init__(self, sandbox: Sandbox, tmp: Any) -> None:
        self.sandbox, self.tmp, self.clock = sandbox, tmp, StillClock()
        self.client: Any = connect(sandbox.url, "", sandbox.token, clock=self.clock)
        assert isinstance(self.client, DataCenter)
        self.space = self.client.space("DOCS")
        new = NewPage(space=self.space, title="Guide", parent_id=self.space.homepage_id, body="<p>one</p>")
        self.page = done(self.client.create_page(new))
        done(self.client.add_labels(self.page.id, ["a"]))
        self.file = done(self.client.upload(upload_of(tmp / "a.bin", b"x" * 70000, page_id=self.page.id)))
        old = done(self.client.upload(upload_of(tmp / "old.bin", b"o", page_id=self.page.id)))
        done(self.client.trash_attachment(self.page.id, old.id))
        self.trashed = old.id
        self.folder = done(self.client.create_folder(self.space, "Place", self.space.homepage_id, "m"))
        self.client.site()
        sandbox.requests.reset()


def started(tmp: Any) -> Iterator[DataCenterWorld]:
    with Sandbox(search_lag=0.0, flavor="datacenter") as sandbox:
        found = DataCenterWorld(sandbox, tmp)
        yield found
        found.client.close()
        assert sandbox.crashes == []


@pytest.fixture
def world(tmp_path: Any) -> Iterator[DataCenterWorld]:
    yield from started(tmp_path)


@pytest.fixture(scope="module")
def reading_world(tmp_path_factory: Any) -> Iterator[DataCenterWorld]:
    """Readings change nothing: they share one world."""
    yield from started(tmp_path_factory.mktemp("world"))


readings: dict[str, tuple[str, Callable[[World], Any]]] = {
    "user": ("*/user/current", lambda w: w.client.site().user_id),
    "space": ("*/rest/api/space/*", lambda w: w.client.space("DOCS").id),
    "listing": ("*/content/scan", lambda w: [page.id for page in w.client.pages(w.space)]),
    "bodies": ("*/content/scan", lambda w: [page.body for page in w.client.pages(w.space, bodies=True)]),
    "page": ("*/rest/api/content/*", lambda w: w.client.page(w.page.id)),
    "old version": ("*/rest/api/content/*", lambda w: w.client.page(w.page.id, version=1)),
    "title": ("*/rest/api/content", lambda w: w.client.find_title(w.space, "Guide")),
    "history": ("*/version", lambda w: w.client.history(w.page.id)),
    "attachments": ("*/child/attachment", lambda w: w.client.attachments(w.page.id)),
    "download": ("*/download/*", lambda w: w.client.download(w.file, w.tmp / "back")),
    "search": ("*/content/search", lambda w: w.client.hints(w.space, labels=True)),
    "signs": ("*/content/search", lambda w: w.client.signs(w.space)),
    "name": ("*/rest/api/user", lambda w: w.client.name_of(w.page.author_id)),
    "newest": ("*/content/search", lambda w: [page.id for page in w.client.newest(w.space)]),
    "trashed files": (
        "*/rest/api/content/att*",
        lambda w: w.client.trashed_attachments(w.page.id, [w.trashed]),
    ),
    "labels": ("*/label", lambda w: w.client._labels(w.page.id)),
    "rights": ("*/accessmode", lambda w: w.client.rights(w.space)),
}


@pytest.mark.parametrize("fault", transient.values(), ids=transient.keys())
@pytest.mark.parametrize("reading", readings.values(), ids=readings.keys())
def test_a_reading_survives_one_fault_and_reads_the_same(reading_world, reading, fault):
    path, read = reading
    world = reading_world
    world.sandbox.faults.clear()
    world.clock.sleep(100)
    world.client._wire.http.limits = Limits()
    want = read(world)
    world.sandbox.requests.reset()
    assert read(world) == want
    usual = world.sandbox.requests.total
    world.arm(fault, method="GET", path=path)
    world.sandbox.requests.reset()
    struck = world.sandbox.faults.struck
    assert read(world) == want
    assert world.sandbox.faults.struck == struck + 1, "the fault must have been met"
    assert world.sandbox.requests.total == usual + 1


@pytest.mark.parametrize(("fault", "error", "most"), lasting.values(), ids=lasting.keys())
@pytest.mark.parametrize("name", [name for name in readings if name not in SEARCHES])
def test_a_fault_without_end_is_an_error_after_few_requests(reading_world, name, fault, error, most):
    path, read = readings[name]
    world = reading_world
    world.sandbox.faults.clear()
    world.arm(fault, method="GET", path=path)
    world.sandbox.requests.reset()
    world.clock.sleep(100)
    with pytest.raises(error):
        read(world)
    assert world.sandbox.requests.total <= most
    world.sandbox.faults.clear()


@pytest.mark.parametrize("name", [name for name in readings if name not in SEARCHES])
def test_a_lost_permission_is_said_at_once_and_never_reads_as_nothing(reading_world, name):
    assert_forbidden(reading_world, name, *readings[name])


@pytest.mark.parametrize("name", [name for name in readings if name != "download"])  # of many drops
def test_a_slow_body_is_waited_for_and_asked_for_once(reading_world, name):
    assert_slow(reading_world, *readings[name])


@pytest.fixture
def long_world(world: DataCenterWorld) -> DataCenterWorld:
    """A space of 130 pages: a listing of two parts."""
    for n in range(127):
        world.sandbox.as_person.create(f"Page {n}", "<p>x</p>", raw=True)
    return world


@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize("scans", [True, False])
def test_a_listing_that_turns_anonymous_is_never_an_empty_or_a_shorter_space(long_world, skip, scans):
    world = long_world
    world.sandbox.store.change_habits(scans=scans)
    assert len(world.titles) == 130
    path = "*/content/scan" if scans else "*/rest/api/content"
    world.sandbox.faults.add(Fault(trouble=Trouble.ANONYMOUS, path=path, skip=skip, times=0))
    with pytest.raises(RemoteError):
        world.client.pages(world.space)


@pytest.mark.parametrize(
    "trouble", [Trouble.STATUS, Trouble.RESET, Trouble.CUT, Trouble.BROKEN_JSON, Trouble.ABSENT]
)
def test_a_listing_cut_in_its_middle_is_incomplete(long_world, trouble):
    world = long_world
    world.sandbox.faults.add(Fault(trouble=trouble, status=500, path="*/content/scan", skip=1, times=0))
    with pytest.raises(IncompleteListing):
        world.client.pages(world.space)


def test_short_parts_of_a_listing_are_not_its_end(long_world):
    world = long_world
    world.sandbox.store.change_habits(scans=False)
    world.sandbox.faults.add(Fault(trouble=Trouble.SHORT, path="*/rest/api/content", times=0))
    assert len(world.titles) == 130


# ---- logins -----------------------------------------------------------------------------------------------------


def test_a_token_that_does_not_count_is_an_error_though_every_answer_is_200(world):
    with pytest.raises(AuthError, match="anonymous"):
        connect(world.sandbox.url, "", "wrong-token", clock=world.clock)
    assert world.sandbox.requests.total == 1
    told = connect(world.sandbox.url, "", "wrong-token", "datacenter", clock=world.clock)
    with closing(told), pytest.raises(AuthError, match="anonymous"):
        told.space("DOCS")
    assert world.sandbox.requests.total == 2


def test_a_login_that_dies_reads_as_no_empty_space(world):
    world.sandbox.store.access.revoke(world.sandbox.store.person("robot@example.com").account_id)
    for read in (
        lambda: world.client.pages(world.space),
        lambda: world.client.page(world.page.id),
        lambda: world.client.attachments(world.page.id),
        lambda: world.client.hints(world.space),
        lambda: world.client.download(world.file, world.tmp / "back"),
        world.client.site,
    ):
        with pytest.raises(AuthError):
            read()
    refused_by = [world.create(), world.update(), world.client.trash_page(world.page.id), world.upload()]
    assert {outcome.reason for outcome in refused_by} == {Reason.UNAUTHORISED}


def test_a_wrong_password_is_tried_once_and_a_riddle_is_told_as_one(world):
    wrong = connect(world.sandbox.url, "robot", "wrong", "datacenter", clock=world.clock)
    for tries in (1, 2, 3):
        with pytest.raises(AuthError, match="refused the login"):
            wrong.site()
        assert world.sandbox.requests.total == tries
    with pytest.raises(AuthError, match="requires a login in the browser"):
        wrong.site()
    right = connect(world.sandbox.url, "robot", world.sandbox.token, "datacenter", clock=world.clock)
    assert isinstance(right.trash_page(world.page.id), Refused)
    world.sandbox.solve_riddle()
    assert right.site().user_name == "Sync Robot"
    wrong.close()
    right.close()


def test_a_site_that_is_read_only_forbids_writes_and_reads_as_ever(world):
    world.sandbox.store.change_habits(read_only=True)
    assert world.client.page(world.page.id).title == "Guide"
    for outcome in (world.create(), world.update(), world.upload()):
        assert isinstance(outcome, Refused)
        assert (outcome.reason, "read-only" in outcome.text) == (Reason.FORBIDDEN, True)


# ---- writings ---------------------------------------------------------------------------------------------------

writings: dict[str, tuple[str, str, Callable[[World], Any]]] = {
    "create": ("POST", "*/rest/api/content", lambda w: w.create()),
    "update": ("PUT", "*/rest/api/content/*", lambda w: w.update()),
    "trash": ("DELETE", "*/rest/api/content/*", lambda w: w.client.trash_page(w.page.id)),
    "place": ("POST", "*/rest/api/content", lambda w: w.client.create_folder(w.space, "F", None, "m")),
    "add labels": ("POST", "*/label", lambda w: w.client.add_labels(w.page.id, ["b"])),
    "remove label": ("DELETE", "*/label", lambda w: w.client.remove_label(w.page.id, "a")),
    "upload": ("POST", "*/child/attachment", lambda w: w.upload()),
    "trash file": (
        "DELETE",
        "*/child/attachment/*",
        lambda w: w.client.trash_attachment(w.page.id, w.file.id),
    ),
    "trash place": ("DELETE", "*/rest/api/content/*", lambda w: w.client.trash_folder(w.folder.id)),
}


@pytest.mark.parametrize("when", [When.BEFORE, When.AFTER])
@pytest.mark.parametrize("fault", unclear.values(), ids=unclear.keys())
@pytest.mark.parametrize("writing", writings.values(), ids=writings.keys())
def test_a_writing_without_a_clear_answer_is_unknown_was_sent_once_and_happened_at_most_once(
    world, writing, fault, when
):
    method, path, write = writing
    before = mark_of(world)
    world.sandbox.requests.reset()
    world.arm(fault, method=method, path=path, when=when)
    assert isinstance(write(world), Unknown)
    assert len(world.sandbox.requests.writes) == 1
    assert (mark_of(world) != before) == (when is When.AFTER)


@pytest.mark.parametrize("fault", swallowed.values(), ids=swallowed.keys())
@pytest.mark.parametrize("name", ["create", "update", "place", "add labels", "upload"])
def test_a_writing_whose_answer_is_lost_is_unknown_though_it_happened(world, name, fault):
    method, path, write = writings[name]
    before = mark_of(world)
    world.sandbox.requests.reset()
    world.arm(fault, method=method, path=path)
    assert isinstance(write(world), Unknown)
    world.client._wire.http.limits = Limits()
    assert len(world.sandbox.requests.writes) == 1
    assert mark_of(world) != before


@pytest.mark.parametrize("fault", bodiless.values(), ids=bodiless.keys())
@pytest.mark.parametrize("name", [name for name, (method, *_) in writings.items() if method == "DELETE"])
def test_a_removal_whose_answer_is_lost_is_never_called_refused_and_sent_once(world, name, fault):
    assert_removed(world, *writings[name], fault)


def test_a_connection_that_is_refused_is_an_error_to_each_reading_and_unknown_to_each_writing(world):
    assert_refused(world, readings, writings)


@pytest.mark.parametrize("name", [name for name in writings if name != "place"])  # which takes two
def test_a_429_to_a_writing_is_waited_out_and_it_happens_once(world, name):
    method, path, write = writings[name]
    world.sandbox.faults.add(
        Fault(trouble=Trouble.STATUS, status=429, retry_after="3", method=method, path=path)
    )
    world.sandbox.requests.reset()
    assert isinstance(write(world), Applied)
    assert len(world.sandbox.requests.writes) == 2
    assert sum(world.clock.slept) >= 3


@pytest.mark.parametrize(("fault", "reason"), refused.values(), ids=refused.keys())
@pytest.mark.parametrize("writing", writings.values(), ids=writings.keys())
def test_a_refused_writing_says_why_and_changed_nothing(world, writing, fault, reason):
    method, path, write = writing
    before = mark_of(world)
    world.arm(fault, method=method, path=path)
    outcome = write(world)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason
    assert mark_of(world) == before


# ---- places for directories -------------------------------------------------------------------------------------

STAMP = "confsync: api [src:ffffffffffffffff op:abc at:0123456789ab]"


@pytest.mark.parametrize("first_message", [True, False])
def test_a_place_bears_its_stamp_whether_a_create_keeps_messages_or_not(world, first_message):
    world.sandbox.store.change_habits(first_message=first_message)
    place = done(world.client.create_folder(world.space, "api", world.space.homepage_id, STAMP))
    assert place.message == STAMP
    page = world.client.page(place.id)
    assert (page.message, page.version) == (STAMP, 1 if first_message else 2)
    assert page.parent_id == world.space.homepage_id


@pytest.mark.parametrize("first_message", [True, False])
def test_a_place_whose_answer_was_lost_is_found_again_and_not_doubled(world, first_message):
    world.sandbox.store.change_habits(first_message=first_message)
    world.sandbox.faults.add(
        Fault(trouble=Trouble.RESET, method="POST", path="*/rest/api/content", when=When.AFTER)
    )
    parent = world.space.homepage_id
    assert isinstance(world.client.create_folder(world.space, "api", parent, STAMP), Unknown)
    place = done(world.client.create_folder(world.space, "api", parent, STAMP.replace("abc", "def")))
    assert world.titles.count("api") == 1
    assert place.message.startswith("confsync: api [src:ffffffffffffffff")


def test_a_page_of_somebody_that_has_the_title_is_never_taken_for_a_place(world):
    parent = world.space.homepage_id
    listed = '<p><ac:structured-macro ac:name="children" /></p>'
    for title, body, above in (("words", "<p>x</p>", parent), ("elsewhere", listed, world.page.id)):
        page = done(
            world.client.create_page(NewPage(space=world.space, title=title, parent_id=above, body=body))
        )
        outcome = world.client.create_folder(world.space, title, parent, STAMP)
        assert isinstance(outcome, Refused)
        assert outcome.reason is Reason.TITLE_TAKEN
        assert world.client.page(page.id).version == 1
    assert isinstance(world.client.create_folder(world.space, "free", parent, STAMP), Applied)
