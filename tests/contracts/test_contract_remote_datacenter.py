"""The client for Data Center keeps the port's promises against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
from remote_contract import RemoteContract
from test_contract_remote_cloud import Ann

from confsync.model import Space
from confsync.remote import connect
from confsync.remote.datacenter import DataCenter
from confsync.sandbox import Sandbox


class TestDataCenterAgainstTheSandbox(RemoteContract):
    has_folders = False
    has_archive = False
    context = "/confluence"
    habits: ClassVar = {}

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        with Sandbox(search_lag=0.0, flavor="datacenter", context=self.context) as found:
            found.store.change_habits(**self.habits)
            yield found
            assert found.crashes == []

    @pytest.fixture
    def remote(self, sandbox: Sandbox) -> Iterator[DataCenter]:
        client = connect(sandbox.url, "", sandbox.token)
        assert isinstance(client, DataCenter), "the flavour is found out without being told"
        yield client
        client.close()

    @pytest.fixture
    def space(self, remote: DataCenter) -> Space:
        return remote.space("DOCS")

    @pytest.fixture
    def colleague(self, sandbox: Sandbox) -> Ann:
        return Ann(sandbox)


class TestAnOldDataCenterWithoutAContextPath(TestDataCenterAgainstTheSandbox):
    """A release before 7.18, mounted at the root, that keeps no message of a create and no place by itself."""

    context = ""
    habits: ClassVar = {"scans": False, "first_message": False, "forgets_place": False}
