"""The live view of `watch`: what a person at a terminal sees, and that the terminal is as it was afterwards."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pytest

from confsync.cli.live import Board, drawing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

# A terminal turns Ctrl-C into a signal only for the process that it controls.
CONTROLLED = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, '-m', 'confsync', *sys.argv[1:]])"
)
PATIENCE = 30.0
AWAY, BACK, CURSOR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"


class Terminal:
    """A terminal of its own with `watch` in it."""

    def __init__(self, root, *, rows=24, columns=80, env=None):
        self._ours, self._theirs = pty.openpty()
        self.resize(rows, columns)
        inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", CONTROLLED, "watch", "-C", str(root), "--interval", "0.5"],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
            env={**inherited, "TERM": "xterm", **(env or {})},
        )
        self.shown = ""

    def resize(self, rows, columns):
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, words):
        """Read on until these words were shown; return what was shown since the last call."""
        begin, end = len(self.shown), time.monotonic() + PATIENCE
        while words not in self.shown[begin:]:
            assert time.monotonic() < end, f"{words!r} is not in {self.shown[begin:]!r}"
            self._read(0.5)
        return self.shown[begin:]

    def type(self, text):
        os.write(self._ours, text.encode())

    def rest(self):
        """Read what is left when the process has ended; return its exit code."""
        code = self.process.wait(PATIENCE)
        while self._read(0.1):
            pass
        return code

    def _read(self, seconds):
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self._ours, 65536)
        except OSError:
            return False
        self.shown += piece.decode("utf-8", "replace")
        return bool(piece)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)


@pytest.fixture
def terminal():
    opened = []

    def opening(root, **options):
        opened.append(Terminal(root, **options))
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


def test_both_sides_the_next_look_and_what_happens_are_shown_and_the_terminal_is_left_as_it_was(
    synced, terminal
):
    at = terminal(synced.root)
    at.until("answers")
    at.until("or when a file is saved")
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    at.until("update notes.md")
    at.type("\x03")
    assert at.rest() in (0, 130)
    assert at.shown.index(AWAY) < at.shown.index(BACK)
    after = at.shown[at.shown.rindex(BACK) :]
    assert CURSOR in at.shown
    assert "update       notes.md" in after
    assert "nothing is left half done" in after


def test_a_page_that_is_held_stands_with_its_reason(synced, terminal):
    synced.write("notes.md", synced.read("notes.md").replace("One thing", "Mine"))
    synced.sandbox.as_person.replace(synced.page("Notes"), "One thing", "Theirs")
    at = terminal(synced.root, columns=160)
    shown = at.until("held or failing: 1") + at.until("conflict")
    assert "notes.md" in shown


def test_a_window_that_becomes_small_is_drawn_anew_and_cut(synced, terminal):
    at = terminal(synced.root)
    at.until("or when a file is saved")
    begin = len(at.shown)
    at.resize(5, 20)
    os.kill(at.process.pid, signal.SIGWINCH)
    at.until("last change")
    lines = at.shown[begin:].replace("\x1b[H", "\n").split("\n")
    plain = [line for line in lines if "\x1b" not in line]
    assert all(len(line.rstrip("\r")) <= 20 for line in plain[1:])
    at.process.terminate()
    assert at.rest() in (0, 143)


def test_no_colour_is_shown_where_none_is_wanted(synced, terminal):
    at = terminal(synced.root, env={"NO_COLOR": "1"})
    at.until("answers")
    assert "\x1b[32m" not in at.shown


def test_a_terminal_that_cannot_be_drawn_on_gets_lines(synced, terminal):
    at = terminal(synced.root, env={"TERM": "dumb"})
    at.until("watching")
    at.process.terminate()
    at.rest()
    assert "\x1b" not in at.shown


def test_a_closed_window_ends_it_and_a_hang_up_in_an_open_one_does_not(synced, terminal):
    at = terminal(synced.root)
    at.until("or when a file is saved")
    at.process.send_signal(signal.SIGHUP)
    at.until("in force")
    os.close(at._ours)
    os.close(at._theirs)
    at._ours, at._theirs = pty.openpty()
    assert at.process.wait(PATIENCE) is not None


@pytest.mark.parametrize("height", [1, 2, 5, 8, 24])
def test_a_board_is_never_higher_than_the_screen_and_what_stands_comes_first(height):
    board = Board(root="/docs", space="DOCS", held=tuple(f"held {n}" for n in range(30)))
    board.events.extend(f"event {n}" for n in range(100))
    lines = [line.plain for line in drawing(board, height)]
    assert len(lines) <= height
    assert lines[0].startswith("confsync")
    if height == 24:
        assert "and 23 more" in "".join(lines)
        assert lines[-1] == "event 99"


def test_control_z_gives_the_shell_its_terminal_and_who_comes_back_gets_what_was_saved_meanwhile(
    synced, terminal
):
    at = terminal(synced.root)
    at.until("or when a file is saved")
    begin = len(at.shown)
    at.type("\x1a")
    _, status = os.waitpid(at.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    while at._read(0.1):
        pass
    assert BACK in at.shown[begin:]
    assert CURSOR in at.shown[begin:]
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    os.kill(at.process.pid, signal.SIGCONT)
    assert AWAY in at.until("update notes.md")
    at.process.terminate()
    assert at.rest() in (0, 143)
