"""`confsync convert`: the converter without a server, on files and folders."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from confsync.cli import exits
from confsync.cli.exported import body_of
from confsync.cli.files import Found, Output, Source, collect, read_text
from confsync.cli.folder_links import FolderLinks, markdown_links, storage_links
from confsync.cli.options import Invocation, directory_option, pass_invocation
from confsync.cli.words import printable, shortened
from confsync.errors import ConfsyncError, ConversionError, ExitCode
from confsync.markup import Conversion, NoteKind, put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.document import Document
from confsync.markup.file.front_matter import split
from confsync.markup.links import Links
from confsync.markup.slugs import headings_in
from confsync.model import DocPath

_PATTERNS = {"storage": (".md", ".markdown"), "markdown": (".xml", ".xhtml", ".html", ".storage")}
_SUFFIX = {"storage": ".xml", "markdown": ".md"}
_REMARKS = {
    NoteKind.RAW: "kept raw, because Markdown cannot express it",
    NoteKind.MALFORMED: "not well-formed, kept as it is",
    NoteKind.HTML_AS_TEXT: "shown as text, because Confluence has no such HTML",
    NoteKind.HTML_AS_CODE: "shown as code, because Confluence has no such HTML",
    NoteKind.HTML_REPAIRED: "HTML was repaired",
    NoteKind.UNSAFE: "removed because it would be executed",
    NoteKind.TOO_DEEP: "nested too deeply, kept as text",
    NoteKind.CHARACTERS: "characters that XML forbids were replaced",
    NoteKind.COLD: "converted anew, not spliced",
    NoteKind.UNRESOLVED: "the target is not known",
    NoteKind.COMMENT_LOST: "a comment lost all the words it was on",
    NoteKind.UNVERIFIED: "does not read back as intended",
}


@dataclass(frozen=True, slots=True)
class _Bases:
    """Both texts as they were when they agreed."""

    markdown: str
    storage: str


@dataclass(slots=True)
class _Job:
    """One call: what is made, where it goes, and what the files of each folder link to."""

    target: str
    output: Output | None
    bases: _Bases | None
    links: Mapping[Path, FolderLinks | None] = field(default_factory=dict)

    def links_of(self, source: Source) -> Links | None:
        """Return the links of one file; None for a file that was named by itself."""
        found = self.links.get(source.folder) if source.folder else None
        if found is None or source.folder is None:
            return None
        storage = self.target == "storage"
        path = source.path.relative_to(source.folder) if storage else source.target
        try:
            return found.of(DocPath(path.as_posix()))
        except ValueError:
            return None


@click.command(
    short_help="Convert files without a server.",
    epilog="Example: confsync convert --to markdown --output docs export/",
)
@directory_option
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--to", "target", type=click.Choice(["storage", "markdown"]), required=True, help="What to make."
)
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where to write; created if needed. Default for a single file: standard output.",
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

    SOURCE is a file, a folder, or - for standard input. One file goes to standard output, several need --output. In
    a folder, .md files are taken for storage, .xml and .html for Markdown; links among them lead to each other.

    Bodies are converted: front matter stays out, a heading stays in. With both bases, only what changed since then
    is converted and put into the other base's own bytes. Remarks go to standard error.
    """
    here = invocation.start()
    found = collect(here, sources, _PATTERNS[target], _SUFFIX[target])
    _check_usage(found, sources, here / output if output else None, (base_markdown, base_storage))
    job = _Job(target, Output(here / output, found.files) if output else None, None)
    if base_markdown is not None and base_storage is not None:
        job.bases = _Bases(
            read_text(here / base_markdown, str(base_markdown)),
            body_of(read_text(here / base_storage, str(base_storage)), str(base_storage)),
        )
    job.links = {folder: _links(found, folder, target) for folder in found.folders}
    codes = [_tell(trouble) for trouble in found.troubles]
    codes += [_convert_one(source, job) for source in found.files]
    _tell_sum(codes, output, [str(s) for s in sources], _PATTERNS[target])
    return ExitCode.of_all(codes)


def _links(found: Found, folder: Path, target: str) -> FolderLinks | None:
    return markdown_links(folder) if target == "storage" else storage_links(found.files, folder)


def _check_usage(
    found: Found, sources: Sequence[Path], output: Path | None, bases: tuple[Path | None, Path | None]
) -> None:
    if (bases[0] is None) != (bases[1] is None):
        raise click.UsageError("--base-markdown and --base-storage go together.")
    if bases[0] is not None and (len(sources) != 1 or found.folders):
        raise click.UsageError("With base texts, SOURCE is one file.")
    if output is None and (len(sources) != 1 or found.folders):
        raise click.UsageError("Several files need --output DIR.")
    if output is not None and output.exists() and not output.is_dir():
        raise click.UsageError(f"--output {printable(str(output))} is a file; name a folder.")


def _convert_one(source: Source, job: _Job) -> ExitCode:
    """Convert one file; an error is reported and does not stop the others."""
    try:
        _doubt(source, job.target)
        done = _converted(source, job)
        for remark in dict.fromkeys(_remarks(done)):
            click.echo(f"{printable(source.shown)}: {printable(remark)}", err=True)
        if job.output is not None:
            job.output.write(done.text, source)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(done.text.encode("utf-8", "replace"))
    except ConfsyncError as error:
        return _tell(error)
    except RecursionError:
        return _tell(ConversionError("The text is nested too deeply.", where=source.shown))
    return ExitCode.IN_SYNC


def _doubt(source: Source, target: str) -> None:
    """Remark on a file whose name says that it is in the target format already."""
    if source.path.suffix.lower() in _PATTERNS["markdown" if target == "storage" else "storage"]:
        other = "markdown" if target == "storage" else "storage"
        click.echo(f"{printable(source.shown)}: is this {target} already? Then use --to {other}", err=True)


def _remarks(done: Conversion) -> list[str]:
    return [
        shortened(f"{_REMARKS[note.kind]}: {note.detail}" if note.detail else _REMARKS[note.kind])
        for note in done.notes
    ]


def _tell(error: ConfsyncError) -> ExitCode:
    click.echo(f"confsync: {exits.words(error)}", err=True)
    return error.exit_code


def _tell_sum(
    codes: Sequence[ExitCode], output: Path | None, names: list[str], suffixes: Sequence[str]
) -> None:
    """Say what came of it all where the results themselves do not."""
    good = sum(code is ExitCode.IN_SYNC for code in codes)
    if not codes:
        kinds = ", ".join(suffixes)
        click.echo(f"confsync: nothing to convert: no {kinds} in {printable(', '.join(names))}", err=True)
    elif output is not None:
        failed = f", {len(codes) - good} not converted" if good < len(codes) else ""
        files = "file" if good == 1 else "files"
        click.echo(f"confsync: {good} {files} written to {printable(str(output))}{failed}", err=True)


def _converted(source: Source, job: _Job) -> Conversion:
    text, links = read_text(source.path, source.shown), job.links_of(source)
    if job.target == "storage":
        return to_storage(split(text)[1], links=links) if job.bases is None else _put_storage(job.bases, text)
    body = body_of(text, source.shown)
    return to_markdown(body, links=links) if job.bases is None else _put_markdown(job.bases, body)


def _put_storage(bases: _Bases, text: str) -> Conversion:
    """Put a changed file into a page's body. The heading that is the title has no place there, if it had none."""
    old, new = Document.parse(bases.markdown), Document.parse(text)
    if _says_title(old, bases.storage):
        return put_storage(split(bases.markdown)[1], bases.storage, split(text)[1])
    return put_storage(old.body, bases.storage, new.body)


def _put_markdown(bases: _Bases, body: str) -> Conversion:
    document = Document.parse(bases.markdown)
    if _says_title(document, bases.storage):
        front, rest = split(bases.markdown)
        done = put_markdown(bases.storage, rest, body)
        return Conversion(front.source + done.text, done.notes)
    done = put_markdown(bases.storage, document.body, body)
    return Conversion(document.with_body(done.text), done.notes)


def _says_title(document: Document, storage: str) -> bool:
    """Say whether the heading that is a file's title is in the body, too: `convert` itself leaves it there."""
    first = headings_in(storage)[:1] if document.title_from_heading else ()
    return any(heading.text == document.title for heading in first)
