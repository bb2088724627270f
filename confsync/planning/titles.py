"""Titles: what each document asks for, and what it gets. Titles are unique in a space without regard to case.

Decided from the tree and the ledger before anything is sent, never in answer to an error. A page that has a title
keeps it. The others, in path order, get the title they ask for if it is free, else with as many parents' titles as it
takes (`Clustering (Operations, v3.4)`), else with the file's name as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from confsync.model import Base, DocPath, LocalDoc, title_key
from confsync.planning.layout import Layout, UnderDocument, is_index
from confsync.planning.policy import TitleClash

LONGEST = 255


def own_title(doc: LocalDoc) -> str:
    """Return the title a file asks for: front matter, else first H1, else its name (an index: its directory's).

    Without blanks around it, which Confluence trims: a page would have to be renamed again and again.
    """
    asked = doc.facts.front_title or doc.facts.heading
    if asked and asked.strip():
        return _folded(asked)[:LONGEST].rstrip()
    directory = doc.path.parent if is_index(doc.path) else None
    return _folded(doc.path.stem if directory is None else directory.name) or "Untitled"


def _folded(title: str) -> str:
    """Return a title with single blanks. A page's may have others, which a file does not hold: they tell nothing apart."""
    return " ".join(title.split())


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of all documents. `clashes` names, for each file that got none, the file that has its title."""

    assigned: Mapping[DocPath, str]
    own: Mapping[DocPath, str]
    clashes: Mapping[DocPath, DocPath] = field(default_factory=dict)


def assign_titles(
    docs: Mapping[DocPath, LocalDoc],
    bound: Mapping[DocPath, Base],
    layout: Layout,
    clash: TitleClash,
    places: Mapping[DocPath, str] | None = None,
) -> Titles:
    """Give each document its title. `bound` are the rows of documents that have a page already.

    `places` are the titles of pages of ours that stand in for directories: they are taken, too.
    """
    own = {path: own_title(doc) for path, doc in docs.items()}
    kept = {path: row.title for path, row in bound.items() if own.get(path) == _folded(row.own_title)}
    having = (*sorted((places or {}).items()), *sorted(kept.items(), reverse=True))
    taken = {title_key(title): path for path, title in having}
    assigned, clashes = dict(kept), dict[DocPath, DocPath]()
    for path in sorted(docs.keys() - kept.keys()):
        title = _free_title(path, own, taken, layout, clash)
        if title is None:
            clashes[path] = taken[title_key(own[path])]
        else:
            assigned[path] = title
            taken[title_key(title)] = path
    return Titles(assigned, own, clashes)


def _free_title(
    path: DocPath, own: Mapping[DocPath, str], taken: Mapping[str, DocPath], layout: Layout, clash: TitleClash
) -> str | None:
    candidates = _candidates(path, own, layout) if clash is TitleClash.PARENTS else iter((own[path],))
    return next((title for title in candidates if title_key(title) not in taken), None)


def _candidates(path: DocPath, own: Mapping[DocPath, str], layout: Layout) -> Iterator[str]:
    """Yield the own title, then with one parent more each time, then with the file's name, then with a number."""
    title = own[path]
    yield title
    parents: list[str] = []
    for parent in layout.lineage(path):
        name = (
            own.get(parent.path, parent.path.stem) if isinstance(parent, UnderDocument) else parent.path.name
        )
        parents.append(name)
        yield suffixed(title, parents)
    yield suffixed(title, [*parents, path.name])
    number = 2
    while True:
        yield suffixed(title, [*parents, path.name, str(number)])
        number += 1


def suffixed(title: str, names: list[str]) -> str:
    """Put the names in brackets behind the title; a title too long for both gives way."""
    suffix = f" ({', '.join(names)})"
    if len(suffix) > LONGEST // 2:  # the end tells apart: names nearest to the top, the number
        suffix = f" (…{suffix[-LONGEST // 2 :]}"
    return title[: LONGEST - len(suffix)].rstrip() + suffix
