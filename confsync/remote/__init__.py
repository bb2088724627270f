"""Confluence over HTTP."""
