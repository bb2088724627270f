"""Listings: what they show, how they are cut into pages, and where they mislead."""

import pytest
from sandbox_answers import titles

from confsync.sandbox import Fault, Sandbox, Trouble


def walk(api, path, **query):
    """Follow a listing to its end; return the rows and the number of requests."""
    rows, pages = [], 0
    answer = api("GET", path, params=query)
    while True:
        pages += 1
        assert answer.status_code == 200, answer.text
        rows += answer.json()["results"]
        link = answer.json()["_links"].get("next")
        if link is None:
            return rows, pages
        answer = api("GET", link)


def test_a_listing_without_a_status_shows_archived_pages_too(api, ann):
    ann.archive(api.made("Archived"))
    ann.trash(api.made("Trashed"))
    api.made("Current")
    shown = {"Documentation Home", "Archived", "Current"}
    assert set(titles(api("GET", "/api/v2/pages"))) == shown
    only = api("GET", "/api/v2/pages", params={"status": "current"})
    assert set(titles(only)) == shown - {"Archived"}
    assert titles(api("GET", "/api/v2/pages", params={"status": "trashed"})) == ["Trashed"]


def test_drafts_are_not_to_be_listed(api):
    assert api("GET", "/api/v2/pages", params={"status": "draft"}).status_code == 400


@pytest.mark.parametrize(
    "query", [{"limit": 251}, {"limit": 0}, {"limit": "x"}, {"sort": "name"}, {"cursor": "x"}]
)
def test_parameters_out_of_range_are_refused(api, query):
    assert api("GET", "/api/v2/pages", params=query).status_code == 400


def test_a_listing_is_walked_by_links_that_begin_with_wiki(api):
    made = {f"P{n}" for n in range(7)}
    for title in made:
        api.made(title)
    first = api("GET", "/api/v2/pages", params={"limit": 3, "space-id": api.space_id})
    link = first.json()["_links"]["next"]
    assert link.startswith("/wiki/api/v2/pages?")
    assert first.headers["Link"].startswith(f'<{link}>; rel="next"')
    rows, pages = walk(api, "/api/v2/pages", limit=3)
    assert ({row["title"] for row in rows}, pages) == (made | {"Documentation Home"}, 3)


def test_what_is_made_or_trashed_during_a_walk_neither_doubles_nor_hides_others(api, ann):
    ids = [api.made(f"P{n}") for n in range(6)]
    first = api("GET", "/api/v2/pages", params={"limit": 3})
    ann.trash(first.json()["results"][0]["id"])
    api.made("Later")
    seen = [row["id"] for row in first.json()["results"]]
    link = first.json()["_links"]["next"]
    while link:
        answer = api("GET", link).json()
        seen += [row["id"] for row in answer["results"]]
        link = answer["_links"].get("next")
    assert len(seen) == len(set(seen))
    assert set(ids) <= set(seen)


@pytest.mark.parametrize("sort", ["id", "created-date", "modified-date", "title"])
def test_a_listing_can_be_turned_round(api, sort):
    for title in ("b", "A", "c"):
        api.made(title)
    forth, _ = walk(api, "/api/v2/pages", sort=sort, limit=2)
    back, _ = walk(api, "/api/v2/pages", sort=f"-{sort}", limit=2)
    assert [row["id"] for row in forth] == [row["id"] for row in back][::-1]


def test_the_newest_come_first_by_modification(api):
    pages = [api.made(f"P{n}") for n in range(3)]
    api.put(pages[0], 2, title="P0")
    newest = api("GET", "/api/v2/pages", params={"sort": "-modified-date", "limit": 1}).json()["results"]
    assert newest[0]["id"] == pages[0]


def test_a_move_is_not_seen_by_modification_and_leaves_the_version(api):
    page, target = api.made("T"), api.made("Target")
    before = api.get(page).json()["version"]
    assert api("PUT", f"/rest/api/content/{page}/move/append/{target}").json() == {"pageId": page}
    after = api.get(page).json()
    assert (after["version"], after["parentId"]) == (before, target)


def test_folders_are_in_no_page_listing_and_no_page_route_knows_them(api, ann):
    folder = ann.create_folder("F").id
    page = ann.create("In it", parent_id=folder).id
    rows, _ = walk(api, f"/api/v2/spaces/{api.space_id}/pages")
    assert folder not in {row["id"] for row in rows}
    row = next(row for row in rows if row["id"] == page)
    assert (row["parentId"], row["parentType"]) == (folder, "folder")
    assert api.get(folder).status_code == 404


def test_title_is_compared_without_case_and_depth_root_shows_roots(api):
    api.made("Guide")
    root = api.made("Root", **{"root-level": "true"})
    assert titles(api("GET", "/api/v2/pages", params={"title": "GUIDE"})) == ["Guide"]
    roots = api("GET", f"/api/v2/spaces/{api.space_id}/pages", params={"depth": "root"})
    assert set(titles(roots)) == {"Documentation Home", "Root"}
    assert root in {row["id"] for row in roots.json()["results"]}


def test_bodies_come_only_when_asked_for_and_two_formats_give_none(api):
    page = api.made("T")
    assert api("GET", f"/api/v2/pages/{page}").json()["body"] == {}
    twice = api("GET", f"/api/v2/pages/{page}?body-format=storage&body-format=view")
    assert (twice.status_code, twice.json()["body"]) == (200, {})
    rows, _ = walk(api, "/api/v2/pages", **{"body-format": "storage"})
    assert all("value" in row["body"]["storage"] for row in rows)


def test_a_body_format_that_is_none_is_refused_in_the_words_of_the_live_service(api):
    single = api("GET", f"/api/v2/pages/{api.made('T')}?body-format=none")
    error = single.json()["errors"][0]
    words = "Provided value {none} for 'body-format' is not the correct type."
    assert single.status_code == 400
    assert error["title"] == f"{words} Expected type is PrimaryBodyRepresentationSingle"
    assert error["detail"].startswith(
        "PrimaryBodyRepresentationSingle is one of [STORAGE, ATLAS_DOC_FORMAT, VIEW"
    )
    assert api("GET", "/api/v2/pages?body-format=view").status_code == 400


def test_the_space_key_is_found_in_any_case_and_an_unknown_one_is_an_empty_list(api):
    assert api("GET", "/api/v2/spaces?keys=docs").json()["results"][0]["key"] == "DOCS"
    assert api("GET", "/api/v2/spaces?keys=NOPE").json()["results"] == []


def test_short_pages_before_the_end_can_be_had(connect):
    with Sandbox(search_lag=0, short_pages=True) as sandbox:
        api = connect(sandbox)
        for n in range(9):
            api.made(f"P{n}")
        first = api("GET", "/api/v2/pages", params={"limit": 5}).json()
        assert (len(first["results"]), "next" in first["_links"]) == (4, True)
        assert len(walk(api, "/api/v2/pages", limit=5)[0]) == 10


def test_a_short_page_can_be_scripted(api, sandbox):
    for n in range(5):
        api.made(f"P{n}")
    sandbox.faults.add(Fault(trouble=Trouble.SHORT, method="GET", path="/api/v2/pages"))
    first = api("GET", "/api/v2/pages", params={"limit": 5}).json()
    assert (len(first["results"]), "next" in first["_links"]) == (4, True)


def test_included_lists_are_capped_at_fifty(api, ann):
    page = api.made("T")
    ann.label(page, *(f"l{n}" for n in range(60)))
    labels = api.get(page, **{"include-labels": "true"}).json()["labels"]
    assert (len(labels["results"]), labels["meta"]["hasMore"]) == (50, True)


def test_children_of_both_kinds_come_in_the_order_of_the_tree(api, ann):
    parent = api.made("Parent")
    first = api.made("B", parent=parent)
    folder = ann.create_folder("F", parent_id=parent).id
    second = api.made("A", parent=parent)
    rows = api("GET", f"/api/v2/pages/{parent}/direct-children").json()["results"]
    assert [(row["id"], row["type"]) for row in rows] == [
        (first, "page"),
        (folder, "folder"),
        (second, "page"),
    ]
    assert rows[1]["childPosition"] is None
    assert titles(api("GET", f"/api/v2/pages/{parent}/children")) == ["B", "A"]
    api("PUT", f"/rest/api/content/{second}/move/before/{first}")
    assert titles(api("GET", f"/api/v2/pages/{parent}/direct-children")) == ["A", "B", "F"]
    api("PUT", f"/rest/api/content/{second}/move/after/{first}")
    assert titles(api("GET", f"/api/v2/pages/{parent}/direct-children")) == ["B", "A", "F"]


def test_descendants_end_silently_at_their_depth(api):
    top = parent = api.made("0")
    for level in range(1, 5):
        parent = api.made(str(level), parent=parent)
    path = f"/api/v2/pages/{top}/descendants"
    assert titles(api("GET", path)) == ["1", "2"]
    assert titles(api("GET", path, params={"depth": 10})) == ["1", "2", "3", "4"]
    assert api("GET", path, params={"depth": 11}).status_code == 400
    above = api("GET", f"/api/v2/pages/{parent}/ancestors").json()["results"]
    assert [row["id"] for row in above][1] == top


def test_folder_titles_are_a_name_space_of_their_own(api):
    api.made("Guides")
    data = {"spaceId": api.space_id, "title": "Guides"}
    made = api("POST", "/api/v2/folders", json=data)
    assert (made.status_code, isinstance(made.json()["createdAt"], int)) == (200, True)
    assert api("POST", "/api/v2/folders", json=data).status_code == 400
    assert api("GET", "/api/v2/folders", params={"space-id": api.space_id}).status_code == 500


def test_ids_are_told_apart_by_type(api, ann):
    page, folder = api.made("P"), ann.create_folder("F").id
    data = {"contentIds": [page, folder, "4711"]}
    results = api("POST", "/api/v2/content/convert-ids-to-types", json=data).json()["results"]
    assert results == {page: "page", folder: "folder", "4711": None}
    many = {"contentIds": [str(n) for n in range(101)]}
    assert api("POST", "/api/v2/content/convert-ids-to-types", json=many).status_code == 400


@pytest.mark.parametrize("place", ["append", "before", "after"])
def test_a_move_below_itself_is_refused(api, place):
    top = api.made("Top")
    below = api.made("Below", parent=top)
    deepest = api.made("Deepest", parent=below)
    assert api("PUT", f"/rest/api/content/{top}/move/{place}/{deepest}").status_code == 400
    assert api("PUT", f"/rest/api/content/{top}/move/sideways/{below}").status_code == 400


def test_a_move_into_another_space_takes_all_below_along_unless_a_title_is_taken(api, sandbox):
    other = sandbox.create_space("OPS", "Operations")
    top = api.made("Top")
    below = api.made("Below", parent=top)
    target = other.homepage_id
    taken = sandbox.store.pages.create(sandbox.as_person.user, other.id, "below", "")
    assert api("PUT", f"/rest/api/content/{top}/move/append/{target}").status_code == 400
    assert api.get(below).json()["spaceId"] == api.space_id
    sandbox.store.pages.trash(taken.id)
    assert api("PUT", f"/rest/api/content/{top}/move/append/{target}").status_code == 200
    assert api.get(below).json()["spaceId"] == other.id
