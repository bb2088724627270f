"""Data Center: what it is, who asks, and the addresses that other programs recognise it by."""

from __future__ import annotations

from werkzeug.wrappers import Response

from confsync.sandbox.datacenter.shapes import Shapes
from confsync.sandbox.refusals import Denied
from confsync.sandbox.routes import Routes
from confsync.sandbox.wire import V1, Desk, answer, refused_v1, v1_error

VERSION = "10.0.3"
BUILD = "10122"
routes = Routes(V1, refused_v1)
plugins = Routes("/wiki/rest/applinks/1.0", refused_v1)
experimental = Routes("/wiki/rest/experimental", refused_v1)


@routes.on("GET", "/server-information")
def server_information(desk: Desk) -> Response:
    """`getServerInformation`: for those who are logged in."""
    if desk.user is None:
        return v1_error(401, "Client must be authenticated to access this resource.", reason="Unauthorized")
    told = {
        "baseUrl": desk.base,
        "version": VERSION,
        "buildNumber": int(BUILD),
        "marketplaceBuildNumber": int(BUILD),
        "buildDate": "2025-09-01T00:00:00.000+0000",
    }
    return answer(told)


@routes.on("GET", "/accessmode")
def access_mode(desk: Desk) -> Response:
    """`getAccessModeStatus`."""
    return answer("READ_ONLY" if desk.store.habits.read_only else "READ_WRITE")


@plugins.on("GET", "/manifest")
def manifest(desk: Desk) -> Response:
    """Say to anybody what this is; the oldest releases have it."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest><id>5b10a284-0000-3000-8000-000000000001</id>'
        f"<name>Sandbox</name><typeId>confluence</typeId><version>{VERSION}</version>"
        f"<buildNumber>{BUILD}</buildNumber><applinksVersion>10.0.0</applinksVersion>"
        f"<url>{desk.base}</url></manifest>"
    )
    return Response(text, mimetype="application/xml")


@routes.on("GET", "/user/current")
def current_user(desk: Desk) -> Response:
    """`getCurrent`: 200 for an anonymous visitor, too."""
    return answer(Shapes.of(desk).user(desk.user))


@routes.on("GET", "/user")
def get_user(desk: Desk) -> Response:
    """`getUser`, by key or by name."""
    if desk.user is None:
        raise Denied("Not permitted to view users")
    key, name = desk.query("key"), desk.query("username")
    for user in desk.store.state.users.values():
        if user.user_key == key or (name is not None and user.username == name.lower()):
            return answer(Shapes.of(desk).user(user))
    return v1_error(404, f"No user found with {'key' if key else 'username'} : {key or name or 'null'}")
