"""Readings: what is tried again, how long is waited, and what each failure is called."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from remote_scripted import SPACE, TOKEN, Reply, Reset, Silence, listing, new_page, page_row

from confsync.errors import (
    AuthError,
    Forbidden,
    IncompleteListing,
    RateLimited,
    Rejected,
    RemoteError,
    Unreachable,
)
from confsync.model import PageId

PAGE = Reply(200, page_row(7, body={"storage": {"value": "<p>x</p>"}}, labels={"results": [], "meta": {}}))

once = {
    "429 with seconds": (Reply(429, {"message": "slow"}, {"Retry-After": "17"}), 17),
    "429 without a word": (Reply(429, b""), 0.5),
    "429 of a gateway": (Reply(429, "<html>Too many requests</html>", {"Retry-After": "3"}), 3),
    "500": (Reply(500, {"message": "oops"}), 0.5),
    "502": (Reply(502, "<html>Bad Gateway</html>"), 0.5),
    "503 with seconds": (Reply(503, "<html>Maintenance</html>", {"Retry-After": "5"}), 5),
    "504": (Reply(504, b""), 0.5),
    "a CloudFront 403": (Reply(403, "<html/>", {"X-Cache": "Error from cloudfront"}), 0.5),
    "a connection that is reset": (Reset(), 0.5),
    "silence": (Silence(), 0.5),
    "a body cut short": (Reply(200, page_row(7), cut=True), 0.5),
    "a cut body that claims to be whole": (Reply(200, b'{"id": "7", "vers'), 0.5),
    "JSON of another shape": (Reply(200, {"hello": "world"}), 0.5),
    "nothing at all with 200": (Reply(200, b""), 0.5),
    "a maintenance page with 200": (Reply(200, "<html><title>Back soon</title></html>"), 0.5),
    "an error wrapped into 200": (Reply(200, {"statusCode": 503, "message": "busy"}), 0.5),
}


@pytest.mark.parametrize(("fault", "wait"), once.values(), ids=once.keys())
def test_one_fault_while_reading_is_dealt_with_and_waited_out(server, clock, cloud, fault, wait):
    server.script(fault, PAGE)
    assert cloud.page(PageId("7")).body == "<p>x</p>"
    assert len(server.asked) == 2
    assert sum(clock.slept) >= wait


def test_a_retry_after_date_counts_from_the_servers_own_clock(server, clock, cloud):
    """The two clocks are a day apart; only the server's may count."""
    server_now = clock.now() - timedelta(days=1)
    later = server_now + timedelta(seconds=42)
    headers = {
        "Date": format_datetime(server_now, usegmt=True),
        "Retry-After": format_datetime(later, usegmt=True),
    }
    server.script(Reply(429, b"", headers), PAGE)
    cloud.page(PageId("7"))
    assert 42 <= sum(clock.slept) <= 44


for_ever = {
    "429": (Reply(429, b"", {"Retry-After": "1"}), RateLimited, 5),
    "500": (Reply(500, {"message": "oops"}), Unreachable, 5),
    "503": (Reply(503, "<html/>"), Unreachable, 5),
    "resets": (Reset(), Unreachable, 5),
    "cut bodies": (Reply(200, page_row(7), cut=True), Unreachable, 5),
    "web pages": (Reply(200, "<html>Back soon</html>"), Unreachable, 5),
    "wrong JSON": (Reply(200, []), Unreachable, 5),
}


@pytest.mark.parametrize(("fault", "error", "requests"), for_ever.values(), ids=for_ever.keys())
def test_a_fault_without_end_is_given_up_after_a_bounded_number_of_requests(
    server, cloud, fault, error, requests
):
    server.script(fault)
    with pytest.raises(error):
        cloud.page(PageId("7"))
    assert len(server.asked) == requests


at_once = {
    "401": (Reply(401, {"message": "Unauthorized; scope does not match"}), AuthError),
    "401 with a page": (Reply(401, "<html>Unauthorized</html>"), AuthError),
    "403": (Reply(403, {"message": "Current user not permitted to use Confluence"}), Forbidden),
    "a captcha": (
        Reply(403, "<html/>", {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}),
        AuthError,
    ),
    "a captcha with 200": (
        Reply(
            200, page_row(7), {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://x/"}
        ),
        AuthError,
    ),
    "a redirect to the login": (
        Reply(302, b"", {"Location": "https://id.atlassian.com/login?continue=x"}),
        AuthError,
    ),
    "a redirect to login.action": (
        Reply(302, b"", {"Location": "/login.action?os_destination=x"}),
        AuthError,
    ),
    "a login page with 200": (Reply(200, "<html><form><input name='os_password'></form></html>"), AuthError),
    "an anonymous answer": (Reply(200, page_row(7), {"X-AUSERNAME": "anonymous"}), AuthError),
    "an answer to a login that failed": (
        Reply(200, page_row(7), {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}),
        AuthError,
    ),
    "a 403 to a login that failed": (
        Reply(403, "<html/>", {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}),
        AuthError,
    ),
    "a redirect to Microsoft's login": (
        Reply(302, b"", {"Location": "https://login.microsoftonline.com/1234/wsfed?wa=wsignin1.0"}),
        AuthError,
    ),
    "a redirect to an identity provider": (
        Reply(302, b"", {"Location": "https://sso.example.com/idp/startSSO.ping"}),
        AuthError,
    ),
    "a redirect elsewhere": (Reply(301, b"", {"Location": "https://elsewhere.example/wiki"}), RemoteError),
    "400": (
        Reply(400, {"errors": [{"status": 400, "title": "Provided value is wrong", "detail": None}]}),
        Rejected,
    ),
    "410": (Reply(410, {"message": "This deprecated endpoint has been removed"}), Rejected),
    "an error wrapped into 200": (Reply(200, {"statusCode": 401, "message": "no"}), AuthError),
}


@pytest.mark.parametrize(("fault", "error"), at_once.values(), ids=at_once.keys())
def test_an_answer_that_waiting_does_not_mend_is_an_error_at_once(server, clock, cloud, fault, error):
    server.script(fault)
    with pytest.raises(error) as caught:
        cloud.page(PageId("7"))
    assert len(server.asked) == 1
    assert clock.slept == []
    assert caught.value.message
    assert "\n" not in caught.value.message


def test_a_wait_longer_than_the_budget_is_not_begun(server, clock, cloud):
    server.script(Reply(429, b"", {"Retry-After": "3600"}))
    with pytest.raises(RateLimited) as caught:
        cloud.page(PageId("7"))
    assert caught.value.retry_after == 3600
    assert clock.slept == []


def test_confluences_own_words_are_in_the_error_without_markup(server, cloud):
    server.script(
        Reply(400, {"errors": [{"status": 400, "code": "X", "title": "Bad id", "detail": "not a number"}]})
    )
    with pytest.raises(Rejected, match="Bad id not a number"):
        cloud.page(PageId("7"))
    server.script(Reply(400, "<html><style>p{}</style><h1>Oh\n no</h1><script>alert(1)</script></html>"))
    with pytest.raises(Rejected, match="Oh no") as caught:
        cloud.page(PageId("7"))
    assert "<" not in caught.value.message
    assert "alert" not in caught.value.message


def test_a_missing_page_is_none_and_costs_one_request(server, cloud):
    server.script(Reply(404, {"errors": [{"status": 404, "title": "Not Found"}]}))
    assert cloud.page(PageId("7")) is None
    assert len(server.asked) == 1


def test_a_page_that_is_not_visible_right_after_its_create_is_looked_for_again(server, clock, cloud):
    server.script(Reply(200, page_row(7)), Reply(404, {}), Reply(404, {}), PAGE, Reply(404, {}))
    cloud.create_page(new_page())
    assert cloud.page(PageId("7")).id == "7"
    assert clock.slept == [0.5, 1.0]
    assert cloud.page(PageId("7")) is None, "once it was seen, a 404 means what it says"


# ---- listings ---------------------------------------------------------------------------------------------------


def test_a_listing_is_followed_after_our_own_base_to_its_end(server, cloud):
    """The link names the classic site, as behind the gateway; only its path may count."""
    server.script(
        listing(
            page_row(1), page_row(2), next="https://other.example/wiki/api/v2/spaces/65538/pages?cursor=a%3D"
        ),
        listing(next="/wiki/api/v2/spaces/65538/pages?cursor=b"),
        listing(page_row(3)),
    )
    assert [page.id for page in cloud.pages(SPACE)] == ["1", "2", "3"]
    assert [asked.path for asked in server.asked] == ["/wiki/api/v2/spaces/65538/pages"] * 3
    assert [asked.of("cursor") for asked in server.asked] == [[], ["a="], ["b"]]
    assert server.asked[0].of("status") == ["current"]
    assert server.asked[0].of("limit") == ["250"]


torn = {
    "an error": Reply(400, {"message": "cursor expired"}),
    "503 without end": Reply(503, b""),
    "404": Reply(404, {}),
    "another shape": Reply(200, {}),
    "the same link again": listing(page_row(2), next="/wiki/api/v2/spaces/65538/pages?cursor=a"),
}


@pytest.mark.parametrize("second", torn.values(), ids=torn.keys())
def test_a_listing_that_breaks_off_is_incomplete_and_never_short(server, cloud, second):
    server.script(listing(page_row(1), next="/wiki/api/v2/spaces/65538/pages?cursor=a"), then=second)
    with pytest.raises(IncompleteListing):
        cloud.pages(SPACE)


def test_a_login_that_ends_within_a_listing_is_called_so(server, cloud):
    server.script(listing(page_row(1), next="/wiki/api/v2/spaces/65538/pages?cursor=a"), then=Reply(401, {}))
    with pytest.raises(AuthError):
        cloud.pages(SPACE)


def test_a_listing_that_goes_on_without_anything_new_is_incomplete(server, cloud):
    server.answer = lambda asked: listing(
        page_row(1), next=f"/wiki/api/v2/spaces/65538/pages?cursor={len(server.asked)}"
    )
    with pytest.raises(IncompleteListing):
        cloud.pages(SPACE)
    assert len(server.asked) < 10


def test_a_link_that_leads_nowhere_makes_a_listing_incomplete(server, cloud):
    server.script(listing(page_row(1), next="https://evil.example/steal"))
    with pytest.raises(IncompleteListing):
        cloud.pages(SPACE)


def test_a_page_that_moved_while_we_walked_is_listed_once_in_its_newer_version(server, cloud):
    newer = page_row(1, version={"number": 2}, title="New")
    server.script(
        listing(newer, page_row(2), next="/wiki/api/v2/x?cursor=a"), listing(page_row(1), page_row(3))
    )
    pages = cloud.pages(SPACE)
    assert [(page.id, page.version, page.title) for page in pages] == [
        ("1", 2, "New"),
        ("2", 1, "Page 2"),
        ("3", 1, "Page 3"),
    ]


empty = {
    "no page at all": listing(),
    "an object without results": Reply(200, {"_links": {}}),
    "a login page": Reply(200, "<html><title>Log in with Atlassian account</title></html>"),
    "a redirect": Reply(302, b"", {"Location": "/login.action"}),
    "an empty body": Reply(200, b""),
    "404": Reply(404, {}),
}


@pytest.mark.parametrize("answer", empty.values(), ids=empty.keys())
def test_nothing_that_is_not_a_listing_ever_reads_as_an_empty_space(server, cloud, answer):
    server.script(answer)
    with pytest.raises(RemoteError):
        cloud.pages(SPACE)


def test_bodies_that_a_listing_leaves_out_are_read_one_by_one(server, cloud):
    stored = {"storage": {"value": "<p>1</p>"}}
    server.script(listing(page_row(1, body=stored), page_row(7)), PAGE)
    assert [page.body for page in cloud.pages(SPACE, bodies=True)] == ["<p>1</p>", "<p>x</p>"]
    assert server.asked[0].of("body-format") == ["storage"]


def test_the_newest_pages_are_asked_for_only_as_far_as_they_are_looked_at(server, cloud):
    server.script(
        listing(page_row(3), page_row(2), next="/wiki/api/v2/spaces/65538/pages?cursor=a"),
        listing(page_row(1)),
    )
    newest = cloud.newest(SPACE)
    assert next(newest).id == "3"
    assert len(server.asked) == 1
    assert server.asked[0].of("sort") == ["-modified-date"]
    assert [page.id for page in newest] == ["2", "1"]


def test_drafts_and_purged_pages_are_no_pages(server, cloud):
    server.script(listing(page_row(1), page_row(2, status="draft"), page_row(3, status="deleted")))
    assert [page.id for page in cloud.pages(SPACE)] == ["1"]
    server.script(Reply(200, page_row(7, status="deleted", labels={"results": []})))
    assert cloud.page(PageId("7")) is None


def test_labels_beyond_the_first_fifty_are_fetched(server, cloud):
    some = {"results": [{"name": "a", "prefix": "global"}], "meta": {"hasMore": True, "cursor": "x"}}
    server.script(
        Reply(200, page_row(7, labels=some)),
        listing({"id": "1", "name": "b", "prefix": "global"}, {"id": "2", "name": "mine", "prefix": "my"}),
    )
    assert cloud.page(PageId("7")).labels == ("b",)


def test_the_token_is_in_no_url(server, cloud):
    server.script(PAGE)
    cloud.page(PageId("7"))
    assert TOKEN not in server.asked[0].path + str(server.asked[0].query)


@pytest.mark.parametrize(
    "odd", ["../../rest/api/space", "7/labels", "7?x=1", "7#x", "", "..", "7%2e", "७", "7 8", "-1"]
)
def test_what_cannot_be_an_id_is_no_page_and_no_request(server, cloud, odd):
    """Ids come from front matters, and strangers write those, too."""
    server.script(PAGE)
    assert cloud.page(PageId(odd)) is None
    assert cloud.folder(PageId(odd)) is None
    assert server.asked == []


@pytest.mark.parametrize("body", ["", "{}", "[]", "null"])
def test_an_error_without_words_ends_with_its_status(server, cloud, body):
    server.script(*[Reply(500, body)] * 5)
    with pytest.raises(Unreachable) as caught:
        cloud.page(PageId("7"))
    assert caught.value.message == "Confluence answered with status 500."


def test_a_pause_that_is_too_long_to_wait_out_is_named(server, cloud):
    server.script(*[Reply(429, {}, {"Retry-After": "86400"})] * 5)
    with pytest.raises(RateLimited, match="asked again in 86400 seconds"):
        cloud.page(PageId("7"))
