"""Writing a new version of a page (intent, PUT, ledger), and what the outcome of any write means."""

from __future__ import annotations

from dataclasses import dataclass, replace

from confsync.errors import AuthError, ConfsyncError, ExitCode, Forbidden, NotFound, Rejected, Unreachable
from confsync.model import Base, BaseTexts, DocPath, Intent, IntentKind, OpId, Page, PageId, Status
from confsync.outcome import Applied, Outcome, PageUpdate, Reason, Refused, T, Unknown
from confsync.planning.stamps import parse
from confsync.planning.world import World
from confsync.sync.context import Run, Stale
from confsync.sync.normal_hashes import body_hash


class Unsettled(ConfsyncError):
    """A write's outcome is not known; its intent stays open and the next round settles it by reading."""

    exit_code = Unreachable.exit_code


class TitleTaken(Rejected):
    """Another page of the space (perhaps archived or invisible to us) has the title."""

    exit_code = ExitCode.HELD
    default_hint = "Rename one of the two, or take the page over with --adopt."


def title_held(title: str, holder: Page | None, world: World, *, where: str) -> TitleTaken | Stale:
    """Return the error that says which page has a title, as far as that can be seen.

    Stale when that page came after the listing: another run may have made it of the same file, which a new look tells.
    """
    if holder is None:
        return TitleTaken(
            f"The title {title!r} is taken by a page that is not visible to this account",
            where=where,
            hint="Choose another title, or ask somebody who can see the page to rename it.",
        )
    if holder.status is Status.ARCHIVED:
        return TitleTaken(
            f"The title {title!r} is taken by the page {holder.id}, which is archived",
            where=where,
            hint="Choose another title, or restore or remove the archived page.",
        )
    taken = f"The title {holder.title!r} is taken by the page {holder.id}"
    if holder.id in world.remote.pages or holder.id == world.remote.space.homepage_id:
        return TitleTaken(taken, where=where)
    if world.policy.root_page is None:
        return Stale(f"{taken}, which somebody created meanwhile", where=where)
    return TitleTaken(f"{taken}, which is outside this tree", where=where)


def landed(outcome: Outcome[T], where: str) -> T:
    """Return the answer of a write that was applied; raise what a refusal or an unknown outcome means."""
    match outcome:
        case Applied(value):
            return value
        case Unknown(cause):
            raise Unsettled(f"Confluence did not confirm the write: {cause}", where=where)
        case Refused(Reason.STALE, _, text):
            raise Stale(text, where=where)
        case Refused(Reason.GONE, _, text):
            raise NotFound(
                f"the page, or the one it is to lie below, is not there any more: {text}", where=where
            )
        case Refused(Reason.UNAUTHORISED, status, text):
            raise AuthError(f"Confluence refuses the login ({status}): {text}", where=where)
        case Refused(Reason.FORBIDDEN, status, text):
            raise Forbidden(f"{status}: {text}", where=where)
        case Refused(Reason.TITLE_TAKEN, _, text):
            raise TitleTaken(text, where=where)
        case Refused(Reason.TOO_LARGE, status, text):
            said = f"Confluence refused it as too large ({status}): {text}"
            raise Rejected(said, where=where, hint="Split it, or ask an administrator for a higher limit.")
        case Refused(reason, status, text):
            raise Rejected(f"Confluence refused it as {reason} ({status}): {text}", where=where)


def closing(run: Run, op: OpId, outcome: Outcome[T]) -> Outcome[T]:
    """Close the intent of a write that definitely did not happen; an unknown one stays open."""
    if isinstance(outcome, Refused):
        run.ledger.settle(op)
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a page about to be written.

    `place` is the parent in the tree that the row will have; `moves` says that the page goes there now. `texts` are
    what both sides are when it has landed. `vouches` says that the page holds just what the file does then.
    `row_title` is the title that the row will have, when it is not the page's.
    """

    path: DocPath
    page: Page
    title: str
    own_title: str
    body: str
    place: PageId | None
    moves: bool
    texts: BaseTexts
    kind: IntentKind = IntentKind.UPDATE
    vouches: bool = True
    row_title: str | None = None


def put_version(run: Run, version: Version) -> tuple[OpId, Page]:
    """Journal the write, make it, return its operation and the page as it is now, with a body in any case.

    The caller settles the operation together with the row. Raises Stale, Unsettled, TitleTaken and their like.
    """
    op, answer = _put(run, version)
    if _was_ignored(version, _parent(run, version), _with_body(run, op, answer)):
        run.ledger.settle(op)
        op, answer = _put(run, replace(version, page=replace(answer, body=version.page.body)))
    return op, replace(answer, body=version.body if answer.body is None else answer.body)


def _put(run: Run, version: Version) -> tuple[OpId, Page]:
    op, page = run.ops.new(), version.page
    run.ledger.open_intent(_intent(run, op, version))
    update = PageUpdate(
        page_id=page.id,
        space=run.space,
        title=version.title,
        parent_id=_parent(run, version),
        body=version.body,
        version=page.version + 1,
        message=run.stamp(version.path, op, vouches=version.vouches),
        notify=run.world.policy.notify,
    )
    return op, landed(closing(run, op, run.remote.update_page(update)), version.path)


def _parent(run: Run, version: Version) -> PageId | None:
    return run.parent_for_write(version.place) if version.moves else version.page.parent_id


def _with_body(run: Run, op: OpId, answer: Page) -> Page:
    """Return a write's answer; read the page where the answer neither has its text nor speaks of our operation.

    A Confluence that tells no messages at all says nothing by leaving ours out.
    """
    stamp = parse(answer.message)
    if answer.body is not None or (stamp is not None and stamp.op == op):
        return answer
    tells = any(page.message for page in run.world.remote.pages.values())
    return (run.remote.page(answer.id) or answer) if tells else answer


def _was_ignored(version: Version, parent: PageId | None, answer: Page) -> bool:
    """Say whether a page has its old text, or is where it was, after a write that was confirmed.

    For a page that somebody trashed since the last look Confluence takes a PUT as the wish to have it back, and leaves
    title, place and body as they were (Cloud v2 OpenAPI, `updatePage`). Nobody trashes it twice in that moment: where a
    second write leaves it as it was, too, that is what Confluence makes of it.
    """
    page = version.page
    if version.moves and None not in (parent, answer.parent_id) and answer.parent_id != parent:
        return True
    if answer.body is None:
        return version.title != page.title == answer.title
    return (version.body, version.title) != (page.body, page.title) == (answer.body, answer.title)


def _intent(run: Run, op: OpId, version: Version) -> Intent:
    return Intent(
        op=op,
        kind=version.kind,
        path=version.path,
        page_id=version.page.id,
        base_version=version.page.version,
        title=version.title if version.row_title is None else version.row_title,
        own_title=version.own_title,
        parent_id=version.place,
        source_hash=run.world.source_hash(run.doc(version.path)),
        texts=version.texts,
    )


def placed_row(row: Base, before: Page, version: int) -> Base:
    """Return a row after a change of place: an edit of the page that its file lacks must stay visible as one."""
    return replace(row, version=version) if in_step(row, before) else row


def in_step(row: Base, page: Page) -> bool:
    """Say whether a page's text is what its row says, in whatever version; never while the file lacks an edit of it."""
    if row.pulled_version is not None:
        return False
    return page.version == row.version or body_hash(page.body or "") == row.body_hash
