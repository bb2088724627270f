"""Labels, content properties and comments: what hangs on a page without touching its version."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.sandbox.store.comments import find_text, mark


def label(api, page, *names, prefix="global"):
    rows = [{"prefix": prefix, "name": name} for name in names]
    return api("POST", f"/rest/api/content/{page}/label", json=rows)


def names(answer):
    return [row["name"] for row in answer.json()["results"]]


def test_labels_are_added_to_those_that_are_there_and_the_answer_has_all(api):
    page = api.made("T")
    label(api, page, "b")
    answer = label(api, page, "a", "b")
    assert (answer.status_code, names(answer)) == (200, ["a", "b"])
    assert api.get(page).json()["version"]["number"] == 1


def test_a_blank_or_comma_splits_a_label_and_capitals_are_lost(api):
    assert names(label(api, api.made("T"), "How To,Setup")) == ["how", "setup", "to"]
    assert names(label(api, api.made("U"), "ÄRGER")) == ["ärger"]


@pytest.mark.parametrize("character", list("!#&()*.:;<>?@[]^"))
def test_a_label_with_a_forbidden_character_is_refused_by_its_key(api, character):
    answer = label(api, api.made("T"), f"a{character}b")
    keys = [e["message"]["key"] for e in answer.json()["data"]["errors"]]
    assert (answer.status_code, keys) == (400, ["label.contains.invalid.chars"])


def test_a_label_has_at_most_255_utf16_units(api):
    page = api.made("T")
    assert label(api, page, "x" * 255).status_code == 200
    assert label(api, page, "\N{ROCKET}" * 128).json()["data"]["errors"][0]["message"]["key"] == (
        "label.name.is.too.long"
    )


def test_one_bad_label_adds_none(api):
    page = api.made("T")
    label(api, page, "good", "b@d")
    assert names(api("GET", f"/api/v2/pages/{page}/labels")) == []


def test_a_label_that_is_not_there_cannot_be_removed(api):
    page = api.made("T")
    label(api, page, "a")
    url = f"/rest/api/content/{page}/label"
    assert api("DELETE", url, params={"name": "a"}).status_code == 204
    again = api("DELETE", url, params={"name": "a"})
    assert (again.status_code, again.json()["message"]) == (404, "No label found with name: a")


def test_a_label_with_a_slash_goes_by_the_query_alone(api):
    page = api.made("T")
    label(api, page, "a/b")
    assert api("DELETE", f"/rest/api/content/{page}/label/a/b").status_code == 404
    assert api("DELETE", f"/rest/api/content/{page}/label", params={"name": "a/b"}).status_code == 204


def test_of_one_name_the_personal_label_goes_first(api):
    page = api.made("T")
    label(api, page, "a")
    label(api, page, "a", prefix="my")
    api("DELETE", f"/rest/api/content/{page}/label", params={"name": "a"})
    left = api("GET", f"/api/v2/pages/{page}/labels").json()["results"]
    assert [row["prefix"] for row in left] == ["global"]


def test_labels_of_an_archived_page_stay(api, ann):
    page = api.made("T")
    label(api, page, "a")
    ann.archive(page)
    assert api("DELETE", f"/rest/api/content/{page}/label", params={"name": "a"}).status_code == 403


def test_labels_are_not_written_over_v2_nor_below_child(api):
    page = api.made("T")
    row = [{"prefix": "global", "name": "a"}]
    assert api("POST", f"/api/v2/pages/{page}/labels", json=row).status_code == 405
    assert api("POST", f"/rest/api/content/{page}/child/label", json=row).status_code == 405


# ---- properties -------------------------------------------------------------------------------------------------


def test_a_property_has_its_own_version_and_leaves_the_pages_alone(api):
    page = api.made("T")
    url = f"/api/v2/pages/{page}/properties"
    made = api("POST", url, json={"key": "k", "value": {"a": [1]}}).json()
    assert (made["version"]["number"], made["value"]) == (1, {"a": [1]})
    stale = {"key": "k", "value": 2, "version": {"number": 1}}
    assert api("PUT", f"{url}/{made['id']}", json=stale).status_code == 409
    stale["version"]["number"] = 2
    assert api("PUT", f"{url}/{made['id']}", json=stale).json()["value"] == 2
    assert api.get(page).json()["version"]["number"] == 1
    assert api("POST", url, json={"key": "k", "value": 3}).status_code == 409
    assert api("GET", f"{url}/{made['id']}").json()["value"] == 2


def test_properties_hold_32_kb_together(api):
    url = f"/api/v2/pages/{api.made('T')}/properties"
    assert api("POST", url, json={"key": "a", "value": "x" * 20_000}).status_code == 200
    assert api("POST", url, json={"key": "b", "value": "x" * 20_000}).status_code == 413
    assert api("POST", url, json={"key": "x" * 256, "value": 1}).status_code == 400


def test_a_property_belongs_to_its_page(api):
    mine, other = api.made("T"), api.made("U")
    made = api("POST", f"/api/v2/pages/{mine}/properties", json={"key": "k", "value": 1}).json()
    assert api("GET", f"/api/v2/pages/{other}/properties/{made['id']}").status_code == 404


# ---- comments ---------------------------------------------------------------------------------------------------


def inline(api, page, text, count=1, index=0):
    where = {"textSelection": text, "textSelectionMatchCount": count, "textSelectionMatchIndex": index}
    body = {"representation": "storage", "value": "<p>c</p>"}
    sent = {"pageId": page, "body": body, "inlineCommentProperties": where}
    return api("POST", "/api/v2/inline-comments", json=sent)


def test_an_inline_comment_marks_the_text_without_a_new_version(api):
    page = api.made("T", "<p>one two one</p>")
    made = inline(api, page, "one", count=2, index=1)
    assert made.status_code == 201
    ref = made.json()["properties"]["inlineMarkerRef"]
    marker = f'<ac:inline-comment-marker ac:ref="{ref}">one</ac:inline-comment-marker>'
    assert api.body(page) == f"<p>one two {marker}</p>"
    assert api.get(page).json()["version"]["number"] == 1


def test_a_selection_over_bold_words_makes_several_markers_of_one_comment(api):
    page = api.made("T", "<p>see <strong>the big</strong> note</p>")
    ref = inline(api, page, "see the").json()["properties"]["inlineMarkerRef"]
    assert api.body(page).count(f'ac:ref="{ref}"') == 2


def test_a_selection_that_does_not_match_is_refused(api):
    page = api.made("T", "<p>one two one</p>")
    assert inline(api, page, "three").status_code == 400
    assert inline(api, page, "one", count=1).status_code == 400
    assert inline(api, page, "one", count=2, index=2).status_code == 400


def test_an_update_without_the_marker_leaves_the_comment_dangling(api):
    page = api.made("T", "<p>one</p>")
    made = inline(api, page, "one").json()
    assert made["resolutionStatus"] == "open"
    api.put(page, 2, body="<p>one</p>")
    path = f"/api/v2/pages/{page}/inline-comments"
    assert api("GET", path).json()["results"][0]["resolutionStatus"] == "dangling"
    assert api("GET", path, params={"resolution-status": "open"}).json()["results"] == []


def test_a_comment_is_resolved_and_reopened(api):
    page = api.made("T", "<p>one</p>")
    made = inline(api, page, "one").json()["id"]
    seen = []
    for number, resolved in ((2, True), (3, False)):
        data = {"version": {"number": number}, "resolved": resolved}
        seen.append(api("PUT", f"/api/v2/inline-comments/{made}", json=data).json()["resolutionStatus"])
    assert seen == ["resolved", "reopened"]


def test_a_footer_comment_and_its_answer_leave_the_page_alone(api):
    page = api.made("T")
    body = {"representation": "storage", "value": "<p>c</p>"}
    made = api("POST", "/api/v2/footer-comments", json={"pageId": page, "body": body}).json()["id"]
    api("POST", "/api/v2/footer-comments", json={"parentCommentId": made, "body": body})
    assert len(api("GET", f"/api/v2/pages/{page}/footer-comments").json()["results"]) == 1
    assert len(api("GET", f"/api/v2/footer-comments/{made}/children").json()["results"]) == 1
    assert api.get(page).json()["version"]["number"] == 1


words = st.text(alphabet="ab <&>\u00e9\"'", min_size=1, max_size=12)


@given(st.lists(words, min_size=1, max_size=5), st.data())
def test_a_marker_changes_no_other_byte_of_a_body(texts, data):
    escaped = [t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for t in texts]
    storage = "".join(f'<p title=">">{t}<em>{t}</em></p><!-- a > b --><hr />' for t in escaped)
    text = data.draw(st.sampled_from(texts)) * data.draw(st.integers(1, 2))
    spots = find_text(storage, text)
    assert spots
    spans = data.draw(st.sampled_from(spots))
    marked = mark(storage, spans, "REF")
    assert (
        re.sub(r'<ac:inline-comment-marker ac:ref="REF">|</ac:inline-comment-marker>', "", marked) == storage
    )


def test_text_in_a_code_block_is_not_commented_on(api):
    code = '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[one]]></ac:plain-text-body>'
    page = api.made("T", f"{code}</ac:structured-macro><p>two</p>")
    assert inline(api, page, "one").status_code == 400
