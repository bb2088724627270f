"""What the search index says of attachments and labels: a hint, never a fact. Cloud and Data Center search alike.

Titles and names are never searched for; queries hold keys and ids only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from confsync.errors import AuthError, RemoteError
from confsync.model import Attachment, PageId, Space
from confsync.outcome import FolderHint, SearchHint
from confsync.remote.label_search import IDS, LabelSearch
from confsync.remote.pages import parts
from confsync.remote.payloads import Listing, global_labels, page_id
from confsync.remote.payloads_v1 import Hit
from confsync.remote.v1 import CONTENT, quoted
from confsync.remote.wire import Wire

LIMIT: Final = 250
"""The hits that are asked for at once; Confluence lowers that to 200 when something is expanded (v1 paging)."""

AMONG: Final = 200
"""The most pages that a query names, so that one answer can hold them, and as many as a brief look reads."""

_OF_FILES: Final = "container,version,metadata.comment,extensions"
_OF_PAGES: Final = "metadata.labels,version"
_OF_BOTH: Final = f"{_OF_FILES},metadata.labels"
_OF_FOLDERS: Final = "metadata.labels,version,ancestors"


@dataclass(slots=True)
class _Told:
    """What the queries brought so far."""

    files: dict[PageId, dict[str, Attachment]] = field(default_factory=dict)
    labels: dict[PageId, tuple[str, ...]] = field(default_factory=dict)
    versions: dict[PageId, int | None] = field(default_factory=dict)
    folders: dict[PageId, FolderHint] = field(default_factory=dict)

    def hint(self, *, whole: bool, among: frozenset[PageId], at: datetime | None) -> SearchHint:
        """Return it as what the engine asked for."""
        return SearchHint(
            labels=self.labels,
            versions=self.versions,
            files={owner: tuple(found.values()) for owner, found in self.files.items()},
            whole=whole,
            among=among,
            folders=self.folders,
            at=at,
        )


class Searching:
    """The part of the port `Remote` that asks the search index, which is the same on both deployments."""

    _wire: Wire

    def hints(
        self,
        space: Space,
        *,
        labels: bool = False,
        brief: bool = False,
        among: Sequence[PageId] = (),
        folders: Sequence[PageId] = (),
        pages: int = 0,
    ) -> SearchHint | None:
        """Ask the search index which pages have attachments; None when search does not answer.

        `labels` are told only when asked for, at one more request for 200 pages, or fewer where `pages` says how many
        there are: without it an empty mapping says nothing. The other options: see `hints`.
        """
        label_search = LabelSearch(
            ask=partial(_of_kind, self._wire, f"type = page and space = {quoted(space.key)}"),
            names=partial(self._label_names, space),
            pages=pages,
        )
        return hints(
            self._wire,
            space.key,
            labels=labels,
            brief=brief,
            among=among,
            folders=folders,
            label_search=label_search,
        )

    def _label_names(self, space: Space) -> Collection[str] | None:
        """List the labels of a space; None where that cannot be asked."""
        del space
        return None

    def signs(self, space: Space) -> Mapping[str, str] | None:
        """Ask the search index for labels, files and comments; None when search does not answer. See `signs`."""
        return signs(self._wire, space.key)


def hints(
    wire: Wire,
    key: str,
    *,
    labels: bool,
    brief: bool = False,
    among: Sequence[PageId] = (),
    folders: Sequence[PageId] = (),
    label_search: LabelSearch,
) -> SearchHint | None:
    """Ask which pages of a space have attachments and, when wanted, which labels pages have.

    One request for 200 attachments, and one for 200 pages with `labels`, more where Confluence gives fewer at once.
    `brief`: at most 200 of each, those modified last. `among`: ask about these pages instead, at most 200; up to 200 of
    their attachments are listed in addition. `folders`: ask about these as well, if search knows folders. None when
    search does not answer; AuthError when the login is refused.
    """
    told = _Told()
    try:
        if labels and not (brief or among) and _all(wire, told, key, label_search):
            return told.hint(whole=True, among=frozenset(), at=wire.http.time())
        whole = _files(wire, told, f"type = attachment and space = {quoted(key)}", brief=brief)
        at: datetime | None = None
        if labels:
            within = _ids("id", (*folders, *among)) if among else f"space = {quoted(key)}"
            all_told = _folders(wire, told, within) if folders else None
            if all_told is None:
                all_told = _labels(wire, told, f"type = page and {within}", brief=brief)
            at = wire.http.time() if all_told else None
        inside = not whole and among and _files(wire, told, _ids("container", among), brief=True)
    except AuthError:
        raise
    except RemoteError:
        return None
    return told.hint(whole=whole, among=frozenset(among if whole or inside else ()), at=at)


def signs(wire: Wire, key: str) -> Mapping[str, str] | None:
    """Ask, with one request, for what changes without a new version of the page; None when search does not answer.

    Returns, by id, the labels of the contents of a space that were modified last, as many as one answer holds, or for
    attachments and comments their versions. AuthError when the login is refused.
    """
    cql = f"type in (page, attachment, comment) and space = {quoted(key)}"
    try:
        return {
            str(hit.id): _sign(hit) for hits, _ in _answers(wire, cql, _OF_PAGES, enough=1) for hit in hits
        }
    except AuthError:
        raise
    except RemoteError:
        return None


def _sign(hit: Hit) -> str:
    if hit.type != "page":
        return f"{hit.type} {hit.number}"
    labels = hit.metadata.labels if hit.metadata else None
    return "page " + " ".join(sorted(global_labels(labels.results))) if labels else "page"


def _ids(field_name: str, ids: Sequence[PageId]) -> str:
    kind = "type = attachment and " if field_name == "container" else ""
    return f"{kind}{field_name} in ({', '.join(quoted(one) for one in ids[:AMONG])})"


def _files(wire: Wire, told: _Told, cql: str, *, brief: bool) -> bool:
    """Read attachments; say whether these are all that the index has."""
    for hits, last in _answers(wire, cql, _OF_FILES, enough=AMONG if brief else None):
        for hit in hits:
            _take_file(told, hit, wire.base)
        if last:
            return True
    return False


def _folders(wire: Wire, told: _Told, within: str) -> bool | None:
    """Read labels of pages and places of folders from one answer; say as `_labels` does; None where search knows no folders."""
    try:
        return _labels(wire, told, f"type in (page, folder) and {within}", brief=True, expand=_OF_FOLDERS)
    except AuthError:
        raise
    except RemoteError:
        return None


def _all(wire: Wire, told: _Told, key: str, by_name: LabelSearch) -> bool:
    """Read all attachments, and all pages' labels, from the same answers; or labels by name where that takes fewer.

    False when such answers are not to be had.
    """
    cql = f"type in (page, attachment) and space = {quoted(key)}"
    found, tried = _Told(), False
    try:
        for hits, last in _answers(wire, cql, _OF_BOTH, enough=None):
            for hit in hits:
                (_take_file if hit.type == "attachment" else _take)(found, hit, wire.base)
            others = None if tried or last else by_name.beyond(found.labels)
            tried = True
            if others is not None:
                found.labels |= others
                found.versions = {**dict.fromkeys(others), **found.versions}
                _files(wire, found, f"type = attachment and space = {quoted(key)}", brief=False)
                break
    except AuthError:
        raise
    except RemoteError:
        return False
    told.labels, told.versions, told.files = found.labels, found.versions, found.files
    return bool(found.labels)


def _labels(wire: Wire, told: _Told, cql: str, *, brief: bool, expand: str = _OF_PAGES) -> bool:
    """Read labels; say whether these are all that the index has."""
    for hits, last in _answers(wire, cql, expand, enough=AMONG if brief else None):
        for hit in hits:
            _take(told, hit, wire.base)
        if last:
            return True
    return False


def _take_file(told: _Told, hit: Hit, where: str) -> None:
    owner = page_id(hit.container.id) if hit.container else None
    if owner is None:
        raise RemoteError("The search does not say which page an attachment belongs to.", where=where)
    told.files.setdefault(owner, {})[str(hit.id)] = hit.file(owner)


def _take(told: _Told, hit: Hit, where: str) -> None:
    if hit.type == "folder":
        told.folders[PageId(str(hit.id))] = FolderHint(hit.title or "", hit.above)
        return
    found = hit.metadata.labels if hit.metadata else None
    if found is None:
        raise RemoteError("The search does not return labels.", where=where)
    if found.next is None:
        told.labels[PageId(str(hit.id))] = global_labels(found.results)
        told.versions[PageId(str(hit.id))] = hit.number


def _of_kind(wire: Wire, kind: str, condition: str, expand: str) -> Iterator[tuple[Sequence[Hit], bool]]:
    return _answers(wire, f"{kind} and {condition}" if condition else kind, expand, enough=None)


def _answers(
    wire: Wire, cql: str, expand: str, *, enough: int | None
) -> Iterator[tuple[Sequence[Hit], bool]]:
    """Yield the hits of each answer, the last modified first, and whether it was the last one.

    Ends behind the answer that makes `enough` hits: how many one holds is Confluence's choice, not ours.
    """
    expanded = [("expand", expand), ("limit", LIMIT)] if expand else [("limit", IDS)]
    params = [("cql", f"{cql} order by lastmodified desc"), *expanded]
    told = 0
    for part in parts(wire, f"{CONTENT}/search", Listing[Hit], params):
        yield part.results, part.next is None
        told += len(part.results)
        if enough is not None and told >= enough:
            return
