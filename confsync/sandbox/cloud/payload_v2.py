"""Records as v2 writes them: the shapes of the OpenAPI file, with the oddities of the live service (FACTS.md 1)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, quote_plus

from confsync.sandbox.store.addresses import datacenter_address
from confsync.sandbox.store.records import (
    Attachment,
    Comment,
    Content,
    FileVersion,
    Kind,
    Label,
    Property,
    Space,
    Status,
    Version,
)
from confsync.sandbox.store.store import Store
from confsync.sandbox.store.tiny import tiny_encode
from confsync.sandbox.wire import iso

Json = dict[str, Any]


def version(record: Version) -> Json:
    """A content's version."""
    return {
        "number": record.number,
        "message": record.message,
        "minorEdit": record.minor,
        "authorId": record.author_id,
        "createdAt": iso(record.at),
    }


def space(record: Space) -> Json:
    """A space."""
    return {
        "id": record.id,
        "key": record.key,
        "name": record.name,
        "type": record.type,
        "status": "current",
        "authorId": record.author_id,
        "spaceOwnerId": record.author_id,
        "createdAt": iso(record.created_at),
        "homepageId": record.homepage_id,
        "currentActiveAlias": record.key,
        "description": None,
        "icon": None,
        "_links": {"webui": f"/spaces/{record.key}"},
    }


def slug(title: str) -> str:
    """Return the readable tail of a page's address: `& %` and what is not ASCII are dropped (FACTS.md 16)."""
    return quote_plus(re.sub(r"[&%/?#]|[^\x20-\x7e]", "", title).strip())


def webui(store: Store, page: Content) -> str:
    """Return a content's address below the site base."""
    if not store.habits.cloud:
        return datacenter_address(store, page)
    owner = store.state.space(page.space_id)
    if page.kind is Kind.FOLDER:
        return f"/spaces/{owner.key}/folder/{page.id}"
    if owner.homepage_id == page.id:
        return f"/spaces/{owner.key}/overview"
    return f"/spaces/{owner.key}/pages/{page.id}/{slug(page.title)}"


def page_links(store: Store, page: Content) -> Json:
    """The addresses of a page."""
    return {
        "webui": webui(store, page),
        "editui": f"/pages/resumedraft.action?draftId={page.id}",
        "tinyui": f"/x/{tiny_encode(page.id)}",
    }


def page(store: Store, record: Content, body: Json | None = None, number: int | None = None) -> Json:
    """A page, as it is or as it was in version `number`. `body` as the caller asked for it."""
    shown = store.state.version(record.id, number or record.version)
    parent = store.state.contents.get(record.parent_id or "")
    return {
        "id": record.id,
        "status": "historical" if number not in (None, record.version) else record.status.value,
        "title": shown.title,
        "spaceId": record.space_id,
        "parentId": parent.id if parent else None,
        "parentType": parent.kind.value if parent else None,
        "position": record.position if parent else None,
        "subtype": None,
        "authorId": record.author_id,
        "ownerId": record.author_id,
        "lastOwnerId": None,
        "createdAt": iso(record.created_at),
        "version": version(shown),
        "body": body or {},
        "_links": page_links(store, record),
    }


def storage_body(text: str) -> Json:
    """A body in storage format."""
    return {"storage": {"representation": "storage", "value": text}}


def folder(store: Store, record: Content) -> Json:
    """A folder. The spec promises an ISO time; the service sends epoch milliseconds (FACTS.md 1)."""
    parent = store.state.contents.get(record.parent_id or "")
    return {
        "id": record.id,
        "type": "folder",
        "status": record.status.value,
        "title": record.title,
        "parentId": parent.id if parent else None,
        "parentType": parent.kind.value if parent else None,
        "position": None,
        "authorId": record.author_id,
        "ownerId": record.author_id,
        "createdAt": int(record.created_at.timestamp() * 1000),
        "spaceId": record.space_id,
        "version": version(store.state.version(record.id, record.version)),
        "_links": {"webui": webui(store, record)},
    }


def child(record: Content) -> Json:
    """A content as a direct child. Folders show no position."""
    return {
        "id": record.id,
        "status": record.status.value,
        "title": record.title,
        "type": record.kind.value,
        "spaceId": record.space_id,
        "childPosition": record.position if record.kind is Kind.PAGE else None,
    }


def descendant(record: Content, depth: int) -> Json:
    """A content as a descendant."""
    row = child(record)
    del row["spaceId"]
    return {**row, "parentId": record.parent_id, "depth": depth}


def old_child(record: Content) -> Json:
    """A page as the deprecated children route shows it."""
    row = child(record)
    del row["type"]
    return row


def label(record: Label) -> Json:
    """A label."""
    return {"id": record.id, "name": record.name, "prefix": record.prefix}


def prop(record: Property) -> Json:
    """A content property."""
    return {
        "id": record.id,
        "key": record.key,
        "value": record.value,
        "version": {
            "number": record.version,
            "message": record.message,
            "minorEdit": False,
            "authorId": record.author_id,
            "createdAt": iso(record.at),
        },
    }


def file_version(record: FileVersion) -> Json:
    """An attachment's version."""
    return {
        "number": record.number,
        "message": record.comment,
        "minorEdit": record.minor,
        "authorId": record.author_id,
        "createdAt": iso(record.at),
    }


def download(record: Attachment) -> str:
    """Return where an attachment's bytes are to be had, below the site base."""
    latest = record.latest
    stamp = int(latest.at.timestamp() * 1000)
    return (
        f"/download/attachments/{record.page_id}/{quote(record.title, safe='')}"
        f"?version={latest.number}&modificationDate={stamp}&cacheVersion=1&api=v2"
    )


def attachment(record: Attachment) -> Json:
    """An attachment; the description of its media type is unknown and may be null (FACTS.md 1)."""
    link = download(record)
    view = (
        f"/pages/viewpageattachments.action?pageId={record.page_id}&preview=%2F{record.page_id}%2F{record.id}"
    )
    return {
        "id": record.id,
        "status": record.status.value,
        "title": record.title,
        "createdAt": iso(record.created_at),
        "pageId": record.page_id,
        "mediaType": record.latest.media_type,
        "mediaTypeDescription": None,
        "comment": record.latest.comment,
        "fileId": record.file_id,
        "fileSize": record.latest.size,
        "webuiLink": view,
        "downloadLink": link,
        "version": file_version(record.latest),
        "_links": {"webui": view, "download": link},
    }


def comment(store: Store, record: Comment, *, with_body: bool) -> Json:
    """A footer or inline comment."""
    row: Json = {
        "id": record.id,
        "status": record.status.value,
        "title": f"Re: {store.state.content(record.page_id).title}",
        "pageId": record.page_id,
        "version": {
            "number": record.version,
            "message": record.message,
            "minorEdit": False,
            "authorId": record.author_id,
            "createdAt": iso(record.at),
        },
        "body": storage_body(record.body) if with_body else {},
        "_links": {
            "webui": f"{webui(store, store.state.content(record.page_id))}?focusedCommentId={record.id}"
        },
    }
    if record.parent_id is not None:
        row["parentCommentId"] = record.parent_id
        del row["pageId"]
    if record.marker is not None:
        row["resolutionStatus"] = store.comments.resolution(record)
        row["properties"] = {
            "inlineMarkerRef": record.marker,
            "inlineOriginalSelection": record.selection,
        }
    return row


def listed(record: Content) -> bool:
    """Say whether a listing that names no status shows a page: current and archived ones (FACTS.md 3)."""
    return record.status in (Status.CURRENT, Status.ARCHIVED)
