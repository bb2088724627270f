"""Errors become words and codes; names written by strangers do no harm on a terminal."""

import errno
import json
import sqlite3

import click
import pytest

from confsync.cli import exits
from confsync.cli.options import Invocation
from confsync.cli.render import line
from confsync.cli.words import printable
from confsync.errors import AuthError, ConfigError, ExitCode, MassDeletion, NotFound, Unreachable
from confsync.model import DocPath
from confsync.sync.report import Entry


def test_text_in_all_scripts_is_shown_as_it_is():
    text = "Grüße, 東京 — שלום 👩‍🔬 ☕️"
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb", "a b"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u00a0b", "a b"),
        ("a\udc80b", r"a\udc80b"),
        ("\x9b31m", r"\x9b31m"),
    ],
)
def test_what_moves_the_cursor_or_the_direction_is_shown_escaped(text, shown):
    assert printable(text) == shown


def test_an_error_says_what_where_what_was_left_alone_and_what_to_do():
    text = exits.words(MassDeletion("9 pages would be trashed.", where="docs"))
    assert text.splitlines()[0] == "docs: 9 pages would be trashed."
    assert "Nothing was changed." in text
    assert "--allow-deletes" in text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), 2),
        (MassDeletion("x"), 3),
        (Unreachable("x"), 5),
        (OSError(errno.ENOSPC, "No space left on device", "a.md"), 6),
        (PermissionError(errno.EACCES, "Permission denied", "a.md"), 6),
        (sqlite3.OperationalError("disk I/O error"), 7),
        (KeyboardInterrupt(), 130),
        (click.UsageError("x"), 2),
        (SystemExit(3), 3),
    ],
)
def test_every_error_has_its_code(error, code, capsys):
    assert exits.explain(error, Invocation()) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_full_disk_says_what_to_do(capsys):
    exits.explain(OSError(errno.ENOSPC, "No space left on device", "a.md"), Invocation())
    told = capsys.readouterr().err
    assert "a.md: No space left on device." in told
    assert "Make room" in told


def test_a_mistake_of_ours_is_one_line_with_the_details_in_a_file_and_no_token_in_either(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("CONFLUENCE_USER", "ann@example.com")
    monkeypatch.setenv("CONFLUENCE_TOKEN", "hush/hush")
    (tmp_path / ".confsync").mkdir()
    seen = "hush/hush and hush%2Fhush and YW5uQGV4YW1wbGUuY29tOmh1c2gvaHVzaA=="
    code = exits.explain(KeyError(seen), Invocation(root=tmp_path))
    told = capsys.readouterr().err
    details = (tmp_path / ".confsync" / "crash.log").read_text()
    assert code not in set(ExitCode)
    assert "Traceback" not in told
    assert "crash.log" in told
    assert "KeyError" in details
    for text in (told, details):
        assert not any(secret in text for secret in seen.split(" and "))


def test_without_a_root_the_details_go_to_a_temporary_file(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    exits.explain(ZeroDivisionError(), Invocation())
    (log,) = tmp_path.iterdir()
    assert log.name in capsys.readouterr().err
    assert "ZeroDivisionError" in log.read_text()


def test_a_secret_that_was_looked_up_is_taken_out_of_errors(capsys):
    exits.explain(AuthError("Refused: hush-hush."), Invocation(secrets=["hush-hush"]))
    assert "hush" not in capsys.readouterr().err


def test_with_json_an_error_is_an_object_too(capsys):
    exits.explain(NotFound("No such space.", where="NOPE"), Invocation(json=True))
    body = json.loads(capsys.readouterr().out)
    assert (body["actions"], body["summary"]) == ([], {})
    assert (body["error"]["code"], body["error"]["kind"], body["error"]["where"]) == (5, "NotFound", "NOPE")


@pytest.mark.parametrize(
    ("codes", "speaks"),
    [([], 0), ([0, 1], 1), ([4, 1], 4), ([4, 8, 6], 6), ([3, 5], 3), ([0, 8], 8)],
)
def test_of_several_codes_the_worst_speaks(codes, speaks):
    assert ExitCode.of_all(ExitCode(code) for code in codes) == speaks


def test_remarks_of_a_kind_are_shown_once_with_their_number():
    notes = ("raw: <a>", "unresolved: no page or file here: x.md", "raw: <b>", "raw: <c>")
    shown = line(Entry(action="update", path=DocPath("a.md"), detail="done", notes=notes))
    assert shown.endswith("done; raw: <a> (and 2 more); unresolved: no page or file here: x.md")
