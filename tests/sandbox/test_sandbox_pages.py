"""Pages over v2: versions, titles, trash, archive, drafts, as the live service is known to treat them."""

import pytest

from confsync.sandbox.store.tiny import tiny_decode, tiny_encode


def error(answer):
    return answer.json()["errors"][0]


def test_a_create_answers_with_version_one_below_the_homepage_and_its_body(api, sandbox):
    page = api.create("Install", "<p>x</p>").json()
    home = sandbox.store.tree.find_space("DOCS").homepage_id
    assert (page["version"]["number"], page["version"]["message"]) == (1, "")
    assert (page["parentId"], page["parentType"]) == (home, "page")
    assert page["body"]["storage"]["value"] == "<p>x</p>"


def test_root_level_hangs_a_page_at_the_root_with_null_parent_and_position(api):
    page = api.create("Top", **{"root-level": "true"}).json()
    assert (page["parentId"], page["parentType"], page["position"]) == (None, None, None)


def test_a_parent_together_with_root_level_is_refused(api):
    parent = api.made("P")
    assert api.create("Q", parent=parent, **{"root-level": "true"}).status_code == 400


def test_ids_are_decimal_strings_and_some_are_beyond_what_a_float_holds(api):
    ids = [api.made(f"P{n}") for n in range(14)]
    assert all(ident.isdecimal() for ident in ids)
    assert any(int(float(ident)) != int(ident) for ident in ids)


def test_an_update_needs_exactly_the_next_version_and_changes_nothing_otherwise(api):
    page = api.made("T")
    for number in (1, 3, 0):
        answer = api.put(page, number)
        assert answer.status_code == 409
        wanted = f"Current Version: [1]. Provided version: [{number}]"
        assert error(answer)["title"] == f"Version must be incremented when updating a page. {wanted}"
    assert api.body(page) == "<p>x</p>"
    assert api.put(page, 2, message="why").json()["version"]["message"] == "why"
    assert api.body(page) == "<p>y</p>"


def test_of_two_writers_with_one_base_the_second_is_refused(api):
    page = api.made("T")
    assert [api.put(page, 2, body=f"<p>{n}</p>").status_code for n in (1, 2)] == [200, 409]
    assert api.body(page) == "<p>1</p>"


@pytest.mark.parametrize("missing", ["id", "status", "title", "body", "version"])
def test_an_update_without_a_required_field_is_refused(api, missing):
    page = api.made("T")
    data = {
        "id": page,
        "status": "current",
        "title": "T",
        "body": {"representation": "storage", "value": "<p>y</p>"},
        "version": {"number": 2},
    }
    del data[missing]
    assert api("PUT", f"/api/v2/pages/{page}", json=data).status_code == 400
    assert api.get(page).json()["version"]["number"] == 1


def test_minor_edit_is_not_in_the_schema_of_v2_and_not_heeded(api):
    page = api.made("T")
    api("PUT", f"/api/v2/pages/{page}", json=put_data(page, {"number": 2, "minorEdit": True}))
    assert api.get(page).json()["version"]["minorEdit"] is False


def put_data(page, version):
    body = {"representation": "storage", "value": "<p>y</p>"}
    return {"id": page, "status": "current", "title": "T", "body": body, "version": version}


def test_old_versions_keep_their_title_body_and_message(api):
    page = api.made("Old", "<p>1</p>")
    api.put(page, 2, title="New", body="<p>2</p>", message="second")
    old = api.get(page, version=1).json()
    assert (old["title"], old["body"]["storage"]["value"]) == ("Old", "<p>1</p>")
    rows = api("GET", f"/api/v2/pages/{page}/versions").json()["results"]
    assert [(row["number"], row["message"]) for row in rows] == [(2, "second"), (1, "")]
    assert api.get(page, version=3).status_code == 404


def test_what_a_person_typed_and_did_not_publish_comes_with_the_next_write(api, ann):
    page = api.made("T")
    ann.type_unpublished(page, "<p>half a thought</p>")
    assert api.body(page) == "<p>x</p>"
    answer = api.put(page, 2, body="<p>mine</p>").json()
    assert answer["body"]["storage"]["value"] == api.body(page) == "<p>mine</p><p>half a thought</p>"
    assert api.put(page, 3, body="<p>mine</p>").json()["body"]["storage"]["value"] == "<p>mine</p>"


def test_an_old_version_can_be_gone_and_the_others_keep_their_numbers(api):
    page = api.made("T")
    api.put(page, 2)
    api.put(page, 3)
    assert api("DELETE", f"/rest/api/content/{page}/version/3").status_code == 400
    assert api("DELETE", f"/rest/api/content/{page}/version/2").status_code == 204
    assert [api.get(page, version=n).status_code for n in (1, 2, 3)] == [200, 404, 200]
    rows = api("GET", f"/api/v2/pages/{page}/versions").json()["results"]
    assert [row["number"] for row in rows] == [3, 1]


def test_titles_are_unique_in_a_space_without_regard_to_case(api, sandbox):
    api.made("Install Guide")
    answer = api.create("INSTALL guide")
    assert answer.status_code == 400
    words = "A page already exists with the same TITLE in this space"
    assert error(answer)["title"] == f"A page with this title already exists: {words}"
    other = sandbox.create_space("OPS", "Operations")
    data = {"spaceId": other.id, "title": "Install Guide", "status": "current"}
    assert api("POST", "/api/v2/pages", json=data).status_code == 200


def test_a_page_may_change_the_case_of_its_own_title(api):
    page = api.made("readme")
    assert api.put(page, 2, title="README").json()["title"] == "README"


def test_a_rename_to_a_taken_title_changes_nothing(api):
    api.made("A")
    page = api.made("B")
    assert api.put(page, 2, title="a", body="<p>new</p>").status_code == 400
    now = api.get(page).json()
    assert (now["title"], now["version"]["number"]) == ("B", 1)


@pytest.mark.parametrize(("title", "status"), [("x" * 255, 200), ("x" * 256, 400), ("", 400), ("  ", 400)])
def test_a_title_has_1_to_255_characters(api, title, status):
    assert api.create(title).status_code == status


def test_a_title_is_measured_in_utf16_units(api):
    assert api.create("\N{ROCKET}" * 128).status_code == 400
    assert api.create("\N{ROCKET}" * 127).status_code == 200


def test_blanks_around_a_title_are_trimmed(api):
    assert api.create("  A title ").json()["title"] == "A title"


def test_a_trashed_page_answers_200_with_its_status_and_no_parent(api):
    page = api.made("T")
    assert api("DELETE", f"/api/v2/pages/{page}").status_code == 204
    gone = api.get(page)
    assert gone.status_code == 200
    row = gone.json()
    assert (row["status"], row["parentId"], row["parentType"], row["position"]) == (
        "trashed",
        None,
        None,
        None,
    )


def test_a_trashed_title_is_free_and_an_archived_one_is_not(api, ann):
    trashed, archived = api.made("Trashed"), api.made("Archived")
    ann.trash(trashed)
    ann.archive(archived)
    assert api.create("trashed").status_code == 200
    assert api.create("archived").status_code == 400


def test_purging_needs_the_trash_first_and_leaves_a_bare_not_found(api):
    page = api.made("T")
    assert api("DELETE", f"/api/v2/pages/{page}", params={"purge": "true"}).status_code == 400
    api("DELETE", f"/api/v2/pages/{page}")
    assert api("DELETE", f"/api/v2/pages/{page}", params={"purge": "true"}).status_code == 204
    assert error(api.get(page)) == {"status": 404, "code": "NOT_FOUND", "title": "Not Found", "detail": None}


def test_an_id_that_never_was_is_named_in_its_404(api):
    assert error(api.get("4711"))["title"] == "Cannot find a page with id [4711]"


def test_what_is_no_id_is_a_bad_request(api):
    assert api.get("readme").status_code == 400


def test_a_put_on_a_trashed_page_restores_it_and_applies_nothing_else(api):
    page = api.made("T", "<p>old</p>")
    parent = api.get(page).json()["parentId"]
    api("DELETE", f"/api/v2/pages/{page}")
    assert api.put(page, 2, title="Other", body="<p>new</p>").status_code == 200
    back = api.get(page).json()
    assert (back["status"], back["title"], back["version"]["number"]) == ("current", "T", 2)
    assert (back["body"]["storage"]["value"], back["parentId"]) == ("<p>old</p>", parent)


def test_a_page_whose_title_was_taken_meanwhile_cannot_be_restored(api):
    page = api.made("T")
    api("DELETE", f"/api/v2/pages/{page}")
    api.made("T")
    assert api.put(page, 2).status_code == 400
    assert api.get(page).json()["status"] == "trashed"


def test_a_second_deletion_is_404(api):
    page = api.made("T")
    api("DELETE", f"/api/v2/pages/{page}")
    assert api("DELETE", f"/api/v2/pages/{page}").status_code == 404


def test_children_of_a_trashed_parent_lose_it_and_are_archived(api):
    parent = api.made("Parent")
    child = api.made("Child", parent=parent)
    grandchild = api.made("Grandchild", parent=child)
    api("DELETE", f"/api/v2/pages/{parent}")
    row = api.get(child).json()
    assert (row["status"], row["parentId"]) == ("archived", None)
    assert (api.get(grandchild).json()["status"], api.get(grandchild).json()["parentId"]) == (
        "current",
        child,
    )


def test_an_archived_page_cannot_be_updated_and_keeps_its_place(api):
    page = api.made("T")
    parent = api.get(page).json()["parentId"]
    job = api("POST", "/rest/api/content/archive", json={"pages": [{"id": int(page)}]}).json()
    assert api("GET", job["links"]["status"]).json()["finished"] is True
    assert api.put(page, 2).status_code == 400
    assert (api.get(page).json()["status"], api.get(page).json()["parentId"]) == ("archived", parent)


def test_archiving_several_pages_at_once_needs_another_edition(api):
    pages = [{"id": int(api.made(t))} for t in "AB"]
    answer = api("POST", "/rest/api/content/archive", json={"pages": pages})
    assert (answer.status_code, "non premium" in answer.text) == (400, True)


def test_a_draft_is_seen_by_its_author_alone_and_published_by_version_one(api, sandbox, connect):
    body = {"representation": "storage", "value": "<p>d</p>"}
    data = {"spaceId": api.space_id, "status": "draft", "title": "D", "body": body}
    page = api("POST", "/api/v2/pages", json=data).json()["id"]
    assert api.get(page).status_code == 404
    assert api.get(page, **{"get-draft": "true"}).json()["status"] == "draft"
    other = connect(sandbox, "ann@example.com", "ann-token")
    assert other.get(page, **{"get-draft": "true"}).status_code == 404
    assert api.put(page, 1, title="D").json()["status"] == "current"


def test_a_page_cannot_hang_below_itself(api):
    top = api.made("Top")
    below = api.made("Below", parent=top)
    answer = api.put(top, 2, title="Top", parentId=below)
    assert (answer.status_code, error(answer)["title"]) == (400, "Can not set page as its own parent")


def test_a_page_cannot_be_put_into_another_space(api, sandbox):
    other = sandbox.create_space("OPS", "Operations")
    assert api.put(api.made("T"), 2, spaceId=other.id).status_code == 400


def test_an_update_moves_a_page_below_a_page_or_a_folder(api, ann):
    page, parent = api.made("T"), api.made("Parent")
    folder = ann.create_folder("F").id
    assert api.put(page, 2, parentId=parent).json()["parentId"] == parent
    row = api.put(page, 3, parentId=folder).json()
    assert (row["parentId"], row["parentType"]) == (folder, "folder")
    assert api.put(page, 4).json()["parentId"] == folder


def test_the_title_route_changes_the_title_alone(api):
    page = api.made("T", "<p>keep</p>")
    answer = api("PUT", f"/api/v2/pages/{page}/title", json={"status": "current", "title": "U"})
    assert (answer.json()["title"], answer.json()["version"]["number"]) == ("U", 2)
    assert api.body(page) == "<p>keep</p>"


def test_a_rename_rewrites_the_links_of_other_pages_without_new_versions(api):
    target = api.made("Old & new")
    link = '<p><ac:link><ri:page ri:content-title="Old &amp; new" /></ac:link></p>'
    source = api.made("Source", link)
    api.put(target, 2, title="Renamed")
    assert 'ri:content-title="Renamed"' in api.body(source)
    assert api.get(source).json()["version"]["number"] == 1


def test_a_rename_leaves_links_into_other_spaces_alone(api, sandbox):
    sandbox.create_space("OPS", "Operations")
    target = api.made("Same")
    link = '<p><ac:link><ri:page ri:content-title="Same" ri:space-key="OPS" /></ac:link></p>'
    source = api.made("Source", link)
    api.put(target, 2, title="Renamed")
    assert 'ri:content-title="Same"' in api.body(source)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>a<em>b</p>", "Error parsing xhtml: Unexpected close tag </p>; expected </em>."),
        ("<p>a", "Error parsing xhtml:"),
        ("<p>&nosuch;</p>", 'Undeclared general entity "nosuch"'),
        ("<p>]]></p>", "']]>' not allowed in textual content"),
        ("<p>\x01</p>", "Illegal character"),
        ("<p>\ud800</p>", "Illegal character"),
        ("<x:y />", 'Undeclared namespace prefix "x"'),
        ('<!DOCTYPE p [<!ENTITY a "b">]><p>&a;</p>', "DOCTYPE"),
        ("</confluence><confluence>", "Error parsing xhtml:"),
    ],
)
def test_a_body_that_is_no_strict_xml_is_refused_and_nothing_is_written(api, body, words):
    page = api.made("T")
    answer = api.put(page, 2, body=body)
    assert answer.status_code == 400
    assert words in error(answer)["title"]
    assert api.get(page).json()["version"]["number"] == 1
    assert api.create("New", body).status_code == 400


def test_the_wrong_tag_is_named_with_row_and_column(api):
    assert "at [row,col {unknown-source}]: [2," in error(api.create("T", "<p>a</p>\n<b>"))["title"]


def test_a_body_over_5_mb_is_too_large(api):
    most = 5 * 1024 * 1024
    assert api.create("Just", f"<p>{'x' * (most - 7)}</p>").status_code == 200
    assert api.create("Over", f"<p>{'x' * (most - 6)}</p>").status_code == 413


def test_an_empty_body_and_bare_text_are_legal(api):
    assert [api.body(api.made("Empty", "")), api.body(api.made("Text", "bare"))] == ["", "bare"]


def test_a_body_nested_1800_deep_is_kept(api):
    deep = "<div>" * 1800 + "x" + "</div>" * 1800
    assert api.body(api.made("Deep", deep)) == deep


def test_a_request_that_is_no_json_is_a_bad_request(api):
    answer = api("POST", "/api/v2/pages", data=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("ident", "code"), [("98765", "zYEB"), ("65538", "AgAB"), ("98308", "BIAB"), ("3997704", "CAA9")]
)
def test_tiny_links_are_coded_as_in_the_official_examples(ident, code):
    assert (tiny_encode(ident), tiny_decode(code)) == (code, ident)


def test_the_links_of_a_page_lead_to_it(api, sandbox):
    page = api.create("A & B: C/D").json()
    assert page["_links"]["webui"] == f"/spaces/DOCS/pages/{page['id']}/A++B%3A+CD"
    assert page["_links"]["base"] == sandbox.url
    home = sandbox.store.tree.find_space("DOCS").homepage_id
    assert api.get(home).json()["_links"]["webui"] == "/spaces/DOCS/overview"
    for link in page["_links"]["webui"], page["_links"]["tinyui"]:
        assert "A &amp; B: C/D" in api("GET", link, allow_redirects=True).text
