"""The door of Data Center: logins, forged requests, read-only times, and what the headers of answers tell."""

import pytest

from confsync.sandbox import Sandbox


def test_a_name_and_password_or_a_token_alone_open_it_and_headers_say_who_came(datacenter, dc_connect):
    for user in ("robot", ""):
        found = dc_connect(datacenter, user)("GET", "/rest/api/user/current")
        assert (found.json()["username"], found.headers["X-AUSERNAME"]) == ("robot", "robot")
        assert found.headers["X-Seraph-LoginReason"] == "OK"
        assert int(found.headers["X-RateLimit-Limit"]) > 0
        assert "accountId" not in found.json()


@pytest.mark.parametrize("login", [("", "wrong"), ("", "olga-token"), (None, None)])
def test_a_wrong_token_sees_an_empty_wiki_with_status_200(datacenter, dc_connect, login):
    api = dc_connect(datacenter, *login)
    me = api("GET", "/rest/api/user/current")
    assert me.status_code == 200
    if login[1] != "olga-token":
        assert (me.json()["type"], me.headers["X-AUSERNAME"]) == ("anonymous", "anonymous")
        assert api("GET", "/rest/api/server-information").status_code == 401
    for path in ("content?spaceKey=DOCS", "content/scan", "space", "content/search?cql=type=page"):
        if login[1] == "olga-token" and "spaceKey" in path:
            continue
        assert api("GET", f"/rest/api/{path}").json()["results"] == []
    assert api.get(api.home).status_code == 404
    assert api.create("A").status_code in (403, 404)
    assert datacenter.as_person.find("A") is None


def test_a_revoked_token_makes_a_visitor_and_one_without_a_licence_is_turned_away(datacenter, dc_connect):
    ann = datacenter.store.person("ann@example.com")
    datacenter.store.access.revoke(ann.account_id)
    assert (
        dc_connect(datacenter, "", "ann-token")("GET", "/rest/api/user/current").json()["type"] == "anonymous"
    )
    assert dc_connect(datacenter, "", "uwe-token")("GET", "/rest/api/user/current").status_code == 403


def test_wrong_passwords_lead_to_a_riddle_that_only_a_person_solves(datacenter, dc_connect):
    wrong = dc_connect(datacenter, "robot", "wrong")
    for _ in range(3):
        refused = wrong("GET", "/rest/api/user/current")
        assert refused.status_code == 401
        assert refused.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
        assert "html" in refused.headers["Content-Type"]
    right = dc_connect(datacenter, "robot")
    locked = right("GET", "/rest/api/user/current")
    assert (locked.status_code, locked.headers["X-Seraph-LoginReason"]) == (403, "AUTHENTICATION_DENIED")
    assert locked.headers["X-Authentication-Denied-Reason"].startswith("CAPTCHA_CHALLENGE")
    assert dc_connect(datacenter, "")("GET", "/rest/api/user/current").status_code == 200, (
        "tokens are not asked"
    )
    datacenter.solve_riddle()
    assert right("GET", "/rest/api/user/current").status_code == 200


def test_forged_requests_are_refused_before_the_login_is_looked_at(datacenter, dc_connect):
    wrong = dc_connect(datacenter, "robot", "wrong")
    for _ in range(9):
        said = wrong("POST", "/rest/api/content", data={"a": 1})
        assert (said.status_code, said.text) == (403, "XSRF check failed")
    form = wrong(
        "POST",
        "/rest/api/content/1/child/attachment",
        files={"file": ("a", b"1")},
        headers={"X-Atlassian-Token": "nocheck"},
    )
    assert form.status_code == 403
    assert dc_connect(datacenter, "robot")("GET", "/rest/api/user/current").status_code == 200


def test_a_write_of_no_json_is_of_an_unsupported_type(dc_api):
    assert (
        dc_api("POST", "/rest/api/content", data=b"x", headers={"Content-Type": "text/xml"}).status_code
        == 415
    )


def test_a_site_that_is_read_only_says_so_and_refuses_writes(datacenter, dc_api):
    assert dc_api("GET", "/rest/api/accessmode").json() == "READ_WRITE"
    datacenter.store.change_habits(read_only=True)
    assert dc_api("GET", "/rest/api/accessmode").json() == "READ_ONLY"
    refused = dc_api.create("A")
    assert refused.status_code == 405
    assert refused.json()["data"]["allowedInReadOnlyMode"] is False
    assert datacenter.as_person.find("A") is None


def test_anybody_may_ask_what_it_is(datacenter, dc_connect):
    found = dc_connect(datacenter, None, None)("GET", "/rest/applinks/1.0/manifest")
    assert "<typeId>confluence</typeId>" in found.text
    assert "<version>10." in found.text


def test_there_is_nothing_of_cloud_in_it(dc_api):
    for method, path in (("GET", "/api/v2/pages"), ("POST", "/rest/api/content/archive")):
        assert dc_api(method, path, json={} if method == "POST" else None).status_code in (404, 405)
    assert dc_api("GET", "/_edge/tenant_info").status_code == 404


@pytest.mark.parametrize("context", ["", "/confluence", "/a/b"])
def test_it_lies_at_any_context_path_and_nowhere_else(context, dc_connect):
    with Sandbox(flavor="datacenter", context=context) as running:
        api = dc_connect(running)
        page = api.create("A").json()
        assert page["_links"]["base"] == running.url
        assert page["_links"]["context"] == context
        assert running.url.endswith(context)
        elsewhere = running.url.removesuffix(context) + "/elsewhere/rest/api/user/current"
        assert api.session.get(elsewhere, timeout=10).status_code == 404
        shown = api("GET", page["_links"]["webui"])
        assert shown.status_code == 200
        assert "/wiki/" not in shown.text


def test_a_context_path_begins_with_a_slash():
    with pytest.raises(ValueError, match="slash"):
        Sandbox(flavor="datacenter", context="confluence")


def test_downloads_want_the_login_and_send_a_visitor_to_its_page(datacenter, dc_api, dc_connect):
    page = dc_api.create("A").json()["id"]
    dc_api.upload(page, "a b.txt", b"one")
    [file] = dc_api("GET", f"/rest/api/content/{page}/child/attachment").json()["results"]
    assert "version" not in file
    address = file["_links"]["download"]
    assert dc_api("GET", address).content == b"one"
    sent = dc_connect(datacenter, None, None)("GET", address)
    assert sent.status_code == 302
    assert "/login.action" in sent.headers["Location"]
