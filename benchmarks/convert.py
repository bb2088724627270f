"""How long a cold conversion takes, beside parsing and rendering the same text as HTML with bare markdown-it-py."""

from __future__ import annotations

from markdown_it import MarkdownIt

from benchmarks.figures import SAMPLE, documents, seconds, table
from confsync import markup


def run() -> None:
    """Print the figures."""
    texts = documents()
    size = sum(map(len, texts)) / 1e6
    bare = MarkdownIt("gfm-like", {"html": True})
    rendered = seconds(lambda: [bare.render(text) for text in texts])
    stored = seconds(lambda: [markup.to_storage(text) for text in texts])
    bodies = [markup.to_storage(text).text for text in texts]
    read = seconds(lambda: [markup.to_markdown(body) for body in bodies])
    rows = [("what", "seconds", "MB/s", "times markdown-it-py")]
    for name, took in (
        ("markdown-it-py: parse and render", rendered),
        ("to_storage", stored),
        ("to_markdown, each page read back", read),
    ):
        rows.append((name, f"{took:.2f}", f"{size / took:.2f}", f"{took / rendered:.2f}"))
    table(f"Cold, {len(texts)} documents, {size:.2f} MB", rows)
    rows = [("size", "to_storage", "to_markdown")]
    for times in (30, 300, 3000):
        text = SAMPLE * times
        body = markup.to_storage(text).text
        one, two = seconds(lambda t=text: markup.to_storage(t)), seconds(lambda b=body: markup.to_markdown(b))
        rows.append((f"{len(text) / 1e3:.0f} kB", f"{one:.3f} s", f"{two:.3f} s"))
    table("Ten times the size", rows)
