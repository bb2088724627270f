"""The laws of the lens on generated pages: every construct, nested, with ids and comments on all of it."""

import re
from collections import Counter

from hypothesis import HealthCheck, given, settings
from markup_pages import edited_page
from markup_twins import ID

from confsync.markup import normal_markdown, normal_storage, put_markdown, put_storage, to_markdown
from confsync.markup.markdown_in import parse_markdown
from confsync.markup.storage_in import parse_storage

LAWS = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
Pair = tuple[list[str], list[str]]


def starts_aside(normal: str) -> str:
    return re.sub(r'\["ol","\d*"\]', '["ol",""]', normal)


def kept(before: str, after: str, read) -> bool:
    """Every top block that means what it meant has its bytes; of equal ones as many as are left."""
    left = Counter(b.norm for b in read(after).root.kids)
    base = read(before)
    slices: dict[object, list[str]] = {}
    for b in base.root.kids:
        slices.setdefault(b.norm, []).append(before[b.s : b.e])
    return all(
        after.count(t) >= 1 for norm, texts in slices.items() if len(texts) <= left[norm] for t in texts
    )


@LAWS
@given(edited_page())
def test_what_was_edited_in_storage_comes_to_the_file_and_nothing_else_changes(pair: Pair) -> None:
    base, new = map("".join, pair)
    markdown = to_markdown(base).text
    assert put_markdown(base + "\n", markdown, base).text == markdown
    got = put_markdown(base, markdown, new).text
    assert normal_markdown(got) == normal_storage(new)
    assert kept(markdown, got, parse_markdown)


@LAWS
@given(edited_page())
def test_what_was_edited_in_the_file_comes_to_storage_and_nothing_else_changes(pair: Pair) -> None:
    base, new = map("".join, pair)
    markdown, wanted = to_markdown(base).text, to_markdown(new).text
    assert put_storage(markdown + "\n", base, markdown).text == base
    got = put_storage(markdown, base, wanted)
    assert starts_aside(normal_storage(got.text)) == starts_aside(normal_markdown(wanted))
    assert kept(base, got.text, parse_storage)
    ids = Counter(ID.findall(got.text))
    assert max((n for x, n in ids.items() if not x.startswith("ac:ref")), default=1) == 1, "an id twice"
    comments = {x for x in ID.findall(base) if x.startswith("ac:ref")} - set(ids)
    told = sum(n.kind == "comment-lost" for n in got.notes)
    assert told == len(comments), "a comment that went without a word"
