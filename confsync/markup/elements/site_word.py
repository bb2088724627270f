"""What tags of sites between words show (`site_words`), read and never written: pictures, links to videos, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from confsync.markup.elements.image import canonical_source
from confsync.markup.elements.link import link_mark
from confsync.markup.markdown.inline_walk import InlineWalk
from confsync.markup.storage.vocabulary import is_unsafe, is_url
from confsync.markup.tree import Image

_VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_HEADINGS = {
    "cleanup": "Clean up",
    "objectives": "Objectives",
    "options": "Options",
    "prerequisites": "Before you begin",
    "seealso": "See also",
    "synopsis": "Synopsis",
    "whatsnext": "What's next",
}
"""What Kubernetes' documentation shows for the names of its headings."""


def read(walk: InlineWalk, tokens: Sequence[Token], i: int) -> int:
    """Read a tag that shows something by itself; one that does not say what is text."""
    token = tokens[i]
    name, said = str(token.meta["name"]), token.meta["said"]
    shown = False
    if name in {"figure", "img", "image"}:
        shown = _picture(walk, token, said)
    elif name in {"embed", *_VIDEOS}:
        shown = _link(walk, token, _address(name, said))
    else:
        shown = _words(walk, token, said)
    if not shown:
        walk.put_text(token.content)
    return i


def _picture(walk: InlineWalk, token: Token, said: Mapping[str, str]) -> bool:
    src = said.get("src") or said.get("source") or said.get("0", "")
    if not src or is_unsafe(src) or "{" in src:
        return False
    alt = said.get("alt") or said.get("alt-text", "")
    sizes = {k: v.removesuffix("px") for k in ("width", "height") if (v := said.get(k, ""))}
    a = walk.p
    walk.expect(token.content)
    image = Image(
        canonical_source(walk.reader.source(src)), alt, said.get("caption") or said.get("title", "")
    )
    walk.put("img", image._replace(**{k: v for k, v in sizes.items() if v.isdecimal()}), a)
    return True


def _address(name: str, said: Mapping[str, str]) -> str:
    if name == "embed":
        return said.get("url") or said.get("0", "")
    number = said.get("id") or said.get("0", "")
    return _VIDEOS[name] + number if number and not is_url(number) else number


def _link(walk: InlineWalk, token: Token, address: str) -> bool:
    """Read a link whose words are its address."""
    if not is_url(address) or is_unsafe(address) or any(c.isspace() for c in address):
        return False
    begin, a = token.content.find(address), walk.p
    walk.expect(token.content[: max(begin, 0)])
    walk.open(link_mark(address), a, "site")
    a = walk.p
    if begin < 0:
        walk.expect(token.content)
        walk.put("t", address, a)
    else:
        walk.put_text(address)
    a = walk.p
    walk.expect(token.content[begin + len(address) :] if begin >= 0 else "")
    walk.shut(a)
    return True


def _words(walk: InlineWalk, token: Token, said: Mapping[str, str]) -> bool:
    """Read the words that a tag explains, or the heading that it names."""
    heading = token.meta["name"] == "heading"
    words = said.get("text") or said.get("term_id") or said.get("0", "")
    if not words:
        return False
    begin, a = token.content.find(words), walk.p
    if heading or begin < 0:
        walk.expect(token.content)
        walk.put("t", _HEADINGS.get(words, words), a)
        return True
    walk.expect(token.content[:begin])
    walk.put_text(words)
    walk.expect(token.content[begin + len(words) :])
    return True
