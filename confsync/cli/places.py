"""Paths as people type them, converted to paths inside the root."""

from __future__ import annotations

import os
from pathlib import Path

import click

from confsync.model import DocPath


def document_path(root: Path, typed: Path) -> DocPath:
    """Return what a typed path means: relative to the current folder when that lies in the root, else to the root."""
    candidates = [Path(os.path.normpath(base / typed)) for base in (Path().absolute(), root)]
    inside = [candidate for candidate in candidates if candidate != root and candidate.is_relative_to(root)]
    if not inside:
        raise click.UsageError(f"{typed} is not inside {root}.")
    chosen = next((candidate for candidate in inside if candidate.exists()), inside[-1])
    return DocPath(chosen.relative_to(root).as_posix())


def covers(place: DocPath | None, path: DocPath) -> bool:
    """Say whether a path is the place, or below it; None is everything."""
    return place is None or path == place or path.startswith(f"{place}/")
