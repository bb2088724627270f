"""What marks raw storage in Markdown: pandoc's raw attribute, behind a fence's or a code span's backticks (FACTS.md 15)."""

RAW = "{=confluence}"
BROKEN = "{=confluence broken}"
"""The storage is not well-formed: it stands in the file to be seen, and comes back as it was."""
