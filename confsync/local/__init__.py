"""The folder: scan, names, atomic files, ignore rules, root marker, watch."""

from confsync.local.tree import FileTree

__all__ = ["FileTree"]
