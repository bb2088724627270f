"""Markdown and storage format, both ways. Pure."""
