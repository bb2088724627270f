"""Code blocks: the macro `code`; fences with `lang key="value"` behind them; `macro="plantuml"` for its like.

What stands behind the language and is no parameter (`{1,3}`, `,ignore`) is kept in a parameter `info`, so that it comes
back as it was.

What is known of these in storage: FACTS.md 1 and 10.
"""

from __future__ import annotations

import re

from confsync.markup.elements import figure, raw
from confsync.markup.elements import macro as macros
from confsync.markup.elements.code_dialects import (
    DIRECTIVE,
    mended,
    of_directive,
    options_end,
    shown,
    without_shown,
)
from confsync.markup.elements.html import MARK as HTML_MARK
from confsync.markup.elements.languages import (
    FENCE,
    Language,
    confluence_name,
    of_fence,
    of_macro,
    to_fence,
    to_macro,
)
from confsync.markup.elements.math import formula
from confsync.markup.markdown.escaping import fence
from confsync.markup.markdown.reader import At, MarkdownReader
from confsync.markup.markdown.writer import MarkdownWriter
from confsync.markup.raw_marks import BROKEN, RAW
from confsync.markup.spelling import Spelt
from confsync.markup.storage.active_content import SHOWN
from confsync.markup.storage.reader import StorageReader, Unreadable
from confsync.markup.storage.vocabulary import PLAIN_MACROS, VOLATILE
from confsync.markup.storage.writer import StorageWriter, macro, plain
from confsync.markup.storage.xml import El, attributes, escape, escape_attr, text_of
from confsync.markup.tree import Block, Code, Html, Kind, Pairs

NO_LINE = Spelt("", "")
"""The text of a fence without any line, which is another one than with an empty line; it shows the same."""
EMPTY = "<ac:plain-text-body></ac:plain-text-body>"
MACRO = "macro"
"""What names another macro than `code`; no parameter of `code` is called so."""
UNNAMED = "unnamed"
"""Says that the language is a parameter without a name in the macro, as in wikis of old, or that there is an empty one."""
HINTS = frozenset({"breakoutMode", "breakoutWidth"})
LANGUAGE = re.compile(r"[A-Za-z0-9_+#.\-/:]*")
PRE = "pre"
"""Names preformatted text around code (`<pre><code>`), which is no macro, as macros are named."""
_SINGLE = r"'[^'\"]*\"[^']*'"
PARAMETERS = re.compile(rf"(?:\s+[\w-]+=(?:\"[^\"]*\"|{_SINGLE}))*\s*")
PARAMETER = re.compile(rf"([\w-]+)=(\"[^\"]*\"|{_SINGLE})")
"""A value with double quotes in it stands in single ones."""
ATTRIBUTE_LIST = re.compile(r"\{\s*\.([A-Za-z0-9_+#\-]+)")
"""`{ .python title="…" }`, as MkDocs has it."""
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
TOC_OPTIONS = re.compile(r"(?:[ \t]*(?:[A-Za-z_]+:.*)?(?:\n|\Z))*")
"""What may stand in Obsidian's fence for a table of contents."""
NOT_IN_INFO = re.compile(r"[\r\n\x00-\x08]")


def read_storage(el: El, reader: StorageReader, _depth: int) -> Block:
    """Read the macro; raw when Markdown's info string cannot hold its parameters."""
    body = el.one("ac:plain-text-body")
    known = {"ac:plain-text-body", "ac:parameter", "ac:default-parameter"}
    if body is None or body.els() or any(k.tag not in known for k in el.els()):
        raise Unreadable
    params = dict(macros.parameters(el, reader.src))
    if MACRO in params or params.get(UNNAMED) in {"", "language"}:
        raise Unreadable
    if "" in params and not params[""]:
        params[UNNAMED] = params.pop("")
    elif "" in params and "language" not in params:
        params |= {"language": params.pop(""), UNNAMED: "language"}
    language = of_macro(params)
    params = without_shown(mended(_respoken(params, language)))
    rest = tuple((k, v) for k, v in sorted(params.items()) if k not in HINTS)
    if not LANGUAGE.fullmatch(language) or not all(_writable(k, v) for k, v in rest):
        raise Unreadable
    text = text_of(body, reader.src).replace("\r\n", "\n").replace("\r", "\n")
    places = (body.oe, body.cs)
    text = text if body.kids else NO_LINE
    if rest == (("title", BROKEN),) and language == "xml":
        return raw.broken(Block(Kind.RAW), text)
    if rest == (("title", HTML_MARK),):
        return Block(Kind.HTML, Html(text), ins=places[0], ine=places[1])
    return Block(Kind.CODE, Code(language, rest), text=text, ins=places[0], ine=places[1])


def _respoken(params: dict[str, str], language: str) -> dict[str, str]:
    """Let another tool's words name the language that somebody chose in Confluence; they go where there is none."""
    info = params.get("info", "")
    m = ATTRIBUTE_LIST.match(info)
    if m is None or confluence_name(m[1]) == language:
        return params
    if not language:
        return {k: v for k, v in params.items() if k != "info"}
    return params | {"info": info[: m.start(1)] + language + info[m.end(1) :]}


def read_plain(el: El, reader: StorageReader, depth: int) -> Block:
    """Read another macro whose body is text; its name is the parameter `macro` of a block of code."""
    params = dict(macros.parameters(el, reader.src))
    own = any(k not in VOLATILE and k != "ac:name" for k in el.attrs)
    own = own or bool(params.get(""))
    if own or el.one("ac:plain-text-body") is None or {"language", "info", FENCE, *HINTS} & set(params):
        raise Unreadable
    block = read_storage(el, reader, depth)
    rest = block.data.params if isinstance(block.data, Code) else ()
    block.data = Code("", tuple(sorted((*rest, (MACRO, el.get("ac:name"))))))
    return block


def _writable(key: str, value: str) -> bool:
    if NOT_IN_INFO.search(value):
        return False
    return key == "info" or (re.fullmatch(r"[\w-]+", key) is not None and not ('"' in value and "'" in value))


def write_storage(block: Block, _out: StorageWriter, _bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write the macro."""
    data = block.data if isinstance(block.data, Code) else Code()
    name, params = named(data)
    if name == PRE:
        word = f' class="language-{escape_attr(to_fence(data.language)[0])}"' if data.language else ""
        return f"<pre><code{word}>{escape(block.text or '')}</code></pre>"
    return macro(name, params, EMPTY if _has_no_line(block) else plain(block.text or ""))


def _has_no_line(block: Block) -> bool:
    return isinstance(block.text, Spelt)


def read_html(el: El, reader: StorageReader, _depth: int) -> Block:
    """Read `<pre><code class="language-…">`: code in the HTML of a document, in storage preformatted text."""
    only = el.els()[0] if len(el.kids) == 1 and el.els() else None
    if el.attrs or only is None or only.tag != "code" or only.els():
        raise Unreadable
    if reader.document is None:
        return _preformatted(only, reader)
    word = only.get("class").removeprefix("language-")
    params = {k.removeprefix(macros.PARAMETER): v for k, v in only.attrs.items() if k != "class"}
    if len(params) < len(only.attrs) - ("class" in only.attrs) or not LANGUAGE.fullmatch(word):
        raise Unreadable
    if any(macros.PARAMETER + k not in only.attrs or not _writable(k, v) for k, v in params.items()):
        raise Unreadable
    text = text_of(only, reader.src).replace("\r\n", "\n").removesuffix("\n")
    language = of_fence(word, params)
    return Block(Kind.CODE, Code(language, tuple(sorted(params.items()))), text=text)


def _preformatted(code: El, reader: StorageReader) -> Block:
    """Read code that a page holds as HTML does."""
    word = code.get("class")
    text = text_of(code, reader.src)
    if set(code.attrs) - {"class"} or (word and not word.startswith("language-")) or "\r" in text:
        raise Unreadable
    word = word.removeprefix("language-")
    if not text or not LANGUAGE.fullmatch(word):
        raise Unreadable
    return Block(Kind.CODE, Code(Language(word), ((MACRO, PRE),)), text=text)


def write_html(block: Block, out: StorageWriter, bare: bool) -> str:  # noqa: FBT001  (a BlockWriter)
    """Write `<pre><code class="language-…" data-p-title="…">`, no line of it blank, which would end the HTML."""
    data = block.data if isinstance(block.data, Code) else Code()
    if not block.text or data == SHOWN or _is_broken(data):
        return write_storage(block, out, bare)
    text = escape(
        block.text + ("\n" if block.text.endswith("\n") else "")
    )  # the last line end is the element's
    text = BLANK_LINES.sub(lambda m: m[0].replace("\n", "&#10;"), text)
    word, said = to_fence(data.language)
    pairs = [("class", "language-" + word)] if word else []
    pairs += [(macros.PARAMETER + k, v) for k, v in (*said.items(), *data.params)]
    return f"<pre><code{attributes(pairs)}>{text}</code></pre>"


def named(code: Code) -> tuple[str, Pairs]:
    """Return the macro's name and parameters, the language first."""
    rest = dict(code.params)
    name = rest.pop(MACRO, "code")
    rest |= shown(rest) if name == "code" else {}
    language = to_macro(code.language)
    if rest.get(UNNAMED) == "":
        rest[""] = rest.pop(UNNAMED)
    elif rest.get(UNNAMED) == "language" and "language" in language:
        del rest[UNNAMED]
        language = {k if k != "language" else "": v for k, v in language.items()}
    return name, (*language.items(), *rest.items())


def read_fence(reader: MarkdownReader, at: At) -> list[Block]:
    """Read a fence: code, or raw storage."""
    token = at.token
    block = reader.place(Block(Kind.CODE, Code()), at)
    block.marker = token.markup
    text = token.content.removesuffix("\n") if token.content else NO_LINE
    info = _unescaped(token.info).strip()
    if reader.track and token.map is not None:
        _inside(reader, block, at)
    if info in {RAW, BROKEN, "csf", "cfx-storage"}:
        return [raw.read_fence(reader, block, text, info, at.depth)]
    if info == "{=html}":
        block.kind, block.data = Kind.HTML, Html(text)
        return [block]
    if info == "{contents}" or (info == "toc" and TOC_OPTIONS.fullmatch(text)):
        return [raw.is_toc(block)]
    if info in {"math", "{math}"}:  # GitHub's other spelling of a formula, and MyST's
        shown_from = options_end(text) if info == "{math}" else 0
        block.kind, block.data, block.text = Kind.MATH, None, formula(text[shown_from:])
        return [block]
    if info.startswith("{") and figure.of_directive(reader, block, info, text):
        return [block]
    block.data, block.text = code_of(info), text
    if (m := DIRECTIVE.match(info)) is not None:
        _directive(reader, block, m)
    return [block]


def _directive(reader: MarkdownReader, block: Block, m: re.Match[str]) -> None:
    """Make MyST's directive the code that it shows; its options stay in the file."""
    text = block.text or ""
    language, params, skip = of_directive(m, text)
    spoken = of_fence(language, params)
    block.data, block.text = Code(spoken, tuple(sorted(params.items()))), text[skip:]
    for _ in range(text.count("\n", 0, skip) if reader.track else 0):
        block.ins = min(reader.src.find("\n", block.ins) + 1 or block.ine, block.ine)


def _unescaped(info: str) -> str:
    from markdown_it.common.utils import unescapeAll  # noqa: PLC0415  (only this needs it, and it costs start-up)

    return unescapeAll(info)


def _inside(reader: MarkdownReader, block: Block, at: At) -> None:
    """Say where the code's lines are: from the line behind the opening fence to the closing one."""
    if "inside" in at.token.meta:
        block.ins, block.ine = at.token.meta["inside"]
        return
    if at.token.meta.get("bare"):
        block.ins, block.ine = reader.lines.start(at.token.map[0] if at.token.map else 0), block.e
        return
    first, behind = at.token.map or (0, 0)
    block.ins = min(reader.lines.start(first + 1), block.e)
    last = reader.lines.begin(behind - 1, at.chain)
    text = reader.src[last : reader.lines.end(behind - 1)].strip()
    closed = behind - 1 > first and (text.startswith(block.marker) or at.token.meta.get("closed", False))
    block.ine = max(reader.lines.start(behind - 1), block.ins) if closed else block.e


def read_indented(reader: MarkdownReader, at: At) -> list[Block]:
    """Read code that is told by its indentation."""
    block = reader.place(Block(Kind.CODE, Code()), at)
    block.text = at.token.content.removesuffix("\n")
    return [block]


def code_of(info: str) -> Code:
    """Return what an info string says."""
    if m := ATTRIBUTE_LIST.match(info):
        return Code(confluence_name(m[1]), (("info", info),))
    m = None if info.startswith("- ") else LANGUAGE.match(info)  # mark's sign for no language
    language, rest = (m[0], info[m.end() :]) if m else ("", info)
    if rest.startswith("="):  # no language, and this is a parameter's name
        language, rest = "", info
    params: Pairs = (("info", rest.strip()),) if rest.strip() else ()
    if PARAMETERS.fullmatch(rest) or (not language and PARAMETERS.fullmatch(" " + rest)):
        pairs = {key: value[1:-1] for key, value in PARAMETER.findall(rest)}
        if pairs.get(MACRO, PRE) not in (PRE, *PLAIN_MACROS):
            return Code(Language(language), (("info", rest.strip()),))
        spoken = Language("") if pairs.get(MACRO) in PLAIN_MACROS else of_fence(language, pairs)
        if not spoken and pairs.get(UNNAMED) == "language":
            del pairs[UNNAMED]
        return Code(spoken, tuple(sorted(pairs.items())))
    return Code(Language(language), params)


def info_of(code: Code) -> str:
    """Return the info string of a code block; the inverse of `code_of`."""
    params = dict(code.params)
    spoken, said = to_fence(code.language)
    language = PLAIN_MACROS.get(params.get(MACRO, ""), spoken)
    info = params.pop("info", "")
    params = {**said, **params}
    pairs = " ".join(f"{k}='{v}'" if '"' in v else f'{k}="{v}"' for k, v in params.items())
    if info:
        m = ATTRIBUTE_LIST.match(info)
        if m and confluence_name(m[1]) == code.language:
            return info
        return (language + ("" if info.startswith(",") else " ") + info).strip()
    return f"{language} {pairs}".rstrip() if language else pairs


def write_markdown(block: Block, out: MarkdownWriter, _before: Block | None) -> str:
    """Write a fence."""
    data = block.data if isinstance(block.data, Code) else Code()
    text = block.text or ""
    info = RAW if data == SHOWN else BROKEN if _is_broken(data) else info_of(data)
    ticks = fence(text, len(out.style.fence), "~" if "`" in info else out.style.fence[0])
    ticks_open = ticks + (" " if info.startswith("{") and not info.startswith("{=") else "")
    head = f"{ticks_open}{_escaped(info)}"
    return f"{head}\n{text}\n{ticks}" if not _has_no_line(block) else f"{head}\n{ticks}"


def _is_broken(data: Code) -> bool:
    return data == Code("xml", (("title", BROKEN),))


def _escaped(info: str) -> str:
    return re.sub(r"\\(?=[!-/:-@\[-`{-~])", r"\\\\", re.sub(r"&(?=#?\w+;)", "&amp;", info))
