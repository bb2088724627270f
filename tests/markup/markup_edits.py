"""Seeded random edits of real documents, and the laws that each must hold. Used by the corpus tests and the fidelity figures."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

from markup_edits_blocks import block_edits
from markup_edits_forms import form_edits
from markup_edits_large import large_edits
from markup_edits_tables import table_edits
from markup_edits_whole import whole_edits
from markup_edits_words import word_edits
from markup_hands import by_another_hand, by_hand
from markup_twins import ID, Edit, Rates, Twin

from confsync.markup import put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.dangling import anchors_asked, dangling_anchors, fold_dangling
from confsync.markup.lens.markdown.line_ends import BOM, to_lf
from confsync.markup.markdown_in import parse_markdown
from confsync.markup.storage_in import parse_storage, references_of
from confsync.markup.tree import Block, ListData, Norm, References, Tree

__all__ = ["ELSEWHERE", "Rates", "Twin", "edits", "measure", "measure_markdown", "measure_storage"]

_FALLBACK = re.compile(r"<ac:adf-fallback>.*?</ac:adf-fallback>", re.DOTALL)
ELSEWHERE = "where the edit changes other blocks"
"""Edits that make two lists one, take a heading from the links to it, or bring a footnote's text away."""
UNDONE = frozenset(
    {
        *("word", "insert word", "word in a cell", "punctuation", "bold word", "replace a word everywhere"),
        *(
            "insert block",
            "insert item",
            "insert row",
            "insert column",
            "paste twenty blocks",
            "copy a block",
        ),
        *(
            "heading level",
            "level of a section",
            "tick a task",
            "tick ten tasks",
            "align a column",
            "both ends",
        ),
        *("target of a link", "another image", "a link on words", "block into a quote", "nested item"),
    }
)
"""Edits that bring nothing away: whoever takes them back has the old bytes again."""


def edits(twin: Twin, rng: random.Random) -> Iterator[Edit]:
    """One edit of each kind that the document allows."""
    pairs = twin.pairs()
    made = [
        kind(twin, pairs, rng) for kind in (word_edits, block_edits, table_edits, form_edits, large_edits)
    ]
    yield from (edit for edit in chain(*made, whole_edits(twin, rng)) if edit.text != twin.ed.text)


def measure(twin: Twin, rng: random.Random, rates: Rates, where: str, most: int = 100) -> None:
    """Make one edit of each kind, of at most so many kinds, and count the laws that hold."""
    made = list(edits(twin, rng))
    made = rng.sample(made, min(most, len(made)))
    for edit in made:
        _one(twin, edit, rates, where)
    undone = [edit for edit in made if edit.name in UNDONE]
    if undone:
        _undone(twin, rng.choice(undone), rates, where)
    if twin.to_md and made and "\n" in twin.ot.text:
        _windows(twin, rng.choice(made), rates, where)


def _one(twin: Twin, edit: Edit, rates: Rates, where: str) -> None:
    side = twin.side
    read_ed, read_ot = (parse_storage, parse_markdown) if twin.to_md else (parse_markdown, parse_storage)
    try:
        got = twin.put(edit.text)
    except Exception as err:  # noqa: BLE001  # the law is that there is none
        rates.law(f"{side} total", False, where, f"{edit.name}: {type(err).__name__}: {err}")
        return
    rates.law(f"{side} total", True, where)
    new, out = read_ed(edit.text), read_ot(got.text)
    want, have = _settled(new), _settled(out)
    if edit.numbers:
        want, have = without_starts(want), without_starts(have)
    rates.law(f"{side} faithful", have == want, where, edit.name)
    seen = new if twin.to_md else _as_before(twin, edit.text)
    elsewhere = edit.stays is not None and bool(Counter(edit.stays) - Counter(all_norms(seen.root)))
    if twin.to_md:
        gone = {*references_of(twin.ed.root.kids).footnotes} - {*references_of(new.root.kids).footnotes}
        elsewhere |= bool(gone) and _refers(new.root, gone)
    elsewhere |= bool(edit.expect) and _settled(read_ot(edit.expect)) != want
    local, what = edit.holds(got.text), f"{edit.name}: {got.notes[:2]}"
    rates.law(f"{side} local{', ' + ELSEWHERE if elsewhere else ''}: {edit.name}", local, where, what)
    rates.law(f"{side} every other block keeps its bytes", _others_kept(twin, seen, got.text), where, what)
    if not twin.to_md and not elsewhere:
        told = any(n.kind == "comment-lost" for n in got.notes)
        lost = _ids_lost(twin.ot.text, got.text, edit.gone)
        rates.law("ids and comments outside of the edit survive", not lost, where, f"{edit.name}: {lost}")
        comments = {x for x in ID.findall(twin.ot.text) if x.startswith("ac:ref")} - set(ID.findall(got.text))
        if "ac:ref=" in twin.ot.text:
            rates.law(
                "comments survive or are reported", not comments or told, where, f"{edit.name}: {comments}"
            )


def _settled(tree: Tree) -> list[Norm]:
    """What a document says: links to headings that it does not have are the same in every spelling."""
    kids = tree.root.kids
    return list(fold_dangling(tree.norms, kids, references_of(kids).anchors))


def _as_before(twin: Twin, text: str) -> Tree:
    """A changed file in which links to headings that are gone say what they said."""
    known = anchors_asked(twin.ot.root.kids)
    own = dangling_anchors(anchors_asked(parse_markdown(text).root.kids), known)
    return parse_markdown(text, references=References(dangling=own))


def all_norms(root: Block) -> list[Norm]:
    """The normal forms of all blocks, nested ones, too."""
    todo, out = list(root.kids), []
    while todo:
        block = todo.pop()
        out.append(block.norm)
        todo += block.kids
    return out


def without_starts(norm: Any) -> Any:
    """The one exception to *faithful*: where an ordered list starts whose first item is gone."""
    if isinstance(norm, ListData):
        return ListData(norm.style)
    return [without_starts(x) for x in norm] if type(norm) in (tuple, list) else norm


def _others_kept(twin: Twin, new: Tree, out: str) -> bool:
    """Every top block that means the same as before has its bytes; of equal ones, as many as are left.

    Blocks that refer to a footnote whose text went are none of these: they say something else in a file.
    """
    left = Counter(new.norms)
    slices: Counter[str] = Counter()
    same: dict[Norm, list[str]] = {}
    lost = {*references_of(twin.ed.root.kids).footnotes} - {*references_of(new.root.kids).footnotes}
    for block in twin.ot.root.kids:
        if not (lost and _refers(block, lost)):
            same.setdefault(block.norm, []).append(twin.ot.text[block.s : block.e])
    for norm, texts in same.items():
        if len(texts) <= left[norm]:
            slices.update(texts)
    return all(out.count(text) >= n for text, n in slices.items())


def _refers(block: Block, labels: set[str]) -> bool:
    """Whether there is a reference to one of these footnotes in a block."""
    todo = [block]
    while todo:
        b = todo.pop()
        if any(run.kind == "foot" and run.value in labels for run in b.runs):
            return True
        todo += b.kids
    return False


def _ids_lost(base: str, out: str, gone: tuple[int, int]) -> set[str]:
    kept = set(ID.findall(base[: gone[0]])) | set(ID.findall(base[gone[1] :]))
    return kept - set(ID.findall(out))


def _undone(twin: Twin, edit: Edit, rates: Rates, where: str) -> None:
    """The edit, and then the text as it was."""
    got = twin.put(edit.text).text
    back = put_markdown if twin.to_md else put_storage
    same = back(edit.text, got, twin.ed.text).text == twin.ot.text
    rates.law(f"{twin.side} taken back, the old bytes are there again", same, where, edit.name)


def _windows(twin: Twin, edit: Edit, rates: Rates, where: str) -> None:
    """The same file with other line ends and a mark: the same result, but for these."""
    unix = twin.put(edit.text).text
    base = BOM + twin.ot.text.replace("\n", "\r\n")
    windows = put_markdown(twin.ed.text, base, edit.text).text
    rates.law("st>md CRLF and BOM", windows == BOM + unix.replace("\n", "\r\n"), where, edit.name)


def measure_storage(storage: str, rng: random.Random, rates: Rates, where: str, most: int = 100) -> None:
    """All laws of one body, against its cold Markdown and against Markdown in two other hands."""
    tree = parse_storage(storage)
    if any(b.malformed for b in tree.root.kids):
        return
    cold = to_markdown(storage).text
    for base in dict.fromkeys((cold, by_hand(tree, cold), by_another_hand(tree, cold))):
        _both_ways(Twin(parse_markdown(base), tree), rng, rates, where, most)


def measure_markdown(markdown: str, rng: random.Random, rates: Rates, where: str, most: int = 100) -> None:
    """All laws of one Markdown file, against its cold storage."""
    storage = to_storage(markdown).text
    rates.law("md>st stable", put_storage(markdown + "\n", storage, markdown).text == storage, where)
    rates.law("st>md stable", put_markdown(storage + "\n", markdown, storage).text == markdown, where)
    _both_ways(Twin(parse_markdown(to_lf(markdown)), parse_storage(storage)), rng, rates, where, most)


def _both_ways(twin: Twin, rng: random.Random, rates: Rates, where: str, most: int) -> None:
    md, st = twin.ed.text, twin.ot.text
    if "<ac:adf-fallback" in st:  # goes with any edit beside it, and would hide what else went
        twin = Twin(twin.ed, parse_storage(_FALLBACK.sub("", st)))
    rates.law("md>st stable", put_storage(md + "\n", st, md).text == st, where)
    rates.law("st>md stable", put_markdown(st + "\n", md, st).text == md, where)
    measure(twin, rng, rates, where, most)
    measure(Twin(twin.ot, twin.ed), rng, rates, where, most)
