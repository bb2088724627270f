"""Writings: sent once, and what became of them is a value."""

from __future__ import annotations

import pytest
from remote_scripted import SPACE, Reply, Reset, Silence, new_page, page_row, update_to, upload_of

from confsync.errors import ChangedUnderneath, UnreadableFile
from confsync.model import PageId, Sha
from confsync.outcome import Applied, Reason, Refused, Unknown, Upload

V1_STALE = (
    "com.atlassian.confluence.api.service.exceptions.ConflictException: "
    "Version must be incremented on update. Current version is: 7"
)
TAKEN = "A page with this title already exists: A page already exists with the same TITLE in this space"


def v2_error(status: int, title: str) -> Reply:
    return Reply(status, {"errors": [{"status": status, "code": "X", "title": title, "detail": None}]})


refusals = {
    "409 of v2": (
        v2_error(
            409,
            "Version must be incremented when updating a page. Current Version: [7]. Provided version: [5]",
        ),
        Reason.STALE,
    ),
    "409 of v1": (Reply(409, {"statusCode": 409, "message": V1_STALE}), Reason.STALE),
    "400 about the version": (v2_error(400, "Version must be incremented"), Reason.STALE),
    "500 of an optimistic lock": (
        Reply(500, {"message": "OptimisticLockException: Batch update returned unexpected row count"}),
        Reason.STALE,
    ),
    "500 of stale state": (
        Reply(500, {"message": "org.hibernate.StaleObjectStateException: x"}),
        Reason.STALE,
    ),
    "500 rolled back": (
        Reply(500, {"message": "Transaction rolled back because it has been marked as rollback-only"}),
        Reason.STALE,
    ),
    "501 unreconciled": (
        Reply(501, {"message": "Unable to save changes to unreconciled page ContentId{id=7}."}),
        Reason.STALE,
    ),
    "title taken, v2": (v2_error(400, TAKEN), Reason.TITLE_TAKEN),
    "title taken, v1": (
        Reply(
            400, {"statusCode": 400, "message": TAKEN.replace("same TITLE in this", "title Install in the")}
        ),
        Reason.TITLE_TAKEN,
    ),
    "title taken, 409": (v2_error(409, TAKEN), Reason.TITLE_TAKEN),
    "404": (v2_error(404, "Cannot find a page with id [7]"), Reason.GONE),
    "410": (Reply(410, b""), Reason.GONE),
    "410 of a removed route": (
        Reply(410, {"message": "This deprecated endpoint has been removed"}),
        Reason.INVALID,
    ),
    "403": (Reply(403, {"message": "Could not update Content"}), Reason.FORBIDDEN),
    "403 with a captcha": (
        Reply(403, "<html/>", {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}),
        Reason.UNAUTHORISED,
    ),
    "403 to a login that failed": (
        Reply(403, "<html/>", {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}),
        Reason.UNAUTHORISED,
    ),
    "403 of the forgery filter": (Reply(403, "XSRF check failed"), Reason.FORBIDDEN),
    "403 of a firewall": (Reply(403, "<html><h1>Request blocked</h1></html>"), Reason.FORBIDDEN),
    "400": (Reply(400, {"message": "Error parsing xhtml: Unexpected close tag </p>"}), Reason.INVALID),
    "405 of a read-only site": (Reply(405, {"message": "read only"}), Reason.FORBIDDEN),
    "413": (Reply(413, b""), Reason.TOO_LARGE),
    "400 about the size": (
        Reply(400, {"message": "Request too large. Maximum size is 5242880"}),
        Reason.TOO_LARGE,
    ),
    "401": (Reply(401, b""), Reason.UNAUTHORISED),
    "a redirect to the login": (
        Reply(302, b"", {"Location": "https://id.atlassian.com/login"}),
        Reason.UNAUTHORISED,
    ),
    "a refusal wrapped into 200": (Reply(200, {"statusCode": 409, "message": V1_STALE}), Reason.STALE),
}


@pytest.mark.parametrize(("answer", "reason"), refusals.values(), ids=refusals.keys())
def test_what_confluence_surely_did_not_do_is_refused_after_one_request(server, cloud, answer, reason):
    server.script(answer)
    outcome = cloud.update_page(update_to(8))
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("page", "told"),
    [("<h1>Request blocked</h1>", "firewall"), ("<p>XSRF check failed</p>", "XSRF check failed")],
)
def test_a_refusal_that_is_a_web_page_says_whose_it_may_be(server, cloud, page, told):
    server.script(Reply(403, f"<html>{page}</html>"))
    outcome = cloud.update_page(update_to(8))
    assert told in outcome.text
    assert ("firewall" in outcome.text) == (told == "firewall")
    assert "<" not in outcome.text


unknowns = {
    "500": Reply(500, {"message": "oops"}),
    "502": Reply(502, "<html>Bad gateway</html>"),
    "503": Reply(503, b"", {"Retry-After": "5"}),
    "504": Reply(504, b""),
    "408": Reply(408, b""),
    "a connection that is reset": Reset(),
    "silence": Silence(),
    "a cut answer": Reply(200, page_row(7), cut=True),
    "a login page with 200": Reply(200, "<html><input name='os_password'></html>"),
    "another shape": Reply(200, {"ok": True}),
    "an empty 200": Reply(200, b""),
    "a redirect elsewhere": Reply(307, b"", {"Location": "https://elsewhere.example/"}),
    "another version than ours": Reply(200, page_row(7, version={"number": 5})),
    "an anonymous answer": Reply(200, page_row(7, version={"number": 8}), {"X-AUSERNAME": "anonymous"}),
}


@pytest.mark.parametrize("answer", unknowns.values(), ids=unknowns.keys())
def test_what_may_have_happened_is_unknown_and_never_sent_again(server, cloud, answer):
    server.script(answer)
    assert isinstance(cloud.update_page(update_to(8)), Unknown)
    assert len(server.asked) == 1


def test_a_refused_connection_is_unknown_and_not_tried_again(server, cloud):
    server.shutdown()
    server.server_close()
    assert cloud.create_page(new_page()) == Unknown("the connection is refused")


def test_a_429_is_waited_out_and_the_writing_sent_again(server, clock, cloud):
    server.script(Reply(429, b"", {"Retry-After": "7"}), Reply(200, page_row(7, version={"number": 8})))
    assert isinstance(cloud.update_page(update_to(8)), Applied)
    assert len(server.asked) == 2
    assert server.asked[0].body == server.asked[1].body
    assert sum(clock.slept) >= 7


def test_429_without_end_is_given_up(server, cloud):
    server.script(Reply(429, b"", {"Retry-After": "1"}))
    assert isinstance(cloud.update_page(update_to(8)), Unknown)
    assert len(server.asked) == 5


def test_an_update_says_version_parent_and_message_and_spares_the_watchers(server, cloud):
    server.script(
        Reply(
            200, page_row(7, version={"number": 8, "message": "m"}, body={"storage": {"value": "<p>y</p>"}})
        )
    )
    outcome = cloud.update_page(update_to(8))
    assert outcome.value.version == 8
    assert outcome.value.body == "<p>y</p>"
    sent = server.asked[0].json
    assert sent["version"] == {"number": 8, "message": "m", "minorEdit": True}
    assert (sent["parentId"], sent["spaceId"], sent["status"]) == ("1", "65538", "current")
    assert sent["body"] == {"representation": "storage", "value": "<p>y</p>"}
    cloud.update_page(update_to(8, notify=True, parent_id=None))
    assert "minorEdit" not in server.asked[1].json["version"]
    assert "parentId" not in server.asked[1].json


def test_an_answer_without_a_body_is_a_page_without_one(server, cloud):
    server.script(Reply(200, page_row(7, version={"number": 8}, body={})))
    assert cloud.update_page(update_to(8)).value.body is None


def test_a_page_at_the_top_of_the_space_is_asked_for_by_root_level(server, cloud):
    server.script(Reply(200, page_row(9)))
    assert cloud.create_page(new_page(parent_id=None)).value.id == "9"
    assert server.asked[0].of("root-level") == ["true"]
    assert "parentId" not in server.asked[0].json


def test_a_text_that_cannot_be_sent_is_refused_without_a_request(server, cloud):
    assert cloud.create_page(new_page(body="<p>\ud800</p>")).reason is Reason.INVALID
    assert server.asked == []


# ---- trash ------------------------------------------------------------------------------------------------------


def test_trashing_never_purges(server, cloud):
    server.script(Reply(204))
    assert cloud.trash_page(PageId("7")) == Applied(None)
    assert server.asked[0].method == "DELETE"
    assert server.asked[0].query == []


@pytest.mark.parametrize(
    "look", [Reply(404, {}), Reply(200, page_row(7, status="trashed", labels={"results": []}))]
)
def test_trashing_what_is_not_there_any_more_counts_as_applied(server, cloud, look):
    server.script(Reply(404, {}), look)
    assert cloud.trash_page(PageId("7")) == Applied(None)


def test_trashing_a_page_that_is_still_there_after_a_404_is_forbidden(server, cloud):
    server.script(Reply(404, {}), Reply(200, page_row(7, labels={"results": []})))
    assert cloud.trash_page(PageId("7")).reason is Reason.FORBIDDEN


def test_trashing_is_unknown_when_nobody_can_say_what_became_of_it(server, cloud):
    server.script(Reply(404, {}), Reply(503, b""))
    assert isinstance(cloud.trash_page(PageId("7")), Unknown)


# ---- labels -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["two words", "a,b", "", "x" * 256, "no!", "a:b", "tab\tbed"])
def test_a_label_that_confluence_would_split_or_reject_is_refused_without_a_request(server, cloud, label):
    assert cloud.add_labels(PageId("7"), ["fine", label]).reason is Reason.INVALID
    assert server.asked == []


def test_labels_are_added_as_global_ones_and_all_are_told(server, cloud):
    rows = [
        {"name": "b", "prefix": "global", "id": "1"},
        {"name": "a", "prefix": "global", "id": "2"},
        {"name": "x", "prefix": "my"},
    ]
    server.script(Reply(200, {"results": rows, "size": 3}))
    assert cloud.add_labels(PageId("7"), ["a"]) == Applied(("a", "b"))
    assert server.asked[0].json == [{"prefix": "global", "name": "a"}]


def test_removing_a_label_that_is_not_there_counts_as_applied(server, cloud):
    server.script(Reply(404, {"statusCode": 404, "message": "No label found with name: a/b"}))
    assert cloud.remove_label(PageId("7"), "a/b") == Applied(None)
    assert server.asked[0].of("name") == ["a/b"]


def test_removing_a_label_from_a_page_that_is_not_there_is_refused(server, cloud):
    server.script(Reply(404, {"statusCode": 404, "message": "No content found with id: ContentId{id=7}"}))
    assert cloud.remove_label(PageId("7"), "a").reason is Reason.GONE


# ---- uploads ----------------------------------------------------------------------------------------------------


def stored(size: int, **more: object) -> dict[str, object]:
    return {
        "id": "att9",
        "type": "attachment",
        "status": "current",
        "title": "a.png",
        "version": {"number": 3},
        "extensions": {"fileSize": size, "mediaType": "image/png", "comment": "x"},
        **more,
    }


def test_an_upload_is_streamed_with_its_hash_and_without_mail(server, cloud, tmp_path):
    data = bytes(range(256)) * 1000
    upload = upload_of(tmp_path / "ä 'quoted' \"name\".png", data)
    server.script(Reply(200, {"results": [stored(len(data))], "size": 1, "_links": {}}))
    outcome = cloud.upload(upload)
    assert (outcome.value.id, outcome.value.version, outcome.value.hash) == ("att9", 3, upload.hash)
    sent = server.asked[0]
    assert (sent.method, sent.path) == ("PUT", "/wiki/rest/api/content/7/child/attachment")
    assert sent.headers["x-atlassian-token"] == "no-check"
    assert sent.headers["content-length"] == str(len(sent.body))
    assert "transfer-encoding" not in sent.headers
    assert data in sent.body
    assert (
        b'name="comment"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsha256:' + upload.hash.encode()
        in sent.body
    )
    assert b'name="minorEdit"' in sent.body
    assert "ä 'quoted' %22name%22.png".encode() in sent.body


def test_an_empty_file_uploads(server, cloud, tmp_path):
    server.script(Reply(200, {"results": [stored(0)], "size": 1}))
    assert isinstance(cloud.upload(upload_of(tmp_path / "a.png", b"")), Applied)


def test_a_known_attachment_gets_a_new_version_by_its_id(server, cloud, tmp_path):
    server.script(Reply(200, stored(3)))
    assert isinstance(cloud.upload(upload_of(tmp_path / "a.png", b"abc", attachment_id="att9")), Applied)
    assert (server.asked[0].method, server.asked[0].path) == (
        "POST",
        "/wiki/rest/api/content/7/child/attachment/att9/data",
    )


def test_an_upload_that_was_stored_in_part_is_unknown(server, cloud, tmp_path):
    server.script(Reply(200, {"results": [stored(2)], "size": 1}))
    assert isinstance(cloud.upload(upload_of(tmp_path / "a.png", b"abc")), Unknown)


def test_an_upload_whose_answer_hides_the_version_is_looked_up(server, cloud, tmp_path):
    bare = stored(3)
    del bare["version"]
    listed = {"id": "att9", "title": "a.png", "fileSize": 3, "version": {"number": 4}}
    server.script(Reply(200, {"results": [bare], "size": 1}), Reply(200, {"results": [listed]}))
    assert cloud.upload(upload_of(tmp_path / "a.png", b"abc")).value.version == 4
    assert server.asked[1].of("filename") == ["a.png"]


def test_a_429_sends_the_file_again_from_its_beginning(server, cloud, tmp_path):
    server.script(Reply(429, b"", {"Retry-After": "1"}), Reply(200, {"results": [stored(3)], "size": 1}))
    assert isinstance(cloud.upload(upload_of(tmp_path / "a.png", b"abc")), Applied)
    assert all(b"\r\n\r\nabc\r\n" in asked.body for asked in server.asked)


@pytest.mark.parametrize("now", [b"abd", b"ab", b"abcd", b""])
def test_a_file_that_changed_since_it_was_scanned_is_never_uploaded(server, cloud, tmp_path, now):
    upload = upload_of(tmp_path / "a.png", b"abc")
    upload.source.write_bytes(now)
    with pytest.raises(ChangedUnderneath):
        cloud.upload(upload)
    assert server.asked == [], "a form without its end was taken for a whole one"


def test_a_file_that_vanished_counts_as_changed_and_nothing_is_sent(server, cloud, tmp_path):
    gone = Upload(page_id=PageId("7"), name="a.png", source=tmp_path / "a.png", hash=Sha("0" * 64))
    with pytest.raises(ChangedUnderneath):
        cloud.upload(gone)
    assert server.asked == []


def test_what_cannot_be_read_as_a_file_is_called_unreadable_and_nothing_is_sent(server, cloud, tmp_path):
    (tmp_path / "a.png").mkdir()
    folder = Upload(page_id=PageId("7"), name="a.png", source=tmp_path / "a.png", hash=Sha("0" * 64))
    with pytest.raises(UnreadableFile):
        cloud.upload(folder)
    assert server.asked == []


@pytest.mark.parametrize(
    "answer",
    [Reset(), Silence(), Reply(503, b""), Reply(200, "<html/>")],
    ids=["reset", "silence", "503", "page"],
)
def test_an_upload_without_a_clear_answer_is_unknown_and_sent_once(server, cloud, tmp_path, answer):
    server.script(answer)
    assert isinstance(cloud.upload(upload_of(tmp_path / "a.png", b"abc")), Unknown)
    assert len(server.asked) == 1


def test_folders_are_made_and_read(server, cloud):
    row = {
        "id": 5,
        "title": "Guides",
        "status": "current",
        "parentId": "1",
        "parentType": "page",
        "createdAt": 1690000000000,
    }
    server.script(Reply(200, row), Reply(200, row), Reply(200, {**row, "status": "trashed"}), Reply(404, {}))
    made = cloud.create_folder(SPACE, "Guides", PageId("1")).value
    assert (made.id, made.title, made.parent_id) == ("5", "Guides", "1")
    assert cloud.folder(PageId("5")) == made
    assert cloud.folder(PageId("5")) is None
    assert cloud.folder(PageId("5")) is None


# ---- just made --------------------------------------------------------------------------------------------------


def test_a_404_for_a_page_that_we_just_made_is_waited_out_and_the_writing_sent_once_more(
    server, clock, cloud
):
    made, written = Reply(200, page_row(7)), Reply(200, page_row(7, version={"number": 2}))
    seen = Reply(200, page_row(7, labels={"results": []}))
    server.script(made, Reply(404, {}), Reply(404, {}), seen, written)
    cloud.create_page(new_page())
    assert isinstance(cloud.update_page(update_to(2)), Applied)
    assert [asked.method for asked in server.asked] == ["POST", "PUT", "GET", "GET", "PUT"]
    assert clock.slept == [0.5]


def test_a_404_for_a_page_that_never_appears_stays_one(server, cloud):
    server.script(Reply(200, page_row(7)), Reply(404, {}))
    cloud.create_page(new_page())
    assert cloud.update_page(update_to(2)).reason is Reason.GONE
    assert [asked.method for asked in server.asked].count("PUT") == 1
