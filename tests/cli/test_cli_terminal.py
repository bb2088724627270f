"""What a person at a terminal sees, and a pipe does not."""

import os
import pty
import select
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


# A terminal turns Ctrl-C into a signal only for the process that it controls.
CONTROLLED = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, '-m', 'confsync', *sys.argv[1:]])"
)
PATIENCE = 60.0


def at_a_terminal(*arguments, answers=(), env=None):
    """Run a command with a terminal for all its streams; return its exit code and what was shown.

    `answers` are pairs: what to wait for, and what is typed then.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", CONTROLLED, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **(env or {})},
    )
    os.close(theirs)
    try:
        return _conversation(ours, process, list(answers))
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _conversation(ours, process, answers):
    shown, heard = "", 0
    while select.select([ours], [], [], PATIENCE)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        shown += piece.decode("utf-8", "replace")
        if answers and answers[0][0] in shown[heard:]:
            heard = len(shown)
            os.write(ours, answers.pop(0)[1].encode())
    return process.wait(PATIENCE), shown


def test_a_terminal_shows_a_table_and_a_pipe_lines(project):
    code, shown = at_a_terminal("push", "-C", project.root, "--dry-run")
    assert code == 1
    assert "─────" in shown
    piped = project.run("push", "--dry-run")
    assert "─" not in piped.out
    assert "\x1b" not in piped.out + piped.err
    assert piped.err == ""


def test_no_colour_where_none_is_wanted(project):
    _, shown = at_a_terminal("push", "-C", project.root, "--dry-run", env={"NO_COLOR": "1"})
    assert "\x1b[36m" not in shown
    assert "guide/install.md" in shown


def test_json_is_json_at_a_terminal_too(project):
    _, shown = at_a_terminal("status", "-C", project.root, "--json")
    assert '{"actions": [' in shown


def test_init_offers_the_keyring_at_a_terminal_and_takes_no_for_an_answer(offline):
    arguments = ("init", "-C", offline.root, "--url", "https://example.org", "--space", "A")
    code, shown = at_a_terminal(*arguments, answers=[("keyring?", "n\n")])
    assert code == 0
    assert "keyring?" in shown
    assert offline.path("confsync.toml").is_file()


def test_init_does_not_show_the_token_that_is_typed(offline):
    arguments = ("init", "-C", offline.root, "--url", "https://example.org", "--space", "A")
    code, shown = at_a_terminal(
        *arguments, answers=[("keyring?", "y\n"), ("User", "ann@example.com\n"), ("Token", "hush-hush\n")]
    )
    assert code == 0
    assert "Token" in shown
    assert "hush-hush" not in shown
