"""What other tools write behind a fence's language, and the parameters of Confluence's code macro that say the same.

The words of the other tool stay in the file, and in a parameter of their own; what follows from them is written beside
it, so that Confluence shows it, and not read back, so that it cannot differ from its source. The parameters: FACTS.md 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_LINENUMS = re.compile(r"[1-9]\d{0,6}")
_QUOTED = re.compile(r"(title|linenums)=\"([^\"]*)\"")
_THEMES = {
    name.lower(): name
    for name in ("DJango", "Emacs", "FadeToGrey", "Midnight", "RDark", "Eclipse", "Confluence", "Default")
}
_MARK = re.compile(
    r"(?:(?P<none>-)|(?P<collapse>collapse)|(?P<numbers>linenumbers)|(?P<first>\d{1,7})|(?P<title>title\s+\S.*)"
    rf"|(?P<theme>{'|'.join(_THEMES)}))(?:\s+|$)",
    re.IGNORECASE,
)
"""One word of mark's: `-` for no language, `collapse`, `linenumbers`, a first line, a theme; a title reaches to the end."""
_PAIR = re.compile(
    r"(?:^|\s)(?P<key>title|firstline|linenumbers|collapse|theme)=(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"']+))(?=\s|$)"
)
_NUMBERED = re.compile(
    r"(?:^|\s)(?:showLineNumbers|lineNumbers|linenumbers)(?:=(?:true|\{true\}|\"true\"))?(?=\s|$)"
)
_LABEL = re.compile(r"\[([^\[\]]+)\](?=\s|$)")
"""VitePress's name of a file: ` ```js [config.js]`."""

_FILE = re.compile(r"([\w@./-]*[\w-]\.[A-Za-z][A-Za-z0-9]{0,4})")
"""Mintlify's name of a file, alone behind the language: ` ```js index.js`."""


def shown(params: Mapping[str, str]) -> dict[str, str]:
    """Return the code macro's parameters that follow from another tool's words and are not set themselves."""
    found = dict(_linenums(params["linenums"])) if "linenums" in params else {}
    info = params.get("info", "")
    if info.startswith("{"):
        found |= _of_attributes(info) or _of_words(info)
    elif info:
        found |= _of_mark(info) or _of_words(info)
    return {key: value for key, value in found.items() if key not in params}


def without_shown(params: Mapping[str, str]) -> dict[str, str]:
    """Return parameters without those that follow from others; the inverse of adding what is `shown`."""
    own = {k: v for k, v in params.items() if k in ("linenums", "info")}
    follows = shown(own)
    return {key: value for key, value in params.items() if follows.get(key) != value}


def mended(params: Mapping[str, str]) -> dict[str, str]:
    """Return parameters of which none says otherwise than another tool's words do, as after an edit in Confluence.

    The words take a new title; where they cannot say what the parameters say they go.
    """
    out = dict(params)
    follows = shown({k: v for k, v in params.items() if k in ("linenums", "info")})
    for key, value in follows.items():
        now = params.get(key, "")
        if now == value:
            continue
        quoted = f'="{value}"'
        if key == "title" and now and '"' not in now and quoted in out.get("info", ""):
            out["info"] = out["info"].replace(quoted, f'="{now}"')
        else:
            out = {k: v for k, v in out.items() if k not in ("linenums", "info")}
    return out


def _linenums(first: str) -> Iterator[tuple[str, str]]:
    if _LINENUMS.fullmatch(first):
        yield "linenumbers", "true"
        if first != "1":
            yield "firstline", first


def _of_attributes(info: str) -> dict[str, str]:
    """Read `{ .python title="a.py" linenums="1" }`."""
    found = dict[str, str]()
    for key, value in _QUOTED.findall(info):
        found |= dict(_linenums(value)) if key == "linenums" else {"title": value}
    return found


def _of_mark(info: str) -> dict[str, str]:
    """Read `3 collapse midnight title A title`; nothing when any other word is among them."""
    found, place = dict[str, str](), 0
    while place < len(info):
        word = _MARK.match(info, place)
        if word is None:
            return {}
        place = word.end()
        if word["title"]:
            found["title"] = word["title"][len("title") :].strip()
        elif word["first"]:
            found |= {"linenumbers": "true", "firstline": word["first"]}
        elif word["theme"]:
            found["theme"] = _THEMES[word["theme"].lower()]
        elif not word["none"]:
            found["collapse" if word["collapse"] else "linenumbers"] = "true"
    return found


def _of_words(info: str) -> dict[str, str]:
    """Read what docs sites write among words of their own: `title="a.js" {1,3} showLineNumbers`, `[config.js]`."""
    found = {m["key"]: m["a"] or m["b"] or m["c"] or "" for m in _PAIR.finditer(info)}
    if _NUMBERED.search(info):
        found.setdefault("linenumbers", "true")
    if (m := _LABEL.match(info) or _FILE.fullmatch(info)) is not None:
        found.setdefault("title", m[1])
    return {key: value for key, value in found.items() if value and '"' not in value}


DIRECTIVE = re.compile(
    r"\{(?P<name>code|code-block|sourcecode|code-cell|mermaid|graphviz|plantuml|uml)\}\s*(?P<language>\S*)\s*\Z"
)
"""Fences of MyST whose content is code."""
_DRAWN = {"mermaid": "mermaid", "graphviz": "dot", "plantuml": "plantuml", "uml": "plantuml"}
OPTION = re.compile(r"[ \t]*:([\w-]+):[ \t]*(.*)\n?")


def of_directive(m: re.Match[str], text: str) -> tuple[str, dict[str, str], int]:
    """Return the language of MyST's code, the parameters that its options say, and how many characters these are."""
    found, end = dict[str, str](), options_end(text)
    for option in OPTION.finditer(text, 0, end):
        key, value = option[1], option[2].strip()
        if key in {"caption", "name"} and '"' not in value:
            found.setdefault("title", value)
        elif key in {"linenos", "lineno-start"}:
            found |= {"linenumbers": "true"} | ({"firstline": value} if value.isdecimal() else {})
    return _DRAWN.get(m["name"], m["language"]), {k: v for k, v in found.items() if v}, end


def options_end(text: str) -> int:
    """Return where the content of a directive begins: behind its options and the blank line below them."""
    end = 0
    while (m := OPTION.match(text, end)) is not None:
        end = m.end()
    return end + 1 if end and text.startswith("\n", end) else end
