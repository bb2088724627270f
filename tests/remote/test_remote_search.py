from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from remote_scripted import SPACE, Reply

from confsync.remote.v1 import quoted


@pytest.mark.parametrize(
    ("text", "cql"),
    [
        ("DOC", '"DOC"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ('\\" or space = "X', '"\\\\\\" or space = \\"X"'),
        ("line\nend\x00", '"line end "'),
    ],
)
def test_a_text_in_a_query_is_quoted_so_that_it_cannot_end_its_string(text, cql):
    assert quoted(text) == cql


@given(st.text(max_size=50))
def test_any_text_reads_back_from_its_quotes(text):
    inner = quoted(text)[1:-1]
    back, rest = [], iter(inner)
    for char in rest:
        assert char != '"', "the string ended early"
        back.append(next(rest) if char == "\\" else char)
    assert len(back) == len(text)
    assert all(now in (was, " ") for was, now in zip(text, back, strict=True))


wrong = {
    "no container": {"results": [{"id": "att1", "type": "attachment"}]},
    "another shape": {"totalSize": 3},
    "a container without an id": {"results": [{"id": "att1", "container": {"title": "x"}}]},
}


@pytest.mark.parametrize("answer", wrong.values(), ids=wrong.keys())
def test_a_search_that_does_not_say_where_attachments_hang_is_no_hint(server, cloud, answer):
    server.script(Reply(200, answer))
    assert cloud.hints(SPACE) is None


def test_a_search_for_labels_that_does_not_tell_them_is_no_hint(server, cloud):
    server.script(Reply(200, {"results": []}), Reply(200, {"results": [{"id": "1"}]}))
    assert cloud.hints(SPACE, labels=True) is None


def test_hints_cost_one_request_for_two_hundred_attachments(server, cloud):
    rows = [{"id": f"att{n}", "container": {"id": str(n)}} for n in range(200)]
    server.script(
        Reply(
            200,
            {"results": rows, "_links": {"next": "/rest/api/content/search?cursor=a", "context": "/wiki"}},
        ),
        Reply(200, {"results": [{"id": "att200", "container": {"id": 200}}], "_links": {}}),
    )
    hint = cloud.hints(SPACE)
    assert len(hint.files) == 201
    assert "200" in hint.files
    assert len(server.asked) == 2
    assert server.asked[0].of("cql") == ['type = attachment and space = "DOC" order by lastmodified desc']
    assert server.asked[1].path == "/wiki/rest/api/content/search"


def test_a_brief_look_reads_on_where_confluence_gives_fewer_hits_at_once_than_asked(server, cloud):
    def page(n):
        return {"id": str(n), "type": "page", "metadata": {"labels": {"results": [{"name": f"label-{n}"}]}}}

    on = {"next": "/rest/api/content/search?cursor=a", "context": "/wiki"}
    server.script(
        Reply(200, {"results": []}),
        Reply(200, {"results": [page(n) for n in range(150)], "_links": on}),
        Reply(
            200, {"results": [page(n) for n in range(150, 200)], "_links": on | {"next": on["next"] + "b"}}
        ),
    )
    assert len(cloud.hints(SPACE, labels=True, brief=True).labels) == 200
    assert len(server.asked) == 3
