"""A Markdown file as a whole: byte order mark, front matter, title, body; and the facts that planning needs of it.

Here: what the title is and where it is, and edits of title, labels, id and body that keep every other byte.
Not here: what a body means (`markdown_in`), where links lead (`links`), files (`local`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from confsync.markup.file.foreign_comments import ForeignNotes, foreign_notes
from confsync.markup.file.front_matter import FrontMatter, split
from confsync.markup.file.outline import EXPLICIT_ID, Outline, cut_title
from confsync.markup.links import embedded_files
from confsync.model import DocFacts, PageId, Sha, sha

_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_ATX = re.compile(r"( {0,3}#[ \t]*)(.*?)([ \t]*(?:[ \t]#+)?[ \t]*)")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LIKELY_MARKUP = re.compile(r"([\\`*_\[\]<>&]|~(?=~)|:(?=[a-z-]+:)|!(?=\[)|(?<=\s)#(?=#*\s*$))")


# ---- facts ------------------------------------------------------------------------------------------------------


def inspect(data: bytes, *, wikilinks: bool = False) -> DocFacts:
    """Read a file once for what planning needs. Total: what is wrong with it stands in `problem`, with its kind.

    `wikilinks`: files that are embedded as `![[file]]` are among the links, from here and from the root.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as err:
        return DocFacts(text_hash=sha(data), problem=_undecodable(data, err))
    plain = _plain(text)
    front, rest = split(plain)
    notes, outline = foreign_notes(rest), Outline.of(rest)
    title = front.title or notes.title
    embedded = embedded_files(rest) if wikilinks else ()
    return DocFacts(
        text_hash=_hash(plain),
        front_id=front.page_id or notes.page_id,
        front_title=cut_title(title) if title else None,
        heading=outline.title,
        labels=_labels(front, notes),
        links=tuple(dict.fromkeys((*outline.links(), *notes.attachments, *embedded))),
        headings=outline.headings,
        problem=_problem(front, notes, outline.conflict_line(rest, front.source.count("\n"))),
    )


def _undecodable(data: bytes, err: UnicodeDecodeError) -> str:
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    what = "it is UTF-16" if utf16 else f"byte {err.start + 1} is not UTF-8"
    return f"undecodable: {what}; save it as UTF-8"


def _problem(front: FrontMatter, notes: ForeignNotes, conflict_line: int) -> str | None:
    """Say why a file is not to be sent; None when it may be. `conflict_line`: that of a merge's first marker, or 0."""
    if conflict_line:
        return f"conflict-markers: line {conflict_line}: resolve the merge in it first"
    if front.problem:
        return f"front-matter: {front.problem}"
    if not notes.published:
        return (
            "front-matter: a comment says that this file is not to be published; ignore it, or take that out"
        )
    return None


def _labels(front: FrontMatter, notes: ForeignNotes) -> tuple[str, ...] | None:
    said = front.said_labels(foreign=bool(notes))
    return notes.labels if said is None else said


def text_hash(text: str) -> Sha:
    """Return the hash that `inspect` gives a text: over LF line ends, without byte order mark."""
    return _hash(_plain(text))


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _hash(plain: str) -> Sha:
    return sha(plain)


# ---- the document -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file taken apart; `text` puts it together again, byte for byte.

    `body` is what is converted. When the first H1 is the title, its lines are not in the body; the comment line `mark`
    holds their place there, so that they survive every edit of the page where they stood. `title` is None when neither
    the front matter nor a heading gives one: the file's name does then.
    """

    bom: str
    front: FrontMatter
    lead: str
    body: str
    title: str | None = None
    mark: str = ""
    heading: str = ""
    setext: bool = False

    @classmethod
    def parse(cls, text: str) -> Document:
        """Take a file's text apart. Total: front matter that is broken is kept, and says so in `front.problem`."""
        bom = text[: text.startswith("\ufeff")]
        front, rest = split(text[len(bom) :])
        lead = _BLANK_LINES.match(rest)[0] if front.source else ""  # type: ignore[index]  # matches the empty text
        body = rest[len(lead) :]
        title = front.title or foreign_notes(body).title
        if title is not None:
            return cls(bom=bom, front=front, lead=lead, body=body, title=cut_title(title))
        outline = Outline.of_title(body.replace("\r\n", "\n").replace("\r", "\n"))
        start, stop = _char_span(body, outline.title_lines)
        heading = body[start:stop]
        if outline.title is None or _heading_longer(outline):
            return cls(bom=bom, front=front, lead=lead, body=body, title=outline.title)
        mark = _free_mark(body)
        return cls(
            bom=bom,
            front=front,
            lead=lead,
            body=body[:start] + mark + body[stop:],
            title=outline.title,
            mark=mark,
            heading=heading,
            setext=not outline.title_markup.startswith("#"),
        )

    @property
    def title_from_heading(self) -> bool:
        """Whether the first H1 is the title (and so no part of the body)."""
        return bool(self.mark)

    @property
    def newline(self) -> str:
        """What ends the lines of this file."""
        source = self.front.source + self.lead + self.body
        return "\r\n" if source.count("\r\n") * 2 > source.count("\n") else "\n"

    @property
    def text(self) -> str:
        """The file's text."""
        body = self.body
        if self.mark:
            found = re.search(rf"^[ \t]*{re.escape(self.mark)}[ \t]*(?=\r?\n|\Z)", body, re.MULTILINE)
            if found:
                body = body[: found.start()] + self.heading + body[found.end() :]
            else:
                gap = self.newline * 2 if body.strip("\r\n") else self.newline
                body = self.heading + gap + body.lstrip("\r\n")
        return self.bom + self.front.source + self.lead + body

    def with_body(self, body: str) -> str:
        """Return the file's text with another body; a title heading stands where the mark is, else at the top.

        A body with LF line ends takes the file's own.
        """
        if self.newline == "\r\n" and "\r" not in body:
            body = body.replace("\n", "\r\n")
        return replace(self, body=body).text

    def with_title(self, title: str) -> str:
        """Return the file's text with another title: in `title:`, else in the title heading, else in a new `title:`."""
        title = " ".join(title.split())
        if title == self.title:
            return self.text
        if not self.mark:
            return self._titled_note(title) or self._with_front(self.front.with_title(title))
        heading = _setext(self.heading, title) if self.setext else _atx(self.heading, title)
        return replace(self, heading=heading).text

    def _titled_note(self, title: str) -> str | None:
        """Return the file's text with another title in the comment that gives it; None when no comment does."""
        span = foreign_notes(self.body).title_span if self.front.title is None else None
        if span is None or "--" in title or ">" in title:
            return None
        return replace(self, body=self.body[: span[0]] + title + self.body[span[1] :]).text

    def with_labels(self, labels: tuple[str, ...]) -> str:
        """Return the file's text with these labels in its front matter; those of other publishers' notes count."""
        said = _labels(self.front, foreign_notes(self.body))
        return self._with_front(replace(self.front, labels=said).with_labels(labels))

    def with_id(self, page_id: PageId | None) -> str:
        """Return the file's text with this page id in its front matter, or with none."""
        if page_id is not None and foreign_notes(self.body).page_id == page_id and not self.front.page_id:
            return self.text
        return self._with_front(self.front.with_id(page_id))

    def _with_front(self, front: FrontMatter) -> str:
        if front.source == self.front.source:
            return self.text
        nl, lead, source = self.newline, self.lead, front.source
        if source and not self.front.source:
            source, lead = source.replace("\n", nl), nl
        elif not source:
            lead = ""
        elif not source.endswith("\n"):
            source += nl
        return replace(self, front=replace(front, source=source), lead=lead).text


def new_document(title: str, body: str, page_id: PageId | None = None, labels: Sequence[str] = ()) -> str:
    """Return the text of a new file for a page: front matter with title, labels and id, and the body."""
    front = FrontMatter().with_title(" ".join(title.split()))
    front = front.with_labels(tuple(labels)).with_id(page_id)
    return front.source + "\n" + body


def _heading_longer(outline: Outline) -> bool:
    """Whether the title is only the beginning of its heading, which must then stay in the body."""
    first = next(h.text for h in outline.headings if cut_title(h.text) == outline.title)
    return first != outline.title


def _free_mark(body: str) -> str:
    """Return a comment that the text does not hold."""
    number, mark = 1, "<!-- confsync:title -->"
    while mark in body:
        number += 1
        mark = f"<!-- confsync:title-{number} -->"
    return mark


def _char_span(body: str, lines: tuple[int, int]) -> tuple[int, int]:
    """Return where lines [a, b) stand in a text with any line ends, without the last line's end."""
    at = [0] + [m.end() for m in re.finditer(r"\r\n|\r|\n", body)] + [len(body)]
    start, stop = at[min(lines[0], len(at) - 1)], at[min(lines[1], len(at) - 1)]
    return start, start + len(body[start:stop].rstrip("\r\n"))


def _atx(heading: str, title: str) -> str:
    m = _ATX.fullmatch(heading)
    if m is None:
        return f"# {_escaped(title, '# ')}"
    lead = m[1] if m[1].endswith((" ", "\t")) else m[1] + " "
    return lead + _escaped(title, "# ") + _explicit(m[2]) + m[3]


def _setext(heading: str, title: str) -> str:
    lines = re.split(r"(\r\n|\r|\n)", heading)
    return _escaped(title, "") + _explicit(lines[-3]) + lines[-2] + lines[-1]


def _explicit(text: str) -> str:
    m = EXPLICIT_ID.search(text)
    return m[0].rstrip() if m else ""


def _escaped(title: str, lead: str) -> str:
    """Spell a title as a heading's text: as it is where it reads back, else with the likely escapes, else with all."""
    spellings = (title, _LIKELY_MARKUP.sub(r"\\\1", title), _PUNCTUATION.sub(r"\\\1", title))
    for text in spellings:
        outline = Outline.of(f"{lead}{text}\n" if lead else f"{text}\n===\n")
        if outline.title == cut_title(title) and len(outline.tokens) == 3:
            return text
    return spellings[-1]
