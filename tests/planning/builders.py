"""Small words for planning tests: documents, pages, rows, worlds."""

from __future__ import annotations

from confsync.model import (
    Base,
    DocFacts,
    DocPath,
    LocalDoc,
    LocalSnapshot,
    Page,
    PageId,
    RemoteSnapshot,
    Space,
    SpaceId,
    sha,
)
from confsync.planning.evidence import Evidence, Remembered
from confsync.planning.policy import Policy
from confsync.planning.world import World

ROOT = PageId("1")
SPACE = Space(id=SpaceId("9"), key="DOCS", name="Docs", homepage_id=ROOT)


def doc(
    path: str,
    text: str = "text",
    *,
    title: str | None = None,
    page_id: str | None = None,
    labels=None,
    links=(),
):
    facts = DocFacts(
        text_hash=sha(text),
        front_title=title,
        front_id=PageId(page_id) if page_id else None,
        labels=labels,
        links=links,
    )
    return LocalDoc(path=DocPath(path), spelling=path, hash=sha("raw" + text), size=len(text), facts=facts)


def page(page_id: str, title: str, *, version: int = 1, parent: str | None = ROOT, body: str | None = None):
    parent_id = PageId(parent) if parent else None
    return Page(id=PageId(page_id), title=title, version=version, parent_id=parent_id, body=body)


def row(
    page_id: str,
    path: str,
    title: str,
    *,
    text: str = "text",
    version: int = 1,
    body: str = "body",
    parent=None,
    **more,
):
    values = {
        "own_title": title,
        "local_hash": sha(text),
        "body_hash": sha(body),
        "parent_id": PageId(parent) if parent else None,
    }
    return Base(
        page_id=PageId(page_id), path=DocPath(path), version=version, title=title, **{**values, **more}
    )


def world(
    *, docs=(), pages=(), rows=(), policy: Policy | None = None, evidence=None, local=None, **remote
) -> World:
    """A world in which every body that was read has the hash of its text."""
    bodies = {p.id: sha(p.body) for p in pages if p.body is not None}
    folder = LocalSnapshot(docs={d.path: d for d in docs}, **(local or {}))
    space = RemoteSnapshot(space=SPACE, root_id=ROOT, pages={p.id: p for p in pages}, **remote)
    known = Remembered(rows={r.page_id: r for r in rows})
    return World(
        known, folder, space, evidence or Evidence(body_hashes=bodies), policy or Policy(space_key="DOCS")
    )
