"""Markdown to the tree: the walk over block tokens. What each construct means is said by the files in `elements/`.

A reader made with `track=False` does not look for places: nothing that only a splice needs is paid for.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from markdown_it.token import Token

from confsync.markup import address as addresses
from confsync.markup.links import Links, Wikilinks
from confsync.markup.markdown.borders import LONG, BorderLine, inside
from confsync.markup.markdown.inline_walk import InlineDictionary, InlineWalk, Lost
from confsync.markup.markdown.siblings import Siblings
from confsync.markup.markdown.source_map import Chain, InlineMap, Lines, of_lines, prefix_of
from confsync.markup.notes import Note, NoteKind
from confsync.markup.slugs import anchors_of, headings_of, loose, titles_in
from confsync.markup.storage.reader import StorageDictionary, StorageReader, Unreadable
from confsync.markup.storage.vocabulary import is_url
from confsync.markup.storage.xml import El
from confsync.markup.syntax.parser import PARSER, Env, parse_blocks, words_of
from confsync.markup.tree import Block, Inline, Kind, Notation, Piece, References

MAX_DEPTH = 110
"""Containers within each other, HTML ones included."""
DEEP = 70
"""Containers from which on something may be nested deeper than storage is read."""


class At(NamedTuple):
    """A block token, the token that closes it (itself when there is none), and what is around it."""

    token: Token
    i: int
    j: int
    chain: Chain = ()
    depth: int = 0


TokenReader = Callable[["MarkdownReader", At], Sequence[Block]]
RawInline = Callable[[InlineWalk, str, int], bool]


@dataclass(frozen=True, slots=True)
class MarkdownDictionary:
    """Who reads what."""

    tokens: Mapping[str, TokenReader] = field(default_factory=dict)
    inline: InlineDictionary = field(default_factory=InlineDictionary)
    raw_inline: RawInline | None = None
    """Reads `` `…`{=confluence} ``; False when that is not storage."""
    storage: StorageDictionary = field(default_factory=StorageDictionary)
    """Reads storage that stands in Markdown."""
    html: Callable[[MarkdownReader, At, Siblings], None] | None = None
    """Reads HTML blocks, which may open and close containers among their siblings."""
    deep: Callable[[list[Block]], list[Block]] = list
    """Makes of blocks that nest deep what they are once they are storage."""


class MarkdownReader:
    """Reads one text (LF line ends)."""

    def __init__(
        self,
        src: str,
        dictionary: MarkdownDictionary,
        *,
        references: References | None = None,
        links: Links | None = None,
        track: bool = True,
        depth: int = 0,
    ) -> None:
        """`depth`: how many containers the text stands in, without a mark of theirs in its lines."""
        self.src = src
        self.depth = depth
        self.dictionary = dictionary
        self.links = links
        self.track = track
        self.given = references or References()
        self.notes: list[Note] = []
        self.parser = PARSER
        self.env: Env = {"references": _beside(self.given.links)}
        if isinstance(links, Wikilinks) and links.wikilinks:
            self.env["wikilinks"] = True
        if self.given.footnotes:
            self.env["footnotes"] = {"refs": _beside(self.given.labels), "list": {}}
        self.tokens: list[Token] = parse_blocks(src, self.env)
        self.lines = Lines(src if track else "")
        self._ends = ends_of(self.tokens)
        self._slugs: References | None = self.given if self.given.anchors else None
        self.border_lines: list[BorderLine] = []
        self.inner_lines: list[BorderLine] = []
        """Those inside of other blocks."""
        self.long = LONG
        self.unbound: int | None = None
        """The first line with a tag that closes something around this text."""
        self.asked = 0
        self.deepest = 0

    # ---- blocks ----

    def top(self) -> list[Block]:
        """Read all top blocks, trailing empty paragraphs and all."""
        blocks = self.blocks(0, len(self.tokens), (), self.depth)
        return self.dictionary.deep(blocks) if self.deepest >= DEEP else blocks

    def document(self) -> list[Block]:
        """Read all of it."""
        blocks = self.top()
        while blocks and blocks[-1].kind is Kind.SPACER:
            blocks.pop()
        return blocks

    def blocks(self, i: int, end: int, chain: Chain, depth: int) -> list[Block]:
        """Read the sibling tokens [i, end)."""
        siblings = Siblings()
        readers, html = self.dictionary.tokens, self.dictionary.html
        while i < end:
            token = self.tokens[i]
            level = depth + len(siblings.open)
            at = At(token, i, self._ends.get(i, i), chain, level)
            self.deepest = max(self.deepest, level)
            border = self._border(token.map[0], siblings) if token.map and depth == self.depth else None
            if token.type == "html_block" and html is not None:
                html(self, at, siblings)
                if siblings.unbound and self.unbound is None and token.map:
                    self.unbound = token.map[0]
            elif (read := readers.get(token.type)) is not None:
                found = read(self, at)
                for block in found:
                    siblings.add(block)
                if border is not None and at.j > i + self.long:
                    self._inside(at, found, border)
            i = at.j + 1
        return siblings.end()

    def _border(self, line: int, siblings: Siblings) -> BorderLine | None:
        """Take down where a block begins that no token is around; None in a container that may leave only its blocks."""
        if not siblings.open:
            self.border_lines.append(BorderLine(line, len(siblings.root), len(self.notes), self.asked))
            return self.border_lines[-1]
        path = siblings.path()
        if path is None:
            return None
        kids = len(siblings.open[-1].kids)
        self.inner_lines.append(BorderLine(line, kids, len(self.notes), self.asked, path, Kind.BOX))
        return self.inner_lines[-1]

    def _inside(self, at: At, found: Sequence[Block], before: BorderLine) -> None:
        """Take down where the children of a long block begin."""
        if len(found) == 1 and (before.notes, before.asked) == (len(self.notes), self.asked):
            block = found[0]
            if block.kind in {Kind.LIST, Kind.TABLE} or at.token.type == "blockquote_open":
                self.inner_lines += inside(self.tokens[at.i : at.j], block, before)

    def end(self, i: int) -> int:
        """Return the index of the token that closes the token `i`."""
        return self._ends.get(i, i)

    def prefix(self, chain: Chain) -> str:
        """Return what a new line inside the containers starts with."""
        return prefix_of(chain)

    def inside(self, at: At, chain: Chain = ()) -> list[Block]:
        """Read what is in a container token."""
        return self.blocks(at.i + 1, at.j, chain, at.depth + 1)

    def place(self, block: Block, at: At) -> Block:
        """Say where a block stands."""
        block.notation = Notation.MARKDOWN
        if self.track and at.token.map is not None:
            first, behind = at.token.map
            block.s = self.lines.begin(first, at.chain)
            block.e = max(self.lines.last_text(first, behind), block.s)
            block.prefix = prefix_of(at.chain)
        return block

    # ---- inline content ----

    def leaf(self, block: Block, inline: Token, chain: Chain) -> Block:
        """Fill a placed block with inline content.

        `inline.meta` says what of it belongs to the container: `skip` characters (a task's box), or the tokens up to
        index `line` (an alert's first line); and what the container adds: a `mark` on all.
        """
        if not self.track:
            block.inline = Inline(self._pieces(inline, InlineWalk(self)), without_places)
            return block
        heading = block.kind is Kind.HEADING
        skip = inline.meta.get("skip", 0)
        if "line" in inline.meta:
            skip = inline.content.find("\n") + 1 or len(inline.content)

        def places() -> InlineMap | None:
            first = inline.map[0] if inline.map else 0
            return of_lines(inline.content, first, self.lines, chain, heading=heading)

        block.inline = self.inline(inline, places)
        found = places() if inline.map is not None else None
        if found is None:
            block.inline.blind = True
            block.ins, block.ine = block.s, block.e
            return block
        block.ins, block.ine = found.start(skip), found.end(len(inline.content))
        if skip:
            block.ins = block.s = min(_first_solid(self.src, block.ins, block.ine), block.ine)
        return block

    def inline(self, token: Token, places: Callable[[], InlineMap | None]) -> Inline:
        """Read inline content; its places are looked for when somebody asks."""
        pieces = self._pieces(token, InlineWalk(self))
        if not self.track:
            return Inline(pieces, without_places)

        def track(inline: Inline) -> list[Piece]:
            found = places()
            if found is not None and not inline.blind:
                try:
                    return self._pieces(token, InlineWalk(self, token.content, found))
                except (Lost, IndexError):
                    inline.blind = True
            inline.blind = True
            return [p._replace(s=0, e=0) for p in pieces]

        return Inline(pieces, track)

    def words(self, leaf: Token) -> list[Token]:
        """Return the tokens of a leaf's inline content."""
        return words_of(leaf, self.env)

    def _pieces(self, token: Token, walk: InlineWalk) -> list[Piece]:
        meta, words = token.meta, self.words(token)
        if not meta:
            token.children = None  # they are parsed again for whoever asks again
            return walk.run(words)
        pieces = skipped(walk.run(words, meta.get("line", -1) + 1), meta.get("skip", 0))
        if "mark" in meta:
            mark, around = meta["mark"], walk.around(meta["mark"], len(token.content))
            return [p._replace(marks=p.marks | {mark}, path=(*around, *p.path)) for p in pieces]
        return pieces

    def raw_inline(self, walk: InlineWalk, xml: str, a: int) -> bool:
        """Read inline raw storage."""
        read = self.dictionary.raw_inline
        return read is not None and read(walk, xml, a)

    def storage_blocks(self, root: El, xml: str, depth: int, *, html: bool) -> list[Block]:
        """Read storage that stands in this document; the links of HTML are those of the document."""
        reader = StorageReader(xml, self.dictionary.storage, self if html else None)
        try:
            return reader.blocks(root.kids, depth)
        except Unreadable:
            return [reader.raw(root.kids)]

    def note(self, kind: NoteKind, detail: str) -> None:
        """Remember something that the caller should tell."""
        self.notes.append(Note(kind, detail))

    def note_text_tag(self, tag: str) -> None:
        """Say that a tag is shown as text."""
        self.note(NoteKind.HTML_AS_TEXT, tag)

    # ---- references ----

    @property
    def references(self) -> References:
        """What fragments of this document need when they are read alone."""
        notes: Mapping[str, Any] = self.env.get("footnotes", {}).get("refs", {})
        return References(
            self.env.get("references", {}),
            tuple(sorted({*self.given.footnotes, *(label[1:] for label in notes)})),
            self.slugs.anchors,
            self.given.dangling,
        )

    @property
    def slugs(self) -> References:
        """The document's headings as anchors; read once, when the first link asks."""
        if self._slugs is None:
            self._slugs = References()  # while the headings themselves are read
            told, asked = len(self.notes), self.asked
            titles = [title for i in range(len(self.tokens)) for title in self.titles(i)]
            del self.notes[told:]  # told, and asked, where the headings themselves are read
            self.asked = asked
            self._slugs = References(anchors=tuple(anchors_of(headings_of(titles))))
        return self._slugs

    def titles(self, i: int) -> list[str]:
        """Return the headings that a token begins or, as HTML or storage, holds."""
        token = self.tokens[i]
        if token.type == "heading_open":
            return [Inline(InlineWalk(self).run(_titled(self.words(self.tokens[i + 1])))).plain]
        return titles_in(token.content) if holds_storage(token) else []

    def address(self, href: str) -> str:
        """Return the canonical address of a link's target as written in Markdown."""
        if href.startswith("#") and len(href) > 1:
            self.asked += 1
            slug = unquote(href[1:])
            anchor = self.slugs.by_slug.get(slug)
            if anchor is None and self.given.dangling:
                anchor = self.given.by_loose.get(loose(slug))
            return addresses.here(slug if anchor is None else anchor)
        if href.startswith(addresses.SCHEME) and addresses.is_address(href):
            return addresses.normalise(href)
        if self.links is not None and (mapped := self.links.address(href)) is not None:
            return addresses.normalise(mapped) if addresses.is_address(mapped) else mapped
        if self.links is not None and (name := self.links.attachment(href)) is not None:
            return addresses.build("attachment", {"filename": name})
        return href

    def source(self, src: str) -> str:
        """Return an image's canonical source: a URL, or the name of an attachment."""
        if is_url(src):
            return src
        mapped = self.links.attachment(src) if self.links is not None else None
        return mapped if mapped is not None else unquote(src)


def holds_storage(token: Token) -> bool:
    """Say whether a token is HTML or storage, in which headings may stand."""
    return token.type == "html_block" or (token.type == "fence" and token.info.startswith("{=confluence"))


def without_places(inline: Inline) -> list[Piece]:
    """Return the pieces of content of which nobody wants the places; they are made of its runs."""
    return [Piece(r.kind, r.value, -1, -1, r.marks, (), r.xml) for r in inline.runs]


def _beside(known: dict[str, Any]) -> MutableMapping[str, Any]:
    """Return a mapping that new entries go into: a document's many are not copied for each piece of it."""
    return ChainMap({}, known) if known else {}


def _titled(words: list[Token]) -> list[Token]:
    """Return a heading's tokens without the attribute list behind it."""
    return words[:-1] if words and words[-1].type == "attributes" else words


def ends_of(tokens: Sequence[Token]) -> dict[int, int]:
    """Return for each opening token the index of the token that closes it; one pass."""
    ends: dict[int, int] = {}
    stack: list[int] = []
    for i, token in enumerate(tokens):
        if token.nesting == 1:
            stack.append(i)
        elif token.nesting == -1 and stack:
            ends[stack.pop()] = i
    return ends


def skipped(pieces: list[Piece], skip: int) -> list[Piece]:
    """Leave out the first characters, which stand in text pieces."""
    while skip and pieces and pieces[0].kind == "t" and isinstance(pieces[0].value, str):
        first = pieces[0]
        if len(first.value) <= skip:
            skip -= len(first.value)
            pieces = pieces[1:]
            continue
        s = first.s + skip if first.s >= 0 else -1
        return [first._replace(value=first.value[skip:], s=s), *pieces[1:]]
    return pieces


def _first_solid(src: str, at: int, end: int) -> int:
    while at < end and src[at] in " \t\n":
        at += 1
    return at
