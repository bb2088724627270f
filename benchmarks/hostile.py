"""Hostile and extreme input at full size: how long each of the four conversions takes, or that it says what is wrong.

Each document has a process of its own and so much processor time, so that one that hangs is one line of the table.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.connection import Connection

from benchmarks.figures import cpu_seconds
from confsync import markup
from confsync.errors import ConfsyncError

SIZE = int(os.environ.get("CONFSYNC_HOSTILE_SIZE", "1000000"))
"""Characters of each document."""
LIMIT = int(os.environ.get("CONFSYNC_HOSTILE_SECONDS", "120"))
"""Seconds of processor time that one document may take, all four conversions together."""
UNITS = (
    "> ", "- ", "1. ", "    - a\n", "[", "![", "[a][", "[a](", "`", "a``", "*", "*a ", "_a*", "~~a", "|", "|a", "<", "&",
    "&amp;", "<p>", "<u>", "<div>\n\n", "<details>\n\n", "<ac:x>\n", "::: x\n", "$$ x\n", "$a ", ":a:", "a@", "http://",
    "<!--", "\\", ": b\n", "<![CDATA[", "<!DOCTYPE x>", "\x00", "\ud800", "a  b", '<a href="', "<h1>",
    "_", "]", ">", "#", "-", "+", "=", "~", "(", ")", "!", ":", "^", "$", "{", "}", "\t", " ", "\n",
    "\u00a0", "\u200b", "\ufeff", "\u2028", "\u200f", "\u0301", "a\u0301",
    "[<", "*_", "`|", "<!", "]]>", "](", "&#", "# a\n", "a\n", "a\n\n", "{{", "[[", "$$", "~~", "**", "--", "| - ",
    "<div ", "<!-- -->", "</p>", "[^a]", "^[", "==a", "++a", "%%", "!!! note\n    ", '=== "a"\n    ', "???\n",
)  # fmt: skip


def _repeated(unit: str) -> str:
    return unit * (SIZE // len(unit))


COLUMNS = ("to_storage", "to_markdown", "put_storage", "put_markdown", "peak")
DEFINITIONS = "".join(f"[a{n}]: /b\n" for n in range(1_000))

MARKDOWN: Mapping[str, Callable[[], str]] = {
    **{repr(unit): partial(_repeated, unit) for unit in UNITS},
    "10,000 quotes in each other": lambda: "> " * 10_000 + "words",
    "5,000 rows": lambda: "| a | b |\n| - | - |\n" + "| words | b |\n" * 5_000,
    "500 columns": lambda: ("| a " * 500 + "|\n") + ("| - " * 500 + "|\n") + ("| words " * 500 + "|\n") * 100,
    "100,000 definitions": lambda: "".join(f"[a{n}]: /b\n" for n in range(100_000)) + "\n[a7] words\n",
    "10,000 footnotes": lambda: "".join(f"[^a{n}] words\n\n[^a{n}]: b\n\n" for n in range(10_000)),
    "100,000 references": lambda: (
        "".join(f"[a][a{n % 1000}] " for n in range(SIZE // 10)) + "\n\n" + DEFINITIONS
    ),
    "[a][ with definitions": lambda: "[a][" * (SIZE // 4) + "\n\n" + DEFINITIONS,
    "100,000 links": lambda: "".join(f"[a](b{n})\n" for n in range(SIZE // 10)),
    "100,000 footnotes": lambda: "".join(f"[^a{n}] w\n\n[^a{n}]: b\n\n" for n in range(SIZE // 10)),
    "<details>, closed": lambda: "<details>\n<summary>T</summary>\n\nwords\n\n</details>\n\n" * (SIZE // 55),
    "5,000 columns, one row": lambda: (
        ("| a " * 5_000 + "|\n") + ("| - " * 5_000 + "|\n") + ("| b " * 5_000 + "|\n")
    ),
    "5,000 rows, 20 columns": lambda: (
        ("| a " * 20 + "|\n") + ("| - " * 20 + "|\n") + ("| words " * 20 + "|\n") * 5_000
    ),
    "lists 1,000 deep": lambda: "".join(f"{'  ' * n}- a\n" for n in range(1_000)),
    "100,000 tags": lambda: "".join(f"<a{n}>" for n in range(SIZE // 10)),
    "100,000 tags, closed": lambda: "".join(f"<b{n}>a</b{n}> " for n in range(SIZE // 20)),
    "a tag of 100,000 attributes": lambda: (
        "<div " + " ".join(f'a{n}="b"' for n in range(SIZE // 10)) + ">\n\nx\n\n</div>"
    ),
    "an attribute of 1 MB": lambda: f'words <span style="{"a" * SIZE}">x</span>',
    "an address of 1 MB": lambda: f"[words](https://{'a' * SIZE})",
    "a word of 1 MB": lambda: "a" * SIZE,
    "one line": lambda: "some words " * (SIZE // 11),
    "many marks": lambda: "some **bold** *em* `code` ~~x~~ <u>u</u>\n\n" * (SIZE // 43),
    "an entity bomb": lambda: (
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n' + "<p>&b;</p>\n" * 10_000
    ),
}
STORAGE: Mapping[str, Callable[[], str]] = {
    "XML 1,800 deep": lambda: "<p>x</p>" + "<blockquote>" * 1_800 + "<p>x</p>" + "</blockquote>" * 1_800,
    "XML 100,000 deep": lambda: "<p>x</p>" + "<b>" * 100_000 + "x" + "</b>" * 100_000,
    "XML 100,000 deep, not closed": lambda: "<p>x</p>" + "<div>" * 100_000,
    "a DTD and entities": lambda: (
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + "<p>&b;</p>" * (SIZE // 10)
    ),
    "unknown entities": lambda: "<p>&lol;</p>" * (SIZE // 12),
    "a table of 5,000 rows": lambda: (
        f"<table><tbody>{'<tr><td>words</td><td><p>b</p></td></tr>' * 5_000}</tbody></table>"
    ),
    "words without end": lambda: f"<p>{'words ' * (SIZE // 6)}</p>",
    "attributes": lambda: "<p " + " ".join(f'a{n}="b"' for n in range(SIZE // 10)) + ">x</p>",
    "an attribute of 1 MB in XML": lambda: f'<p>words <span style="{"a" * SIZE}">x</span></p>',
    "100,000 comment markers": lambda: (
        "<p>"
        + "".join(
            f'<ac:inline-comment-marker ac:ref="r{n}">w</ac:inline-comment-marker> '
            for n in range(SIZE // 10)
        )
        + "</p>"
    ),
    "100,000 macros": lambda: '<ac:structured-macro ac:name="toc" />' * (SIZE // 10),
    "100,000 statuses": lambda: (
        "<p>"
        + '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">a</ac:parameter></ac:structured-macro> '
        * (SIZE // 10)
        + "</p>"
    ),
    "100,000 elements": lambda: "".join(f"<x{n}>a</x{n}>" for n in range(SIZE // 10)),
    "comments": lambda: "<!-- a -->" * (SIZE // 10),
    "CDATA": lambda: (
        '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA['
        + "]]]]><![CDATA[>" * (SIZE // 15)
        + "]]></ac:plain-text-body></ac:structured-macro>"
    ),
}
"""Bodies of storage, of which the Markdown is made."""


def run() -> None:
    """Print the figures."""
    print(f"\nHostile documents of up to {SIZE / 1e6:.1f} million characters: cold and both puts")
    print("  " + " " * 30 + "".join(f"{column:>14}" for column in COLUMNS))
    for name in (*MARKDOWN, *STORAGE):
        print(f"  {name:30}" + "".join(f"{cell:>14}" for cell in _alone(name)), flush=True)


def _alone(name: str) -> list[str]:
    """Measure one document in a process of its own; dashes for what took too long."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_measure, args=(name, there))
    process.start()
    there.close()
    found = dict.fromkeys(COLUMNS, "-")
    try:
        while True:
            found.update(here.recv())
    except EOFError:
        process.join()
    return list(found.values())


def _measure(name: str, results: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    page = _Page(storage=STORAGE[name]()) if name in STORAGE else _Page(MARKDOWN[name]())
    for column in ("to_markdown", "to_storage", *COLUMNS[2:4]) if name in STORAGE else COLUMNS[:4]:
        try:
            results.send({column: f"{cpu_seconds(getattr(page, column)):.2f} s"})
        except ConfsyncError as err:
            results.send({column: type(err).__name__})
    results.send({"peak": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"})


class _Page:
    """A document on both sides, one of which is made of the other; a put inserts a paragraph in the middle."""

    def __init__(self, markdown: str = "", storage: str = "") -> None:
        self.markdown, self.storage = markdown, storage
        self.edited = ""

    def to_storage(self) -> None:
        text = markup.to_storage(self.markdown).text
        self.storage = self.storage or text

    def to_markdown(self) -> None:
        text = markup.to_markdown(self.storage).text
        self.markdown = self.markdown or text

    def put_storage(self) -> None:
        middle = self.markdown.find("\n", len(self.markdown) // 2) + 1
        edited = self.markdown[:middle] + "needle\n" + self.markdown[middle:]
        self.edited = markup.put_storage(self.markdown, self.storage, edited).text

    def put_markdown(self) -> None:
        edited = self.edited or "<p>needle</p>" + self.storage
        markup.put_markdown(self.storage, self.markdown, edited)
