"""What the tests of the converter share: the corpus, the vocabulary check, the laws of cold conversion."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage
from confsync.markup.storage.vocabulary import BLOCK_TAGS, HEADINGS, INLINE_TAGS, VOCABULARY
from confsync.markup.storage.xml import El, parse

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("CONFSYNC_CORPUS", ROOT.parent / "shared" / "corpus"))
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}: set CONFSYNC_CORPUS to a folder of real documents"
)
ISLANDS = frozenset({"ac:rich-text-body", "ac:link-body", "ac:caption", "ac:task-body"})
"""Inside of these, blocks may begin again although they stand in a paragraph."""


def faults(storage: str) -> set[str]:
    """Return what storage must not hold: foreign elements, blocks in inline content, handlers, script links."""
    found: set[str] = set()
    todo: list[tuple[El, bool]] = [(parse(storage, 2000), False)]
    while todo:
        parent, inline = todo.pop()
        for el in parent.els():
            if ":" not in el.tag and el.tag not in VOCABULARY:
                found.add(el.tag)
            if inline and el.tag in BLOCK_TAGS:
                found.add(f"{el.tag} in inline content")
            found |= {f"@{a}" for a in el.attrs if a.lower().startswith("on")}
            found |= {
                v for k, v in el.attrs.items() if k == "href" and v.lower().lstrip().startswith("javascript:")
            }
            leaf = el.tag == "p" or el.tag in HEADINGS or el.tag in INLINE_TAGS
            todo.append((el, (inline or leaf) and el.tag not in ISLANDS))
    return found


def broken_laws(markdown: str) -> list[str]:
    """Return which laws of cold conversion a Markdown text breaks."""
    storage = to_storage(markdown).text
    again = to_markdown(storage).text
    broken = [f"outside of the vocabulary: {f}" for f in sorted(faults(storage))]
    if normal_markdown(markdown) != normal_storage(storage):
        broken.append("the storage does not say what the Markdown says")
    if normal_markdown(again) != normal_storage(storage):
        broken.append("the Markdown that comes back does not say what the storage says")
    if to_storage(again).text != storage:
        broken.append("storage from the Markdown that came back differs in bytes")
    return broken


def spec_examples() -> Iterator[tuple[str, str]]:
    for name in ("commonmark-0.31.2", "gfm-spec", "gfm-extensions"):
        examples = json.loads((CORPUS / "specs" / f"{name}.json").read_text(encoding="utf-8"))
        for n, example in enumerate(examples):
            yield f"{name} {example.get('example', n)}", example["markdown"]


def markdown_files() -> Iterator[tuple[str, str]]:
    for path in sorted((CORPUS / "markdown").glob("**/*.md*")):
        yield str(path.relative_to(CORPUS)), path.read_text(encoding="utf-8", errors="replace")


def storage_bodies() -> Iterator[tuple[str, str, bool]]:
    """Yield name, body, and whether it is well-formed."""
    with (CORPUS / "storage" / "index.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            body = (CORPUS / "storage" / row["file"]).read_bytes().decode("utf-8")
            yield row["file"], body, row["well_formed"] == "1"
