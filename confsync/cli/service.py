"""Notifications to a service manager: ready, what we are doing, alive. The protocol of sd_notify(3).

The protocol is a datagram of lines to the socket named by NOTIFY_SOCKET. The bindings on PyPI need a C library or have
had no release for years, so the few lines it takes are here.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Final, Self

STUCK: Final = 1800.0
"""Seconds without a sign of work after which we count as stuck: longer than anything that is waited for in one piece."""


class Service:
    """One process under a service manager; without one, nothing happens. Use as a context manager.

    A thread keeps the watchdog quiet as long as `alive` was called within the last half hour. `alive` may be called from
    any thread, the others from one at a time.
    """

    def __init__(self, env: MutableMapping[str, str] | None = None, *, stuck: float = STUCK) -> None:
        env = os.environ if env is None else env
        self._address = env.pop("NOTIFY_SOCKET", "")  # not for the git commands that we run
        self._period = _period(env)
        self._stuck = stuck
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._alive_at = time.monotonic()

    def __enter__(self) -> Self:
        if self._address and self._period:
            self._thread = threading.Thread(target=self._beat, name="confsync-watchdog", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def ready(self, status: str) -> None:
        """Tell that we are up, again after settings were read again."""
        self._send("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Tell that settings are being read again; `ready` ends that."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def says(self, status: str) -> None:
        """Tell what we do, in one line: `systemctl status` shows it."""
        self._send(f"STATUS={status}")

    def stopping(self) -> None:
        """Tell that the orderly end has begun."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Note a sign of work."""
        self._alive_at = time.monotonic()

    def _beat(self) -> None:
        while not self._over.wait(self._period / 2):
            if time.monotonic() - self._alive_at < self._stuck:
                self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        place = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        text = "\n".join(line.replace("\n", " ") for line in lines)
        with suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)  # noqa: FBT003  # the socket's own signature
            sender.sendto(text.encode("utf-8", "backslashreplace"), place)


def _period(env: MutableMapping[str, str]) -> float:
    """Return the seconds within which the watchdog wants to hear of us; 0 without one, or when it is another process's."""
    whose = env.pop("WATCHDOG_PID", "")
    microseconds = env.pop("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or (whose and whose != str(os.getpid())):
        return 0.0
    return int(microseconds) / 1_000_000
