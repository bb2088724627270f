"""Names of attachments and of their files: what each side calls what the other side sent. Strings only.

An attachment's name is unique on its page without regard to case. A file's name must be valid on every file system, visible
to the next scan, and not that of a document. Each name is derived once; after that the ledger remembers both.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from typing import Final

from confsync.model import DocPath, sha, title_key
from confsync.planning.names import MAX_NAME_BYTES, is_device, is_document

_ROOM: Final = 40
"""Bytes left in a file's name for what tells a conflict copy, or two alike."""

_LONGEST_SUFFIX: Final = 40

MAX_NAME: Final = 255
"""Confluence's limit for an attachment's name (markup/FACTS.md 14)."""

_NOT_IN_NAMES: Final = re.compile(r"[/\\:*?\"<>|\x00-\x1f\x7f]")
_NOT_IN_FILES: Final = re.compile(r"[/\\:*?\"<>|]|[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN: Final = re.compile(
    r"[.~#].* | .*~ | .*\# | .*\.(?:sw[a-px]|crdownload|part|tmp) | 4913 | thumbs\.db",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""Names that scans pass over because editors and browsers drop such files."""


# ---- attachments of files ---------------------------------------------------------------------------------------


def attachment_names(
    paths: Iterable[DocPath], known: Mapping[DocPath, str] | None = None, taken: Iterable[str] = ()
) -> dict[DocPath, str]:
    """Give each file of one document its name as an attachment: distinct without regard to case.

    `known` names stay as they are, `taken` ones belong to others. Of files with one base name the first in path order
    has it, the others get six digits of their path's hash before the suffix; so a name depends on nothing that a
    later run could see otherwise.
    """
    names = dict(known or {})
    gone = {n.casefold() for n in (*names.values(), *taken)}
    out = {}
    for path in sorted(set(paths)):
        name = names.get(path)
        if name is None:
            name = _clean_name(path.name)
            if name.casefold() in gone:
                name = _marked(name, hashlib.sha256(path.encode()).hexdigest()[:6])
            gone.add(name.casefold())
        out[path] = name
    return out


def _clean_name(name: str) -> str:
    """Return a base name that Confluence and every file system take."""
    clean = _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", name)).strip(" ") or "file"
    return clean if len(clean) <= MAX_NAME else _marked(clean, "")


def _marked(name: str, mark: str) -> str:
    """Put a mark before the suffix, and keep the whole within the limit."""
    stem, suffix = posixpath.splitext(name)
    tail = (f"-{mark}" if mark else "") + suffix[:32]
    return stem[: MAX_NAME - len(tail)] + tail


# ---- files of attachments ---------------------------------------------------------------------------------------


def file_place(document: DocPath, name: str, taken: Container[str] = (), mark: str = "") -> DocPath:
    """Return the place of an attachment that the folder does not know yet: `<page>.assets/<name>`.

    `taken` holds paths folded by `title_key`; a place that is taken gets digits that depend on the name alone.
    """
    folder = document.stem + ".assets"
    directory = document.parent.joined(folder) if document.parent else DocPath(folder)
    place = directory.joined(file_name(name, mark))
    number = 1
    while title_key(place) in taken:
        place = directory.joined(file_name(name, sha(f"{name} {number}")[:6]))
        number += 1
    return place


def file_name(name: str, mark: str = "") -> str:
    """Return a file name for an attachment, whatever Confluence allowed; `mark` goes before the suffix."""
    clean = _NOT_IN_FILES.sub("-", unicodedata.normalize("NFC", name)).strip(" ").rstrip(". ")
    stem, suffix = posixpath.splitext(re.sub(r"\.(?=conflict-v[0-9])", "-", clean, flags=re.IGNORECASE))
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        stem, suffix = stem + suffix, ""
    tail = (f"-{mark}" if mark else "") + suffix
    whole = _cut(stem, MAX_NAME_BYTES - _ROOM - len(tail.encode())) + tail
    tries = (whole, "_" + whole.lstrip(".~#"), f"_{whole.lstrip('.~#')}_")
    return next((one for one in tries if _serves(one)), f"_file-{sha(name)[:6]}")


def _serves(name: str) -> bool:
    """Say whether a name does on every file system, is seen by scans, and is that of an attachment alone."""
    odd = is_device(posixpath.splitext(name)[0]) or is_device(name.partition(".")[0])
    return bool(name) and not (odd or is_document(name) or _UNSEEN.fullmatch(name))


def _cut(text: str, limit: int) -> str:
    """Cut to a number of bytes, at a character."""
    return text.encode("utf-8", "ignore")[: max(limit, 0)].decode("utf-8", "ignore").rstrip(". ")


def conflict_file(path: DocPath, version: int) -> DocPath:
    """Return where an attachment's `version` is written beside the file that differs: `<name>.conflict-v<N>.<ext>`."""
    stem, suffix = posixpath.splitext(path.name)
    ending = f".conflict-v{version}{suffix}"
    if len((stem + ending).encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        stem = (
            _cut(stem, MAX_NAME_BYTES - len(ending.encode("utf-8", "surrogatepass")) - 9)
            + "~"
            + sha(path)[:8]
        )
    return path.parent.joined(stem + ending) if path.parent else DocPath(stem + ending)
