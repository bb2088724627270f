"""What differs between documents and their base texts, or their pages as they are now. For people; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from confsync.errors import LocalError
from confsync.model import Base, BaseTexts, DocPath, LocalSnapshot, Page
from confsync.sync.details import scan
from confsync.sync.normal_hashes import body_hash
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.translate import Translator


@dataclass(frozen=True, slots=True)
class Difference:
    """One document's two texts; None where there is none. They may be equal."""

    path: DocPath
    before: str | None
    after: str | None


def with_base(tree: LocalTree, ledger: Ledger) -> Iterator[Difference]:
    """Yield each document beside its base text, in path order. No request is made."""
    local = scan(tree, ledger)
    rows = _rows(ledger)
    for path in sorted(rows.keys() | local.docs.keys()):
        row, doc = rows.get(path), local.docs.get(path)
        if local.blind_to(path) or (row and doc and row.local_hash == doc.facts.text_hash):
            continue
        yield Difference(path, ledger.texts(row.page_id).markdown if row else None, _text(tree, path, local))


def with_pages(tree: LocalTree, ledger: Ledger, remote: Remote, space_key: str) -> Iterator[Difference]:
    """Yield each document beside what its page would make of it now, in path order.

    A page that is not to be seen is left out: nothing is known of it.
    """
    local = scan(tree, ledger)
    rows = _rows(ledger)
    space = remote.space(space_key)
    pages = {page.id: page for page in remote.pages(space)}
    site = remote.site()
    translator = Translator(
        space=space,
        base_url=site.base_url,
        flavor=site.flavor,
        titles={path: row.title for path, row in rows.items()},
        docs=local.docs,
        assets=frozenset(local.assets),
        page_ids={path: row.page_id for path, row in rows.items()},
        sent=ledger.attachments(),
    )
    for path in sorted(rows.keys() | local.docs.keys()):
        row = rows.get(path)
        if local.blind_to(path) or (row and row.page_id not in pages):
            continue
        theirs = _theirs(ledger, remote, translator, row, pages[row.page_id]) if row else None
        yield Difference(path, theirs, _text(tree, path, local))


def _theirs(ledger: Ledger, remote: Remote, translator: Translator, row: Base, page: Page) -> str | None:
    texts = ledger.texts(row.page_id)
    if page.version == row.version or texts.markdown is None:
        return texts.markdown
    read = remote.page(row.page_id)
    if read is None or read.body is None or body_hash(read.body) == row.body_hash:
        return texts.markdown
    if texts.storage is None:
        old = remote.page(row.page_id, version=row.version)
        texts = BaseTexts(texts.markdown, old.body if old else None)
    names = translator.names(row.path, row.page_id)
    return translator.to_file(row.path, texts.markdown or "", texts, read.body, names)[0]


def _rows(ledger: Ledger) -> Mapping[DocPath, Base]:
    return {row.path: row for row in ledger.rows().values()}


def _text(tree: LocalTree, path: DocPath, local: LocalSnapshot) -> str | None:
    """Return a document's text; None when it does not exist, or disappeared meanwhile."""
    if path not in local.docs:
        return None
    try:
        return tree.read(path).decode("utf-8", "replace")
    except LocalError:
        return None
