"""What all commands share: `-C`, `--json`, and what is known of the running invocation. No decisions about syncing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from confsync.config import find_root
from confsync.errors import RootMissing

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Invocation:
    """One call of the command line: filled while options are read, asked when words are needed at its end.

    `secrets` are what must not appear in any output; `root` and `address` are known once settings were read.
    """

    directory: Path | None = None
    json: bool = False
    root: Path | None = None
    address: str = ""
    secrets: list[str] = field(default_factory=list)

    def start(self) -> Path:
        """Return the folder to start in: -C, else the current one; RootMissing when it is not there."""
        folder = self.directory or Path()
        try:
            absolute = folder.absolute()
        except FileNotFoundError:
            raise RootMissing("The current folder does not exist any more.") from None
        if not absolute.is_dir():
            raise RootMissing("This folder does not exist.", where=str(absolute))
        return absolute

    def find_root(self) -> Path:
        """Return the root this call is about."""
        self.root = find_root(self.start())
        return self.root


def _remember_directory(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Invocation).directory = value


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.ensure_object(Invocation).json = value
    return value


def directory_option(command: F) -> F:
    """Add `-C DIR`, which may stand before the command or behind it."""
    return click.option(
        "-C",
        "start_folder",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        callback=_remember_directory,
        help="Work in DIR. Default: the nearest folder at or above the current one that has a confsync.toml.",
    )(command)


def json_option(command: F) -> F:
    """Add `--json`."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        callback=_remember_json,
        help="Print one JSON object instead of text.",
    )(command)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)
