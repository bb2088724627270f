"""Writing a page's text into its file, journalled: intent, file, row. Decides nothing about the text.

If a run is killed after the file and before the row, the file holds the page's edit and no row says so. The next run
then looks for the edit in the file: as a whole, or, if somebody went on editing the file, block by block.
"""

from __future__ import annotations

from collections import Counter

from confsync.model import Base, BaseTexts, Intent, IntentKind, OpId, Sha
from confsync.planning.merge import blocks
from confsync.sync.context import Run


def bring(
    run: Run, row: Base, texts: BaseTexts, text: str, *, expect: Sha | None, waits: bool = False
) -> None:
    """Write a document and the row that it has then. Nothing is left open when the file was not put in place.

    `waits`: the file holds edits of its own that wait to be sent, so that its text is no base, which stays as it was.
    """
    op = run.ops.new()
    run.ledger.open_intent(_intent(op, row, texts))
    try:
        run.tree.write(row.path, text.encode("utf-8"), expect=expect)
    except Exception:
        run.ledger.settle(op)
        raise
    run.ledger.save(row, None if waits else texts, settle=op)


def _intent(op: OpId, row: Base, texts: BaseTexts) -> Intent:
    return Intent(
        op=op,
        kind=IntentKind.PULL,
        path=row.path,
        page_id=row.page_id,
        base_version=row.version,
        title=row.title,
        own_title=row.own_title,
        parent_id=row.parent_id,
        source_hash=row.local_hash,
        texts=texts,
        labels=row.labels,
    )


def has_edit(before: str, after: str, now: str) -> bool:
    """Say whether a text has all of an edit: each block that it added, and none of those that it took out.

    Then nothing of the edit can be reverted by taking `after` for the base of the text, wherever it came from.
    """
    was, is_, here = _count(before), _count(after), _count(now)
    added, removed = is_ - was, was - is_
    if not added and not removed:
        return False
    return not (added - here) and all(here[block] <= is_[block] for block in removed)


def _count(text: str) -> Counter[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return Counter(block.strip() for block in blocks(lines) if block.strip())
