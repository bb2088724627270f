"""One image in the place of another in Markdown: what stands behind it in braces, or is unchanged, stays as it was typed."""

from __future__ import annotations

import re
from typing import NamedTuple

from confsync.markup.lens.diff.edits import NoSplice, changed_words
from confsync.markup.tree import Image

_BY_LABEL = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\](?:\[((?:[^\[\]\\]|\\.)*)\])?(?: ?\{[^{}\n]*\})?")
_PLACE = re.compile(r"\]\((<[^<>\n]*>|[^\s<]\S*?)( \"[^\"\n]*\"|)\)\Z")
_SIZES = ("width", "height")
_DIRECTIVE = re.compile(r"(?:`{3,}|~{3,})[ \t]*\{(?:figure|image)\}")
_OPTIONS = re.compile(r"[^\n]*\n(?:[ \t>]*:[\w-]+:[^\n]*\n)*")
_WORDS = re.compile(r"[\w\s.,;()/'?!-]+")
"""What is itself in Markdown, too, in the midst of a line."""


def plain_image(image: Image) -> Image:
    """Return what of an image stands in Markdown's own notation."""
    return Image(image.src, image.alt, image.caption)


class Reference(NamedTuple):
    """The label that an image goes by, and the address and title that its definition is to have, as written."""

    label: str
    address: str
    title: str


def reference_of(source: str, new: str) -> Reference | None:
    """Return what of an image by reference stands elsewhere; `new` is how Markdown's own notation writes it now."""
    m, place = _BY_LABEL.fullmatch(source), _PLACE.search(new)
    return Reference(m[2] or m[1], place[1], place[2]) if m and place else None


def image_like(source: str, old: tuple[str, Image], new: tuple[str, Image]) -> str:
    """Return `source`, which is the old image, as the new one; each comes with what Markdown's own notation writes.

    NoSplice when the source has no place for what changed.
    """
    (was, at), (now, there) = _parts(old[0]), _parts(new[0])
    if _DIRECTIVE.match(source):
        return _in_directive(source, (at, old[1]), (there, new[1]))
    if not source.startswith(was + "]"):
        return _in_tag(source, old[1], new[1])
    behind = source[len(was) :]
    if at != there:
        if not behind.startswith(at):
            raise NoSplice("an address of another form")
        behind = there + behind[len(at) :]
    return now + _sized(behind, old[1], new[1])


def _in_tag(source: str, old: Image, new: Image) -> str:
    """Change an image that a site's tag shows: what is said in quotes."""
    if not source.startswith(("{{", "{%", ":::")):
        raise NoSplice("an image of another form")
    for was, now in zip(old, new, strict=True):
        quoted = f'"{was}"'
        if was == now:
            continue
        if not was or not now or source.count(quoted) != 1 or re.search(r"[\"\n{}]", now):
            raise NoSplice("no place for it in the tag")
        source = source.replace(quoted, f'"{now}"')
    return source


def _in_directive(source: str, old: tuple[str, Image], new: tuple[str, Image]) -> str:
    """Change a picture that a directive of MyST's shows: the file behind its name, an option, words of its caption."""
    was, now = old[1], new[1]
    spelled = [m[1].strip("<>") for m in map(_PLACE.search, (old[0], new[0])) if m is not None]
    if was.src != now.src:
        found = source.partition("\n")[0].rstrip().rpartition(" ")[2]
        if len(spelled) != 2 or found != spelled[0] or re.search(r"\s", spelled[1]):
            raise NoSplice("an address of another form")
        source = source.replace(found, spelled[1], 1)
    for name in ("alt", *_SIZES):
        one, other = getattr(was, name), getattr(now, name)
        if one != other:
            source = _once(rf"^[ \t>]*:{name}:[ \t]*({re.escape(one)})(?=px|[ \t]*$)", source, one, other)
    if was.caption != now.caption:
        gone, added = changed_words(was.caption, now.caption)
        options = _OPTIONS.match(source)
        start = options.end() if options is not None else len(source)
        source = source[:start] + _once(rf"(?<!\w)({re.escape(gone)})(?!\w)", source[start:], gone, added)
    said = dict.fromkeys(("src", "alt", "caption", *_SIZES), "")
    if was._replace(**said) != now._replace(**said):
        raise NoSplice("no place for it in the directive")
    return source


def _once(pattern: str, source: str, gone: str, added: str) -> str:
    """Replace what stands once in a text, by words that are no markup."""
    found = list(re.finditer(pattern, source, re.MULTILINE))
    if not gone or not added or len(found) != 1 or not _WORDS.fullmatch(added):
        raise NoSplice("no place for it in the directive")
    return source[: found[0].start(1)] + added + source[found[0].end(1) :]


def _parts(text: str) -> tuple[str, str]:
    """Cut an image in two before the bracket that ends its description."""
    cut = text.rfind("](")
    return text[:cut], text[cut:]


def _sized(behind: str, old: Image, new: Image) -> str:
    """Change the sizes behind an image."""
    plain = {"src": "", "alt": "", "caption": "", "width": "", "height": ""}
    if old._replace(**plain) != new._replace(**plain):
        raise NoSplice("no place for a title")
    for name in _SIZES:
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        place = (
            re.search(rf"\b{name}\s*=\s*[\"']?{re.escape(was)}(?![\w.%])", behind) if was and now else None
        )
        if place is None:
            raise NoSplice("no place for a size")
        behind = behind[: place.end() - len(was)] + now + behind[place.end() :]
    return behind
