"""The lens: puts of a change on one side into the other side's own bytes."""

from confsync.markup.lens.warm import put_markdown, put_storage

__all__ = ["put_markdown", "put_storage"]
