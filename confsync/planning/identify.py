"""Documents that get their page's id in the front matter and need nothing else in this run.

With `write_ids`, these are all documents that have a page; without it, those that have the id of a page that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from confsync.planning.actions import Action, WriteId
from confsync.planning.world import World


def plan_ids(world: World, found: Iterable[Action]) -> Iterator[WriteId]:
    """Yield the documents that lack the id of their page: a run may have been cut off before it wrote it.

    What another action concerns waits until that is done.
    """
    busy = {action.path for action in found}
    for page_id, path in sorted(world.matches.bound.items()):
        doc, page = world.docs.get(path), world.remote.pages.get(page_id)
        if doc is None or page is None or path in busy:
            continue
        borne = doc.facts.front_id
        if borne != page_id and (borne is not None or world.policy.write_ids):
            yield WriteId(path=path, page_id=page_id, title=page.title, expect_hash=doc.hash)
