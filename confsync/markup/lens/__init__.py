"""The lens: changes on one side are put into the other side's own bytes.

`warm` is the whole of it. Below it `reading` (texts as read), `markdown` and `storage` (what each needs where it is
written), `splice` (the engine, which knows neither), `leaf` (words) and `diff` (what differs). Imports go down only.
"""

from confsync.markup.lens.warm import forget, put_markdown, put_storage

__all__ = ["forget", "put_markdown", "put_storage"]
