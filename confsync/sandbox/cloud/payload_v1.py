"""Records as v1 writes them on Cloud: contents with what was expanded of them, users, search rows."""

from __future__ import annotations

import html
from typing import Any

from confsync.sandbox.cloud import payload_v2
from confsync.sandbox.store.records import Attachment, Content, Label, Space, User, Version
from confsync.sandbox.store.store import Store
from confsync.sandbox.wire import iso

Json = dict[str, Any]


def user(record: User | None) -> Json:
    """A person; None is the anonymous visitor. Addresses are hidden, as they usually are."""
    picture = {"path": "/wiki/aa-avatar/default", "width": 48, "height": 48, "isDefault": True}
    if record is None:
        return {"type": "anonymous", "profilePicture": picture, "displayName": "Anonymous"}
    return {
        "type": "known",
        "accountId": record.account_id,
        "accountType": "atlassian",
        "email": "",
        "publicName": record.name,
        "displayName": record.name,
        "timeZone": record.time_zone,
        "isExternalCollaborator": False,
        "profilePicture": picture,
        "_expandable": {"operations": "", "personalSpace": ""},
        "_links": {"self": f"/rest/api/user?accountId={record.account_id}"},
    }


def label(record: Label) -> Json:
    """A label."""
    return {"prefix": record.prefix, "name": record.name, "id": record.id, "label": record.name}


def labels(records: list[Label], limit: int = 200) -> Json:
    """A list of labels."""
    rows = [label(record) for record in records]
    return {"results": rows, "start": 0, "limit": limit, "size": len(rows), "_links": {}}


def space(record: Space) -> Json:
    """A space; its id is a number here."""
    return {
        "id": int(record.id),
        "key": record.key,
        "name": record.name,
        "type": record.type,
        "status": "current",
        "_expandable": {"homepage": f"/rest/api/content/{record.homepage_id}"},
        "_links": {"webui": f"/spaces/{record.key}"},
    }


def version(store: Store, record: Version) -> Json:
    """A content's version."""
    return {
        "by": user(store.state.users.get(record.author_id)),
        "when": iso(record.at),
        "friendlyWhen": record.at.strftime("%b %d, %Y"),
        "message": record.message,
        "number": record.number,
        "minorEdit": record.minor,
        "contentTypeModified": False,
        "_links": {},
    }


def content(store: Store, record: Content, expand: set[str]) -> Json:
    """A page or folder with what was expanded of it."""
    latest = store.state.version(record.id, record.version)
    row: Json = {
        "id": record.id,
        "type": record.kind.value,
        "status": record.status.value,
        "title": record.title,
        "extensions": {"position": record.position if record.position is not None else "none"},
        "_links": {
            "webui": payload_v2.webui(store, record),
            "tinyui": payload_v2.page_links(store, record)["tinyui"],
            "self": f"/rest/api/content/{record.id}",
        },
        "_expandable": {"container": "", "metadata": "", "version": "", "body": "", "ancestors": ""},
    }
    if "version" in expand:
        row["version"] = version(store, latest)
    if "space" in expand:
        row["space"] = space(store.state.space(record.space_id))
    if "history" in expand or "history.lastUpdated" in expand:
        row["history"] = _history(store, record, latest, expand)
    if "ancestors" in expand:
        above = store.tree.ancestors(record)
        row["ancestors"] = [content(store, a, set()) for a in above]
    if "metadata.labels" in expand:
        row["metadata"] = {"labels": labels(store.labels.of(record.id))}
    if "body.storage" in expand:
        row["body"] = {"storage": {"value": latest.body, "representation": "storage"}}
    if "children.attachment" in expand:
        files = [attachment(store, f, set()) for f in store.files.of(record.id)]
        row["children"] = {"attachment": array(files, 25)}
    return row


def _history(store: Store, record: Content, latest: Version, expand: set[str]) -> Json:
    row = {
        "latest": True,
        "createdBy": user(store.state.users.get(record.author_id)),
        "createdDate": iso(record.created_at),
    }
    if "history.lastUpdated" in expand:
        row["lastUpdated"] = version(store, latest)
    return row


def attachment(store: Store, record: Attachment, expand: set[str]) -> Json:
    """An attachment; without an expansion no version is shown (FACTS.md 7)."""
    latest = record.latest
    row: Json = {
        "id": record.id,
        "type": "attachment",
        "status": record.status.value,
        "title": record.title,
        "metadata": {"comment": latest.comment, "mediaType": latest.media_type},
        "extensions": {
            "mediaType": latest.media_type,
            "fileSize": latest.size,
            "comment": latest.comment,
            "fileId": record.file_id,
            "collectionName": f"contentId-{record.page_id}",
        },
        "_links": {
            "webui": payload_v2.attachment(record)["webuiLink"],
            "download": payload_v2.download(record),
            "self": f"/rest/api/content/{record.id}",
        },
        "_expandable": {"container": f"/rest/api/content/{record.page_id}", "version": ""},
    }
    if "version" in expand:
        row["version"] = {
            "by": user(store.state.users.get(latest.author_id)),
            "when": iso(latest.at),
            "message": latest.comment,
            "number": latest.number,
            "minorEdit": latest.minor,
            "contentTypeModified": False,
        }
    if "container" in expand:
        row["container"] = content(store, store.state.content(record.page_id), set())
    return row


def array(rows: list[Json], limit: int) -> Json:
    """A list that is whole."""
    return {"results": rows, "start": 0, "limit": limit, "size": len(rows), "_links": {}}


def search_row(row: Json, title: str, excerpt: str, modified: str) -> Json:
    """A row of the general search: its title is escaped for HTML (FACTS.md 9)."""
    return {
        "content": row,
        "title": html.escape(title),
        "excerpt": html.escape(excerpt[:200]),
        "url": row.get("_links", {}).get("webui", ""),
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": modified,
        "friendlyLastModified": modified[:10],
        "score": 0.0,
    }
