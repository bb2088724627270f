"""Names of files: of a page's file, and of conflict copies. Strings only; no file is read.

Names are valid on every common file system: no Windows device names or forbidden characters, distinct without regard to
case and Unicode form, at most 255 bytes. The full title is in the front matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

from slugify import slugify

from confsync.model import DocPath, PageId, sha

MAX_NAME_BYTES: Final = 255
"""What ext4, APFS and NTFS allow at most (NTFS counts UTF-16 units, of which there are never more)."""

DOCUMENT_SUFFIXES: Final = (".md", ".markdown")

_MAX_STEM_BYTES: Final = 180
"""Leaves room for a suffix, `.conflict-v<N>` with any N, `.assets` and a number that tells two names apart."""

_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"}
    | {f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789¹²³"}
)
"""Names that Windows opens as devices in every folder, with any suffix (Microsoft, "Naming Files, Paths")."""

_FOLDER_PAGES: Final = frozenset({"index", "readme"})
"""Stems that stand for the folder itself, so no page below it may be called so."""

_CONFLICT: Final = re.compile(
    r"(?P<stem>.+)\.conflict-v(?P<version>[0-9]{1,18})\.md", re.IGNORECASE | re.DOTALL
)


def is_document(name: str) -> bool:
    """Say whether a file name is a document's: `.md` or `.markdown`, in any case."""
    return name.lower().endswith(DOCUMENT_SUFFIXES)


def stem_key(name: str) -> str:
    """Return what tells two siblings apart: no document suffix, no case, one Unicode form.

    A page's file and the folder of its children have one key: `Guide.md` and `guide/`.
    """
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    for suffix in DOCUMENT_SUFFIXES:
        key = key.removesuffix(suffix)
    return key


def choose_stem(title: str, taken: Container[str], page_id: PageId) -> str:
    """Return the name of a page's file without its suffix, which is also the name of its children's folder.

    `taken` holds the names of the siblings, files and directories, folded by `stem_key` or `model.title_key`.
    The same arguments give the same name. A name that is taken, reserved or empty gets the page's id.
    """
    stem = slug(title)
    if stem and not _reserved(stem) and not _is_taken(stem, taken):
        return stem
    with_id = _with_id(stem or "page", page_id)
    candidate, number = with_id, 2
    while _is_taken(candidate, taken):
        candidate, number = f"{with_id}-{number}", number + 1
    return candidate


def is_made_of(stem: str, title: str, page_id: PageId) -> bool:
    """Say whether `choose_stem` may have given this stem to a page of this title."""
    plain = slug(title)
    with_id = _with_id(plain or "page", page_id)
    return stem in (plain, with_id) or re.fullmatch(re.escape(with_id) + r"-[0-9]+", stem) is not None


def slug(title: str) -> str:
    """Return a title in lower case with words joined by `-`, letters of all scripts kept; may be empty."""
    text = slugify(title, allow_unicode=True, algorithm="modern")
    return _cut(unicodedata.normalize("NFC", text), _MAX_STEM_BYTES)


def _with_id(stem: str, page_id: PageId) -> str:
    ending = "-" + (slug(page_id) or "0")
    return _cut(stem, _MAX_STEM_BYTES - len(ending.encode())) + ending


def _cut(text: str, limit: int) -> str:
    """Cut to a number of bytes, at a character and not behind a joiner."""
    return text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore").rstrip("-\u200c\u200d")


def _is_taken(stem: str, taken: Container[str]) -> bool:
    key = stem_key(stem)
    return any(key + suffix in taken for suffix in ("", *DOCUMENT_SUFFIXES))


def is_device(stem: str) -> bool:
    """Say whether Windows opens a device by this name, whatever its suffix and case."""
    return stem.strip(" ").lower() in _DEVICES


def _reserved(stem: str) -> bool:
    return stem in _DEVICES or stem in _FOLDER_PAGES


# ---- conflict copies --------------------------------------------------------------------------------------------


def conflict_name(path: DocPath, version: int) -> DocPath:
    """Return where the remote text of `version` is written beside a document: `<stem>.conflict-v<version>.md`.

    If the document's name is too long for that, its stem is cut and a hash of the whole path is added.
    """
    ending = f".conflict-v{version}.md"
    stem, room = path.stem, MAX_NAME_BYTES - len(ending)
    if len(stem.encode("utf-8", "surrogatepass")) > room:
        mark = "~" + sha(path)[:8]
        stem = _cut(stem, room - len(mark)) + mark
    return path.parent.joined(stem + ending) if path.parent else DocPath(stem + ending)


def parse_conflict(path: str) -> tuple[DocPath, int] | None:
    """Return a conflict copy's document, without suffix, and its version; None for a path that is none."""
    folder, slash, name = path.rpartition("/")
    match = _CONFLICT.fullmatch(name)
    if match is None or match["stem"] in (".", ".."):
        return None
    return DocPath(folder + slash + match["stem"]), int(match["version"])
