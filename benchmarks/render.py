"""How often Markdown that went through storage renders the same, and storage that went through Markdown is the same bytes.

Both Markdown texts are rendered by bare markdown-it-py, CommonMark with tables, strikethrough, footnotes and task lists, and
compared as trees of HTML. What does not count is said in `tree`. A file with a notation that this parser does not know, so
that it shows it as text, is set aside: see `DIALECT`.

python -m benchmarks.render [--show N] [--gfm] [FOLDER]
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from benchmarks.figures import CORPUS, table
from confsync.markup import to_markdown, to_storage
from confsync.markup.document import Document

DIALECT = re.compile(
    r"""
    ^[ \t>]*(?:
        (?:!!!|\?\?\?)\+?[ ] | :::          # admonitions, containers
      | ===[!+]*[ \t]+["']                  # tabs
      | [`~]{3,}[ ]*\{                      # directives, fences with attributes
      | (?:import\s+(?:[\w*{][^\n]*from\s+)?['"] | export\s+(?:const|default|let|function)\b)
      | --8<-- | \*\[[^\]\n]+\]: | \[TOC\] | <!--\s*toc | \$\$ | :[ \t]+\S
    )
    | \{\{ | \{% | (?<!!)\[\[[^\]\n]+\]\]   # templates, wikilinks
    | \{[ ]*[#:.][^}\n]*\} | \{[ ]*[\w-]+=["'][^}\n]*\}   # attribute lists
    | </?[A-Z]\w*[\s/>]                     # components
    | ==[^=\s] | \^\^ | \+\+\S+?\+\+ | \$[^$\n]+\$ | ~[^~\s]+~
    | (?<![\w:]):[a-z][a-z0-9_+-]*:(?!\w)   # emoji
    """,
    re.MULTILINE | re.VERBOSE,
)
"""Notations of docs sites: admonitions, containers, tabs, attribute lists, components, templates, formulas and so on."""
FENCED = re.compile(r"^([ \t>]*)(`{3,}|~{3,})([^\n]*)$.*?^[ \t>]*\2[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
BLOCKS = frozenset(
    [
        "body",
        "p",
        "div",
        "center",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "blockquote",
        "pre",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "details",
        "summary",
        "section",
        "dl",
        "dt",
        "dd",
        "figure",
    ]
)
END = ("end of a paragraph", (), ())
Node = str | tuple


def tree(el: HtmlElement, *, pre: bool = False) -> Node:
    """Return an element as a tree of names, attributes and text.

    What does not count: white space between blocks and how much there is between words, the ids of headings, and the
    paragraphs that make a list loose.
    """
    pre = pre or el.tag == "pre"
    kids: list[Node] = []
    for text, kid in [(el.text, None), *((k.tail, k) for k in el)]:
        if kid is not None and isinstance(kid.tag, str):
            kids.append(tree(kid, pre=pre))
        if text:
            _add(kids, text if pre else re.sub(r"[ \t\r\n]+", " ", text), pre=pre)
    if el.tag in BLOCKS and not pre:
        kids = _trimmed(kids)
    if el.tag in {"li", "td", "th"}:
        kids = _tight(kids)
    heading = re.fullmatch(r"h[1-6]", el.tag)
    attrs = {k: " ".join(v.split()) for k, v in el.attrib.items() if not (heading and k == "id")}
    return (el.tag, tuple(sorted(attrs.items())), tuple(kids))


def _add(kids: list[Node], text: str, *, pre: bool) -> None:
    if kids and isinstance(kids[-1], str):
        kids[-1] = kids[-1] + text if pre else re.sub(" +", " ", kids[-1] + text)
    else:
        kids.append(text)


def _trimmed(kids: Sequence[Node]) -> list[Node]:
    """Take white space off the edges of a block, and from beside blocks and breaks in it."""
    out: list[Node] = []
    for n, kid in enumerate(kids):
        text = kid
        if isinstance(text, str):
            text = text.lstrip(" ") if _is_edge(kids, n - 1) else text
            text = text.rstrip(" ") if _is_edge(kids, n + 1) else text
        if text:
            out.append(text)
    return out


def _is_edge(kids: Sequence[Node], n: int) -> bool:
    if not 0 <= n < len(kids):
        return True
    return not isinstance(kids[n], str) and (kids[n][0] in BLOCKS or kids[n][0] == "br")


def _tight(kids: Sequence[Node]) -> list[Node]:
    """Take the paragraphs of an item away; that one ends still counts before other words."""
    flat: list[Node] = []
    for kid in kids:
        flat += [*kid[2], END] if kid[:2] == ("p", ()) else [kid]
    return [k for n, k in enumerate(flat) if k != END or not _is_edge(flat, n + 1)]


def is_plain(body: str) -> bool:
    """Say whether a text holds nothing but CommonMark, GFM and HTML; what stands in code says nothing."""
    return DIALECT.search(CODE.sub("", FENCED.sub(r"\1~~~\3", body))) is None


@cache
def renderer(*, gfm: bool = False) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True, "linkify": gfm}).enable(["table", "strikethrough"])
    if gfm and md.linkify is not None:
        md.enable("linkify").linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return md.use(footnote_plugin).use(tasklists_plugin)


def shown(body: str, *, gfm: bool = False) -> Node:
    """Return what a text renders as."""
    return tree(lxml.html.fragment_fromstring(renderer(gfm=gfm).render(body), create_parent="body"))


def measured(body: str, *, gfm: bool = False) -> tuple[bool, bool]:
    """Whether a text renders the same after storage, and whether its storage is the same bytes after Markdown."""
    storage = to_storage(body).text
    again = to_markdown(storage).text
    return shown(body, gfm=gfm) == shown(again, gfm=gfm), to_storage(again).text == storage


def rows(folder: Path, show: int = 0, *, gfm: bool = False) -> list[tuple[str, str, str, str]]:
    """Return what was measured, a row for each tree and law: name, held, of, rate."""
    held: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for path in sorted(folder.glob("**/*.md*")):
        body = Document.parse(path.read_text(encoding="utf-8", errors="replace")).body
        same, fixed = measured(body, gfm=gfm)
        name, plain = path.relative_to(folder).parts[0], is_plain(body)
        for law, ok in {"renders the same": same, "same bytes": fixed}.items():
            if law == "same bytes":
                keys = [law]
            else:
                keys = [law, f"{law}: {name}"] if plain else ["renders the same, of those set aside"]
            for key in keys:
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
    parser.add_argument("--gfm", action="store_true", help="show bare addresses as links")
    parser.add_argument("folder", type=Path, nargs="?", default=CORPUS / "markdown")
    args = parser.parse_args()
    found = rows(args.folder, args.show, gfm=args.gfm)
    table("Markdown through storage and back", [("law", "held", "of", "rate"), *found])
