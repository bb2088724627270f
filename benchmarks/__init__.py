"""Figures, not tests: `make bench`, or `python -m benchmarks convert|put|sync`."""
