"""Pages of the Data Center: shapes, listings, writes and their refusals, the trash, what it makes of a body."""

import pytest

from confsync.sandbox import Fault, Trouble

STORAGE = {"representation": "storage"}


@pytest.fixture
def ann(datacenter):
    return datacenter.as_person


def made(api, title, body="<p>x</p>", parent=None, **more):
    answer = api.create(title, body, parent, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def stored(api, page):
    return api.get(page).json()["body"]["storage"]["value"]


# ---- shapes -----------------------------------------------------------------------------------------------------


def test_nothing_is_told_that_is_not_expanded(dc_api):
    page = made(dc_api, "A")
    row = dc_api("GET", "/rest/api/content?spaceKey=DOCS&title=A").json()["results"][0]
    assert {"version", "body", "ancestors", "space", "metadata", "history"}.isdisjoint(row)
    assert set(dc_api("GET", f"/rest/api/content/{page}").json()) >= {"history", "space", "version"}


def test_ancestors_begin_at_the_top_and_times_have_an_offset(dc_api):
    one = made(dc_api, "One", parent=dc_api.home)
    two = made(dc_api, "Two", parent=one)
    row = dc_api("GET", f"/rest/api/content/{two}?expand=ancestors,version").json()
    assert [above["id"] for above in row["ancestors"]] == [dc_api.home, one]
    assert row["version"]["when"].endswith("+02:00")
    assert row["extensions"]["position"] != "none"
    assert dc_api("GET", f"/rest/api/content/{made(dc_api, 'Top')}").json()["extensions"] == {
        "position": "none"
    }


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Plain title", "/display/DOCS/Plain+title"),
        ("Übersicht", "/display/DOCS/%C3%9Cbersicht"),
        ("50 % off", "/pages/viewpage.action?pageId="),
        ("a/b", "/pages/viewpage.action?pageId="),
        ("日本語", "/pages/viewpage.action?pageId="),
    ],
)
def test_a_page_is_shown_at_the_address_that_it_tells(dc_api, title, address):
    links = dc_api.create(title, "<p>the text</p>").json()["_links"]
    assert links["webui"].startswith(address)
    assert "the text" in dc_api("GET", links["webui"]).text
    assert "the text" in dc_api("GET", links["tinyui"], allow_redirects=True).text


def test_an_old_version_is_historical_under_an_id_of_its_own(dc_api):
    page = made(dc_api, "T", "<p>one</p>")
    assert dc_api.put(page, 2, body="<p>two</p>").status_code == 200
    old = dc_api.get(page, status="historical", version=1).json()
    assert (old["status"], old["version"]["number"], old["body"]["storage"]["value"]) == (
        "historical",
        1,
        "<p>one</p>",
    )
    assert old["id"] != page
    assert dc_api.get(page, status="historical", version=2).status_code == 404
    assert dc_api.get(page, status="historical", version=9).status_code == 404


# ---- listings ---------------------------------------------------------------------------------------------------


def test_limits_are_lowered_by_what_is_expanded(dc_api):
    for expand, most in (
        ("", 1000),
        ("version", 200),
        ("version,body.storage", 50),
        ("body.export_view", 25),
    ):
        for path in ("content", "content/scan", "content/search"):
            found = dc_api(
                "GET", f"/rest/api/{path}", params={"cql": "type=page", "limit": 5000, "expand": expand}
            )
            if expand:
                assert found.json()["limit"] == most


def walked(api, path):
    seen, follow = [], path
    while follow:
        part = api("GET", follow).json()
        seen += [row["id"] for row in part["results"]]
        follow = part["_links"].get("next")
    return seen


def test_a_space_is_walked_by_offset_and_by_cursor(dc_api):
    ids = [made(dc_api, f"P{n}") for n in range(7)]
    for path in ("content", "content/scan"):
        assert walked(dc_api, f"/rest/api/{path}?spaceKey=DOCS&limit=3&expand=version") == sorted(
            [dc_api.home, *ids], key=int
        )


def test_a_cursor_goes_back_too_and_misses_nothing_that_goes_meanwhile(dc_api, ann):
    ids = sorted([dc_api.home, *(made(dc_api, f"P{n}") for n in range(5))], key=int)
    first = dc_api("GET", "/rest/api/content/scan?spaceKey=DOCS&limit=2").json()
    assert first["cursor"] == "content:false:null"
    ann.trash(ids[1])
    second = dc_api("GET", first["_links"]["next"]).json()
    assert [row["id"] for row in second["results"]] == ids[2:4], "an offset would have skipped one"
    back = dc_api("GET", second["_links"]["prev"]).json()
    assert [row["id"] for row in back["results"]] == [ids[0]]


def test_a_title_is_compared_to_the_letter_and_an_unknown_space_is_not_found(dc_api):
    page = made(dc_api, "Title")
    found = dc_api("GET", "/rest/api/content?spaceKey=DOCS&title=Title").json()["results"]
    assert [row["id"] for row in found] == [page]
    assert dc_api("GET", "/rest/api/content?spaceKey=docs&title=title").json()["results"] == []
    assert dc_api("GET", "/rest/api/content?spaceKey=NOPE").status_code == 404


def test_search_takes_an_offset_and_tells_the_total(dc_api):
    for n in range(3):
        made(dc_api, f"P{n}")
    found = dc_api(
        "GET", "/rest/api/search", params={"cql": "type=page order by title", "start": 2, "limit": 1}
    )
    assert found.json()["totalSize"] == 4
    assert [row["content"]["title"] for row in found.json()["results"]] == ["P1"]


# ---- writes -----------------------------------------------------------------------------------------------------


def test_a_create_brings_labels_properties_and_a_message_along(datacenter, dc_api):
    metadata = {"labels": [{"name": "a"}], "properties": {"k": {"key": "k", "value": 1}}}
    page = made(dc_api, "A", metadata=metadata, version={"message": "hello"})
    row = dc_api(
        "GET", f"/rest/api/content/{page}?expand=metadata.labels,metadata.properties.k,version"
    ).json()
    assert row["version"]["message"] == "hello"
    assert [label["name"] for label in row["metadata"]["labels"]["results"]] == ["a"]
    assert row["metadata"]["properties"]["k"]["value"] == 1
    datacenter.store.change_habits(first_message=False)
    other = made(dc_api, "B", version={"message": "hello"})
    assert dc_api.get(other).json()["version"]["message"] == ""


def test_a_create_that_fails_in_its_labels_makes_no_page(dc_api, ann):
    assert dc_api.create("A", metadata={"labels": [{"name": "no!"}]}).status_code == 400
    assert ann.find("A") is None


def test_without_ancestors_a_page_is_at_the_top_and_goes_there(datacenter, dc_api):
    page = made(dc_api, "T", parent=dc_api.home)
    dc_api.put(page, 2)
    assert datacenter.store.state.content(page).parent_id is None
    dc_api.put(page, 3, ancestors=[{"id": dc_api.home}])
    datacenter.store.change_habits(forgets_place=False)
    dc_api.put(page, 4)
    assert datacenter.store.state.content(page).parent_id == dc_api.home


def test_what_an_update_does_not_send_of_the_body_stays_and_labels_that_it_sends_are_all(dc_api, ann):
    page = made(dc_api, "T", "<p>stays</p>")
    ann.label(page, "old")
    data = {"id": page, "type": "page", "title": "New", "version": {"number": 2, "minorEdit": True}}
    assert dc_api("PUT", f"/rest/api/content/{page}", json=data).status_code == 200
    assert stored(dc_api, page) == "<p>stays</p>"
    labels = {"metadata": {"labels": [{"name": "new"}]}, "version": {"number": 3}}
    dc_api("PUT", f"/rest/api/content/{page}", json=data | labels)
    found = dc_api("GET", f"/rest/api/content/{page}/label").json()["results"]
    assert [label["name"] for label in found] == ["new"]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"version": {"number": 1}}, 409, "Current version is: 1"),
        ({"version": {"number": 3}}, 409, "Version must be incremented on update"),
        ({"version": {}}, 400, "No version supplied"),
        (
            {"title": "taken"},
            400,
            "A page with this title already exists: A page already exists with the title",
        ),
        ({"title": ""}, 400, "title"),
        ({"type": None}, 400, "type"),
        ({"body": {"storage": {"value": "<p>open"} | STORAGE}}, 400, "Error parsing xhtml"),
        ({"body": {"wiki": {"value": "h1. x"}}}, 501, "storage"),
        ({"ancestors": [{"id": "4711"}]}, 400, "No parent or not permitted to view content"),
        ({"ancestors": "x"}, 400, "ancestors"),
    ],
)
def test_an_update_that_is_refused_says_why_and_changes_nothing(dc_api, change, status, words):
    made(dc_api, "Taken")
    page = made(dc_api, "T", "<p>stays</p>")
    refused = dc_api.put(page, 2, **change)
    assert refused.status_code == status
    assert words in refused.json()["message"]
    assert refused.json()["statusCode"] == status
    assert dc_api.get(page).json()["version"]["number"] == 1
    assert stored(dc_api, page) == "<p>stays</p>"


def test_a_page_never_hangs_below_itself(dc_api):
    page = made(dc_api, "T")
    refused = dc_api.put(page, 2, ancestors=[{"id": page}])
    assert (refused.status_code, refused.json()["message"]) == (400, "Can not set page as its own parent")


def test_who_may_not_write_is_told_in_the_words_of_the_place(datacenter, dc_connect, dc_api):
    page, viewer = made(dc_api, "T"), dc_connect(datacenter, "vic", "vic-token")
    assert "Could not create content with type page" in viewer.create("A").json()["message"]
    refused = viewer.put(page, 2)
    assert (refused.status_code, "Could not update Content of type" in refused.json()["message"]) == (
        403,
        True,
    )


def test_the_trash_wants_its_name_and_gives_back_what_it_holds(dc_api):
    parent = made(dc_api, "Parent", parent=dc_api.home)
    child = made(dc_api, "Child", parent=parent)
    assert dc_api("DELETE", f"/rest/api/content/{parent}").status_code == 200
    assert dc_api.get(parent).status_code == 404
    assert dc_api.get(parent, status="any").json()["status"] == "trashed"
    assert dc_api("DELETE", f"/rest/api/content/{parent}").status_code == 404
    above = dc_api("GET", f"/rest/api/content/{child}?expand=ancestors").json()["ancestors"]
    assert [row["id"] for row in above] == [dc_api.home], "the child went up"
    assert dc_api.put(parent, 2, title="Other", body="<p>other</p>").status_code == 404
    back = dc_api.put(parent, 2, title="Other", body="<p>other</p>", status="current").json()
    assert (back["title"], back["body"]["storage"]["value"]) == ("Parent", "<p>x</p>")
    dc_api("DELETE", f"/rest/api/content/{parent}")
    assert dc_api("DELETE", f"/rest/api/content/{parent}?status=trashed").status_code == 204
    assert dc_api.get(parent, status="any").status_code == 404


def test_a_name_of_a_file_that_is_taken_is_refused_and_there_is_no_put(dc_api):
    page = made(dc_api, "A")
    assert dc_api.upload(page, "a.txt", b"1").status_code == 200
    refused = dc_api.upload(page, "a.txt", b"2")
    assert refused.status_code == 400
    assert "same file name as an existing attachment" in refused.json()["message"]
    assert dc_api.upload(page, "a.txt", b"2", method="PUT").status_code == 405
    [file] = dc_api("GET", f"/rest/api/content/{page}/child/attachment?expand=version").json()["results"]
    assert file["version"]["number"] == 1
    assert dc_api.upload(page, "a.txt", b"2", path=f"/{file['id']}/data").json()["version"]["number"] == 2


def test_a_property_is_made_by_version_one_and_replaced_by_the_next(dc_api):
    page = made(dc_api, "A")

    def put(number):
        data = {"key": "k", "value": number, "version": {"number": number}}
        return dc_api("PUT", f"/rest/api/content/{page}/property/k", json=data).status_code

    assert [put(2), put(1), put(1), put(2)] == [404, 200, 409, 200]
    assert dc_api.get(page).json()["version"]["number"] == 1


def test_the_list_of_versions_is_in_one_of_two_places(datacenter, dc_api):
    page = made(dc_api, "T")
    dc_api.put(page, 2, message="two")
    paths = [f"/rest/{root}/content/{page}/version" for root in ("experimental", "api")]
    for experimental in (True, False):
        datacenter.store.change_habits(experimental=experimental)
        answers = [dc_api("GET", path) for path in paths]
        assert [answer.status_code for answer in answers] == ([200, 404] if experimental else [404, 200])
        found = next(answer for answer in answers if answer.status_code == 200).json()["results"]
        assert [(row["number"], row["message"]) for row in found] == [(2, "two"), (1, "")]


def test_a_release_before_the_cursor_knows_no_scan(datacenter, dc_api):
    datacenter.store.change_habits(scans=False)
    assert dc_api("GET", "/rest/api/content/scan").status_code == 404


# ---- bodies -----------------------------------------------------------------------------------------------------


def test_letters_with_a_name_become_references_and_macros_get_their_ids(dc_api):
    body = (
        '<p>für – 日本 € <kbd class="k">x</kbd></p><ac:structured-macro ac:name="toc" /><ol><li>a</li></ol>'
    )
    kept = stored(dc_api, made(dc_api, "A", body))
    assert 'f&uuml;r &ndash; 日本 &euro; <kbd class="k">x</kbd>' in kept
    assert "ac:macro-id=" in kept
    assert 'ac:schema-version="1"' in kept
    assert "<ol><li>a</li></ol>" in kept, "the start of a list is Cloud's habit"


def test_a_save_in_the_browser_leaves_a_place_for_the_cursor_and_no_local_ids(dc_api, ann):
    page = made(dc_api, "A", '<p><b>x</b></p><ac:structured-macro ac:name="toc" />')
    ann.edit(page)
    kept = stored(dc_api, page)
    assert "<strong>x</strong>" in kept
    assert kept.endswith('<p class="auto-cursor-target"><br /></p>')
    assert "local-id" not in kept


def test_addresses_of_pages_become_links_to_them(datacenter, dc_api):
    made(dc_api, "Other page")
    there = f"{datacenter.url}/display/DOCS/Other+page"
    for href, is_link in (
        (there, True),
        (f"{there}#x", False),
        ("https://example.com/display/DOCS/Other+page", False),
    ):
        kept = stored(dc_api, made(dc_api, href, f'<p><a href="{href}">x</a></p>'))
        assert ('ri:content-title="Other page"' in kept) is is_link
    by_id = f"{datacenter.url}/pages/viewpage.action?pageId={dc_api.home}"
    assert "Documentation Home" in stored(dc_api, made(dc_api, "By id", f'<p><a href="{by_id}">x</a></p>'))


# ---- races and faults -------------------------------------------------------------------------------------------


def test_an_overrun_says_when_to_come_back_and_nothing_of_cloud(datacenter, dc_api):
    datacenter.faults.add(Fault(trouble=Trouble.STATUS, status=429, retry_after="3"))
    limited = dc_api("GET", "/rest/api/user/current")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
    assert limited.headers["X-RateLimit-Remaining"] == "0"
    assert "RateLimit-Reason" not in limited.headers
    assert dc_api("GET", "/rest/api/user/current").headers["Retry-After"] == "0"
