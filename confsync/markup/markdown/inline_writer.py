"""Inline content to Markdown: marks to delimiters or tags, text escaped, atoms by their files in `elements/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from confsync.markup import address as addresses
from confsync.markup.emoji_names import is_tight
from confsync.markup.inline import HINT, Worn, is_worn, nested, unworn
from confsync.markup.links import Links
from confsync.markup.markdown.escaping import DELIMITERS, Level, code_span, destination, escape_text, title
from confsync.markup.markdown.flanking import Delimiter, Span, failing_spans
from confsync.markup.markdown.style import DEFAULT, Style
from confsync.markup.storage.writer import TEXT, Reach
from confsync.markup.storage.xml import attributes
from confsync.markup.syntax.autolink import is_bare, is_bare_mail
from confsync.markup.tree import CODE, EM, NO_MARKS, STRONG, Atomic, Mark, Marks, References, Run

CODE_TAG = Mark("tag", CODE.kind)
AUTOLINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\\]*")
MAIL = re.compile(r"mailto:([A-Za-z0-9._+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*)")
AtomWriter = Callable[[Atomic, "InlineContext"], str]


@dataclass(frozen=True, slots=True)
class InlineContext:
    """Where inline content is written."""

    level: Level = Level.LIGHT
    cell: bool = False
    """Inside a pipe table: no line ends, bars escaped."""
    heading: bool = False
    line_start: bool = True
    """What is first could begin a block."""
    tight: bool = False
    """An emoji's name would be text: it stands close to other text, or in a link."""
    whole: bool = False
    """All of a leaf is written, not words of it: a delimiter that stands alone there can be nothing but text."""
    style: Style = DEFAULT
    links: Links | None = None
    references: References = field(default_factory=References)

    @property
    def one_line(self) -> bool:
        """Whether a line end would end the leaf."""
        return self.cell or self.heading

    def between(self, runs: Sequence[Atomic], i: int) -> InlineContext:
        """Return the context of one atom among others."""
        if runs[i].kind != "emo":
            return self
        marks = runs[i].marks
        tight = is_tight(_text_at(runs, i - 1, marks), _text_at(runs, i + 1, marks))
        tight = tight or any(m.kind == "link" for m in marks)
        return replace(self, tight=True) if tight else self

    def href(self, address: str) -> str:
        """Return what a link to a canonical address is written as."""
        if address.startswith("#"):
            return self._here(address)
        if self.links is not None and addresses.is_address(address):
            mapped = self.links.href(address) or self._file(address)
            if mapped is not None:
                return mapped
        return addresses.readable(address) if addresses.is_address(address) else address

    def _here(self, address: str) -> str:
        anchor = addresses.split(address)[2] or ""
        slug = self.references.by_anchor.get(anchor)
        if slug is not None:
            return "#" + slug
        taken = anchor in self.references.by_slug
        return ("confluence:" if taken else "") + addresses.readable(address)

    def _file(self, address: str) -> str | None:
        kind, attrs, anchor = addresses.split(address)
        if self.links is None or kind != "attachment" or list(attrs) != ["filename"] or anchor is not None:
            return None
        return self.links.file(attrs["filename"])


class InlineWriter:
    """Writes one leaf's runs or tokens."""

    def __init__(self, atoms: Mapping[str, AtomWriter], context: InlineContext) -> None:
        self.atoms = atoms
        self.context = context
        self.out: list[str] = []
        self.stack: list[Mark] = []
        self.base = NO_MARKS
        self.auto: Mark | None = None
        self.bare = False
        self.lone: frozenset[str] = frozenset()
        self.delimiters: list[Delimiter] = []
        self.opened: dict[Mark, int] = {}
        """Of the marks on the stack: the run that each began with."""
        self.inner = False
        """Emphasis is open that holds all of what strong emphasis around it holds: `**_a_**`."""
        self.tagged: frozenset[Span] = frozenset()
        """What delimiters cannot hold together."""

    def write(self, runs: Sequence[Atomic], base: Marks = NO_MARKS) -> str:
        """Return the Markdown of inline content; marks in `base` are open already, outside of it.

        A delimiter that would not be read as one where it stands gives way to a tag.
        """
        if any(r.kind not in TEXT and _is_plain_code(r.marks) for r in runs) and CODE not in base:
            runs = _with_code_tags(runs)
        if any(_is_worn(r.marks) for r in runs) or _is_worn(base):
            runs, base = [Run(r.kind, r.value, unworn(r.marks, base), r.xml) for r in runs], NO_MARKS
        self.base = base
        self.lone = _lone(runs, self.context.style) if self.context.whole else frozenset()
        text = self._write(runs, base)
        failing = failing_spans(self.out, self.delimiters) if self.delimiters else frozenset[Span]()
        if not failing:
            return text
        self.tagged, self.out, self.delimiters = failing, [], []
        return self._write(runs, base)

    def _write(self, runs: Sequence[Atomic], base: Marks) -> str:
        reach = Reach(runs)
        i = 0
        while i < len(runs):
            run = runs[i]
            text = run.kind in {"t", "w", "s"}
            code = text and CODE in run.marks
            self._marks(run.marks - base - {CODE}, runs, i, reach)
            if text:
                stop = i + 1
                while (
                    stop < len(runs) and runs[stop].kind in {"t", "w", "s"} and runs[stop].marks == run.marks
                ):
                    stop += 1
                self._text(
                    "".join(str(r.value) for r in runs[i:stop]), run.marks, code=code and CODE not in base
                )
                i = stop
            else:
                self._atom(runs, i)
                i += 1
        while self.stack:
            self._shut(self.stack.pop())
        return "".join(self.out)

    def _marks(self, want: Marks, runs: Sequence[Atomic], i: int, reach: Reach) -> None:
        while any(m not in want for m in self.stack):
            self._shut(self.stack.pop())
        missing = [m for m in want if m not in self.stack]
        for mark in reach.order(missing, i) if len(missing) > 1 else missing:
            self.opened[mark] = i
            opening = self._open(mark, runs, i, reach)
            if opening.startswith("["):
                self._no_image()
            self._note(mark, opening, opens=True)
            self.out.append(opening)
            self.stack.append(mark)

    def _shut(self, mark: Mark) -> None:
        closing = self._close(mark)
        self._note(mark, closing, opens=False)
        self.out.append(closing)
        self.inner = self.inner and mark != EM

    def _note(self, mark: Mark, text: str, *, opens: bool) -> None:
        """Remember where a delimiter is written, to look at once it is known what stands around it."""
        if text.startswith(("*", "_", "~")):
            self.delimiters.append(Delimiter(len(self.out), (mark, self.opened[mark]), opens))

    def _no_image(self) -> None:
        """Escape a `!` before a link, which would make an image of it."""
        if self.out and self.out[-1].endswith("!"):
            self.out[-1] = self.out[-1][:-1] + "\\!"

    def _open(self, mark: Mark, runs: Sequence[Atomic], i: int, reach: Reach) -> str:
        if mark.kind == "link":
            if self._is_autolink(mark, runs, i, reach):
                self.auto = mark
                behind = reach.until[i].get(mark, i) + 1
                self.bare = not isinstance(mark, Worn) and self._stands_bare(mark.value, runs, behind)
                return "" if self.bare else "<"
            return "["
        if mark.kind in {"tag", HINT}:
            return f"<{mark.value}{attributes(addresses.in_html(mark.value, mark.attrs))}>"
        if mark == EM and self.stack and self.stack[-1] == STRONG and self.opened[STRONG] == i:
            self.inner = reach.until[i].get(EM) == reach.until[i].get(STRONG)
        return f"<{mark.kind}>" if self._is_tag(mark) else self._delimiter(mark)

    def _is_tag(self, mark: Mark) -> bool:
        return self.context.level >= Level.TAGS or (mark, self.opened[mark]) in self.tagged

    def _close(self, mark: Mark) -> str:
        if mark.kind == "link":
            if self.auto == mark:
                self.auto = None
                return "" if self.bare else ">"
            return (
                f"]({destination(self.context.href(mark.value))}{title(dict(mark.attrs).get('title', ''))})"
            )
        if mark.kind in {"tag", HINT}:
            return f"</{mark.value}>"
        return f"</{mark.kind}>" if self._is_tag(mark) else self._delimiter(mark)

    def _delimiter(self, mark: Mark) -> str:
        match mark.kind:
            case "strong":
                return self.context.style.strong
            case "em":
                plain = self.context.level is Level.LIGHT and not self.inner
                return self.context.style.emphasis if plain else "_"
            case _:
                return "~~"

    def _is_autolink(self, mark: Mark, runs: Sequence[Atomic], i: int, reach: Reach) -> bool:
        """Whether the link's text is its address, with no mark that begins inside of the link."""
        if mark.attrs or addresses.is_address(mark.value) or not AUTOLINK.fullmatch(mark.value):
            return False
        inside = runs[i : reach.until[i].get(mark, i) + 1]
        if runs[i].marks - self.base - {mark, *self.stack}:
            return False
        if any(
            r.kind not in {"t", "w", "s"} or r.marks != inside[0].marks or CODE in r.marks for r in inside
        ):
            return False
        mail = MAIL.fullmatch(mark.value)
        return "".join(str(r.value) for r in inside) in {mark.value, mail[1] if mail else mark.value}

    def _stands_bare(self, url: str, runs: Sequence[Atomic], behind: int) -> bool:
        """Whether an address is read as a link without `<>`, by what stands before and behind it."""
        before = next((o for o in reversed(self.out) if o), "")
        following = runs[behind] if behind < len(runs) else None
        if not self.context.whole or "|" in url:
            return False
        rest = "".join(str(r.value) for r in runs[behind : behind + 9] if r.kind in {"t", "w", "s"})
        if following is not None and following.kind == "br":
            rest = "\n"
        elif following is not None and (following.kind not in {"t", "w", "s"} or following.marks):
            return False
        alone = before[-1:] in {"", " ", "\n"} and rest[:1] in {"", " "} and not self.stack
        if self.context.level > Level.LIGHT and not alone:
            return False
        mail = MAIL.fullmatch(url)
        return is_bare_mail(mail[1], before[-1:], rest) if mail else is_bare(url, before[-1:], rest)

    def _text(self, text: str, marks: Marks, *, code: bool) -> None:
        if code:
            span = code_span(text)
            self.out.append(span.replace("|", "\\|") if self.context.cell else span)
        elif self.auto is not None:
            self.out.append(text)
        else:
            start = (self.context.line_start and not self.out) or (
                bool(self.out) and self.out[-1].endswith("\n")
            )
            in_link = any(m.kind == "link" for m in marks)
            linked = in_link or any(m.kind == "tag" and m.value == "a" for m in marks)
            level, cell = self.context.level, self.context.cell
            self.out.append(
                escape_text(
                    text, level, cell=cell, line_start=start, in_link=in_link, linked=linked, lone=self.lone
                )
            )

    def _atom(self, runs: Sequence[Atomic], i: int) -> None:
        run = runs[i]
        if run.kind == "br":
            last, first_break = i + 1 == len(runs), runs[0].kind == "br"
            soft = self.out and not last and not first_break and not self.context.one_line
            if soft and self.out[-1:] == [""]:  # an address without marks, which would take the backslash
                self.out.append("<br>\n")
                return
            self.out.append("\\\n" if soft and self.context.level is Level.LIGHT else "<br>")
            return
        text = self.atoms[run.kind](run, self.context.between(runs, i))
        if self.context.cell:
            text = text.replace("\\|", "|").replace("|", "\\|")
        if text.startswith("["):
            self._no_image()
        self.out.append(text)


def _with_code_tags(runs: Sequence[Atomic]) -> list[Atomic]:
    """Return runs whose code that holds more than text is an element: a code span holds nothing else."""
    out: list[Atomic] = []
    for is_code, group in groupby(runs, key=lambda r: _is_plain_code(r.marks)):
        same = list(group)
        if is_code and any(r.kind not in TEXT for r in same):
            same = [Run(r.kind, r.value, _tagged(r.marks), r.xml) for r in same]
        out += same
    return out


def _is_plain_code(marks: Marks) -> bool:
    return CODE in marks and not any(m == CODE and isinstance(m, Worn) for m in marks)


def _tagged(marks: Marks) -> Marks:
    out = NO_MARKS
    for mark in getattr(marks, "order", marks):
        out = nested(out, CODE_TAG if mark == CODE else mark)
    return out


def _text_at(runs: Sequence[Atomic], i: int, marks: Marks) -> str:
    """Return the text at a place, where no delimiter parts it from what has these marks."""
    run = runs[i] if 0 <= i < len(runs) else None
    return str(run.value) if run is not None and run.kind in TEXT and run.marks == marks else ""


def _is_worn(marks: Marks) -> bool:
    return any(is_worn(m) for m in marks)


def _lone(runs: Sequence[Atomic], style: Style) -> frozenset[str]:
    """Return the delimiters that stand once in a leaf, as text, and that none of its marks is written with."""
    text = "".join([str(r.value) for r in runs if r.kind in {"t", "w", "s"} and CODE not in r.marks])
    lone = frozenset(
        [c for c, pattern in DELIMITERS.items() if c in text and len(pattern.findall(text)) == 1]
    )
    if not lone:
        return lone
    written = {"em": style.emphasis, "strong": style.strong, "del": "~", "code": "`"}
    used = {written.get(m.kind, "")[:1] for r in runs for m in r.marks}
    return lone - used - ({"`"} if any(r.kind == "raw" for r in runs) else set())
