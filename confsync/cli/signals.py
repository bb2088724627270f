"""SIGINT and SIGTERM as an orderly end, forced if it takes too long; SIGHUP as a request to read the settings again."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final, Self

GRACE: Final = 4.0
"""Seconds that the orderly end may take. Then the process goes: the journal takes care of the rest."""
_AS_IT_WAS: Final = b"\x1b[?1049l\x1b[?25h"
"""Leaves a terminal's second screen and shows the cursor again (xterm control sequences)."""


def _nothing() -> None:
    """Do nothing."""


class Signals:
    """Turns SIGINT and SIGTERM into a call of `stop`, and ends the process when it goes on for GRACE seconds.

    SIGHUP, where the system has it, becomes a call of `hang_up`; of `stop`, when the terminal we were started in is
    gone. SIGWINCH becomes a call of `resize`. What comes before `heed` is kept until then. Outside of the main thread,
    where signals cannot be had, it does nothing.
    """

    def __init__(self) -> None:
        self._stop = self._hang_up = self._resize = _nothing
        self._before: dict[int, Any] = {}
        self._pending: list[int] = []
        self._heeding = False
        self._deadline: threading.Timer | None = None
        self._terminal = sys.stdout.isatty()

    def heed(
        self,
        stop: Callable[[], None],
        hang_up: Callable[[], None] = _nothing,
        resize: Callable[[], None] = _nothing,
    ) -> None:
        """Call these from now on. All of them are called in the main thread, between any two of its steps."""
        self._stop, self._hang_up, self._resize = stop, hang_up, resize
        self._heeding = True
        pending, self._pending = self._pending, []
        for number in pending:
            self._act(number)

    def __enter__(self) -> Self:
        """Take the signals over."""
        if threading.current_thread() is threading.main_thread():
            for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGWINCH"):
                number = getattr(signal, name, None)
                if number is not None:
                    self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        """Give them back."""
        for number, before in self._before.items():
            signal.signal(number, before)
        if self._deadline is not None:
            self._deadline.cancel()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number in (signal.SIGINT, signal.SIGTERM) and self._deadline is None:
            self._deadline = threading.Timer(GRACE, _go, (number, self._terminal))
            self._deadline.daemon = True
            self._deadline.start()
        if self._heeding:
            self._act(number)
        else:
            self._pending.append(number)

    def _act(self, number: int) -> None:
        if number in (signal.SIGINT, signal.SIGTERM):
            self._stop()
        elif number == getattr(signal, "SIGWINCH", None):
            self._resize()
        elif self._terminal and not os.isatty(sys.stdout.fileno()):
            self._stop()  # the window was closed
        else:
            self._hang_up()


def _go(number: int, terminal: bool) -> None:  # Timer hands arguments over by position
    """End the process now. Nothing here may wait: a stuck thread may hold the streams, or the terminal may be stopped."""
    if terminal:
        restoring = threading.Thread(target=_restore, daemon=True)
        restoring.start()
        restoring.join(0.2)
    os._exit(128 + number)


def _restore() -> None:
    with suppress(OSError):
        os.write(1, _AS_IT_WAS)
