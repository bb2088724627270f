"""Forms that act as a person: edit, trash, restore."""

from __future__ import annotations

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from confsync.sandbox.browser.frame import frame
from confsync.sandbox.browser.visit import Visit
from confsync.sandbox.refusals import Invalid, Refusal
from confsync.sandbox.store.pages import Edit
from confsync.sandbox.store.records import Content


def edit_form(visit: Visit, ident: str) -> Response:
    """The form that edits a page."""
    content = visit.page(ident)
    return _form(visit, content, content.title, visit.store.state.body(content), "")


def draft_form(visit: Visit) -> Response:
    """The old address of the editor."""
    return edit_form(visit, visit.argument("draftId"))


def _form(visit: Visit, content: Content, title: str, body: str, trouble: str) -> Response:
    warning = Markup('<div class="panel warning">{}</div>').format(trouble) if trouble else Markup()
    main = Markup(
        '<h1>Edit {}</h1>{}<form method="post" action="/wiki/pages/doeditpage.action">'
        '<input type="hidden" name="secret" value="{}"><input type="hidden" name="pageId" value="{}">'
        '<input type="hidden" name="version" value="{}">'
        '<p><input type="text" name="title" value="{}" aria-label="Title"></p>'
        '<p><textarea name="body" aria-label="Body in storage format">\n{}</textarea></p>'
        '<p><input type="text" name="message" placeholder="What changed?"></p>'
        '<p><button class="main">Publish</button> <a href="{}">Cancel</a></p></form>{}'
    ).format(
        content.title,
        warning,
        visit.secret,
        content.id,
        content.version,
        title,
        body,
        visit.address(content),
        visit.button("/wiki/pages/dotrash.action", content, "Move to the trash"),
    )
    return frame(f"Edit {content.title}", main, status=409 if trouble else 200)


def save(visit: Visit) -> Response:
    """Publish what the form holds, as the editor does; a trouble brings the form back with all that was typed."""
    form = visit.request.form
    content = visit.page(form.get("pageId", ""))
    body = form.get("body", "").replace("\r\n", "\n")
    version = form.get("version", "")
    if not version.isdecimal():
        raise Invalid("The form holds no version")
    edit = Edit(
        number=int(version) + 1,
        title=form.get("title"),
        body=body,
        message=form.get("message", ""),
        in_editor=True,
    )
    try:
        visit.store.pages.update(visit.store.access.must_write(visit.user, content), content.id, edit)
    except Refusal as error:
        return _form(visit, content, form.get("title", ""), body, str(error))
    return redirect(visit.address(visit.page(content.id)), 303)


def do_trash(visit: Visit) -> Response:
    """Move a page to the trash."""
    content = visit.page(visit.request.form.get("pageId", ""))
    visit.store.access.must_write(visit.user, content)
    visit.store.pages.trash(content.id)
    return redirect(f"/wiki/spaces/{visit.store.state.space(content.space_id).key}/trash", 303)


def do_restore(visit: Visit) -> Response:
    """Take a page out of the trash."""
    content = visit.page(visit.request.form.get("pageId", ""))
    user = visit.store.access.must_write(visit.user, content)
    back = visit.store.pages.restore(user, content.id, Edit(number=content.version + 1))
    return redirect(visit.address(back), 303)
