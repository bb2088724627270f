"""Connections that do not wait for ever for the head of an answer: each byte of it may be in time, and the whole not.

How long a body may take is `http`'s affair; a large file takes its time.
"""

from __future__ import annotations

import io
import socket
from http.client import HTTPResponse
from time import monotonic
from typing import Final, TypeVar

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_LONGEST_HEAD: Final = 2
"""The head is whole in so many times the seconds that one waits for its first byte."""

Manager = TypeVar("Manager", bound=PoolManager)


class _Timed(io.RawIOBase):
    """What a socket brings, up to a moment; None: without a limit."""

    def __init__(self, raw: io.RawIOBase, until: float | None) -> None:
        self._raw = raw
        self.until = until

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]  # any buffer will do
        if self.until is not None and monotonic() > self.until:
            raise TimeoutError("timed out")
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """An answer whose head comes whole in time, or TimeoutError."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        patience = sock.gettimeout()
        until = None if patience is None else monotonic() + _LONGEST_HEAD * patience
        self._timed = _Timed(self.fp.detach(), until)
        self.fp = io.BufferedReader(self._timed)

    def begin(self) -> None:
        super().begin()
        self._timed.until = None


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def punctual(manager: Manager) -> Manager:
    """Let a manager make such connections, and return it. One of a SOCKS proxy makes its own and stays as it is."""
    if type(manager) in (PoolManager, ProxyManager):
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager
