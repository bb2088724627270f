"""What people seldom do, and in the worst moment: titles and places traded on either side, rights taken away and given back."""

from __future__ import annotations

from people import People
from wiki import HOME

from confsync.markup.document import Document
from confsync.sync.marks import is_mark


class Upheavals:
    """Adds to what people do."""

    def __init__(self, people: People) -> None:
        self.people, self.rng, self.log = people, people.rng, people.log
        self.tree, self.wiki = people.tree, people.wiki
        people.more += [
            (2, self.trade_page_titles),
            (2, self.trade_page_places),
            (2, self.trade_file_titles),
            (1, self.hide_page),
            (2, self.make_page_of_folder),
            (1, self.take_rights),
            (3, self.give_rights),
        ]

    # -- in the browser

    def _two_pages(self):
        pages = [p for p in self.wiki.live() if not is_mark(p.body or "") and p.title != "Kept"]
        return self.rng.sample(sorted(pages, key=lambda p: p.id), 2) if len(pages) > 1 else None

    def trade_page_titles(self) -> None:
        two = self._two_pages()
        if two and not self.wiki.taken("Between"):
            one, other = two
            self.wiki.edit(one.id, title="Between")
            self.wiki.edit(other.id, title=one.title)
            self.wiki.edit(one.id, title=other.title)
            self.log.append(f"trade titles of pages {one.id} {one.title} and {other.id} {other.title}")

    def trade_page_places(self) -> None:
        two = self._two_pages()
        if two:
            one, other = two
            related = self.wiki.is_below(one.id, other.id) or self.wiki.is_below(other.id, one.id)
            if not related:
                self.wiki.edit(one.id, parent_id=other.parent_id or HOME)
                self.wiki.edit(other.id, parent_id=one.parent_id or HOME)
                self.log.append(f"trade places of pages {one.id} {one.title} and {other.id} {other.title}")

    def make_page_of_folder(self) -> None:
        """Convert a folder to a page, which keeps its id and what is in it."""
        there = sorted(self.wiki.folders)
        folder = self.wiki.folders[self.rng.choice(there)] if there else None
        if folder and not self.wiki.taken(folder.title):
            self.wiki.make_page_of(folder.id, f"<p>{self.people.word()} of a folder</p>")
            self.log.append(f"make a page of folder {folder.id} {folder.title}")

    def hide_page(self) -> None:
        """Restrict a page, also while a run is under way; the next time of trouble ends it."""
        two = self._two_pages()
        if two:
            self.wiki.hidden = self.wiki.hidden | {two[0].id}
            self.log.append(f"hide page {two[0].id} {two[0].title}")

    def take_rights(self) -> None:
        """Let the space be read only for us, as when it is archived or our rights are taken."""
        self.wiki.read_only = True
        self.log.append("take the right to write")

    def give_rights(self) -> None:
        if self.wiki.read_only:
            self.wiki.read_only = False
            self.log.append("give the right to write back")

    # -- in the folder

    def trade_file_titles(self) -> None:
        if len(self.people.docs()) < 2:
            return
        one, other = self.rng.sample(self.people.docs(), 2)
        texts = [Document.parse(self.tree.files[path].decode()) for path in (one, other)]
        named = [text.title for text in texts]
        if all(named):
            for path, text, title in zip((one, other), texts, reversed(named), strict=True):
                self.tree.files[path] = text.with_title(title).encode()
            self.log.append(f"trade titles of files {one} and {other}")
