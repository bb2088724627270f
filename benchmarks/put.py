"""How long a put of a one-word edit takes, verification and all, in both directions."""

from __future__ import annotations

from benchmarks.figures import SAMPLE, seconds, table
from confsync import markup


def run() -> None:
    """Print the figures."""
    rows = [("size of the file", "put_storage", "put_markdown")]
    for times in (3, 36, 360, 3000):
        text = SAMPLE * times
        body = markup.to_storage(text).text
        spot = text.index("some more", len(text) // 2)
        edited = text[:spot] + "some other" + text[spot + len("some more") :]
        there = markup.to_storage(edited).text
        one = seconds(lambda t=text, b=body, e=edited: markup.put_storage(t, b, e))
        two = seconds(lambda t=text, b=body, s=there: markup.put_markdown(b, t, s))
        rows.append((f"{len(text) / 1e3:.1f} kB", f"{one * 1e3:.1f} ms", f"{two * 1e3:.1f} ms"))
    table("Warm: one changed word", rows)
