"""How values are stored in columns: any string, any number, facts as JSON. No SQL here.

Titles, labels and file names come from outside and may hold lone surrogates (a file name that is not UTF-8, a
broken JSON escape). SQLite's TEXT cannot; such a string is stored as a BLOB, which SQLite keeps apart by type.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import msgspec

from confsync.model import DocFacts

Column = str | bytes


def pack(text: str) -> Column:
    """Return how a string is stored in a TEXT column."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def unpack(column: Column) -> str:
    """Return the string again; inverse of `pack`. UnicodeDecodeError (a ValueError) for bytes that `pack` never made."""
    return column.decode("utf-8", "surrogatepass") if isinstance(column, bytes) else column


def pack_optional(text: str | None) -> Column | None:
    """Return `pack` of a string, or None for None."""
    return None if text is None else pack(text)


def unpack_optional(column: Column | None) -> str | None:
    """Return `unpack` of a column, or None for NULL."""
    return None if column is None else unpack(column)


def pack_list(items: Sequence[str]) -> str:
    """Return a list of strings as JSON in ASCII, which can hold any string."""
    return json.dumps(list(items))


def unpack_list(column: str) -> tuple[str, ...]:
    """Return the strings again; ValueError for anything else."""
    return () if column == "[]" else msgspec.convert(json.loads(column), tuple[str, ...])


def pack_pairs(pairs: Sequence[tuple[str, str]]) -> str | None:
    """Return pairs of strings as JSON in ASCII; None when there are none."""
    return json.dumps(list(pairs)) if pairs else None


def unpack_pairs(column: str | None) -> tuple[tuple[str, str], ...]:
    """Return the pairs again; ValueError for anything else."""
    return () if column is None else msgspec.convert(json.loads(column), tuple[tuple[str, str], ...])


def pack_time(when: datetime | None) -> str | None:
    """Return an instant in ISO 8601, or None."""
    return None if when is None else when.isoformat()


def unpack_time(column: str | None) -> datetime | None:
    """Return the instant again."""
    return None if column is None else datetime.fromisoformat(column)


def pack_facts(facts: DocFacts | None) -> bytes | None:
    """Return a document's facts as JSON; None for a file that is not a document."""
    if facts is None:
        return None
    try:
        return msgspec.json.encode(facts)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(facts)).encode("ascii")


_FACTS = msgspec.json.Decoder(DocFacts)


def unpack_facts(column: bytes | None) -> DocFacts | None:
    """Return the facts again; ValueError for anything else."""
    if column is None:
        return None
    try:
        return _FACTS.decode(column)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(column), DocFacts)
