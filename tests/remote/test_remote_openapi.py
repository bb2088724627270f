"""Every request that the client can send is in Atlassian's OpenAPI files; what is not, is listed here with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from remote_openapi import Sent, Specification, path_of
from remote_scripted import Asked, Reply, upload_of
from requests.adapters import HTTPAdapter

from confsync.errors import NotFound
from confsync.model import PageId, SpaceId
from confsync.outcome import NewPage, PageUpdate
from confsync.remote import connect
from confsync.remote.cloud import Cloud
from confsync.remote.search import _of_kind
from confsync.remote.v1 import space_labels
from confsync.sandbox import Sandbox

CLOUD_ROUTES = {
    "DELETE /api/v2/attachments/{id}",
    "DELETE /api/v2/folders/{id}",
    "DELETE /api/v2/pages/{id}",
    "DELETE /rest/api/content/{id}/label",
    "GET /api/v2/folders/{id}",
    "GET /api/v2/folders/{id}/direct-children",
    "GET /api/v2/pages",
    "GET /api/v2/pages/{id}",
    "GET /api/v2/pages/{id}/attachments",
    "GET /api/v2/pages/{id}/direct-children",
    "GET /api/v2/pages/{id}/labels",
    "GET /api/v2/pages/{id}/versions",
    "GET /api/v2/spaces",
    "GET /api/v2/spaces/{id}/operations",
    "GET /api/v2/spaces/{id}/pages",
    "GET /rest/api/content/search",
    "GET /rest/api/content/{id}/child/attachment/{attachmentId}/download",
    "GET /rest/api/space/{spaceKey}/label",
    "GET /rest/api/user",
    "GET /rest/api/user/current",
    "POST /api/v2/folders",
    "POST /api/v2/pages",
    "POST /rest/api/content/{id}/child/attachment/{attachmentId}/data",
    "POST /rest/api/content/{id}/label",
    "PUT /rest/api/content/{pageId}/move/{position}/{targetId}",
    "PUT /api/v2/pages/{id}",
    "PUT /rest/api/content/{id}/child/attachment",
}
"""The client's routes. A new one is added here when it is added there."""

CLOUD_DEVIATIONS = {
    # Not in the write schema, taken by the service: sphinx-contrib/confluencebuilder and markfluence send it so.
    ("PUT /api/v2/pages/{id}", "unknown property version.minorEdit"),
}


DC_ROUTES = {
    "DELETE /rest/api/content/{id}/child/attachment/{attachmentId}",
    "GET /rest/api/accessmode",
    "GET /rest/api/content/{id}/child/{type}",
    "GET /rest/api/server-information",
    "GET /rest/api/user",
    "DELETE /rest/api/content/{id}",
    "DELETE /rest/api/content/{id}/label",
    "GET /rest/api/content",
    "GET /rest/api/content/scan",
    "GET /rest/api/content/search",
    "GET /rest/api/content/{id}",
    "GET /rest/api/content/{id}/child/attachment",
    "GET /rest/api/content/{id}/label",
    "GET /rest/api/space",
    "GET /rest/api/space/{spaceKey}",
    "GET /rest/api/user/current",
    "POST /rest/api/content",
    "POST /rest/api/content/{id}/child/attachment",
    "POST /rest/api/content/{id}/child/attachment/{attachmentId}/data",
    "POST /rest/api/content/{id}/label",
    "PUT /rest/api/content/{contentId}",
}

DC_DEVIATIONS = {
    # The list of versions is published nowhere; clients have read it there since 6.x.
    ("GET /rest/experimental/content/7/version", "unknown route"),
    # Files are no part of the REST API: this is the address that `_links.download` gives.
    ("GET /download/attachments/7/ä.png", "unknown route"),
}


class Recorder(HTTPAdapter):
    """An adapter that keeps what goes through it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        body = request.body
        if hasattr(body, "read"):
            body = b"".join(iter(lambda: request.body.read(65536), b""))
            request.body = body
        kept = body if isinstance(body, bytes) else (body or "").encode()
        self.sent.append(Sent(request.method, request.url, dict(request.headers), kept))
        return super().send(request, *args, **kwargs)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(search_lag=0.0, short_pages=True) as found:
        yield found


@pytest.fixture
def recorded(sandbox: Sandbox) -> Iterator[tuple[Cloud, Recorder]]:
    client = connect(sandbox.url, Sandbox.user, Sandbox.token, "cloud")
    recorder = Recorder()
    client._wire.http.mount(recorder)
    yield client, recorder
    client.close()


def everything(client: Any, tmp_path: Any) -> None:
    """Call every method of the port in all the ways that make a difference on the wire."""
    client.site()
    space = client.space("docs")
    with pytest.raises(NotFound):
        client.space("NOPE")
    folder = client.create_folder(space, "F", space.homepage_id).value
    client.create_folder(space, "Top", None)
    client.folder(folder.id)
    top = client.create_page(
        NewPage(space=space, title="Top page", parent_id=None, body="<p>x</p>", message="m")
    ).value
    page = client.create_page(
        NewPage(space=space, title="A & B + ü", parent_id=folder.id, body="<p>x</p>")
    ).value
    for notify, version in ((False, 2), (True, 3)):
        update = PageUpdate(
            page_id=page.id,
            space=space,
            title=page.title,
            parent_id=folder.id if notify else None,
            body="<p>y</p>",
            version=version,
            message="m",
            notify=notify,
        )
        client.update_page(update)
    client.pages(space)
    client.pages(space, bodies=True)
    list(client.newest(space))
    client.page(page.id)
    client.page(page.id, version=1)
    client.find_title(space, page.title)
    client.history(page.id)
    client.add_labels(page.id, [f"l{n}" for n in range(60)])
    client.page(page.id)
    client.remove_label(page.id, "l1")
    sent = client.upload(upload_of(tmp_path / "ä.png", b"one", page_id=page.id)).value
    again = upload_of(tmp_path / "ä.png", b"two", page_id=page.id, attachment_id=sent.id, notify=True)
    client.upload(again)
    client.upload(upload_of(tmp_path / "ä.png", b"three", page_id=page.id))
    client.download(client.attachments(page.id)[0], tmp_path / "back")
    client.hints(space)
    client.hints(space, labels=True)
    client.hints(space, labels=True, brief=True, among=[page.id])
    client.signs(space)
    client.name_of(page.author_id)
    client.rights(space)
    client.release()
    client.trash_attachment(page.id, sent.id)
    client.trashed_attachments(page.id, [sent.id])
    client.reorder_page(page.id, top.id, behind=True)
    client.reorder_page(page.id, top.id, behind=False)
    client.folders_below(space.homepage_id)
    client.find_folder(space, "F", None)
    client.trash_folder(client.create_folder(space, "Empty", None).value.id)
    client.trash_page(top.id)
    client.trash_page(PageId("999999"))


def judged(recorder: Recorder, base: str, *specs: Specification) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the routes that were used, and what deviates, each as (route, deviation)."""
    routes: set[str] = set()
    deviations: set[tuple[str, str]] = set()
    for sent in recorder.sent:
        if not sent.url.startswith(base):
            continue
        path = path_of(sent, base)
        found = next(((spec, one) for spec in specs if (one := spec.find(sent.method, path))), None)
        if found is None:
            deviations.add((f"{sent.method} {path}", "unknown route"))
            continue
        spec, operation = found
        routes.add(operation.name)
        deviations |= {(operation.name, wrong) for wrong in spec.deviations(operation, sent)}
    return routes, deviations


def test_every_request_to_cloud_is_valid_under_atlassians_openapi_files(sandbox, recorded, tmp_path):
    v2 = Specification("confluence-cloud-v2.openapi.json", "/api/v2")
    v1 = Specification("confluence-cloud-v1.openapi.json", "", cut="/wiki")
    client, recorder = recorded
    everything(client, tmp_path)
    # what is asked for where a space has a thousand pages
    space_labels(client._wire, "DOCS")
    ids = list(_of_kind(client._wire, 'type = page and space = "DOCS"', 'label in ("l2", "l3")', ""))
    assert len(ids[0][0]) == 1
    routes, deviations = judged(recorder, sandbox.url, v2, v1)
    assert deviations == CLOUD_DEVIATIONS
    assert routes == CLOUD_ROUTES


def data_center(asked: Asked) -> Reply:
    """Answer as a Data Center would that has one page with one file."""
    page = {
        "id": "7",
        "title": "P",
        "status": "current",
        "version": {"number": 2},
        "ancestors": [{"id": "1"}],
        "body": {"storage": {"value": "<p/>"}},
    }
    file = {"id": "att9", "title": "ä.png", "version": {"number": 1}, "container": {"id": "7"}}
    user = {"type": "known", "username": "ann", "userKey": "8a7f", "displayName": "Ann"}
    label = {"name": "a", "prefix": "global"}
    space = {"id": 5, "key": "DOC", "name": "Docs", "homepage": {"id": "1"}}

    def listed(*rows: Any) -> Reply:
        return Reply(200, {"results": list(rows), "size": len(rows)})

    table: list[tuple[str, Reply]] = [
        (r"GET .*/user/current$", Reply(200, user)),
        (r"GET .*/space/NOPE$", Reply(404, {"message": "No space with key : NOPE"})),
        (r"GET .*/space/[^/]+$", Reply(200, space)),
        (r"GET .*/space$", listed(space)),
        (r"GET .*/experimental/.*/version$", listed({"number": 2}, {"number": 1})),
        (r"(GET|POST) .*/label$", listed(*[label] * 200)),
        (r"POST .*/data$", Reply(200, file)),
        (r"POST .*/child/attachment$", Reply(400, {"message": "same file name as an existing attachment"})),
        (r"GET .*/child/attachment$", listed(file)),
        (r"GET .*/download/.*", Reply(200, b"x")),
        (
            r"GET .*/content/search$",
            listed({**page, "container": {"id": "7"}, "metadata": {"labels": {"results": []}}}),
        ),
        (r"GET .*/content(/scan)?$", listed(page)),
        (r"DELETE ", Reply(204)),
        (r"(GET|PUT|POST) .*/content(/7)?$", Reply(200, {**page, "metadata": {}})),
    ]
    return next(
        (reply for form, reply in table if re.match(form, f"{asked.method} {asked.path}")), Reply(404, {})
    )


def test_every_request_to_data_center_is_valid_under_atlassians_openapi_file(server, clock, tmp_path):
    spec = Specification("confluence-datacenter-10.0.3.openapi.json", "")
    base = f"http://127.0.0.1:{server.server_port}/ctx"
    server.answer = data_center
    client = connect(base, "", "token-of-ann", "datacenter", clock=clock)
    recorder = Recorder()
    client._wire.http.mount(recorder)
    everything(client, tmp_path)
    client.close()
    routes, deviations = judged(recorder, base, spec)
    assert deviations == DC_DEVIATIONS
    assert routes == DC_ROUTES


def test_the_judge_finds_what_is_wrong(sandbox, recorded, tmp_path):
    """The test above is only as good as its judge."""
    v2 = Specification("confluence-cloud-v2.openapi.json", "/api/v2")
    operation = v2.find("PUT", "/api/v2/pages/1")
    body = b'{"id": 1, "title": "x", "body": {"value": "", "format": "x"}, "version": {"number": "2"}, "more": 1}'
    sent = Sent("PUT", f"{sandbox.url}/api/v2/pages/1?force=true", {"Content-Type": "application/json"}, body)
    found = "\n".join(v2.deviations(operation, sent))
    for word in ("force", "'status'", "more", "'2'", "1 is not of type"):
        assert word in found
    assert v2.find("PATCH", "/api/v2/pages/1") is None
    assert v2.find("GET", "/api/v2/pages/1/wrong") is None


def test_hints_name_the_pages_with_attachments_and_labels(sandbox, recorded, tmp_path):
    client, _recorder = recorded
    space = client.space("DOCS")
    pages = [
        client.create_page(
            NewPage(space=space, title=f'P "{n}"', parent_id=space.homepage_id, body="<p/>")
        ).value
        for n in range(3)
    ]
    client.upload(upload_of(tmp_path / "a", b"x", page_id=pages[0].id))
    client.add_labels(pages[1].id, ["b", "a"])
    hint = client.hints(space)
    assert pages[0].id in hint.files
    assert pages[1].id not in hint.files
    assert hint.labels == {}
    told = client.hints(space, labels=True).labels
    assert told[pages[1].id] == ("a", "b")
    assert told[pages[2].id] == ()


def test_a_space_id_never_becomes_a_number(recorded):
    client, recorder = recorded
    space = client.space("DOCS")
    assert isinstance(space.id, str)
    huge = type(space)(
        id=SpaceId("9007199254740993"), key="X", name="X", homepage_id=PageId("9007199254740995")
    )
    client.create_page(NewPage(space=huge, title="T", parent_id=huge.homepage_id, body=""))
    assert b'"9007199254740993"' in recorder.sent[-1].body
    assert b'"9007199254740995"' in recorder.sent[-1].body
