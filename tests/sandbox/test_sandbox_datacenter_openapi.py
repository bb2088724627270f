"""What the Data Center answers is what Atlassian's OpenAPI file for 10.0.3 declares; the exceptions are in the table."""

import pytest
from sandbox_openapi import DATACENTER, Spec

from confsync.sandbox.datacenter import (
    attachments,
    content,
    details,
    listing,
    search,
    server,
    spaces,
    writing,
)


@pytest.fixture(scope="module")
def spec():
    return Spec({"": "confluence-datacenter-10.0.3.openapi.json"}, DATACENTER)


class Walk:
    """Requests whose answers are all held against the file."""

    def __init__(self, api, spec):
        self.api = api
        self.spec = spec

    def __call__(self, method, path, status, **kwargs):
        answer = self.api(method, f"/rest/api{path}", **kwargs)
        assert answer.status_code == status, answer.text
        self.spec.check(method, f"/rest/api{path.partition('?')[0]}", answer)
        return answer.json() if answer.content else None


def test_every_json_answer_is_as_the_file_declares_it(datacenter, dc_api, spec):
    walk = Walk(dc_api, spec)
    who_and_where(walk)
    page = pages(walk)
    details_of(walk, page)
    files(walk, page)
    searches(walk)
    endings(walk, page)
    groups = (server, spaces, listing, content, writing, details, search, attachments)
    answered = {route.name for group in groups for route in group.routes.all}
    assert answered - set(datacenter.requests.by_route()) == set()
    assert spec.unmet == []


def who_and_where(walk):
    me = walk("GET", "/user/current", 200)
    walk("GET", f"/user?key={me['userKey']}", 200)
    walk("GET", "/user?username=nobody", 404)
    walk("GET", "/server-information", 200)
    walk("GET", "/accessmode", 200)
    walk("POST", "/space", 200, json={"key": "NEW", "name": "New"})
    walk("GET", "/space?limit=1", 200)
    walk("GET", "/space/DOCS?expand=homepage,description.plain", 200)
    walk("GET", "/space/NOPE", 404)


def pages(walk):
    body = {"storage": {"value": "<p>one two</p>", "representation": "storage"}}
    made = {"type": "page", "title": "A", "space": {"key": "DOCS"}, "body": body}
    metadata = {"labels": [{"name": "x"}], "properties": {"editor": {"key": "editor", "value": "v2"}}}
    page = walk("POST", "/content", 200, json=made | {"metadata": metadata})["id"]
    walk("POST", "/content", 400, json=made)
    below = walk("POST", "/content", 200, json=made | {"title": "B", "ancestors": [{"id": page}]})["id"]
    write = made | {"id": page, "version": {"number": 2, "message": "m", "minorEdit": True}}
    walk("PUT", f"/content/{page}", 200, json=write)
    walk("PUT", f"/content/{page}", 409, json=write)
    walk("POST", "/content", 200, json={"type": "comment", "container": {"id": page}, "body": body})
    everything = (
        "body.storage,version,space,container,ancestors,history.lastUpdated,history.previousVersion,"
        "metadata.labels,metadata.properties.editor,children.attachment,children.page,operations"
    )
    walk("GET", f"/content/{below}", 200)
    walk("GET", f"/content/{page}?expand={everything}", 200)
    walk("GET", f"/content/{page}?status=historical&version=1&expand=body.storage,version", 200)
    walk("GET", f"/content?spaceKey=DOCS&limit=1&expand={everything}", 200)
    walk("GET", f"/content/scan?spaceKey=DOCS&limit=1&expand={everything}", 200)
    walk("GET", "/content/scan?cursor=nonsense", 400)
    walk("GET", "/content/4711", 404)
    for path in (
        "child?expand=page,attachment",
        "child/page?expand=version",
        "child/comment?expand=body.storage",
    ):
        walk("GET", f"/content/{page}/{path}", 200)
    walk("GET", f"/content/{page}/descendant/page", 200)
    walk("GET", f"/content/{page}/history?expand=lastUpdated,previousVersion", 200)
    walk("GET", "/space/DOCS/content", 200)
    walk("GET", "/space/DOCS/content/page?depth=root", 200)
    return page


def details_of(walk, page):
    labels = [{"prefix": "global", "name": "one two"}, {"prefix": "global", "name": "three"}]
    walk("POST", f"/content/{page}/label", 200, json=labels)
    walk("GET", f"/content/{page}/label?prefix=global&limit=1", 200)
    walk("DELETE", f"/content/{page}/label?name=one", 204)
    walk("DELETE", f"/content/{page}/label/two", 204)
    walk("DELETE", f"/content/{page}/label?name=one", 404)
    walk("POST", f"/content/{page}/property", 200, json={"key": "k", "value": {"a": 1}})
    walk("POST", f"/content/{page}/property", 400, json={"key": "k", "value": {"a": 1}})
    change = {"key": "k", "value": 2, "version": {"number": 2}}
    walk("PUT", f"/content/{page}/property/k", 200, json=change)
    walk("PUT", f"/content/{page}/property/k", 409, json=change)
    walk("GET", f"/content/{page}/property?expand=version", 200)
    walk("GET", f"/content/{page}/property/k", 200)
    walk("DELETE", f"/content/{page}/property/k", 204)
    walk("GET", f"/content/{page}/property/k", 404)


def files(walk, page):
    base = f"/content/{page}/child/attachment"
    parts = {"file": ("a.txt", b"1", "text/plain"), "minorEdit": (None, "true")}
    head = {"X-Atlassian-Token": "no-check"}
    made = walk("POST", base, 200, files=parts, headers=head)["results"][0]["id"]
    walk("POST", base, 400, files=parts, headers=head)
    walk("POST", f"{base}/{made}/data", 200, files=parts, headers=head)
    walk("PUT", f"{base}/{made}", 200, json={"id": made, "type": "attachment", "version": {"number": 2}})
    walk("GET", f"{base}?expand=version,container&filename=a.txt", 200)
    walk("GET", f"/content/{made}?expand=version,container", 200)
    walk("DELETE", f"{base}/{made}", 204)


def searches(walk):
    walk("GET", "/content/search?cql=space=DOCS&expand=version,metadata.labels&limit=1&start=1", 200)
    walk("GET", "/search?cql=space=DOCS&expand=content.version&limit=1", 200)
    walk("GET", "/search?cql=status=current", 400)


def endings(walk, page):
    walk("DELETE", f"/content/{page}/version/1", 204)
    walk("DELETE", f"/content/{page}", 200)
    walk("GET", f"/content/{page}", 404)
    walk("GET", f"/content/{page}?status=trashed&expand=version", 200)
    walk("GET", "/space/DOCS/trash?expand=version", 200)
    walk("DELETE", f"/content/{page}?status=trashed", 204)
    walk("DELETE", "/space/DOCS/trash", 204)
    walk("GET", f"/content/{page}?status=any", 404)
