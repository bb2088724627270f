"""Pages of a listing on Data Center: by offset, or by a cursor that names the last content seen (FACTS.md 18)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from confsync.sandbox.datacenter.shapes import Json
from confsync.sandbox.refusals import Invalid
from confsync.sandbox.store.records import Content
from confsync.sandbox.wire import Desk, answer

T = TypeVar("T")
_HUGE = 2**31 - 1
_CURSOR = re.compile(r"content:(true|false):(\d+|null)")


def granted(desk: Desk, default: int = 25) -> int:
    """Return the limit that the server grants: 50 with bodies, 25 with rendered ones, 200 with expansions, else 1000."""
    expand = desk.many("expand")
    wanted = desk.number("limit", default, 1, _HUGE)
    if any(part.endswith(("export_view", "styled_view")) for part in expand):
        return min(wanted, 25)
    if any(part.split(".")[0] == "body" or ".body" in part for part in expand):
        return min(wanted, 50)
    return min(wanted, 200 if expand else 1000)


def by_offset(
    desk: Desk, path: str, items: Sequence[T], shape: Callable[[T], Any], *, default: int = 25
) -> Response:
    """Answer with the part of a listing that `start` and `limit` name. `path` is below the context path."""
    start, limit = desk.number("start", 0, 0, _HUGE), granted(desk, default)
    shown = items[start : start + (limit - 1 if desk.short_pages and limit > 1 and not start else limit)]
    links: Json = {"self": f"{desk.base}{path}", "base": desk.base, "context": desk.context}
    kept = _kept(desk, "start", "limit")
    if start + len(shown) < len(items):
        links["next"] = f"{path}?{urlencode([*kept, ('limit', limit), ('start', start + len(shown))])}"
    if start:
        links["prev"] = f"{path}?{urlencode([*kept, ('limit', limit), ('start', max(0, start - limit))])}"
    rows = [shape(item) for item in shown]
    return answer({"results": rows, "start": start, "limit": limit, "size": len(rows), "_links": links})


def by_cursor(desk: Desk, path: str, items: Sequence[Content], shape: Callable[[Content], Any]) -> Response:
    """Answer with the part of a listing behind or before a content. `items` are in the order of their ids."""
    limit = granted(desk)
    cursor = desk.query("cursor") or "content:false:null"
    back, last = _read(cursor)
    if back:
        shown = [item for item in items if last is None or int(item.id) < last][-limit:]
    else:
        shown = [item for item in items if last is None or int(item.id) > last][:limit]
    links: Json = {"self": f"{desk.base}{path}", "base": desk.base, "context": desk.context}
    told: Json = {"cursor": cursor}
    kept = _kept(desk, "cursor", "limit")
    for name, word, there in (("next", "false", items[-1:]), ("prev", "true", items[:1])):
        edge = shown[-1:] if name == "next" else shown[:1]
        if edge and edge != list(there):
            told[f"{name}Cursor"] = place = f"content:{word}:{edge[0].id}"
            query = urlencode([*kept, ("cursor", place), ("limit", limit)], safe=":")
            links[name] = f"{path}?{query}"
    rows = [shape(item) for item in shown]
    return answer({"results": rows, **told, "limit": limit, "size": len(rows), "_links": links})


def _read(cursor: str) -> tuple[bool, int | None]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Invalid(f"Invalid cursor: {cursor}")
    return found[1] == "true", None if found[2] == "null" else int(found[2])


def _kept(desk: Desk, *dropped: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in desk.request.args.items(multi=True) if name not in dropped]
