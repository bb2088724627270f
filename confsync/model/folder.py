"""The folder at one time: documents, assets, problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from confsync.model.names import DocPath, PageId, Sha


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document: its GitHub anchor (`setting-up`, duplicates `-1`) and its plain text."""

    slug: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocFacts:
    """What planning needs to know of a document's text, found by reading it once (`markup.document.inspect`).

    `text_hash` is over the text without byte order mark and with LF line ends: a change of line ends is none.
    `labels` is None when the front matter does not speak of labels. `links` are the relative addresses of links and
    images as written, percent-decoded, without query and fragment. `problem` says why the file cannot be used.
    """

    text_hash: Sha
    front_id: PageId | None = None
    front_title: str | None = None
    heading: str | None = None
    labels: tuple[str, ...] | None = None
    links: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Stat:
    """A file's identity card: a cache key, never evidence of change. Times in nanoseconds, size in bytes."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class CachedFile:
    """What was found in a file when its stat was this. `facts` is None for a file that is not a document."""

    stat: Stat
    hash: Sha
    facts: DocFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDoc:
    """A document as scanned. `spelling` is the path as the file system spells it; `hash` is over the raw bytes."""

    path: DocPath
    spelling: str
    hash: Sha
    size: int
    facts: DocFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAsset:
    """A file that a document refers to: an image or a linked file inside the root."""

    path: DocPath
    spelling: str
    hash: Sha
    size: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is left alone. `kind`: unreadable | undecodable | conflict-markers | name | front-matter | vanished.

    A problem blocks its path: nothing is ever inferred from a file that could not be read.
    """

    kind: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSnapshot:
    """The folder at one time.

    `conflict_copies` are the paths of `*.conflict-v<N>.md` files. `ignored` are documents that ignore rules hide:
    hidden is not deleted. `unseen` are directories that were not looked into: ignored, unreadable or vanishing ones.
    `asked` are files that the scan was to look at though no document refers to them: nothing else is known to be gone.
    `others` are the names of files that are neither documents nor assets.
    `settled` is False when names kept changing meanwhile: a document may have moved past the scan. `cache` is what
    the next scan may trust. `root_id` is None when no marker was there.
    """

    docs: Mapping[DocPath, LocalDoc]
    assets: Mapping[DocPath, LocalAsset] = field(default_factory=dict)
    problems: Mapping[DocPath, Problem] = field(default_factory=dict)
    conflict_copies: frozenset[DocPath] = frozenset()
    ignored: frozenset[DocPath] = frozenset()
    unseen: frozenset[DocPath] = frozenset()
    asked: frozenset[DocPath] = frozenset()
    others: frozenset[DocPath] = frozenset()
    settled: bool = True
    cache: Mapping[str, CachedFile] = field(default_factory=dict)
    root_id: str | None = None

    def blind_to(self, path: DocPath) -> bool:
        """Say whether nothing follows from the absence of a document at this path: it may be there."""
        if path in self.docs:
            return False
        if not self.settled or path in self.problems or path in self.ignored:
            return True
        above = path.parent
        while above is not None:
            if above in self.unseen:
                return True
            above = above.parent
        return False


@dataclass(frozen=True, slots=True)
class Dirty:
    """Where to look again, never what happened there. With `everything`, `paths` says nothing and is empty."""

    paths: frozenset[DocPath] = frozenset()
    everything: bool = False
