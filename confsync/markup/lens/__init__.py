"""The lens: changes on one side are put into the other side's own bytes."""

from confsync.markup.lens.warm import forget, put_markdown, put_storage

__all__ = ["forget", "put_markdown", "put_storage"]
