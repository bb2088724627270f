"""The laws of the lens on a sample of real pages and files; `benchmarks/fidelity.py` runs them on all."""

import os
import random
from pathlib import Path

import pytest
from markup_edits import ELSEWHERE, Rates, measure_markdown, measure_storage

from confsync.markup import put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.document import Document
from confsync.markup.lens.markdown.line_ends import to_lf

CORPUS = Path(os.environ.get("CONFSYNC_CORPUS", Path(__file__).parents[2].parent / "shared" / "corpus"))
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus of real documents at {CORPUS}"),
]

FEW = 3
"""Edits of each document and direction; all kinds together come often enough."""
LEAST = {"out of a box": 0.8, "macro parameter": 0.98}
"""Laws that hold less than always. A box that goes may let its lists melt with those around it, which changes all items."""


def check(rates: Rates) -> None:
    for name in {law for law, _ in rates.count}:
        if ELSEWHERE not in name:
            least = min((v for k, v in LEAST.items() if k in name), default=1.0)
            assert rates.rate(name) >= least, (name, rates.rate(name), rates.failed[name][:5])


def bodies(step: int) -> list[Path]:
    lines = (CORPUS / "storage" / "golden.txt").read_text().splitlines()
    golden = [line.split("\t")[0] for line in lines if line and not line.startswith("#")]
    paths = sorted((CORPUS / "storage").rglob("*.xml"))
    chosen = [p for p in paths if any(p.as_posix().endswith(g) for g in golden)] + paths[::step]
    return [p for p in dict.fromkeys(chosen) if p.stat().st_size < 30_000]


def files(step: int) -> list[Path]:
    return [p for p in sorted((CORPUS / "markdown").rglob("*.md"))[::step] if p.stat().st_size < 30_000]


def read(path: Path) -> str:
    return path.read_bytes().decode()


def test_the_laws_hold_for_pages_that_people_wrote() -> None:
    rates = Rates()
    for path in bodies(50)[::3]:
        measure_storage(read(path), random.Random(path.name), rates, path.name, FEW)
    assert rates.count["md>st stable", True] > 30
    check(rates)


def test_the_laws_hold_for_files_that_people_wrote() -> None:
    rates = Rates()
    for path in files(90):
        measure_markdown(Document.parse(read(path)).body, random.Random(path.name), rates, path.name, FEW)
    assert rates.count["md>st stable", True] > 5
    check(rates)


def test_windows_line_ends_change_nothing_but_themselves() -> None:
    for path in files(40):
        text = to_lf(Document.parse(read(path)).body)
        storage, windows = to_storage(text).text, text.replace("\n", "\r\n")
        assert to_storage(windows).text == storage
        assert put_storage(text, storage, windows).text == storage
        assert put_storage(windows + "\r\n", storage, windows).text == storage
        changed = storage.replace("the", "zebra", 1) + "<p>new</p>"
        unix = put_markdown(storage, text, changed).text
        assert put_markdown(storage, windows, changed).text == unix.replace("\n", "\r\n")


def test_an_edit_that_is_taken_back_gives_the_same_bytes() -> None:
    for path in bodies(50)[::3]:
        storage = read(path)
        markdown = to_markdown(storage).text
        if "{=confluence broken}" in markdown:
            continue
        there = put_storage(markdown, storage, markdown + "\nA new last line.\n").text
        assert put_storage(markdown + "\nA new last line.\n", there, markdown).text == storage
