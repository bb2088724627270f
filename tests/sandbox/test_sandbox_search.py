"""CQL search: what it finds, how it lags, and how it misleads."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox_answers import titles

from confsync.sandbox import Sandbox
from confsync.sandbox.store.cql import BadQuery, parse_cql

NOW = datetime(2026, 5, 4, 12, 30, 45, tzinfo=UTC)


@pytest.fixture
def filled(api, ann):
    home = api.made("Guide")
    install = api.made("Install", parent=home)
    api.made("Other")
    ann.label(home, "howto", "draft")
    ann.label(install, "howto")
    ann.attach(install, "plan.pdf", b"x")
    ann.comment(install, "remark")
    return {"home": home, "install": install}


@pytest.mark.parametrize(
    ("cql", "found"),
    [
        ("type = page and label = howto", ["Guide", "Install"]),
        ('label in ("draft", other)', ["Guide"]),
        ('type=page and title = "install"', ["Install"]),
        ('type=page and title ~ "inst"', ["Install"]),
        ("space = docs and type = attachment", ["plan.pdf"]),
        ("type = comment", ["Re: Install"]),
        ("type = page and not label = howto and title != Other", ["Documentation Home"]),
        ("type = page and label not in (howto)", ["Documentation Home", "Other"]),
        ("type in (page) and (label = draft or title = Other)", ["Guide", "Other"]),
        ("type = page order by title desc", ["Other", "Install", "Guide", "Documentation Home"]),
        ('type = page and lastmodified > now("-1h") and label = draft', ["Guide"]),
        ('type = page and lastmodified < "2020-01-01"', []),
        ("type = page and creator = currentUser() and label = draft", ["Guide"]),
        ("space = NOPE", []),
    ],
)
def test_queries_find(api, filled, cql, found):
    assert titles(api.search(cql)) == found


def test_tree_fields_go_by_ids(api, filled):
    assert titles(api.search(f"type = page and parent = {filled['home']}")) == ["Install"]
    assert "Install" in titles(api.search(f"type = page and ancestor = {filled['home']}"))
    assert titles(api.search(f"id = {filled['install']}")) == ["Install"]
    assert titles(api.search(f"container = {filled['install']} and type = attachment")) == ["plan.pdf"]


@pytest.mark.parametrize(
    "cql",
    [
        "status = current",
        "title =",
        "(title = a",
        "title = a b",
        "label < a",
        'lastmodified > "soon"',
        "f() = 1",
        "title = nosuch()",
        'title = "open',
        "order title",
    ],
)
def test_a_query_that_cannot_be_read_is_a_bad_request(api, cql):
    assert api.search(cql).status_code == 400


@pytest.mark.parametrize("path", ["search", "content/search"])
def test_an_empty_query_breaks_the_server(api, path):
    assert [api.search("", path).status_code, api("GET", f"/rest/api/{path}").status_code] == [500, 500]


def test_archived_and_trashed_pages_are_not_found(api, ann):
    for title, act in (("Archived", ann.archive), ("Trashed", ann.trash)):
        page = api.made(title)
        ann.attach(page, f"{title}.png", b"x")
        act(page)
    assert titles(api.search("space = DOCS")) == ["Documentation Home"]


def test_start_is_ignored_and_the_cursor_leads_on(api):
    for n in range(4):
        api.made(f"P{n}")
    first = api.search("type = page", limit=2, start=3).json()
    assert [row["title"] for row in first["results"]] == ["Documentation Home", "P0"]
    link = first["_links"]["next"]
    assert link.startswith("/rest/api/content/search?")
    assert "start=" not in link
    second = api("GET", link).json()
    third = api("GET", second["_links"]["next"]).json()
    assert [len(second["results"]), len(third["results"]), "next" in third["_links"]] == [2, 1, False]


def test_the_limit_is_lowered_in_silence(api):
    assert api.search("type = page", limit=5000).json()["limit"] == 1000
    assert api.search("type = page", limit=5000, expand="version").json()["limit"] == 200
    assert api.search("type = page", limit=5000, expand="body.storage").json()["limit"] == 50


def test_the_excerpt_choice_is_lost_on_the_way(api):
    for n in range(3):
        api.made(f"P{n}")
    link = api.search("type = page", "search", limit=1, excerpt="none").json()["_links"]["next"]
    assert "excerpt" not in link


def test_a_rows_title_is_escaped_for_html(api):
    api.made("A < B")
    row = api.search('type = page and title = "A < B"', "search").json()["results"][0]
    assert (row["title"], row["content"]["title"]) == ("A &lt; B", "A < B")


def test_labels_and_versions_come_by_expansion(api, filled):
    expand = "metadata.labels,version,container"
    row = api.search("label = draft", expand=expand).json()["results"][0]
    assert [x["name"] for x in row["metadata"]["labels"]["results"]] == ["draft", "howto"]
    assert row["version"]["number"] == 1
    file = api.search("type = attachment", expand=expand).json()["results"][0]
    assert file["container"]["id"] == filled["install"]


def test_the_index_lags_behind_the_store(connect):
    at = [NOW]
    with Sandbox(search_lag=60, clock=lambda: at[0]) as sandbox:
        api = connect(sandbox)
        page = api.made("New")
        assert "New" not in titles(api.search("type = page"))
        at[0] += timedelta(seconds=61)
        api.put(page, 2, title="Newer")
        row = api.search("type = page and id = " + page, expand="version").json()["results"][0]
        assert (row["title"], row["version"]["number"]) == ("New", 1)
        at[0] += timedelta(seconds=61)
        assert "Newer" in titles(api.search("type = page"))
        sandbox.as_person.label(page, "fresh")
        assert titles(api.search("label = fresh")) == []
        sandbox.store.index.catch_up()
        assert titles(api.search("label = fresh")) == ["Newer"]


def test_dates_are_compared_by_the_minute():
    row = parse_cql('lastmodified > "2026-05-04 12:30"', NOW, "me")
    again = parse_cql('lastmodified >= "2026-05-04 12:30"', NOW, "me")
    assert (row.matches(Indexed()), again.matches(Indexed())) == (False, True)


class Indexed:
    """All that a query on dates looks at."""

    lastmodified = NOW


@given(st.text())
def test_any_title_is_found_by_its_quoted_form(title):
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')

    class Row:
        pass

    row = Row()
    row.title = title
    assert parse_cql(f'title = "{quoted}"', NOW, "me").matches(row)


@given(st.text(alphabet="abor \"()=<>~,\\and'", max_size=30))
def test_any_text_is_read_or_refused_and_never_breaks(text):
    with contextlib.suppress(BadQuery):
        assert parse_cql(text, NOW, "me").order is not None
