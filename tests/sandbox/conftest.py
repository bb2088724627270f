"""A fresh local Confluence for each test, and somebody who speaks HTTP to it."""

import pytest
import requests

from confsync.sandbox import Sandbox


class Api:
    """Requests with a login. Paths are below `/wiki`; answers are checked by the test."""

    def __init__(self, sandbox, user=None, token=None):
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "tests/1.0"
        if user is not None:
            self.session.auth = (user, token)
        self.v2 = f"{sandbox.url}/api/v2"
        self.v1 = f"{sandbox.url}/rest/api"

    def __call__(self, method, path, **kwargs):
        base = self.sandbox.url.removesuffix("/wiki") if path.startswith("/wiki") else self.sandbox.url
        kwargs.setdefault("allow_redirects", False)
        return self.session.request(method, base + path, timeout=10, **kwargs)

    @property
    def space_id(self):
        return self.sandbox.store.tree.find_space("DOCS").id

    def create(self, title, body="<p>x</p>", parent=None, **query):
        data = {
            "spaceId": self.space_id,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": body},
        }
        if parent is not None:
            data["parentId"] = parent
        return self("POST", "/api/v2/pages", json=data, params=query)

    def made(self, title, body="<p>x</p>", parent=None, **query):
        answer = self.create(title, body, parent, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    def get(self, page_id, **query):
        return self("GET", f"/api/v2/pages/{page_id}", params={"body-format": "storage", **query})

    def body(self, page_id):
        return self.get(page_id).json()["body"]["storage"]["value"]

    def put(self, page_id, number, title="T", body="<p>y</p>", message="", **more):
        data = {
            "id": page_id,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": body},
            "version": {"number": number, "message": message},
            **more,
        }
        return self("PUT", f"/api/v2/pages/{page_id}", json=data)

    def upload(self, page_id, name, data, *, method="POST", path="", comment=None, headers=None):
        parts = [("file", (name, data, "application/octet-stream")), ("minorEdit", (None, "true"))]
        if comment is not None:
            parts.append(("comment", comment))
        head = {"X-Atlassian-Token": "no-check"} if headers is None else headers
        url = f"/rest/api/content/{page_id}/child/attachment{path}"
        return self(method, url, files=parts, headers=head)

    def search(self, cql, path="content/search", **query):
        return self("GET", f"/rest/api/{path}", params={"cql": cql, **query})


@pytest.fixture
def sandbox():
    with Sandbox(search_lag=0.0) as running:
        yield running
        assert running.crashes == []


def clients(kind, account):
    """Yield what connects a client to a sandbox; all are closed at the end."""
    opened = []

    def made(sandbox, user=account, token=Sandbox.token):
        api = kind(sandbox, user, token)
        opened.append(api)
        return api

    yield made
    for api in opened:
        api.session.close()


@pytest.fixture
def connect():
    yield from clients(Api, Sandbox.user)


@pytest.fixture
def api(sandbox, connect):
    return connect(sandbox)


@pytest.fixture
def ann(sandbox):
    return sandbox.as_person


class DataCenterApi(Api):
    """Requests to a Data Center, by name and password or, without a user, with a personal access token."""

    def __init__(self, sandbox, user=None, token=None):
        super().__init__(sandbox, user or None, token)
        if token is not None and not user:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method, path, **kwargs):
        kwargs.setdefault("allow_redirects", False)
        return self.session.request(method, self.sandbox.url + path, timeout=10, **kwargs)

    def create(self, title, body="<p>x</p>", parent=None, **more):
        data = {
            "type": "page",
            "title": title,
            "space": {"key": "DOCS"},
            "body": {"storage": {"value": body, "representation": "storage"}},
            **more,
        }
        if parent is not None:
            data["ancestors"] = [{"id": parent}]
        return self("POST", "/rest/api/content", json=data)

    def get(self, page_id, **query):
        return self("GET", f"/rest/api/content/{page_id}", params={"expand": "body.storage,version", **query})

    def put(self, page_id, number, title="T", body="<p>y</p>", message="", **more):
        bodies = {"storage": {"value": body, "representation": "storage"}} if isinstance(body, str) else body
        data = {
            "id": page_id,
            "type": "page",
            "title": title,
            "body": bodies,
            "version": {"number": number, "message": message},
            **more,
        }
        return self("PUT", f"/rest/api/content/{page_id}", json=data)

    @property
    def home(self):
        return self.sandbox.store.tree.find_space("DOCS").homepage_id


@pytest.fixture
def datacenter():
    with Sandbox(search_lag=0.0, flavor="datacenter", context="/confluence") as running:
        yield running
        assert running.crashes == []


@pytest.fixture
def dc_connect():
    yield from clients(DataCenterApi, "robot")


@pytest.fixture
def dc_api(datacenter, dc_connect):
    return dc_connect(datacenter)
