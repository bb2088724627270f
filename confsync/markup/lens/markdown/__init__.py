"""Markdown as the side that is written: what the engine asks of a notation, as it looks in this file."""
