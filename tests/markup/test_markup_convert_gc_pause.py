"""The collector is put off during a conversion, is as it was afterwards, and finds next to nothing to collect."""

from __future__ import annotations

import gc

import pytest

from confsync.markup import put_markdown, put_storage, to_markdown, to_storage
from confsync.markup.gc_pause import without_gc
from confsync.markup.lens import forget

PAGE = "# Head\n\nSome *old* words, [a link](#head).\n\n| a | b |\n| - | - |\n| c | `d` |\n\n- x\n- y\n\n> quoted\n"


def fails() -> None:
    raise LookupError


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_is_off_inside_and_as_it_was_afterwards_even_after_an_error(before: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        assert without_gc(gc.isenabled)() is False
        assert gc.isenabled() is before
        assert without_gc(lambda: without_gc(gc.isenabled)() or gc.isenabled())() is False
        with pytest.raises(LookupError):
            without_gc(fails)()
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("way", ["to_storage", "to_markdown", "put_storage", "put_markdown"])
def test_a_conversion_lets_go_of_its_trees_without_the_collector(way: str) -> None:
    new = PAGE.replace("old", "new")
    body, there = to_storage(PAGE).text, to_storage(new).text
    work = {
        "to_storage": lambda: to_storage(PAGE),
        "to_markdown": lambda: to_markdown(body),
        "put_storage": lambda: put_storage(PAGE, body, new),
        "put_markdown": lambda: put_markdown(body, PAGE, there),
    }[way]
    was = gc.isenabled()
    gc.disable()
    try:
        work()
        forget()
        gc.collect()
        work()
        forget()
        assert gc.collect() == 0
    finally:
        (gc.enable if was else gc.disable)()
