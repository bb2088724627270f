"""Faults below HTTP: bodies torn in the middle of a chunk, lengths that are wrong, connections closed between requests.

A reading gets the truth or an error, never half of it; a writing happens at most once.
"""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from remote_raw import Raw, chunked, ok, then_hang_up
from remote_scripted import TOKEN, USER, StillClock, page_row, update_to

from confsync.errors import Unreachable
from confsync.model import PageId
from confsync.outcome import Applied, Unknown
from confsync.remote import connect
from confsync.remote.patience import Limits

PAGE = json.dumps(
    page_row(7, labels={"results": []}, body={"storage": {"value": "<p>" + "x" * 4000}})
).encode()
UPDATED = json.dumps(page_row(7, version={"number": 2})).encode()
PACKED = gzip.compress(PAGE)


@contextmanager
def talking_to(*answers, limits=None):
    with Raw(*answers) as server:
        client = connect(
            server.url,
            USER,
            TOKEN,
            "cloud",
            clock=StillClock(),
            jitter=lambda ceiling: ceiling,
            limits=limits,
        )
        yield server, client
        client.close()


torn = {
    "cut within a chunk": then_hang_up(chunked(PAGE[:2000], PAGE[2000:], whole=False)),
    "cut between chunks": then_hang_up(chunked(PAGE[:2000], PAGE[2000:])[: -len(PAGE[2000:]) - 12]),
    "without its last chunk": then_hang_up(chunked(PAGE)[:-5]),
    "chunks whose length is no number": then_hang_up(chunked(PAGE).replace(b"\r\n\r\n", b"\r\n\r\nzz", 1)),
    "compressed and cut, with the length of the piece": ok(PACKED[:-40], "Content-Encoding: gzip"),
    "compressed and cut, with the whole length": then_hang_up(
        ok(PACKED[:-40], "Content-Encoding: gzip", length=len(PACKED))
    ),
    "longer than it says": then_hang_up(ok(PAGE, length=len(PAGE) - 100)),
    "shorter than it says": then_hang_up(ok(PAGE, length=len(PAGE) + 100)),
    "of a negative length": then_hang_up(ok(PAGE[:100], length=-5)),
    "no HTTP": then_hang_up(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a line without end": then_hang_up(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70000),
    "a thousand headers": then_hang_up(ok(PAGE, *(f"X-{n}: y" for n in range(1000)))),
    "nothing": lambda connection, request: False,
}


@pytest.mark.parametrize("answer", torn.values(), ids=torn.keys())
def test_an_answer_that_is_torn_is_asked_for_again(answer):
    with talking_to(answer, ok(PAGE)) as (server, client):
        page = client.page(PageId("7"))
        assert page.body == "<p>" + "x" * 4000
        assert len(server.requests) == 2


@pytest.mark.parametrize("answer", torn.values(), ids=torn.keys())
def test_an_answer_that_is_torn_every_time_is_an_error(answer):
    with talking_to(answer) as (server, client), pytest.raises(Unreachable):
        client.page(PageId("7"))
    assert len(server.requests) <= 5


@pytest.mark.parametrize("answer", torn.values(), ids=torn.keys())
def test_a_writing_whose_answer_is_torn_is_unknown_and_sent_once(answer):
    with talking_to(answer, ok(UPDATED)) as (server, client):
        assert isinstance(client.update_page(update_to(2)), Unknown)
        assert len(server.requests) == 1


def test_more_bytes_than_were_announced_are_never_taken_for_the_next_answer():
    forged = ok(json.dumps(page_row(8, title="Forged")).encode())
    with talking_to(ok(PAGE) + forged, ok(PAGE)) as (server, client):
        titles = {client.page(PageId("7")).title for _ in range(3)}
        assert titles == {"Page 7"}
        assert len(server.requests) >= 3


def test_interim_answers_are_passed_over():
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    with talking_to(interim + ok(PAGE)) as (_server, client):
        assert client.page(PageId("7")).id == "7"
    with talking_to(interim + ok(UPDATED)) as (_server, client):
        assert isinstance(client.update_page(update_to(2)), Applied)


def test_a_connection_that_was_closed_while_idle_is_not_used_for_a_writing():
    with talking_to(then_hang_up(ok(PAGE)), ok(UPDATED)) as (server, client):
        client.page(PageId("7"))
        assert server.closed.acquire(timeout=10)
        assert isinstance(client.update_page(update_to(2)), Applied)
        assert (len(server.requests), server.connections) == (2, 2)


def test_a_connection_that_closes_upon_a_writing_leaves_it_unknown_and_sent_once():
    with talking_to(ok(PAGE), lambda connection, request: False, ok(UPDATED)) as (server, client):
        client.page(PageId("7"))
        assert isinstance(client.update_page(update_to(2)), Unknown)
        assert (len(server.requests), server.connections) == (2, 1)


def test_the_session_of_a_server_is_kept_and_sent_back():
    opened = ok(PAGE, "Set-Cookie: JSESSIONID=ABC123; Path=/; HttpOnly")
    with talking_to(opened, ok(PAGE)) as (server, client):
        for _ in range(3):
            client.page(PageId("7"))
    cookies = [b"JSESSIONID=ABC123" in request for request in server.requests]
    assert cookies == [False, True, True]


def dripping(answer: bytes, seconds: float):
    """Send a byte at a time."""

    def give(connection: socket.socket, _request: bytes) -> bool:
        for byte in answer:
            connection.sendall(bytes([byte]))
            time.sleep(seconds)  # the fault itself
        return True

    return give


def test_the_head_of_an_answer_that_comes_byte_by_byte_and_never_ends_is_given_up():
    def give(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")
        try:
            for _ in range(4000):
                connection.sendall(b"x")
                time.sleep(0.05)  # the fault itself
        except OSError:
            given_up.set()
        return False

    given_up = threading.Event()
    limits = Limits(read=0.3, attempts=1)
    with talking_to(give, limits=limits) as (_server, client):
        with pytest.raises(Unreachable, match="no answer in time"):
            client.page(PageId("7"))
        assert client.update_page(update_to(2)) == Unknown("no answer in time")
        assert given_up.wait(10)


def test_answers_that_come_byte_by_byte_are_read_all_the_same():
    answer = json.dumps(page_row(7, version={"number": 2}, labels={"results": []})).encode()
    with talking_to(dripping(ok(answer), 0.0005), limits=Limits(read=1.0)) as (server, client):
        assert client.page(PageId("7")).id == "7"
        assert isinstance(client.update_page(update_to(2)), Applied)
        assert len(server.requests) == 2
