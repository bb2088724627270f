"""Somebody else's client works on the Data Center as it does there: atlassian-python-api, for Server.

At the root of the host: with a context path that client loses its way from one part of a listing to the next.
"""

import warnings

import pytest
from requests import HTTPError

from confsync.sandbox import Sandbox

atlassian = pytest.importorskip("atlassian")


@pytest.fixture
def datacenter():
    with Sandbox(search_lag=0.0, flavor="datacenter", context="") as running:
        yield running
        assert running.crashes == []


@pytest.fixture(params=["password", "token"])
def client(datacenter, request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it warns of its own old methods
        login = {"username": datacenter.user, "password": datacenter.token}
        login = login if request.param == "password" else {"token": datacenter.token}
        made = atlassian.ConfluenceServer(url=datacenter.url, **login)
    yield made
    made.close()


@pytest.fixture
def page(client):
    return client.create_page("DOCS", "Made elsewhere", "<p>one</p>", version_comment="the first")["id"]


def test_it_creates_reads_and_updates_a_page(client, page):
    read = client.get_page_by_id(page, expand="body.storage,version,space")
    assert (read["title"], read["body"]["storage"]["value"]) == ("Made elsewhere", "<p>one</p>")
    assert (read["version"]["message"], read["space"]["key"]) == ("the first", "DOCS")
    client.update_page(page, "Made elsewhere", "<p>two</p>", minor_edit=True, version_comment="second")
    again = client.get_page_by_id(page, expand="body.storage,version")
    assert (again["version"]["number"], again["body"]["storage"]["value"]) == (2, "<p>two</p>")
    assert (again["version"]["minorEdit"], again["version"]["message"]) == (True, "second")
    assert client.get_page_id("DOCS", "Made elsewhere") == page
    assert not client.page_exists("DOCS", "Nothing")


def test_it_lists_a_space_over_several_parts(client, page):
    made = {client.create_page("DOCS", f"P{n}", "<p>x</p>", parent_id=page)["id"] for n in range(7)}
    assert made <= {row["id"] for row in client.get_all_pages_from_space("DOCS", limit=3)}
    assert {row["id"] for row in client.get_page_child_by_type(page)} == made
    assert client.get_page_ancestors(next(iter(made)))[-1]["id"] == page


def test_it_moves(client, page):
    child = client.create_page("DOCS", "Child", "<p>x</p>", parent_id=page)["id"]
    other = client.create_page("DOCS", "Other", "<p>x</p>")["id"]
    client.update_page(child, "Child", "<p>x</p>", parent_id=other, always_update=True)
    assert [row["id"] for row in client.get_page_child_by_type(other)] == [child]
    assert list(client.get_page_child_by_type(page)) == []


def test_it_labels(client, page):
    client.set_page_label(page, "a")
    assert [label["name"] for label in client.get_page_labels(page)["results"]] == ["a"]
    client.remove_page_label(page, "a")
    assert client.get_page_labels(page)["results"] == []


def test_it_attaches_and_attaches_again(client, page):
    client.api_version = "1.0"  # else it sends new data to an address that no Data Center has
    for data in (b"one", b"two"):
        client.attach_content(data, "a.txt", "text/plain", page_id=page, comment="said")
    [file] = client.get_attachments_from_content(page, expand="version")["results"]
    assert (file["title"], file["version"]["number"]) == ("a.txt", 2)
    found = client.download_attachments_from_page(page, to_memory=True)
    assert found["a.txt"].read() == b"two"


def test_it_keeps_properties(client, page):
    client.set_page_property(page, {"key": "k", "value": {"a": 1}})
    assert client.get_page_property(page, "k")["value"] == {"a": 1}
    client.update_page_property(page, {"key": "k", "value": {"a": 2}, "version": {"number": 2}})
    assert client.get_page_property(page, "k")["version"]["number"] == 2
    assert "k" in {row["key"] for row in client.get_page_properties(page)}
    client.delete_page_property(page, "k")
    with pytest.raises(atlassian.errors.ApiError):
        client.get_page_property(page, "k")


def test_it_reads_history(client, datacenter, page):
    datacenter.store.change_habits(experimental=False)
    client.update_page(page, "Made elsewhere", "<p>two</p>")
    assert client.history(page)["lastUpdated"]["number"] == 2
    assert [row["number"] for row in client.get_all_page_versions(page)] == [2, 1]
    old = client.get_page_by_id(page, status="historical", version=1, expand="body.storage")
    assert old["body"]["storage"]["value"] == "<p>one</p>"


def test_it_searches_with_offsets(client, page):
    client.create_page("DOCS", "Second", "<p>x</p>")
    found = [client.cql("type = page order by title", start=n, limit=1)["results"] for n in range(4)]
    titles = [row["content"]["title"] for rows in found for row in rows]
    assert titles == ["Documentation Home", "Made elsewhere", "Second"]


def test_it_trashes_and_purges(client, page):
    assert client.remove_page(page) == 200
    with pytest.raises((HTTPError, atlassian.errors.ApiError)):
        client.get_page_by_id(page)
    assert [row["id"] for row in client.get_all_pages_from_space_trash("DOCS")] == [page]
    assert client.remove_page_from_trash(page) == 204
    assert list(client.get_all_pages_from_space_trash("DOCS")) == []
