"""The tree to HTML that stands in Markdown: storage, but for what HTML has a word of its own.

Links, images, emoji, states and macros are written so that a page on a docs site shows them, and so that the reader
takes them back. What has no such form is written as storage; whoever asked looks whether any is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from confsync.markup import address as addresses
from confsync.markup import alignment
from confsync.markup.emoji_names import spelled_out
from confsync.markup.inline import HINT, Worn, is_worn
from confsync.markup.markdown.escaping import referred
from confsync.markup.markdown.inline_writer import AtomWriter, InlineContext
from confsync.markup.storage.writer import StorageOutput, StorageWriter
from confsync.markup.storage.xml import attributes, escape
from confsync.markup.tree import Atomic, Mark, Pairs


class HtmlWriter(StorageWriter):
    """Writes blocks and inline content as HTML of one document."""

    def __init__(
        self, output: StorageOutput, atoms: Mapping[str, AtomWriter], context: InlineContext
    ) -> None:
        super().__init__(output)
        self.atoms, self.context = atoms, context

    def attributes(self, pairs: Pairs) -> str:
        """Write what was chosen as it was typed."""
        return attributes(alignment.to_html("p", pairs)[1])

    def text(self, text: str) -> str:
        """Write text; what nobody could see, and what would be read as an emoji's colon, is a character reference."""
        return referred(spelled_out(escape(text), "&#58;"))

    def atom(self, runs: Sequence[Atomic], i: int) -> str:
        """Write an atom as HTML where it has a form there."""
        write = self.atoms.get(runs[i].kind)
        return super().atom(runs, i) if write is None else write(runs[i], self.context.between(runs, i))

    def open_tag(self, mark: Mark) -> str:
        """Write a link to a page or file as a link."""
        if is_worn(mark):
            return f"<{_name(mark)}>"
        if mark.kind in {"tag", HINT}:
            return f"<{mark.value}{attributes(addresses.in_html(mark.value, mark.attrs))}>"
        if mark.kind == "link" and isinstance(mark, Worn):
            return f"<a{attributes((('href', mark.value), *mark.attrs))}>"
        if mark.kind != "link" or not addresses.is_address(mark.value):
            return super().open_tag(mark)
        return f"<a{attributes([('href', self.context.href(mark.value))])}>"

    def close_tag(self, mark: Mark) -> str:
        """Write the end of a mark."""
        if is_worn(mark):
            return f"</{_name(mark)}>"
        return "</a>" if mark.kind == "link" else super().close_tag(mark)


def _name(mark: Mark) -> str:
    return mark.name if isinstance(mark, Worn) else mark.value
