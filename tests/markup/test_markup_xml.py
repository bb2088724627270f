"""Storage as elements with offsets: every element stands where it says, and what is not well-formed is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.markup.storage.xml import El, MalformedError, parse

PIECES = [
    "a",
    "é",
    "日本",
    "<b>",
    "</b>",
    '<i x="&gt;>" y=\'"\'>',
    "</i>",
    "<br/>",
    '<br z="/" />',
    "<!-- <b> -->",
    "<?p >?>",
]
PIECES += [
    "<![CDATA[</b> & 日]]>",
    "&amp;",
    "&nbsp;",
    "<日/>",
    "<日a?>",
    "</日>",
    " ",
    "\n",
    "?>",
    "<é>",
    "</é>",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_read_lies_end_to_end_and_between_its_own_tags(text: str) -> None:
    try:
        todo = [parse(text)]
    except MalformedError:
        return
    while todo:
        el = todo.pop()
        ends = [el.oe, *(x for kid in el.kids for x in (kid.s, kid.e)), el.cs]
        assert ends == [el.oe, *sorted(ends[1:-1]), el.cs]
        assert all(a == b for a, b in zip(ends[::2], ends[1::2], strict=True))
        if el.tag != "r":
            assert text.startswith(f"<{el.tag}", el.s)
            assert text[el.cs : el.e] in {"", f"</{el.tag}>"}
        todo += [kid for kid in el.kids if isinstance(kid, El)]


@pytest.mark.parametrize(
    "text", ["<日a?>", "<p><日a 日></p>", "<日a/> x ?>", "<日></月>", "<a 日='1'/>", "&日;"]
)
def test_characters_beyond_latin_1_are_no_markup(text: str) -> None:
    with pytest.raises(MalformedError):
        parse(text)


def test_characters_beyond_latin_1_keep_their_places() -> None:
    text = '<p title="日本">日<b>本</b></p>'
    p = parse(text).els()[0]
    assert p.attrs == {"title": "日本"}
    assert text[p.els()[0].oe : p.els()[0].cs] == "本"
