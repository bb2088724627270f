"""What a folder's file system can do, found out with a probe that is removed again."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from confsync.cli.finding import Finding, Level
from confsync.config import Settings
from confsync.errors import ExitCode

_LITTLE = 100 * 1024 * 1024
_COMPOSED, _DECOMPOSED = "probe-\u00e9", "probe-e\u0301"


def folder_findings(found: Settings) -> Iterator[Finding]:
    """Look at the root: may we write, how much room is there, how are names compared."""
    state = found.root / ".confsync"
    try:
        with tempfile.TemporaryDirectory(
            prefix=".confsync-probe-", dir=state if state.is_dir() else found.root
        ) as name:
            probe = Path(name)
            yield Finding("folder", Level.OK, f"{found.root} can be written")
            yield _case(probe)
            yield _unicode(probe)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        advice = "Check who owns the folder and whether it is mounted read-only."
        yield Finding("folder", Level.ERROR, f"cannot be written: {reason}", advice, ExitCode.LOCAL)
    yield from _room(found.root)
    yield from _watches(found.root)


def _case(probe: Path) -> Finding:
    (probe / "probe-case").touch()
    if (probe / "PROBE-CASE").exists():
        return Finding(
            "case",
            Level.OK,
            "names that differ only in case are one file here; confsync creates no such names",
        )
    return Finding("case", Level.OK, "names that differ only in case are two files")


def _unicode(probe: Path) -> Finding:
    (probe / _COMPOSED).touch()
    names = {path.name for path in probe.iterdir()}
    if _COMPOSED not in names:
        text = "names are stored in another Unicode form; confsync compares them in one form"
        return Finding("Unicode", Level.OK, text)
    same = (probe / _DECOMPOSED).exists()
    return Finding(
        "Unicode",
        Level.OK,
        "one form" if same else "forms are distinguished; confsync creates names in one form",
    )


def _watches(root: Path, limit: Path = Path("/proc/sys/fs/inotify/max_user_watches")) -> Iterator[Finding]:
    """Linux watches each directory by itself, and a user has so many watches for all programs together."""
    try:
        most = int(limit.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
    folders = sum(1 for _, _, _ in islice(os.walk(root), most))
    if folders * 2 > most:
        text = f"the folder has {folders} folders or more, and a user may watch only {most}"
        advice = "Raise fs.inotify.max_user_watches (sysctl) before `confsync watch`; otherwise it scans the folder."
        yield Finding("watch", Level.WARNING, text, advice)
    else:
        yield Finding("watch", Level.OK, f"{folders} of at most {most} folders to watch")


def _room(root: Path) -> Iterator[Finding]:
    try:
        free = shutil.disk_usage(root).free
    except OSError:
        return
    if free < _LITTLE:
        yield Finding(
            "disk", Level.WARNING, f"{free // 1024 // 1024} MiB are free", "Make room before a large pull."
        )
