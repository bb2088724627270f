"""The command line: click, words and wiring; no decisions."""
