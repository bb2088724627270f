"""Markdown to the tree and back: the walk over tokens, places in the file, escapes. Constructs are in `elements`."""
