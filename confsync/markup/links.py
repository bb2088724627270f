"""Where links lead: relative paths in Markdown, titles and attachment names in storage, and the way back.

Here: the protocol that the readers and writers of Markdown ask, and the table of one document that answers it. Nothing
here parses Markdown or storage, and nothing looks at the disk: what exists is said by whoever builds the table.

Addresses are the tree's canonical ones (`confluence:page?content-title=Install#Set-up`). Every answer can be taken
back: `address(href(a)) == a` wherever `href` answers, or else it stays silent and the address stands as it is.
"""

from __future__ import annotations

import base64
import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, runtime_checkable
from urllib.parse import parse_qs, quote, unquote, unquote_plus, urlsplit

from confsync.markup.slugs import anchors_of, headings_in, slug_of
from confsync.model import DocPath, Flavor, Heading, PageId, title_key

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PAGE = re.compile(r"confluence:page\?content-title=([^&#]*)(?:#(.*))?", re.DOTALL)
_ENCODED = re.compile('[\\s\x00-\x20\x7f%?#()<>\\\\"`|\\[\\]]')
_EMBEDDED = re.compile(r"\[\[([^\[\]|#\n]+\.\w+)(?:\|[^\[\]\n]*)?\]\]")
_INDEXES = ("index.md", "README.md", "readme.md", "Index.md")


class Links(Protocol):
    """What maps addresses when Markdown is read or written. None: no mapping, the address stands as it is."""

    def address(self, href: str) -> str | None:
        """Map a link's target as written in Markdown to a canonical address."""
        ...

    def href(self, address: str) -> str | None:
        """Map a canonical address to what is written in Markdown."""
        ...

    def attachment(self, src: str) -> str | None:
        """Map the target of an image or of a link to a file to the name of its attachment."""
        ...

    def file(self, name: str) -> str | None:
        """Map an attachment's name to what is written in Markdown."""
        ...


@runtime_checkable
class Wikilinks(Links, Protocol):
    """What maps wikilinks besides, where somebody asked for them."""

    @property
    def wikilinks(self) -> bool:
        """Whether `[[…]]` is read at all."""
        ...

    def wiki(self, target: str) -> str | None:
        """Map what stands in the brackets, `Page`, `folder/Page`, `Page#Heading`, to a canonical address."""
        ...

    def embedded(self, target: str) -> str | None:
        """Map an embedded file, by its path from here or from the root, to the name of its attachment."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """A document that links may lead to.

    `body` gives the storage of a page that has no file yet; its headings are looked for there when a link asks.
    """

    path: DocPath
    title: str
    headings: tuple[Heading, ...] = ()
    page_id: PageId | None = None
    body: Callable[[], str] | None = None


@dataclass(frozen=True)
class LinkTable:
    """All documents of a tree, made once for a run. `base_urls` are the site's own addresses, up to the context path.

    `also` are further titles by which documents are found, where no other document has the title.
    """

    targets: tuple[Target, ...] = ()
    space_key: str = ""
    base_urls: tuple[str, ...] = ()
    flavor: Flavor = Flavor.CLOUD
    also: Mapping[DocPath, str] = field(default_factory=dict)

    @cached_property
    def by_path(self) -> Mapping[str, Target]:
        """Documents by path."""
        return {t.path: t for t in self.targets}

    @cached_property
    def by_title(self) -> Mapping[str, Target]:
        """Documents by what Confluence compares titles by."""
        also = {
            title_key(title): self.by_path[path] for path, title in self.also.items() if path in self.by_path
        }
        return also | {title_key(t.title): t for t in reversed(self.targets)}

    @cached_property
    def by_id(self) -> Mapping[str, Target]:
        """Documents by page id."""
        return {t.page_id: t for t in self.targets if t.page_id is not None}

    @cached_property
    def _by_name(self) -> Mapping[str, Target]:
        """Documents by every tail of their path without suffix, as wikilinks have it; the shortest path wins."""
        out: dict[str, Target] = {}
        for target in sorted(self.targets, key=lambda t: (t.path.count("/"), t.path)):
            parts = posixpath.splitext(target.path)[0].split("/")
            for n in range(len(parts)):
                out.setdefault("/".join(parts[n:]).casefold(), target)
        return out

    def named(self, name: str) -> Target | None:
        """Find a document as wikilinks name it: by its path's last parts, or by its page's title."""
        plain = unicodedata.normalize("NFC", name.strip().strip("/"))
        return self._by_name.get(plain.removesuffix(".md").casefold()) or self.by_title.get(title_key(plain))

    @cached_property
    def _anchors(self) -> dict[DocPath, dict[str, str]]:
        return {}

    def anchors(self, target: Target) -> Mapping[str, str]:
        """Return a document's anchors in Confluence by slug."""
        if target.path not in self._anchors:
            headings = target.headings if target.body is None else headings_in(target.body())
            self._anchors[target.path] = dict(anchors_of(headings, self.flavor))
        return self._anchors[target.path]

    def find(self, path: str) -> Target | None:
        """Find the document that a path without `.` and `..` means.

        A file, a folder's page, a file without its suffix, or the page that a site generator makes of it (`x.html`).
        """
        path = unicodedata.normalize("NFC", path)
        stem = path.rstrip("/")
        folder = [posixpath.join(stem, name) for name in _INDEXES]
        file = [] if path.endswith("/") else [path, path.removesuffix(".html") + ".md"]
        for candidate in (*file, *folder, stem + ".md", stem + ".mdx", stem + ".markdown"):
            found = self.by_path.get(candidate.lstrip("/"))
            if found is not None:
                return found
        return None

    def find_url(self, url: str) -> Target | None:
        """Find the document whose page an address of this site shows (FACTS.md 14)."""
        for base in self.base_urls:
            rest = url.removeprefix(base.rstrip("/"))
            if rest != url and rest.startswith("/"):
                return self._find_route(rest)
        return None

    def _find_route(self, route: str) -> Target | None:
        parts = urlsplit(route)
        if m := re.fullmatch(r"/spaces/[^/]+/pages/(\d+)(?:/[^/]*)?/?", parts.path):
            return self.by_id.get(m[1])
        if parts.path == "/pages/viewpage.action":
            query = parse_qs(parts.query)
            key = query.get("spaceKey", [""])[0]
            if key.casefold() == self.space_key.casefold() and key:
                return self.by_title.get(title_key(query.get("title", [""])[0]))
            return self.by_id.get(query.get("pageId", [""])[0])
        if m := re.fullmatch(r"/display/([^/]+)/([^/]+)", parts.path):
            same = unquote(m[1]).casefold() == self.space_key.casefold()
            return self.by_title.get(title_key(unquote_plus(m[2]))) if same else None
        if m := re.fullmatch(r"/x/([\w-]{4,11})", parts.path):
            return self.by_id.get(str(_tiny_id(m[1])))
        return None


@dataclass(frozen=True)
class DocLinks:
    """The links of one document. `attachments` are the files it may refer to, with their names on its page."""

    path: DocPath
    table: LinkTable = field(default_factory=LinkTable)
    attachments: Mapping[DocPath, str] = field(default_factory=dict)
    wikilinks: bool = False

    def wiki(self, target: str) -> str | None:
        """Map a wikilink: the document of that path from here, else of that name anywhere, else of that title."""
        base, _, fragment = target.partition("#")
        heading = fragment.rpartition("#")[2].strip()
        slug = "" if heading.startswith("^") else slug_of(heading)
        if not base.strip():
            anchor = self._anchors(self.table.by_path.get(self.path)).get(slug)
            return "#" + quote(anchor, safe="") if anchor is not None else None
        found = self._target(quote(base.strip())) or self.table.named(base)
        if found is None:
            return None
        return _page_address(found, self._anchors(found).get(slug, heading if slug else ""))

    def embedded(self, target: str) -> str | None:
        """Map an embedded file."""
        path = quote(target.strip())
        return self.attachment(path) or self.attachment("/" + path)

    def address(self, href: str) -> str | None:
        """Map a relative link, a link from the root (`/x.md`), a `#slug` or a page's own URL to an address."""
        base, _, fragment = href.partition("#")
        if _SCHEME.match(base):
            target = self.table.find_url(href)
            return _page_address(target, fragment and unquote(fragment)) if target else None
        if "?" in base or base.startswith("//"):
            return None
        slug = unquote(fragment)
        if not base:
            anchor = self._anchors(self.table.by_path.get(self.path)).get(slug)
            return "#" + quote(anchor, safe="") if anchor is not None else None
        target = self._target(base)
        if target is None:
            return None
        return _page_address(target, self._anchors(target).get(slug, slug))

    def href(self, address: str) -> str | None:
        """Map the address of a page that has a file here to the shortest relative path."""
        if address.startswith("#"):
            slug = self._slug(self.table.by_path.get(self.path), unquote(address[1:]))
            href = "#" + _spelled(slug)
        else:
            m = _PAGE.fullmatch(address)
            target = self.table.by_title.get(title_key(unquote(m[1]))) if m else None
            if m is None or target is None:
                return None
            href = self._relative(target.path)
            if m[2]:
                href += "#" + _spelled(self._slug(target, unquote(m[2])))
        return href if self.address(href) == address else None

    def attachment(self, src: str) -> str | None:
        """Map a relative path (or one from the root) to a file that is known to the name of its attachment."""
        path = self._resolve(re.split(r"[?#]", src, maxsplit=1)[0])
        return self.attachments.get(path) if path is not None else None

    def file(self, name: str) -> str | None:
        """Map an attachment's name to the file's relative path; names compare without regard to case."""
        path = self._files.get(name) or self._files.get(name.casefold())
        href = self._relative(path) if path is not None else None
        return href if href is not None and self.attachment(href) == name else None

    @cached_property
    def _files(self) -> Mapping[str, DocPath]:
        folded = {name.casefold(): path for path, name in self.attachments.items()}
        return folded | {name: path for path, name in self.attachments.items()}

    def _anchors(self, target: Target | None) -> Mapping[str, str]:
        return self.table.anchors(target) if target is not None else {}

    def _slug(self, target: Target | None, anchor: str) -> str:
        return next((s for s, a in self._anchors(target).items() if a == anchor), anchor)

    def _target(self, base: str) -> Target | None:
        path = self._resolve(base)
        if path is None:
            folder = self._joined(base)
            return self.table.find("") if folder == "." else None
        return self.table.find(path + "/" if unquote(base).endswith("/") else path)

    def _joined(self, base: str) -> str:
        raw = unquote(base)
        start = "" if raw.startswith("/") else posixpath.dirname(self.path)
        return posixpath.normpath(posixpath.join(start, raw.lstrip("/") if not start else raw) or ".")

    def _resolve(self, base: str) -> DocPath | None:
        if not base or _SCHEME.match(base) or base.startswith("//"):
            return None
        try:
            return DocPath(self._joined(base))
        except ValueError:
            return None

    def _relative(self, path: DocPath) -> str:
        href = _spelled(posixpath.relpath(path, posixpath.dirname(self.path) or "."))
        return "./" + href if _SCHEME.match(href) else href


def embedded_files(text: str) -> Iterator[str]:
    """Yield what wikilinks in a text name with a suffix, as paths from here and from the root."""
    for m in _EMBEDDED.finditer(text):
        yield from (m[1].strip(), "/" + m[1].strip())


def _page_address(target: Target, anchor: str) -> str:
    address = "confluence:page?content-title=" + quote(target.title, safe="")
    return address + ("#" + quote(anchor, safe="") if anchor else "")


def _spelled(path: str) -> str:
    """Percent-encode what would end or confuse a link; letters of any script stay readable."""
    return _ENCODED.sub(lambda m: quote(m[0], safe=""), path)


def _tiny_id(code: str) -> int:
    """Decode the code of a `/x/CODE` address to the page's id (FACTS.md 14)."""
    raw = code.replace("-", "/").replace("_", "+").ljust(11, "A") + "="
    return int.from_bytes(base64.b64decode(raw), "little")
