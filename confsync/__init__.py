"""Keep a folder of Markdown and a Confluence space the same."""

__version__ = "0.1.0"
