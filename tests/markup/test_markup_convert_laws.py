"""Laws of the converter over generated documents, damaged documents and noise."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markup_corpus import broken_laws, faults, needs_corpus, spec_examples, storage_bodies

from confsync.markup import Conversion, normal_markdown, normal_storage, to_markdown, to_storage
from confsync.markup.markdown_in import parse_markdown, read
from confsync.markup.storage.xml import escape
from confsync.markup.storage_in import parse_storage
from confsync.markup.tree import Block, Kind, Notation

WORDS = st.text(alphabet="ab1 *_`<>&[]()!#-+.:|~$\\\u00a0é\U0001f600\n", min_size=1, max_size=14)
MARKS = ["strong", "em", "del", "code", "u", "sub", "sup"]


def wrapped(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    mark = st.sampled_from(MARKS)
    marked = st.builds(lambda m, c: f"<{m}>{c}</{m}>", mark, children)
    link = st.builds(lambda c: f'<a href="https://example.com/x">{c}</a>', children)
    return st.one_of(marked, link, st.builds(lambda a, b: a + b, children, children))


ATOMS = st.sampled_from(
    [
        "<br />",
        '<ac:emoticon ac:name="tick" />',
        '<time datetime="2026-01-02" />',
        '<ac:image><ri:attachment ri:filename="a b.png" /></ac:image>',
        '<ac:link><ri:page ri:content-title="A [b] c" /></ac:link>',
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">OK</ac:parameter></ac:structured-macro>',
        '<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">x y</ac:parameter></ac:structured-macro>',
        "<ac:placeholder>who</ac:placeholder>",
    ]
)
INLINE = st.recursive(st.one_of(WORDS.map(escape), ATOMS), wrapped, max_leaves=6)
CODE = st.text(alphabet="ab `~\n\t<&]>é", max_size=20).map(
    lambda t: (
        '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA['
        + t.replace("]]>", "]]]]><![CDATA[>")
        + "]]></ac:plain-text-body></ac:structured-macro>"
    )
)
LEAVES = st.one_of(
    INLINE.map(lambda t: f"<p>{t}</p>"),
    st.builds(lambda n, t: f"<h{n}>{t}</h{n}>", st.integers(1, 6), INLINE),
    st.just("<hr />"),
    st.just("<p />"),
    CODE,
)


def containers(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(blocks, min_size=1, max_size=3).map("".join)
    items = st.lists(some.map(lambda b: f"<li>{b}</li>"), min_size=1, max_size=3).map("".join)
    row = st.lists(some.map(lambda b: f"<td>{b}</td>"), min_size=2, max_size=2).map(
        lambda c: f"<tr>{''.join(c)}</tr>"
    )
    rows = st.lists(row, min_size=1, max_size=3).map("".join)
    macro = (
        '<ac:structured-macro ac:name="{}"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
    )
    return st.one_of(
        st.builds(lambda t, i: f"<{t}>{i}</{t}>", st.sampled_from(["ul", "ol"]), items),
        some.map(lambda b: f"<blockquote>{b}</blockquote>"),
        st.builds(macro.format, st.sampled_from(["info", "note", "expand", "excerpt"]), some),
        rows.map(lambda r: f"<table><tbody>{r}</tbody></table>"),
        some.map(lambda b: f"<div>{b}</div>"),
    )


BODIES = st.lists(st.recursive(LEAVES, containers, max_leaves=6), max_size=4).map("".join)


@settings(max_examples=150)
@given(BODIES)
def test_any_storage_comes_back_from_markdown_with_its_normal_form(body: str) -> None:
    markdown = to_markdown(body).text
    again = to_storage(markdown).text
    assert faults(again) == set()
    assert normal_markdown(markdown) == normal_storage(body)
    assert normal_storage(again) == normal_storage(body)


@settings(max_examples=250)
@given(st.text(alphabet="ab *_`<>&[]()!#-+.:|~$\\/\"'=1\n\t{}^@/\u00a0\x00\ud800", max_size=60))
def test_any_text_converts_by_all_cold_laws(text: str) -> None:
    assert broken_laws(text) == []


@settings(max_examples=200)
@given(st.text(alphabet="<>/pbraclitd=\"' &;!-[]\x01\ud800\ufffe", max_size=60))
def test_any_noise_as_storage_converts_and_comes_back_well_formed(noise: str) -> None:
    markdown = to_markdown(noise)
    assert isinstance(markdown, Conversion)
    markdown.text.encode("utf-8")
    faults(to_storage(markdown.text).text)


@settings(max_examples=100)
@given(BODIES)
def test_conversions_are_deterministic(body: str) -> None:
    assert to_markdown(body) == to_markdown(body)
    assert normal_storage(body) == normal_storage(body)


def leaves(blocks: list[Block]) -> list[Block]:
    out, todo = [], list(blocks)
    while todo:
        block = todo.pop()
        if block.inline is not None:
            out.append(block)
        todo.extend(block.kids)
    return out


def as_runs(block: Block) -> list[tuple[object, ...]]:
    out: list[tuple[object, ...]] = []
    for t in block.toks:
        if t.kind in {"w", "s"} and out and out[-1][0] == "t" and out[-1][2] == t.marks:
            out[-1] = ("t", f"{out[-1][1]}{t.value}", t.marks)
        else:
            out.append(("t" if t.kind in {"w", "s"} else t.kind, t.value, t.marks))
    return out


def check_places(blocks: list[Block], text: str) -> int:
    """Every word stands where its token says; return how many words were looked at."""
    words = 0
    for block in leaves(blocks):
        assert as_runs(block) == [r[:3] for r in block.runs]
        if block.inline is None or block.inline.blind or block.notation is Notation.HTML:
            continue
        for t in block.toks:
            assert block.s <= t.s <= t.e <= block.e or block.kind is Kind.PARAGRAPH
            found = "".join(text[a:b] for a, b in t.segs)
            if t.kind == "s" and "&" not in found:
                assert found.strip(" \t\r\n>") == ""
                assert found == "" or "\n" not in found or found[0] in " \t\r\n"
            if t.kind == "w" and str(t.value).isascii() and str(t.value).isalnum() and "&" not in found:
                assert found == t.value
                words += 1
    return words


@settings(max_examples=150)
@given(BODIES)
def test_tokens_of_storage_stand_where_they_say_and_say_what_the_runs_say(body: str) -> None:
    check_places(parse_storage(body).root.kids, body)


def test_a_wrapped_line_end_reaches_over_the_prefix_of_the_next_line() -> None:
    text = "> - one\n>   two\n"
    block = leaves(parse_markdown(text).root.kids)[0]
    assert [text[t.s : t.e] for t in block.toks] == ["one", "\n>   ", "two"]


@needs_corpus
def test_tokens_of_markdown_stand_where_they_say_and_say_what_the_runs_say() -> None:
    words = 0
    for _, text in spec_examples():
        tree = parse_markdown(text)
        assert tree.norms == read(text, track=False)[0].norms
        top = [b for b in tree.root.kids if b.fragment is None]
        if not any(b.fragment for b in tree.root.kids):
            words += check_places(top, text)
    assert words > 1000


DAMAGE = ["<div>", "</div>", "<details>", "<u>", "<br>", "> ", "- [ ] ", "```\n", "{=confluence}", "<ac:image>", "<kbd>",
          "<script>", "&amp;", "\u00a0", "\r\n", "\0", "www.a.b", "a@b.c", ":smile:", "[^1]", "$x$", "*", "_", "`", "[", "]",
          "(", ")", "|", "\n", "\n\n", "    ", "<p align=center>", "]]>", "\\"]  # fmt: skip


def damaged(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(text))
        cut = chance.randint(0, 9) if chance.random() < 0.4 else 0
        text = text[:at] + chance.choice(DAMAGE) + text[at + cut :]
    return text


@needs_corpus
@pytest.mark.timeout(200)
def test_damaged_markdown_converts_by_all_cold_laws() -> None:
    chance, texts = random.Random(11), [text for _, text in spec_examples()]
    for _ in range(600):
        text = damaged(chance.choice(texts), chance)
        laws = [law for law in broken_laws(text) if "{=confluence}" not in text or "vocabulary" not in law]
        assert laws == [], repr(text)


@needs_corpus
@pytest.mark.timeout(200)
def test_damaged_storage_converts_and_well_formed_comes_back() -> None:
    chance, bodies = random.Random(12), [body for _, body, _ in storage_bodies() if len(body) < 3000]
    for _ in range(400):
        body = damaged(chance.choice(bodies), chance)
        markdown = to_markdown(body).text
        assert normal_markdown(markdown) == normal_storage(body), repr(body)
        again = to_storage(markdown).text
        faults(again)
        if "{=confluence broken}" not in markdown:
            assert normal_storage(again) == normal_storage(body), repr(body)
