"""Confluence Cloud: v2 for pages, folders, spaces and listings, v1 for what v2 does not have.

Routes and their parameters are those of Atlassian's Cloud v2 and v1 OpenAPI files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import Final, TypeVar

from confsync.errors import IncompleteListing, NotFound, Rejected, RemoteError
from confsync.model import (
    Attachment,
    Flavor,
    Folder,
    Page,
    PageId,
    PageVersion,
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
from confsync.remote import v1
from confsync.remote.absence import is_id, settle_folder, settle_trashing, spaces_hint
from confsync.remote.address import for_people
from confsync.remote.attachments import download
from confsync.remote.connected import Connected
from confsync.remote.described import CloudDescribed
from confsync.remote.http import Call, Params
from confsync.remote.pages import LIMIT, is_later, kept, parts, rows
from confsync.remote.patience import Newborns
from confsync.remote.payloads import LabelRow, Listing, global_labels
from confsync.remote.payloads_v2 import AttachmentRow, ChildRow, FolderRow, PageRow, SpaceRow, VersionRow
from confsync.remote.search import Searching
from confsync.remote.wire import Wire

T = TypeVar("T")

_V2: Final = "/api/v2"
_BODY: Final = ("body-format", "storage")
_POLL: Final = 25


class Cloud(Connected, CloudDescribed, Searching):
    """The port `Remote` over Confluence Cloud. Safe to share between threads."""

    flavor = Flavor.CLOUD
    account = "accountId"

    def __init__(self, wire: Wire, known: Site | None = None) -> None:
        super().__init__(wire, known)
        self._people = for_people(wire.base)
        self._newborns = Newborns(wire.rest)

    # ---- spaces -------------------------------------------------------------------------------------------------

    def space(self, key: str) -> Space:
        """Find a space by key, without regard to case; NotFound with the keys that could be meant."""
        found = self._wire.read(f"{_V2}/spaces", Listing[SpaceRow], [("keys", key), ("limit", 25)])
        for row in found.results:
            if row.key.casefold() == key.casefold():
                return row.noun()
        raise NotFound(
            f"There is no space {key}, or this account may not see it.", where=key, hint=self._similar(key)
        )

    def _similar(self, key: str) -> str:
        try:
            seen = self._wire.read(f"{_V2}/spaces", Listing[SpaceRow], [("limit", LIMIT)])
        except RemoteError:
            return "Check the space in confsync.toml."
        return spaces_hint(key, [row.key for row in seen.results])

    # ---- pages --------------------------------------------------------------------------------------------------

    def pages(self, space: Space, *, bodies: bool = False) -> Sequence[Page]:
        """List all current pages of a space, the homepage among them, without labels, in the order of their ids.

        IncompleteListing when it breaks off, or shows nothing of a space that has a homepage.
        """
        params = [("status", "current"), ("sort", "id"), ("limit", LIMIT), *([_BODY] if bodies else [])]
        path = f"{_V2}/spaces/{space.id}/pages"
        people = self._people
        listed = kept(
            self._wire, path, Listing[PageRow], params, read=lambda row: row.listed(people), newer=is_later
        )
        if not listed and space.homepage_id is not None:
            raise IncompleteListing(f"Confluence shows no page of space {space.key}, not even its homepage.")
        return [self._with_body(page) for page in listed] if bodies else listed

    def newest(self, space: Space) -> Iterator[Page]:
        """Yield current pages, the last modified first: one request for each 25 that are looked at."""
        params = [("status", "current"), ("sort", "-modified-date"), ("limit", _POLL)]
        for part in parts(self._wire, f"{_V2}/spaces/{space.id}/pages", Listing[PageRow], params):
            yield from (row.noun(self._people) for row in part.results if row.published)

    def _with_body(self, page: Page) -> Page:
        """Read a body that the listing left out; a page that went meanwhile stays as it was listed."""
        return page if page.body is not None else self.page(page.id) or page

    def page(self, page_id: PageId, *, version: int | None = None) -> Page | None:
        """Read one page with body and labels, or an old version's body; None when it is absent or invisible.

        A trashed or archived page is returned with that status.
        """
        for _ in self._newborns.delays(page_id) if is_id(page_id) else ():
            row = self._row(page_id, version)
            if row is not None:
                self._newborns.settle(page_id)
                return self._whole(row, version) if row.published else None
        return None

    def _row(self, page_id: PageId, version: int | None) -> PageRow | None:
        chosen: Params = (
            [*(("status", state.value) for state in Status), ("include-labels", "true")]
            if version is None
            else [("version", version)]
        )
        try:
            return self._wire.read(f"{_V2}/pages/{page_id}", PageRow, [_BODY, *chosen])
        except NotFound:
            return None

    def _whole(self, row: PageRow, version: int | None) -> Page:
        page = row.noun(self._people)
        if version is not None:
            if page.version != version:
                raise Rejected(
                    f"Confluence returned version {page.version} instead of {version}.", where=page.id
                )
            return page
        if row.labels is not None and not row.labels.cut:
            return page
        # In the trash a page is not found by the routes of what hangs on it.
        there = page.status is Status.CURRENT
        return replace(page, labels=self._labels(page.id) if there else page.labels or ())

    def _labels(self, page_id: PageId) -> tuple[str, ...]:
        params = [("prefix", "global"), ("limit", LIMIT)]
        listing = parts(self._wire, f"{_V2}/pages/{page_id}/labels", Listing[LabelRow], params)
        return global_labels(row for part in listing for row in part.results)

    def find_title(self, space: Space, title: str) -> Page | None:
        """Find the current or archived page that holds a title (no regard to case), with body."""
        states = [("status", Status.CURRENT.value), ("status", Status.ARCHIVED.value)]
        params = [("space-id", space.id), ("title", title), *states, _BODY, ("limit", LIMIT)]
        found = rows(self._wire, f"{_V2}/pages", Listing[PageRow], params, newer=_is_newer)
        pages = [row.noun(self._people) for row in found if row.published]
        matching = [page for page in pages if title_key(page.title) == title_key(title)]
        return min(matching, key=lambda page: (page.status is not Status.CURRENT, page.id), default=None)

    def history(self, page_id: PageId) -> Sequence[PageVersion]:
        """List a page's versions, newest first; NotFound when there is no such page."""
        params = [("sort", "-modified-date"), ("limit", LIMIT)]
        listing = parts(self._wire, f"{_V2}/pages/{page_id}/versions", Listing[VersionRow], params)
        found = {row.number: row.noun() for part in listing for row in part.results}
        return [found[number] for number in sorted(found, reverse=True)]

    def folder(self, folder_id: PageId) -> Folder | None:
        """Read a folder; None when it is absent, invisible or in the trash."""
        try:
            row = self._wire.read(f"{_V2}/folders/{folder_id}", FolderRow) if is_id(folder_id) else None
        except NotFound:
            return None
        return row.noun() if row and row.status in (None, "current") else None

    def folders_below(self, page_id: PageId) -> Sequence[Folder]:
        """List the folders right below a page (v2 `direct-children`): among its first 250 children."""
        path = f"{_V2}/pages/{page_id}/direct-children"
        try:
            found = self._wire.read(path, Listing[ChildRow], [("limit", LIMIT)])
        except (NotFound, Rejected):
            return ()
        return [row.folder(page_id) for row in found.results if row.type == "folder" and row.title]

    def find_folder(self, space: Space, title: str, parent_id: PageId | None) -> Folder | None:
        """Find a folder by its title right below a page or folder (v2 `direct-children`); None: the homepage."""
        parent = parent_id or space.homepage_id
        if parent is None:
            return None
        children = self._children("pages", parent)
        rows_below = self._children("folders", parent) if children is None else children
        named = (row for row in rows_below or () if title_key(row.title or "") == title_key(title))
        return next((row.folder(parent) for row in named if row.type == "folder"), None)

    def _children(self, kind: str, parent: PageId) -> Sequence[ChildRow] | None:
        path = f"{_V2}/{kind}/{parent}/direct-children"
        try:
            return list(rows(self._wire, path, Listing[ChildRow], [("limit", LIMIT)]))
        except NotFound:
            return None

    # ---- writing pages ------------------------------------------------------------------------------------------

    def create_page(self, page: NewPage) -> Outcome[Page]:
        """Create a page (v2 `createPage`, which takes no version message). Siblings are made in turns."""
        body = {
            "spaceId": page.space.id,
            "status": "current",
            "title": page.title,
            "body": {"representation": "storage", "value": page.body},
            **_below(page.parent_id),
        }
        params = [("root-level", "true")] if page.parent_id is None else []
        call = Call(method="POST", path=f"{_V2}/pages", params=params, body=body)
        with self._turns.of(f"below {page.parent_id}"):
            outcome = self._wire.write(call, PageRow)
        if not isinstance(outcome, Applied):
            return outcome
        self._newborns.add(str(outcome.value.id))
        return Applied(outcome.value.called(page.title).noun(self._people))

    def update_page(self, update: PageUpdate) -> Outcome[Page]:
        """Write a new version (v2 `updatePage`): title, parent and body at once, under the version lock.

        `minorEdit` is not in the specification's write schema; clients in the field send it, and Cloud takes it.
        """
        version = {"number": update.version, "message": update.message}
        body = {
            "id": update.page_id,
            "status": "current",
            "title": update.title,
            "spaceId": update.space.id,
            "body": {"representation": "storage", "value": update.body},
            "version": version if update.notify else {**version, "minorEdit": True},
            **_below(update.parent_id),
        }
        call = Call(method="PUT", path=f"{_V2}/pages/{update.page_id}", body=body)
        outcome = self._written(update.page_id, lambda: self._wire.write(call, PageRow))
        return _as_updated(outcome, update, self._people)

    def _written(self, page_id: PageId, send: Callable[[], Outcome[T]]) -> Outcome[T]:
        """Send a writing, and once more when it was answered with 404 for a page that we just made.

        Such a page is not visible everywhere yet; a 404 says for sure that nothing was done.
        """
        outcome = send()
        gone = isinstance(outcome, Refused) and outcome.reason is Reason.GONE
        return send() if gone and page_id in self._newborns and self._appears(page_id) else outcome

    def _appears(self, page_id: PageId) -> bool:
        try:
            return self.page(page_id) is not None
        except RemoteError:
            return False

    def create_folder(
        self, space: Space, title: str, parent_id: PageId | None, message: str = ""
    ) -> Outcome[Folder]:
        """Create a folder (v2 `createFolder`), which holds no message; without a parent it lands below the homepage."""
        del message
        body = {"spaceId": space.id, "title": title, **_below(parent_id)}
        with self._turns.of(f"below {parent_id}"):
            outcome = self._wire.write(Call(method="POST", path=f"{_V2}/folders", body=body), FolderRow)
        return Applied(outcome.value.noun()) if isinstance(outcome, Applied) else settle_folder(outcome)

    def trash_page(self, page_id: PageId) -> Outcome[None]:
        """Move a page to the trash (v2 `deletePage` without `purge`). One that is not there any more counts as applied."""
        outcome = self._wire.write(Call(method="DELETE", path=f"{_V2}/pages/{page_id}"), NoneType)
        return settle_trashing(self.page, page_id, outcome)

    def reorder_page(self, page_id: PageId, sibling_id: PageId, *, behind: bool) -> Outcome[None]:
        """Put a page right behind another one, or before it (v1 `movePage`)."""
        return self._written(page_id, lambda: v1.move(self._wire, page_id, sibling_id, behind=behind))

    def trash_folder(self, folder_id: PageId) -> Outcome[None]:
        """Move a folder to the trash (v2 `deleteFolder`) if it is empty. Applied also when it is already gone."""
        try:
            children = self._children("folders", folder_id)
        except RemoteError as error:
            return Unknown(error.message)
        if children:
            return Refused(Reason.INVALID, 0, "something else is in the folder, which therefore stays")
        outcome = self._wire.write(Call(method="DELETE", path=f"{_V2}/folders/{folder_id}"), NoneType)
        gone = isinstance(outcome, Refused) and outcome.reason is Reason.GONE
        return Applied(None) if gone else outcome

    # ---- labels -------------------------------------------------------------------------------------------------

    def _label_names(self, space: Space) -> Collection[str] | None:
        return v1.space_labels(self._wire, space.key)

    def add_labels(self, page_id: PageId, labels: Iterable[str]) -> Outcome[tuple[str, ...]]:
        """Add global labels; the answer is all labels of the page."""
        wanted = list(labels)
        bad = v1.bad_label(wanted)
        outcome = bad or self._written(page_id, lambda: v1.add_labels(self._wire, page_id, wanted))
        return v1.labels_told(outcome, lambda: self._labels(page_id))

    def remove_label(self, page_id: PageId, label: str) -> Outcome[None]:
        """Remove one global label; one that is not there counts as applied."""
        return v1.remove_label(self._wire, page_id, label)

    # ---- attachments --------------------------------------------------------------------------------------------

    def attachments(self, page_id: PageId) -> Sequence[Attachment]:
        """List a page's current attachments; NotFound when there is no such page."""
        return self._listed(page_id, [])

    def _listed(self, page_id: PageId, more: Params) -> Sequence[Attachment]:
        params = [("status", "current"), ("limit", LIMIT), *more]
        found = rows(self._wire, f"{_V2}/pages/{page_id}/attachments", Listing[AttachmentRow], params)
        return [row.noun(page_id) for row in found]

    def trashed_attachments(self, page_id: PageId, ids: Iterable[str]) -> frozenset[str]:
        """Say which of these attachments of a page are in the trash (v2 `getPageAttachments` with a status)."""
        params = [("status", Status.TRASHED.value), ("limit", LIMIT)]
        path = f"{_V2}/pages/{page_id}/attachments"
        found = rows(self._wire, path, Listing[AttachmentRow], params)
        return frozenset(str(row.id) for row in found if row.status == Status.TRASHED).intersection(ids)

    def trash_attachment(self, page_id: PageId, attachment_id: str) -> Outcome[None]:
        """Move an attachment to the trash (v2 `deleteAttachment` without `purge`); one that is gone counts as applied."""
        with self._turns.of(f"files of {page_id}"):
            return v1.trash_attachment(self._wire, f"{_V2}/attachments/{attachment_id}")

    def upload(self, upload: Upload) -> Outcome[Attachment]:
        """Send a file, streamed. A name that exists already becomes a new version of it.

        ChangedUnderneath or UnreadableFile when the file is not what it was; it is not uploaded then.
        """
        with self._turns.of(f"files of {upload.page_id}"):
            outcome = self._written(upload.page_id, lambda: self._sent(upload))
        if isinstance(outcome, Applied) and outcome.value.version == 0:
            return v1.with_version(outcome.value, self._listed)
        return outcome

    def _sent(self, upload: Upload) -> Outcome[Attachment]:
        if upload.attachment_id is not None:
            return v1.upload_version(self._wire, upload, upload.attachment_id)
        return v1.upload_new(self._wire, upload, "PUT")

    def download(self, attachment: Attachment, target: Path) -> Sha:
        """Fetch a file's content into `target`, streamed, checked by length; return its hash.

        By the v1 route (`downloadAttatchment`), which also serves through the gateway, and redirects to a media host.
        """
        path = f"{v1.CONTENT}/{attachment.page_id}/child/attachment/{attachment.id}/download"
        return download(self._wire, attachment, (path, [("version", attachment.version)]), target)


def _is_newer(row: PageRow, known: PageRow) -> bool:
    return row.version.number >= known.version.number


def _below(parent: PageId | None) -> dict[str, str]:
    return {} if parent is None else {"parentId": parent}


def _as_updated(outcome: Outcome[PageRow], update: PageUpdate, base: str) -> Outcome[Page]:
    """Take an update's answer for the record only when it speaks of the version that was written.

    A PUT to a page that has gone to the trash meanwhile restores it and writes nothing (Cloud v2 OpenAPI, `status`).
    """
    if not isinstance(outcome, Applied):
        return outcome
    page = outcome.value.called(update.title).noun(base)
    if page.version != update.version or page.id != update.page_id:
        return Unknown(f"the answer speaks of version {page.version}, not of {update.version}")
    return Applied(page)
