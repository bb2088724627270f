"""GFM's extended autolinks as rules of markdown-it: bare `https://…`, `www.…` and e-mail addresses.

Written anew because neither plugin at hand reads them: linkify-it-py follows rules of its own (it links `confluence.py`
and other ends of an address than GFM's), and that of mdit-py-plugins copies the rest of the paragraph at each colon,
which is quadratic.
Source: GFM specification, "Autolinks (extension)"; where GitHub's own parser is more exact, that: an address with a
protocol may follow anything but a letter, and the last part of a mail address's domain ends with a letter, so that
`left-pad@1.3.0` is none.
"""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

BEFORE_WWW = " \t\r\n*_~("
"""What may stand before an address without a protocol, besides the start of the line."""
LETTER = re.compile(r"[A-Za-z]")
PROTOCOL = re.compile(r"(?:https?|mailto|xmpp)\Z")
WEB = re.compile(r"https?://")
DOMAIN = re.compile(r"[^\s<]*")
ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
"""An escape: who writes one means a text, `https://*.example.com` for all that match, and no address."""
HOST = re.compile(r"[\w\-]+(?:\.[\w\-]+)*")
EMAIL_LOCAL = re.compile(r"[A-Za-z0-9._+\-]+\Z")
EMAIL_DOMAIN = re.compile(r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)+")
TRAILING = "?!.,:*_~'\"[]"
ENTITY_TAIL = re.compile(r"&[A-Za-z0-9]+;\Z")
NEAR_MAIL = re.compile(r"[A-Za-z0-9._+\-/]")
"""What stands before a mail address would be a part of it, or make it a path."""
MAX_LOCAL = 256
"""The longest mailbox name that is looked back for."""


def is_bare(url: str, before: str, behind: str) -> bool:
    """Say whether a web address is read as a link just as it stands between these texts."""
    m = WEB.match(url)
    if m is None or LETTER.match(before) or ESCAPED.search(url):
        return False
    word = DOMAIN.match(behind)
    return _domain_ok(url, m.end(), dotted=False) and _trim(url + (word[0] if word else "")) == url


def is_bare_mail(mail: str, before: str, behind: str) -> bool:
    """Say whether a mail address is read as a link just as it stands between these texts."""
    local, _, domain = mail.partition("@")
    if EMAIL_LOCAL.fullmatch(local) is None or len(local) > MAX_LOCAL or NEAR_MAIL.match(before):
        return False
    read = EMAIL_DOMAIN.match(domain + behind)
    return (
        read is not None and read[0] == domain and LETTER.match(domain[-1]) is not None and behind[:1] != "@"
    )


def _trim(url: str) -> str:
    """Leave out trailing punctuation, unbalanced parentheses and what looks like an entity."""
    opened, closed = url.count("("), url.count(")")
    end = len(url)
    while end:
        last = url[end - 1]
        if last in TRAILING:
            end -= 1
        elif last == ")" and closed > opened:
            closed -= 1
            end -= 1
        elif last == ";":
            m = ENTITY_TAIL.search(url, max(0, end - 40), end)
            end = m.start() if m else end - 1
        else:
            break
    return url[:end]


def _domain_ok(url: str, start: int, *, dotted: bool) -> bool:
    """Check the host: no underscore in its last two parts, a dot where one is needed."""
    m = HOST.match(url, start)
    if m is None:
        return False
    parts = m[0].split(".")
    return not any("_" in p for p in parts[-2:]) and (len(parts) > 1 or not dotted)


def _emit(state: StateInline, href: str, text: str, before: int) -> None:
    """Push the link; `before` characters of its text are waiting in `pending` already."""
    if before:
        state.pending = state.pending[:-before]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": href}
    token.markup, token.info = "linkify", "auto"
    state.push("text", "", 0).content = text
    token = state.push("link_close", "a", -1)
    token.markup, token.info = "linkify", "auto"
    state.pos += len(text) - before


def protocol(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read `http://…`, `https://…`, `mailto:…` and `xmpp:…` at their colon."""
    pos, src = state.pos, state.src
    m = PROTOCOL.search(src, max(0, pos - 6), pos)
    if silent or state.linkLevel or m is None or not state.pending.endswith(m[0]):
        return False
    if m.start() and LETTER.match(src, m.start() - 1):
        return False
    if m[0] in {"mailto", "xmpp"}:
        return _mail(state, m.start(), m[0])
    if not src.startswith("://", pos):
        return False
    found = DOMAIN.match(src, m.start(), state.posMax)
    url = _trim(found[0]) if found else ""
    if ESCAPED.search(url) or not _domain_ok(url, len(m[0]) + 3, dotted=False):
        return False
    _emit(state, url, url, len(m[0]))
    return True


def www(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `www.…`."""
    if silent or state.linkLevel or not state.src.startswith("www.", state.pos):
        return False
    if state.pos and state.src[state.pos - 1] not in BEFORE_WWW:
        return False
    found = DOMAIN.match(state.src, state.pos, state.posMax)
    url = _trim(found[0]) if found else ""
    if ESCAPED.search(url) or not _domain_ok(url, 4, dotted=False) or len(url) <= 4:
        return False
    _emit(state, "http://" + url, url, 0)
    return True


def _mail(state: StateInline, start: int, scheme: str) -> bool:
    m = re.compile(r"[A-Za-z0-9._+\-]{1,256}@").match(state.src, state.pos + 1, state.posMax)
    domain = EMAIL_DOMAIN.match(state.src, m.end(), state.posMax) if m else None
    if domain is None:
        return False
    end = domain.end()
    if not LETTER.match(state.src[end - 1]):
        return False
    if scheme == "xmpp" and (rest := re.compile(r"/[A-Za-z0-9@.]+").match(state.src, end, state.posMax)):
        end = rest.end()
    text = state.src[start:end]
    _emit(state, text, text, state.pos - start)
    return True


def email(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read a bare e-mail address at its `@`."""
    pos, src = state.pos, state.src
    m = EMAIL_LOCAL.search(src, max(0, pos - MAX_LOCAL), pos)
    if silent or state.linkLevel or m is None or not state.pending.endswith(m[0]):
        return False
    if src.startswith("/", m.start() - 1) and m.start():
        return False
    domain = EMAIL_DOMAIN.match(src, pos + 1, state.posMax)
    if domain is None or not LETTER.match(domain[0][-1]) or src.startswith("@", domain.end()):
        return False
    text = src[m.start() : domain.end()]
    _emit(state, "mailto:" + text, text, pos - m.start())
    return True
