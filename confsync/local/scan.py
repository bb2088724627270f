"""What the root holds at one time: documents, the files they refer to, and what is wrong with the rest. Reads only.

What could not be read, or could be read in two ways, is a problem of that path. Nothing is inferred from it, and it
never ends the scan.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from confsync.local.ignore import IgnoreRules
from confsync.local.listing import Listing, Status, normal, printable, status_of, stays_inside
from confsync.local.reading import Inspect, Reader
from confsync.model import DocPath, LocalAsset, LocalDoc, Problem
from confsync.planning.assets import resolve_link
from confsync.planning.names import is_document


@dataclass(slots=True)
class Contents:
    """What was read. `problems` are those of files; the listing has its own."""

    docs: dict[DocPath, LocalDoc] = field(default_factory=dict)
    assets: dict[DocPath, LocalAsset] = field(default_factory=dict)
    problems: dict[DocPath, Problem] = field(default_factory=dict)


def read_contents(
    root: Path,
    listing: Listing,
    rules: IgnoreRules,
    reader: Reader,
    inspect: Inspect,
    *,
    also: Collection[DocPath] = (),
) -> Contents:
    """Read the listed documents and the assets they refer to; `also` are further assets that are wanted."""
    contents = Contents()
    for spelling, status, problem in _named(listing):
        path = DocPath(printable(spelling))
        if problem is not None:
            contents.problems[_escaped(path, spelling) if path in contents.docs else path] = problem
            continue
        read = _read_document(path, spelling, status, reader, inspect)
        if isinstance(read, Problem):
            contents.problems[path] = read
        else:
            contents.docs[path] = read
    _read_assets(root, listing, rules, reader, contents, also=also)
    return contents


def _read_document(
    path: DocPath, spelling: str, status: Status, reader: Reader, inspect: Inspect
) -> LocalDoc | Problem:
    if isinstance(status, Problem):
        return status
    read = reader.document(spelling, status, inspect)
    if isinstance(read, Problem):
        return read
    file, facts = read
    if facts.problem is not None:
        return _told(facts.problem)
    return LocalDoc(path=path, spelling=spelling, hash=file.hash, size=file.stat.size, facts=facts)


def _told(problem: str) -> Problem:
    kind, _, detail = problem.partition(":")
    return Problem(kind.strip(), detail.strip() or kind.strip())


# ---- names ------------------------------------------------------------------------------------------------------


def _named(listing: Listing) -> Iterator[tuple[str, Status, Problem | None]]:
    """Yield the documents in path order, each with what is wrong with its name.

    Of two that differ only in Unicode form the one in NFC comes first, so that a twin never takes its place.
    """
    seen: dict[str, str] = {}

    def order(item: tuple[str, Status]) -> tuple[str, bool]:
        return normal(item[0]), item[0] != normal(item[0])

    for spelling, status in sorted(listing.documents, key=order):
        yield spelling, status, _name_problem(spelling, seen)


def _name_problem(spelling: str, seen: dict[str, str]) -> Problem | None:
    """Say what is wrong with a name; `seen` holds the names before it by what they are on other file systems."""
    if printable(spelling) != spelling:
        return Problem("name", "its name is not valid UTF-8")
    if any(unicodedata.category(character) == "Cc" for character in spelling):
        return Problem("name", "its name holds a control character")
    twin = seen.setdefault(normal(normal(spelling).lower()), spelling)
    if twin == spelling:
        return None
    if normal(twin) == normal(spelling):
        return Problem("name", f"it has the name of {twin} in another Unicode form")
    return Problem(
        "name", f"its name differs only by case from {twin}, and many file systems cannot store both"
    )


def _escaped(path: DocPath, spelling: str) -> DocPath:
    r"""Return a path for a twin that has none of its own: letters outside ASCII stand as `\uNNNN`."""
    return DocPath(spelling.encode("ascii", "backslashreplace").decode()) if spelling != path else path


# ---- assets -----------------------------------------------------------------------------------------------------


def _read_assets(
    root: Path,
    listing: Listing,
    rules: IgnoreRules,
    reader: Reader,
    contents: Contents,
    *,
    also: Collection[DocPath],
) -> None:
    # One document of each directory stands for all that have the same link: resolving is most of an idle scan.
    links = {
        (doc.path.rpartition("/")[0], link): doc.path
        for doc in contents.docs.values()
        for link in doc.facts.links
    }
    targets = (resolve_link(document, link) for (_, link), document in links.items())
    wanted = {target for target in targets if target is not None}
    for path in sorted(wanted.union(also)):
        spelling = _asset_spelling(root, listing, path)
        if spelling is None or rules.refuses_asset(spelling):
            if path in also and os.path.lexists(f"{root}/{spelling or path}"):
                listing.ignored.add(path)  # hidden is not deleted
            continue
        read = _read_asset(root, path, spelling, reader)
        if isinstance(read, Problem):
            contents.problems[path] = read
        elif read is not None:
            contents.assets[path] = read


def _asset_spelling(root: Path, listing: Listing, path: DocPath) -> str | None:
    """Return how an existing file is spelled on the disk; None for documents, directories and what is not there."""
    if is_document(path.name) or path in listing.directories:
        return None
    if path in listing.files:
        return listing.files[path]
    if (path.parent or "") in listing.directories:
        return None
    # Directories that were not walked, such as `.attachments`, may hold images all the same.
    return path if os.path.isfile(f"{root}/{path}") and stays_inside(root, root / path) else None  # noqa: PTH113  # takes any name


def _read_asset(root: Path, path: DocPath, spelling: str, reader: Reader) -> LocalAsset | Problem | None:
    status = status_of(root, root / spelling)
    if isinstance(status, Problem):
        return None if status.kind == "vanished" else status
    file = reader.asset(spelling, status)
    if isinstance(file, Problem):
        return file
    return LocalAsset(path=path, spelling=spelling, hash=file.hash, size=file.stat.size)
