"""Rows rebuilt from stamps, for a clone without a ledger or with an old one.

A stamp says which file, and which text of it, a version was made from. If the file still has that text, both sides
agree, or did at that version. If not, the file is newer, or older and edited; an older one must not revert the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from confsync.errors import Forbidden, LocalError, NotFound, Rejected
from confsync.model import Base, DocPath, Page, PageId, PageVersion, Sha, Status, title_key
from confsync.planning.stamps import Stamp, parse, place_of, source_digits
from confsync.planning.world import World
from confsync.sync.context import Gone
from confsync.sync.lanes import Lanes
from confsync.sync.marks import is_mark
from confsync.sync.ports import LocalTree, Remote
from confsync.sync.reverting import is_of_older, lacks, loses, reverts
from confsync.sync.sight import shown
from confsync.sync.translate import cold_body

_LOOKED_BACK = 4
"""So many of the latest versions are read where nothing but their texts tells whether a file is older."""
_FURTHER = 8
"""So many of all the others."""
_OLDER = "the file is older than what was pushed from it: "
_FETCH = "pull the newest commit, then run again"
_PULL = "`confsync pull` and `sync` bring the newer text"
UNKNOWN = Sha("")
"""Stands for a text that is not known: it equals nothing, so it never says that nothing changed."""


@dataclass(slots=True)
class Rebuilt:
    """Rows found by stamps. `agreed` are pages whose files are as they were pushed, attachments included.

    `stale` says of a document why it may be older than its page, `unseen` why a page's history is not known.
    """

    rows: dict[PageId, Base] = field(default_factory=dict)
    agreed: set[PageId] = field(default_factory=set)
    stale: dict[DocPath, str] = field(default_factory=dict)
    unseen: dict[PageId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A version of a page that a stamp says was made from a document. `history` is newest first, empty if unread."""

    page: Page
    path: DocPath
    stamp: Stamp
    version: int
    history: Sequence[PageVersion] = ()


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """Reads stamps, and histories where the newest version has none."""

    remote: Remote
    tree: LocalTree
    lanes: Lanes
    begun_anew: bool = False
    """Whether an earlier round ended because a listed page was not there: then such a page ends nothing any more."""
    pulls: bool = False
    """Whether the run can bring newer text into files."""

    def rows(self, world: World) -> Rebuilt:
        """Return rows for pages that no row knows and that a stamp binds to a document."""
        out = Rebuilt()
        places = {place_of(path): path for path in world.docs if path not in world.row_of}
        silent: list[Page] = []
        for page in world.remote.pages.values():
            stamp = parse(page.message) if page.id not in world.rows else None
            path = places.get(stamp.place) if stamp else None
            if stamp is not None and path is not None and not stamp.is_merge:
                self._claim(world, out, _Claim(page, path, stamp, page.version))
            elif page.id not in world.rows:
                silent.append(page)
        for claim in self._by_history(world, out, silent, places):
            self._claim(world, out, claim)
        for claim in self._renamed(world, out, silent, places):
            self._claim(world, out, claim)
        return out

    def _history(self, page: Page, out: Rebuilt) -> Sequence[PageVersion]:
        """List a page's versions; none where Confluence keeps them from us, which `out` is told.

        Gone when the page is not there any more. What this account may not see of one page stops no other.
        """
        try:
            found, said = self.remote.history(page.id), "Confluence names no version of it."
        except NotFound as error:
            if not self.begun_anew and not self._is_there(page):
                raise Gone(error.message, where=page.id) from None
            found, said = (), error.message
        except (Forbidden, Rejected) as error:
            found, said = (), error.message
        if not found:
            out.unseen[page.id] = f"the history of the page cannot be read: {said}"
        return found

    def _is_there(self, page: Page) -> bool:
        found = shown(self.remote, page.id)
        return found is not None and found.status is Status.CURRENT

    def _renamed(
        self, world: World, out: Rebuilt, silent: Sequence[Page], places: Mapping[str, DocPath]
    ) -> list[_Claim]:
        """Find the pages of documents that no page seems to be of: somebody saved them, and a title was changed.

        A document that lies elsewhere by now is known by its text: a stamp says of which one it was made.

        That takes a request for each page that people saved last, so it is done only where there is no ledger at all,
        and a document is about to get a page.
        """
        seen = {row.path for row in out.rows.values()} | {path for _, path in suspected(world, silent)}
        lonely = {place: path for place, path in places.items() if path in world.matches.fresh - seen}
        if not lonely or world.rows:
            return []
        edited = [page for page in silent if page.id not in out.rows and page.version > 1]
        histories = self.lanes.gather(lambda page: self._history(page, out), edited)
        by_source = _by_source(world, lonely.values())
        claims: dict[DocPath, list[_Claim]] = {}
        for page, history in zip(edited, histories, strict=True):
            stamped = ((parse(entry.message), entry.number) for entry in history)
            vouching = (
                (stamp, number) for stamp, number in stamped if stamp is not None and not stamp.is_merge
            )
            for stamp, number in vouching:
                path = lonely.get(stamp.place) if stamp.place in places else by_source.get(stamp.source)
                if path is not None:
                    claims.setdefault(path, []).append(_Claim(page, path, stamp, number, history))
                    break
        return [found[0] for found in claims.values() if len(found) == 1]

    def _by_history(
        self, world: World, out: Rebuilt, pages: Sequence[Page], places: Mapping[str, DocPath]
    ) -> list[_Claim]:
        """Find the last version that we vouched for, where a person saved after us or the newest is a merge."""
        stamps = ((page, parse(page.message)) for page in pages)
        merged = [(page, places[s.place]) for page, s in stamps if s is not None and s.place in places]
        known = {page.id for page, _ in merged}
        suspects = [
            *merged,
            *((p, path) for p, path in suspected(world, pages) if p.id not in known and p.version > 1),
        ]
        histories = self.lanes.gather(lambda page: self._history(page, out), [page for page, _ in suspects])
        claims = []
        for (page, path), history in zip(suspects, histories, strict=True):
            stamped = ((parse(entry.message), entry.number) for entry in history)
            ours = next(
                ((s, n) for s, n in stamped if s is not None and s.is_of(path) and not s.is_merge), None
            )
            if ours:
                claims.append(_Claim(page, path, *ours, history))
        return claims

    def _claim(self, world: World, out: Rebuilt, claim: _Claim) -> None:
        page, doc, own = claim.page, world.docs[claim.path], world.titles.own[claim.path]
        source = world.source_hash(doc)
        if not claim.stamp.has_source(source):
            if self._is_another(world, claim):
                return
            found = self._doubted(claim, source, out)
            if isinstance(found, str):
                out.stale[claim.path] = found
            else:
                claim = found
        agrees = claim.stamp.has_source(source)
        if agrees:
            out.agreed.add(page.id)
        title = self._title(world, claim)
        out.rows[page.id] = Base(
            page_id=page.id,
            path=claim.path,
            local_hash=doc.facts.text_hash if agrees else UNKNOWN,
            version=claim.version,
            body_hash=UNKNOWN,
            title=title,
            own_title=own if agrees or world.title_stands(claim.path, title) else title,
            parent_id=world.tree_parent(page),
            labels=world.labels(doc) if agrees else (),
        )

    def _is_another(self, world: World, claim: _Claim) -> bool:
        """Say whether the file is one that was made here, at a path where somebody else made one, too.

        A ledger knows what it pushed. What it does not know and no commit vouches for somebody else pushed; of what they
        wrote nothing may be lost.
        """
        proven = claim.stamp.commit is not None and self.tree.commit() is not None
        if proven or not world.remembered.learned or claim.page.id in world.remembered.departed:
            return False
        page = shown(self.remote, claim.page.id, claim.version)
        text = self._text(claim.path)
        return page is not None and text is not None and loses(page.body or "", cold_body(text))

    def _text(self, path: DocPath) -> str | None:
        try:
            return self.tree.read(path).decode("utf-8")
        except (LocalError, UnicodeDecodeError):
            return None  # the last look sees it, too

    def _title(self, world: World, claim: _Claim) -> str:
        """Return the title that the page had when file and page agreed: only what differs from it was renamed."""
        page = claim.page
        if claim.version == page.version or world.title_stands(claim.path, page.title):
            return page.title
        then = shown(self.remote, page.id, claim.version)
        return page.title if then is None else then.title

    def _doubted(self, claim: _Claim, source: Sha, out: Rebuilt) -> _Claim | str:
        """Return the claim that holds, or say why the file may be older than the page: an older clone never reverts one."""
        stamp = claim.stamp
        if stamp.commit and self.tree.is_ancestor(stamp.commit):
            return claim
        history = claim.history or self._history(claim.page, out)
        if not history:
            return (
                f"it cannot be told whether the file is older than its page, as {out.unseen[claim.page.id]}"
            )
        earlier = _earlier(claim, source, history)
        if earlier is not None:
            in_git = self.tree.commit() is not None
            return earlier if self.pulls and not in_git else _OLDER + (_FETCH if in_git else _PULL)
        if stamp.commit and self.tree.commit() is not None:
            return (
                f"the page was pushed from commit {stamp.commit}, which is not known to be before HEAD"
                " (a shallow clone, another branch): fetch the history, then run again"
            )
        numbers = sorted((entry.number for entry in history if entry.number <= claim.version), reverse=True)
        if self._reverts(claim, _looked_at(numbers)):
            return (
                "the file lacks what was pushed from it last, and no ledger or commit says that somebody took it out:"
                " put that back into the file (the page has it), or make the change on the page"
            )
        return claim

    def _reverts(self, claim: _Claim, versions: Sequence[int]) -> bool:
        """Say whether the file, sent as it is, would undo what a version of the page brought. They are given newest first."""
        text = self._text(claim.path)
        if len(versions) < 2 or text is None:
            return False
        mine = cold_body(text)
        newest = shown(self.remote, claim.page.id, versions[0])
        if newest is not None and not lacks(mine, newest.body or ""):
            return False
        read = self.lanes.gather(lambda n: shown(self.remote, claim.page.id, n), versions[1:])
        bodies = [page.body or "" for page in (newest, *read) if page is not None]
        if len(bodies) < len(versions):
            return True  # what cannot be read may be what the file was made from
        texts = [bodies[0], *(body for body in bodies[1:] if body and not is_mark(body))]
        return reverts(texts[:_LOOKED_BACK], mine) or is_of_older(texts, mine)


def _earlier(claim: _Claim, source: Sha, history: Iterable[PageVersion]) -> _Claim | None:
    """Return the claim of the last version that was made from the document as it is now."""
    for entry in history:
        stamp = parse(entry.message)
        if stamp is not None and stamp.is_of(claim.path) and stamp.has_source(source):
            return replace(claim, stamp=stamp, version=entry.number)
    return None


def _looked_at(versions: Sequence[int]) -> list[int]:
    """Choose what to read of a history, newest first: the latest versions, and as many more, evenly spread, to the first."""
    further = versions[_LOOKED_BACK:]
    spread = further[:: -(-len(further) // _FURTHER)] if further else ()
    return sorted({*versions[:_LOOKED_BACK], *spread, *versions[-1:]}, reverse=True)


def _by_source(world: World, paths: Iterable[DocPath]) -> dict[str, DocPath]:
    """Return documents by the digits of their hashes that stamps hold; those that share a text are left out."""
    found: dict[str, list[DocPath]] = {}
    for path in paths:
        found.setdefault(source_digits(world.source_hash(world.docs[path])), []).append(path)
    return {digits: alike[0] for digits, alike in found.items() if len(alike) == 1}


def suspected(world: World, pages: Iterable[Page]) -> list[tuple[Page, DocPath]]:
    """Return the pages that a new document could be: its front matter says so, or it asks for the page's title."""
    named = world.matches.named
    asking = {
        title_key(world.titles.assigned[p]): p for p in world.matches.fresh if p in world.titles.assigned
    }
    found = ((page, named.get(page.id) or asking.get(title_key(page.title))) for page in pages)
    return [(page, path) for page, path in found if path is not None]
