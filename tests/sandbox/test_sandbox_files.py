"""Attachments over v1 and v2, with the traps that clients fell into."""

import pytest
import requests

from confsync.sandbox import Sandbox


def first(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["results"][0]


def test_an_upload_needs_the_header_with_the_hyphen(api):
    page = api.made("T")
    for headers in ({}, {"X-Atlassian-Token": "nocheck"}):
        answer = api.upload(page, "a.txt", b"1", headers=headers)
        assert (answer.status_code, answer.text) == (403, "XSRF check failed")
    assert api.upload(page, "a.txt", b"1").status_code == 200


def test_an_upload_leaves_the_pages_version_alone(api):
    page = api.made("T")
    api.upload(page, "a.txt", b"1")
    assert api.get(page).json()["version"]["number"] == 1


def test_a_name_that_is_taken_is_refused_by_post_and_a_new_version_by_put(api):
    page = api.made("T")
    made = first(api.upload(page, "a.txt", b"1"))
    again = api.upload(page, "A.TXT", b"2")
    words = "Cannot add a new attachment with same file name as an existing attachment: A.TXT"
    assert (again.status_code, again.json()["message"]) == (400, words)
    put = first(api.upload(page, "a.txt", b"2", method="PUT"))
    assert (put["id"], put["version"]["number"]) == (made["id"], 2)


def test_the_same_bytes_make_a_new_version_all_the_same(api):
    page = api.made("T")
    made = first(api.upload(page, "a.txt", b"1"))
    again = api.upload(page, "a.txt", b"1", path=f"/{made['id']}/data").json()
    assert (again["id"], again["version"]["number"]) == (made["id"], 2)


def test_several_files_keep_their_comments_in_order_and_one_taken_name_refuses_all(api):
    page = api.made("T")
    parts = [
        ("file", ("a.txt", b"1", "text/plain")),
        ("comment", (None, "first", "text/plain; charset=utf-8")),
        ("file", ("b.txt", b"2", "text/plain")),
        ("comment", (None, "second", "text/plain; charset=utf-8")),
    ]
    url, head = f"/rest/api/content/{page}/child/attachment", {"X-Atlassian-Token": "no-check"}
    rows = api("POST", url, files=parts, headers=head).json()["results"]
    assert [(r["title"], r["metadata"]["comment"]) for r in rows] == [("a.txt", "first"), ("b.txt", "second")]
    parts[0] = ("file", ("new.txt", b"1", "text/plain"))
    assert api("POST", url, files=parts, headers=head).status_code == 400
    names = [r["title"] for r in api("GET", f"/api/v2/pages/{page}/attachments").json()["results"]]
    assert names == ["a.txt", "b.txt"]


def test_a_comment_without_a_charset_of_its_own_is_broken(api):
    page = api.made("T")
    broken = first(api.upload(page, "a.txt", b"1", comment=(None, "größe")))
    whole = first(api.upload(page, "b.txt", b"1", comment=(None, "größe", "text/plain; charset=utf-8")))
    assert broken["metadata"]["comment"] == "größe".encode().decode("latin-1")
    assert whole["metadata"]["comment"] == "größe"


@pytest.mark.parametrize(("length", "status"), [(255, 200), (256, 500)])
def test_a_name_over_255_characters_breaks_the_server(api, length, status):
    assert api.upload(api.made("T"), "x" * length, b"1").status_code == status


def test_a_comment_over_255_characters_is_refused(api):
    answer = api.upload(api.made("T"), "a.txt", b"1", comment=(None, "x" * 256, "text/plain; charset=utf-8"))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("img/a.png", "a.png"), ("a b.png", "a b.png"), ("größe.png", "größe.png"), ("%2F.png", "%2F.png")],
)
def test_the_path_in_a_name_is_cut_and_the_rest_survives(api, sent, kept):
    assert first(api.upload(api.made("T"), sent, b"1"))["title"] == kept


def test_a_name_is_found_in_any_unicode_form(api):
    page = api.made("T")
    first(api.upload(page, "caf\u00e9.png", b"1"))
    assert api.upload(page, "cafe\u0301.png", b"1").status_code == 400


def test_a_file_over_the_limit_is_refused_and_not_kept(connect):
    with Sandbox(search_lag=0, max_file=1_000) as sandbox:
        api = connect(sandbox)
        page = api.made("T")
        assert api.upload(page, "a.bin", b"x" * 1_001).status_code == 413
        assert api.upload(page, "a.bin", b"x" * 1_000).status_code == 200


def test_what_is_no_multipart_or_holds_no_file_is_refused(api):
    url, head = f"/rest/api/content/{api.made('T')}/child/attachment", {"X-Atlassian-Token": "no-check"}
    assert api("POST", url, data=b"x", headers=head).status_code == 400
    assert api("POST", url, files={"comment": (None, "c")}, headers=head).status_code == 400


def test_a_download_leads_to_another_host_that_refuses_a_login(api, sandbox):
    page = api.made("T")
    row = first(api.upload(page, "ä b.bin", b"bytes"))
    for path in (
        row["_links"]["download"],
        f"/rest/api/content/{page}/child/attachment/{row['id']}/download",
    ):
        answer = api("GET", path)
        assert answer.status_code == 302
        target = answer.headers["Location"]
        assert target.split("/")[2] != sandbox.url.split("/")[2]
        assert requests.get(target, auth=(sandbox.user, sandbox.token), timeout=5).status_code == 400
        assert requests.get(target, timeout=5).content == b"bytes"


def test_a_download_ticket_grows_old(api, sandbox):
    row = first(api.upload(api.made("T"), "a.bin", b"bytes"))
    target = api("GET", row["_links"]["download"]).headers["Location"]
    sandbox.expire_downloads()
    assert requests.get(target, timeout=5).status_code == 403


def test_old_bytes_can_be_had_by_version(api):
    page = api.made("T")
    row = first(api.upload(page, "a.bin", b"old"))
    api.upload(page, "a.bin", b"new", method="PUT")
    path = f"/rest/api/content/{page}/child/attachment/{row['id']}/download"
    got = [api("GET", path, params=q, allow_redirects=True).content for q in ({"version": 1}, {})]
    assert got == [b"old", b"new"]
    assert api("GET", path, params={"version": 9}).status_code == 404


def test_a_download_link_carries_what_the_live_ones_carry(api):
    row = first(api.upload(api.made("T"), "a.bin", b"x"))
    for part in ("/download/attachments/", "version=1", "modificationDate=", "cacheVersion=1", "api=v2"):
        assert part in row["_links"]["download"]


def test_a_rename_is_under_the_version_lock(api):
    page = api.made("T")
    row = first(api.upload(page, "a.txt", b"1"))
    url = f"/rest/api/content/{page}/child/attachment/{row['id']}"
    data = {"id": row["id"], "type": "attachment", "title": "b.txt", "version": {"number": 7}}
    assert api("PUT", url, json=data).status_code == 409
    data["version"]["number"] = 1
    assert api("PUT", url, json=data).json()["title"] == "b.txt"


def test_attachments_go_to_the_trash_and_from_there_for_good(api):
    page = api.made("T")
    row = first(api.upload(page, "a.txt", b"1"))
    url = f"/api/v2/attachments/{row['id']}"
    assert api("DELETE", url, params={"purge": "true"}).status_code == 400
    assert api("DELETE", url).status_code == 204
    listing = f"/api/v2/pages/{page}/attachments"
    assert api("GET", listing).json()["results"] == []
    assert [r["id"] for r in api("GET", f"{listing}?status=trashed").json()["results"]] == [row["id"]]
    assert api.upload(page, "a.txt", b"2").status_code == 200
    assert api("DELETE", url, params={"purge": "true"}).status_code == 204
    assert api("GET", url).status_code == 404


def test_an_attachment_is_looked_up_by_its_page_and_its_id(api):
    here, there = api.made("Here"), api.made("There")
    row = first(api.upload(here, "a.txt", b"1"))
    path = f"/rest/api/content/{there}/child/attachment/{row['id']}"
    assert api("GET", f"{path}/download").status_code == 404
    assert api.upload(there, "a.txt", b"2", path=f"/{row['id']}/data").status_code == 404


def test_a_listing_of_files_shows_fifty_at_a_time_and_filters_by_name(api, ann):
    page = api.made("T")
    for n in range(51):
        ann.attach(page, f"{n}.txt", b"x")
    first_page = api("GET", f"/api/v2/pages/{page}/attachments").json()
    assert (len(first_page["results"]), "next" in first_page["_links"]) == (50, True)
    named = api("GET", f"/api/v2/pages/{page}/attachments", params={"filename": "7.txt"}).json()["results"]
    assert [r["title"] for r in named] == ["7.txt"]
    assert named[0]["fileSize"] == 1
