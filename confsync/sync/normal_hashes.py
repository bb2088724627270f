"""What bodies say, as hashes: each body is read once, however often a run asks.

A page that was written is compared with what stood there, and its answer recorded: without a memory that is one normal
form too many, and of a large page each takes seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from confsync.markup import normal_storage
from confsync.model import Sha, sha


class NormalHashes:
    """The hashes of the latest normal forms, at most `size` of them, by the hashes of the bodies: no text is kept."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[Sha, Sha] = OrderedDict()
        self._lock = Lock()  # conversions run side by side

    def of(self, body: str) -> Sha:
        """Return the hash of a body's normal form."""
        key = sha(body)
        with self._lock:
            found = self._held.get(key)
        if found is None:
            found = sha(normal_storage(body))
            self._keep(key, found)
        return found

    def _keep(self, key: Sha, found: Sha) -> None:
        with self._lock:
            self._held[key] = found
            while len(self._held) > self._size:
                self._held.popitem(last=False)


_HASHES = NormalHashes(10_000)


def body_hash(body: str) -> Sha:
    """Return the hash of a body's normal form: equal for bodies that differ in spelling alone."""
    return _HASHES.of(body)


def same_body(one: str, other: str) -> bool:
    """Say whether two bodies differ in spelling alone."""
    return one == other or body_hash(one) == body_hash(other)
