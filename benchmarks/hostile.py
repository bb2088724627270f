"""Hostile and extreme input at full size: how long each of the four conversions takes, or that it says what is wrong.

Each document has a process and a minute of its own, so that one that hangs is one line of the table.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.connection import Connection

from benchmarks.figures import cpu_seconds
from confsync import markup
from confsync.errors import ConfsyncError

SIZE = int(os.environ.get("CONFSYNC_HOSTILE_SIZE", "1000000"))
"""Characters of each document."""
LIMIT = int(os.environ.get("CONFSYNC_HOSTILE_SECONDS", "60"))
"""Seconds that one document may take, all four conversions together."""
UNITS = (
    "> ", "- ", "1. ", "    - a\n", "[", "![", "[a][", "[a](", "`", "a``", "*", "*a ", "_a*", "~~a", "|", "|a", "<", "&",
    "&amp;", "<p>", "<u>", "<div>\n\n", "<details>\n\n", "<ac:x>\n", "::: x\n", "$$ x\n", "$a ", ":a:", "a@", "http://",
    "<!--", "\\", ": b\n", "<![CDATA[", "<!DOCTYPE x>", "\x00", "\ud800", "a  b", '<a href="',
)  # fmt: skip


def _repeated(unit: str) -> str:
    return unit * (SIZE // len(unit))


MARKDOWN: Mapping[str, Callable[[], str]] = {
    **{repr(unit): partial(_repeated, unit) for unit in UNITS},
    "10,000 quotes in each other": lambda: "> " * 10_000 + "words",
    "5,000 rows": lambda: "| a | b |\n| - | - |\n" + "| words | b |\n" * 5_000,
    "500 columns": lambda: ("| a " * 500 + "|\n") + ("| - " * 500 + "|\n") + ("| words " * 500 + "|\n") * 100,
    "100,000 definitions": lambda: "".join(f"[a{n}]: /b\n" for n in range(100_000)) + "\n[a7] words\n",
    "10,000 footnotes": lambda: "".join(f"[^a{n}] words\n\n[^a{n}]: b\n\n" for n in range(10_000)),
    "an entity bomb": lambda: (
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n' + "<p>&b;</p>\n" * 10_000
    ),
}


def run() -> None:
    """Print the figures."""
    print(f"\nHostile documents of up to {SIZE / 1e6:.1f} million characters: cold and both puts")
    for name in MARKDOWN:
        print(f"  {name:28}" + "".join(f"{cell:>16}" for cell in _alone(name)), flush=True)


def _alone(name: str) -> tuple[str, ...]:
    """Measure one document in a process of its own; dashes for what took too long."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_measure, args=(name, there))
    process.start()
    there.close()
    process.join(LIMIT)
    if process.is_alive():
        process.kill()
        process.join()
    found: list[str] = []
    try:
        while here.poll():
            found.append(here.recv())
    except EOFError:
        pass
    return tuple([*found, *["-"] * 4][:4])


def _measure(name: str, results: Connection) -> None:
    text = MARKDOWN[name]()
    middle = text.find("\n", len(text) // 2) + 1
    edited = text[:middle] + "needle\n" + text[middle:]
    body = there = ""

    def to_storage() -> None:
        nonlocal body, there
        body = markup.to_storage(text).text

    def to_markdown() -> None:
        markup.to_markdown(body)

    def put_storage() -> None:
        nonlocal there
        there = markup.put_storage(text, body, edited).text

    def put_markdown() -> None:
        markup.put_markdown(body, text, there)

    for work in (to_storage, to_markdown, put_storage, put_markdown):
        try:
            results.send(f"{cpu_seconds(work):.2f} s")
        except ConfsyncError as err:
            results.send(type(err).__name__)
