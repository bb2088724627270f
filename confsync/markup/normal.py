"""Normal forms as text: equal strings iff equal normal forms, whichever notation they came from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from confsync.markup.tree import Norm


def text_of(norms: Iterable[Norm]) -> str:
    """Return one line per block: its depth, kind, data, text and inline content, as JSON."""
    lines: list[str] = []
    todo: list[tuple[int, Norm]] = [(0, n) for n in reversed(list(norms))]
    while todo:
        depth, (kind, data, text, runs, kids) = todo.pop()
        line = [depth, kind, data, text, None if runs is None else [_run(r) for r in runs]]
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
        todo.extend((depth + 1, k) for k in reversed(kids))
    return "".join(line + "\n" for line in lines)


def _run(run: tuple[Any, ...]) -> list[Any]:
    kind, value, marks = run
    return [kind, value, sorted(marks)] if marks else [kind, value]
