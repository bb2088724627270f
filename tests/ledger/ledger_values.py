"""Strategies for what a ledger holds: strings of any kind, lone surrogates and NULs among them."""

from __future__ import annotations

from datetime import UTC

from hypothesis import strategies as st

from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    CachedFile,
    DocFacts,
    DocPath,
    FolderBase,
    Heading,
    Intent,
    IntentKind,
    LedgerMeta,
    OpId,
    PageId,
    RowState,
    Sha,
    SpaceId,
    Stat,
)

hostile = st.one_of(
    st.text(st.characters(), max_size=30),
    st.sampled_from(
        [
            "",
            "\ud800",
            "a\0b",
            "'; DROP TABLE base; --",
            "%s{}",
            "İß",
            "e\u0301",
            "\udcff.md",
            "NULL",
            "0x1",
            "1e5",
        ]
    ),
)
numbers = st.integers(0, 2**63 - 1)
page_ids = st.one_of(hostile, st.integers(0, 2**70).map(str)).map(PageId)
hashes = hostile.map(Sha)


def _is_path(text: str) -> bool:
    try:
        DocPath(text)
    except ValueError:
        return False
    return True


paths = hostile.filter(_is_path).map(DocPath)
texts = st.builds(BaseTexts, st.none() | hostile, st.none() | hostile)
bases = st.builds(
    Base,
    page_id=page_ids,
    path=paths,
    local_hash=hashes,
    version=numbers,
    body_hash=hashes,
    title=hostile,
    own_title=hostile,
    parent_id=st.none() | page_ids,
    labels=st.lists(hostile, max_size=3).map(tuple),
    state=st.sampled_from(RowState),
    held_version=st.none() | numbers,
    held_hash=st.none() | hashes,
    pulled_version=st.none() | numbers,
)
folders = st.builds(FolderBase, folder_id=page_ids, path=paths, title=hostile, parent_id=st.none() | page_ids)
attachments = st.builds(
    AttachmentBase,
    page_id=page_ids,
    name=hostile,
    path=paths,
    hash=hashes,
    attachment_id=hostile,
    version=numbers,
)
intents = st.builds(
    Intent,
    op=hostile.map(OpId),
    kind=st.sampled_from(IntentKind),
    path=paths,
    page_id=st.none() | page_ids,
    base_version=numbers,
    title=hostile,
    own_title=hostile,
    parent_id=st.none() | page_ids,
    source_hash=hashes,
    texts=texts,
    created=st.none() | st.datetimes(timezones=st.just(UTC)),
    moves=st.lists(st.tuples(paths, paths), max_size=3).map(tuple),
    unlinked=st.lists(st.tuples(paths, hashes), max_size=3).map(tuple),
    directories=st.lists(st.tuples(paths, paths), max_size=3).map(tuple),
    labels=st.none() | st.lists(hostile, max_size=3).map(tuple),
)
metas = st.builds(
    LedgerMeta,
    base_url=hostile,
    space_id=hostile.map(SpaceId),
    root_id=hostile,
    converter=hostile,
    learned=st.booleans(),
)
facts = st.builds(
    DocFacts,
    text_hash=hashes,
    front_id=st.none() | page_ids,
    front_title=st.none() | hostile,
    heading=st.none() | hostile,
    labels=st.none() | st.lists(hostile, max_size=3).map(tuple),
    links=st.lists(hostile, max_size=3).map(tuple),
    headings=st.lists(st.builds(Heading, hostile, hostile), max_size=3).map(tuple),
    problem=st.none() | hostile,
)
stats = st.builds(
    Stat,
    inode=st.integers(0, 2**64 - 1),
    size=numbers,
    mtime_ns=st.integers(-(2**62), 2**62),
    ctime_ns=numbers,
)
cached_files = st.builds(CachedFile, stats, hashes, st.none() | facts)
