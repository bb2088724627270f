"""Run the benchmarks that are named on the command line, or all."""

from __future__ import annotations

import sys
from importlib import import_module

ALL = ("convert", "put", "sync", "labels", "watch", "memory")

for name in sys.argv[1:] or ALL:
    import_module(f"benchmarks.{name}").run()
