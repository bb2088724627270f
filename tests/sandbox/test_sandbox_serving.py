"""The server itself: kept connections, many at once, a clean end."""

import contextlib
import socket
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from confsync.sandbox import Sandbox
from confsync.sandbox.site.server import Busy


def test_one_connection_serves_many_requests(sandbox):
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        stream = connection.makefile("rwb")
        for _ in range(3):
            stream.write(b"GET /_edge/tenant_info HTTP/1.1\r\nHost: localhost\r\n\r\n")
            stream.flush()
            assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            assert b"cloudId" in stream.read(length)
        stream.close()


def test_a_body_that_nobody_read_does_not_spoil_the_next_request(sandbox, connect):
    nobody = connect(sandbox, "x", "wrong")
    for _ in range(3):
        assert nobody("POST", "/api/v2/pages", data=b"x" * 100_000).status_code == 401
    assert len(sandbox.requests.all) == 3


def test_a_client_that_goes_in_the_middle_of_a_request_is_no_mistake_of_the_sandbox(sandbox, api, capfd):
    body = b'{"spaceId": "1", "title": "T'
    login = "Basic " + b64encode(f"{sandbox.user}:{sandbox.token}".encode()).decode()
    head = f"POST /wiki/api/v2/pages HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body) + 50}\r\n"
    head += f"Authorization: {login}\r\nContent-Type: application/json\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(1) == b""
    assert api("GET", "/api/v2/spaces").status_code == 200
    assert (sandbox.crashes, capfd.readouterr().err) == ([], "")


def test_a_chunked_upload_is_taken(api):
    page = api.made("T")
    boundary = "b0undary"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    parts = iter([head.encode(), b"x" * 70_000, b"y" * 70_000, f"\r\n--{boundary}--\r\n".encode()])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-Atlassian-Token": "no-check"}
    answer = api("POST", f"/rest/api/content/{page}/child/attachment", data=parts, headers=headers)
    assert answer.json()["results"][0]["extensions"]["fileSize"] == 140_000


def test_two_sandboxes_stand_side_by_side_and_a_taken_port_is_an_error():
    with Sandbox() as one, Sandbox() as other:
        assert one.url != other.url
        with pytest.raises(OSError, match="in use"):
            Sandbox(one.port)


def test_nothing_answers_and_no_thread_is_left_after_the_end():
    before = set(threading.enumerate())
    sandbox = Sandbox()
    with requests.Session() as session:
        session.get(f"{sandbox.url}/rest/api/user/current", timeout=5)
        sandbox.stop()
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(f"{sandbox.url}/rest/api/user/current", timeout=5)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)  # the thread of a connection may be on its last line yet
        assert not thread.is_alive()


def test_writers_of_many_pages_at_once_lose_nothing(api, sandbox, connect):
    parents = [api.made(f"Parent {n}") for n in range(4)]
    apis = [connect(sandbox) for _ in parents]

    def fill(n):
        return [apis[n].made(f"{n}-{i}", parent=parents[n]) for i in range(25)]

    with ThreadPoolExecutor(4) as pool:
        ids = [ident for made in pool.map(fill, range(4)) for ident in made]
    assert len(set(ids)) == 100
    for parent in parents:
        rows = api("GET", f"/api/v2/pages/{parent}/direct-children?limit=250").json()["results"]
        assert len(rows) == len({row["childPosition"] for row in rows}) == 25


def test_of_many_writers_of_one_version_one_wins(api, sandbox, connect):
    page = api.made("T")
    apis = [connect(sandbox) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: apis[n].put(page, 2, body=f"<p>{n}</p>").status_code, range(6)))
    assert sorted(answers) == [200, 409, 409, 409, 409, 409]
    assert answers[int(api.body(page)[3])] == 200


def test_two_writes_to_one_place_at_a_time_collide():
    busy = Busy()
    with (
        busy.at("children of 1") as first,
        busy.at("children of 1") as second,
        busy.at("children of 2") as other,
    ):
        assert (first, second, other) == (True, False, True)
    with busy.at("children of 1") as again, busy.at(None) as anywhere:
        assert (again, anywhere) == (True, True)


def test_more_requests_at_a_time_than_the_limit_are_answered_with_429(connect):
    with Sandbox(search_lag=0, burst=2) as sandbox:
        api, other = connect(sandbox), connect(sandbox)
        assert api("GET", "/api/v2/pages").status_code == 200
        with sandbox._application._crowd.joined(), sandbox._application._crowd.joined():
            full = other("GET", "/api/v2/pages")
        assert (full.status_code, full.headers["Retry-After"]) == (429, "1")
        assert other("GET", "/api/v2/pages").status_code == 200


def test_habits_change_while_it_runs(api, sandbox):
    sandbox.store.change_habits(search_lag=3600)
    api.made("Not yet")
    assert api.search('title = "Not yet"').json()["results"] == []
    sandbox.store.change_habits(search_lag=0)
    assert len(api.search('title = "Not yet"').json()["results"]) == 1


def test_a_create_beside_a_create_under_one_parent_is_refused_as_an_optimistic_lock(api, sandbox):
    parent = api.made("Parent")
    with sandbox._application._busy.at(f"children of {parent}"):
        answer = api.create("Child", parent=parent)
        assert (answer.status_code, "OptimisticLock" in answer.text) == (409, True)
        page = api.made("Elsewhere")
        moved = api("PUT", f"/rest/api/content/{page}/move/append/{parent}")
        assert (moved.status_code, "OptimisticLock" in moved.text) == (500, True)
    with sandbox._application._busy.at(f"files of {parent}"):
        assert api.upload(parent, "a.txt", b"x").status_code == 500
    assert api.create("Child", parent=parent).status_code == 200


def test_a_mistake_of_the_sandbox_is_a_500_and_does_not_hide(api, sandbox, capsys):
    sandbox.store.tree = None
    assert api("GET", "/api/v2/pages/65538/ancestors").status_code == 500
    assert len(sandbox.crashes) == 1
    assert "AttributeError" in capsys.readouterr().err
    sandbox.crashes.clear()


def test_requests_are_counted_by_route_and_bodies_kept_when_asked(api, sandbox):
    sandbox.requests.keep_bodies = True
    page = api.made("T")
    api.get(page)
    assert sandbox.requests.count("GET /api/v2/pages/<ident>") == 1
    assert [e.route for e in sandbox.requests.writes] == ["POST /api/v2/pages"]
    assert b'"title": "T"' in sandbox.requests.writes[0].body
    assert sandbox.requests.total == 2
