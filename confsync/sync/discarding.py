"""Moves to a trash, on either side, journalled: documents, files of attachments, attachments. Never further.

The journal matters if a run is killed in between: when somebody brings the page or file back before the next run, that run
must not trash it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from confsync.errors import LocalError
from confsync.model import AttachmentBase, DocPath, Intent, IntentKind, LocalSnapshot, OpId, PageId, Sha
from confsync.sync.context import Run
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.writes import closing, landed


def discard_document(run: Run, path: DocPath, page_id: PageId, expect: Sha) -> DocPath:
    """Move a document to the local trash and forget its row; return where it lies now."""
    with _announced(run, IntentKind.DISCARD, path, page_id) as op:
        where = run.tree.trash(path, expect=expect)
    run.ledger.forget(page_id, settle=op)
    return where


def discard_file(run: Run, row: AttachmentBase) -> DocPath:
    """Move an attachment's file to the local trash and forget its row; return where it lies now."""
    with _announced(run, IntentKind.DISCARD_FILE, row.path, row.page_id, row) as op:
        where = run.tree.trash(row.path, expect=row.hash)
    run.ledger.forget_attachment(row.page_id, row.name)
    run.ledger.settle(op)
    return where


def detach(run: Run, row: AttachmentBase, attachment_id: str) -> None:
    """Move an attachment to Confluence's trash; its row is the caller's."""
    op = run.ops.new()
    run.ledger.open_intent(
        _intent(op, IntentKind.DETACH, row.path, row.page_id, row, attachment_id=attachment_id)
    )
    outcome = closing(run, op, run.remote.trash_attachment(row.page_id, attachment_id))
    landed(outcome, row.path)
    run.ledger.forget_attachment(row.page_id, row.name)
    run.ledger.settle(op)


@contextmanager
def _announced(
    run: Run, kind: IntentKind, path: DocPath, page_id: PageId, row: AttachmentBase | None = None
) -> Iterator[OpId]:
    """Journal the effect made inside; the intent is settled when the effect raises."""
    op = run.ops.new()
    run.ledger.open_intent(_intent(op, kind, path, page_id, row))
    try:
        yield op
    except Exception:
        run.ledger.settle(op)
        raise


def _intent(
    op: OpId,
    kind: IntentKind,
    path: DocPath,
    page_id: PageId,
    row: AttachmentBase | None = None,
    *,
    attachment_id: str = "",
) -> Intent:
    return Intent(
        op=op,
        kind=kind,
        path=path,
        page_id=page_id,
        base_version=0,
        title=row.name if row else "",
        own_title=attachment_id,
        parent_id=None,
        source_hash=row.hash if row else UNKNOWN,
    )


# ---- after a run that was cut off -------------------------------------------------------------------------------


def settle_discard(tree: LocalTree, ledger: Ledger, intent: Intent, local: LocalSnapshot) -> None:
    """Forget what a run put into the local trash; where its place cannot be seen now, that waits."""
    page_id = intent.page_id or PageId("")
    if local.blind_to(intent.path):
        return
    gone = _is_gone(tree, intent.path)
    if gone and intent.kind is IntentKind.DISCARD_FILE:
        ledger.forget_attachment(page_id, intent.title)
    row = ledger.row(page_id)
    if gone and intent.kind is IntentKind.DISCARD and row is not None and row.path == intent.path:
        ledger.forget(page_id, settle=intent.op)
    else:
        ledger.settle(intent.op)


def _is_gone(tree: LocalTree, path: DocPath) -> bool:
    try:
        return tree.digest(path) is None
    except LocalError:
        return False


def settle_detach(remote: Remote, ledger: Ledger, intent: Intent) -> None:
    """Forget an attachment that a run put into the trash."""
    page_id = intent.page_id or PageId("")
    if remote.trashed_attachments(page_id, [intent.own_title]):
        ledger.forget_attachment(page_id, intent.title)
    ledger.settle(intent.op)
