"""Writes the pages that are made from the code, so that they cannot fall behind it.

errors.md and decisions.md are made whole; formats.md from its marked line on, of the converter's case files. Run it
with `make docs`; a test compares its results with the pages.
"""

from __future__ import annotations

import inspect
import runpy
from collections.abc import Iterator
from pathlib import Path

from confsync import errors
from confsync.errors import ConfsyncError, ExitCode
from confsync.planning.table import TABLE, LocalChange, RemoteChange

HERE = Path(__file__).parent

CODES = {
    ExitCode.IN_SYNC: "In sync, or the command did all it was to do. Remarks (a broken link, a raw block) leave it at 0.",
    ExitCode.PENDING: "Changes are pending: `status`, `diff` and `--dry-run` found something to do.",
    ExitCode.USAGE: "The command line, `confsync.toml` or the credentials are wrong or missing. Nothing was done.",
    ExitCode.HALTED: "A guard stopped the run before it changed anything, on either side.",
    ExitCode.HELD: "Done, but some pages are in conflict or held. Everything else was brought over.",
    ExitCode.REMOTE: "Confluence could not be reached, refused the login, or did not answer as itself.",
    ExitCode.LOCAL: "A file or the folder could not be read or written, or another confsync is at work on it.",
    ExitCode.LEDGER: "The ledger could not be opened, or was written by a newer confsync.",
    ExitCode.CONVERSION: "A document could not be converted, or the result could not be verified; it was not sent.",
}

HEAD = """\
# Exit codes and errors

This page is made from the code by `make docs`.

Every error says what happened, to which page or file, what was *not* changed, and what to do. Trouble with one page is an
entry in the report and never stops the other pages; the errors below end a run.

## Exit codes

| code | meaning |
|-----:|---------|
"""

MIDDLE = """
Of several reasons the smallest of 3, 5, 6, 7 and 8 is given; those win over 4, and 4 wins over 1 and 0.

Beside these: 130 or 143 when a signal ended the command, 141 when the reader of its output went away, and 70 for a mistake
in confsync itself. Then one line says where the details were written, `.confsync/crash.log`; they hold no credentials.

With `--json`, an error is printed as an object, too:

```json
{"actions": [], "summary": {}, "error": {"code": 5, "kind": "Unreachable", "message": "…", "where": "…", "hint": "…"}}
```

## Errors
"""


DECISIONS = """\
# What is decided

This page is made from the code by `make docs`: it is the table that the program itself goes by.

A file and its page have agreed once; that is the *base*. What happens next depends on what changed on each side since then.
"Moved" means another place in the tree or another title. A page counts as "deleted" only when it was seen in the trash; one
that is merely not to be seen is "unknown". Directions drop effects, they decide nothing differently: a `push` does not touch
files, a `pull` does not touch pages.
"""

FILE = {
    LocalChange.SAME: "The file is as it was",
    LocalChange.CHANGED: "The file was edited",
    LocalChange.MOVED: "The file was moved or renamed",
    LocalChange.MOVED_CHANGED: "The file was edited and moved",
    LocalChange.DELETED: "The file is gone",
    LocalChange.PROBLEM: "The file cannot be read or used",
}
SEEN = {
    RemoteChange.SAME: "as it was",
    RemoteChange.CHANGED: "edited",
    RemoteChange.MOVED: "moved",
    RemoteChange.MOVED_CHANGED: "edited and moved",
    RemoteChange.DELETED: "deleted",
    RemoteChange.UNKNOWN: "unknown",
}


def pages() -> dict[str, str]:
    """Return the text of each page that is made from the code, by file name."""
    return {"errors.md": errors_page(), "decisions.md": decisions_page(), "formats.md": formats_page()}


def errors_page() -> str:
    """Return the text of docs/errors.md."""
    codes = "".join(f"| {int(code)} | {CODES[code]} |\n" for code in ExitCode)
    return HEAD + codes + MIDDLE + "".join(_section(kind) for kind in _classes(ConfsyncError))


def decisions_page() -> str:
    """Return the text of docs/decisions.md."""
    return DECISIONS + "".join(_decisions(local) for local in LocalChange)


def formats_page() -> str:
    """Return the text of docs/formats.md: what people wrote in it, and the constructs."""
    made = runpy.run_path(str(HERE / "formats_page.py"))
    written = (HERE / "formats.md").read_text(encoding="utf-8").partition(made["BEGIN"])[0]
    return str(written + made["constructs"]())


def _decisions(local: LocalChange) -> str:
    rows = "".join(f"| {SEEN[remote]} | {TABLE[local, remote].sentence} |\n" for remote in RemoteChange)
    return f"\n## {FILE[local]}\n\n| the page is | what is done |\n|---|---|\n{rows}"


def _classes(kind: type[ConfsyncError]) -> Iterator[type[ConfsyncError]]:
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield below
            yield from _classes(below)


def _section(kind: type[ConfsyncError]) -> str:
    level = "###" if kind.__base__ is ConfsyncError else "####"
    text = " ".join((inspect.getdoc(kind) or "").split())
    hint = f"\nWhat to do: {kind.default_hint}\n" if kind.default_hint else ""
    return f"\n{level} {kind.__name__} (exit code {int(kind.exit_code)})\n\n{text}\n{hint}"


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
