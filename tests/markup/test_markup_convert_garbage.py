"""The collector is put off during a conversion, and is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from confsync.markup.garbage import uncollected


def fails() -> None:
    raise LookupError


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_is_off_inside_and_as_it_was_afterwards_even_after_an_error(before: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        assert uncollected(gc.isenabled)() is False
        assert gc.isenabled() is before
        assert uncollected(lambda: uncollected(gc.isenabled)() or gc.isenabled())() is False
        with pytest.raises(LookupError):
            uncollected(fails)()
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()
