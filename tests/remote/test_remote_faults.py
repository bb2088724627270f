"""The fault matrix: each group of routes times each fault, against the sandbox.

For each: what it is called, how many requests it cost, and that nothing was lost or doubled on the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from remote_scripted import StillClock, upload_of

from confsync.errors import (
    AuthError,
    Forbidden,
    IncompleteListing,
    NotFound,
    RateLimited,
    RemoteError,
    Unreachable,
)
from confsync.model import Page, Space
from confsync.outcome import Applied, NewPage, PageUpdate, Reason, Refused, Unknown
from confsync.remote import connect
from confsync.remote.cloud import Cloud
from confsync.remote.patience import Limits
from confsync.sandbox import Fault, Sandbox, Trouble, When


class World:
    """A sandbox with one page that has a label, a file and three versions, and a client that waits in no time."""

    def __init__(self, sandbox: Sandbox, tmp: Any) -> None:
        self.sandbox, self.tmp, self.clock = sandbox, tmp, StillClock()
        self.client = connect(sandbox.url, Sandbox.user, Sandbox.token, "cloud", clock=self.clock)
        assert isinstance(self.client, Cloud)
        self.space: Space = self.client.space("DOCS")
        new = NewPage(space=self.space, title="Guide", parent_id=self.space.homepage_id, body="<p>one</p>")
        self.page: Page = done(self.client.create_page(new))
        done(self.client.add_labels(self.page.id, ["a"]))
        self.file = done(self.client.upload(upload_of(tmp / "a.bin", b"x" * 70000, page_id=self.page.id)))
        self.client.page(self.page.id)
        self.folder = done(self.client.create_folder(self.space, "Place", self.space.homepage_id))
        old = done(self.client.upload(upload_of(tmp / "old.bin", b"o", page_id=self.page.id)))
        done(self.client.trash_attachment(self.page.id, old.id))
        self.trashed = old.id
        sandbox.requests.reset()

    def arm(self, fault: Fault, **more: Any) -> None:
        """Set a fault; only where the answer is to come too late is the client in a hurry."""
        late = fault.trouble is Trouble.STALL
        self.client._wire.http.limits = Limits(read=0.3) if late else Limits()
        self.sandbox.faults.add(replace(fault, **more))

    @property
    def titles(self) -> list[str]:
        return [page.title for page in self.client.pages(self.space)]

    def upload(self, name: str = "new.bin") -> Any:
        return self.client.upload(upload_of(self.tmp / name, b"y" * 70000, page_id=self.page.id))

    def create(self) -> Any:
        new = NewPage(space=self.space, title="New", parent_id=self.space.homepage_id, body="<p>n</p>")
        return self.client.create_page(new)

    def update(self) -> Any:
        update = PageUpdate(
            page_id=self.page.id,
            space=self.space,
            title="Guide",
            parent_id=self.space.homepage_id,
            body="<p>two</p>",
            version=2,
            message="m",
        )
        return self.client.update_page(update)


def done(outcome: Any) -> Any:
    assert isinstance(outcome, Applied), outcome
    return outcome.value


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(search_lag=0.0) as found:
        yield found


@pytest.fixture
def world(tmp_path: Any) -> Iterator[World]:
    with Sandbox(search_lag=0.0) as sandbox:
        found = World(sandbox, tmp_path)
        yield found
        found.client.close()


@pytest.fixture(scope="module")
def reading_world(shared: Sandbox, tmp_path_factory: Any) -> Iterator[World]:
    """Readings change nothing: they share one world."""
    found = World(shared, tmp_path_factory.mktemp("world"))
    yield found
    found.client.close()


# ---- readings ---------------------------------------------------------------------------------------------------

readings: dict[str, tuple[str, Callable[[World], Any]]] = {
    "user": ("*/user/current", lambda w: w.client.site().user_id),
    "space": ("*/spaces", lambda w: w.client.space("DOCS").id),
    "listing": ("*/spaces/*/pages", lambda w: [page.id for page in w.client.pages(w.space)]),
    "bodies": ("*/spaces/*/pages", lambda w: [page.body for page in w.client.pages(w.space, bodies=True)]),
    "page": ("*/api/v2/pages/*", lambda w: w.client.page(w.page.id)),
    "old version": ("*/api/v2/pages/*", lambda w: w.client.page(w.page.id, version=1)),
    "title": ("*/api/v2/pages", lambda w: w.client.find_title(w.space, "guide")),
    "history": ("*/versions", lambda w: w.client.history(w.page.id)),
    "attachments": ("*/attachments", lambda w: w.client.attachments(w.page.id)),
    "download": ("*/download", lambda w: w.client.download(w.file, w.tmp / "back")),
    "search": ("*/content/search", lambda w: w.client.hints(w.space, labels=True)),
    "signs": ("*/content/search", lambda w: w.client.signs(w.space)),
    "name": ("*/rest/api/user", lambda w: w.client.name_of(w.page.author_id)),
    "newest": ("*/spaces/*/pages", lambda w: [page.id for page in w.client.newest(w.space)]),
    "trashed files": ("*/attachments", lambda w: w.client.trashed_attachments(w.page.id, [w.trashed])),
    "folder": ("*/folders/*", lambda w: w.client.folder(w.folder.id)),
    "folder by title": (
        "*/direct-children",
        lambda w: w.client.find_folder(w.space, "place", w.space.homepage_id),
    ),
    "folders": ("*/direct-children", lambda w: w.client.folders_below(w.space.homepage_id)),
    "labels": ("*/pages/*/labels", lambda w: w.client._labels(w.page.id)),
    "rights": ("*/operations", lambda w: w.client.rights(w.space)),
}
SEARCHES = ("search", "signs", "rights")
"""What is only a hint: an error of these is None."""
FORBIDDEN_IS = {"name": "", "user": ""}
"""What a reading says that can do without an answer."""

now = datetime.now(UTC)
transient = {
    "429 with seconds": Fault(trouble=Trouble.STATUS, status=429, retry_after="2"),
    "429 with a date": Fault(
        trouble=Trouble.STATUS,
        status=429,
        retry_after=format_datetime(now + timedelta(seconds=30), usegmt=True),
    ),
    "429 without": Fault(trouble=Trouble.STATUS, status=429),
    "500": Fault(trouble=Trouble.STATUS, status=500),
    "502": Fault(trouble=Trouble.STATUS, status=502, html=True),
    "503": Fault(trouble=Trouble.STATUS, status=503, html=True, retry_after="1"),
    "504": Fault(trouble=Trouble.STATUS, status=504),
    "reset": Fault(trouble=Trouble.RESET),
    "cut": Fault(trouble=Trouble.CUT),
    "broken JSON": Fault(trouble=Trouble.BROKEN_JSON),
    "JSON of another shape": Fault(trouble=Trouble.OTHER_JSON, status=503),
    "nothing": Fault(trouble=Trouble.EMPTY),
    "stall": Fault(trouble=Trouble.STALL, seconds=0.5),
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
    calm = read(world)
    usual = world.sandbox.requests.total
    assert calm == want
    world.arm(fault, method="GET", path=path)
    world.sandbox.requests.reset()
    struck = world.sandbox.faults.struck
    assert read(world) == want
    assert world.sandbox.faults.struck == struck + 1, "the fault must have been met"
    # A redirect has no body that could be cut; everything else took one request more.
    assert world.sandbox.requests.total == usual + (
        0 if (path, fault.trouble) == ("*/download", Trouble.CUT) else 1
    )


lasting = {
    "429": (Fault(trouble=Trouble.STATUS, status=429, retry_after="1", times=0), RateLimited, 5),
    "503": (Fault(trouble=Trouble.STATUS, status=503, html=True, times=0), Unreachable, 5),
    "reset": (Fault(trouble=Trouble.RESET, times=0), Unreachable, 5),
    "nothing": (Fault(trouble=Trouble.EMPTY, times=0), Unreachable, 5),
    "login page": (Fault(trouble=Trouble.LOGIN_PAGE, times=0), AuthError, 1),
    "login redirect": (Fault(trouble=Trouble.LOGIN_REDIRECT, times=0), AuthError, 1),
    "expired token": (Fault(trouble=Trouble.STATUS, status=401, html=True, times=0), AuthError, 1),
}


@pytest.mark.parametrize(("fault", "error", "most"), lasting.values(), ids=lasting.keys())
@pytest.mark.parametrize(
    "reading",
    [case for name, case in readings.items() if name not in SEARCHES],
    ids=[name for name in readings if name not in SEARCHES],
)
def test_a_fault_without_end_is_an_error_after_few_requests(reading_world, reading, fault, error, most):
    path, read = reading
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


def assert_forbidden(world: World, name: str, path: str, read: Callable[[World], Any]) -> None:
    world.sandbox.faults.clear()
    world.arm(Fault(trouble=Trouble.STATUS, status=403, times=0), method="GET", path=path)
    world.sandbox.requests.reset()
    world.clock.slept.clear()
    if name in FORBIDDEN_IS:
        assert read(world) == FORBIDDEN_IS[name]
    else:
        with pytest.raises(Forbidden):
            read(world)
    world.sandbox.faults.clear()
    assert world.sandbox.requests.total == 1
    assert world.clock.slept == []


@pytest.mark.parametrize("reading", readings.values(), ids=readings.keys())
def test_a_slow_body_is_waited_for_and_asked_for_once(reading_world, reading):
    assert_slow(reading_world, *reading)


def assert_slow(world: World, path: str, read: Callable[[World], Any]) -> None:
    world.sandbox.faults.clear()
    want = read(world)
    world.sandbox.requests.reset()
    assert read(world) == want
    usual = world.sandbox.requests.total
    world.arm(Fault(trouble=Trouble.SLOW, seconds=0.0), method="GET", path=path)
    world.sandbox.requests.reset()
    assert read(world) == want
    assert world.sandbox.requests.total == usual


def test_a_search_that_does_not_answer_is_no_hint_but_a_refused_login_is_an_error(reading_world):
    world = reading_world
    for status, expected in ((503, None), (400, None), (404, None)):
        world.sandbox.faults.clear()
        world.sandbox.faults.add(
            Fault(trouble=Trouble.STATUS, status=status, path="*/content/search", times=0)
        )
        assert world.client.hints(world.space) is expected
        assert world.client.signs(world.space) is expected
    world.sandbox.faults.clear()
    world.sandbox.faults.add(Fault(trouble=Trouble.LOGIN_PAGE, path="*/content/search", times=0))
    with pytest.raises(AuthError):
        world.client.hints(world.space)
    world.sandbox.faults.clear()
    world.sandbox.faults.add(Fault(trouble=Trouble.LOGIN_PAGE, path="*/content/search", times=0))
    with pytest.raises(AuthError):
        world.client.signs(world.space)
    world.sandbox.faults.clear()


@pytest.fixture
def long_world(tmp_path: Any) -> Iterator[World]:
    """A space of 300 pages: a listing of two parts."""
    with Sandbox() as sandbox:
        world = World(sandbox, tmp_path)
        for n in range(300):
            sandbox.as_person.create(f"Page {n}", "<p>x</p>", raw=True)
        yield world
        world.client.close()


@pytest.mark.parametrize("skip", [0, 1])
def test_a_listing_that_turns_anonymous_is_never_an_empty_or_a_shorter_space(long_world, skip):
    world = long_world
    assert len(world.titles) == 302
    world.sandbox.faults.add(Fault(trouble=Trouble.ANONYMOUS, path="*/spaces/*/pages", skip=skip, times=0))
    with pytest.raises(RemoteError):
        world.client.pages(world.space)


@pytest.mark.parametrize(
    "trouble", [Trouble.STATUS, Trouble.RESET, Trouble.CUT, Trouble.BROKEN_JSON, Trouble.ABSENT]
)
def test_a_listing_cut_in_its_middle_is_incomplete(long_world, trouble):
    world = long_world
    world.sandbox.faults.add(Fault(trouble=trouble, status=500, path="*/spaces/*/pages", skip=1, times=0))
    with pytest.raises(IncompleteListing):
        world.client.pages(world.space)


def test_a_space_is_listed_with_one_request_for_250_pages(long_world):
    world = long_world
    world.sandbox.requests.reset()
    world.client.pages(world.space)
    assert world.sandbox.requests.total == 2
    world.client.pages(world.space, bodies=True)
    assert world.sandbox.requests.total == 4


def test_lost_permission_and_a_revoked_login_read_as_what_they_are(tmp_path):
    with Sandbox() as sandbox:
        world = World(sandbox, tmp_path)
        robot = world.client.site().user_id
        sandbox.store.access.revoke(robot)
        with pytest.raises(AuthError):
            world.client.site()
        with pytest.raises(RemoteError):
            world.client.pages(world.space)
        with pytest.raises((NotFound, AuthError)):
            world.client.space("DOCS")
        world.client.close()


def test_a_wrong_token_is_an_error_at_once():
    with Sandbox() as sandbox:
        client = connect(sandbox.url, Sandbox.user, "wrong-token", "cloud", clock=StillClock())
        with pytest.raises(AuthError):
            client.site()
        assert sandbox.requests.total == 1
        client.close()


# ---- writings ---------------------------------------------------------------------------------------------------

writings: dict[str, tuple[str, str, Callable[[World], Any]]] = {
    "create": ("POST", "*/api/v2/pages", lambda w: w.create()),
    "update": ("PUT", "*/api/v2/pages/*", lambda w: w.update()),
    "trash": ("DELETE", "*/api/v2/pages/*", lambda w: w.client.trash_page(w.page.id)),
    "order": ("PUT", "*/move/*", lambda w: w.client.reorder_page(w.page.id, w.folder.id, behind=True)),
    "folder": ("POST", "*/folders", lambda w: w.client.create_folder(w.space, "F", w.space.homepage_id)),
    "add labels": ("POST", "*/label", lambda w: w.client.add_labels(w.page.id, ["b"])),
    "remove label": ("DELETE", "*/label", lambda w: w.client.remove_label(w.page.id, "a")),
    "upload": ("PUT", "*/child/attachment", lambda w: w.upload()),
    "trash file": ("DELETE", "*/attachments/*", lambda w: w.client.trash_attachment(w.page.id, w.file.id)),
    "trash folder": ("DELETE", "*/folders/*", lambda w: w.client.trash_folder(w.folder.id)),
}

unclear = {
    "500": Fault(trouble=Trouble.STATUS, status=500),
    "502": Fault(trouble=Trouble.STATUS, status=502, html=True),
    "503 with Retry-After": Fault(trouble=Trouble.STATUS, status=503, html=True, retry_after="1"),
    "504": Fault(trouble=Trouble.STATUS, status=504),
    "reset": Fault(trouble=Trouble.RESET),
}


def mark_of(world: World) -> Any:
    """Return all that a writing could have changed."""
    page = world.client.page(world.page.id)
    assert page is not None
    files = [(one.name, one.version, one.size) for one in world.client.attachments(world.page.id)]
    contents = world.sandbox.store.state.contents.values()
    folders = sorted((one.id, one.status) for one in contents if one.kind == "folder")
    return (
        sorted(world.titles),
        page.version,
        page.body,
        page.status,
        page.labels,
        page.position,
        files,
        folders,
    )


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
    after = mark_of(world)
    assert (after != before) == (when is When.AFTER)


swallowed = {
    "cut answer": Fault(trouble=Trouble.CUT),
    "slow": Fault(trouble=Trouble.STALL, seconds=0.6),
    "broken JSON": Fault(trouble=Trouble.BROKEN_JSON),
    "empty": Fault(trouble=Trouble.EMPTY, when=When.AFTER),
    "login page": Fault(trouble=Trouble.LOGIN_PAGE, when=When.AFTER),
}


@pytest.mark.parametrize("fault", swallowed.values(), ids=swallowed.keys())
@pytest.mark.parametrize("name", ["create", "update", "order", "folder", "add labels", "upload"])
def test_a_writing_whose_answer_is_lost_is_unknown_though_it_happened(world, name, fault):
    method, path, write = writings[name]
    before = mark_of(world)
    world.sandbox.requests.reset()
    world.arm(fault, method=method, path=path)
    assert isinstance(write(world), Unknown)
    world.client._wire.http.limits = Limits()
    assert len(world.sandbox.requests.writes) == 1
    assert mark_of(world) != before


bodiless = {
    "slow": Fault(trouble=Trouble.STALL, seconds=0.6),
    "nothing with 200": Fault(trouble=Trouble.EMPTY, when=When.AFTER),
    "login page": Fault(trouble=Trouble.LOGIN_PAGE, when=When.AFTER),
    "JSON of another shape": Fault(trouble=Trouble.OTHER_JSON, status=503, when=When.AFTER),
}


@pytest.mark.parametrize("fault", bodiless.values(), ids=bodiless.keys())
@pytest.mark.parametrize("name", [name for name, (method, *_) in writings.items() if method == "DELETE"])
def test_a_removal_whose_answer_is_lost_is_never_called_refused_and_sent_once(world, name, fault):
    assert_removed(world, *writings[name], fault)


def assert_removed(world: World, method: str, path: str, write: Callable[[World], Any], fault: Fault) -> None:
    before = mark_of(world)
    world.sandbox.requests.reset()
    world.arm(fault, method=method, path=path)
    assert isinstance(write(world), Unknown | Applied)
    world.client._wire.http.limits = Limits()
    assert len(world.sandbox.requests.writes) == 1
    assert mark_of(world) != before


@pytest.mark.parametrize("name", [name for name, (method, *_) in writings.items() if method != "DELETE"])
def test_a_writing_whose_answer_comes_slowly_is_applied(world, name):
    method, path, write = writings[name]
    world.arm(Fault(trouble=Trouble.SLOW, seconds=0.0), method=method, path=path)
    world.sandbox.requests.reset()
    assert isinstance(write(world), Applied)
    assert len(world.sandbox.requests.writes) == 1


def test_a_connection_that_is_refused_is_an_error_to_each_reading_and_unknown_to_each_writing(world):
    assert_refused(world, readings, writings)


def assert_refused(world: World, reads: dict[str, Any], writes: dict[str, Any]) -> None:
    (world.tmp / "new.bin").write_bytes(b"")
    world.sandbox.stop()
    for name, (_path, read) in reads.items():
        if name in SEARCHES:
            assert read(world) is None
        else:
            with pytest.raises(Unreachable):
                read(world)
    for name, (_method, _path, write) in writes.items():
        outcome = write(world)
        assert isinstance(outcome, Unknown), name


@pytest.mark.parametrize("asked", ["seconds", "a date", "nothing"])
@pytest.mark.parametrize("writing", writings.values(), ids=writings.keys())
def test_a_429_to_a_writing_is_waited_out_and_it_happens_once(world, writing, asked):
    method, path, write = writing
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    header = {"seconds": "3", "a date": later, "nothing": None}[asked]
    world.sandbox.faults.add(
        Fault(trouble=Trouble.STATUS, status=429, retry_after=header, method=method, path=path)
    )
    world.sandbox.requests.reset()
    assert isinstance(write(world), Applied)
    assert len(world.sandbox.requests.writes) == 2
    assert sum(world.clock.slept) >= {"seconds": 3, "a date": 10, "nothing": 0}[asked]


refused = {
    "expired token": (Fault(trouble=Trouble.STATUS, status=401, html=True), Reason.UNAUTHORISED),
    "lost permission": (Fault(trouble=Trouble.STATUS, status=403), Reason.FORBIDDEN),
    "login redirect": (Fault(trouble=Trouble.LOGIN_REDIRECT), Reason.UNAUTHORISED),
    "too large": (Fault(trouble=Trouble.STATUS, status=413), Reason.TOO_LARGE),
}


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


def test_a_write_that_arrives_late_was_unknown_and_happens_once(world):
    world.sandbox.faults.add(Fault(trouble=Trouble.LATE, method="PUT", path="*/api/v2/pages/*"))
    assert isinstance(world.update(), Unknown)
    assert world.client.page(world.page.id).version == 1
    assert world.sandbox.deliver_late() == 1
    assert world.client.page(world.page.id).version == 2


def test_a_page_that_is_not_visible_after_its_create_is_waited_for(world):
    world.sandbox.faults.add(Fault(trouble=Trouble.ABSENT, after_create=True, times=3))
    page = done(world.create())
    assert world.client.page(page.id).title == "New"
    assert sum(world.clock.slept) == 0.5 + 1 + 2
