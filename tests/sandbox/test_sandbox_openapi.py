"""What the sandbox answers is what Atlassian's OpenAPI files declare; the exceptions are in one table."""

import pytest
from sandbox_openapi import Spec

from confsync.sandbox.cloud import v1_files, v1_routes, v2_details, v2_pages, v2_properties, v2_tree

UNPUBLISHED = (v1_routes._gone, v2_tree.list_folders)
"""Routes that no file has: they stand here because clients met them."""


@pytest.fixture(scope="module")
def spec():
    return Spec()


class Walk:
    """Requests whose answers are all held against the files. `walked` are the routes that were asked."""

    def __init__(self, api, spec):
        self.api = api
        self.spec = spec

    def __call__(self, method, path, status, **kwargs):
        answer = self.api(method, path, **kwargs)
        assert answer.status_code == status, answer.text
        self.spec.check(method, "/wiki" + path.partition("?")[0], answer)
        return answer.json() if answer.content else None


def test_every_json_answer_of_cloud_is_as_the_files_declare_it(sandbox, api, spec):
    walk = Walk(api, spec)
    page = pages_and_spaces(walk, api)
    folders_and_children(walk, api, page)
    details(walk, api, page)
    old_routes(walk, api, page)
    endings(walk, api, page)
    groups = (
        v2_pages.routes,
        v2_tree.routes,
        v2_details.routes,
        v2_properties.routes,
        v1_routes.routes,
        v1_files.routes,
    )
    answered = {r.name for g in groups for r in g.all if r.answerer not in UNPUBLISHED}
    assert answered - set(sandbox.requests.by_route()) == set()


def pages_and_spaces(walk, api):
    space = api.space_id
    body = {"representation": "storage", "value": "<p>one two</p>"}
    made = walk("POST", "/api/v2/pages", 200, json={"spaceId": space, "title": "A", "body": body})
    page = made["id"]
    draft = {"spaceId": space, "status": "draft", "title": "D", "body": body}
    unpublished = walk("POST", "/api/v2/pages", 200, json=draft)["id"]
    walk("GET", f"/api/v2/pages/{unpublished}?get-draft=true", 200)
    walk("DELETE", f"/api/v2/pages/{unpublished}?draft=true", 204)
    nested = {"storage": {"representation": "storage", "value": "<p>two</p>"}}
    write = {"id": page, "status": "current", "title": "A", "body": nested, "version": {"number": 2}}
    walk("PUT", f"/api/v2/pages/{page}", 200, json=write)
    walk("PUT", f"/api/v2/pages/{page}", 409, json=write)
    walk("DELETE", f"/rest/api/content/{page}/version/1", 204)
    walk("PUT", f"/api/v2/pages/{page}/title", 200, json={"status": "current", "title": "AA"})
    included = "&".join(
        f"include-{x}=true" for x in ("labels", "properties", "versions", "likes", "operations")
    )
    walk("GET", f"/api/v2/pages/{page}?body-format=storage&{included}", 200)
    walk("GET", f"/api/v2/pages/{page}?version=2&body-format=storage", 200)
    walk("GET", "/api/v2/pages/123456789", 404)
    walk("GET", "/api/v2/pages?body-format=storage&limit=1&sort=-modified-date", 200)
    walk("GET", "/api/v2/pages?limit=251", 400)
    walk("GET", f"/api/v2/spaces/{space}/pages?depth=root", 200)
    walk("GET", "/api/v2/spaces?keys=DOCS", 200)
    walk("GET", f"/api/v2/spaces/{space}", 200)
    walk("GET", f"/api/v2/spaces/{space}/operations", 200)
    walk("GET", f"/api/v2/pages/{page}/versions?body-format=storage", 200)
    walk("GET", f"/api/v2/pages/{page}/versions/2", 200)
    return page


def folders_and_children(walk, api, page):
    made = walk(
        "POST", "/api/v2/folders", 200, json={"spaceId": api.space_id, "title": "F", "parentId": page}
    )
    folder = made["id"]
    api.made("In the folder", parent=folder)
    for path in (
        f"folders/{folder}",
        f"folders/{folder}/direct-children",
        f"folders/{folder}/descendants",
        f"folders/{folder}/ancestors",
        f"folders/{folder}/properties",
        f"pages/{page}/direct-children",
        f"pages/{page}/children",
        f"pages/{page}/descendants?depth=3",
        f"pages/{page}/ancestors",
    ):
        walk("GET", f"/api/v2/{path}", 200)
    walk("POST", f"/api/v2/folders/{folder}/properties", 200, json={"key": "k", "value": [1]})
    walk("POST", "/api/v2/content/convert-ids-to-types", 200, json={"contentIds": [page, folder, "1"]})
    walk("DELETE", f"/api/v2/folders/{folder}", 204)


def details(walk, api, page):
    folder = walk("POST", "/api/v2/folders", 200, json={"spaceId": api.space_id, "title": "Described"})["id"]
    file = api.upload(page, "described.txt", b"1").json()["results"][0]["id"]
    for owner in (f"pages/{page}", f"folders/{folder}", f"attachments/{file}"):
        properties(walk, f"/api/v2/{owner}/properties")
    body = {"representation": "storage", "value": "<p>c</p>"}
    comments(walk, page, body)
    task = "<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>t</ac:task-body>"
    api.made("Tasks", f"{task}</ac:task></ac:task-list>")
    assert walk("GET", "/api/v2/tasks?body-format=storage", 200)["results"]


def properties(walk, url):
    prop = walk("POST", url, 200, json={"key": "k", "value": {"a": 1}})["id"]
    change = {"key": "k", "value": 2, "version": {"number": 2, "message": "m"}}
    walk("PUT", f"{url}/{prop}", 200, json=change)
    walk("PUT", f"{url}/{prop}", 409, json=change)
    walk("GET", f"{url}?key=k", 200)
    walk("GET", f"{url}/{prop}", 200)
    walk("DELETE", f"{url}/{prop}", 204)


def comments(walk, page, body):
    footer = walk("POST", "/api/v2/footer-comments", 201, json={"pageId": page, "body": body})["id"]
    walk("POST", "/api/v2/footer-comments", 201, json={"parentCommentId": footer, "body": body})
    selection = {"textSelection": "two", "textSelectionMatchCount": 1, "textSelectionMatchIndex": 0}
    sent = {"pageId": page, "body": body, "inlineCommentProperties": selection}
    inline = walk("POST", "/api/v2/inline-comments", 201, json=sent)["id"]
    for kind, ident in (("footer", footer), ("inline", inline)):
        walk("GET", f"/api/v2/pages/{page}/{kind}-comments?body-format=storage", 200)
        walk("GET", f"/api/v2/{kind}-comments/{ident}", 200)
        walk("GET", f"/api/v2/{kind}-comments/{ident}/children", 200)
        walk("PUT", f"/api/v2/{kind}-comments/{ident}", 200, json={"version": {"number": 2}, "body": body})
        walk("DELETE", f"/api/v2/{kind}-comments/{ident}", 204)


def old_routes(walk, api, page):
    for path in ("user/current", "settings/systemInfo", f"user?accountId={account(walk)}"):
        walk("GET", f"/rest/api/{path}", 200)
    labels = [{"prefix": "global", "name": "one two"}, {"prefix": "global", "name": "three"}]
    walk("POST", f"/rest/api/content/{page}/label", 200, json=labels)
    walk("GET", f"/api/v2/pages/{page}/labels", 200)
    listed = walk("GET", "/rest/api/space/docs/label?prefix=global&limit=2", 200)
    assert [(row["name"], row["label"]) for row in listed["results"]] == [("one", "one"), ("three", "three")]
    walk("GET", "/rest/api/space/NOPE/label", 404)
    walk("DELETE", f"/rest/api/content/{page}/label?name=one", 204)
    walk("DELETE", f"/rest/api/content/{page}/label/two", 204)
    walk("DELETE", f"/rest/api/content/{page}/label?name=one", 404)
    files(walk, api, page)
    expand = "version,space,history.lastUpdated,ancestors,metadata.labels,body.storage,container"
    walk("GET", f"/rest/api/content/search?cql=space=DOCS&expand={expand}", 200)
    walk("GET", "/rest/api/search?cql=space=DOCS&expand=content.version", 200)
    walk("GET", "/rest/api/search?cql=status=current", 400)
    other = api.made("B")
    walk("PUT", f"/rest/api/content/{other}/move/append/{page}", 200)
    job = walk("POST", "/rest/api/content/archive", 202, json={"pages": [{"id": int(other)}]})
    walk("GET", job["links"]["status"], 200)


def account(walk):
    return walk("GET", "/rest/api/user/current", 200)["accountId"]


def files(walk, api, page):
    base = f"/rest/api/content/{page}/child/attachment"
    parts = {"file": ("a.txt", b"1", "text/plain"), "minorEdit": (None, "true")}
    head = {"X-Atlassian-Token": "no-check"}
    made = walk("POST", base, 200, files=parts, headers=head)["results"][0]["id"]
    walk("PUT", base, 200, files=parts, headers=head)
    walk("POST", f"{base}/{made}/data", 200, files=parts, headers=head)
    walk("PUT", f"{base}/{made}", 200, json={"id": made, "type": "attachment", "version": {"number": 3}})
    walk("GET", f"{base}/{made}/download", 302)
    walk("GET", f"/api/v2/pages/{page}/attachments", 200)
    walk("GET", f"/api/v2/attachments/{made}", 200)
    walk("GET", f"/api/v2/attachments/{made}/versions", 200)


def endings(walk, api, page):
    files = walk("GET", f"/api/v2/pages/{page}/attachments", 200)["results"]
    walk("DELETE", f"/api/v2/attachments/{files[0]['id']}", 204)
    walk("DELETE", f"/api/v2/pages/{page}", 204)
    walk("GET", f"/api/v2/pages/{page}", 200)
    walk("GET", "/api/v2/pages?status=trashed", 200)
    walk("DELETE", f"/api/v2/pages/{page}?purge=true", 204)
    walk("GET", f"/api/v2/pages/{page}", 404)


def test_every_parameter_of_the_page_listings_is_one_of_the_files(spec):
    _path, operation, document = spec.find("GET", "/wiki/api/v2/pages")
    declared = {}
    for parameter in operation["parameters"]:
        inner = parameter["schema"]
        while "$ref" in inner:
            inner = document["components"]["schemas"][inner["$ref"].rpartition("/")[2]]
        declared[parameter["name"]] = inner.get("enum") or inner.get("items", {}).get("enum")
    assert set(v2_pages.PAGE_SORTS.split()) == set(declared["sort"])
    assert set(v2_pages.LIST_STATUS.split()) == set(declared["status"])
