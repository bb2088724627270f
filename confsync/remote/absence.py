"""What a 404 means: Confluence gives it for what is gone and for what this account may not see."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace

from confsync.errors import RemoteError
from confsync.model import Folder, Page, PageId, Status
from confsync.outcome import Applied, Outcome, Reason, Refused, Unknown


def is_id(text: str) -> bool:
    """Say whether a text can be an id at all. Ids come from front matters, too, and become part of an address."""
    return text.isascii() and text.isalnum()


def spaces_hint(key: str, keys: Sequence[str]) -> str:
    """Return what to do about a space that is not found: the keys that could be meant, of those we may see."""
    near = difflib.get_close_matches(key.upper(), [known.upper() for known in keys], n=3, cutoff=0.5)
    meant = [known for known in keys if known.upper() in near] or list(keys[:10])
    if not meant:
        return "This account cannot see any space; check its permissions."
    return (
        f"Did you mean {', '.join(meant)}?" if near else f"Spaces that this account sees: {', '.join(meant)}."
    )


def settle_trashing(
    read: Callable[[PageId], Page | None], page_id: PageId, outcome: Outcome[None]
) -> Outcome[None]:
    """Say what became of moving a page to the trash that was answered with 404, or well but not as it should be.

    Gone or in the trash already counts as applied; a page that is still there was not ours to remove. Some releases of
    Data Center answer 200 in the place of 204, and so does a server that did nothing.
    """
    match outcome:
        case Refused(reason=Reason.GONE) | Unknown(answered=True):
            pass
        case _:
            return outcome
    try:
        page = read(page_id)
    except RemoteError as error:
        return Unknown(error.message)
    if page is None or page.status is Status.TRASHED:
        return Applied(None)
    if isinstance(outcome, Unknown):
        return outcome
    return Refused(Reason.FORBIDDEN, outcome.status, f"the page is still there: {outcome.text}")


def settle_folder(outcome: Outcome[Folder]) -> Outcome[Folder]:
    """Say what to do where a folder cannot be made: older sites have none, and a parent may be gone."""
    if not isinstance(outcome, Refused) or outcome.reason is not Reason.GONE:
        return outcome
    said = f"Confluence cannot create a folder there ({outcome.text}); an index.md in the directory makes it a page"
    return replace(outcome, text=said)
