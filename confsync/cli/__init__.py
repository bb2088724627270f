"""The command line: click, words and wiring; no decisions.

One file per command. `wiring` constructs everything real, `render` turns a report into text or JSON, `exits` turns
errors into words and exit codes.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from confsync import __version__
from confsync.cli import exits
from confsync.cli.options import Invocation, directory_option

COMMANDS: Mapping[str, str] = {
    "init": "init",
    "push": "run",
    "pull": "run",
    "sync": "run",
    "watch": "watch",
    "status": "status",
    "diff": "diff",
    "resolve": "resolve",
    "convert": "convert",
    "doctor": "doctor",
    "sandbox": "sandbox",
    "demo": "demo",
}
"""Each command and the module of this package that has it, in the order of the help."""


class _LazyGroup(click.Group):
    """Imports a command when it is asked for: `confsync status` need not load a web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"confsync.cli.{COMMANDS[cmd_name]}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@directory_option
@click.version_option(__version__, prog_name="confsync")
def cli() -> None:
    """Keep a folder of Markdown and a Confluence space the same.

    Exit codes: 0 in sync, 1 changes pending, 2 usage or settings, 3 halted by a guard and nothing changed, 4 done with
    conflicts or held pages, 5 remote, 6 local files, 7 ledger, 8 conversion.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; never raises, never prints a traceback."""
    invocation = Invocation()
    exits.make_streams_tolerant()
    try:
        code = cli.main(arguments, prog_name="confsync", standalone_mode=False, obj=invocation)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - the outermost edge: whatever comes becomes words and a code
        return exits.explain(error, invocation)
    return int(code or 0)


def main() -> NoReturn:
    """Be the console script."""
    sys.exit(run())
