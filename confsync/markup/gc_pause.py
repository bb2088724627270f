"""The cyclic garbage collector, put off while one text is converted.

A conversion makes hundreds of thousands of small objects and next to no cycles. The collector looks at all of them
again and again as they grow in number, which took more than half of the time that a page of 1 MB took and made it grow
faster than the page. What a conversion holds is bounded by its text either way.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def without_gc(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return the same function, with the collector off while it runs if it was on.

    Nested calls leave it to the outermost. In another thread the collector may be switched on too early, which costs
    time and nothing else.
    """

    @functools.wraps(work)
    def quick(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        if not gc.isenabled():
            return work(*args, **kwargs)
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            gc.enable()

    return quick
