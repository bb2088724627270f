"""Relative links of a document, resolved to files inside the root."""

from __future__ import annotations

from collections.abc import Container, Iterator

from confsync.model import DocPath, LocalDoc


def resolve_link(document: DocPath, link: str) -> DocPath | None:
    """Return the path a relative link names (`/x` counts from the root), or None when it leaves the root."""
    base = [] if link.startswith("/") or document.parent is None else document.parent.split("/")
    parts = list(base)
    for part in link.split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    try:
        return DocPath("/".join(parts))
    except ValueError:
        return None


def referenced_assets(doc: LocalDoc, assets: Container[DocPath]) -> tuple[DocPath, ...]:
    """Return the distinct assets that a document refers to, in path order."""
    return tuple(sorted(set(_assets(doc, assets))))


def _assets(doc: LocalDoc, assets: Container[DocPath]) -> Iterator[DocPath]:
    for link in doc.facts.links:
        target = resolve_link(doc.path, link)
        if target is not None and target in assets:
            yield target
