"""What work a conversion is, counted in calls of functions: the same on every machine, however busy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")


def steps(run: Callable[[], object]) -> int:
    """Return how many functions of Python and of C the current thread calls in a run."""
    return counted(run)[1]


def counted(run: Callable[[], T]) -> tuple[T, int]:
    """Return what a run gives, and its steps."""
    count = 0

    def profile(_frame: FrameType, event: str, _function: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        return run(), count
    finally:
        sys.setprofile(before)
