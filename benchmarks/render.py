"""How often Markdown that went through storage renders the same, and storage that went through Markdown is the same bytes.

Both Markdown texts are rendered as HTML by bare markdown-it-py (its preset `gfm-like`) and compared canonically. What does
not count is said in `Canonical`. A file with notations that bare markdown-it-py does not know, so that it shows them as
text, is set aside, and so is one with HTML or JSX tags that Confluence has no counterpart of: see `is_plain`.

python -m benchmarks.render [--show N] [FOLDER]
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt
from markdown_it.token import Token

from benchmarks.figures import CORPUS, table
from confsync.markup import to_markdown, to_storage
from confsync.markup.document import Document
from confsync.markup.elements.languages import confluence_name
from confsync.markup.markdown_parser import PARSER

NOTATIONS = frozenset(
    {
        *(
            "admonition_open",
            "container_any_open",
            "tab_open",
            "dl_open",
            "math_block",
            "contents",
            "storage_block",
        ),
        *("footnote_reference_open", "footnote_ref", "math_inline", "math_inline_double", "attributes"),
        *("mark_open", "sup_open", "sub_open", "storage_inline"),
    }
)
"""Tokens of notations of docs sites: admonitions, containers, tabs, definitions, formulas, footnotes and so on."""
LINES = re.compile(
    r"^[ \t>]*(?:\[TOC\]|\[\[_?TOC|\*\[[^\]\n]+\]:|import\s.*['\"];?$|export\s(?:const|let|var)\s|--8<--|\{[%/])",
    re.MULTILINE,
)
"""Lines of tables of contents, abbreviations, MDX modules, snippets and templates."""
SHORTCODE = re.compile(r"(?<![\w:])\:[a-z][a-z0-9_+-]*:(?!\w)")
UNKNOWN_HTML = re.compile(r"</?(?:figure|iframe|script|style|video|audio|svg)\b")
"""Tags that Confluence has no counterpart of, and components."""
MARKS = {
    "b": "strong",
    "i": "em",
    "s": "del",
    "kbd": "code",
    **{n: n for n in ("a", "code", "del", "em", "strong", "sub", "sup", "u")},
}
LOOKS = frozenset(
    {"class", "style", "id", "align", "markdown", "loading", "target", "rel", "name", "open", "start"}
)
WORDS = re.compile(r"\w+|[^\w\s]")


class Canonical:
    """HTML as a list of tags and words. What does not count:

    - white space; comments; how tags nest that are marks of words (`**[a](b)**` and `[**a**](b)`);
    - paragraphs inside of items, cells and quotes (a list is loose or tight), empty paragraphs, `div` without a say;
    - attributes about looks (`class`, `style`, `id`, `align`, …): an alignment to the left is none;
    - marks in a `summary`: Confluence's titles are plain text;
    - other names of a code block's language (`sh` is `bash`).
    """

    def __init__(self, html: str) -> None:
        self.out: list[tuple[str, ...]] = []
        self.walk(lxml.html.fragment_fromstring(html, create_parent="div"), ())

    def walk(self, el: HtmlElement, marks: tuple[str, ...]) -> None:
        if not isinstance(el.tag, str):
            return
        attrs = " ".join(f"{k}={' '.join(v.split())}" for k, v in sorted(el.attrib.items()) if k not in LOOKS)
        mark = MARKS.get(el.tag)
        shown = mark is None and el.tag not in {"p", "div", "span", "tbody"}
        if shown:
            self.out.append((el.tag, attrs, _language(el)))
        inner = (
            marks
            if mark is None or any(a.tag == "summary" for a in el.iterancestors())
            else tuple(sorted({*marks, f"{mark} {attrs}"}))
        )
        self.words(el.text, inner)
        for kid in el:
            self.walk(kid, inner)
            self.words(kid.tail, inner)
        if shown or el.tag == "p":
            self.border(el)

    def border(self, el: HtmlElement) -> None:
        """End a block; two ends of paragraphs in a row are one, and those in items, cells and quotes are none."""
        parent = el.getparent()
        nested = el.tag == "p" and parent is not None and parent.tag in {"li", "td", "th", "blockquote"}
        if not nested and self.out and self.out[-1] != ("/",):
            self.out.append(("/",))

    def words(self, text: str | None, marks: tuple[str, ...]) -> None:
        self.out.extend((word, *marks) for word in WORDS.findall(text or ""))


def _language(el: HtmlElement) -> str:
    m = re.search(r"language-(\S+)", el.get("class") or "") if el.tag == "code" else None
    return confluence_name(m[1]) if m else ""


def is_plain(body: str) -> bool:
    """Say whether a text holds nothing but CommonMark, GFM and HTML that Confluence has."""
    tokens = PARSER.parse(body, {})
    return not (LINES.search(body) or any(_is_foreign(t) for t in _all(tokens)))


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _is_foreign(token: Token) -> bool:
    match token.type:
        case "text":
            return SHORTCODE.search(token.content) is not None
        case "html_block" | "html_inline":
            return UNKNOWN_HTML.search(token.content) is not None
        case kind:
            return kind in NOTATIONS


@cache
def renderer() -> MarkdownIt:
    md = MarkdownIt("gfm-like", {"html": True})
    if md.linkify is None:
        raise SystemExit("linkify-it-py is missing: pip install -e .[test]")
    md.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return md


def measured(body: str) -> tuple[bool, bool]:
    """Whether a text renders the same after storage, and whether its storage is the same bytes after Markdown."""
    storage = to_storage(body).text
    again = to_markdown(storage).text
    same = Canonical(renderer().render(body)).out == Canonical(renderer().render(again)).out
    return same, to_storage(again).text == storage


def rows(folder: Path, show: int = 0) -> list[tuple[str, str, str, str]]:
    """Return what was measured, a row for each tree and law: name, held, of, rate."""
    held: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for path in sorted(folder.glob("**/*.md*")):
        body = Document.parse(path.read_text(encoding="utf-8", errors="replace")).body
        same, fixed = measured(body)
        tree, plain = path.relative_to(folder).parts[0], is_plain(body)
        kinds = {"md>st>md renders the same": same and plain, "md>st>md>st same bytes": fixed}
        for name, ok in kinds.items():
            if plain or "bytes" in name:
                for key in (name, f"{name}: {tree}"):
                    seen[key] += 1
                    held[key] += ok
        if plain and not same and show > 0:
            show -= 1
            print(f"renders otherwise: {path}")
    return [
        (name, str(held[name]), str(seen[name]), f"{100 * held[name] / seen[name]:.2f} %")
        for name in sorted(seen)
    ]


def run() -> None:
    """Print the figures."""
    found = rows(CORPUS / "markdown") if (CORPUS / "markdown").is_dir() else []
    table("Markdown through storage and back", [("law", "held", "of", "rate"), *found])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("folder", type=Path, nargs="?", default=CORPUS / "markdown")
    args = parser.parse_args()
    table("Markdown through storage and back", [("law", "held", "of", "rate"), *rows(args.folder, args.show)])
