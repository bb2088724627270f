"""Names of storage format: which elements exist, which attributes say nothing, how a style is spelled.

Facts alone: no reading, no writing. Their sources are in FACTS.md, whose numbers stand beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from confsync.markup.alignment import respelt
from confsync.markup.tree import CODE, DEL, EM, STRONG, Mark, Pairs

VOLATILE = frozenset(
    {
        "ac:macro-id",
        "ac:schema-version",
        "ac:local-id",
        "local-id",
        "ri:version-at-save",
        "ri:local-id",
    }
)
"""Attributes that Confluence assigns; an author never chose them (FACTS.md 2)."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}
MACRO_TAGS = frozenset({"ac:structured-macro", "ac:macro"})
"""`ac:macro` is an older spelling (FACTS.md 10)."""

BLOCK_TAGS = frozenset(
    {
        "p",
        "ul",
        "ol",
        "table",
        "blockquote",
        "hr",
        "div",
        "pre",
        "ac:layout",
        "ac:layout-section",
        "ac:layout-cell",
        "ac:task-list",
        "ac:adf-extension",
        *HEADINGS,
    }
)
INNER_TAGS = frozenset(
    {
        "li",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "col",
        "ac:task",
        "ac:rich-text-body",
        "ac:plain-text-body",
        "ac:parameter",
        "ac:caption",
    }
)
"""Parts of blocks, which mean nothing elsewhere."""

INLINE_MACROS = frozenset(
    {"status", "anchor", "jira", "profile", "mathinline", "mention", "emoji", "view-file"}
)
"""Macros that may stand between words; any other macro directly between blocks is a block."""

BODILESS_MACROS = frozenset(
    [
        "anchor",
        "toc",
        "children",
        "pagetree",
        "pagetreesearch",
        "navmap",
        "include",
        "excerpt-include",
        "detailssummary",
        "contentbylabel",
        "content-report-table",
        "content-by-user",
        "recently-updated",
        "recently-updated-dashboard",
        "blog-posts",
        "attachments",
        "gallery",
        "space-attachments",
        "view-file",
        "viewpdf",
        "viewdoc",
        "viewxls",
        "viewppt",
        "multimedia",
        "widget",
        "jira",
        "jiraissues",
        "jirachart",
        "profile",
        "profile-picture",
        "contributors",
        "contributors-summary",
        "change-history",
        "livesearch",
        "search",
        "labels-list",
        "listlabels",
        "popular-labels",
        "related-labels",
        "recently-used-labels",
        "tasks-report-macro",
        "create-from-template",
        "roadmap",
        "drawio",
        "inc-drawio",
        "gliffy",
        "index",
        "spaces",
        "space-details",
        "spaces-list",
        "favpages",
        "network",
        "status-list",
        "pagelinks",
        "global-reports",
        "userlister",
        "iframe",
        "mermaid-cloud",
        "plantumlcloud",
        "lucidchart",
        "scroll-pagebreak",
        "scroll-portrait",
        "scroll-landscape",
        "multiexcerpt-include",
        "multiexcerpt-include-macro",
        "floatmenu",
        "easy-heading-macro",
        "chart",
        "cheese",
        "gadget",
        "im",
        "loremipsum",
        "redirect",
        "rss",
        "status",
    ]
)
"""Macros that have parameters and no body, each of which Confluence or a plugin documents (FACTS.md 10)."""

PLAIN_MACROS = {
    "noformat": "text",
    "plantuml": "plantuml",
    "plantumlrender": "plantuml",
    "mermaid": "mermaid",
    "mermaid-cloud": "mermaid",
    "mermaid-macro": "mermaid",
    "graphviz": "dot",
    "markdown": "markdown",
    "latex": "latex",
    "unmigrated-wiki-markup": "",
}
"""Macros with a body of text that shows nothing but that text, and the language it is written in."""

MARK_TAGS: dict[str, Mark] = {
    "strong": STRONG,
    "b": STRONG,
    "em": EM,
    "i": EM,
    "del": DEL,
    "s": DEL,
    "strike": DEL,
    "code": CODE,
    "tt": CODE,
}
KEPT_TAGS = frozenset({"u", "sub", "sup", "small", "big", "span", "a"})
"""Inline elements without a Markdown delimiter, written as tags."""

INLINE_TAGS = KEPT_TAGS | frozenset(MARK_TAGS) | frozenset({"br", "img", "time"})

VOCABULARY = BLOCK_TAGS | INNER_TAGS | INLINE_TAGS
"""Every HTML element that storage may hold; names with a prefix are Confluence's own."""

FOREIGN_INLINE = frozenset(
    [
        "abbr",
        "acronym",
        "bdi",
        "bdo",
        "button",
        "cite",
        "data",
        "dfn",
        "font",
        "ins",
        "input",
        "kbd",
        "label",
        "mark",
        "math",
        "meter",
        "output",
        "progress",
        "q",
        "ruby",
        "rb",
        "rt",
        "rp",
        "samp",
        "select",
        "svg",
        "var",
        "wbr",
    ]
)
"""Inline elements outside of the vocabulary, met between words in bodies that were pasted or made by programs."""

ACTIVE_TAGS = frozenset(
    [
        "script",
        "style",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "link",
        "base",
        "noscript",
    ]
)
"""Elements that do something; they never reach storage, not even inside raw storage."""

PANELS = ("info", "tip", "note", "warning")

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
"""A day as ISO 8601 has it; Confluence's dates are nothing else (FACTS.md 13)."""

STYLE_COLON = re.compile(r"\s*:\s*")
NO_STYLE = frozenset({"text-align: left", "text-align: start"})
ALIGN = re.compile(r"text-align: (center|right);")


def style(value: str | None) -> str:
    """Return a style in one spelling: `text-align:center` and `text-align: center;` are one."""
    if not value:
        return ""
    parts = (STYLE_COLON.sub(": ", p.strip(), count=1) for p in value.split(";") if p.strip())
    return " ".join(f"{p};" for p in parts if p not in NO_STYLE and not ("(" in p and _would_run(p)))


def _would_run(declaration: str) -> bool:
    """Say whether a part of a style runs something in some browser, or did."""
    return UNSAFE_STYLE.search(INVISIBLE.sub("", declaration)) is not None


def kept(attrs: Mapping[str, str]) -> Pairs:
    """Return the attributes that an author may have chosen, sorted, styles in one spelling; handlers are none."""
    chosen = ((k, v) for k, v in attrs.items() if k not in VOLATILE and not k.lower().startswith("on"))
    out = ((k, respelt(style(v), v) if k == "style" else v) for k, v in chosen)
    return tuple(sorted((k, v) for k, v in out if v or k != "style"))


UNSAFE_URL = re.compile(
    r"(?:javascript|vbscript|livescript):|data:(?:text/html|[^,]*(?:xml|svg))", re.IGNORECASE
)
UNSAFE_STYLE = re.compile(
    r"(?:java|vb|live)script:|expression\(|-moz-binding:|(?<!-)behaviou?r:", re.IGNORECASE
)
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S")


def is_unsafe(url: str) -> bool:
    """Say whether following a link would run something; white space and control characters hide nothing."""
    return bool(UNSAFE_URL.match(INVISIBLE.sub("", url)))


def is_url(address: str) -> bool:
    """Say whether an image's source is an address rather than an attachment's name."""
    return bool(SCHEME.match(address)) or address.startswith("//")
