"""Identity: which file is which page. Decided before anything else; each file and each page is used at most once.

By, in this order: the id in the file's front matter, files that traded places, the ledger's path, the content of the only
missing file, the directory that other files moved with, the title of the only missing file. Anything ambiguous is no match;
similarity is never used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from confsync.model import Base, DocPath, LocalDoc, LocalSnapshot, PageId, Sha, title_key
from confsync.planning.names import is_document
from confsync.planning.titles import own_title


@dataclass(slots=True)
class Matches:
    """`bound` binds rows' page ids to documents; `named` binds pages without a row by the id in a front matter.

    `fresh` are documents without a page. `refused` says why a document may not be used. `contested` are the ids that
    several documents claim, none with a better right: one of them is the page's, so its file is not gone. `unread` says of
    pages whose file is not where it was which file, that cannot be read now, it may be.
    """

    bound: dict[PageId, DocPath] = field(default_factory=dict)
    named: dict[PageId, DocPath] = field(default_factory=dict)
    fresh: set[DocPath] = field(default_factory=set)
    refused: dict[DocPath, str] = field(default_factory=dict)
    contested: set[PageId] = field(default_factory=set)
    unread: dict[PageId, str] = field(default_factory=dict)


_PASSING = frozenset({"unreadable", "busy", "vanished", "conflict-markers"})
"""Problems of files that were documents before, and will be again."""


def match(
    rows: Mapping[PageId, Base],
    local: LocalSnapshot,
    pages: frozenset[PageId],
    departed: frozenset[PageId] = frozenset(),
) -> Matches:
    """Match rows and pages with documents. `pages` are the ids of the current pages that were listed.

    `departed` are those that the ledger had rows of, until they went to the trash.
    """
    found = Matches(fresh=set(local.docs))
    _by_front_matter(rows, local, pages, departed, found)
    _by_exchange(rows, local, found)
    _by_path(rows, found)
    _by_trait(rows, local, found, lambda doc: doc.facts.text_hash, lambda row: row.seen_hash)
    _by_directory(rows, local, found)
    # A title can be had once in a space: a new file that asks for a missing file's title can be no other page.
    _by_trait(rows, local, found, lambda doc: title_key(own_title(doc)), lambda row: title_key(row.own_title))
    _spare_unread(rows, local, found)
    return found


def _by_front_matter(
    rows: Mapping[PageId, Base],
    local: LocalSnapshot,
    pages: frozenset[PageId],
    departed: frozenset[PageId],
    found: Matches,
) -> None:
    claims: dict[PageId, list[DocPath]] = {}
    known = {row.path for row in rows.values()}
    for path, doc in sorted(local.docs.items()):
        if doc.facts.front_id is not None:
            claims.setdefault(doc.facts.front_id, []).append(path)
    for page_id, paths in claims.items():
        row = rows.get(page_id)
        keeper = row.path if row is not None and row.path in paths else paths[0] if len(paths) == 1 else None
        for path in paths:
            found.fresh.discard(path)
            if path != keeper:
                others = ", ".join(p for p in paths if p != path)
                found.refused[path] = f"its front matter has the id {page_id}, and so has that of {others}"
        if keeper is None:
            found.contested.add(page_id)
            continue
        if row is not None:
            found.bound[page_id] = keeper
        elif keeper in known and (page_id in departed or page_id not in pages):
            found.fresh.add(
                keeper
            )  # its page was trashed and made again; the file bears the old one's id still
        elif page_id in pages:
            found.named[page_id] = keeper
        else:
            found.refused[keeper] = (
                f"its front matter has the id {page_id}, but no such page was found: remove or correct it"
            )


def _by_exchange(rows: Mapping[PageId, Base], local: LocalSnapshot, found: Matches) -> None:
    """Bind rows whose files traded places: each file is, unchanged, where another row's file was, which moved as well."""
    free = {i: row for i, row in rows.items() if i not in found.bound and i not in found.contested}
    texts = Counter(row.seen_hash for row in free.values())
    lying: dict[Sha, list[DocPath]] = {}
    for path in sorted(found.fresh):
        lying.setdefault(local.docs[path].facts.text_hash, []).append(path)
    going = {
        i: lying[row.seen_hash][0]
        for i, row in free.items()
        if texts[row.seen_hash] == 1
        and len(lying.get(row.seen_hash, ())) == 1
        and lying[row.seen_hash][0] != row.path
        and not local.blind_to(row.path)
    }
    whose = {row.path: i for i, row in free.items()}
    while staying := {i for i, path in going.items() if path in whose and whose[path] not in going}:
        going = {i: path for i, path in going.items() if i not in staying}
    for page_id, path in going.items():
        found.bound[page_id] = path
        found.fresh.discard(path)


def _by_path(rows: Mapping[PageId, Base], found: Matches) -> None:
    for page_id, row in rows.items():
        if page_id not in found.bound and page_id not in found.contested and row.path in found.fresh:
            found.bound[page_id] = row.path
            found.fresh.discard(row.path)


def _by_trait(
    rows: Mapping[PageId, Base],
    local: LocalSnapshot,
    found: Matches,
    of_doc: Callable[[LocalDoc], Hashable],
    of_row: Callable[[Base], Hashable],
) -> None:
    known = found.bound.keys() | found.contested
    missing = [row for page_id, row in rows.items() if page_id not in known and not local.blind_to(row.path)]
    lost = Counter(of_row(row) for row in missing)
    candidates: dict[Hashable, list[DocPath]] = {}
    for path in sorted(found.fresh):
        candidates.setdefault(of_doc(local.docs[path]), []).append(path)
    for row in missing:
        trait = of_row(row)
        if lost[trait] == 1 and len(candidates.get(trait, ())) == 1:
            path = candidates[trait][0]
            found.bound[row.page_id] = path
            found.fresh.discard(path)


def _by_directory(rows: Mapping[PageId, Base], local: LocalSnapshot, found: Matches) -> None:
    """Bind files that were edited and moved with their directory: other files from it are, unchanged, in the new one."""
    gone: dict[DocPath, set[DocPath]] = {}
    for page_id, path in found.bound.items():
        old, new = (rows[page_id].path, path) if page_id in rows else (path, path)
        while old.parent is not None and new.parent is not None and old.name == new.name and old != new:
            old, new = old.parent, new.parent
            gone.setdefault(old, set()).add(new)
    known = found.bound.keys() | found.contested
    missing = [row for page_id, row in rows.items() if page_id not in known and not local.blind_to(row.path)]
    for row in missing:
        places = {place for place in _carried(row.path, gone) if place in found.fresh}
        if len(places) == 1:
            found.bound[row.page_id] = places.pop()
            found.fresh.discard(found.bound[row.page_id])


def _carried(path: DocPath, gone: Mapping[DocPath, set[DocPath]]) -> Iterator[DocPath]:
    """Yield a file's place if it was moved with a directory above it, or with that of its children."""
    for directory in (DocPath(path[: -len(path.suffix)]), *_above(path)):
        for target in gone.get(directory, ()):
            yield DocPath(target + path[len(directory) :])


def _above(path: DocPath) -> Iterator[DocPath]:
    place = path.parent
    while place is not None:
        yield place
        place = place.parent


def _spare_unread(rows: Mapping[PageId, Base], local: LocalSnapshot, found: Matches) -> None:
    """Keep rows whose files are gone while a file that cannot be read lies where none of theirs was: it may be any of them.

    What lies at such a row's path now waits, or it would take the path from the row.
    """
    known = found.bound.keys() | found.contested
    missing = {i: row for i, row in rows.items() if i not in known and not local.blind_to(row.path)}
    homes = {row.path for i, row in rows.items() if i not in found.bound}
    passing = (p for p, problem in local.problems.items() if problem.kind in _PASSING and is_document(p.name))
    strange = next((path for path in sorted(passing) if path not in homes), None)
    if strange is None or not missing:
        return
    found.unread = dict.fromkeys(
        missing, f"its file is gone, but it may be {strange}, which cannot be read now"
    )
    found.contested |= missing.keys()
    reserved = {row.path: row for row in missing.values()}
    for pages in (found.bound, found.named):
        for page_id in [i for i, path in pages.items() if path in reserved]:
            path = pages.pop(page_id)
            found.contested.add(page_id)
            found.refused[path] = (
                f"the page {reserved[path].title!r} was at this path, and its file may be {strange}"
            )
