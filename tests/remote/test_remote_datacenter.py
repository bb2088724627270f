"""What is different on Data Center: v1 shapes, walks by cursor or by offset, versions, files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from remote_scripted import SPACE, TOKEN, USER, Reply, new_page, update_to, upload_of

from confsync.errors import AuthError, IncompleteListing, NotFound
from confsync.model import Attachment, Flavor, PageId, ParentType, Status, sha
from confsync.outcome import Applied, Reason, Unknown
from confsync.remote import connect
from confsync.remote.datacenter import DataCenter


@pytest.fixture
def dc(server: Any, clock: Any) -> Iterator[DataCenter]:
    client = connect(f"http://127.0.0.1:{server.server_port}/ctx", "", TOKEN, "datacenter", clock=clock)
    assert isinstance(client, DataCenter)
    yield client
    client.close()


def row(number: int, **more: Any) -> dict[str, Any]:
    """A page as v1 gives it."""
    return {
        "id": str(number),
        "type": "page",
        "status": "current",
        "title": f"Page {number}",
        "version": {
            "number": 1,
            "when": "2026-08-01T10:00:00.000+02:00",
            "message": "hello",
            "by": {"type": "known", "userKey": "8a7f", "username": "ann"},
        },
        "ancestors": [{"id": "1"}, {"id": "2"}],
        "extensions": {"position": "none"},
        "_links": {"webui": f"/display/DOC/{number}"},
        **more,
    }


def listing(*rows: Any, **more: Any) -> Reply:
    return Reply(200, {"results": list(rows), "size": len(rows), "limit": 100, **more})


def test_who_we_are_tells_data_center_from_cloud(server, clock):
    server.script(Reply(200, {"type": "known", "username": "ann", "userKey": "8a7f", "displayName": "Ann"}))
    client = connect(f"http://127.0.0.1:{server.server_port}/wiki", USER, TOKEN, clock=clock)
    assert isinstance(client, DataCenter)
    site = client.site()
    assert (site.flavor, site.user_id, site.user_name) == (Flavor.DATACENTER, "8a7f", "Ann")
    assert len(server.asked) == 1
    client.close()


def test_a_token_alone_is_a_bearer_token(server, dc):
    server.script(Reply(404, {}))
    dc.page(PageId("7"))
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert server.asked[0].path == "/ctx/rest/api/content/7"


def test_an_answer_to_nobody_is_an_error_whatever_it_says(server, dc):
    server.script(Reply(200, {"results": [], "size": 0}, {"X-AUSERNAME": "anonymous"}))
    with pytest.raises(AuthError):
        dc.pages(SPACE)


def test_a_page_is_read_with_parent_author_time_and_labels(server, dc):
    labels = {
        "labels": {
            "results": [{"name": "b", "prefix": "global"}, {"name": "a", "prefix": "global"}],
            "size": 2,
        }
    }
    server.script(Reply(200, row(7, body={"storage": {"value": "<p>x</p>"}}, metadata=labels)))
    page = dc.page(PageId("7"))
    assert (page.parent_id, page.parent_type, page.author_id, page.message) == (
        "2",
        ParentType.PAGE,
        "8a7f",
        "hello",
    )
    assert page.modified.isoformat() == "2026-08-01T08:00:00+00:00"
    assert (page.body, page.labels, page.position) == ("<p>x</p>", ("a", "b"), None)
    assert page.url == f"http://127.0.0.1:{server.server_port}/ctx/display/DOC/7"
    assert server.asked[0].of("status") == ["any"]


def test_a_trashed_page_has_no_parent(server, dc):
    server.script(Reply(200, row(7, status="trashed", metadata={"labels": {"results": []}})))
    page = dc.page(PageId("7"))
    assert (page.status, page.parent_id) == (Status.TRASHED, None)


def test_a_space_is_walked_by_cursor_even_where_only_the_cursor_is_told(server, dc):
    server.script(
        listing(row(1, ancestors=[]), nextCursor="content:false:1"),
        listing(
            row(2),
            _links={"next": "/rest/api/content/scan?cursor=content:false:2"},
            nextCursor="content:false:2",
        ),
        listing(row(3)),
    )
    assert [page.id for page in dc.pages(SPACE)] == ["1", "2", "3"]
    assert [asked.path for asked in server.asked] == ["/ctx/rest/api/content/scan"] * 3
    assert server.asked[1].of("cursor") == ["content:false:1"]
    assert server.asked[1].of("expand") == ["version,ancestors"]
    assert server.asked[0].of("limit") == ["100"]


def test_a_release_without_the_cursor_walk_is_walked_by_offset_and_remembered(server, dc):
    def answer(asked: Any) -> Reply:
        if asked.path.endswith("/scan"):
            return Reply(404, {"statusCode": 404, "message": "No content found with id: scan"})
        if asked.of("start") == ["100"]:
            return listing(row(2))
        return listing(
            row(1), _links={"next": "/rest/api/content?spaceKey=DOC&limit=100&start=100", "context": "/ctx"}
        )

    server.answer = answer
    assert [page.id for page in dc.pages(SPACE)] == ["1", "2"]
    dc.pages(SPACE)
    assert [asked.path.rpartition("/")[2] for asked in server.asked] == ["scan", *["content"] * 4]


def test_a_listing_that_hides_where_pages_hang_is_incomplete(server, dc):
    bare = row(1)
    del bare["ancestors"]
    server.script(listing(bare))
    with pytest.raises(IncompleteListing):
        dc.pages(SPACE)


def test_the_current_version_is_not_historical(server, dc):
    server.script(
        Reply(404, {}), Reply(200, row(7, version={"number": 3}, body={"storage": {"value": "<p>3</p>"}}))
    )
    assert dc.page(PageId("7"), version=3).body == "<p>3</p>"
    server.script(Reply(200, row(99, status="historical", version={"number": 2})))
    old = dc.page(PageId("7"), version=2)
    assert (old.id, old.version) == ("7", 2)
    server.script(Reply(404, {}), Reply(200, row(7, version={"number": 3})))
    assert dc.page(PageId("7"), version=9) is None


def test_the_history_is_walked_where_there_is_no_list_of_versions(server, dc):
    def answer(asked: Any) -> Reply:
        if asked.path.endswith("/version"):
            return Reply(404, "<html>no such resource</html>")
        number = int((asked.of("version") or ["3"])[0])
        return Reply(200, row(7, version={"number": number, "message": f"m{number}"}))

    server.answer = answer
    assert [(v.number, v.message) for v in dc.history(PageId("7"))] == [(3, "m3"), (2, "m2"), (1, "m1")]


def test_the_history_is_read_where_the_latest_releases_have_it(server, dc):
    def answer(asked: Any) -> Reply:
        if "experimental" in asked.path:
            return Reply(404, "<html>no such resource</html>")
        return listing({"number": 1, "message": "m1"}, {"number": 2, "message": "m2"})

    server.answer = answer
    assert [(v.number, v.message) for v in dc.history(PageId("7"))] == [(2, "m2"), (1, "m1")]
    assert [asked.path for asked in server.asked] == [
        "/ctx/rest/experimental/content/7/version",
        "/ctx/rest/api/content/7/version",
    ]


def test_the_history_of_no_page_is_not_found(server, dc):
    server.script(Reply(404, {}))
    with pytest.raises(NotFound):
        dc.history(PageId("7"))


def test_a_page_is_made_and_written_in_v1s_shape(server, dc):
    server.script(Reply(200, row(9)), Reply(200, row(7, version={"number": 8})))
    assert dc.create_page(new_page(parent_id=PageId("2"))).value.parent_id == "2"
    sent = server.asked[0].json
    assert (sent["space"], sent["ancestors"], sent["type"]) == ({"key": "DOC"}, [{"id": "2"}], "page")
    assert sent["body"]["storage"] == {"value": "<p>x</p>", "representation": "storage"}
    assert dc.update_page(update_to(8)).value.version == 8
    sent = server.asked[1].json
    assert sent["version"] == {"number": 8, "message": "m", "minorEdit": True}
    assert sent["ancestors"] == [{"id": "1"}]
    assert "metadata" not in sent, "labels in an update replace all labels"


def test_an_answer_about_another_version_is_unknown(server, dc):
    server.script(Reply(200, row(7, version={"number": 5})))
    assert isinstance(dc.update_page(update_to(8)), Unknown)


def test_a_parent_that_the_answer_does_not_tell_is_the_one_that_was_sent(server, dc):
    bare = row(7, version={"number": 8})
    del bare["ancestors"]
    server.script(Reply(200, bare))
    assert dc.update_page(update_to(8)).value.parent_id == "1"


def test_a_folder_is_a_page_with_a_list_of_its_children(server, dc):
    server.script(Reply(200, row(9, title="Guides")))
    folder = dc.create_folder(SPACE, "Guides", PageId("2")).value
    assert (folder.id, folder.title, folder.parent_id) == ("9", "Guides", "2")
    assert 'ac:name="children"' in server.asked[0].json["body"]["storage"]["value"]
    assert dc.folder(PageId("9")) is None


def test_trashing_never_names_a_status(server, dc):
    """With `status=trashed` the same request would purge."""
    server.script(Reply(204))
    assert dc.trash_page(PageId("7")) == Applied(None)
    assert server.asked[0].query == []


@pytest.mark.parametrize(("status", "outcome"), [("trashed", Applied), ("current", Unknown)])
def test_a_trashing_that_is_answered_with_200_is_what_the_page_says(server, dc, status, outcome):
    labels = {"labels": {"results": []}}
    server.script(Reply(200, {}), Reply(200, row(7, status=status, metadata=labels)))
    assert isinstance(dc.trash_page(PageId("7")), outcome)


def test_a_label_is_not_gone_for_an_answer_without_a_word(server, dc):
    server.script(Reply(200, b""))
    assert isinstance(dc.remove_label(PageId("7"), "old"), Unknown)


def stored(**more: Any) -> dict[str, Any]:
    return {"id": "att9", "title": "a.png", "version": {"number": 2}, "extensions": {"fileSize": 3}, **more}


def test_a_name_that_is_taken_becomes_a_new_version(server, dc, tmp_path):
    said = "Cannot add a new attachment with same file name as an existing attachment: a.png"
    server.script(Reply(400, {"message": said}), listing(stored()), Reply(200, stored(version={"number": 3})))
    assert dc.upload(upload_of(tmp_path / "a.png", b"abc")).value.version == 3
    assert [(asked.method, asked.path.rpartition("/")[2]) for asked in server.asked] == [
        ("POST", "attachment"),
        ("GET", "attachment"),
        ("POST", "data"),
    ]
    assert server.asked[1].of("filename") == ["a.png"]


def test_a_file_type_that_is_not_allowed_is_refused(server, dc, tmp_path):
    server.script(Reply(400, {"message": "The file type is not allowed"}))
    assert dc.upload(upload_of(tmp_path / "a.exe", b"abc")).reason is Reason.INVALID
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("link", "path"),
    [
        (
            "/download/attachments/7/a%20b.png?version=1&modificationDate=1&api=v2",
            "/ctx/download/attachments/7/a%20b.png",
        ),
        ("/ctx/download/attachments/7/a%20b.png", "/ctx/download/attachments/7/a%20b.png"),
        (
            "https://evil.example/ctx/download/attachments/7/a%20b.png",
            "/ctx/download/attachments/7/a%20b.png",
        ),
        ("https://evil.example/steal", "/ctx/download/attachments/7/a%20b.png"),
        ("", "/ctx/download/attachments/7/a%20b.png"),
    ],
)
def test_a_download_goes_to_our_own_host_whatever_the_link_says(server, dc, tmp_path, link, path):
    server.script(Reply(200, b"abc"))
    file = Attachment(id="att9", page_id=PageId("7"), name="a b.png", version=2, size=3, download=link)
    assert dc.download(file, tmp_path / "back") == sha(b"abc")
    assert server.asked[0].path == path
    assert server.asked[0].of("version") == ["2"]
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
