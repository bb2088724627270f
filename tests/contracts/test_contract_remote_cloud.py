"""The client for Cloud keeps the port's promises against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from remote_contract import RemoteContract

from confsync.model import Space
from confsync.remote import connect
from confsync.remote.cloud import Cloud
from confsync.sandbox import Sandbox


class Ann:
    """A colleague in the browser of the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._person = sandbox.as_person

    def edit(self, page_id: str, body: str) -> None:
        self._person.edit(page_id, body, raw=True)

    def __getattr__(self, name: str) -> object:
        return getattr(self._person, name)


class TestCloudAgainstTheSandbox(RemoteContract):
    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        with Sandbox(search_lag=0.0) as found:
            yield found

    @pytest.fixture
    def remote(self, sandbox: Sandbox) -> Iterator[Cloud]:
        client = connect(sandbox.url, Sandbox.user, Sandbox.token)
        yield client
        client.close()

    @pytest.fixture
    def space(self, remote: Cloud) -> Space:
        return remote.space("DOCS")

    @pytest.fixture
    def colleague(self, sandbox: Sandbox) -> Ann:
        return Ann(sandbox)
