"""Scripted faults: each does what it says, to the requests it names, as often as it should."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
import requests
from sandbox_answers import titles

from confsync.sandbox import Fault, Trouble, When

PAGES = "/api/v2/pages"


def broken(api, *args, **kwargs):
    with pytest.raises(requests.exceptions.RequestException):
        api(*args, **kwargs)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 504])
def test_a_status_before_the_effect_has_none(api, sandbox, status):
    page = api.made("T")
    sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=status, method="PUT"))
    assert api.put(page, 2).status_code == status
    assert api.get(page).json()["version"]["number"] == 1
    assert api.put(page, 2).status_code == 200


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_status_after_the_effect_hides_it(api, sandbox, status):
    page = api.made("T")
    sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=status, method="PUT", when=When.AFTER))
    assert api.put(page, 2).status_code == status
    assert api.get(page).json()["version"]["number"] == 2


def test_a_gateways_error_is_a_page_of_html(api, sandbox):
    sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=502)).add(
        Fault(trouble=Trouble.STATUS, status=503, html=True)
    )
    for _ in range(2):
        assert api("GET", PAGES).headers["Content-Type"].startswith("text/html")


def test_the_wait_of_a_429_is_as_scripted(api, sandbox):
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=7)
    date = format_datetime(at, usegmt=True)
    for wait in ("17", date, None):
        sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=429, retry_after=wait))
    seen = [api("GET", PAGES).headers.get("Retry-After") for _ in range(3)]
    assert seen == ["17", date, None]
    assert parsedate_to_datetime(date) == at


@pytest.mark.parametrize(("when", "number"), [(When.BEFORE, 1), (When.AFTER, 2)])
def test_a_reset_breaks_the_connection_before_or_after_the_effect(api, sandbox, when, number):
    page = api.made("T")
    sandbox.faults.add(Fault(trouble=Trouble.RESET, method="PUT", when=when))
    with pytest.raises(requests.exceptions.ConnectionError):
        api.put(page, 2)
    assert api.get(page).json()["version"]["number"] == number
    assert [e.status for e in sandbox.requests.all if e.method == "PUT"] == [0]


def test_a_cut_answer_is_shorter_than_it_says(api, sandbox):
    sandbox.faults.add(Fault(trouble=Trouble.CUT))
    broken(api, "GET", PAGES)
    assert api("GET", PAGES).status_code == 200


def test_a_slow_answer_is_whole_and_late(api, sandbox):
    sandbox.faults.add(Fault(trouble=Trouble.STALL, seconds=0.15))
    started = time.monotonic()
    assert titles(api("GET", PAGES)) == ["Documentation Home"]
    assert time.monotonic() - started >= 0.15
    sandbox.faults.add(Fault(trouble=Trouble.SLOW, seconds=0.0005))
    assert titles(api("GET", PAGES)) == ["Documentation Home"]


def test_false_answers_come_with_200(api, sandbox):
    for trouble in (Trouble.BROKEN_JSON, Trouble.OTHER_JSON, Trouble.EMPTY, Trouble.LOGIN_PAGE):
        sandbox.faults.add(Fault(trouble=trouble))
    answers = [api("GET", PAGES) for _ in range(4)]
    assert [a.status_code for a in answers] == [200] * 4
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answers[0].json()
    assert answers[1].json()["statusCode"] == 503
    assert answers[2].content == b""
    assert "os_username" in answers[3].text


def test_a_redirect_leads_to_the_login(api, sandbox):
    sandbox.faults.add(Fault(trouble=Trouble.LOGIN_REDIRECT))
    answer = api("GET", PAGES)
    assert (answer.status_code, "login.action" in answer.headers["Location"]) == (302, True)


def test_a_visitor_can_lose_his_name_for_a_request(api, sandbox):
    page = api.made("T")
    sandbox.faults.add(Fault(trouble=Trouble.ANONYMOUS, method="GET", times=2))
    assert titles(api("GET", PAGES)) == []
    assert api.get(page).status_code == 404
    assert api.get(page).status_code == 200


def test_a_new_page_can_be_absent_for_its_first_reads(api, sandbox):
    old = api.made("Old")
    sandbox.faults.add(Fault(trouble=Trouble.ABSENT, method="GET", times=2, after_create=True))
    sandbox.faults._created.clear()
    new = api.made("New")
    assert [api.get(new).status_code for _ in range(3)] == [404, 404, 200]
    assert api.get(old).status_code == 200


def test_a_late_write_arrives_when_it_is_let_go(api, sandbox):
    page = api.made("T")
    sandbox.faults.add(Fault(trouble=Trouble.LATE, method="PUT"))
    with pytest.raises(requests.exceptions.ConnectionError):
        api.put(page, 2, body="<p>late</p>")
    assert api.get(page).json()["version"]["number"] == 1
    assert sandbox.deliver_late() == 1
    assert api.body(page) == "<p>late</p>"
    assert sandbox.deliver_late() == 0


def test_a_late_write_that_was_overtaken_is_refused(api, sandbox):
    page = api.made("T")
    sandbox.faults.add(Fault(trouble=Trouble.LATE, method="PUT"))
    with pytest.raises(requests.exceptions.ConnectionError):
        api.put(page, 2, body="<p>late</p>")
    api.put(page, 2, body="<p>in time</p>")
    sandbox.deliver_late()
    assert api.body(page) == "<p>in time</p>"


def test_a_late_upload_arrives_with_its_bytes(api, sandbox):
    page = api.made("T")
    sandbox.faults.add(Fault(trouble=Trouble.LATE, method="POST", path="*/child/attachment"))
    with pytest.raises(requests.exceptions.ConnectionError):
        api.upload(page, "a.bin", b"late")
    sandbox.deliver_late()
    files = api("GET", f"{PAGES}/{page}/attachments").json()["results"]
    assert api("GET", files[0]["downloadLink"], allow_redirects=True).content == b"late"


def test_a_listing_can_be_torn_on_any_of_its_pages(api, sandbox):
    for n in range(4):
        api.made(f"P{n}")
    sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=500, path="GET /api/v2/pages", skip=1))
    first = api("GET", PAGES, params={"limit": 2})
    torn = api("GET", first.json()["_links"]["next"])
    assert (first.status_code, torn.status_code) == (200, 500)


def test_a_fault_strikes_its_route_alone_and_as_often_as_it_says(api, sandbox):
    page = api.made("T")
    fault = Fault(trouble=Trouble.STATUS, status=503, path="GET /api/v2/pages/<ident>", skip=1, times=2)
    sandbox.faults.add(fault)
    assert [api.get(page).status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    assert api("GET", PAGES).status_code == 200
    assert sandbox.faults.struck == 2


def test_a_fault_can_strike_each_third_request(api, sandbox):
    sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=429, every=3, skip=2, times=2))
    assert [api("GET", PAGES).status_code for _ in range(9)] == [200, 200, 429, 200, 200, 429, 200, 200, 200]


def test_a_fault_without_an_end_lasts_until_it_is_taken_back(api, sandbox):
    sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=503, times=0))
    assert [api("GET", PAGES).status_code for _ in range(3)] == [503] * 3
    sandbox.faults.clear()
    assert api("GET", PAGES).status_code == 200


def test_faults_and_counters_are_at_hand_from_outside(api, sandbox):
    base = sandbox.url.removesuffix("/wiki") + "/_sandbox"
    fault = {"trouble": "status", "status": 500, "method": "GET", "path": "/api/v2/pages"}
    assert requests.post(f"{base}/faults", json=fault, timeout=5).status_code == 200
    assert api("GET", PAGES).status_code == 500
    assert requests.get(f"{base}/faults", timeout=5).json() == {"faults": [], "struck": 1}
    seen = requests.get(f"{base}/requests", timeout=5).json()
    assert seen["routes"] == {"GET /api/v2/pages": 1}
    assert seen["total"] == 1
    requests.delete(f"{base}/requests", timeout=5)
    assert sandbox.requests.total == 0


def test_a_colleague_can_save_just_before_a_write_arrives(api, sandbox, ann):
    page = api.made("T")
    sandbox.faults.meanwhile(lambda: ann.edit(page, "<p>hers</p>", raw=True), method="PUT", path="*/pages/*")
    assert api.put(page, 2, body="<p>mine</p>").status_code == 409
    assert api.body(page) == "<p>hers</p>"
    assert api.put(page, 3, body="<p>mine</p>").status_code == 200


@pytest.mark.parametrize("fault", [{}, {"trouble": "nosuch"}, [1], None, {"trouble": "status", "times": "x"}])
def test_a_fault_that_makes_no_sense_is_refused(sandbox, fault):
    base = sandbox.url.removesuffix("/wiki") + "/_sandbox"
    answer = requests.post(f"{base}/faults", json=fault, timeout=5)
    assert (answer.status_code, sandbox.faults.describe()) == (400, [])


def test_a_page_in_a_browser_cannot_script_faults(sandbox):
    base = sandbox.url.removesuffix("/wiki") + "/_sandbox"
    head = {"User-Agent": "Mozilla/5.0"}
    assert requests.post(f"{base}/faults", json={}, headers=head, timeout=5).status_code == 403
