"""What is done about a page's title and its parent, each compared with what both sides last agreed on."""

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
        """Say whether both sides moved to the same place, as far as both moved."""
        return Place.AGREE in (self.title, self.parent) and Place.CLASH not in (self.title, self.parent)


def placement(world: World, row: Base, page: Page, rule: Rule) -> Placement:
    """Decide for a document and a page that live. What one side alone changed goes to the other."""
    if rule.place is Place.NOTHING or row.page_id not in world.matches.bound:
        return Placement(Place.NOTHING, Place.NOTHING)
    path = world.matches.bound[row.page_id]
    above, went = world.tree_parent(page), hung_elsewhere(world, row)
    carried = went and _left_a_folder_that_went(world, row)
    return Placement(
        title=_axis(
            here=renamed_locally(world, row),
            there=page.title != row.title,
            same=world.titles.assigned.get(path) == page.title,
        ),
        parent=_axis(
            here=went,
            there=above != row.parent_id or carried,
            same=world.place(world.layout.parent(path)) == above,
        ),
    )


def _left_a_folder_that_went(world: World, row: Base) -> bool:
    """Say whether a file left with its whole directory, whose folder people took elsewhere in Confluence."""
    above, standing = row.parent_id, frozenset(world.layout.directories())
    while above is not None and above in world.remembered.folders and above in world.remote.folders:
        news = world.folder_news.get(above)
        if news is not None and news.row.path not in standing:
            return True
        above = world.remote.folders[above].parent_id
    return False


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
