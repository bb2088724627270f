"""The web pages: spaces, a page, its history and files, the trash, and the ways to find a page."""

from __future__ import annotations

import difflib
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from confsync.model import title_key
from confsync.sandbox.browser.frame import frame, guarded, joined
from confsync.sandbox.browser.render import render
from confsync.sandbox.browser.surroundings import Surroundings
from confsync.sandbox.browser.visit import Visit
from confsync.sandbox.refusals import Absent
from confsync.sandbox.store.addresses import titled
from confsync.sandbox.store.blobs import CHUNK
from confsync.sandbox.store.records import Content, Kind, Space, Status
from confsync.sandbox.store.tiny import tiny_decode

MAX_TREE = 2000
"""So many contents a page tree shows."""
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"})


# ---- looking ----------------------------------------------------------------------------------------------------


def spaces(visit: Visit) -> Response:
    """All spaces."""
    rows = [
        Markup('<li><a href="/wiki/spaces/{}">{}</a> <span class="meta">{}</span></li>').format(
            s.key, s.name, s.key
        )
        for s in visit.store.state.spaces.values()
    ]
    return frame("Spaces", Markup("<h1>Spaces</h1><ul>{}</ul>").format(joined(rows)))


def space(visit: Visit, key: str) -> Response:
    """A space: its homepage, or its tree where it has none."""
    found = visit.space(key)
    home = visit.store.state.contents.get(found.homepage_id or "")
    if home is not None and home.status is Status.CURRENT:
        return _show(visit, home)
    return frame(found.name, Markup("<h1>{}</h1>").format(found.name), tree=_tree(visit, found, frozenset()))


def page(visit: Visit, ident: str) -> Response:
    """A page or folder. The space in the address is not looked at; the id decides (FACTS.md 16)."""
    return _show(visit, visit.page(ident))


def folder(visit: Visit, ident: str) -> Response:
    """A folder: what is in it."""
    return _show(visit, visit.page(ident))


def _show(visit: Visit, content: Content) -> Response:
    store = visit.store
    version = store.state.version(content.id, content.version)
    body = (
        render(version.body, _around(visit, content))
        if content.kind is Kind.PAGE
        else _children(visit, content)
    )
    state = (
        Markup('<div class="panel warning">This page is {}.</div>').format(content.status.value)
        if content.status is not Status.CURRENT
        else Markup()
    )
    main = Markup(
        '<div class="crumbs">{}</div>{}<h1>{}</h1><p class="meta">Version {} by {}, {}{}</p>{}{}{}{}'
    ).format(
        _crumbs(visit, content),
        _actions(visit, content),
        content.title,
        version.number,
        visit.name(version.author_id),
        version.at.strftime("%Y-%m-%d %H:%M"),
        f" - {version.message}" if version.message else "",
        state,
        body,
        _labels(visit, content),
        _comments(visit, content),
    )
    opened = frozenset({content.id, *(a.id for a in store.tree.ancestors(content))})
    tree = _tree(visit, store.state.space(content.space_id), opened, here=content.id)
    return frame(content.title, main, tree=tree)


def _around(visit: Visit, content: Content) -> Surroundings:
    store = visit.store

    def page_of(title: str, key: str | None) -> Content | None:
        owner = store.tree.find_space(key) if key else store.state.space(content.space_id)
        named = f"{owner.id} {Kind.PAGE} {title_key(title)}" if owner else ""
        shown = [c for c in store.state.titles.of(named) if c.status is Status.CURRENT]
        return next((c for c in shown if store.access.sees(visit.user, c)), None)

    def page_address(title: str, key: str | None) -> str | None:
        found = page_of(title, key)
        return visit.address(found) if found is not None else None

    def page_body(title: str, key: str | None) -> str | None:
        found = page_of(title, key)
        return store.state.body(found) if found is not None else None

    def files() -> list[tuple[str, str]]:
        return [(f"/wiki/_file/{f.id}", f.title) for f in store.files.of(content.id)]

    def file_address(name: str) -> str | None:
        file = store.files.find(content.id, name)
        return f"/wiki/_file/{file.id}" if file else None

    def children() -> list[tuple[str, str]]:
        return [(visit.address(c), c.title) for c in store.tree.children(content)]

    return Surroundings(page_address, file_address, visit.name, children, files, page_body)


def _children(visit: Visit, content: Content) -> Markup:
    rows = [
        Markup('<li><a href="{}">{}</a></li>').format(visit.address(c), c.title)
        for c in visit.store.tree.children(content)
    ]
    return Markup("<ul>{}</ul>").format(joined(rows))


def _crumbs(visit: Visit, content: Content) -> Markup:
    owner = visit.store.state.space(content.space_id)
    parts = [Markup('<a href="/wiki/spaces/{}">{}</a>').format(owner.key, owner.name)]
    parts += [
        Markup('<a href="{}">{}</a>').format(visit.address(a), a.title)
        for a in visit.store.tree.ancestors(content)
    ]
    return Markup(" / ").join(parts)


def _actions(visit: Visit, content: Content) -> Markup:
    key = visit.store.state.space(content.space_id).key
    edit = Markup('<a href="/wiki/spaces/{}/pages/edit-v2/{}">Edit</a>').format(key, content.id)
    names = (
        ("viewpreviousversions", "History"),
        ("viewpageattachments", "Attachments"),
        ("viewstorage", "Storage"),
    )
    links = [
        Markup('<a href="/wiki/pages/{}.action?pageId={}">{}</a>').format(a, content.id, n) for a, n in names
    ]
    return Markup('<div class="actions">{}</div>').format(
        joined([edit, *links] if content.kind is Kind.PAGE else [])
    )


def _labels(visit: Visit, content: Content) -> Markup:
    rows = [Markup('<span class="label">{}</span>').format(x.name) for x in visit.store.labels.of(content.id)]
    return Markup('<p class="labels">{}</p>').format(joined(rows)) if rows else Markup()


def _comments(visit: Visit, content: Content) -> Markup:
    rows = []
    for inline in (False, True):
        for comment in visit.store.comments.of(content.id, inline=inline):
            quoted = Markup("<mark>{}</mark> ").format(comment.selection) if inline else Markup()
            text = render(comment.body, _around(visit, content))
            rows.append(
                Markup('<div class="comment"><span class="meta">{} {}</span>{}</div>').format(
                    quoted, visit.name(comment.author_id), text
                )
            )
    return Markup("<h2>Comments</h2>{}").format(joined(rows)) if rows else Markup()


def _tree(visit: Visit, owner: Space, opened: frozenset[str], here: str = "") -> Markup:
    """Return the page tree of a space, opened along the way to the page that is shown."""
    left = [MAX_TREE]

    def level(parent_id: str | None) -> Markup:
        rows = []
        for node in visit.store.state.siblings(parent_id, owner.id):
            if left[0] <= 0 or not visit.store.access.sees(visit.user, node):
                continue
            left[0] -= 1
            deeper = level(node.id) if node.id in opened or parent_id is None else Markup()
            look = Markup(' class="here"') if node.id == here else Markup()
            mark = "\N{OPEN FILE FOLDER} " if node.kind is Kind.FOLDER else ""
            rows.append(
                Markup('<li><a href="{}"{}>{}{}</a>{}</li>').format(
                    visit.address(node), look, mark, node.title, deeper
                )
            )
        return Markup("<ul>{}</ul>").format(joined(rows)) if rows else Markup()

    trash = Markup('<p><a class="meta" href="/wiki/spaces/{}/trash">Trash</a></p>').format(owner.key)
    return Markup("{}{}").format(level(None), trash)


def history(visit: Visit) -> Response:
    """A page's versions, each with what it changed."""
    content = visit.page(visit.argument("pageId"))
    versions = visit.store.state.versions_of(content)[::-1]
    rows = []
    for number, version in enumerate(versions):
        before = versions[number + 1].body if number + 1 < len(versions) else ""
        head = (
            f"{version.number} - {visit.name(version.author_id)}, {version.at:%Y-%m-%d %H:%M}"
            f"{' - ' + version.message if version.message else ''}"
        )
        rows.append(
            Markup('<details{}><summary>{}</summary><pre class="diff">{}</pre></details>').format(
                Markup(" open") if number == 0 else Markup(), head, _diff(before, version.body)
            )
        )
    main = Markup('<h1>History of <a href="{}">{}</a></h1>{}').format(
        visit.address(content), content.title, joined(rows)
    )
    return frame(f"History of {content.title}", main)


def _diff(old: str, new: str) -> Markup:
    """Return what changed between two bodies, line by line, a block a line."""
    before, after = (text.replace("><", ">\n<").splitlines() for text in (old, new))
    rows = []
    for line in difflib.unified_diff(before, after, lineterm="", n=1):
        if line.startswith(("---", "+++")):
            continue
        match line[:1]:
            case "+":
                rows.append(Markup("<ins>{}</ins>\n").format(line))
            case "-":
                rows.append(Markup('<del class="line">{}</del>\n').format(line))
            case _:
                rows.append(Markup("{}\n").format(line))
    return joined(rows)


def attachments(visit: Visit) -> Response:
    """A page's files."""
    content = visit.page(visit.argument("pageId"))
    rows = [
        Markup(
            '<tr><td><a href="/wiki/_file/{}">{}</a></td><td>{}</td><td>{} bytes</td><td>{}</td></tr>'
        ).format(f.id, f.title, f.latest.number, f.latest.size, f.latest.comment)
        for f in visit.store.files.of(content.id)
    ]
    main = Markup(
        '<h1>Attachments of <a href="{}">{}</a></h1>'
        "<table><tr><th>File</th><th>Version</th><th>Size</th><th>Comment</th></tr>{}</table>"
    ).format(visit.address(content), content.title, joined(rows))
    return frame(f"Attachments of {content.title}", main)


def storage(visit: Visit) -> Response:
    """A page's body as it is stored."""
    content = visit.page(visit.argument("pageId"))
    main = Markup('<h1>Storage of <a href="{}">{}</a></h1><pre class="diff">{}</pre>').format(
        visit.address(content), content.title, visit.store.state.body(content)
    )
    return frame(f"Storage of {content.title}", main)


def trash(visit: Visit, key: str) -> Response:
    """What was deleted from a space, with a button to bring it back."""
    owner = visit.space(key)
    rows = [
        Markup("<li>{} {}</li>").format(c.title, visit.button("/wiki/pages/dorestore.action", c, "Restore"))
        for c in visit.store.state.in_space.of(owner.id)
        if c.status is Status.TRASHED
    ]
    main = Markup("<h1>Trash of {}</h1><ul>{}</ul>").format(owner.name, joined(rows))
    return frame("Trash", main, tree=_tree(visit, owner, frozenset()))


def person(visit: Visit, account: str) -> Response:
    """A person."""
    return frame(visit.name(account), Markup("<h1>{}</h1>").format(visit.name(account)))


def file(visit: Visit, ident: str) -> Response:
    """A file's bytes: raster images and SVG without scripts are shown, everything else is downloaded."""
    found = visit.store.files.get(ident)
    visit.page(found.page_id)
    version, stream = visit.store.files.open(found)
    response = Response(
        wrap_file(visit.request.environ, stream, CHUNK), mimetype=version.media_type, direct_passthrough=True
    )
    response.content_length = version.size
    guarded(response)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if version.media_type not in _SHOWN:
        response.mimetype = "application/octet-stream"
        name = quote(found.title, safe="")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


# ---- finding ----------------------------------------------------------------------------------------------------


def tiny(visit: Visit, code: str) -> Response:
    """A tiny link leads to its page."""
    return redirect(visit.address(visit.page(tiny_decode(code) or "")))


def by_id(visit: Visit) -> Response:
    """`viewpage.action` leads to the page, by id or by space and title."""
    if "pageId" in visit.request.args:
        return _found(visit, visit.page(visit.argument("pageId")))
    return by_title(visit, visit.argument("spaceKey"), visit.argument("title"))


def by_title(visit: Visit, key: str, title: str) -> Response:
    """`/display/KEY/Title` leads to the page; `+` is a blank there."""
    found = titled(visit.store, key, title)
    if found is None:
        raise Absent("page", title)
    return _found(visit, visit.page(found.id))


def _found(visit: Visit, content: Content) -> Response:
    """Lead to a page, or show it where this is its address: on Data Center (FACTS.md 18)."""
    return redirect(visit.address(content)) if visit.store.habits.cloud else _show(visit, content)
