"""Keys of front matter that other publishers use: where they keep a page's id and title, and who they leave alone.

markdown-confluence writes `connie-page-id` and `connie-title`, md2conf `page_id` or `confluence-page-id`, confluence.md
`confluence-url`. Read here, and never written but for a title.
"""

from __future__ import annotations

import re

from confsync.markup.file.yaml_entries import Entry
from confsync.model import PageId

FOREIGN_TITLE = "connie-title"
_IDS = ("connie-page-id", "confluence-page-id", "confluence_page_id", "page_id", "confluence-url")
MARKS = frozenset({*_IDS, FOREIGN_TITLE, "connie-publish", "connie-dont-change-parent-page", "space_key"}) | {
    "confluence-space-key",
    "confluence_space_key",
    "generated-by",
    "generated_by",
    "synchronized",
}
"""Keys that say that a file comes from another publisher."""
_NO = frozenset({"false", "no", "off"})
_NOT_PUBLISHED = {"connie-publish": _NO, "synchronized": _NO}
_ID_IN_URL = re.compile(r"https?://\S*?(?:/pages/|[?&]pageId=)([0-9]{1,30})(?![0-9])\S*")


def is_held(entry: Entry) -> bool:
    """Say whether another publisher was told to leave the file alone."""
    return entry.text.lower() in _NOT_PUBLISHED.get(entry.key, ())


def foreign_id(foreign: dict[str, Entry]) -> PageId | None:
    """Return the page's id as another publisher keeps it; what is no number is none of theirs."""
    for key in _IDS:
        text = foreign[key].text.strip() if key in foreign else ""
        m = _ID_IN_URL.fullmatch(text) if key == "confluence-url" else re.fullmatch("([0-9]{1,30})", text)
        if m is not None:
            return PageId(m[1])
    return None
