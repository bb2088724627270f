"""SIGINT and SIGTERM, made into an orderly end, and a hard one when that takes too long; SIGHUP: new settings."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

GRACE = 4.0
"""Seconds that the orderly end may take. Then the process goes: the journal takes care of the rest."""


class Signals:
    """Turns the first SIGINT or SIGTERM into a call of `stop`; ends the process when it goes on for GRACE seconds.

    SIGHUP, where the system has it, becomes a call of `hang_up`. Outside of the main thread, where signals cannot be
    had, it does nothing.
    """

    def __init__(self, stop: Callable[[], None], hang_up: Callable[[], None] = lambda: None) -> None:
        self._stop = stop
        self._hang_up = hang_up
        self._before: dict[signal.Signals, Any] = {}
        self._deadline: threading.Timer | None = None

    def __enter__(self) -> None:
        """Take the signals over."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._on_signal)
            if hasattr(signal, "SIGHUP"):
                self._before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._on_hang_up)

    def __exit__(self, *_: object) -> None:
        """Give them back."""
        for number, before in self._before.items():
            signal.signal(number, before)
        if self._deadline is not None:
            self._deadline.cancel()

    def _on_hang_up(self, _number: int, _frame: FrameType | None) -> None:
        self._hang_up()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._deadline is None:
            self._deadline = threading.Timer(GRACE, _go, (number,))
            self._deadline.daemon = True
            self._deadline.start()
        self._stop()


def _go(number: int) -> None:
    sys.stdout.flush()
    os._exit(128 + number)
