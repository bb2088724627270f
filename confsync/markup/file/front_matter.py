"""YAML front matter: what it says of title, labels and page id, and edits that touch nothing else in it.

Here: where front matter ends and text begins; reading and setting `title`, `labels`, `confluence.id`. Comments, key
order, quotes and line ends of everything else stay byte for byte, because an edit replaces one value's own span.
Not here: the text below it (`document`), and YAML itself (`yaml_entries`, on ruamel.yaml).
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace

from confsync.errors import ConversionError
from confsync.markup.file.foreign_keys import FOREIGN_TITLE, MARKS, foreign_id, is_held
from confsync.markup.file.yaml_entries import Broken, Entry, Mapping, NotMapping, Shape, read_mapping
from confsync.model import PageId

_BLOCK = re.compile(
    r"---[ \t]*(?P<nl>\r?\n)(?P<yaml>(?:(?!(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)).*(?:\n|\Z))*?)"
    r"(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
)
_KEY_LINE = re.compile(r"[^\s#&*!|>'\"%@`\[\]{}:-][^\n:]*:(?=\s)|#|\{")
_OURS = ("title", "labels", "confluence")
_PLAIN = re.compile(r"[^\W\d_](?:[\w.,()/+& '\u2019-]*[\w.)])?")
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])
_NOT_IN_LABELS = re.compile(r"[\s!#&()*,.:;<>?@\[\]^]+")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The front matter of a file, from its opening to behind its closing line; `source` is empty when there is none.

    `problem` says why it cannot be used, with the line in the file; then nothing else is known of it. `labels` is None
    when it does not speak of labels. Labels are as Confluence keeps them: lower case, without the forbidden characters.
    `tags` are labels for other publishers, which left their marks here when `foreign` is true.
    """

    source: str = ""
    title: str | None = None
    labels: tuple[str, ...] | None = None
    page_id: PageId | None = None
    tags: tuple[str, ...] | None = None
    foreign: bool = False
    problem: str | None = None

    def said_labels(self, *, foreign: bool) -> tuple[str, ...] | None:
        """Return the labels, or the tags in a file that comes from another publisher."""
        return self.tags if self.labels is None and (foreign or self.foreign) else self.labels

    def label_notes(self) -> tuple[str, ...]:
        """Say which labels are written otherwise than Confluence keeps them, and what they are there."""
        entry = _Parts.of(self.source).entry("labels") if self.labels is not None else None
        written = _label_texts(entry) if entry is not None else []
        return tuple(_label_note(text) for text in dict.fromkeys(written) if text and label_of(text) != text)

    def with_title(self, title: str) -> FrontMatter:
        """Return it with `title: …`; the quotes that were there are kept where they can be."""
        if self.title == title:
            return self
        parts = _Parts.of(self.source)
        entry = parts.entry(FOREIGN_TITLE) or parts.entry("title")
        if entry is None:
            new = parts.added(f"title: {_spell(title)}", first=True)
        else:
            new = parts.replaced(entry, _spell_like(title, entry))
        return _edited(self, new, replace(self, title=title))

    def with_labels(self, labels: tuple[str, ...]) -> FrontMatter:
        """Return it with these labels; those that stay keep their place and spelling."""
        if labels == (self.labels or ()) or set(labels) == set(self.labels or ()):
            return self
        return _edited(self, _set_labels(self.source, labels), replace(self, labels=labels))

    def with_id(self, page_id: PageId | None) -> FrontMatter:
        """Return it with `confluence: {id: "…"}`, or without an id."""
        if page_id == self.page_id:
            return self
        return _edited(self, _set_id(self.source, page_id), replace(self, page_id=page_id))


def split(text: str) -> tuple[FrontMatter, str]:
    """Cut a text (without byte order mark) into front matter and the rest; their sources joined are the text.

    A `---` that opens no mapping is a thematic break. TOML front matter (`+++`) is text.
    """
    m = _BLOCK.match(text)
    if m is None:
        return FrontMatter(), text
    yaml = m["yaml"]
    blank_first = yaml.split("\n", 1)[0].strip() == "" and yaml != ""
    got = read_mapping(yaml)
    match got:
        case Broken() if blank_first or not _KEY_LINE.match(yaml):
            return FrontMatter(), text
        case Broken(line, detail):
            problem = f"line {line + 1}: {detail}"
            return FrontMatter(source=m[0], problem=problem), text[m.end() :]
        case NotMapping():
            return FrontMatter(), text
    # Behind a blank line a `key: value` is likelier text between two rules than front matter; our own keys decide.
    if blank_first and not any(e.key in _OURS for e in got.entries):
        return FrontMatter(), text
    return replace(_read(got), source=m[0]), text[m.end() :]


def label_of(text: str) -> str:
    """Return a label as Confluence would keep it: lower case, what it refuses replaced by a hyphen."""
    name = unicodedata.normalize("NFC", text).lower()
    return _NOT_IN_LABELS.sub("-", name.strip()).strip("-")


# ---- reading ----------------------------------------------------------------------------------------------------


def _read(mapping: Mapping) -> FrontMatter:
    seen: dict[str, Entry] = {}
    for entry in mapping.entries:
        if entry.key in _OURS and entry.key in seen:
            return FrontMatter(problem=f"line {entry.line + 1}: `{entry.key}` stands here a second time")
        seen[entry.key] = entry
    foreign = {e.key: e for e in reversed(mapping.entries) if e.key in MARKS}
    held = next((e for e in mapping.entries if is_held(e)), None)
    if held is not None:
        return FrontMatter(
            problem=f"line {held.line + 1}: `{held.key}` says that this file is not to be published; "
            "ignore the file, or take the line out"
        )
    title = foreign.get(FOREIGN_TITLE) or seen.get("title")
    tags = next((e for e in mapping.entries if e.key == "tags"), None)
    try:
        own = _page_id(seen["confluence"]) if "confluence" in seen else None
        return FrontMatter(
            title=_title(title) if title else None,
            labels=_labels(seen["labels"]) if "labels" in seen else None,
            page_id=own or foreign_id(foreign),
            tags=_labels(tags) if tags and tags.shape in (Shape.TEXT, Shape.LIST) else None,
            foreign=bool(foreign),
        )
    except _Unusable as err:
        return FrontMatter(problem=str(err))


class _Unusable(Exception):
    """A value of ours that cannot be read, with its line."""

    def __init__(self, entry: Entry, expected: str) -> None:
        super().__init__(f"line {entry.line + 1}: `{entry.key}` must be {expected}")


def _title(entry: Entry) -> str | None:
    match entry.shape:
        case Shape.NULL:
            return None
        case Shape.TEXT:
            return " ".join(entry.text.split()) or None
        case _:
            raise _Unusable(entry, "a text")


def _labels(entry: Entry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x for x in map(label_of, _label_texts(entry)) if x))


def _label_texts(entry: Entry) -> list[str]:
    match entry.shape:
        case Shape.NULL:
            return []
        case Shape.TEXT:
            return re.split(r"[\s,]+", entry.text)
        case Shape.LIST:
            return [x.text for x in entry.items]
        case _:
            raise _Unusable(entry, "a list such as [howto, draft]")


def _label_note(text: str) -> str:
    kept = label_of(text)
    if not kept:
        return f"the label {text!r} has no character that Confluence keeps; it was left out"
    return f"the label {text!r} is {kept!r} in Confluence"


def _page_id(entry: Entry) -> PageId | None:
    if entry.shape is Shape.NULL:
        return None
    if entry.shape is not Shape.MAPPING:
        raise _Unusable(entry, 'a mapping such as {id: "123"}')
    ids = [e for e in entry.entries if e.key == "id"]
    if len(ids) > 1:
        raise _Unusable(entry, "a mapping with one id")
    if not ids or ids[0].shape is Shape.NULL:
        return None
    if ids[0].shape is not Shape.TEXT or not re.fullmatch("[0-9]{1,30}", ids[0].text):
        raise _Unusable(ids[0], "a page's number in quotes")
    return PageId(ids[0].text)


# ---- editing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parts:
    """A front matter's source taken apart: opening line, YAML, closing line."""

    head: str
    yaml: str
    foot: str
    mapping: Mapping
    newline: str

    @classmethod
    def of(cls, source: str) -> _Parts:
        m = _BLOCK.match(source)
        if m is None:
            return cls("---\n", "", "---\n", Mapping((), flow=False, end=0), "\n")
        mapping = read_mapping(m["yaml"])
        if isinstance(mapping, Broken | NotMapping):
            raise ConversionError("its front matter is not a YAML mapping and was left as it is")
        return cls(source[: m.start("yaml")], m["yaml"], source[m.end("yaml") :], mapping, m["nl"])

    def entry(self, key: str) -> Entry | None:
        return next((e for e in self.mapping.entries if e.key == key), None)

    def joined(self, yaml: str) -> str:
        return self.head + yaml + self.foot

    def replaced(self, entry: Entry, value: str) -> str:
        """Put a value in the place of an entry's own; the blank behind the colon is there afterwards."""
        old = self.yaml[entry.start : entry.end]
        tail = old[len(old.rstrip()) :] if entry.style in ("|", ">") else ""
        start = entry.start
        if entry.shape is Shape.NULL and start == entry.end:
            start = self.yaml.index(":", entry.key_end) + 1
            return self.joined(f"{self.yaml[:start]} {value}{self.yaml[start:]}")
        if not entry.flow and entry.shape in (Shape.LIST, Shape.MAPPING):
            colon = self.yaml.index(":", entry.key_end) + 1
            tail = self.yaml[self._content_end(entry) : entry.end]
            return self.joined(f"{self.yaml[:colon]} {value}{tail or self.newline}{self.yaml[entry.end :]}")
        return self.joined(self.yaml[:start] + value + tail + self.yaml[entry.end :])

    def added(self, line: str, *, first: bool = False) -> str:
        """Add `key: value` as a line of its own, or inside the braces."""
        if self.mapping.flow:
            at = self.mapping.end
            before = self.yaml[:at].rstrip()
            comma = "" if before.endswith(("{", ",")) else ", "
            return self.joined(before + comma + line + self.yaml[at:])
        if first and self.mapping.entries:
            key = self.mapping.entries[0].key_start
            at = self.yaml.rfind("\n", 0, key) + 1
            return self.joined(self.yaml[:at] + self.yaml[at:key] + line + self.newline + self.yaml[at:])
        gap = "" if not self.yaml or self.yaml.endswith("\n") else self.newline
        return self.joined(self.yaml + gap + line + self.newline)

    def _content_end(self, entry: Entry) -> int:
        """Return where an entry's own text ends: remarks and blank lines behind a list or mapping are not its own."""
        end = len(self.yaml[: entry.end].rstrip())
        while entry.shape in (Shape.LIST, Shape.MAPPING) and not entry.flow:
            line = self.yaml.rfind("\n", 0, end) + 1
            if line <= entry.key_end or not self.yaml[line:end].lstrip().startswith("#"):
                break
            end = len(self.yaml[:line].rstrip())
        return end

    def removed(self, entry: Entry) -> str:
        """Remove an entry with its line."""
        if self.mapping.flow:
            behind = re.compile(r"\s*,\s*").match(self.yaml, entry.end)
            if behind:
                return self.joined(self.yaml[: entry.key_start] + self.yaml[behind.end() :])
            before = self.yaml[: entry.key_start].rstrip().removesuffix(",")
            return self.joined(before + self.yaml[entry.end :])
        start = self.yaml.rfind("\n", 0, entry.key_start) + 1
        stop = max(entry.start, entry.key_end, self._content_end(entry))
        end = self.yaml.find("\n", stop) + 1 or len(self.yaml)
        return self.joined(self.yaml[:start] + self.yaml[end:])


def _edited(old: FrontMatter, source: str, want: FrontMatter) -> FrontMatter:
    """Read an edited front matter again: it must say what was meant. One that says nothing any more is none."""
    parts = _Parts.of(source)
    if old.source and not parts.yaml.strip():
        return FrontMatter()
    new, rest = split(source)
    if rest or _said(new) != _said(want):
        raise ConversionError(
            "its front matter is written in a way that cannot be edited safely",
            hint="Change title, labels and confluence.id in it by hand.",
        )
    return new


def _said(front: FrontMatter) -> tuple[object, ...]:
    return front.title, set(front.labels or ()), front.page_id, front.problem


def _set_labels(source: str, labels: tuple[str, ...]) -> str:
    parts = _Parts.of(source)
    entry = parts.entry("labels")
    if entry is None:
        return parts.added(f"labels: {_flow(labels)}")
    if entry.shape is Shape.TEXT and labels:
        comma = ", " if "," in entry.text else " "
        return parts.replaced(entry, _spell_like(comma.join(_ordered(_labels(entry), labels)), entry))
    if entry.shape is not Shape.LIST or not entry.items or not labels:
        return parts.replaced(entry, _flow(labels))
    return _edit_flow(parts, entry, labels) if entry.flow else _edit_lines(parts, entry, labels)


def _ordered(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    return [x for x in old if x in new] + [x for x in new if x not in old]


def _edit_flow(parts: _Parts, entry: Entry, labels: tuple[str, ...]) -> str:
    kept = {label_of(x.text): parts.yaml[x.start : x.end] for x in entry.items}
    names = _ordered(tuple(kept), labels)
    return parts.replaced(entry, "[" + ", ".join(kept.get(x) or _spell(x) for x in names) + "]")


def _edit_lines(parts: _Parts, entry: Entry, labels: tuple[str, ...]) -> str:
    """Remove the lines of labels that went, add lines for new ones behind the last that was there."""
    yaml, have = parts.yaml, {label_of(x.text) for x in entry.items}
    line_starts = [yaml.rfind("\n", 0, x.start) + 1 for x in entry.items]
    dash = re.compile(r"[ \t]*-[ \t]+").match(yaml, line_starts[-1])
    lead = dash[0] if dash else "- "
    last = entry.items[-1].end
    at = yaml.find("\n", last) + 1
    gap = "" if at else parts.newline
    at = at or len(yaml)
    new = "".join(f"{lead}{_spell(x)}{parts.newline}" for x in labels if x not in have)
    out = yaml[:at] + (gap + new if new else "") + yaml[at:]
    for item, start in reversed(list(zip(entry.items, line_starts, strict=True))):
        if label_of(item.text) not in labels:
            stop = yaml.find("\n", item.end) + 1 or len(yaml)
            out = out[:start] + out[stop:]
    return parts.joined(out)


def _set_id(source: str, page_id: PageId | None) -> str:
    parts = _Parts.of(source)
    entry = parts.entry("confluence")
    if page_id is None:
        return _drop_id(parts, entry)
    if entry is None:
        return parts.added(f'confluence: {{id: "{page_id}"}}')
    old = next((e for e in entry.entries if e.key == "id"), None)
    if old is not None:
        return parts.replaced(old, f'"{page_id}"')
    if entry.shape is Shape.MAPPING and entry.entries:
        at, gap = entry.entries[0].key_start, ", "
        if not entry.flow:
            gap = parts.newline + parts.yaml[parts.yaml.rfind("\n", 0, at) + 1 : at]
        return parts.joined(f'{parts.yaml[:at]}id: "{page_id}"{gap}{parts.yaml[at:]}')
    return parts.replaced(entry, f'{{id: "{page_id}"}}')


def _drop_id(parts: _Parts, entry: Entry | None) -> str:
    if entry is None:
        return parts.joined(parts.yaml)
    if len(entry.entries) == 1:
        return parts.removed(entry)
    inner = replace(parts, mapping=Mapping(entry.entries, flow=entry.flow, end=entry.end))
    return inner.removed(next(e for e in entry.entries if e.key == "id"))


# ---- spelling ---------------------------------------------------------------------------------------------------


def _spell(text: str) -> str:
    """Spell a text as a YAML scalar that any reader takes for a text: plain where that is safe, else quoted."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", quoted)


def _spell_like(text: str, entry: Entry) -> str:
    """Spell a text with the quotes that the entry had, where they can hold it."""
    if entry.style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if entry.style == '"':
        return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False))
    return _spell(text)


def _flow(labels: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_spell, labels)) + "]"
