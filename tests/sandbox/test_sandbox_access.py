"""Logins and rights: who is let in, and how the lack of a right reads."""

import pytest
import requests

from confsync.sandbox import Role, Sandbox


def envelope(answer):
    return answer.json()["errors"][0]


def test_a_login_by_address_and_token_or_by_the_token_alone(sandbox, api, connect):
    assert api("GET", "/rest/api/user/current").json()["displayName"] == "Sync Robot"
    bearer = connect(sandbox, None)
    bearer.session.headers["Authorization"] = f"Bearer {sandbox.token}"
    assert bearer("GET", "/rest/api/user/current").json()["type"] == "known"


@pytest.mark.parametrize("login", [("robot@example.com", "wrong"), ("nobody@example.com", "sandbox-token")])
def test_a_wrong_login_is_401_with_json_on_v2_and_html_on_v1(sandbox, connect, login):
    api = connect(sandbox, *login)
    answer = api("GET", "/api/v2/pages")
    assert (answer.status_code, envelope(answer)["code"]) == (401, "UNAUTHORIZED")
    old = api("GET", "/rest/api/user/current")
    assert (old.status_code, old.headers["Content-Type"].split(";")[0]) == (401, "text/html")
    assert old.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"


def test_an_anonymous_visitor_gets_200_and_sees_nothing(sandbox, api, connect):
    page = api.made("T")
    nobody = connect(sandbox, None)
    assert nobody("GET", "/rest/api/user/current").json()["type"] == "anonymous"
    for path in ("/api/v2/pages", "/api/v2/spaces?keys=DOCS", "/rest/api/search?cql=type=page"):
        answer = nobody("GET", path)
        assert (answer.status_code, answer.json()["results"]) == (200, [])
    assert envelope(nobody.get(page)) == {
        "status": 404,
        "code": "NOT_FOUND",
        "title": "Not Found",
        "detail": None,
    }
    assert nobody("DELETE", f"/api/v2/pages/{page}").status_code == 404
    assert nobody.create("New").status_code == 404


def test_a_revoked_token_reads_as_an_anonymous_visitor(sandbox, api):
    page = api.made("T")
    sandbox.store.access.revoke(sandbox.store.person(sandbox.user).account_id)
    assert api("GET", "/rest/api/user/current").json()["type"] == "anonymous"
    assert (api.get(page).status_code, api("GET", "/api/v2/pages").json()["results"]) == (404, [])


def test_a_login_without_a_licence_is_403(sandbox, connect):
    answer = connect(sandbox, "uwe@example.com", "uwe-token")("GET", "/api/v2/pages")
    assert (answer.status_code, answer.json()["message"]) == (
        403,
        "Current user not permitted to use Confluence",
    )


def test_a_viewer_reads_and_does_not_write(sandbox, api, connect):
    page = api.made("T")
    viewer = connect(sandbox, "vic@example.com", "vic-token")
    assert viewer.get(page).status_code == 200
    answers = [
        viewer.put(page, 2),
        viewer.create("New"),
        viewer("DELETE", f"/api/v2/pages/{page}"),
        viewer("POST", f"/rest/api/content/{page}/label", json=[{"prefix": "global", "name": "a"}]),
        viewer.upload(page, "a.txt", b"x"),
        viewer("POST", f"/api/v2/pages/{page}/properties", json={"key": "k", "value": 1}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert api.get(page).json()["version"]["number"] == 1


def test_an_outsider_cannot_tell_what_is_hidden_from_what_is_not_there(sandbox, api, connect):
    page = api.made("T")
    outsider = connect(sandbox, "olga@example.com", "olga-token")
    assert outsider.get(page).status_code == outsider.get("4711").status_code == 404
    assert outsider("GET", "/api/v2/pages").json()["results"] == []
    assert outsider("GET", f"/api/v2/spaces/{api.space_id}").status_code == 404


def test_an_editor_may_not_purge(sandbox, api, connect):
    page = api.made("T")
    editor = connect(sandbox, "ann@example.com", "ann-token")
    assert editor("DELETE", f"/api/v2/pages/{page}").status_code == 204
    assert editor("DELETE", f"/api/v2/pages/{page}", params={"purge": "true"}).status_code == 403


def test_a_restriction_looks_like_a_deletion_of_the_page_and_all_below(sandbox, api, ann):
    parent = api.made("Parent")
    child = api.made("Child", parent=parent)
    ann.hide(parent)
    for page in (parent, child):
        assert api.get(page).status_code == 404
    shown = [row["title"] for row in api("GET", "/api/v2/pages").json()["results"]]
    assert shown == ["Documentation Home"]
    assert api.search("title = Child").json()["results"] == []
    ann.unhide(parent)
    assert api.get(child).status_code == 200


def test_lost_rights_take_hold_at_once(sandbox, api):
    page = api.made("T")
    sandbox.store.access.change_role(sandbox.store.person(sandbox.user).account_id, Role.VIEWER)
    assert (api.get(page).status_code, api.put(page, 2).status_code) == (200, 403)


def test_a_client_that_looks_like_a_browser_may_not_write(api):
    page = api.made("T")
    api.session.headers["User-Agent"] = "Mozilla/5.0"
    answer = api.put(page, 2)
    assert (answer.status_code, answer.text) == (403, "XSRF check failed")
    assert api.get(page).status_code == 200


def test_the_tenant_is_told_without_a_login(sandbox):
    base = sandbox.url.removesuffix("/wiki")
    data = requests.get(f"{base}/_edge/tenant_info", timeout=5).json()
    assert len(data["cloudId"]) == 36


def test_the_removed_routes_are_gone(api):
    page = api.made("T")
    for method, path in (
        ("GET", "/content"),
        ("POST", "/content"),
        ("GET", f"/content/{page}"),
        ("PUT", f"/content/{page}"),
        ("DELETE", f"/content/{page}"),
        ("GET", f"/content/{page}/child/attachment"),
        ("GET", f"/content/{page}/label"),
        ("GET", "/space/DOCS"),
    ):
        answer = api(method, f"/rest/api{path}", json={})
        assert (answer.status_code, answer.json()["message"]) == (
            410,
            "This deprecated endpoint has been removed",
        )


def test_unknown_addresses_and_verbs_are_refused_in_the_right_envelope(api):
    assert envelope(api("GET", "/api/v2/nosuch"))["status"] == 404
    assert api("PATCH", f"/api/v2/pages/{api.made('T')}").status_code == 405
    assert api("GET", "/rest/api/nosuch").json()["statusCode"] == 404
    assert api("GET", "/nosuch").status_code == 404


def test_no_credential_is_ever_written_down(api, sandbox):
    api.made("T")
    base = sandbox.url.removesuffix("/wiki")
    text = requests.get(f"{base}/_sandbox/requests", timeout=5).text
    assert Sandbox.user in text
    assert Sandbox.token not in text
