"""What links answered while a text was read: by that a reading is used again where they would answer the same.

Every run has a table of links of its own, made of the whole tree. What a text has of it are the few answers to what
stands in the text, so these are remembered with its reading, and the table is not.
"""

from __future__ import annotations

from confsync.markup.links import Links, Wikilinks


class RecordedLinks:
    """Links that take down what they are asked."""

    def __init__(self, links: Links, before: RecordedLinks | None = None) -> None:
        """`before`: what else was asked of these links, for a text of which this one has parts."""
        self.wikilinks = isinstance(links, Wikilinks) and links.wikilinks
        self._links: Links | None = links
        self.given: dict[tuple[str, str], str | None] = {} if before is None else dict(before.given)

    def shut(self) -> None:
        """Let go of the links: what was answered can be asked again, and nothing else will be."""
        self._links = None

    def hold(self, links: Links) -> bool:
        """Say whether these links would answer all the same."""
        wikilinks = isinstance(links, Wikilinks) and links.wikilinks
        return wikilinks == self.wikilinks and all(
            getattr(links, question)(about) == answer for (question, about), answer in self.given.items()
        )

    def address(self, href: str) -> str | None:
        """Map a link's target, as the links do."""
        return self._answer("address", href)

    def href(self, address: str) -> str | None:
        """Map a canonical address, as the links do."""
        return self._answer("href", address)

    def attachment(self, src: str) -> str | None:
        """Map the target of an image, as the links do."""
        return self._answer("attachment", src)

    def file(self, name: str) -> str | None:
        """Map an attachment's name, as the links do."""
        return self._answer("file", name)

    def wiki(self, target: str) -> str | None:
        """Map what stands in a wikilink, as the links do."""
        return self._answer("wiki", target)

    def embedded(self, target: str) -> str | None:
        """Map an embedded file, as the links do."""
        return self._answer("embedded", target)

    def _answer(self, question: str, about: str) -> str | None:
        key = (question, about)
        if key not in self.given and self._links is not None:
            self.given[key] = getattr(self._links, question)(about)
        return self.given.get(key)
