"""Errors to words and exit codes: the only place where an exception becomes text for a person.

Each says what happened, where, what was not changed and what to do. A bug of confsync becomes one line and a file with
the details; no traceback and no secret is ever printed.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import io
import json
import os
import sqlite3
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import click

from confsync import __version__
from confsync.cli.options import Invocation
from confsync.cli.words import printable
from confsync.errors import ConfigError, ConfsyncError, LedgerError, LocalError, RemoteError

INTERRUPTED = 130
PIPE_CLOSED = 141
MISTAKE = 70
"""A bug of ours: outside of the documented codes, so that nothing takes it for an answer."""


def make_streams_tolerant() -> None:
    """Let names that the terminal cannot show be shown escaped, instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def explain(error: BaseException, invocation: Invocation) -> int:
    """Print what an error means and return the exit code."""
    match error:
        case SystemExit():
            return error.code if isinstance(error.code, int) else 0
        case BrokenPipeError():
            return _pipe_closed()
        case KeyboardInterrupt() | click.Abort():
            _say("Interrupted. What was done is recorded; the next run continues from there.")
            return INTERRUPTED
        case click.ClickException():
            error.show()
            return error.exit_code
        case _:
            return _report(as_ours(error), error, invocation)


def as_ours(error: BaseException) -> ConfsyncError | None:
    """Return an error as one of ours; None when it is a mistake in confsync."""
    match error:
        case ConfsyncError():
            return error
        case sqlite3.Error():
            return LedgerError(
                f"The ledger cannot be used: {error}.",
                hint="Check the free space and permissions. You can move .confsync/ledger.db away: it is rebuilt.",
                unchanged="What was done is recorded.",
            )
        case OSError() if error.errno is not None:
            return _of_system(error)
        case _:
            return None


def _of_system(error: OSError) -> ConfsyncError:
    hints = {
        errno.ENOSPC: "Make room on the disk and run again.",
        errno.EDQUOT: "Make room in your quota and run again.",
        errno.EROFS: "The file system is mounted read-only.",
        errno.EACCES: "Check the permissions.",
        errno.EMFILE: "Raise the limit of open files (ulimit -n).",
    }
    return LocalError(
        f"{error.strerror or type(error).__name__}.",
        where=str(error.filename or ""),
        hint=hints.get(error.errno or 0, "Run again; `confsync doctor` looks for the cause."),
        unchanged="What was done is recorded; the next run continues from there.",
    )


def _report(ours: ConfsyncError | None, error: BaseException, invocation: Invocation) -> int:
    if ours is None:
        _say(_redact(_mistake(error, invocation), invocation))
        return MISTAKE
    if isinstance(ours, RemoteError) and ours.where.startswith("/"):
        ours.where = invocation.address + ours.where
    _say(_redact(words(ours), invocation))
    if invocation.json:
        _print_json(ours, invocation)
    return int(ours.exit_code)


def words(error: ConfsyncError) -> str:
    """Return an error in full: what, where, what was left alone, what to do."""
    where = f"{error.where}: " if error.where else ""
    unchanged = "" if isinstance(error, ConfigError) else error.unchanged
    lines = [f"{where}{error.message}", " ".join(part for part in (unchanged, error.hint) if part)]
    return "\n  ".join(printable(line) for line in lines if line)


def _print_json(error: ConfsyncError, invocation: Invocation) -> None:
    """Print the one object that a program waits for, with the error in it."""
    body = {
        "actions": [],
        "summary": {},
        "error": {
            "code": int(error.exit_code),
            "kind": type(error).__name__,
            "message": _redact(error.message, invocation),
            "where": _redact(error.where, invocation),
            "hint": error.hint,
        },
    }
    click.echo(json.dumps(body))


def _mistake(error: BaseException, invocation: Invocation) -> str:
    where = _write_details(error, invocation)
    kept = f"The details are in {where}; " if where else ""
    return (
        f"This is a bug in confsync ({type(error).__name__}), not in your files.\n  {kept}"
        "what was done so far is recorded, and the next run continues from there. Please report it."
    )


def _write_details(error: BaseException, invocation: Invocation) -> Path | None:
    lines = traceback.format_exception(error)
    head = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} confsync {__version__} Python {sys.version.split()[0]}\n"
    text = _redact(head + "".join(lines), invocation)
    try:
        state = invocation.root / ".confsync" if invocation.root else None
        if state is not None and state.is_dir():
            path = state / "crash.log"
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            return path
        handle, name = tempfile.mkstemp(prefix="confsync-crash-", suffix=".log", text=True)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        return Path(name)
    except OSError:
        return None


def _redact(text: str, invocation: Invocation) -> str:
    """Take credentials out of a text, in every spelling in which they travel."""
    user = os.environ.get("CONFLUENCE_USER", "").strip()
    for secret in (os.environ.get("CONFLUENCE_TOKEN", "").strip(), *invocation.secrets):
        if secret:
            pair = base64.b64encode(f"{user}:{secret}".encode()).decode()
            for spelling in (secret, quote(secret, safe=""), pair):
                text = text.replace(spelling, "[credential]")
    return text


def _pipe_closed() -> int:
    """End quietly when the reader of our output is gone; the interpreter must not try to flush again."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        click.echo(f"confsync: {text}", err=True)
