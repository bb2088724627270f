"""The v1 routes that Cloud and Data Center share: who we are, label writes, uploads, search.

Everything else differs between the two and stands in `cloud` and `datacenter`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from types import NoneType
from typing import Final
from urllib.parse import quote

from confsync.errors import AuthError, Forbidden, NotFound, RemoteError
from confsync.model import Attachment, Flavor, PageId, Site, Status
from confsync.outcome import Applied, Outcome, Reason, Refused, Unknown, Upload
from confsync.remote.absence import is_id
from confsync.remote.attachments import FileForm, upload_patience
from confsync.remote.http import Call, Params
from confsync.remote.payloads import LabelRow, Listing, global_labels
from confsync.remote.payloads_v1 import Moved, UserRow, V1Attachment
from confsync.remote.wire import Wire

CONTENT: Final = "/rest/api/content"
_MOST_LABELS_TOLD: Final = 200
_MOST_NAMES: Final = 400
_NO_LABEL_HAS: Final = re.compile(r"[\s!#&()*,.:;<>?@\[\]^\x00-\x1f]")


def site(wire: Wire, flavor: Flavor) -> Site:
    """Say who we are (v1 `getCurrentUser`); AuthError when Confluence takes us for nobody.

    Where the question itself is not answered (a token without the scope for it, a site that hides its users), we are
    somebody without a name: whatever that login may not do is refused by the next request.
    """
    try:
        return site_of(wire, flavor, current_user(wire))
    except (NotFound, Forbidden):
        return site_of(wire, flavor, UserRow())


def current_user(wire: Wire) -> UserRow:
    """Read the current user; AuthError for an anonymous one, which comes with status 200, too."""
    user = wire.read("/rest/api/user/current", UserRow)
    if user.anonymous:
        raise AuthError(
            "Confluence treats this account as anonymous: the token is not accepted.", where=wire.base
        )
    return user


def name_of(wire: Wire, account: Params) -> str:
    """Read the name of an account (v1 `getUser`); "" when there is none, or it may not be seen."""
    try:
        user = wire.read("/rest/api/user", UserRow, account)
    except (NotFound, Forbidden):
        return ""
    return user.display_name or user.public_name or user.username or ""


def site_of(wire: Wire, flavor: Flavor, user: UserRow) -> Site:
    """Return the site as this user sees it."""
    identity = user.account_id or user.user_key or user.username or ""
    name = user.display_name or user.public_name or user.username or identity
    return Site(flavor=flavor, base_url=wire.base, user_id=identity, user_name=name)


# ---- labels -----------------------------------------------------------------------------------------------------


def bad_label(labels: Iterable[str]) -> Refused | None:
    """Refuse, before anything is sent, what Confluence would split into several labels or reject."""
    for label in labels:
        if not label or len(label) > 255 or _NO_LABEL_HAS.search(label):
            said = f"{label!r} is not valid as a label in Confluence: it has a blank, one of !#&()*,.:;<>?@[]^ or no letter"
            return Refused(Reason.INVALID, 0, said)
    return None


def space_labels(wire: Wire, key: str) -> frozenset[str] | None:
    """List the global labels of a space's contents (v1 `getLabelsForSpace`, Cloud alone); None when they are very many.

    Its answers need not say that more follow: one that is full may not be the last.
    """
    path, found = f"/rest/api/space/{quote(key, safe='~')}/label", set[str]()
    for start in range(0, _MOST_NAMES, _MOST_LABELS_TOLD):
        params = [("prefix", "global"), ("start", start), ("limit", _MOST_LABELS_TOLD)]
        answer = wire.read(path, Listing[LabelRow], params)
        found.update(global_labels(answer.results))
        if len(answer.results) < _MOST_LABELS_TOLD:
            return frozenset(found) if answer.next is None else None
    return None


def add_labels(wire: Wire, page: PageId, labels: Iterable[str]) -> Outcome[Listing[LabelRow]]:
    """Add global labels to what is there (v1 `addLabelsToContent`); the answer lists all labels."""
    wanted = [{"prefix": "global", "name": label} for label in labels]
    return wire.write(Call(method="POST", path=f"{CONTENT}/{page}/label", body=wanted), Listing[LabelRow])


def labels_told(
    outcome: Outcome[Listing[LabelRow]], read: Callable[[], tuple[str, ...]]
) -> Outcome[tuple[str, ...]]:
    """Return a page's labels from the answer to an addition, or read them when the answer may be incomplete."""
    if not isinstance(outcome, Applied):
        return outcome
    answer = outcome.value
    if len(answer.results) < _MOST_LABELS_TOLD and answer.next is None:
        return Applied(global_labels(answer.results))
    try:
        return Applied(read())
    except RemoteError as error:
        return Unknown(error.message)


def remove_label(wire: Wire, page: PageId, label: str) -> Outcome[None]:
    """Remove a label by query, as names may hold slashes (v1 `removeLabelFromContentUsingQueryParameter`)."""
    call = Call(method="DELETE", path=f"{CONTENT}/{page}/label", params=[("name", label)])
    match wire.write(call, NoneType):
        case Refused(reason=Reason.GONE, text=text) if "label" in text.lower():
            return Applied(None)
        case outcome:
            return outcome


# ---- order ------------------------------------------------------------------------------------------------------


def move(wire: Wire, page: PageId, other: PageId, *, behind: bool) -> Outcome[None]:
    """Put a page behind or before another one (v1 `movePage`, Cloud alone)."""
    where = "after" if behind else "before"
    outcome = wire.write(Call(method="PUT", path=f"{CONTENT}/{page}/move/{where}/{other}"), Moved)
    return Applied(None) if isinstance(outcome, Applied) else outcome


# ---- attachments ------------------------------------------------------------------------------------------------


def upload_new(wire: Wire, upload: Upload, method: str) -> Outcome[Attachment]:
    """Send a file by name: POST adds one, PUT (Cloud alone) adds one or makes a new version of it."""
    path = f"{CONTENT}/{upload.page_id}/child/attachment"
    outcome = wire.write(_form_call(upload, method, path), Listing[V1Attachment])
    match outcome:
        case Applied(value=answer) if answer.results:
            return _stored(upload, answer.results[0])
        case Applied():
            return Unknown("an answer without the attachment")
        case _:
            return outcome


def upload_version(wire: Wire, upload: Upload, attachment_id: str) -> Outcome[Attachment]:
    """Send new data for an attachment (v1 `updateAttachmentData`)."""
    path = f"{CONTENT}/{upload.page_id}/child/attachment/{attachment_id}/data"
    outcome = wire.write(_form_call(upload, "POST", path), V1Attachment)
    return _stored(upload, outcome.value) if isinstance(outcome, Applied) else outcome


def _form_call(upload: Upload, method: str, path: str) -> Call:
    return Call(method=method, path=path, form=lambda: FileForm(upload), patience=upload_patience(upload))


def _stored(upload: Upload, row: V1Attachment) -> Outcome[Attachment]:
    """Check what Confluence kept: a server that fails half way may keep half a file."""
    found = row.noun(upload.page_id)
    try:
        size = upload.source.stat().st_size
    except OSError:
        size = found.size
    if found.size not in (-1, size):
        return Unknown(f"{upload.name} was stored with {found.size} bytes instead of {size}")
    return Applied(replace(found, hash=upload.hash, size=size))


def is_trashed(wire: Wire, attachment_id: str) -> bool:
    """Say whether an attachment is seen in the trash (v1 `getContentById`)."""
    path, params = f"{CONTENT}/{attachment_id}", [("status", Status.TRASHED.value)]
    try:
        row = wire.read(path, V1Attachment, params) if is_id(attachment_id) else None
    except NotFound:
        return False
    return row is not None and row.status == Status.TRASHED


def trash_attachment(wire: Wire, path: str) -> Outcome[None]:
    """Move an attachment to the trash. One that is not there any more counts as applied: nobody can see it."""
    match wire.write(Call(method="DELETE", path=path), NoneType):
        case Refused(reason=Reason.GONE):
            return Applied(None)
        case outcome:
            return outcome


def with_version(
    stored: Attachment, listed: Callable[[PageId, Params], Sequence[Attachment]]
) -> Outcome[Attachment]:
    """Look the version up if the answer to an upload lacks it."""
    try:
        found = listed(stored.page_id, [("filename", stored.name)])
    except RemoteError as error:
        return Unknown(error.message)
    version = next((one.version for one in found if one.id == stored.id), 1)
    return Applied(replace(stored, version=version))


# ---- search -----------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """Return a text as a CQL string: backslashes first, then quotes; control characters have no place in one."""
    bare = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return '"' + bare.replace("\\", "\\\\").replace('"', '\\"') + '"'
