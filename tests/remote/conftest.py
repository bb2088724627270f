"""Clients that do not wait, and the servers they talk to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from remote_scripted import TOKEN, USER, Scripted, StillClock

from confsync.remote import connect
from confsync.remote.cloud import Cloud


def _serving() -> Iterator[Scripted]:
    server = Scripted()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    with suppress(OSError):
        server.server_close()


@pytest.fixture
def server() -> Iterator[Scripted]:
    yield from _serving()


@pytest.fixture
def other_host() -> Iterator[Scripted]:
    yield from _serving()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def cloud(server: Scripted, clock: StillClock) -> Iterator[Cloud]:
    """A client that waits as long as it is told, in no time."""
    client = connect(server.url, USER, TOKEN, "cloud", clock=clock, jitter=lambda ceiling: ceiling)
    assert isinstance(client, Cloud)
    server.client = client
    yield client
    client.close()
