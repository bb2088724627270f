from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from remote_scripted import TOKEN, USER, Reply, StillClock, new_page, page_row, update_to

from confsync.errors import RateLimited
from confsync.model import Attachment, PageId
from confsync.outcome import Unknown
from confsync.remote import connect
from confsync.remote.patience import Gate, Limits, Patience, Rest, Turns, full_jitter, retry_after

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("17", 17.0),
        (" 17 ", 17.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Sat, 21 Nov 2026 12:00:42 GMT", 42.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Saturday, 21-Nov-26 12:00:42 GMT", 42.0),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("9" * 400, float("inf")),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_date(header, seconds):
    assert retry_after(header, NOW) == seconds


def stored() -> Attachment:
    return Attachment(
        id="att1", page_id=PageId("7"), name="a.png", version=1, size=3, media_type="", hash=None, download=""
    )


@given(st.text(max_size=40))
def test_no_retry_after_header_breaks_the_reader(header):
    found = retry_after(header, NOW)
    assert found is None or found >= 0


@given(st.floats(0, 1000))
def test_full_jitter_stays_between_nothing_and_its_ceiling(ceiling):
    assert 0 <= full_jitter(ceiling) <= ceiling


def test_waits_grow_to_a_ceiling_and_end_with_the_budget():
    clock = StillClock()
    patience = Patience(
        Rest(clock), Limits(budget=20.0, first_wait=1.0, longest_wait=8.0), lambda ceiling: ceiling
    )
    assert [patience.wait_after(attempt, None) for attempt in range(1, 7)] == [True] * 4 + [False] * 2
    assert sum(clock.slept) == 1 + 2 + 4 + 8


def test_the_budget_is_full_again_after_a_quiet_minute():
    clock = StillClock()
    patience = Patience(Rest(clock), Limits(budget=20.0), lambda ceiling: 0.0)
    assert patience.wait_after(1, 15.0)
    assert not patience.wait_after(1, 15.0)
    clock.sleep(61)
    assert patience.wait_after(1, 15.0)


def test_what_confluence_asks_for_is_never_undercut():
    for _ in range(20):
        clock = StillClock()
        assert Patience(Rest(clock), Limits(), full_jitter).wait_after(1, 7.0)
        assert 7.0 <= sum(clock.slept) <= 8.0


def test_the_gate_starts_at_four_grows_to_eight_and_halves_once_for_all_that_were_under_way():
    gate = Gate(Rest(StillClock()))
    for _ in range(1000):
        gate.ease()
    assert gate.width == 8
    with gate.slot() as one, gate.slot() as two:
        gate.slow(one)
        gate.slow(two)
    assert gate.width == 4
    with gate.slot() as later:
        gate.slow(later)
    assert gate.width == 2


def test_the_gate_never_closes_for_good():
    gate = Gate(Rest(StillClock()))
    for _ in range(10):
        with gate.slot() as epoch:
            gate.slow(epoch)
    assert gate.width == 1


def test_nobody_passes_the_gate_while_confluence_has_asked_for_a_pause():
    clock = StillClock()
    gate = Gate(Rest(clock))
    with gate.slot() as epoch:
        gate.slow(epoch, 30.0)
    with gate.slot():
        assert sum(clock.slept) == 30.0


def test_no_more_requests_run_side_by_side_than_the_gate_lets_through(server, cloud):
    lock, running, most = threading.Lock(), [0], [0]
    turn = threading.Event()

    def answer(asked):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            if most[0] == 4:
                turn.set()
        turn.wait(5)
        with lock:
            running[0] -= 1
        return Reply(200, page_row(7, labels={"results": []}))

    server.answer = answer
    threads = [threading.Thread(target=cloud.page, args=(PageId("7"),)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 4
    assert len(server.asked) == 12


def test_one_429_slows_all_threads_down_together(server, clock, cloud):
    good = Reply(200, page_row(7, labels={"results": []}))
    server.script(Reply(429, b"", {"Retry-After": "9"}), then=good)
    cloud.page(PageId("7"))
    assert 9 <= sum(clock.slept) <= 10
    assert cloud._wire.http.gate.width == 2


@pytest.mark.parametrize("ask", ["read", "write", "download"])
def test_nobody_sits_out_an_hour_that_confluence_asked_somebody_else_for(server, clock, cloud, tmp_path, ask):
    server.script(Reply(429, b"", {"Retry-After": "3600"}), then=Reply(200, page_row(7)))
    assert isinstance(cloud.update_page(update_to(2)), Unknown)
    if ask == "write":
        assert isinstance(cloud.update_page(update_to(2)), Unknown)
    elif ask == "download":
        with pytest.raises(RateLimited):
            cloud.download(stored(), tmp_path / "file")
    else:
        with pytest.raises(RateLimited) as told:
            cloud.page(PageId("7"))
        assert told.value.retry_after == 3600
    assert len(server.asked) == 1
    assert clock.slept == []


def test_a_warning_that_the_limit_is_near_slows_down_before_it_is_reached(server, cloud):
    server.script(Reply(200, page_row(7, labels={"results": []}), {"X-RateLimit-NearLimit": "true"}))
    cloud.page(PageId("7"))
    assert cloud._wire.http.gate.width == 2


def test_what_has_one_key_happens_in_turns_and_leaves_no_trace():
    turns, inside, seen = Turns(), [], []

    def work(key):
        with turns.of(key):
            inside.append(key)
            seen.append(inside.count(key))
            inside.remove(key)

    threads = [threading.Thread(target=work, args=(key,)) for key in "ab" * 20]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {1}
    assert turns._held == {}


def test_siblings_are_made_one_after_another(server, cloud):
    """Each create is kept waiting for a second one to come along; none must."""
    lock, running, together = threading.Lock(), [0], threading.Event()

    def answer(asked):
        with lock:
            running[0] += 1
            if running[0] > 1:
                together.set()
        together.wait(0.05)
        with lock:
            running[0] -= 1
        return Reply(200, page_row(9))

    server.answer = answer
    threads = [threading.Thread(target=cloud.create_page, args=(new_page(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.asked) == 4
    assert not together.is_set()


def test_a_process_that_is_to_stop_does_not_sit_out_its_waits(server):
    """The clock is the real one: minutes are asked for, and an interrupt ends it."""
    waiting = threading.Event()

    def answer(asked):
        waiting.set()
        return Reply(429, b"", {"Retry-After": "200"})

    server.answer = answer
    client = connect(server.url, USER, TOKEN, "cloud")
    caught = []

    def read():
        try:
            client.page(PageId("7"))
        except RateLimited as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert waiting.wait(5)
    client.interrupt()
    thread.join(5)
    assert not thread.is_alive()
    assert len(caught) == 1
    client.close()
