"""A sandbox with a folder keeps what it took, over an ordinary end and over a kill."""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest
import requests

from confsync.sandbox import Sandbox
from confsync.sandbox.refusals import Stale
from confsync.sandbox.store.pages import Edit
from confsync.sandbox.store.records import Counter
from confsync.sandbox.store.tables import Shelf, Table


def test_everything_is_there_after_a_restart(tmp_path, connect):
    with Sandbox(data=tmp_path, search_lag=0) as first:
        api = connect(first)
        page = api.made("T", "<p>one</p>")
        api.put(page, 2, body="<p>two</p>", message="m")
        person = first.as_person
        person.label(page, "a")
        person.attach(page, "a.bin", b"\x00bytes")
        person.comment(page, "c", on="two")
        person.trash(api.made("Gone"))
        api("POST", f"/api/v2/pages/{page}/properties", json={"key": "k", "value": {"x": [None, 1.5]}})
        body = api.body(page)
    with Sandbox(data=tmp_path, search_lag=0) as second:
        api = connect(second)
        assert api.body(page) == body
        assert api.get(page, version=1).json()["body"]["storage"]["value"] == "<p>one</p>"
        rows = api.get(page, **{"include-labels": "true", "include-properties": "true"}).json()
        assert [x["name"] for x in rows["labels"]["results"]] == ["a"]
        assert [x["value"] for x in rows["properties"]["results"]] == [{"x": [None, 1.5]}]
        file = api("GET", f"/api/v2/pages/{page}/attachments").json()["results"][0]
        assert api("GET", file["downloadLink"], allow_redirects=True).content == b"\x00bytes"
        assert [r["title"] for r in api("GET", "/api/v2/pages?status=trashed").json()["results"]] == ["Gone"]
        assert api.search("label = a").json()["size"] == 1
        assert api.made("New") not in {page, file["id"]}


SERVER = """
import sys
from pathlib import Path
from confsync.sandbox import Sandbox
running = Sandbox(data=Path(sys.argv[1]))
print(running.url, flush=True)
running.serve_forever()
"""


def test_what_was_answered_survives_a_kill(tmp_path):
    server = subprocess.Popen([sys.executable, "-c", SERVER, tmp_path], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip()
        made = []
        for n in range(20):
            data = {"spaceId": "32769", "title": f"P{n}", "status": "current"}
            login = (Sandbox.user, Sandbox.token)
            made.append(requests.post(f"{url}/api/v2/pages", json=data, auth=login, timeout=10).json()["id"])
        os.kill(server.pid, signal.SIGKILL)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    with Sandbox(data=tmp_path) as again:
        assert {again.store.state.content(ident).title for ident in made} == {f"P{n}" for n in range(20)}


def test_a_refused_write_leaves_nothing_behind_in_memory_or_on_disk(tmp_path):
    with Sandbox(data=tmp_path) as sandbox:
        person = sandbox.as_person
        page = person.create("T", "<p>x</p>")
        with pytest.raises(Stale):
            sandbox.store.pages.update(person.user, page.id, Edit(number=9, title="U", parent_id=""))
        assert sandbox.store.state.content(page.id) == page
    with Sandbox(data=tmp_path) as again:
        assert again.store.state.content(page.id) == page


def test_a_transaction_that_cannot_be_written_did_not_happen(tmp_path):
    shelf = Shelf(tmp_path / "x.db")
    table = Table(shelf, "counter", Counter)
    with shelf.change():
        table.put("a", Counter(name="a", value=1))
    shelf._db.execute("create trigger no before insert on records begin select raise(abort, 'full'); end")
    with pytest.raises(sqlite3.IntegrityError), shelf.change():
        table.put("a", Counter(name="a", value=2))
    assert table.get("a").value == 1
    shelf.close()


def test_a_failing_change_is_undone_in_the_order_it_was_made():
    shelf = Shelf()
    table = Table(shelf, "counter", Counter)
    with shelf.change():
        table.put("a", Counter(name="a", value=1))

    def fail():
        with shelf.change():
            table.put("a", Counter(name="a", value=2))
            table.put("b", Counter(name="b", value=1))
            with shelf.change():
                table.drop("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [record.value for record in table.values()] == [1]
    with pytest.raises(RuntimeError):
        table.put("a", Counter(name="a", value=3))
