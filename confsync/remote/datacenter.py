"""Confluence Data Center: v1 throughout, at any context path.

Routes and their parameters are those of Atlassian's Data Center OpenAPI file (10.0.3), except for the list of a page's
versions, which is published nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import Any, Final
from urllib.parse import quote

from confsync.errors import IncompleteListing, NotFound, Rejected, RemoteError
from confsync.model import (
    Attachment,
    Flavor,
    Folder,
    Page,
    PageId,
    PageVersion,
    ParentType,
    Sha,
    Site,
    Space,
    Status,
    title_key,
)
from confsync.outcome import (
    Applied,
    NewPage,
    Outcome,
    PageUpdate,
    Reason,
    Refused,
    Unknown,
    Upload,
)
from confsync.planning.stand_ins import CHILDREN_LIST, as_folder, directory_stamp
from confsync.remote import v1
from confsync.remote.absence import is_id, settle_trashing, spaces_hint
from confsync.remote.attachments import download, file_route
from confsync.remote.connected import Connected
from confsync.remote.described import DataCenterDescribed
from confsync.remote.http import Call, Params
from confsync.remote.pages import is_later, kept, parts, rows
from confsync.remote.payloads import LabelRow, Listing, global_labels
from confsync.remote.payloads_v1 import V1Attachment, V1Page, V1Space, V1Version
from confsync.remote.search import Searching
from confsync.remote.stand_ins import NoFolders, as_wanted, told_again, trash_stand_in
from confsync.remote.v1 import CONTENT
from confsync.remote.wire import Wire

LIMIT: Final = 100
"""Rows to ask for at once; Data Center gives fewer by itself where expansions are heavy."""

_LISTED: Final = "version,ancestors"
_READ: Final = "version,ancestors,body.storage,metadata.labels"
_NAME_TAKEN: Final = re.compile(r"same file ?name|already exists", re.IGNORECASE)
_VERSIONS: Final = ("/rest/experimental/content/{}/version", "/rest/api/content/{}/version")
"""Where the list of a page's versions is: in most releases, and in the latest. No published file has either."""
_MOST_VERSIONS_WALKED: Final = 50


class DataCenter(Connected, NoFolders, DataCenterDescribed, Searching):
    """The port `Remote` over Confluence Data Center. Safe to share between threads."""

    flavor = Flavor.DATACENTER
    account = "key"

    def __init__(self, wire: Wire, known: Site | None = None) -> None:
        super().__init__(wire, known)
        self._scans = True

    # ---- spaces -------------------------------------------------------------------------------------------------

    def space(self, key: str) -> Space:
        """Find a space by key, without regard to case; NotFound with the keys that could be meant."""
        try:
            found = self._wire.read(
                f"/rest/api/space/{quote(key, safe='~')}", V1Space, [("expand", "homepage")]
            )
        except NotFound:
            said = f"There is no space {key}, or this account may not see it."
            raise NotFound(said, where=key, hint=self._similar(key)) from None
        return found.noun()

    def _similar(self, key: str) -> str:
        try:
            seen = self._wire.read("/rest/api/space", Listing[V1Space], [("limit", LIMIT)])
        except RemoteError:
            return "Check the space in confsync.toml."
        return spaces_hint(key, [row.key for row in seen.results])

    # ---- pages --------------------------------------------------------------------------------------------------

    def pages(self, space: Space, *, bodies: bool = False) -> Sequence[Page]:
        """List all current pages of a space, the homepage among them; with bodies come labels, at no further request.

        IncompleteListing when it breaks off, or shows nothing of a space that has a homepage.
        """
        params = [
            ("spaceKey", space.key),
            ("type", "page"),
            ("status", "current"),
            ("expand", _READ if bodies else _LISTED),
            ("limit", LIMIT),
        ]
        listed = self._walked(params)
        if not listed and space.homepage_id is not None:
            raise IncompleteListing(f"Confluence shows no page of space {space.key}, not even its homepage.")
        return [self._with_body(page) for page in listed] if bodies else listed

    def _walked(self, params: Params) -> list[Page]:
        """Walk by cursor (7.18 and later), which misses nothing that moves meanwhile; by offsets where there is none."""
        if self._scans:
            try:
                return self._kept(f"{CONTENT}/scan", params)
            except (NotFound, Rejected):
                self._scans = False
        return self._kept(CONTENT, params)

    def _kept(self, path: str, params: Params) -> list[Page]:
        base = self._wire.base
        return kept(
            self._wire, path, Listing[V1Page], params, read=lambda row: row.listed(base), newer=is_later
        )

    def newest(self, space: Space) -> Iterator[Page]:
        """Yield current pages, the last modified first, as the search index knows them: a hint, some seconds old."""
        cql = f"type = page and space = {v1.quoted(space.key)} order by lastmodified desc"
        params = [("cql", cql), ("expand", _LISTED), ("limit", 25)]
        for part in parts(self._wire, f"{CONTENT}/search", Listing[V1Page], params):
            yield from (row.noun(self._wire.base) for row in part.results if row.published)

    def _with_body(self, page: Page) -> Page:
        return page if page.body is not None else self.page(page.id) or page

    def page(self, page_id: PageId, *, version: int | None = None) -> Page | None:
        """Read one page with body and labels, or an old version's body; None when it is absent or invisible.

        A trashed page is returned with that status.
        """
        if version is not None:
            return self._old(page_id, version)
        row = self._row(page_id, [("status", "any"), ("expand", _READ)])
        if row is None or not row.published:
            return None
        page = row.noun(self._wire.base)
        if page.labels is not None:
            return page
        # In the trash a page is not found by the routes of what hangs on it.
        there = page.status is Status.CURRENT
        return replace(page, labels=self._labels(page_id) if there else ())

    def _old(self, page_id: PageId, version: int) -> Page | None:
        """Read an old version; the current one is not historical and has to be asked for as itself."""
        expand = ("expand", "version,ancestors,body.storage")
        row = self._row(page_id, [("status", "historical"), ("version", version), expand])
        row = row or self._row(page_id, [("status", "any"), expand])
        if row is None or row.version.number != version:
            return None
        return replace(row.noun(self._wire.base), id=page_id)

    def _row(self, page_id: PageId, params: Params) -> V1Page | None:
        try:
            return self._wire.read(f"{CONTENT}/{page_id}", V1Page, params) if is_id(page_id) else None
        except NotFound:
            return None

    def _labels(self, page_id: PageId) -> tuple[str, ...]:
        params = [("prefix", "global"), ("limit", 200)]
        listing = parts(self._wire, f"{CONTENT}/{page_id}/label", Listing[LabelRow], params)
        return global_labels(row for part in listing for row in part.results)

    def find_title(self, space: Space, title: str) -> Page | None:
        """Find the current page that holds a title, with body; in another case only as far as Data Center looks so."""
        params = [
            ("spaceKey", space.key),
            ("type", "page"),
            ("title", title),
            ("status", "current"),
            ("expand", f"{_LISTED},body.storage"),
            ("limit", LIMIT),
        ]
        found = rows(self._wire, CONTENT, Listing[V1Page], params, newer=_is_newer)
        pages = [row.noun(self._wire.base) for row in found if row.published]
        matching = [page for page in pages if title_key(page.title) == title_key(title)]
        return min(matching, key=lambda page: (page.status is not Status.CURRENT, page.id), default=None)

    def history(self, page_id: PageId) -> Sequence[PageVersion]:
        """List a page's versions, newest first; NotFound when there is no such page."""
        for path in _VERSIONS:
            with suppress(NotFound, Rejected):
                listing = parts(self._wire, path.format(page_id), Listing[V1Version], [("limit", LIMIT)])
                found = {row.number: row.noun() for part in listing for row in part.results}
                return [found[number] for number in sorted(found, reverse=True)]
        return self._walked_history(page_id)

    def _walked_history(self, page_id: PageId) -> Sequence[PageVersion]:
        """Read the newest versions one by one where the list is not to be had."""
        current = self._row(page_id, [("status", "any"), ("expand", "version")])
        if current is None:
            raise NotFound("There is no such page, or this account may not see it.", where=page_id)
        newest = current.version.number
        older = range(newest - 1, max(0, newest - _MOST_VERSIONS_WALKED), -1)
        params = [[("status", "historical"), ("version", n), ("expand", "version")] for n in older]
        found = [row for one in params if (row := self._row(page_id, one)) is not None]
        return [current.version.noun(), *(row.version.noun() for row in found)]

    # ---- writing pages ------------------------------------------------------------------------------------------

    def create_page(self, page: NewPage) -> Outcome[Page]:
        """Create a page (v1 `createContent`); without a parent at the top of the space. Siblings are made in turns.

        Its message is not sent: the version that vouches for a text is the one that holds it, which is the next.
        """
        return self._create(page, {})

    def _create(self, page: NewPage, more: dict[str, Any]) -> Outcome[Page]:
        body = {
            "type": "page",
            "title": page.title,
            "space": {"key": page.space.key},
            "body": _storage(page.body),
            **_below(page.parent_id),
            **more,
        }
        call = Call(method="POST", path=CONTENT, params=[("expand", _READ)], body=body)
        with self._turns.of(f"below {page.parent_id}"):
            outcome = self._wire.write(call, V1Page)
        return self._as_page(outcome, page.title, page.parent_id)

    def update_page(self, update: PageUpdate) -> Outcome[Page]:
        """Write a new version (v1 `update`): title, parent and body at once, under the version lock.

        The parent is always sent: some releases move a page to the top of its space otherwise.
        """
        body = {
            "id": update.page_id,
            "type": "page",
            "status": "current",
            "title": update.title,
            "version": {"number": update.version, "message": update.message, "minorEdit": not update.notify},
            "body": _storage(update.body),
            **_below(update.parent_id),
        }
        path, params = f"{CONTENT}/{update.page_id}", [("conflictPolicy", "abort")]
        outcome = self._wire.write(Call(method="PUT", path=path, params=params, body=body), V1Page)
        written = self._as_page(outcome, update.title, update.parent_id)
        if isinstance(written, Applied) and written.value.version != update.version:
            return Unknown(f"the answer speaks of version {written.value.version}, not of {update.version}")
        return written

    def _as_page(self, outcome: Outcome[V1Page], title: str, parent: PageId | None) -> Outcome[Page]:
        """Take a write's answer for the page; a title or parent that it does not name is the one that was sent."""
        if not isinstance(outcome, Applied):
            return outcome
        page = outcome.value.called(title).noun(self._wire.base)
        if outcome.value.ancestors is None and parent is not None:
            page = replace(page, parent_id=parent, parent_type=ParentType.PAGE)
        return Applied(page)

    def create_folder(
        self, space: Space, title: str, parent_id: PageId | None, message: str = ""
    ) -> Outcome[Folder]:
        """Create an empty page with a list of its children and the message: the nearest thing to a folder.

        A page that is all of that already, but for the message, is it. One more write where a create lost the message.
        """
        wanted = NewPage(space=space, title=title, parent_id=parent_id, body=CHILDREN_LIST, message=message)
        outcome = self._create(wanted, {"version": {"number": 1, "message": message}} if message else {})
        if isinstance(outcome, Refused) and outcome.reason is Reason.TITLE_TAKEN:
            outcome = as_wanted(self, wanted, outcome)
        if isinstance(outcome, Applied) and message and directory_stamp(outcome.value.message) is None:
            outcome = self.update_page(told_again(wanted, outcome.value))
        return Applied(as_folder(outcome.value)) if isinstance(outcome, Applied) else outcome

    def trash_page(self, page_id: PageId) -> Outcome[None]:
        """Move a page to the trash (v1 `delete` without a status, which never purges what is trashed already)."""
        outcome = self._wire.write(Call(method="DELETE", path=f"{CONTENT}/{page_id}"), NoneType)
        return settle_trashing(self.page, page_id, outcome)

    def reorder_page(self, page_id: PageId, sibling_id: PageId, *, behind: bool) -> Outcome[None]:
        """Refuse: the REST API of Data Center (10.0.3 OpenAPI) has nothing that changes the order of siblings."""
        del page_id, sibling_id, behind
        return Refused(Reason.INVALID, 0, "Data Center has no way for programs to change the order of pages")

    def trash_folder(self, folder_id: PageId) -> Outcome[None]:
        """Move a page that stands for a directory to the trash, if it has no children."""
        return trash_stand_in(self._wire, self, folder_id)

    # ---- labels -------------------------------------------------------------------------------------------------

    def add_labels(self, page_id: PageId, labels: Iterable[str]) -> Outcome[tuple[str, ...]]:
        """Add global labels; the answer is all labels of the page."""
        wanted = list(labels)
        outcome = v1.bad_label(wanted) or v1.add_labels(self._wire, page_id, wanted)
        return v1.labels_told(outcome, lambda: self._labels(page_id))

    def remove_label(self, page_id: PageId, label: str) -> Outcome[None]:
        """Remove one global label; one that is not there counts as applied."""
        return v1.remove_label(self._wire, page_id, label)

    # ---- attachments --------------------------------------------------------------------------------------------

    def attachments(self, page_id: PageId) -> Sequence[Attachment]:
        """List a page's current attachments; NotFound when there is no such page."""
        return self._listed(page_id, [])

    def _listed(self, page_id: PageId, more: Params) -> Sequence[Attachment]:
        params = [("expand", "version,metadata.comment,extensions"), ("limit", LIMIT), *more]
        found = rows(self._wire, f"{CONTENT}/{page_id}/child/attachment", Listing[V1Attachment], params)
        return [row.noun(page_id) for row in found]

    def trashed_attachments(self, page_id: PageId, ids: Iterable[str]) -> frozenset[str]:
        """Say which of these attachments of a page are in the trash: one request for each (v1 `getContentById`)."""
        del page_id
        return frozenset(one for one in ids if v1.is_trashed(self._wire, one))

    def trash_attachment(self, page_id: PageId, attachment_id: str) -> Outcome[None]:
        """Move an attachment to the trash (v1 `removeAttachment`); one that is gone counts as applied."""
        with self._turns.of(f"files of {page_id}"):
            return v1.trash_attachment(self._wire, f"{CONTENT}/{page_id}/child/attachment/{attachment_id}")

    def upload(self, upload: Upload) -> Outcome[Attachment]:
        """Send a file, streamed. A name that exists already becomes a new version of it.

        ChangedUnderneath or UnreadableFile when the file is not what it was; it is not uploaded then.
        """
        with self._turns.of(f"files of {upload.page_id}"):
            if upload.attachment_id is not None:
                return self._complete(v1.upload_version(self._wire, upload, upload.attachment_id))
            outcome = v1.upload_new(self._wire, upload, "POST")
            if isinstance(outcome, Refused) and _NAME_TAKEN.search(outcome.text):
                outcome = self._upload_again(upload, outcome)
            return self._complete(outcome)

    def _upload_again(self, upload: Upload, refused: Refused) -> Outcome[Attachment]:
        """Send a file whose name is taken as a new version: there is no create-or-update on Data Center."""
        try:
            found = self._listed(upload.page_id, [("filename", upload.name)])
        except RemoteError as error:
            return Refused(refused.reason, refused.status, error.message)
        known = next((one.id for one in found if one.name == upload.name), None)
        return refused if known is None else v1.upload_version(self._wire, upload, known)

    def _complete(self, outcome: Outcome[Attachment]) -> Outcome[Attachment]:
        if not isinstance(outcome, Applied) or outcome.value.version:
            return outcome
        return v1.with_version(outcome.value, self._listed)

    def download(self, attachment: Attachment, target: Path) -> Sha:
        """Fetch a file's content into `target`, streamed, checked by length; return its hash."""
        return download(self._wire, attachment, file_route(attachment), target)


def _is_newer(row: V1Page, known: V1Page) -> bool:
    return row.version.number >= known.version.number


def _storage(body: str) -> dict[str, Any]:
    return {"storage": {"value": body, "representation": "storage"}}


def _below(parent: PageId | None) -> dict[str, Any]:
    return {} if parent is None else {"ancestors": [{"id": parent}]}
