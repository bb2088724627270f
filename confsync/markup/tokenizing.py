"""White space and words: pieces to runs in normal form, and to tokens with their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from confsync.markup.inline import NO_MARKS, SOFT, Marks, Path, Piece, Run, Tok, has_hints, meant

WORD_OR_CHAR = re.compile(r"[ \t\r\n]+|[^\W_]+|.", re.DOTALL)
FOLD = re.compile(r"[ \t\r\n]+")
UNFOLDED = re.compile(r"[\t\r\n]|  ")
BLANKS = " \u00a0\u200b\ufeff"
"""Characters that soft marks do not decide about: the blank, and what Markdown parsers may take for one."""


def make_toks(pieces: Sequence[Piece]) -> list[Tok]:
    """Cut pieces into tokens, fold white space, and pull soft marks off it (lens rules 3.1 to 3.4)."""
    cutter = _Cutter()
    for piece in without_hints(pieces):
        if piece.kind != "t" or not isinstance(piece.value, str):
            cutter.atom(piece)
            continue
        exact = piece.e - piece.s == len(piece.value)
        for m in WORD_OR_CHAR.finditer(piece.value):
            seg = (piece.s + m.start(), piece.s + m.end()) if exact else (piece.s, piece.e)
            cutter.cut(m[0], seg, piece)
    cutter.close()
    return tidy(cutter.toks)


class _Cutter:
    """Collects cuts into tokens; a word that elements or entities cut is put together in linear time."""

    def __init__(self) -> None:
        self.toks: list[Tok] = []
        self._word: list[str] = []

    def close(self) -> None:
        """End the word at hand."""
        if len(self._word) > 1:
            self.toks[-1].value = "".join(self._word)
        self._word = []

    def atom(self, piece: Piece) -> None:
        """Add an atom."""
        self.close()
        tok = Tok(piece.kind, piece.value, piece.marks, [(piece.s, piece.e)], piece.path)
        tok.xml = piece.xml
        self.toks.append(tok)

    def cut(self, text: str, seg: tuple[int, int], piece: Piece) -> None:
        """Add one cut; it continues the last token when that is a word of the same marks, or white space, too."""
        space = text[0] in " \t\r\n"
        word = not space and text[0].isalnum()
        last = self.toks[-1] if self.toks else None
        if last is not None and space and last.kind == "s":
            last.marks &= piece.marks
        elif last is not None and word and self._word and last.marks == piece.marks:
            self._word.append(text)
        else:
            self.close()
            self.toks.append(
                Tok("s" if space else "w", " " if space else text, piece.marks, [seg], piece.path)
            )
            self._word = [text] if word else []
            return
        _extend(last, seg, piece.path)


def _extend(tok: Tok, seg: tuple[int, int], path: Path) -> None:
    if tok.segs[-1][1] == seg[0] and tok.path_end == path:
        tok.segs[-1] = (tok.segs[-1][0], seg[1])
    elif tok.segs[-1] != seg:
        tok.segs.append(seg)
    tok.path_end = path


def is_blank(tok: Tok) -> bool:
    """Say whether soft marks on this token follow its neighbours."""
    return tok.kind in {"s", "br"} or (isinstance(tok.value, str) and tok.kind == "w" and tok.value in BLANKS)


def tidy(toks: list[Tok]) -> list[Tok]:
    """Take white space off the edges and from beside breaks; soft marks stay on blanks iff both neighbours have them."""
    out = _trimmed(toks)
    _settle_soft_marks(out)
    return out


def _trimmed(toks: list[Tok]) -> list[Tok]:
    out: list[Tok] = []
    for t in toks:
        if t.kind == "s" and (not out or out[-1].kind in ("s", "br")):
            if out and out[-1].kind == "s":
                out[-1].marks &= t.marks
            continue
        if t.kind == "br" and out and out[-1].kind == "s":
            out.pop()
        out.append(t)
    while out and out[-1].kind == "s":
        out.pop()
    return out


def _settle_soft_marks(toks: list[Tok]) -> None:
    left: Tok | None = None
    waiting: list[Tok] = []
    for t in toks:
        if is_blank(t):
            waiting.append(t)
            continue
        if waiting:
            keep = left.marks & t.marks & SOFT if left is not None else NO_MARKS
            for blank in waiting:
                blank.marks = (blank.marks - SOFT) | keep
            waiting.clear()
        left = t
    for blank in waiting:
        blank.marks -= SOFT


def make_runs(pieces: Sequence[Piece]) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Bring inline content into normal form without cutting it into words; linear in pieces, not in characters.

    The second result means the same and is what to write: blanks have no mark there that they did not have, so that
    `*a* *b*` stays two.

    Nearly all content is in normal form once neighbours are joined; only where blanks stand at the edge of a mark are
    they looked at one by one.
    """
    words = _words_alone(pieces)
    if words is not None:
        return words, words
    solid = without_hints(pieces)
    runs, written = _normal_runs(solid)
    return runs, written if solid is pieces else _normal_runs(pieces)[1]


def _words_alone(pieces: Sequence[Piece]) -> tuple[Run, ...] | None:
    """Join text without marks, as most leaves are; None for anything else."""
    texts: list[str] = []
    for kind, value, _s, _e, marks, _path, _xml in pieces:
        if marks or kind != "t":
            return None
        texts.append(value)  # type: ignore[arg-type]  # the value of text is a str
    run = _text_run(texts, NO_MARKS)
    text = str(run.value).strip(" ")
    return () if not text else (run,) if text == run.value else (Run("t", text),)


def without_hints(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return pieces without the marks that mean nothing; the same pieces when they have none."""
    if not any(p.marks and has_hints(p.marks) for p in pieces):
        return pieces
    return [p._replace(marks=meant(p.marks)) if has_hints(p.marks) else p for p in pieces]


def _normal_runs(pieces: Sequence[Piece]) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    joined = _join_pieces(pieces)
    if _is_settled(joined):
        runs = tuple(joined)
        return runs, runs
    units: list[Tok] = []
    for run in joined:
        if run.kind == "t":
            _split_edges(units, str(run.value), run.marks)
        else:
            units.append(_unit(run))
    units = _trimmed(units)
    own = [u.marks for u in units]
    _settle_soft_marks(units)
    runs = _join(units)
    if all(u.marks <= marks for u, marks in zip(units, own, strict=True)):
        return runs, runs
    for unit, marks in zip(units, own, strict=True):
        if not unit.marks <= marks:
            unit.marks &= marks
    return runs, _join(units)


def _join_pieces(pieces: Sequence[Piece]) -> list[Run]:
    """Join neighbouring text of equal marks and fold its white space."""
    out: list[Run] = []
    texts: list[str] = []
    marks = NO_MARKS
    for kind, value, _s, _e, own, _path, xml in pieces:
        text = kind == "t"
        if texts and (not text or own != marks):
            out.append(_text_run(texts, marks))
            texts = []
        if text:
            marks = own
            texts.append(value)  # type: ignore[arg-type]  # the value of text is a str
        else:
            out.append(Run(kind, value, own, xml))
    if texts:
        out.append(_text_run(texts, marks))
    return out


def _text_run(texts: list[str], marks: Marks) -> Run:
    text = texts[0] if len(texts) == 1 else "".join(texts)
    return Run("t", FOLD.sub(" ", text) if UNFOLDED.search(text) else text, marks)


def _is_settled(runs: list[Run]) -> bool:
    """Say whether there is no break, and no blank where a mark or the leaf begins or ends."""
    last = len(runs) - 1
    at_start = True
    for i, run in enumerate(runs):
        text = run.value
        if run.kind != "t" or not isinstance(text, str):
            if run.kind == "br":
                return False
            at_start = False
            continue
        first, end = text[:1] in BLANKS, text[-1:] in BLANKS
        if first or end:
            if (first and at_start) or (end and i == last) or run.marks & SOFT or not text.strip(BLANKS):
                return False
            follower = runs[i + 1] if end else run
            if end and follower.kind == "t" and follower.value[:1] == " ":
                return False
        at_start = False
    return True


def _unit(run: Run) -> Tok:
    tok = Tok(run.kind, run.value, run.marks, [])
    tok.xml = run.xml
    return tok


def _split_edges(units: list[Tok], text: str, marks: Marks) -> None:
    """Add the blanks at the edges one by one, and what is between them as one unit."""
    if UNFOLDED.search(text):
        text = FOLD.sub(" ", text)
    lead = len(text) - len(text.lstrip(BLANKS))
    tail = max(len(text.rstrip(BLANKS)), lead)
    units.extend(Tok("s" if c == " " else "w", c, marks, []) for c in text[:lead])
    if tail > lead:
        units.append(Tok("w", text[lead:tail], marks, []))
    units.extend(Tok("s" if c == " " else "w", c, marks, []) for c in text[tail:])


def _join(units: list[Tok]) -> tuple[Run, ...]:
    out: list[Run] = []
    texts: list[str] = []
    marks = NO_MARKS
    for u in units:
        text = isinstance(u.value, str) and u.kind in ("w", "s")
        if texts and (not text or u.marks != marks):
            out.append(Run("t", "".join(texts), marks))
            texts.clear()
        if text:
            marks = u.marks
            texts.append(str(u.value))
        else:
            out.append(Run(u.kind, u.value, u.marks, u.xml))
    if texts:
        out.append(Run("t", "".join(texts), marks))
    return tuple(out)


class Inline:
    """The inline content of a leaf: runs at once, tokens with offsets only when somebody asks.

    `written`: runs of the same normal form, to write them.
    `blind`: the offsets could not be followed; text and marks are right, but the leaf cannot be spliced by words
    (its tokens all stand at [0, 0)).
    """

    __slots__ = ("_pieces", "_toks", "blind", "runs", "written")

    def __init__(
        self, pieces: Sequence[Piece], track: Callable[[Inline], Sequence[Piece]] | None = None
    ) -> None:
        """`track` makes the pieces with offsets; None when `pieces` already have them."""
        self.runs, self.written = make_runs(pieces)
        self.blind = False
        self._pieces = pieces if track is None else track
        self._toks: list[Tok] | None = None

    @property
    def toks(self) -> list[Tok]:
        """The tokens, cut on the first call and kept."""
        if self._toks is None:
            self._toks = make_toks(self._pieces(self) if callable(self._pieces) else self._pieces)
            self._pieces = ()
        return self._toks

    @property
    def plain(self) -> str:
        """The text alone, atoms left out."""
        return "".join(r.value for r in self.runs if r.kind == "t" and isinstance(r.value, str))
