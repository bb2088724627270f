"""Documents that are to bear their page's id, as `write_ids` asks, and have nothing else to do in this run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from confsync.planning.actions import Action, WriteId
from confsync.planning.world import World


def plan_ids(world: World, found: Iterable[Action]) -> Iterator[WriteId]:
    """Yield the documents that lack the id of their page: a run may have been cut off before it wrote it.

    What another action concerns waits until that is done.
    """
    if not world.policy.write_ids:
        return
    busy = {action.path for action in found}
    for page_id, path in sorted(world.matches.bound.items()):
        doc = world.docs.get(path)
        if doc is None or path in busy or doc.facts.front_id is not None or page_id not in world.remote.pages:
            continue
        title = world.remote.pages[page_id].title
        yield WriteId(path=path, page_id=page_id, title=title, expect_hash=doc.hash)
