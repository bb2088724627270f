"""Pages to look at: they show what is there, and nothing in them acts."""

import re

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from confsync.sandbox import Sandbox
from confsync.sandbox.browser.render import render
from confsync.sandbox.browser.surroundings import Surroundings
from confsync.sandbox.store.tiny import tiny_encode

AROUND = Surroundings(lambda t, _k: f"/wiki/{t}" if t == "There" else None, lambda n: None, lambda a: "Ann")
MACRO = '<ac:structured-macro ac:name="{}">{}</ac:structured-macro>'


def shown(body):
    return str(render(body, AROUND))


@pytest.fixture
def browser():
    with requests.Session() as session:
        session.headers["User-Agent"] = "Mozilla/5.0"
        yield session


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("<p>a &lt;b&gt;</p>", "<p>a &lt;b&gt;</p>"),
        ("<h2>Set up</h2>", '<h2 id="Set-up">Set up</h2>'),
        ('<p style="color: red; background: url(x)">a</p>', '<p style="color: red">a</p>'),
        ('<td colspan="2">a</td>', '<td colspan="2">a</td>'),
        ('<ac:link><ri:page ri:content-title="There" /></ac:link>', '<a href="/wiki/There">There</a>'),
        (
            '<ac:link><ri:page ri:content-title="No" /></ac:link>',
            '<span class="missing" title="No">No</span>',
        ),
        ('<a href="https://x.y/">z</a>', '<a href="https://x.y/" rel="noopener noreferrer">z</a>'),
        (
            '<ac:link><ri:user ri:account-id="1" /></ac:link>',
            '<a href="/wiki/people/1" class="mention">@Ann</a>',
        ),
    ],
)
def test_storage_is_shown(body, seen):
    assert shown(body) == seen


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<img src="x" onerror="alert(1)" />',
        '<p onclick="alert(1)" style="background:url(javascript:alert(1))">x</p>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>x</script></svg>',
        '<iframe src="javascript:alert(1)" /><object data="x" /><embed src="x" />',
        '<ac:image><ri:url ri:value="javascript:alert(1)" /></ac:image>',
        MACRO.format("html", "<ac:plain-text-body><![CDATA[<script>x</script>]]></ac:plain-text-body>"),
        '<ac:structured-macro ac:name="&quot;&gt;&lt;script&gt;" />',
        MACRO.format("status", '<ac:parameter ac:name="colour">"&gt;&lt;script&gt;</ac:parameter>'),
    ],
)
def test_nothing_in_a_page_acts(body):
    assert_harmless(shown(body))


def assert_harmless(text):
    tree = html.fromstring(f"<div>{text}</div>")
    for element in tree.iter():
        assert element.tag not in {
            "script",
            "iframe",
            "object",
            "embed",
            "svg",
            "style",
            "form",
            "link",
            "meta",
        }
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert not re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE)
            assert "url(" not in value or name != "style"


hostile = st.text(alphabet="<>\"'& ajs:()=/", max_size=20)


@given(hostile, hostile)
def test_hostile_titles_links_and_text_stay_text(one, two):
    def clean(text):
        return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace(">", "&gt;")

    a, b = clean(one), clean(two)
    assert_harmless(
        shown(
            f'<p>{a}</p><a href="{a}">{b}</a><h1>{a}</h1><ac:structured-macro ac:name="{a}" />'
            f'<ac:structured-macro ac:name="toc" /><ac:structured-macro ac:name="panel"><ac:parameter ac:name="title">'
            f'{b}</ac:parameter></ac:structured-macro><ac:link><ri:attachment ri:filename="{a}" /></ac:link>'
        )
    )


def test_a_body_nested_very_deep_is_shown():
    assert "deep" in shown("<div>" * 1500 + "deep" + "</div>" * 1500)


def test_every_address_shows_its_page_without_a_login(sandbox, api, ann, browser):
    page = api.made("Guide", "<p>words of the guide</p>")
    folder = ann.create_folder("Folder")
    for path in (
        f"/spaces/DOCS/pages/{page}/Guide",
        f"/spaces/WRONG/pages/{page}",
        f"/x/{tiny_encode(page)}",
        f"/pages/viewpage.action?pageId={page}",
        "/pages/viewpage.action?spaceKey=DOCS&title=Guide",
        "/display/DOCS/Guide",
        f"/spaces/DOCS/pages/edit-v2/{page}",
        f"/pages/resumedraft.action?draftId={page}",
        f"/pages/viewpreviousversions.action?pageId={page}",
        f"/pages/viewstorage.action?pageId={page}",
    ):
        answer = browser.get(sandbox.url + path, timeout=5)
        assert (path, answer.status_code, "words of the guide" in answer.text) == (path, 200, True)
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for path in (
        "",
        "/spaces",
        "/spaces/DOCS",
        "/spaces/DOCS/overview",
        "/spaces/DOCS/trash",
        "/display/DOCS",
    ):
        assert browser.get(sandbox.url + path, timeout=5).status_code == 200
    inside = browser.get(f"{sandbox.url}/spaces/DOCS/folder/{folder.id}", timeout=5)
    assert "Folder" in inside.text
    for path in ("/spaces/NOPE", "/spaces/DOCS/pages/4711", "/x/!!", "/display/DOCS/Nope", "/x/AAAA"):
        assert browser.get(sandbox.url + path, timeout=5).status_code in (400, 404)


def test_hostile_names_are_shown_as_text(sandbox, ann, browser):
    page = ann.create('<script>alert("t")</script>', "<p>x</p>")
    ann.attach(page.id, '<img src=x onerror="alert(1)">.png', b"x")
    ann.label(page.id, "a<b".replace("<", "-"))
    ann.comment(page.id, "hello", on="x")
    for path in (f"/spaces/DOCS/pages/{page.id}", f"/pages/viewpageattachments.action?pageId={page.id}"):
        text = browser.get(sandbox.url + path, timeout=5).text
        assert "<script" not in text
        assert "<img src=x" not in text


def form_of(browser, url):
    text = browser.get(url, timeout=5).text
    return {
        name: re.search(f'name="{name}" value="([^"]*)"', text)[1] for name in ("secret", "pageId", "version")
    }


def test_the_form_saves_as_a_person_in_the_editor(sandbox, api, browser):
    page = api.made("T", "<ul><li>a</li></ul>")
    form = form_of(browser, f"{sandbox.url}/spaces/DOCS/pages/edit-v2/{page}")
    sent = {**form, "title": "U", "body": "<ul><li>b</li></ul>", "message": "by hand"}
    url = f"{sandbox.url}/pages/doeditpage.action"
    assert "<h1>U</h1>" in browser.post(url, data=sent, timeout=5).text
    row = api.get(page).json()
    assert (row["version"]["number"], row["version"]["message"]) == (2, "by hand")
    assert row["version"]["authorId"] == sandbox.as_person.user.account_id
    assert "<p local-id=" in row["body"]["storage"]["value"]
    stale = browser.post(url, data={**sent, "body": "<p>kept in the form</p>"}, timeout=5)
    assert (stale.status_code, "kept in the form" in stale.text) == (409, True)
    assert api.get(page).json()["version"]["number"] == 2


def test_a_page_goes_to_the_trash_and_comes_back_by_a_button(sandbox, api, browser):
    page = api.made("T")
    form = form_of(browser, f"{sandbox.url}/spaces/DOCS/pages/edit-v2/{page}")
    browser.post(f"{sandbox.url}/pages/dotrash.action", data=form, timeout=5)
    assert api.get(page).json()["status"] == "trashed"
    browser.post(f"{sandbox.url}/pages/dorestore.action", data=form, timeout=5)
    assert api.get(page).json()["status"] == "current"


def test_another_site_can_neither_send_a_form_nor_take_the_name(sandbox, api, browser):
    page = api.made("T")
    form = {"secret": "guess", "pageId": page, "version": "1", "title": "U", "body": "<p>bad</p>"}
    assert browser.post(f"{sandbox.url}/pages/doeditpage.action", data=form, timeout=5).status_code == 403
    for path in ("/wiki/spaces", "/_sandbox/requests", "/wiki/rest/api/user/current"):
        for host, status in (("evil.example", 403), ("evil.example:80", 403), ("localhost", 200)):
            url = sandbox.url.removesuffix("/wiki") + path
            assert browser.get(url, headers={"Host": host}, timeout=5).status_code == status
    assert api.body(page) == "<p>x</p>"


def test_files_are_shown_as_pictures_or_offered_for_download(sandbox, ann, browser):
    page = ann.create("T", "<p>x</p>").id
    picture, page_file = ann.attach(page, "a.png", b"png"), ann.attach(page, "a.html", b"<script>x</script>")
    drawing = ann.attach(page, "a.svg", b"<svg><script>x</script></svg>")
    got = [browser.get(f"{sandbox.url}/_file/{f.id}", timeout=5) for f in (picture, page_file, drawing)]
    types = [g.headers["Content-Type"].split(";")[0] for g in got]
    assert types == ["image/png", "application/octet-stream", "image/svg+xml"]
    assert "attachment" in got[1].headers["Content-Disposition"]
    assert all("sandbox" in g.headers["Content-Security-Policy"] for g in got)


def test_the_history_shows_what_changed(sandbox, api, browser):
    page = api.made("T", "<p>one</p><p>two</p>")
    api.put(page, 2, body="<p>one</p><p>three</p>", message="second thoughts")
    text = browser.get(f"{sandbox.url}/pages/viewpreviousversions.action?pageId={page}", timeout=5).text
    assert "second thoughts" in text
    assert "<ins>+&lt;p&gt;three&lt;/p&gt;</ins>" in text
    assert '<del class="line">-&lt;p&gt;two&lt;/p&gt;</del>' in text


def test_pages_in_the_browser_do_not_count_as_requests_of_a_client(browser):
    with Sandbox() as sandbox:
        browser.get(sandbox.url, timeout=5)
        assert (sandbox.requests.total, len(sandbox.requests.all)) == (0, 1)
