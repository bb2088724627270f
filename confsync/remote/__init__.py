"""Confluence over HTTP."""

from confsync.remote.connect import Client, connect

__all__ = ["Client", "connect"]
