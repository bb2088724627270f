"""Answers as other servers and releases spell them: all of them say the same."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from remote_scripted import SPACE, TOKEN, USER, Reply, StillClock, page_row

from confsync.errors import Forbidden, NotFound
from confsync.model import Page, PageId
from confsync.outcome import Applied, NewPage, PageUpdate
from confsync.remote import connect
from confsync.remote.cloud import Cloud
from confsync.remote.datacenter import DataCenter

NEXT = {
    "a path with the context": {"_links": {"next": "/wiki/api/v2/spaces/65538/pages?cursor=b"}},
    "a path without": {"_links": {"next": "/api/v2/spaces/65538/pages?cursor=b"}},
    "an address": {"_links": {"next": "https://other.example/wiki/api/v2/spaces/65538/pages?cursor=b"}},
    "a query alone": {"_links": {"next": "?cursor=b"}},
}
LINK = (
    '</wiki/api/v2/spaces/65538/pages?limit=250&cursor=b>; rel="next", <https://example.org/wiki>; rel="base"'
)


@pytest.mark.parametrize("more", NEXT.values(), ids=NEXT.keys())
def test_a_listing_goes_on_however_it_says_so(server, cloud, more):
    server.script(Reply(200, {"results": [page_row(1)], **more}), Reply(200, {"results": [page_row(2)]}))
    assert [page.id for page in cloud.pages(SPACE)] == ["1", "2"]
    assert server.asked[1].path == "/wiki/api/v2/spaces/65538/pages"
    assert server.asked[1].of("cursor") == ["b"]


def test_a_listing_that_says_only_in_its_header_how_it_goes_on_goes_on(server, cloud):
    server.script(
        Reply(200, {"results": [page_row(1)]}, {"Link": LINK}),
        Reply(200, {"results": [page_row(2)]}, {"Link": '<https://example.org/wiki>; rel="base"'}),
    )
    assert [page.id for page in cloud.pages(SPACE)] == ["1", "2"]


@pytest.mark.parametrize("cursor", ["", None])
def test_a_listing_whose_next_cursor_is_empty_ends_there(server, cloud, cursor):
    server.script(Reply(200, {"results": [page_row(1)], "nextCursor": cursor, "_links": {"next": cursor}}))
    assert [page.id for page in cloud.pages(SPACE)] == ["1"]
    assert len(server.asked) == 1


def test_numbers_written_as_strings_are_numbers_and_texts_of_digits_stay_texts(server, cloud):
    row = page_row(1, title="007", position="12", version={"number": "3", "message": "null"})
    server.script(Reply(200, {"results": [row]}))
    (page,) = cloud.pages(SPACE)
    assert (page.id, page.title, page.version, page.position, page.message) == ("1", "007", 3, 12, "null")


@pytest.mark.parametrize(
    ("meta", "asks"),
    [
        ({}, True),
        ({"meta": {}}, True),
        ({"meta": {"hasMore": True}}, True),
        ({"meta": {"hasMore": False}}, False),
    ],
)
def test_labels_that_may_have_been_cut_are_read_to_their_end(server, cloud, meta, asks):
    labels = [{"name": f"l{n:02}", "prefix": "global"} for n in range(60)]
    included = page_row(1, labels={"results": labels[:50], **meta})
    server.script(Reply(200, included), Reply(200, {"results": labels}))
    page = cloud.page(PageId("1"))
    assert len(page.labels) == (60 if asks else 50)


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_a_write_that_is_answered_with_a_number_alone_keeps_the_title_that_was_sent(server, flavor):
    client = connect(server.url, USER, TOKEN, flavor, clock=StillClock())
    server.script(
        Reply(200, {"id": "7", "version": {"number": 1}}), Reply(200, {"id": "7", "version": {"number": 2}})
    )
    made = client.create_page(
        NewPage(space=SPACE, title="Made", parent_id=PageId("1"), body="<p />", message="")
    )
    assert isinstance(made, Applied)
    assert made.value.title == "Made"
    update = PageUpdate(
        page_id=PageId("7"),
        space=SPACE,
        title="Written",
        parent_id=PageId("1"),
        body="<p />",
        version=2,
        message="",
    )
    written = client.update_page(update)
    assert isinstance(written, Applied)
    assert written.value.title == "Written"
    client.close()


@pytest.mark.parametrize("size", [12, 12.0, "12"])
def test_a_length_is_a_number_however_it_is_written(server, cloud, size):
    row = {"id": "att1", "title": "a.png", "fileSize": size, "version": {"number": 1}}
    server.script(Reply(200, {"results": [row]}))
    assert [file.size for file in cloud.attachments(PageId("7"))] == [12]


def test_what_a_file_does_not_tell_may_be_null(server):
    client = connect(server.url, USER, TOKEN, "datacenter", clock=StillClock())
    row = {
        "id": "att1",
        "title": "a.png",
        "metadata": None,
        "extensions": None,
        "version": None,
        "_links": None,
    }
    server.script(Reply(200, {"results": [row]}))
    (file,) = client.attachments(PageId("7"))
    assert (file.size, file.version, file.hash) == (-1, 0, None)
    client.close()


@pytest.mark.parametrize("status", [403, 404])
def test_a_token_that_may_not_ask_who_it_is_works_all_the_same(server, cloud, status):
    server.script(Reply(status, {"message": "no"}))
    assert cloud.site().user_name == ""


@pytest.mark.parametrize(
    ("route", "kind"), [("/wiki/api/v2/spaces", Cloud), ("/wiki/rest/api/space", DataCenter)]
)
@pytest.mark.parametrize("status", [403, 404])
def test_without_knowing_who_we_are_the_flavour_is_told_by_who_lists_spaces(server, route, kind, status):
    server.answer = lambda asked: Reply(200, {"results": []}) if asked.path == route else Reply(status, {})
    client = connect(server.url, USER, TOKEN, clock=StillClock())
    assert isinstance(client, kind)
    client.close()


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (404, NotFound)])
def test_where_nobody_lists_spaces_there_is_no_confluence_for_us(server, status, error):
    server.answer = lambda asked: Reply(status, {})
    with pytest.raises(error):
        connect(server.url, USER, TOKEN, clock=StillClock())


def test_a_listing_with_bodies_is_never_held_as_it_came(server, cloud):
    body = {"storage": {"value": "<p>some words about this and that</p>" * 600}}
    size, count = len(body["storage"]["value"]), 600

    def answer(asked):
        start = int((asked.of("cursor") or ["0"])[0])
        part = [page_row(n, body=body) for n in range(start, start + 50)]
        more = {"next": f"/wiki/api/v2/spaces/65538/pages?cursor={start + 50}"} if start + 50 < count else {}
        return Reply(200, {"results": part, "_links": more})

    server.answer = answer
    tracemalloc.start()
    pages = cloud.pages(SPACE, bodies=True)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(pages) == count
    assert pages[-1].body == body["storage"]["value"]
    assert held < size * count / 5
    assert peak < size * count / 2


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=2000) | st.none())
def test_a_body_is_the_same_however_it_is_held(body):
    page = Page(id=PageId("1"), title="T", version=1, body=body)
    assert page.body == body
    assert replace(page, title="U").body == body
    assert page == Page(id=PageId("1"), title="T", version=1, body=body)
    long = replace(page, body=(body or "x") * 600)
    assert long.body == (body or "x") * 600
    assert long != page
