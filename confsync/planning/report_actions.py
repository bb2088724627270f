"""Actions without effect: what is reported of documents and pages that a run leaves alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from confsync.model import PageId
from confsync.planning.actions import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Action):
    """A conflict copy waits for a person."""

    name: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(Action):
    """Something prevents this document from being synced. `trouble` is its class for the exit code."""

    name: ClassVar[str] = "blocked"
    trouble: str = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strayed(Blocked):
    """A page was moved in Confluence, `below` another one, to where its file cannot follow by itself."""

    below: PageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished(Action):
    """A page is neither listed nor in the trash. `blocks`: the file has an edit that waits for it."""

    name: ClassVar[str] = "vanished"
    blocks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead(Action):
    """The other side has something that this direction leaves alone."""

    name: ClassVar[str] = "ahead"
