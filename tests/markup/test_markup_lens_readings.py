"""A text read by what an earlier one has in common with it reads as if it were read alone and whole."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confsync.markup.lens.diff.hunks import hunks
from confsync.markup.lens.reading import markdown_reading, storage_reading
from confsync.markup.lens.reading.cache import ReadingCache
from confsync.markup.lens.reading.markdown_reading import MarkdownReading
from confsync.markup.lens.reading.storage_reading import StorageReading
from confsync.markup.tree import norms_of

LAW = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])

MARKDOWN = [
    "one two three", "# Head", "## Head", "Under\n===", "[go](#head) and [there](#under)", "see [ref] and [^1]",
    "[ref]: https://example.org/a", "[ref]: https://example.org/b", "[^1]: a note\n\n    and more", "- a\n- b\n\n  loose",
    "1. x\n2. y", "3. z", "- [ ] task\n- [x] done", "    indented", "```\ncode\n\nmore\n```", "```\nnever closed", "~~~", "> quote\nlazy",
    "| a | b |\n| - | - |\n| 1 | 2 |", "<div>\n\n*inner*\n\n</div>", "<details>", "</details>", '<div data-confluence="layout">', "</div>",
    "<!-- open", "-->", "<pre>\n\n", "</pre>", "::: tip\n\nbody\n\n:::", "::: unknown", ":::", "$$\nx\n$$", "$$", "!!! note\n    body",
    "term\n: definition", "term\n\n: definition", '<ac:structured-macro ac:name="x">', "</ac:structured-macro>", "<br>", "<u>open",
    '=== "Tab"\n\n    body', "*[HTML]: Hyper", "---", "<!-- toc -->", "text <kbd>x</kbd>", "a\x00b", "\n\n", "    \n", "",
]  # fmt: skip
STORAGE = [
    "<p>one two</p>", "text ", "<em>soft</em>", "<hr />", "<p />", "<br />", "<!-- remark -->", "\n", "<ul><li>a</li><li>b</li></ul>",
    '<ac:image><ri:attachment ri:filename="a.png" /></ac:image>', '<ac:structured-macro ac:name="toc" />', "<![CDATA[a<b]]>", "&nbsp;",
    "<table><tbody><tr><td>a</td></tr></tbody></table>", "<p>", "</p>", "&bad;", "<h1>Head</h1>", "<div><p>x</p><p /></div>", "]]>",
]  # fmt: skip


def edited(pieces: list[str], joint: str) -> st.SearchStrategy[tuple[str, str]]:
    """A long enough text, and the same with some pieces replaced, added or taken out, in one place or several."""

    @st.composite
    def strategy(draw: st.DrawFn) -> tuple[str, str]:
        chance = draw(st.randoms(use_true_random=False))
        base = [chance.choice(pieces) for _ in range(draw(st.integers(4, 60)))]
        # Pieces that say something of the whole text are rare in most texts.
        base = [p if chance.random() < 0.5 else pieces[0] for p in base]
        new = list(base)
        for _ in range(draw(st.integers(1, 3))):
            n = chance.randrange(len(new) + 1)
            new[n : n + chance.randrange(3)] = [chance.choice(pieces) for _ in range(chance.randrange(3))]
        return joint.join(base), joint.join(new)

    return strategy()


RICH = '<ac:structured-macro ac:name="{}"><ac:parameter ac:name="title">t</ac:parameter><ac:rich-text-body>'
SHELLS = [
    ("<ul>", "</ul>"), ("<ol>", "</ol>"), ("<ac:task-list>", "</ac:task-list>"), ("<blockquote>", "</blockquote>"),
    ("<table><tbody>", "</tbody></table>"), ("<table><colgroup><col /></colgroup><thead><tr><th>h</th></tr></thead><tbody>", "</tbody></table>"),
    ("<ac:layout>", "</ac:layout>"), ("<ac:layout-section>", "</ac:layout-section>"), ("<ac:layout-cell>", "</ac:layout-cell>"),
    (RICH.format("info"), "</ac:rich-text-body></ac:structured-macro>"), (RICH.format("expand"), "</ac:rich-text-body></ac:structured-macro>"),
    (RICH.format("other"), "</ac:rich-text-body></ac:structured-macro>"), ("<div>", "</div>"), ("<li>", "</li>"), ("<p>", "</p>"),
]  # fmt: skip
NOTE = (
    '<p><sup><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">fn-1</ac:parameter></ac:structured-macro>'
    '<ac:link ac:anchor="fnref-1"><ac:link-body>1</ac:link-body></ac:link></sup> note</p>'
)
INSIDE = [
    "<li>a</li>", "<li><p>b</p><ul><li>c</li></ul></li>", "<tr><td>a</td><td><p>b</p></td></tr>", "<tr><th>a</th></tr>", "<p>one two</p>",
    "<ac:task><ac:task-status>complete</ac:task-status><ac:task-body>x</ac:task-body></ac:task>", "<p>one two</p>", "<h2>Head</h2>",
    "<p>three</p>", "<p />", NOTE, NOTE, "<colgroup><col /></colgroup>", "</p><p>", "</li><li>", "</tr><tr>", "</tbody><tbody>", "<td>b</td>", "</td><td>", "word", " ", "<hr />", "<p />", *STORAGE,
]  # fmt: skip
FITTING = {"ul": [0, 1], "ol": [0, 1], "ac": [5], "table": [2, 3]}


@st.composite
def nested_bodies(draw: st.DrawFn) -> tuple[str, str]:
    """A body of containers in each other, and the same with something else somewhere in it."""
    chance = draw(st.randoms(use_true_random=False))

    def pieces(depth: int) -> list[str]:
        head, foot = chance.choice(SHELLS)
        tag = head[1:].split(">")[0].split(":task")[0]
        fit = FITTING.get(tag) if "layout" not in head and "macro" not in head else None
        out = [head]
        for _ in range(chance.randrange(1, 7)):
            if fit is not None:
                out.append(INSIDE[chance.choice(fit)])
            else:
                out += pieces(depth - 1) if depth and chance.random() < 0.6 else [chance.choice(INSIDE[4:11])]
        return [*out, foot]

    base = [p for _ in range(draw(st.integers(1, 3))) for p in pieces(3)]
    new = list(base)
    for _ in range(draw(st.integers(1, 3))):
        n = chance.randrange(len(new) + 1)
        if chance.random() < 0.3:
            new[n : n + chance.randrange(3)] = [chance.choice(INSIDE) for _ in range(chance.randrange(3))]
        elif n < len(new) and new[n] in INSIDE:  # most edits leave a body well-formed
            alike = INSIDE[4:11] if new[n] in INSIDE[4:11] else INSIDE[:4]
            new[n : n + chance.randrange(2)] = [chance.choice(alike) for _ in range(chance.randrange(1, 3))]
    return "".join(base), "".join(new)


def seen(reading: MarkdownReading | StorageReading) -> tuple[object, ...]:
    if isinstance(reading, StorageReading):
        return norms_of(reading.siblings), reading.borders, reading.alone
    references = reading.references
    links = {k: (v["href"], v["title"]) for k, v in references.links.items()}
    anchors = references.anchors if reading.asked else ()
    return (
        norms_of(reading.siblings),
        reading.borders,
        reading.inner,
        reading.notes,
        links,
        references.footnotes,
        anchors,
    )


@LAW
@given(edited(MARKDOWN, "\n\n"), st.booleans())
def test_markdown_reads_by_an_earlier_text_as_it_reads_alone(pair: tuple[str, str], tight: bool) -> None:
    base, new = (t.replace("\n\n", "\n") if tight else t for t in pair)
    old = markdown_reading.read(base)
    assert seen(markdown_reading.reread(old, new)) == seen(markdown_reading.read(new))
    back = markdown_reading.reread(markdown_reading.reread(old, new), base)
    assert seen(back) == seen(old)


PARTED = [
    ["- words", "- more words\n  and more", "- a\n  - b\n  - c", "- x\n\n  y", "- [ ] box", "- [x] done"],
    ["1. words", "2. more words", "7. x\n\n   y", "1. ```\n   code\n   ```"],
    ["- [ ] box", "- [x] done", "- [ ] open\n  more"],
    ["| a | b |", "| c | d |", "| longer words | `x` |", "| e |", "| f | g | h |"],
    [
        "> words\n>",
        "> more words\n>",
        "> - a\n> - b\n>",
        "> ## Head",
        "> > inner\n>",
        "> ```\n> code\n> ```\n>",
    ],
]
AMONG = [
    "- words", "* other", "1) other", "- ", "-\twords", "words", "  words", "", "", "---", "===", "| - | - |", "|", "> words", ">", "# Head",
    "```", "> ```", "    code", "  - deeper", "- | -", "[ref]: /c", "see [go](#head)", "<div>", "</details>", "::: tip", ":::", ": definition",
    "- [ ] box", "3. three", "| x |", "| a \\| b | c |", "> [!NOTE]", "> [!NOTE]\n> words", "<!-- remark -->", "a\u2028b", "  [ref]: /d",
]  # fmt: skip
BOXED = [
    "one two three", "one two three", "## Head", "- a\n- b", "| a | b |\n| - | - |\n| 1 | 2 |", "> quote", "```\ncode\n\nmore\n```",
    "<details>", "</details>", "<summary>Title</summary>", "<details>\n<summary>Two</summary>", "<div>", "</div>", "<section>", "</section>",
    "<ac:layout>", "</ac:layout>", "```{note}", "\\[\nx^2\n\\]", "%%\nremark\n%%", "<p>", "</p>", "<br>", "<!-- remark -->", "term\n\n: definition", "<div>text</div>", "[go](#head)", "```", "    code",
]  # fmt: skip


@st.composite
def parted(draw: st.DrawFn) -> tuple[str, str]:
    """A text with long lists, tables and quotes, and the same with other lines somewhere in them."""
    chance = draw(st.randoms(use_true_random=False))
    base: list[str] = ["see [go](#head)"] if chance.random() < 0.2 else []
    for _ in range(draw(st.integers(1, 4))):
        kind = chance.choice(PARTED)
        head = chance.choice(["| a | b |\n| - | :-: |", "|  |  |\n| - | - |"]) if kind is PARTED[3] else ""
        base += [*([head] if head else []), *(chance.choice(kind) for _ in range(chance.randrange(2, 14)))]
        base += chance.choice(
            [[""], ["", "words of a paragraph", ""], ["", "</details>", ""], ["", "# Head", ""]]
        )
        if chance.random() < 0.2:
            base = ["<details>", "", *base, "</details>", ""]
    new = list(base)
    for _ in range(draw(st.integers(1, 3))):
        n = chance.randrange(len(new) + 1)
        pool = AMONG if chance.random() < 0.6 else chance.choice(PARTED)
        new[n : n + chance.randrange(3)] = [chance.choice(pool) for _ in range(chance.randrange(3))]
    return "\n".join(base), "\n".join(new)


@st.composite
def boxed(draw: st.DrawFn) -> tuple[str, str]:
    """A text with containers of HTML in each other, and the same with something else somewhere in it."""
    chance = draw(st.randoms(use_true_random=False))

    def pieces(depth: int) -> list[str]:
        head, foot = chance.choice(
            [("<details>", "</details>"), ("<div>", "</div>"), ("<details>\n<summary>T</summary>", "</details>"), ("<Tabs>", "</Tabs>")]
        )  # fmt: skip
        inner = [chance.choice(BOXED[:7]) for _ in range(chance.randrange(1, 9))]
        if depth and chance.random() < 0.7:
            n = chance.randrange(len(inner) + 1)
            inner[n:n] = pieces(depth - 1)
        return [head, *inner, foot]

    base = [p for _ in range(draw(st.integers(1, 3))) for p in ("words", *pieces(2))]
    new = list(base)
    for _ in range(draw(st.integers(1, 3))):
        n = chance.randrange(len(new) + 1)
        pool = BOXED if chance.random() < 0.6 else BOXED[:7]
        new[n : n + chance.randrange(3)] = [chance.choice(pool) for _ in range(chance.randrange(3))]
    return "\n\n".join(base), "\n\n".join(new)


@settings(LAW, max_examples=250)
@given(st.one_of(parted(), boxed()))
def test_markdown_inside_of_blocks_reads_by_an_earlier_text_as_it_reads_alone(pair: tuple[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("confsync.markup.markdown.reader.LONG", 0)
        patch.setattr("confsync.markup.lens.reading.markdown_windows.LARGE", 0)
        patch.setattr("confsync.markup.lens.diff.hunks._SHORT", 8)
        old = markdown_reading.read(pair[0])
        assert seen(markdown_reading.reread(old, pair[1])) == seen(markdown_reading.read(pair[1]))
        back = markdown_reading.reread(markdown_reading.reread(old, pair[1]), pair[0])
        assert seen(back) == seen(old)


@LAW
@given(edited(STORAGE, ""))
def test_storage_reads_by_an_earlier_body_as_it_reads_alone(pair: tuple[str, str]) -> None:
    old = storage_reading.read(pair[0])
    assert seen(storage_reading.reread(old, pair[1])) == seen(storage_reading.read(pair[1]))
    back = storage_reading.reread(storage_reading.reread(old, pair[1]), pair[0])
    assert seen(back) == seen(old)


@settings(LAW, max_examples=300)
@given(nested_bodies())
def test_storage_inside_of_containers_reads_by_an_earlier_body_as_it_reads_alone(
    pair: tuple[str, str],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("confsync.markup.lens.reading.storage_inside._LARGE", 0)
        patch.setattr("confsync.markup.lens.diff.hunks._SHORT", 8)
        old = storage_reading.read(pair[0])
        assert seen(storage_reading.reread(old, pair[1])) == seen(storage_reading.read(pair[1]))
        back = storage_reading.reread(storage_reading.reread(old, pair[1]), pair[0])
        assert seen(back) == seen(old)


@pytest.mark.parametrize(
    ("container", "new"),
    [
        ("<blockquote><p>x</p><p>y</p></blockquote>", "<blockquote><p>x</p><p /></blockquote>"),
        ("<blockquote><p>x</p><p>y</p></blockquote>", "<blockquote><p>x</p><p>y</p>loose</blockquote>"),
        ("<blockquote><p>x</p><p>y</p><hr /></blockquote>", "<blockquote><p>x</p><em>y</em><hr /></blockquote>"),
        ("<blockquote>loose <p>x</p></blockquote>", "<blockquote>loose <em>x</em></blockquote>"),
        ("<blockquote><p>x</p>loose</blockquote>", "<blockquote><p>x y</p><em>y</em>loose</blockquote>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><p>b</p></ul>"),
        ("<ul><li>a</li></ul>", "<ul><li><blockquote /></li></ul>"),
        ("<table><tbody><tr><td>a</td></tr></tbody></table>", "<table><tbody><tr><td>a</td></tr><colgroup /></tbody></table>"),
        ("<table><tbody><tr><td>a</td></tr></tbody></table>", "<table><tbody><tr><td>a</td><p /></tr></tbody></table>"),
        (f"<div><p>a</p>{NOTE}</div>", f"<div>{NOTE}</div>"),
        (f"<div>{NOTE}<p>a</p></div>", f"<div>{NOTE}<p /></div>"),
        ("<div><p>a</p><p>b</p></div>", f"<div>{NOTE}<p>b</p></div>"),
    ],
)  # fmt: skip
def test_a_change_that_its_container_feels_is_read_with_it(container: str, new: str) -> None:
    base, text = f"<p>one</p>{container}<p>two</p>", f"<p>one</p>{new}<p>two</p>"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("confsync.markup.lens.reading.storage_inside._LARGE", 0)
        reread = storage_reading.reread(storage_reading.read(base), text)
    assert seen(reread) == seen(storage_reading.read(text))


@given(st.text(alphabet="ab\n", max_size=60), st.text(alphabet="ab\n", max_size=60), st.integers(0, 40))
def test_what_lies_between_two_hunks_is_equal(old: str, new: str, short: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("confsync.markup.lens.diff.hunks._SHORT", short)
        i = j = 0
        for h in hunks(old, new, markdown_reading.LINE):
            assert old[i : h.old_start] == new[j : h.new_start]
            i, j = h.old_end, h.new_end
        assert old[i:] == new[j:]


LONG = "".join(
    f"## Part {n}\n\nWords of part {n}, [a link][x] and more.\n\n- item\n- other\n\n" for n in range(300)
)


@pytest.mark.parametrize("places", [[5], [0], [299], [3, 290], [10, 11, 150]])
def test_only_the_places_that_differ_are_read(places: list[int]) -> None:
    base = LONG + "[x]: https://example.org\n"
    old, new = markdown_reading.read(base), base
    for n in places:
        new = new.replace(f"Words of part {n},", f"Words of that part {n},")
    reading = markdown_reading.reread(old, new)
    assert len(reading.fresh) < len(reading.siblings) / 3
    body = "".join(f"<p>words {n}</p><ul><li>a</li></ul>" for n in range(300))
    changed = body
    for n in places:
        changed = changed.replace(f"<p>words {n}</p>", f"<p>other words {n}</p>")
    first = storage_reading.read(body)
    second = storage_reading.reread(first, changed)
    assert sum(a is b for a in second.siblings for b in first.siblings) > 400


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Words of part 5,", "[x]: https://example.org/other\n\nWords of part 5,"),
        ("Words of part 5,", "[^1]: a note\n\nWords of part 5,"),
        ("Words of part 5,", "```\n\nWords of part 5,"),
        ("Words of part 5,", "<details>\n\nWords of part 5,"),
        ("Words of part 5,", "::: other\n\nWords of part 5,"),
    ],
)
def test_what_reaches_over_the_whole_text_has_it_read_whole(old: str, new: str) -> None:
    base = LONG + "A note [^1].\n\n:::\n"
    reading = markdown_reading.reread(markdown_reading.read(base), base.replace(old, new))
    assert seen(reading) == seen(markdown_reading.read(base.replace(old, new)))
    assert reading.fresh is reading.siblings


def test_memory_holds_no_more_text_than_it_may_and_gives_the_latest_back() -> None:
    memory, made = ReadingCache(400), list[str]()

    def kind(text: str) -> str:
        made.append(text)
        return text.upper()

    texts = [random.Random(n).choice("abc") * 90 + str(n) for n in range(9)]
    for text in [*texts, texts[-1], texts[-2]]:
        assert memory.of(kind, text) == text.upper()
    assert made == texts
    assert memory.of(kind, texts[0]) == texts[0].upper()
    assert made == [*texts, texts[0]]
    big = "x" * 200
    assert [memory.of(kind, big), memory.of(kind, big)] == [big.upper()] * 2
    assert made[-2:] == [big, big]


def test_what_comes_right_behind_a_stretch_that_is_read_anew_is_read_once() -> None:
    base = [f"<p>{n} {'words ' * 60}</p>" for n in range(30)]
    for gap in (1, 2, 3):
        for gone in (0, 1):
            new = [*base[:10], "<p>new</p>", *base[10 + gone : 10 + gap], "<p>too</p>", *base[10 + gap :]]
            found = storage_reading.reread(storage_reading.read("".join(base)), "".join([*new, "<p>end</p>"]))
            assert found.tree.norms == storage_reading.read(found.text).tree.norms
