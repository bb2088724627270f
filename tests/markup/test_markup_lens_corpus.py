"""The laws of the lens on a sample of real pages and files; `benchmarks/fidelity.py` runs them on all."""

import os
import random
from pathlib import Path

import pytest
from markup_edits import Rates, measure_markdown, measure_storage

from confsync.markup import put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.border import to_lf
from confsync.markup.document import Document

CORPUS = Path(os.environ.get("CONFSYNC_CORPUS", Path(__file__).parents[2].parent / "shared" / "corpus"))
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus of real documents at {CORPUS}"),
]

ALWAYS = ("total", "stable", "faithful", "comment anchors survive")
"""Laws without exceptions."""
MOSTLY = {
    "word": 0.99,
    "insert": 0.99,
    "tick": 1.0,
    "code": 0.99,
    "delete": 0.95,
    "swap": 0.85,
    "level": 0.99,
}
"""Edits that may change more than themselves: a deleted heading's links, lists that melt."""


def check(rates: Rates) -> None:
    for name in {law for law, _ in rates.count}:
        least = 1.0 if name.endswith(ALWAYS) else min(v for k, v in MOSTLY.items() if k in name)
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
    for path in bodies(25):
        measure_storage(read(path), random.Random(path.name), rates, path.name)
    assert rates.count["md>st stable", True] > 50
    check(rates)


def test_the_laws_hold_for_files_that_people_wrote() -> None:
    rates = Rates()
    for path in files(25):
        measure_markdown(Document.parse(read(path)).body, random.Random(path.name), rates, path.name)
    assert rates.count["md>st stable", True] > 20
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
    for path in bodies(40):
        storage = read(path)
        markdown = to_markdown(storage).text
        if "{=confluence broken}" in markdown:
            continue
        there = put_storage(markdown, storage, markdown + "\nA new last line.\n").text
        assert put_storage(markdown + "\nA new last line.\n", there, markdown).text == storage
