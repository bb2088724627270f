"""Records as v1 writes them on Data Center: only what `expand` names, times with the server's offset.

Shapes: Data Center OpenAPI 10.0.3 and the examples of its reference; the rest is FACTS.md 18.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from werkzeug.wrappers import Response

from confsync.sandbox.cloud import payload_v2
from confsync.sandbox.store.addresses import datacenter_address
from confsync.sandbox.store.records import (
    Attachment,
    Comment,
    Content,
    Label,
    Property,
    Space,
    Status,
    User,
    Version,
)
from confsync.sandbox.store.store import Store
from confsync.sandbox.store.tiny import tiny_encode
from confsync.sandbox.wire import Desk, answer

Json = dict[str, Any]
OFFSET = timezone(timedelta(hours=2))
"""The server's time zone: none that a client is likely to be in."""


def when(at: datetime) -> str:
    """Return a time as Data Center writes it."""
    return at.astimezone(OFFSET).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Shapes:
    """Writes records for one request. `base` is the site's address, `expand` what was asked for."""

    store: Store
    base: str
    context: str
    expand: frozenset[str] = frozenset()

    @classmethod
    def of(cls, desk: Desk, *always: str) -> Shapes:
        """Return what writes for a request. `always` is shown whether it was asked for or not."""
        return cls(desk.store, desk.base, desk.context, frozenset([*desk.many("expand"), *always]))

    def bare(self) -> Shapes:
        """Return one that expands nothing."""
        return Shapes(self.store, self.base, self.context)

    def single(self, row: Json) -> Response:
        """Answer with a content alone: its links tell where the site is."""
        links = {"base": self.base, "context": self.context, "collection": "/rest/api/content"}
        return answer(row | {"_links": row["_links"] | links})

    def wants(self, name: str) -> bool:
        """Say whether something is expanded, itself or something in it."""
        return any(part == name or part.startswith(f"{name}.") for part in self.expand)

    def links(self, path: str) -> Json:
        """Return the links of a single object."""
        return {"self": f"{self.base}/rest/api/{path}", "base": self.base, "context": self.context}

    # ---- people, spaces -----------------------------------------------------------------------------------------

    def user(self, record: User | None) -> Json:
        """A person; None is the anonymous visitor."""
        picture = f"{self.context}/images/icons/profilepics/{'default' if record else 'anonymous'}.svg"
        shown: Json = {"path": picture, "width": 48, "height": 48, "isDefault": True}
        if record is None:
            return {"type": "anonymous", "profilePicture": shown, "displayName": "Anonymous"}
        return {
            "type": "known",
            "username": record.username,
            "userKey": record.user_key,
            "profilePicture": shown,
            "displayName": record.name,
            "_links": {"self": f"{self.base}/rest/api/user?key={record.user_key}"},
            "_expandable": {"status": ""},
        }

    def author(self, account_id: str) -> Json:
        """Somebody who wrote."""
        return self.user(self.store.state.users.get(account_id))

    def space(self, record: Space) -> Json:
        """A space; its id is a number here."""
        row: Json = {
            "id": int(record.id),
            "key": record.key,
            "name": record.name,
            "status": "current",
            "type": record.type,
            "_links": {"webui": f"/display/{record.key}", "self": f"{self.base}/rest/api/space/{record.key}"},
            "_expandable": {"metadata": "", "icon": "", "description": "", "retentionPolicy": ""},
        }
        home = self.store.state.contents.get(record.homepage_id or "")
        if home is not None and self.wants("homepage"):
            row["homepage"] = self.bare().content(home)
        elif home is not None:
            row["_expandable"]["homepage"] = f"/rest/api/content/{home.id}"
        if self.wants("description"):
            row["description"] = {"plain": {"value": "", "representation": "plain"}}
        return row

    # ---- pages --------------------------------------------------------------------------------------------------

    def version(self, record: Version) -> Json:
        """A content's version. An author's `hidden` says that no mail was sent."""
        return {
            "by": self.author(record.author_id),
            "when": when(record.at),
            "message": record.message,
            "number": record.number,
            "minorEdit": record.minor,
            "hidden": False,
            "_links": {
                "self": f"{self.base}/rest/experimental/content/{record.content_id}/version/{record.number}"
            },
            "_expandable": {"content": f"/rest/api/content/{record.content_id}"},
        }

    def content(self, record: Content, shown: Version | None = None) -> Json:
        """A page as it is; with `shown` as it was, under the old version's own id."""
        latest = shown or self.store.state.version(record.id, record.version)
        ident = record.id if shown is None else historical_id(record, shown.number)
        row: Json = {
            "id": ident,
            "type": record.kind.value,
            "status": record.status.value if shown is None else "historical",
            "title": latest.title,
            "extensions": {"position": record.position if record.position is not None else "none"},
            "_links": {
                "webui": datacenter_address(self.store, record),
                "edit": f"/pages/resumedraft.action?draftId={record.id}",
                "tinyui": f"/x/{tiny_encode(record.id)}",
                "self": f"{self.base}/rest/api/content/{ident}",
            },
        }
        return row | self._expanded(record, latest) | {"_expandable": self._expandable(record)}

    def _expanded(self, record: Content, latest: Version) -> Json:
        row: Json = {}
        if self.wants("version"):
            row["version"] = self.version(latest)
        if self.wants("space"):
            row["space"] = self.bare().space(self.store.state.space(record.space_id))
        if self.wants("container"):
            row["container"] = self.bare().space(self.store.state.space(record.space_id))
        if self.wants("history"):
            row["history"] = self.history(record)
        if self.wants("ancestors"):
            row["ancestors"] = [self.bare().content(a) for a in self.store.tree.ancestors(record)]
        if self.wants("metadata"):
            row["metadata"] = self._metadata(record)
        if self.wants("body"):
            row["body"] = self._bodies(record, latest)
        if self.wants("children"):
            row["children"] = self._children(record)
        return row

    def _expandable(self, record: Content) -> Json:
        here = f"/rest/api/content/{record.id}"
        places = {
            "container": f"/rest/api/space/{self.store.state.space(record.space_id).key}",
            "metadata": "",
            "operations": "",
            "children": f"{here}/child",
            "restrictions": f"{here}/restriction/byOperation",
            "history": f"{here}/history",
            "ancestors": "",
            "body": "",
            "version": "",
            "descendants": f"{here}/descendant",
            "space": f"/rest/api/space/{self.store.state.space(record.space_id).key}",
        }
        return {name: place for name, place in places.items() if not self.wants(name)}

    def _bodies(self, record: Content, latest: Version) -> Json:
        """Bodies by representation; here storage alone, the others are named and not given."""
        row: Json = {
            name: {"representation": name, "_expandable": {"content": f"/rest/api/content/{record.id}"}}
            for name in ("storage", "view", "export_view", "editor")
        }
        if "body.storage" in self.expand:
            row["storage"]["value"] = latest.body
        return row

    def _metadata(self, record: Content) -> Json:
        row: Json = {"_expandable": {"currentuser": "", "frontend": "", "editorHtml": ""}}
        if self.wants("metadata.labels"):
            row["labels"] = self.labels(self.store.labels.of(record.id), record.id)
        if self.wants("metadata.properties"):
            found = self.store.properties.of(record.id)
            wanted = [p for p in found if f"metadata.properties.{p.key}" in self.expand]
            row["properties"] = {p.key: self.property(p) for p in wanted}
        return row

    def _children(self, record: Content) -> Json:
        row: Json = {"_expandable": {"comment": f"/rest/api/content/{record.id}/child/comment"}}
        if self.wants("children.attachment"):
            files = [self.bare().attachment(f) for f in self.store.files.of(record.id)]
            row["attachment"] = whole(files[:25], 25)
        if self.wants("children.page"):
            row["page"] = whole([self.bare().content(c) for c in self.store.tree.children(record)][:25], 25)
        return row

    def history(self, record: Content) -> Json:
        """Who made a page, when, and what came last."""
        latest = self.store.state.version(record.id, record.version)
        row: Json = {
            "latest": True,
            "createdBy": self.author(record.author_id),
            "createdDate": when(record.created_at),
            "_links": {"self": f"{self.base}/rest/api/content/{record.id}/history"},
            "_expandable": {"previousVersion": "", "contributors": "", "nextVersion": ""},
        }
        if "lastUpdated" in self.expand or "history.lastUpdated" in self.expand:
            row["lastUpdated"] = self.version(latest)
        older = [v for v in self.store.state.versions_of(record) if v.number < record.version]
        if older and ("previousVersion" in self.expand or "history.previousVersion" in self.expand):
            row["previousVersion"] = self.version(older[-1])
        return row

    # ---- what hangs on them -------------------------------------------------------------------------------------

    def label(self, record: Label) -> Json:
        """A label."""
        return {"prefix": record.prefix, "name": record.name, "id": record.id}

    def labels(self, records: list[Label], ident: str, limit: int = 200) -> Json:
        """The first labels of a content, up to the limit."""
        rows = [self.label(record) for record in records]
        links: Json = {"self": f"{self.base}/rest/api/content/{ident}/label"}
        if len(rows) > limit:
            links["next"] = f"/rest/api/content/{ident}/label?limit={limit}&start={limit}"
        shown = rows[:limit]
        return {"results": shown, "start": 0, "limit": limit, "size": len(shown), "_links": links}

    def property(self, record: Property) -> Json:
        """A content property with its version."""
        return {
            "id": record.id,
            "key": record.key,
            "value": record.value,
            "version": {
                "by": self.author(record.author_id),
                "when": when(record.at),
                "message": record.message,
                "number": record.version,
                "minorEdit": False,
                "hidden": False,
            },
            "_links": {"self": f"{self.base}/rest/api/content/{record.content_id}/property/{record.key}"},
            "_expandable": {"content": f"/rest/api/content/{record.content_id}"},
        }

    def attachment(self, record: Attachment) -> Json:
        """An attachment; its version only when it is expanded."""
        latest = record.latest
        row: Json = {
            "id": record.id,
            "type": "attachment",
            "status": "current" if record.status is Status.CURRENT else "trashed",
            "title": record.title,
            "metadata": {"mediaType": latest.media_type, "comment": latest.comment},
            "extensions": {
                "mediaType": latest.media_type,
                "fileSize": latest.size,
                "comment": latest.comment,
            },
            "_links": {
                "webui": f"/pages/viewpageattachments.action?pageId={record.page_id}",
                "download": payload_v2.download(record),
                "thumbnail": f"/download/thumbnails/{record.page_id}/{record.id}",
                "self": f"{self.base}/rest/api/content/{record.id}",
            },
            "_expandable": {"operations": "", "children": "", "restrictions": "", "body": ""},
        }
        if self.wants("version"):
            row["version"] = {
                "by": self.author(latest.author_id),
                "when": when(latest.at),
                "message": latest.comment,
                "number": latest.number,
                "minorEdit": latest.minor,
                "hidden": False,
            }
        if self.wants("container"):
            row["container"] = self.bare().content(self.store.state.content(record.page_id))
        return row

    def comment(self, record: Comment) -> Json:
        """A comment."""
        row: Json = {
            "id": record.id,
            "type": "comment",
            "status": record.status.value,
            "title": f"Re: {self.store.state.content(record.page_id).title}",
            "extensions": {"location": "inline" if record.marker else "footer"},
            "_links": {"self": f"{self.base}/rest/api/content/{record.id}"},
            "_expandable": {"version": "", "container": f"/rest/api/content/{record.page_id}"},
        }
        if "body.storage" in self.expand:
            row["body"] = {"storage": {"value": record.body, "representation": "storage"}}
        if self.wants("container"):
            row["container"] = self.bare().content(self.store.state.content(record.page_id))
        return row


def whole(rows: list[Json], limit: int) -> Json:
    """A list without an end of its own."""
    return {"results": rows, "start": 0, "limit": limit, "size": len(rows), "_links": {}}


def historical_id(record: Content, number: int) -> str:
    """Return the id that an old version has: a row of its own in the real one's database."""
    return str(int(record.id) * 1000 + number)
