"""Clients that do not wait, and the servers they talk to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from remote_scripted import TOKEN, USER, Scripted, StillClock

from confsync.remote import connect
from confsync.remote.cloud import Cloud
from confsync.remote.patience import Limits


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
    """A client that is hurried: it waits half a second for an answer and not at all between attempts."""
    limits = Limits(connect=2.0, read=0.5)
    client = connect(
        server.url, USER, TOKEN, "cloud", clock=clock, limits=limits, jitter=lambda ceiling: ceiling
    )
    assert isinstance(client, Cloud)
    yield client
    client.close()
