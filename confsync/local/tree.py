"""The folder as one object: the port's methods over scan, files, root and git. No rule of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from confsync.clock import Clock, SystemClock
from confsync.errors import RootMissing, UnreadableFile
from confsync.local import git
from confsync.local.files import Files
from confsync.local.ignore import IgnoreRules
from confsync.local.listing import Listing, list_root, printable, stays_inside
from confsync.local.reading import Inspect, Reader, hash_steadily, read_steadily
from confsync.local.root import Identity, identify, mark
from confsync.local.scan import Contents, read_contents
from confsync.model import CachedFile, DocPath, LocalDoc, LocalSnapshot, Problem, Sha, sha


class FileTree:
    """A folder of documents; implements the port `LocalTree`.

    `ignore` are the settings' gitignore lines; ConfigError for one that is not valid. `inspect` reads a document's
    bytes and must not raise (`markup.document.inspect`). `clock` gives the age of files, and dates the trash.
    Any write may raise LocalError.
    """

    def __init__(
        self, root: Path, *, ignore: Sequence[str] = (), inspect: Inspect, clock: Clock | None = None
    ) -> None:
        self.root = root.absolute()
        self._ignore = tuple(ignore)
        self._rules = IgnoreRules(self.root, self._ignore)
        self._inspect = inspect
        self._identity: Identity | None = None
        self._spellings: dict[str, str] = {}
        self._clock = clock or SystemClock()
        self._files = Files(self.root, self._spell, self._clock)

    # ---- looking ------------------------------------------------------------------------------------------------

    def scan(self, known: Mapping[str, CachedFile], also: Collection[DocPath] = ()) -> LocalSnapshot:
        """Walk the root; files whose stat is as known are not read. RootMissing when it is gone or was replaced.

        `also` are files that are assets though no document may refer to them.
        """
        before = identify(self.root)
        self._rules = IgnoreRules(self.root, self._ignore)
        reader = Reader(self.root, known, now_ns=int(self._clock.now().timestamp() * 1e9))
        try:
            listing = list_root(self.root, self._rules)
        except OSError as error:
            raise RootMissing(
                f"The folder cannot be read: {error.strerror}.", where=str(self.root)
            ) from error
        contents = read_contents(self.root, listing, self._rules, reader, self._inspect, also=also)
        if identify(self.root) != before:
            raise RootMissing("The folder was replaced while it was being read.", where=str(self.root))
        self._identity = before
        self._spellings = _spellings(listing, contents)
        return replace(_snapshot(listing, contents, reader, before), asked=frozenset(also))

    def read(self, path: DocPath) -> bytes:
        """Return a file's bytes; UnreadableFile when it cannot be read or vanished."""
        read = read_steadily(self.locate(path))
        if isinstance(read, Problem):
            raise UnreadableFile(f"The file cannot be read: {read.detail}.", where=path)
        return read[0]

    def look(self, doc: LocalDoc) -> LocalDoc | None:
        """Return a document as it is now, None when it cannot be read."""
        try:
            data = self.read(doc.path)
        except UnreadableFile:
            return None
        seen = sha(data)
        return doc if seen == doc.hash else replace(doc, hash=seen, size=len(data), facts=self._inspect(data))

    def digest(self, path: DocPath) -> Sha | None:
        """Return the hash of a file of any size; None when there is nothing; UnreadableFile when it cannot be read."""
        looked = hash_steadily(self.root / self._spell(path))
        if not isinstance(looked, Problem):
            return looked[0]
        if looked.kind == "vanished":
            return None
        raise UnreadableFile(f"The file cannot be read: {looked.detail}.", where=path)

    def locate(self, path: DocPath) -> Path:
        """Return where a file lies; UnreadableFile when it is gone or a symbolic link leads out of the root."""
        place = self.root / self._spell(path)
        if not place.exists():
            raise UnreadableFile("The file is gone.", where=path)
        if not stays_inside(self.root, place):
            raise UnreadableFile("The file is outside the folder.", where=path)
        return place

    def _spell(self, path: DocPath) -> str:
        """Return how the disk spells a path: as scanned, else its directory as scanned and its name as it is."""
        known = self._spellings.get(path)
        if known is not None:
            return known
        above = path.parent
        return f"{self._spell(above)}/{path.name}" if above else path

    # ---- changing -----------------------------------------------------------------------------------------------

    def write(self, path: DocPath, data: bytes, *, expect: Sha | None) -> None:
        """Replace or (expect None) create a file atomically and durably; the mode of a replaced file is kept.

        ChangedUnderneath when it is not what is expected, or exists although nothing is expected.
        """
        self._files.write(path, data, expect=expect)

    def adopt_download(self, source: Path, path: DocPath, *, expect: Sha | None) -> None:
        """Move a downloaded file into place, guarded as `write`. `source` must come from `scratch`; it is gone after."""
        self._files.adopt(source, path, expect=expect)

    def scratch(self) -> Path:
        """Return a fresh path in the root's own state folder, on the same file system."""
        return self._files.scratch()

    def clear_scratch(self) -> None:
        """Put away what a killed run left half done. Only for the process that holds the folder's lock."""
        self._files.clear_scratch()

    def move(self, path: DocPath, target: DocPath, *, expect: Sha) -> None:
        """Rename a file; ChangedUnderneath when it differs or the target exists. Emptied directories are removed."""
        self._files.move(path, target, expect=expect)
        self._spellings.pop(path, None)

    def trash(self, path: DocPath, *, expect: Sha) -> DocPath:
        """Move a file, byte for byte, to `.confsync/trash`; return where it lies now."""
        place = self._files.trash(path, expect=expect)
        self._spellings.pop(path, None)
        return place

    # ---- which root ---------------------------------------------------------------------------------------------

    def same_root(self) -> bool:
        """Say whether the root is still the directory that was scanned (marker, device and inode)."""
        try:
            return identify(self.root) == (self._identity or identify(self.root))
        except RootMissing:
            return False

    def mark_root(self) -> str:
        """Return the root's id, writing the marker `.confsync/root-id` when there is none."""
        root_id = mark(self.root)
        if self._identity is not None and self._identity.marker is None:
            self._identity = Identity(self._identity.device, self._identity.inode, root_id)
        return root_id

    def commit(self) -> str | None:
        """Return the git commit of HEAD when the root lies in a work tree; None otherwise or without git."""
        return git.head(self.root)

    def is_ancestor(self, commit: str) -> bool | None:
        """Say whether a commit is an ancestor of HEAD or HEAD itself; None when git cannot tell."""
        return git.is_ancestor(self.root, commit)


def _spellings(listing: Listing, contents: Contents) -> dict[str, str]:
    """Return the spellings that differ from their paths."""
    documents = {str(doc.path): doc.spelling for doc in contents.docs.values()}
    everything = listing.directories | listing.files | documents
    return {path: spelling for path, spelling in everything.items() if path != spelling}


def _others(listing: Listing, contents: Contents) -> Iterator[DocPath]:
    """Yield the files that nothing refers to, as far as their names can be written."""
    for path in listing.files.keys() - contents.assets.keys() - contents.problems.keys():
        if path == printable(path):
            yield DocPath(path)


def _snapshot(listing: Listing, contents: Contents, reader: Reader, root: Identity) -> LocalSnapshot:
    return LocalSnapshot(
        docs=contents.docs,
        assets=contents.assets,
        problems=contents.problems | listing.problems,
        conflict_copies=frozenset(listing.conflict_copies),
        ignored=frozenset(listing.ignored),
        unseen=frozenset(listing.unseen),
        others=frozenset(_others(listing, contents)),
        settled=listing.settled,
        cache=reader.cache,
        root_id=root.marker,
    )
