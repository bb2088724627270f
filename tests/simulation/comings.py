"""What people do with whole pages and whole files: the trash and back, the archive, copies, old versions, other branches."""

from __future__ import annotations

from fate import words
from people import People
from wiki import Gone

from confsync.model import DocPath, PageId, Status
from confsync.outcome import Reason
from confsync.planning.names import is_document, parse_conflict
from confsync.sync.marks import is_mark


class ComingsAndGoings:
    """Adds to what people do. `often`: how much more of it they do than is usual."""

    def __init__(self, people: People, often: int = 1) -> None:
        self.people, self.rng, self.log = people, people.rng, people.log
        self.tree, self.wiki = people.tree, people.wiki
        self.branches: dict[str, dict[DocPath, bytes]] = {}
        """What lies in git, and not in the folder: the documents of other branches."""
        self.copied: set[str] = set()
        """What files are made of that lie on two pages, as one of them is a copy of the other."""
        acts = [
            (6, self.restore_page),
            (1, self.purge_page),
            (2, self.archive_page),
            (3, self.unarchive_page),
            (3, self.restore_version),
            (2, self.copy_page),
            (2, self.move_to_another_space),
            (3, self.move_back),
            (2, self.rename_suffix),
            (2, self.become_directory),
            (1, self.check_out),
        ]
        people.more += [(weight * often, act) for weight, act in acts]

    def _one(self, status: Status) -> PageId | None:
        pages = sorted(page.id for page in self.wiki.gone(status) if not is_mark(page.body or ""))
        return self.rng.choice(pages) if pages else None

    # -- in the browser

    def restore_page(self) -> None:
        self._back(self._one(Status.TRASHED))

    def unarchive_page(self) -> None:
        self._back(self._one(Status.ARCHIVED))

    def _back(self, page_id: PageId | None) -> None:
        if page_id is not None:
            page = self.wiki.restore(page_id, anew=self.rng.random() < 0.5)
            self.log.append(f"restore page {page.id} {page.title} below {page.parent_id} as {page.version}")

    def purge_page(self) -> None:
        page_id = self._one(Status.TRASHED)
        if page_id is not None:
            for version in self.wiki.history_of[page_id]:
                self.people.unsay(version.body or "")
            self.wiki.purge(page_id)
            self.log.append(f"purge page {page_id}")

    def archive_page(self) -> None:
        page = self.people._page()
        if page:
            self.wiki.archive(page.id)
            self.log.append(f"archive page {page.id} {page.title}")

    def restore_version(self) -> None:
        page = self.people._page()
        older = [p for p in self.wiki.history_of[page.id] if not is_mark(p.body or "")] if page else []
        if page and older:
            then = self.rng.choice(older)
            self.people.unsay(page.body or "")
            self.people.typed |= words(then.body or "") & words(page.body or "")
            self.wiki.edit(page.id, body=then.body)
            self.people.tale.again |= words(then.body or "")
            self.log.append(f"restore version {then.version} of page {page.id}")

    def copy_page(self) -> None:
        page = self.people._page()
        title = f"Copy of {page.title}" if page else ""
        if page and words(page.body or "") and not self.wiki.taken(title):
            twin = self.wiki.copy(page.id, title)
            self.people.tale.again |= words(page.body or "")
            for file in self.wiki.files.get(twin.id, {}).values():
                self.copied |= words(file.versions[-1].data)
            self.log.append(f"copy page {page.id} to {twin.id} {title}")

    def move_to_another_space(self) -> None:
        page = self.people._page()
        if page:
            there = {one.id for one in self.wiki.below(page.id)}
            self.wiki.abroad |= there
            self.log.append(f"move page {page.id} to another space: {sorted(there)}")

    def move_back(self) -> None:
        """Bring back one page that is abroad: below the homepage, when its title is free."""
        if not self.wiki.abroad:
            return
        page_id = self.rng.choice(sorted(self.wiki.abroad))
        title = self.wiki.now(page_id).title
        if self.wiki.taken(title, page_id):
            raise Gone(Reason.TITLE_TAKEN)
        self.wiki.abroad.discard(page_id)
        above = self.wiki.now(page_id).parent_id
        if above in self.wiki.abroad or not (self.wiki.is_current(above) or above in self.wiki.folders):
            self.wiki.hang(page_id)
        self.log.append(f"move page {page_id} {title} back")

    # -- in the folder

    def _files(self) -> list[DocPath]:
        return [p for p in self.people.docs() if not parse_conflict(p)]

    def rename_suffix(self) -> None:
        """Give a document a name that is none's, or one that was so treated its own name back."""
        aside = sorted(p for p in self.tree.files if p.endswith(".md.txt"))
        if aside and self.rng.random() < 0.7:
            path = self.rng.choice(aside)
            self._move(path, DocPath(path.removesuffix(".txt")))
        elif self._files():
            path = self.rng.choice(self._files())
            self._move(path, DocPath(path + ".txt"))

    def become_directory(self) -> None:
        """Put a directory of its name in a document's place, with the document in it; or the other way round."""
        inside = [p for p in self._files() if p.parent is not None and is_document(p.parent)]
        if inside and self.rng.random() < 0.7:
            path = self.rng.choice(inside)
            directory = DocPath(path.parent or "")
            if sum(p.startswith(directory + "/") for p in self.tree.files) == 1:
                self._move(path, directory)
        elif self._files():
            path = self.rng.choice(self._files())
            self._move(path, DocPath(f"{path}/{path.name}"))

    def _move(self, path: DocPath, target: DocPath) -> None:
        if target not in self.tree.files:
            self.tree.files[target] = self.tree.files.pop(path)
            self.people.moved(path, target)
            if not is_document(target):
                self.people.gone(path)
            self.log.append(f"rename {path} to {target}")

    def check_out(self) -> None:
        """Change to the other branch: all documents become what they were there; the first time nothing changes."""
        docs = {path: self.tree.files[path] for path in self._files()}
        before = self.branches.pop("other", None)
        if before is None:
            self.branches["other"] = docs
        else:
            for path in docs:
                self.people.gone(path)
                del self.tree.files[path]
            self.tree.files.update(before)
            self.branches["other"] = docs
            for data in before.values():
                self.people.tale.show(data)
        self.log.append(f"check out the other branch: {sorted(before or docs)}")

    def elsewhere(self) -> set[str]:
        """Return what people typed that lies in git alone."""
        return {t for files in self.branches.values() for data in files.values() for t in words(data)}
