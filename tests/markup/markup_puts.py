"""A change of one side of a page by replacing text, and what that makes of the other side."""

from __future__ import annotations

from confsync.markup import (
    normal_markdown,
    normal_storage,
    put_markdown,
    put_storage,
    to_markdown,
    to_storage,
)


def push(storage: str, before: str, after: str, markdown: str | None = None) -> tuple[str, str]:
    """Change the Markdown of a page; return what is then stored, and the notes' kinds."""
    base = to_markdown(storage).text if markdown is None else markdown
    assert normal_markdown(base) == normal_storage(storage), "no true pair"
    assert before in base, base
    new = base.replace(before, after, 1)
    got = put_storage(base, storage, new)
    assert normal_storage(got.text) == normal_markdown(new), "not faithful"
    return got.text, " ".join(n.kind for n in got.notes)


def pull(markdown: str, before: str, after: str, storage: str | None = None) -> tuple[str, str]:
    """Change the page of a file; return the file's new text, and the notes' kinds."""
    base = to_storage(markdown).text if storage is None else storage
    assert normal_markdown(markdown) == normal_storage(base), "no true pair"
    assert before in base, base
    new = base.replace(before, after, 1)
    got = put_markdown(base, markdown, new)
    assert normal_markdown(got.text) == normal_storage(new), "not faithful"
    return got.text, " ".join(n.kind for n in got.notes)
