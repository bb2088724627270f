"""People who type on both sides, at random: what they do is theirs, and what they typed must be kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from fate import TOKEN, words
from realm import Realm
from wiki import HOME, Gone

from confsync.markup.document import Document
from confsync.model import DocPath, PageId
from confsync.planning.names import is_document, parse_conflict
from confsync.sync.marks import is_mark

NAMES = ["a", "b", "c", "d/e", "d/f", "d/index", "g"]
FOLDERS = ["Parts", "Pieces", "D", "Odds & Ends"]
TITLES = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"]
KEPT = DocPath("kept.md")


class People:
    """Everybody at both ends of a realm. `typed` are the words that nobody took back on purpose."""

    def __init__(self, realm: Realm, log: list[str]) -> None:
        self.rng, self.fate, self.tale = realm.rng, realm.fate, realm.tale
        self.tree, self.wiki, self.log = realm.tree, realm.wiki, log
        self.typed: set[str] = set()
        self.more: list[tuple[int, Callable[[], None]]] = []
        """What else people do, and how often."""
        self.gone: Callable[[DocPath], None] = lambda path: None
        """Told of each document that somebody takes away, or puts another one's text into."""
        self.moved: Callable[[DocPath, DocPath], None] = lambda path, target: None
        """Told of each document that somebody moves."""
        self._count = 0
        self.has_folders = True
        self.tree.files[KEPT] = (
            b"# Kept\n\nalways there\n"  # an emptied folder halts every run, and rightly so
        )

    def word(self) -> str:
        self._count += 1
        token = f"t{self._count}"
        self.typed.add(token)
        return token

    def text(self, title: str) -> bytes:
        return f"# {title}\n\n{self.word()} one\n\n{self.word()} two\n\n{self.word()} three\n".encode()

    def unsay(self, text: bytes | str) -> None:
        """Take words back on purpose: they need not be kept."""
        self.typed -= words(text)

    def docs(self) -> list[DocPath]:
        there = self.tree.documents()
        return [p for p in there if is_document(p) and not parse_conflict(p) and p != KEPT]

    def somebody(self, *, inside: bool = False) -> None:
        """Let somebody do something. `inside`: a run is under way, and nobody looks at conflicts then."""
        choices = [
            (22, self.edit_file),
            (10, self.new_file),
            (6, self.delete_file),
            (8, self.move_file),
            (5, self.retitle_file),
            (20, self.edit_page),
            (7, self.new_page),
            (5, self.trash_page),
            (6, self.rename_page),
            (5, self.move_page),
            (2, self.move_directory),
            (2, self.new_folder),
            (3, self.rename_folder),
            (3, self.move_folder),
            (3, self.move_page_into_folder),
            (0 if inside else 8, self.settle_conflicts),
            *self.more,
        ]
        weights, acts = zip(*choices, strict=True)
        act = self.rng.choices(acts, weights)[0]
        fuse, self.fate.fuse = self.fate.fuse, None
        interfere, self.fate.interfere = self.fate.interfere, None
        try:
            act()
        except Gone:
            self.log.append(f"{act.__name__}: refused")
        self.fate.fuse, self.fate.interfere = fuse, interfere

    # -- in the folder

    def edit_file(self) -> None:
        if not self.docs():
            return
        path = self.rng.choice(self.docs())
        lines = self.tree.files[path].decode().split("\n")
        spots = [n for n, line in enumerate(lines) if TOKEN.search(line)]
        if spots:
            spot = self.rng.choice(spots)
            self.unsay(lines[spot])
            lines[spot] = f"{self.word()} edited"
            self._put(path, "\n".join(lines).encode(), f"edit file {path}")

    def _put(self, path: DocPath, data: bytes, what: str) -> None:
        self.tree.files[path] = data
        self.tale.show(data)
        self.log.append(what)

    def new_file(self) -> None:
        path = DocPath(self.rng.choice(NAMES) + ".md")
        if path not in self.tree.files:
            self.gone(path)  # one that was moved away from here and edited cannot be told from this one
            self._put(path, self.text(self.rng.choice(TITLES)), f"new file {path}")

    def delete_file(self) -> None:
        if self.docs():
            path = self.rng.choice(self.docs())
            self.unsay(self.tree.files.pop(path))
            self.gone(path)
            self.log.append(f"delete file {path}")

    def move_file(self) -> None:
        target = DocPath(self.rng.choice(NAMES) + self.rng.choice(["1", "2"]) + ".md")
        if self.docs() and target not in self.tree.files:
            path = self.rng.choice(self.docs())
            self.tree.files[target] = self.tree.files.pop(path)
            self.moved(path, target)
            self.log.append(f"move file {path} to {target}")

    def swap_files(self) -> None:
        if len(self.docs()) > 1:
            one, other = self.rng.sample(self.docs(), 2)
            files = self.tree.files
            files[one], files[other] = files[other], files[one]
            self.gone(one)
            self.gone(other)
            self.log.append(f"swap files {one} and {other}")

    def move_directory(self) -> None:
        inside = [path for path in self.docs() if path.startswith("d/")]
        place = self.rng.choice(["m/", "g/in/"])
        if inside and not any(path.startswith(place) for path in self.docs()):
            for path in inside:
                self.tree.files[DocPath(place + path[2:])] = self.tree.files.pop(path)
                self.moved(path, DocPath(place + path[2:]))
            self.log.append(f"move directory d/ to {place}")

    def retitle_file(self) -> None:
        if self.docs():
            path = self.rng.choice(self.docs())
            title = self.rng.choice(TITLES)
            self.tree.files[path] = Document.parse(self.tree.files[path].decode()).with_title(title).encode()
            self.log.append(f"retitle file {path} {title}")

    def settle_conflicts(self) -> None:
        for path in [p for p in self.tree.documents() if parse_conflict(p)]:
            self.unsay(self.tree.files.pop(path))
            self.log.append(f"delete copy {path}")

    # -- in the browser

    def _page(self):
        pages = [p for p in self.wiki.live() if not is_mark(p.body or "") and p.title != "Kept"]
        return self.rng.choice(sorted(pages, key=lambda p: p.id)) if pages else None

    def edit_page(self) -> None:
        page = self._page()
        parts = re.findall(r"<p>[^<]*</p>", page.body or "") if page else []
        if parts:
            old = self.rng.choice(parts)
            self.unsay(old)
            self.wiki.edit(page.id, body=(page.body or "").replace(old, f"<p>{self.word()} there</p>", 1))
            self.log.append(f"edit page {page.id} {page.title}")

    def new_page(self) -> None:
        parent = self.rng.choice([HOME, *(p.id for p in self.wiki.live())])
        title = self.rng.choice(TITLES) + self.rng.choice(["", " X"])
        if not self.wiki.taken(title):
            body = "".join(f"<p>{self.word()} new</p>" for _ in range(3))
            page = self.wiki.new(title, body, parent)
            self.log.append(f"new page {page.id} {title} below {parent}")

    def trash_page(self) -> None:
        page = self._page()
        if page:
            self.wiki.put_in_trash(page.id)
            self.log.append(f"trash page {page.id} {page.title}")

    def rename_page(self) -> None:
        page = self._page()
        if page:
            title = self.rng.choice(TITLES) + " Y"
            self.wiki.edit(page.id, title=title)
            self.log.append(f"rename page {page.id} {page.title} to {title}")

    def move_page(self) -> None:
        page, parent = self._page(), self._page()
        if page and parent and not self.wiki.is_below(parent.id, page.id):
            self._hang(page.id, parent.id)

    def new_folder(self) -> None:
        title = self.rng.choice(FOLDERS)
        taken = {folder.title for folder in self.wiki.folders.values()}
        if self.has_folders and title not in taken:
            folder = self.wiki.new_folder(title, self.rng.choice([HOME, *self.wiki.folders]))
            self.log.append(f"new folder {folder.id} {title} below {folder.parent_id}")

    def _folder(self) -> PageId | None:
        return self.rng.choice(sorted(self.wiki.folders)) if self.wiki.folders else None

    def rename_folder(self) -> None:
        folder, title = self._folder(), self.rng.choice(FOLDERS)
        taken = {one.title for one in self.wiki.folders.values()}
        if folder and title not in taken:
            self.wiki.change_folder(folder, title=title)
            self.log.append(f"rename folder {folder} to {title}")

    def move_folder(self) -> None:
        folder, page = self._folder(), self._page()
        place = self.rng.choice([HOME, *sorted(self.wiki.folders), *([page.id] if page else [])])
        if folder and not self.wiki.is_below(place, folder):
            self.wiki.change_folder(folder, parent_id=place)
            self.log.append(f"move folder {folder} below {place}")

    def move_page_into_folder(self) -> None:
        folder, page = self._folder(), self._page()
        if folder and page and not self.wiki.is_below(folder, page.id):
            self._hang(page.id, folder)

    def _hang(self, page_id: PageId, parent_id: PageId) -> None:
        self.wiki.edit(page_id, parent_id=parent_id)
        self.log.append(f"move page {page_id} below {parent_id}")
