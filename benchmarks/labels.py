"""Requests that it takes to read a whole space with its labels, by how these are spread, beside what a first pull may take."""

from __future__ import annotations

import os
from contextlib import closing
from math import ceil

from benchmarks.figures import table
from confsync.remote import connect
from confsync.sandbox import Sandbox

SIZES = [int(n) for n in os.environ.get("CONFSYNC_BENCH_SIZES", "500,2000,5000").split(",")]
SPREADS = {
    "no labels": lambda _n: [],
    "1 % of pages, 5 labels": lambda n: [f"l{n % 5}"] if n % 100 == 7 else [],
    "30 % of pages, 5 labels": lambda n: [f"l{n % 5}"] if n % 10 in (1, 5, 8) else [],
    "30 % of pages, 200 labels": lambda n: [f"l{n // 3 % 200}"] if n % 10 in (1, 5, 8) else [],
    "one label on all": lambda _n: ["all"],
    "one on all, 20 on 30 %": lambda n: ["all", f"l{n % 20}"] if n % 10 in (1, 5, 8) else ["all"],
    "5 labels, each page has one": lambda n: [f"l{n % 5}"],
    "200 labels, each page has one": lambda n: [f"l{n % 200}"],
}


def run() -> None:
    """Print the figures."""
    rows = [("labels", *(f"{size} pages" for size in SIZES))]
    rows += [(name, *(_asked(size, spread) for size in SIZES)) for name, spread in SPREADS.items()]
    table("requests to read a space with texts and labels (at most)", rows)


def _asked(size: int, spread) -> str:
    with Sandbox(search_lag=0.0) as sandbox:
        for n in range(size):
            page = sandbox.as_person.create(f"Page {n}", "<p>x</p>", raw=True)
            if labels := spread(n):
                sandbox.as_person.label(page.id, *labels)
        sandbox.requests.reset()
        with closing(connect(sandbox.url, sandbox.user, sandbox.token, "cloud")) as client:
            client.site()
            space = client.space("DOCS")
            pages = client.pages(space, bodies=True)
            hint = client.hints(space, labels=True, pages=len(pages))
        if hint is None or hint.labels.keys() != {page.id for page in pages}:
            raise SystemExit("not all labels were told")
        return f"{sandbox.requests.total} ({2 * ceil(size / 250) + 5})"
