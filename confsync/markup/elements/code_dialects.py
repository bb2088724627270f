"""What other tools write behind a fence's language, and the parameters of Confluence's code macro that say the same.

The words of the other tool stay in the file, and in a parameter of their own; what follows from them is written beside
it, so that Confluence shows it, and not read back, so that it cannot differ from its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_LINENUMS = re.compile(r"[1-9]\d{0,6}")
_QUOTED = re.compile(r"(title|linenums)=\"([^\"]*)\"")
_MARK = re.compile(
    r"(?:(?P<collapse>collapse)|(?P<numbers>linenumbers)|(?P<first>\d{1,7})|(?P<title>title\s+\S.*))(?:\s+|$)"
)
"""One word of mark's: `collapse`, `linenumbers`, a first line; a title reaches to the end."""


def shown(params: Mapping[str, str]) -> dict[str, str]:
    """Return the code macro's parameters that follow from another tool's words and are not set themselves."""
    found = dict(_linenums(params["linenums"])) if "linenums" in params else {}
    info = params.get("info", "")
    if info.startswith("{"):
        found |= _of_attributes(info)
    elif info:
        found |= _of_mark(info)
    return {key: value for key, value in found.items() if key not in params}


def without_shown(params: Mapping[str, str]) -> dict[str, str]:
    """Return parameters without those that follow from others; the inverse of adding what is `shown`."""
    own = {k: v for k, v in params.items() if k in ("linenums", "info")}
    follows = shown(own)
    return {key: value for key, value in params.items() if follows.get(key) != value}


def _linenums(first: str) -> Iterator[tuple[str, str]]:
    if _LINENUMS.fullmatch(first):
        yield "linenumbers", "true"
        if first != "1":
            yield "firstline", first


def _of_attributes(info: str) -> dict[str, str]:
    """Read `{ .python title="a.py" linenums="1" }`."""
    found = dict[str, str]()
    for key, value in _QUOTED.findall(info):
        found |= dict(_linenums(value)) if key == "linenums" else {"title": value}
    return found


def _of_mark(info: str) -> dict[str, str]:
    """Read `collapse linenumbers 3 title A title`; nothing when any other word is among them."""
    found, place = dict[str, str](), 0
    while place < len(info):
        word = _MARK.match(info, place)
        if word is None:
            return {}
        place = word.end()
        if word["title"]:
            found["title"] = word["title"].removeprefix("title").strip()
        elif word["first"]:
            found |= {"linenumbers": "true", "firstline": word["first"]}
        else:
            found["collapse" if word["collapse"] else "linenumbers"] = "true"
    return found
