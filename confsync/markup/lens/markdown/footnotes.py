"""References to footnotes whose text goes, or comes: how they are spelled in the file. Nothing is spliced here.

Without its text `[^1]` is these four characters, so on a file's page the reference alone is kept as storage. Before a
file is spliced into, its references are spelled as they will have to be: else all of their paragraph is written anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from confsync.markup.elements.footnote import write_storage
from confsync.markup.elements.raw import write_inline_markdown
from confsync.markup.lens.diff.edits import Edit, applied
from confsync.markup.markdown.inline_writer import InlineContext
from confsync.markup.notes import Note, NoteKind
from confsync.markup.storage_in import references_of
from confsync.markup.tree import Block, References, Run, Tok


def changed(old: list[Block], found: References) -> set[str]:
    """Return the labels of footnotes whose text goes or comes: `old` has it, or `found`, and the other one has not."""
    return set(references_of(old).footnotes) ^ set(found.footnotes)


def respelled(text: str, kids: Sequence[Block], labels: set[str], found: References) -> str:
    """Return a Markdown text, read as these blocks, with its references to such footnotes spelled for those found."""
    there = set(found.footnotes)
    edits = [
        Edit(tok.s, tok.e, f"[^{tok.value}]" if tok.value in there else _alone(tok))
        for leaf in _leaves(kids)
        if leaf.fragment is None
        for tok in leaf.toks
        if tok.kind == "foot" and tok.value in labels and "|" not in tok.value and len(tok.segs) == 1
    ]
    return applied(text, edits, 0, len(text)) if edits else text


def notes(new: Sequence[Block], labels: set[str], found: References) -> list[Note]:
    """Tell which references are left without a text."""
    left = {str(run.value) for leaf in _leaves(new) for run in leaf.runs if run.kind == "foot"}
    alone = sorted((left & labels) - set(found.footnotes))
    return [
        Note(NoteKind.RAW, f"the reference to footnote {label}, which has no text any more")
        for label in alone
    ]


def _leaves(kids: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks with references to footnotes in them."""
    todo = list(kids)
    while todo:
        block = todo.pop()
        todo += block.kids
        if any(run.kind == "foot" for run in block.runs):
            yield block


def _alone(tok: Tok) -> str:
    """Return a reference as raw storage."""
    run = Run("foot", tok.value, tok.marks)
    return write_inline_markdown(run._replace(kind="raw", xml=write_storage(run)), InlineContext())
