"""Pages that stand for directories where Confluence has no folders: empty but for a list of their children.

Such a page is recognised by the stamp of its version, which names the directory, and by its text, which is only the list.
When a person saves it, the stamp is gone; once it has other text, it is an ordinary page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from confsync.model import DocPath, Folder, Page, title_key
from confsync.planning.layout import Layout
from confsync.planning.stamps import Stamp, parse, place_of
from confsync.planning.titles import suffixed

CHILDREN_LIST: Final = '<p><ac:structured-macro ac:name="children" ac:schema-version="2" /></p>'
"""The text of a page that stands in for a directory."""

_MACRO = (
    r'<ac:structured-macro(?=[^<>]*\sac:name="children")[^<>]*'
    r"(?:/>|>(?:\s*<ac:parameter[^<>]*>[^<>]*</ac:parameter>)*\s*</ac:structured-macro>)"
)
_EMPTY = r"(?:\s*<p[^<>]*(?:/>|>(?:\s|<br[^<>]*/>|&nbsp;)*</p>))*\s*"
_LIST = re.compile(rf"{_EMPTY}(?:<p[^<>]*>\s*{_MACRO}\s*</p>|{_MACRO}){_EMPTY}")


def is_children_list(body: str) -> bool:
    """Say whether a body is a list of the children and nothing else, however Confluence spells it."""
    return _LIST.fullmatch(body) is not None


def as_folder(page: Page) -> Folder:
    """Return a page that stands for a directory as the folder that it replaces."""
    return Folder(
        id=page.id,
        title=page.title,
        parent_id=page.parent_id,
        parent_type=page.parent_type,
        message=page.message,
    )


def directory_stamp(message: str) -> Stamp | None:
    """Return the stamp that says that a version stands for a directory."""
    stamp = parse(message)
    return stamp if stamp is not None and stamp.is_directory else None


def directories_by_place(directories: Iterable[DocPath]) -> Mapping[str, DocPath]:
    """Return directories by the digits that a stamp recognises them by."""
    return {place_of(directory): directory for directory in directories}


def directory_titles(
    directories: Iterable[DocPath], taken: Iterable[str], own: Mapping[DocPath, str], layout: Layout
) -> dict[DocPath, str]:
    """Give each directory a title that nothing of ours has: its name, else with the names of its parents.

    `taken` are the titles that are gone: where Confluence has folders, theirs alone; else those of pages, too.
    """
    used = {title_key(title) for title in taken}
    given: dict[DocPath, str] = {}
    for directory in sorted(directories):
        names = [own.get(parent.path, parent.path.name) for parent in layout.lineage_of(directory)]
        choices = _choices(directory, names)
        given[directory] = next(title for title in choices if title_key(title) not in used)
        used.add(title_key(given[directory]))
    return given


def _choices(directory: DocPath, names: list[str]) -> Iterator[str]:
    """Yield a directory's name, then with one parent more each time, then with its path, then with a number."""
    yield directory.name
    for number in range(1, len(names) + 1):
        yield suffixed(directory.name, names[:number])
    yield suffixed(directory.name, [f"{directory}/"])
    for number in count(2):
        yield suffixed(directory.name, [f"{directory}/", str(number)])
