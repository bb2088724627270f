"""Relative links kept true when files move: only destinations that a move makes wrong are rewritten, nothing else.

Found by parsing, replaced in the text, and checked by parsing again: a text whose meaning would change in any other
way is left as it is.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, unquote

from markdown_it.token import Token

from confsync.markup.syntax.parser import PARSER
from confsync.model import DocPath

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_UNSAFE = re.compile('[\\s\x00-\x20\x7f%?#()<>\\\\"`|]')

_ATTRIBUTE = re.compile(r"(\b(?:href|src)\s*=\s*)([\"'])(.*?)\2", re.IGNORECASE)
"""Where HTML in Markdown leads to."""

_REFERENCE = r"\{\{[<%]\s*(?:rel)?ref\s+[\"']?"
"""Hugo's way to write where a link leads: `[text]({{< ref "page.md" >}})`."""


def rewrite_links(
    text: str,
    old: DocPath,
    new: DocPath,
    moves: Mapping[DocPath, DocPath],
    leads: Callable[[DocPath | None, DocPath], bool] = lambda _now, _then: True,
) -> str:
    """Return the text of a document that went from `old` to `new`, while `moves` tells where other files went.

    Links to files outside of the root, web addresses and anchors stay. `old` and `new` may be the same. `leads` is asked
    whether a link that leads to its first path now (None: out of the root) shall lead to its second.
    """
    tokens = list(_walk(PARSER.parse(text, {})))
    fixes = {href: _moved(href, old, new, moves, leads) for href in _hrefs(tokens)}
    wrong = {href: fixed for href, fixed in fixes.items() if fixed != href}
    if not wrong:
        return text
    changed = _replaced(text, tokens, wrong)
    return changed if _same_but(tokens, list(_walk(PARSER.parse(changed, {}))), wrong) else text


def _walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or [])


def _hrefs(tokens: list[Token]) -> set[str]:
    links = {_href(t) for t in tokens if t.type in ("link_open", "image")}
    pieces = [t.content for t in tokens if t.type in ("html_block", "html_inline")]
    return links | {html.unescape(m[3]) for piece in pieces for m in _ATTRIBUTE.finditer(piece)}


def _href(token: Token) -> str:
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _in_html(text: str, wrong: Mapping[str, str]) -> str:
    """Replace what attributes of HTML lead to."""

    def fixed(m: re.Match[str]) -> str:
        href = wrong.get(html.unescape(m[3]))
        return m[0] if href is None else f"{m[1]}{m[2]}{html.escape(href)}{m[2]}"

    return _ATTRIBUTE.sub(fixed, text)


def _moved(
    href: str,
    old: DocPath,
    new: DocPath,
    moves: Mapping[DocPath, DocPath],
    leads: Callable[[DocPath | None, DocPath], bool],
) -> str:
    path, mark, rest = _split(href)
    if not path or _SCHEME.match(href) or path.startswith("/"):
        return href
    before = posixpath.normpath(posixpath.join(posixpath.dirname(old), unquote(path)))
    if before.startswith(".."):
        return href
    after = moves.get(DocPath(before), before) if before != "." else before
    if after == before and posixpath.dirname(old) == posixpath.dirname(new):
        return href
    now = posixpath.normpath(posixpath.join(posixpath.dirname(new), unquote(path)))
    if now == after or not (after == "." or leads(_inside(now), DocPath(after))):
        return href
    fixed = posixpath.relpath(after, posixpath.dirname(new) or ".")
    spelled = _UNSAFE.sub(lambda m: quote(m[0], safe=""), fixed)
    return spelled + ("/" if path.endswith("/") else "") + mark + rest


def _inside(path: str) -> DocPath | None:
    return None if path == "." or path.startswith("..") else DocPath(path)


def _split(href: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", href)
    return (href[: found.start()], found[0], href[found.end() :]) if found else (href, "", "")


def _replaced(text: str, tokens: list[Token], wrong: Mapping[str, str]) -> str:
    """Replace destinations behind `](` and `]:` and in HTML, on lines that are not code."""
    code = {n for t in tokens if t.type in ("fence", "code_block") and t.map for n in range(*t.map)}
    spelled = "|".join(re.escape(href) for href in sorted(wrong, key=len, reverse=True))
    place = re.compile(rf"(\]\(\s*(?:<|{_REFERENCE})?|\]:\s*<?)({spelled})(?=[\s)>\"']|$)")
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if number not in code:
            lines[number] = _in_html(place.sub(lambda m: m[1] + wrong[m[2]], line), wrong)
    return "\n".join(lines)


def _same_but(before: list[Token], after: list[Token], wrong: Mapping[str, str]) -> bool:
    """Say whether the texts differ in the destinations that were to be rewritten, and in nothing else."""
    if len(before) != len(after):
        return False
    return all(_key(a, wrong) == _key(b, {}) for a, b in zip(before, after, strict=True))


def _key(token: Token, wrong: Mapping[str, str]) -> tuple[str, str, str]:
    href = _href(token)
    content = "" if token.type == "inline" else token.content
    if token.type in ("html_block", "html_inline"):
        content = _in_html(content, wrong)
    return token.type, content, wrong.get(href, href)
