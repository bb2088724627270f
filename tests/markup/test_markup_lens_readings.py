"""A text read by what an earlier one has in common with it reads as if it were read alone and whole."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confsync.markup.lens import markdown_reading, storage_reading
from confsync.markup.lens.hunks import hunks
from confsync.markup.lens.markdown_reading import MarkdownReading
from confsync.markup.lens.memory import Memory
from confsync.markup.lens.storage_reading import StorageReading
from confsync.markup.tree import norms_of

LAW = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

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


def seen(reading: MarkdownReading | StorageReading) -> tuple[object, ...]:
    if isinstance(reading, StorageReading):
        return norms_of(reading.siblings), reading.cuts, reading.alone
    references = reading.references
    links = {k: (v["href"], v["title"]) for k, v in references.links.items()}
    anchors = references.anchors if reading.asked else ()
    return norms_of(reading.siblings), reading.cuts, reading.notes, links, references.footnotes, anchors


@LAW
@given(edited(MARKDOWN, "\n\n"), st.booleans())
def test_markdown_reads_by_an_earlier_text_as_it_reads_alone(pair: tuple[str, str], tight: bool) -> None:
    base, new = (t.replace("\n\n", "\n") if tight else t for t in pair)
    old = markdown_reading.read(base)
    assert seen(markdown_reading.reread(old, new)) == seen(markdown_reading.read(new))
    back = markdown_reading.reread(markdown_reading.reread(old, new), base)
    assert seen(back) == seen(old)


@LAW
@given(edited(STORAGE, ""))
def test_storage_reads_by_an_earlier_body_as_it_reads_alone(pair: tuple[str, str]) -> None:
    old = storage_reading.read(pair[0])
    assert seen(storage_reading.reread(old, pair[1])) == seen(storage_reading.read(pair[1]))
    back = storage_reading.reread(storage_reading.reread(old, pair[1]), pair[0])
    assert seen(back) == seen(old)


@given(st.text(alphabet="ab\n", max_size=60), st.text(alphabet="ab\n", max_size=60), st.integers(0, 40))
def test_what_lies_between_two_hunks_is_equal(old: str, new: str, short: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("confsync.markup.lens.hunks._SHORT", short)
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
    memory, made = Memory(400), list[str]()

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
