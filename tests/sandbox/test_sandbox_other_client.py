"""Somebody else's client works here as it does there: atlassian-python-api, for Cloud."""

import warnings

import pytest
from requests import HTTPError

atlassian = pytest.importorskip("atlassian")


@pytest.fixture
def client(sandbox):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it warns of its own old methods
        made = atlassian.ConfluenceV2(
            url=sandbox.url, username=sandbox.user, password=sandbox.token, cloud=True
        )
    yield made
    made.close()


@pytest.fixture
def space(client):
    return client.get_space_by_key("DOCS")["id"]


def test_it_creates_reads_and_updates_a_page(client, space):
    page = client.create_page(space_id=space, title="Made elsewhere", body="<p>one</p>")
    read = client.get_page_by_id(page["id"], body_format="storage")
    assert (read["title"], read["body"]["storage"]["value"]) == ("Made elsewhere", "<p>one</p>")
    client.update_page(page["id"], title="Made elsewhere", body="<p>two</p>", status="current", version=1)
    again = client.get_page_by_id(page["id"], body_format="storage")
    assert (again["version"]["number"], again["body"]["storage"]["value"]) == (2, "<p>two</p>")
    with pytest.raises(HTTPError) as stale:
        client.update_page(page["id"], title="x", body="<p>x</p>", status="current", version=1)
    assert stale.value.response.status_code == 409


def test_it_lists_pages_over_several_cursors(client, space):
    made = {client.create_page(space_id=space, title=f"P{n}")["id"] for n in range(7)}
    found = client.get_pages(space_id=space, limit=3, body_format="storage")
    assert made <= {page["id"] for page in found}
    assert client.get_page_id("docs", "p3") in made


def test_it_reads_children_and_moves(client, space):
    parent = client.create_page(space_id=space, title="Parent")["id"]
    child = client.create_page(space_id=space, title="Child", parent_id=parent)["id"]
    assert [c["id"] for c in client.get_child_pages(parent)] == [child]
    other = client.create_page(space_id=space, title="Other")["id"]
    assert client.put(f"rest/api/content/{child}/move/append/{other}") == {"pageId": child}
    assert client.get_page_by_id(child)["parentId"] == other


def test_it_labels(client, space):
    page = client.create_page(space_id=space, title="T")["id"]
    client.post(f"rest/api/content/{page}/label", data=[{"prefix": "global", "name": "a"}])
    assert [label["name"] for label in client.get_page_labels(page)] == ["a"]
    client.delete(f"rest/api/content/{page}/label", params={"name": "a"})
    assert client.get_page_labels(page) == []
    with pytest.raises(HTTPError):
        client.add_page_label(page, "over v2 there is no such route")


def test_it_attaches(client, space):
    page = client.create_page(space_id=space, title="T")["id"]
    path = f"rest/api/content/{page}/child/attachment"
    with pytest.raises(HTTPError):
        client.post(path, files={"file": ("a.txt", b"bytes")})
    made = client.post(path, files={"file": ("a.txt", b"bytes")}, headers=client.no_check_headers)
    link = made["results"][0]["_links"]["download"]
    assert client.get(link.removeprefix("/"), not_json_response=True) == b"bytes"
    listed = client.get(f"api/v2/pages/{page}/attachments")["results"]
    assert [file["title"] for file in listed] == ["a.txt"]


def test_it_keeps_properties(client, space):
    page = client.create_page(space_id=space, title="T")["id"]
    made = client.create_page_property(page, "k", {"a": 1})
    assert client.get_page_property_by_key(page, made["id"])["value"] == {"a": 1}
    assert [p["key"] for p in client.get_page_properties(page)] == ["k"]
    client.delete_page_property(page, made["id"])
    assert client.get_page_properties(page) == []


def test_it_reads_history(client, space):
    page = client.create_page(space_id=space, title="T", body="<p>1</p>")["id"]
    client.update_page(page, title="T", body="<p>2</p>", status="current", version=1)
    assert [v["number"] for v in client.get_all_page_versions(page)] == [2, 1]
    assert client.get_page_version(page, 1)["nextVersion"] == 2


def test_it_comments_and_searches(client, space):
    page = client.create_page(space_id=space, title="Searched", body="<p>x</p>")["id"]
    client.post(
        "api/v2/footer-comments", data={"pageId": page, "body": {"representation": "storage", "value": "c"}}
    )
    assert len(client.get_page_footer_comments(page)) == 1
    found = client.get("rest/api/content/search", params={"cql": 'title = "Searched"'})
    assert page in {row["id"] for row in found["results"]}


def test_it_trashes(client, space):
    page = client.create_page(space_id=space, title="T")["id"]
    assert client.delete_page(page)
    assert client.get_page_by_id(page)["status"] == "trashed"
    with pytest.raises(HTTPError) as gone:
        client.get_page_by_id("4711")
    assert gone.value.response.status_code == 404
