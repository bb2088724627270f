"""`confsync convert`: the converter without a server, on files and folders."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from confsync.cli import exits
from confsync.cli.files import Source, collect, read_text, write_text
from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.cli.words import printable, shortened
from confsync.errors import ConfsyncError, ConversionError, ExitCode
from confsync.markup import put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.front_matter import split
from confsync.sync.translate import told

_PATTERNS = {"storage": (".md", ".markdown"), "markdown": (".xml", ".xhtml", ".html", ".storage")}
_SUFFIX = {"storage": ".xml", "markdown": ".md"}


@dataclass(frozen=True, slots=True)
class _Bases:
    """Both texts as they were when they agreed."""

    markdown: str
    storage: str


@click.command
@directory_option
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--to", "target", type=click.Choice(["storage", "markdown"]), required=True, help="What to make."
)
@click.option(
    "--output", metavar="DIR", type=click.Path(path_type=Path), help="Where to write. Default: stdout."
)
@click.option(
    "--base-markdown", metavar="F", type=click.Path(path_type=Path), help="The Markdown at the last sync."
)
@click.option(
    "--base-storage", metavar="F", type=click.Path(path_type=Path), help="The storage at the last sync."
)
@pass_invocation
def convert(
    invocation: Invocation,
    *,
    sources: tuple[Path, ...],
    target: str,
    output: Path | None,
    base_markdown: Path | None,
    base_storage: Path | None,
) -> ExitCode:
    """Convert Markdown to Confluence's storage format, or back; no server is asked.

    SOURCE is a file, a folder, or - for standard input. One file goes to standard output, several need --output.
    Front matter is not part of a page's body and stays out. With both bases, only what changed since then is
    converted and put into the other base's own bytes. Remarks go to standard error.
    """
    here = invocation.start()
    found = collect([here / s if str(s) != "-" else s for s in sources], _PATTERNS[target], _SUFFIX[target])
    _check_usage(found, sources, output, (base_markdown, base_storage))
    bases = None
    if base_markdown is not None and base_storage is not None:
        bases = _Bases(read_text(here / base_markdown), read_text(here / base_storage))
    folder = here / output if output else None
    return exits.worst([_convert_one(source, target, folder, bases) for source in found])


def _check_usage(
    found: Sequence[Source],
    sources: Sequence[Path],
    output: Path | None,
    bases: tuple[Path | None, Path | None],
) -> None:
    if (bases[0] is None) != (bases[1] is None):
        raise click.UsageError("--base-markdown and --base-storage go together.")
    if bases[0] is not None and len(found) != 1:
        raise click.UsageError("With base texts, SOURCE is one file.")
    several = len(found) != 1 or found[0].from_folder
    if output is None and several:
        raise click.UsageError("Several files need --output DIR.")
    if not found:
        names = ", ".join(str(s) for s in sources)
        click.echo(f"confsync: there is nothing to convert in {printable(names)}", err=True)


def _convert_one(source: Source, target: str, output: Path | None, bases: _Bases | None) -> ExitCode:
    """Convert one file; its trouble is told and ends nothing but its own turn."""
    try:
        text, notes = _converted(read_text(source.path), target, bases)
        for note in notes:
            click.echo(shortened(f"{printable(str(source.path))}: {printable(note)}"), err=True)
        if output is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        else:
            write_text(output / source.target, text, source)
    except ConfsyncError as error:
        return _tell(error)
    except RecursionError:
        return _tell(ConversionError("The text is nested too deeply.", where=str(source.path)))
    return ExitCode.IN_SYNC


def _tell(error: ConfsyncError) -> ExitCode:
    click.echo(f"confsync: {exits.words(error)}", err=True)
    return error.exit_code


def _converted(text: str, target: str, bases: _Bases | None) -> tuple[str, Sequence[str]]:
    if target == "storage":
        body = split(text)[1]
        done = put_storage(split(bases.markdown)[1], bases.storage, body) if bases else to_storage(body)
        return done.text, told(done)
    if bases is None:
        done = to_markdown(text)
        return done.text, told(done)
    front, body = split(bases.markdown)
    done = put_markdown(bases.storage, body, text)
    return front.source + done.text, told(done)
