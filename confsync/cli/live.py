"""The live view of `watch` on a terminal: the current state and the last events. Draws; decides nothing.

It uses the terminal's alternate screen and redraws it as a whole, so that resizing leaves nothing behind. On leaving,
the terminal is restored, with the last events below.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

KEPT: Final = 200
"""So many events are kept for the screen, and left in the terminal at the end."""
_OFTEN: Final = 0.25
"""The shortest time in seconds between two drawings that only count."""


@dataclass(slots=True)
class Board:
    """The current state. `next_look` is the time of the next poll, on the monotonic clock; None while work is under way."""

    root: str = ""
    space: str = ""
    folder: str = "watched"
    confluence: str = "not asked yet"
    trouble: bool = False
    next_look: float | None = None
    steps: int = 0
    held: tuple[str, ...] = ()
    last: str = "none yet"
    events: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))


def is_possible() -> bool:
    """Say whether standard output is a terminal that can be drawn on."""
    return sys.stdout.isatty() and not Console().is_dumb_terminal


class LiveView:
    """Draws a board. Use as a context manager; events before and after are printed as plain lines."""

    def __init__(self, console: Console | None = None) -> None:
        self.board = Board()
        self._console = console or Console(highlight=False)
        self._live: Live | None = None
        self._drawn = 0.0
        self._suspend: Any = None

    def __enter__(self) -> Self:
        self._live = Live(
            console=self._console, screen=True, auto_refresh=False, get_renderable=self._drawing
        )
        self._live.start(refresh=True)
        if hasattr(signal, "SIGTSTP") and threading.current_thread() is threading.main_thread():
            self._suspend = signal.signal(signal.SIGTSTP, self._on_suspend)
        return self

    def __exit__(self, *_: object) -> None:
        live, self._live = self._live, None
        if self._suspend is not None:
            signal.signal(signal.SIGTSTP, self._suspend)
        with suppress(OSError):  # the terminal may be gone
            if live is not None:
                live.stop()
            for line in self.board.events:
                self._console.print(Text(line), soft_wrap=True)

    def say(self, line: str) -> None:
        """Show an event."""
        if self._live is None:
            with suppress(OSError):
                self._console.print(Text(line), soft_wrap=True)
        else:
            self.board.events.append(line)
            self.draw()

    def draw(self, *, sparing: bool = False) -> None:
        """Draw the board as it is; `sparing`: not when that was just done."""
        now = time.monotonic()
        if self._live is None or (sparing and now - self._drawn < _OFTEN):
            return
        self._drawn = now
        with suppress(OSError):
            self._live.refresh()

    def _on_suspend(self, *_: object) -> None:
        """Give the terminal back to the shell while we are stopped."""
        self._console.set_alt_screen(enable=False)
        self._console.show_cursor(show=True)
        os.kill(os.getpid(), signal.SIGSTOP)
        self._console.set_alt_screen(enable=True)
        self._console.show_cursor(show=False)
        self.draw()

    def _drawing(self) -> Group:
        width, height = self._console.size
        return Group(*(_fitted(line, width) for line in drawing(self.board, max(1, height))))


def drawing(board: Board, height: int) -> list[Text]:
    """Return the lines of a board for a screen of `height` lines: the state first, then as many events as fit."""
    head = [*_state(board)]
    held = _held(board.held, max(1, height // 3)) if board.held else []
    lines = [*head, *held][:height]
    room = height - len(lines) - 1
    events = list(board.events)[-room:] if room > 0 else []
    return [*lines, Text(""), *map(Text, events)][:height] if events else lines


def _state(board: Board) -> Iterator[Text]:
    yield Text.assemble(("confsync", "bold"), f"  {board.root}  <->  {board.space}")
    yield _row("folder", board.folder)
    yield _row("Confluence", board.confluence, "red" if board.trouble else "green")
    yield _row("next look", _when(board))
    yield _row("last change", board.last)


def _row(name: str, state: str, style: str = "") -> Text:
    return Text.assemble((f"{name:<13}", "dim"), (state, style))


def _when(board: Board) -> str:
    if board.next_look is None:
        return f"at work, {board.steps} steps so far" if board.steps else "looking"
    moment = datetime.now(UTC).timestamp() + max(0.0, board.next_look - time.monotonic())
    return f"{datetime.fromtimestamp(moment, UTC).astimezone():%H:%M:%S}, or when a file is saved"


def _held(held: Sequence[str], room: int) -> Iterator[Text]:
    yield Text("")
    yield Text(f"held or failing: {len(held)}", "yellow")
    shown = held if len(held) <= room else held[: room - 1]
    yield from (Text(f"  {line}") for line in shown)
    if len(shown) < len(held):
        yield Text(f"  and {len(held) - len(shown)} more")


def _fitted(line: Text, width: int) -> Text:
    line.truncate(max(1, width), overflow="crop")
    line.no_wrap = True
    return line
