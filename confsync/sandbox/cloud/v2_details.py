"""v2: labels, attachments, comments and tasks of pages. Shapes and parameters: Cloud v2 OpenAPI."""

from __future__ import annotations

from typing import Any

from lxml import etree
from werkzeug.wrappers import Response

from confsync.sandbox.bodies.storage_check import AC, parse
from confsync.sandbox.cloud import payload_v2 as shape
from confsync.sandbox.refusals import Absent, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Attachment, Comment, Content, Kind, Status
from confsync.sandbox.wire import V2, Desk, answer, iso, nothing, number_text, refused_v2

routes = Routes(V2, refused_v2)
DATE_SORTS = "created-date -created-date modified-date -modified-date"


# ---- labels -----------------------------------------------------------------------------------------------------


@routes.on("GET", "/pages/<ident>/labels")
def page_labels(desk: Desk, ident: str) -> Response:
    """`getPageLabels`."""
    labels = desk.store.labels.of(desk.page(ident).id, desk.query("prefix", "my team global system"))
    return desk.listing(labels, shape.label, lambda label: (label.name, label.prefix))


# ---- attachments ------------------------------------------------------------------------------------------------


@routes.on("GET", "/pages/<ident>/attachments")
def page_attachments(desk: Desk, ident: str) -> Response:
    """`getPageAttachments`: 50 at a time unless asked otherwise."""
    page = desk.page(ident)
    wanted = desk.many("status", "current archived trashed") or ["current"]
    sort = desk.query("sort", DATE_SORTS) or "created-date"
    files = [file for status in wanted for file in desk.store.files.of(page.id, Status(status))]
    name, media = desk.query("filename"), desk.query("mediaType")
    if name is not None:
        files = [file for file in files if file.title == name]
    if media is not None:
        files = [file for file in files if file.latest.media_type == media]

    def key(file: Attachment) -> tuple[str, int]:
        at = file.created_at if sort.endswith("created-date") else file.latest.at
        return iso(at), _number(file.id)

    files.sort(key=key, reverse=sort.startswith("-"))
    return desk.listing(files, shape.attachment, key, descending=sort.startswith("-"), default=50)


@routes.on("GET", "/attachments/<ident>")
def get_attachment(desk: Desk, ident: str) -> Response:
    """`getAttachmentById`."""
    file = seen_file(desk, ident)
    row = shape.attachment(file)
    row["_links"]["base"] = desk.base
    return answer(row)


@routes.on("GET", "/attachments/<ident>/versions")
def attachment_versions(desk: Desk, ident: str) -> Response:
    """`getAttachmentVersions`, the newest first."""
    file = seen_file(desk, ident)
    rows = file.versions[::-1]
    return desk.listing(
        rows,
        lambda v: {**shape.file_version(v), "attachment": {"id": file.id, "title": file.title}},
        lambda v: v.number,
        descending=True,
    )


@routes.on("DELETE", "/attachments/<ident>")
def delete_attachment(desk: Desk, ident: str) -> Response:
    """`deleteAttachment`: to the trash; `purge=true` from there for good."""
    file = seen_file(desk, ident)
    desk.store.access.must_write(desk.user, desk.store.state.content(file.page_id))
    if desk.flag("purge"):
        desk.store.access.must_administer(desk.user)
        desk.store.files.purge(file.id)
    else:
        desk.store.files.trash(file.id)
    return nothing()


def seen_file(desk: Desk, ident: str) -> Attachment:
    """Return an attachment of a page that the user sees."""
    file = desk.store.files.get("att" + number_text(ident.removeprefix("att")))
    page = desk.store.state.contents.get(file.page_id)
    if page is None or not desk.store.access.sees(desk.user, page):
        raise Absent("attachment", ident)
    return file


def _number(ident: str) -> int:
    return int(ident.removeprefix("att"))


# ---- comments ---------------------------------------------------------------------------------------------------


@routes.on("GET", "/pages/<ident>/footer-comments")
def footer_comments(desk: Desk, ident: str) -> Response:
    """`getPageFooterComments`."""
    return _comments(desk, desk.store.comments.of(desk.page(ident).id, inline=False))


@routes.on("GET", "/pages/<ident>/inline-comments")
def inline_comments(desk: Desk, ident: str) -> Response:
    """`getPageInlineComments`."""
    wanted = desk.many("resolution-status", "resolved open dangling reopened")
    found = desk.store.comments.of(desk.page(ident).id, inline=True)
    return _comments(desk, [c for c in found if not wanted or desk.store.comments.resolution(c) in wanted])


def _comments(desk: Desk, comments: list[Comment]) -> Response:
    sort = desk.query("sort", DATE_SORTS) or "created-date"
    desk.query("body-format", "storage atlas_doc_format")

    def key(comment: Comment) -> tuple[str, int]:
        return iso(comment.created_at if sort.endswith("created-date") else comment.at), int(comment.id)

    descending = sort.startswith("-")
    with_body = desk.query("body-format") == "storage"
    return desk.listing(
        sorted(comments, key=key, reverse=descending),
        lambda c: shape.comment(desk.store, c, with_body=with_body),
        key,
        descending=descending,
    )


@routes.on("POST", "/footer-comments")
def create_footer_comment(desk: Desk) -> Response:
    """`createFooterComment`, on a page or in answer to another."""
    data = desk.object()
    parent_id = data.get("parentCommentId")
    page_id = desk.store.comments.get(str(parent_id)).page_id if parent_id else str(data.get("pageId", ""))
    page, user = desk.writable(page_id, Kind.PAGE)
    comment = desk.store.comments.add(user, page, _comment_body(data), str(parent_id) if parent_id else None)
    return _comment(desk, comment, 201)


@routes.on("POST", "/inline-comments")
def create_inline_comment(desk: Desk) -> Response:
    """`createInlineComment`: the marker goes into the page's body, the page's version stays."""
    data = desk.object()
    if data.get("parentCommentId"):
        return create_footer_comment(desk)
    page, user = desk.writable(str(data.get("pageId", "")), Kind.PAGE)
    where = data.get("inlineCommentProperties")
    if not isinstance(where, dict) or not isinstance(where.get("textSelection"), str):
        raise Invalid("Required field 'inlineCommentProperties.textSelection' is missing")
    comment = desk.store.comments.add_inline(
        user,
        page,
        _comment_body(data),
        where["textSelection"],
        count=where.get("textSelectionMatchCount"),
        index=where.get("textSelectionMatchIndex", 0),
    )
    return _comment(desk, comment, 201)


def _seen_comment(desk: Desk, ident: str) -> Comment:
    comment = desk.store.comments.get(number_text(ident))
    desk.page(comment.page_id)
    return comment


def _comment(desk: Desk, comment: Comment, status: int = 200) -> Response:
    row = shape.comment(desk.store, comment, with_body=True)
    if desk.request.method != "PUT" or comment.marker is not None:
        row["_links"]["base"] = desk.base
    return answer(row, status)


@routes.on("GET", "/footer-comments/<ident>")
@routes.on("GET", "/inline-comments/<ident>")
def get_comment(desk: Desk, ident: str) -> Response:
    """`getFooterCommentById`, `getInlineCommentById`."""
    return _comment(desk, _seen_comment(desk, ident))


@routes.on("GET", "/footer-comments/<ident>/children")
@routes.on("GET", "/inline-comments/<ident>/children")
def comment_replies(desk: Desk, ident: str) -> Response:
    """`getFooterCommentChildren`, `getInlineCommentChildren`."""
    return _comments(desk, desk.store.comments.replies(_seen_comment(desk, ident).id))


@routes.on("PUT", "/footer-comments/<ident>")
@routes.on("PUT", "/inline-comments/<ident>")
def update_comment(desk: Desk, ident: str) -> Response:
    """`updateFooterComment`, `updateInlineComment`; `resolved` closes or reopens an inline one."""
    data = desk.object()
    comment = _seen_comment(desk, ident)
    desk.store.access.must_write(desk.user)
    version = data.get("version")
    if not isinstance(version, dict) or not isinstance(version.get("number"), int):
        raise Invalid("Required field 'version.number' is missing or of the wrong type")
    body = _comment_body(data) if data.get("body") is not None else None
    changed = desk.store.comments.update(comment, body, version["number"], resolved=data.get("resolved"))
    return _comment(desk, changed)


@routes.on("DELETE", "/footer-comments/<ident>")
@routes.on("DELETE", "/inline-comments/<ident>")
def delete_comment(desk: Desk, ident: str) -> Response:
    """`deleteFooterComment`, `deleteInlineComment`."""
    comment = _seen_comment(desk, ident)
    desk.store.access.must_write(desk.user)
    desk.store.comments.delete(comment)
    return nothing()


def _comment_body(data: dict[str, Any]) -> str:
    body = data.get("body")
    if isinstance(body, dict) and "storage" in body:
        body = body["storage"]
    if not isinstance(body, dict) or not isinstance(body.get("value"), str):
        raise Invalid("Required field 'body.value' is missing or of the wrong type")
    return str(body["value"])


# ---- tasks ------------------------------------------------------------------------------------------------------


@routes.on("GET", "/tasks")
def list_tasks(desk: Desk) -> Response:
    """`getTasks`: the boxes of all current pages that the user sees."""
    pages, spaces = set(desk.many("page-id")), set(desk.many("space-id"))
    wanted = desk.query("status", "complete incomplete")
    desk.query("body-format", "storage atlas_doc_format")
    rows = [
        task
        for content in sorted(desk.store.state.contents.values(), key=lambda c: int(c.id))
        if content.kind is Kind.PAGE and content.status is Status.CURRENT
        if (not pages or content.id in pages) and (not spaces or content.space_id in spaces)
        if desk.store.access.sees(desk.user, content)
        for task in _tasks(desk, content)
        if wanted in (None, task["status"])
    ]
    return desk.listing(list(enumerate(rows)), lambda row: row[1], lambda row: row[0])


def _tasks(desk: Desk, page: Content) -> list[dict[str, Any]]:
    """Return a page's tasks. A task's id is made of the page's and its own; it is not stored."""
    text = desk.store.state.body(page)
    if "<ac:task>" not in text:
        return []
    latest = desk.store.state.version(page.id, page.version)
    rows = []
    for task in parse(text).iter(f"{{{AC}}}task"):
        body = task.find(f"{{{AC}}}task-body")
        local = task.findtext(f"{{{AC}}}task-id") or ""
        value = "" if body is None else etree.tostring(body, encoding="unicode", method="text")
        rows.append(
            {
                "id": f"{page.id}{local.zfill(4)}",
                "localId": local,
                "spaceId": page.space_id,
                "pageId": page.id,
                "status": task.findtext(f"{{{AC}}}task-status") or "incomplete",
                "body": shape.storage_body(value) if desk.query("body-format") == "storage" else {},
                "createdBy": page.author_id,
                "createdAt": iso(page.created_at),
                "updatedAt": iso(latest.at),
            }
        )
    return rows
