"""What is done about a page's title and its parent: two axes, each compared with what both sides last agreed on."""

from __future__ import annotations

from dataclasses import dataclass

from confsync.model import Base, Page
from confsync.planning.classify import hung_elsewhere, renamed_locally
from confsync.planning.table import Place, Rule
from confsync.planning.world import World


@dataclass(frozen=True, slots=True)
class Placement:
    """One decision for each axis: PUSH, PULL, AGREE (both changed to the same), CLASH, or NOTHING."""

    title: Place
    parent: Place

    @property
    def agreed(self) -> bool:
        """Say whether both sides went to one place, as far as both went."""
        return Place.AGREE in (self.title, self.parent) and Place.CLASH not in (self.title, self.parent)


def placement(world: World, row: Base, page: Page, rule: Rule) -> Placement:
    """Decide for a document and a page that live. What one side alone changed goes to the other."""
    if rule.place is Place.NOTHING or row.page_id not in world.matches.bound:
        return Placement(Place.NOTHING, Place.NOTHING)
    path = world.matches.bound[row.page_id]
    above = world.tree_parent(page)
    return Placement(
        title=_axis(
            here=renamed_locally(world, row),
            there=page.title != row.title,
            same=world.titles.assigned.get(path) == page.title,
        ),
        parent=_axis(
            here=hung_elsewhere(world, row),
            there=above != row.parent_id,
            same=world.place(world.layout.parent(path)) == above,
        ),
    )


def _axis(*, here: bool, there: bool, same: bool) -> Place:
    match here, there:
        case True, True:
            return Place.AGREE if same else Place.CLASH
        case True, False:
            return Place.PUSH
        case False, True:
            return Place.PULL
        case _:
            return Place.NOTHING
