"""Which labels all pages of a space have, in fewer answers of the search index than it takes to read them page by page.

An answer with labels tells of 200 pages; one of ids alone, of 1,000. So once a first answer has shown how labels are
spread, common labels are asked for by name, and only the pages with any other label are read with their labels. The
first answer is also the proof: unless the short questions tell of its pages just what it told, nothing of them counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil
from typing import Final

from confsync.errors import AuthError, RemoteError
from confsync.model import PageId
from confsync.remote.payloads import global_labels
from confsync.remote.payloads_v1 import Hit
from confsync.remote.v1 import quoted

WITH_LABELS: Final = 200
"""The hits of an answer with expansions (v1 search)."""
IDS: Final = 1000
"""The hits of an answer without any (v1 search)."""
_FEW_IDS: Final = 250
"""A first answer with no more ids than this, of many, says that this Confluence gives no more at once without expansions."""
_COMMON: Final = 12
_LONGEST: Final = 3000
"""Characters of a query; a longer one may not fit into an address."""

Names = Callable[[], Collection[str] | None]
"""Lists the labels of a space; None when that is not to be had whole."""
Ask = Callable[[str, str], Iterator[tuple[Sequence[Hit], bool]]]
"""Given a condition and an expansion, yields the hits of each answer, and whether it was the last one."""
Labels = dict[PageId, frozenset[str]]


@dataclass(frozen=True, slots=True)
class LabelSearch:
    """Tells the labels of a space's pages by name. `pages` says how many there are, as far as is known."""

    ask: Ask
    names: Names
    pages: int

    def beyond(self, first: Mapping[PageId, tuple[str, ...]]) -> dict[PageId, tuple[str, ...]] | None:
        """Return the labels of all pages that the index knows, given those of some; None when that is not worth it, or fails.

        AuthError when the login is refused.
        """
        common, cost = _cheapest(first, self.pages)
        if not first or 1 + ceil(self.pages / IDS) + cost >= (self.pages - len(first)) / WITH_LABELS:
            return None
        try:
            found = self._told(first, common)
        except AuthError:
            raise
        except RemoteError:
            return None
        return None if found is None else {page: tuple(sorted(labels)) for page, labels in found.items()}

    def _told(self, first: Mapping[PageId, tuple[str, ...]], common: frozenset[str]) -> Labels | None:
        names = self.names()
        if names is None or not set(names) >= set(chain.from_iterable(first.values())):
            return None
        known = self._ids()
        others = sorted(set(names) - common)
        if known is None or len(_any_of(others)) > _LONGEST:
            return None
        found: Labels = dict.fromkeys(known, frozenset())
        for name in sorted(common):
            found |= {page: found[page] | {name} for page in self._with(name) & found.keys()}
        if others:
            found |= self._read(_any_of(others))
        agrees = all(found[page] == set(labels) for page, labels in first.items() if page in found)
        return found if agrees else None

    def _ids(self) -> frozenset[PageId] | None:
        """Return the ids of all pages that the index knows; None when they come in answers that are no longer than others."""
        found: set[PageId] = set()
        for hits, last in self.ask("", ""):
            found |= {PageId(str(hit.id)) for hit in hits}
            if not last and len(found) <= _FEW_IDS:
                return None
        return frozenset(found)

    def _with(self, name: str) -> frozenset[PageId]:
        return frozenset(PageId(str(hit.id)) for hits, _ in self.ask(_any_of([name]), "") for hit in hits)

    def _read(self, condition: str) -> Labels:
        hits = (hit for part, _ in self.ask(condition, "metadata.labels") for hit in part)
        return {PageId(str(hit.id)): frozenset(labels_of(hit)) for hit in hits}


def labels_of(hit: Hit) -> tuple[str, ...]:
    """Return the labels of a hit; RemoteError when it does not tell them, or not all."""
    told = hit.metadata.labels if hit.metadata else None
    if told is None or told.next is not None:
        raise RemoteError("The search does not return labels.", where=str(hit.id))
    return global_labels(told.results)


def _any_of(names: Sequence[str]) -> str:
    return f"label in ({', '.join(quoted(name) for name in names)})"


def _cheapest(first: Mapping[PageId, tuple[str, ...]], pages: int) -> tuple[frozenset[str], int]:
    """Choose the labels to ask for one by one; return them, and how many answers all labels take by all appearances."""
    scale = pages / max(1, len(first))
    tally = Counter(label for labels in first.values() for label in labels)
    ranked = [label for label, _ in tally.most_common(_COMMON)]
    choices = []
    for number in range(len(ranked) + 1):
        common = frozenset(ranked[:number])
        rest = sum(not common.issuperset(labels) for labels in first.values())
        each = sum(ceil(tally[label] * scale / IDS) for label in common)
        choices.append((each + max(1, ceil(rest * scale / WITH_LABELS)), common))
    cost, common = min(choices, key=lambda choice: (choice[0], -len(choice[1])))
    return common, cost
