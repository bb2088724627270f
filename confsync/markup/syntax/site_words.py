"""Rules of markdown-it for what sites write between words.

Videos and pictures that a tag names (`{% embed url="…" %}`, `{{< figure src="…" >}}`, `:::image source="…":::`), words
that a tag explains, includes of Microsoft Learn, roles of MyST. Only which characters make which tokens: what is shown
for them is said in `elements/site_word`; an address in a tag, in `link_parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.rules_inline import StateInline

from confsync.markup.syntax.attribute_list import LIST
from confsync.markup.syntax.lookahead import MAX_AHEAD
from confsync.markup.syntax.site_tags import said_in

_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'"
_TAG = re.compile(
    rf"\{{%-?\s*(?P<a>[a-z][\w-]*)(?P<said_a>(?:\s(?:{_QUOTED}|[^%\"'\n-]|-(?!%\}})|%(?!\}}))*+)?)-?%\}}"
    rf"|\{{\{{[<%]\s*(?P<b>[A-Za-z][\w-]*)(?P<said_b>(?:\s(?:{_QUOTED}|[^\"'\n>%]|[>%](?!\}}\}}))*+)?)[>%]\}}\}}"
)
_LEARN_IMAGE = re.compile(rf":::image(?P<said>(?:\s+[\w-]+=(?:{_QUOTED}))+)\s*:::")
_LEARN_END = re.compile(r":::image-end:::")
_HIDDEN = re.compile(
    r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}|\{\{/\*.*?\*/\}\}|\{%-?\s*endembed\s*-?%\}"
    r"|\{::comment\}.*?\{:/(?:comment)?\}|\{::(?:nomarkdown|options)\b[^{}\n]*\}|\{:/[a-z]*\}",
    re.DOTALL,
)
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_ROLE = re.compile(
    r"\{(?:ref|doc|numref|eq|term|any|download|abbr|kbd|command|file|guilabel|menuselection|program|octicon|index|external:[\w+:.-]+"
    r"|cite(?::[a-z]+)?|bdg(?:-[a-z-]+)?|button-[a-z]+|envvar|option|samp"
    r"|(?:py|c|cpp|js|rst):[a-z]+|class|func|meth|mod|attr|exc|data|obj)\}(?=`)"
)
_LABELLED = re.compile(r"`([^`<>\n]*[^`<>\s])\s*<[^`<>\n]+>`(?!`)")
_INCLUDE = re.compile(r"\[!(?:INCLUDE|code-[\w-]+|VIDEO)[ \t]*(?=\[|https?://)", re.IGNORECASE)
_INNER = re.compile(r"\[[^\[\]\n]*\]\([^()\n]*\)|https?://[^\s\[\]]+")
_DIV = re.compile(r"\[!div\b[^\[\]\n]*\]", re.IGNORECASE)
_ICON = re.compile(r":[a-z]+-[a-z0-9-]+:\Z")
"""An icon of Material for MkDocs, behind which may stand how it looks."""
SHOWN = frozenset(
    {"embed", "youtube", "vimeo", "figure", "img", "image", "glossary_tooltip", "glossary-tooltip", "heading"}
)
"""Tags between words that say what they show."""


def tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (markdown-it's signature, here and below)
    """Read a tag of a template that shows something by itself, and what nobody but an author sees."""
    limit = min(state.posMax, state.pos + MAX_AHEAD)
    if (m := _HIDDEN.match(state.src, state.pos, limit)) is not None:
        return _hide(state, m.end(), silent=silent)
    if (m := _RAW.match(state.src, state.pos, limit)) is not None:
        return _between(state, m.span(1), m.end(), silent=silent)
    if (m := _ROLE.match(state.src, state.pos, limit)) is not None:
        return _role(state, m.end(), silent=silent)
    if _ICON.search(state.src, max(state.pos - 60, 0), state.pos) and (
        m := LIST.match(state.src, state.pos, limit)
    ):
        return _hide(state, m.end(), silent=silent)
    m = _TAG.match(state.src, state.pos, limit)
    if m is None or (m["a"] or m["b"]).lower() not in SHOWN:
        return False
    if not silent:
        token = state.push("site_word", "", 0)
        token.markup = token.content = m[0]
        token.meta = {"name": (m["a"] or m["b"]).lower(), "said": said_in(m["said_a"] or m["said_b"] or "")}
    state.pos = m.end()
    return True


def learn_image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `:::image source="…" alt-text="…":::`; the description of a complex one follows it, up to an end."""
    if not state.src.startswith(":::", state.pos):
        return False
    if (m := _LEARN_END.match(state.src, state.pos, state.posMax)) is not None:
        return _hide(state, m.end(), silent=silent)
    m = _LEARN_IMAGE.match(state.src, state.pos, min(state.posMax, state.pos + MAX_AHEAD))
    if m is None:
        return False
    if not silent:
        token = state.push("site_word", "", 0)
        token.markup = token.content = m[0]
        token.meta = {"name": "image", "said": said_in(m["said"])}
    state.pos = m.end()
    return True


def included(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read `[!INCLUDE [text](file)]` as the link in it, `[!VIDEO url]` likewise; `[!div class="…"]` says how a site shows."""
    if not state.src.startswith("[!", state.pos):
        return False
    if (m := _DIV.match(state.src, state.pos, state.posMax)) is not None:
        return _hide(state, m.end(), silent=silent)
    m = _INCLUDE.match(state.src, state.pos, state.posMax)
    inner = _INNER.match(state.src, m.end(), state.posMax) if m is not None else None
    if m is None or inner is None or not state.src.startswith("]", inner.end()):
        return False
    return _between(state, inner.span(), inner.end() + 1, silent=silent)


def _role(state: StateInline, end: int, *, silent: bool) -> bool:
    """Read a role of MyST: its text without the target where it has both, else what it names, as code."""
    m = _LABELLED.match(state.src, end, state.posMax)
    if m is None:
        return _hide(state, end, silent=silent)
    if silent:
        state.pos = m.end()
        return True
    state.push("hidden", "", 0).markup = state.src[state.pos : m.start(1)]
    state.push("text", "", 0).content = m[1]
    state.push("hidden", "", 0).markup = state.src[m.end(1) : m.end()]
    state.pos = m.end()
    return True


def _hide(state: StateInline, end: int, *, silent: bool) -> bool:
    if not silent:
        state.push("hidden", "", 0).markup = state.src[state.pos : end]
    state.pos = end
    return True


def _between(state: StateInline, inside: tuple[int, int], end: int, *, silent: bool) -> bool:
    """Read what stands between two things that are not shown."""
    if silent:
        state.pos = end
        return True
    limit, (start, stop) = state.posMax, inside
    state.push("hidden", "", 0).markup = state.src[state.pos : start]
    state.pos, state.posMax = start, stop
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end, limit
    state.push("hidden", "", 0).markup = state.src[stop:end]
    return True


def files_in(text: str) -> Iterator[str]:
    """Yield the sources of the pictures that tags in a stretch of words show."""
    for m in _LEARN_IMAGE.finditer(text):
        yield said_in(m["said"]).get("source", "")
    for m in _TAG.finditer(text):
        if (m["a"] or m["b"]).lower() in {"figure", "img", "image"}:
            said = said_in(m["said_a"] or m["said_b"] or "")
            yield said.get("src") or said.get("source") or said.get("0", "")
