"""Labels: how Confluence spells them, and the three-way merge of label sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# A blank or a comma would silently split a label in two; the others are refused with 400 (label.contains.invalid.chars).
_FORBIDDEN = re.compile(r"[\s!#&()*,.:;<>?@\[\]^]+")
_LONGEST = 255


def clean_label(text: str) -> str:
    """Return the label Confluence would store, or nothing when no legal character is left."""
    lowered = unicodedata.normalize("NFC", text).strip().lower()
    return _FORBIDDEN.sub("-", lowered).strip("-")[:_LONGEST]


def clean_labels(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct legal labels, sorted."""
    return tuple(sorted({label for label in map(clean_label, texts) if label}))


@dataclass(frozen=True, slots=True)
class LabelMerge:
    """What both sides have to do so that each holds `merged`."""

    add: tuple[str, ...]
    remove: tuple[str, ...]
    merged: tuple[str, ...]


def merge_labels(
    base: Iterable[str], local: Iterable[str], remote: Iterable[str], always: Iterable[str] = ()
) -> LabelMerge:
    """Merge two label sets that started from one: an addition on either side stays, a removal on either side goes.

    `always` are labels that every page has, whoever removes them there.
    """
    was, here, there = set(base), set(local), set(remote)
    merged = (((here | there) - (was - here)) - (was - there)) | set(always)
    return LabelMerge(tuple(sorted(merged - there)), tuple(sorted(there - merged)), tuple(sorted(merged)))


def agreed_labels(base: Iterable[str], local: Iterable[str], remote: Iterable[str]) -> tuple[str, ...]:
    """Return the base of two label sets as they are: what both have; where they differ, what it was.

    So what one side added or removed stays visible as that until the other side has it, too.
    """
    was, here, there = set(base), set(local), set(remote)
    return tuple(sorted((here & there) | (was & (here ^ there))))
