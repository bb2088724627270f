"""People who label pages and hang files on them, on both sides; and what must become of that.

Each content is typed once and each label made once, so that it can be told apart for ever.
"""

from __future__ import annotations

from fate import TOKEN, words
from history import History

from confsync.markup.document import Document
from confsync.model import AttachmentBase, Direction, DocPath, IntentKind, PageId, RowState, Status, sha
from confsync.planning.file_names import conflict_file
from confsync.planning.names import is_document
from confsync.sync.report import Report, Result


class HangingHistory(History):
    """A history in which people also care for labels and attachments."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.labels: dict[str, bool] = {}
        """All labels that people made, and whether nobody took them away."""
        self.owners: dict[str, PageId | None] = {}
        """On which page a label belongs, as far as it was known when it was made."""
        self.doomed: set[tuple[PageId, str]] = set()
        """Contents that somebody deleted from a page, or in the folder when they were on a page."""
        self.unsure = False
        self.seen_doomed: set[tuple[PageId, str]] = set()
        """Those of the doomed that a run has seen the end of."""
        self.traded = False
        """Files traded places since the last run came to its end."""
        self.calm = seed % 2 == 0
        """Every other history has people typing during runs, and no other trouble: there, more can be told for sure."""
        self.whose: dict[DocPath, PageId] = {}
        """The pages of documents that were moved, at their new places."""
        self.disturbed: set[PageId] = set()
        """The pages whose documents were away once: what they have then, a new document or an old page may have brought."""
        self.people.gone, self.people.moved = self._document_gone, self._document_moved
        self.people.more += [
            (20, self.swap_files),
            (10, self.people.move_directory),
            (30, self.label_file),
            (25, self.unlabel_file),
            (30, self.label_page),
            (25, self.unlabel_page),
            (4, self.rename_label),
            (50, self.add_picture),
            (50, self.change_picture),
            (40, self.delete_picture),
            (8, self.drop_reference),
            (4, self.rename_picture),
            (50, self.attach),
            (50, self.attach_anew),
            (40, self.detach),
        ]

    def live_through(self) -> None:
        """Let people begin in peace, so that there is something to take away; then let them live."""
        fate, self.fate.flaky = self.fate.flaky, False
        for act in (self.people.new_file, self.people.new_file, self.people.new_page, self.people.new_page):
            act()
        for act in (
            self.add_picture,
            self.add_picture,
            self.attach,
            self.attach,
            self.label_file,
            self.label_page,
        ):
            act()
        self.run()
        self.fate.flaky = fate
        super().live_through()

    def run(self, direction: Direction = Direction.SYNC) -> Report | None:
        if self.calm:
            self.fate.fuse, self.fate.flaky = None, False
        doomed = set(self.doomed)  # what somebody deletes meanwhile no run has seen the end of
        report = super().run(direction)
        self.traded &= report is None
        if report is not None:
            self.seen_doomed = doomed
        return report

    def swap_files(self) -> None:
        self.people.swap_files()
        self.traded = True
        self.doomed &= self.seen_doomed  # to which page the others belonged nobody can say

    def _document_gone(self, path: DocPath) -> None:
        """A document that comes back, as its page was edited, brings all that hangs on the page."""
        page_id = self._page_of(path)
        if page_id is not None:
            self.disturbed.add(page_id)
        self.doomed = {one for one in self.doomed if one[0] != page_id or one in self.seen_doomed}

    def _document_moved(self, path: DocPath, target: DocPath) -> None:
        page_id = self._page_of(path)
        if page_id is None:
            return
        self.whose[target] = page_id

    # -- labels

    def _new_label(self, owner: PageId | None) -> str:
        label = f"l{len(self.labels)}"
        moving = any(intent.kind is IntentKind.RELOCATE for intent in self.ledger.open.values())
        # while files are on their way, rows say already where they will lie
        self.labels[label], self.owners[label] = True, None if moving else owner
        return label

    def _doc(self) -> DocPath | None:
        docs = self.people.docs()
        return self.rng.choice(docs) if docs else None

    def _front(self, path: DocPath) -> set[str]:
        return set(Document.parse(self.tree.files[path].decode()).front.labels or ())

    def _put_labels(self, path: DocPath, labels: set[str], what: str) -> None:
        text = Document.parse(self.tree.files[path].decode()).with_labels(tuple(sorted(labels)))
        self.people._put(path, text.encode(), what)

    def label_file(self) -> None:
        path = self._doc()
        if path:
            label = self._new_label(self._page_of(path))
            self._put_labels(path, self._front(path) | {label}, f"label file {path} {label}")

    def unlabel_file(self) -> None:
        path = self._doc()
        if path and self._front(path):
            label = self.rng.choice(sorted(self._front(path)))
            self._unlabelled(label, self._page_of(path))
            self._excuse_what_is_on_its_way(label, self._page_of(path), IntentKind.PULL)
            self._put_labels(path, self._front(path) - {label}, f"unlabel file {path} {label}")

    def _unlabelled(self, label: str, page_id: PageId | None) -> None:
        """Note that a label was taken away, if it was from where it belonged: a copy of a page has it, too."""
        if self.owners[label] in (page_id, None) or page_id is None:
            self.labels[label] = False

    def label_page(self) -> None:
        page = self.people._page()
        if page:
            label = self._new_label(page.id)
            self.wiki.label(page.id, label)
            self.log.append(f"label page {page.id} {label}")

    def unlabel_page(self) -> None:
        page = self.people._page()
        if page and self.wiki.labels_of(page.id):
            label = self.rng.choice(self.wiki.labels_of(page.id))
            self._unlabelled(label, page.id)
            self._excuse_what_is_on_its_way(label, page.id, IntentKind.LABEL)
            self.wiki.unlabel(page.id, label)
            self.log.append(f"unlabel page {page.id} {label}")

    def _excuse_what_is_on_its_way(self, label: str, page_id: PageId | None, kind: IntentKind) -> None:
        """Nobody can tell a label that was brought and taken away at once from one that never arrived."""
        if any(intent.page_id == page_id for intent in self.ledger.open.values() if intent.kind is kind):
            self.owners[label] = None

    def rename_label(self) -> None:
        """Rename a label everywhere in Confluence, as an administrator may: it is another one then."""
        there = sorted({name for names in self.wiki.labels.values() for name in names})
        if not there:
            return
        old, new = self.rng.choice(there), self._new_label(None)
        self.labels[old], self.owners[old] = False, None
        for names in self.wiki.labels.values():
            if old in names:
                names.remove(old)
                names.add(new)
        self.log.append(f"rename label {old} to {new}")

    # -- files in the folder

    def _content(self) -> bytes:
        return f"PIC {self.people.word()}".encode()

    def _pictures(self) -> list[DocPath]:
        return [p for p in self.tree.documents() if not is_document(p) and ".conflict-v" not in p]

    def _write(self, path: DocPath, data: bytes, what: str) -> None:
        if path in self.tree.files:
            self.people.unsay(self.tree.files[path])
        self.tree.files[path] = data
        self.log.append(f"{what} {path} {data.decode()}")

    def add_picture(self) -> None:
        path = self._doc()
        place = DocPath(f"img/{self.rng.choice('pqr')}{self.rng.randint(1, 4)}.png")
        if path and path.parent is None and place not in self.tree.files:
            self._write(place, self._content(), "add picture")
            text = self.tree.files[path].decode() + f"\n![x]({place})\n"
            self.people._put(path, text.encode(), f"show {place} in {path}")

    def change_picture(self) -> None:
        if self._pictures():
            self._write(self.rng.choice(self._pictures()), self._content(), "change picture")

    def delete_picture(self) -> None:
        if self._pictures():
            path = self.rng.choice(self._pictures())
            data = self.tree.files.pop(path)
            self.people.unsay(data)
            # where a run died between a file and its row, nobody can tell that it was ever here
            known = {r.page_id for r in self.ledger.files.values() if (r.path, r.hash) == (path, sha(data))}
            shown = [
                i
                for i, fs in self.wiki.files.items()
                if any(f.versions[-1].data == data for f in fs.values())
            ]
            bound = {r.page_id for r in self.ledger.known.values() if r.path in self.tree.files}
            self.doomed |= {(i, t) for i in shown if i in known & bound for t in words(data)}
            self.log.append(f"delete picture {path} {data.decode()}")

    def drop_reference(self) -> None:
        path = self._doc()
        text = self.tree.files[path].decode() if path else ""
        lines = [line for line in text.split("\n") if not line.startswith("![x]")]
        if path and len(lines) < text.count("\n") + 1:
            self.people._put(path, "\n".join(lines).encode(), f"drop pictures from {path}")

    def rename_picture(self) -> None:
        place = DocPath(f"img/n{self.rng.randint(1, 4)}.png")
        if self._pictures() and place not in self.tree.files:
            old = self.rng.choice(self._pictures())
            self.tree.files[place] = self.tree.files.pop(old)
            for path in self.people.docs():
                text = self.tree.files[path].decode()
                if f"]({old})" in text:
                    self.tree.files[path] = text.replace(f"]({old})", f"]({place})").encode()
            self.unsure = True  # one that was shown nowhere is another file now
            self.log.append(f"rename picture {old} to {place}")

    # -- files on pages

    def attach(self) -> None:
        page = self.people._page()
        if page:
            self._attach(page.id, f"a{self.rng.randint(1, 3)}.bin")

    def attach_anew(self) -> None:
        page = self.people._page()
        names = sorted(self.wiki.files.get(page.id, {})) if page else []
        if page and names:
            self._attach(page.id, self.rng.choice(names))

    def _attach(self, page_id: PageId, name: str) -> None:
        file = self.wiki.files.get(page_id, {}).get(name)
        if file:
            self.people.unsay(file.versions[-1].data)
        data = self._content()
        self.wiki.attach(page_id, name, data)
        self.log.append(f"attach {name} to {page_id} {data.decode()}")

    def detach(self) -> None:
        page = self.people._page()
        names = sorted(self.wiki.files.get(page.id, {})) if page else []
        if page and names:
            name = self.rng.choice(names)
            data = self.wiki.files[page.id][name].versions[-1].data
            self.people.unsay(data)
            if self._is_only_there(page.id, name) and not self._looks_edited(page.id, name, data):
                self.doomed |= {(page.id, t) for t in words(data)}
            self.wiki.detach(page.id, name)
            self.log.append(f"detach {name} from {page.id} {data.decode()}")

    def _is_only_there(self, page_id: PageId, name: str) -> bool:
        """Whether a file is known on a page and on no other one: another one keeps it, and then any text may show it.

        Between a swap of files and the next run nobody can say which page a text belongs to.
        """
        rows = self.ledger.files.values()
        here = {row.path for row in rows if (row.page_id, row.name) == (page_id, name)}
        return len([row for row in rows if row.path in here]) == 1 and not self.traded

    def _looks_edited(self, page_id: PageId, name: str, data: bytes) -> bool:
        """Whether a run died between a file and its row: then nobody can tell that nobody here edited it."""
        row = self.ledger.files.get((page_id, name))
        return row is not None and row.hash != sha(data) and self.tree.files.get(row.path) == data

    # -- trouble that makes some of the promises moot

    def _was_away(self, page_id: PageId) -> bool:
        """Whether a page came and went: what hung on it is another matter."""
        return any(page.status is not Status.CURRENT for page in self.wiki.history_of[page_id])

    def _page_of(self, path: DocPath) -> PageId | None:
        known = next((row.page_id for row in self.ledger.known.values() if row.path == path), None)
        return known or self.whose.get(path)

    def _lose_ledger(self) -> None:
        if self.calm:
            return
        super()._lose_ledger()
        self.unsure = True

    # -- the end

    def settle_files(self) -> None:
        """Everybody lets go of conflict copies: the file counts."""
        for path in [p for p in self.tree.documents() if ".conflict-v" in p]:
            self.people.unsay(self.tree.files.pop(path))
            self.log.append(f"delete copy {path}")

    def state(self):
        files = {i: {n: len(f.versions) for n, f in fs.items()} for i, fs in self.wiki.files.items()}
        labels = {i: set(names) for i, names in self.wiki.labels.items()}
        return (*super().state(), files, labels, dict(self.ledger.files))

    def check(self, also: frozenset[str] = frozenset()) -> None:
        super().check(also)
        self._labels_agree()
        self._files_agree()
        self._nothing_came_back()

    def _nothing_lost(self, also: frozenset[str] = frozenset()) -> None:
        files = [f for fs in self.wiki.files.values() for f in fs.values()] + list(
            self.wiki.trashed_files.values()
        )
        kept = {t for f in files for v in f.versions for t in words(v.data)}
        typed, self.people.typed = self.people.typed, self.people.typed - kept
        try:
            super()._nothing_lost(also)
        finally:
            self.people.typed = typed

    def _both_the_same(self) -> None:
        """Compare what was typed: what a picture is called differs on the two sides."""
        for row in self._settled_rows():
            body = Document.parse(self.tree.files[row.path].decode()).body
            page = self.wiki.now(row.page_id).body or ""
            assert TOKEN.findall(body) == TOKEN.findall(page), f"{row.path} and its page differ"

    def _settled_rows(self):
        """Return the rows whose pages and documents are there and wait for nothing."""
        excused = {e.path for e in self.report.entries if e.result in (Result.HELD, Result.FAILED)}
        for row in self.ledger.known.values():
            there = row.path in self.tree.files and self.wiki.is_current(row.page_id)
            away = row.page_id in self.wiki.abroad
            if there and not away and row.state is not RowState.HELD and row.path not in excused:
                yield row

    def _labels_agree(self) -> None:
        """On both sides alike; what nobody took away is there, and what somebody took away is not."""
        for row in self._settled_rows():
            here, there = self._front(row.path), set(self.wiki.labels_of(row.page_id))
            assert here == there, f"{row.path} has the labels {here}, its page {there}"
            if not self.unsure and row.page_id not in self.disturbed and not self._was_away(row.page_id):
                own = {label for label, owner in self.owners.items() if owner == row.page_id}
                stay = {label for label in own if self.labels[label]}
                assert stay <= there, f"labels lost: {stay - there}"
                back = there & (own - stay)
                assert not back, f"labels came back: {back}"

    def _files_agree(self) -> None:
        """Every attachment has its file, and every file of one its attachment, but for those that are held."""
        for row in self._settled_rows():
            files = self.wiki.files.get(row.page_id, {})
            rows = self.ledger.attachments_of(row.page_id)
            held = {r.name for r in rows if self._is_held(r)}
            known = {r.name: r.path for r in rows if r.name not in held}
            there = files.keys() - held
            assert known.keys() == there, f"{row.path}: rows {set(known)}, attachments {there}"
            for name in there:
                here, data = self.tree.files.get(known[name]), files[name].versions[-1].data
                assert here == data, f"{row.path}: {known[name]} and {name} differ"

    def _is_held(self, row: AttachmentBase) -> bool:
        return row.held_version is not None and conflict_file(row.path, row.held_version) in self.tree.files

    def _shared(self) -> set[str]:
        """Return what is in files that several documents show."""
        texts = [self.tree.files[path].decode() for path in self.people.docs()]
        several = [p for p in self._pictures() if sum(p.name in text for text in texts) > 1]
        return {token for path in several for token in words(self.tree.files[path])}

    def _nothing_came_back(self) -> None:
        """What somebody deleted, and nobody changed on the other side since, is not on its page any more.

        A run that is cut off while an attachment gets another name has let go of what it knew of the old one. And a file
        that another document shows, too, stays when its attachment goes, and is sent again with the text that shows it.
        """
        if any(line == "   crash before forgetting a file" for line in self.log):
            return
        for row in self._settled_rows():
            if self.unsure or self._was_away(row.page_id):
                continue
            files = self.wiki.files.get(row.page_id, {}).values()
            back = {t for f in files for t in words(f.versions[-1].data) if (row.page_id, t) in self.doomed}
            back -= self._shared() | self.comings.copied | self.confluence.came_late
            assert not back, f"came back: {back}"


def live_with_files(seed: int) -> HangingHistory:
    """Live one history to its end, let go of held files, come to rest again, and check the promises."""
    history = HangingHistory(seed)
    try:
        history.live_through()
        history.come_to_rest()
        history.check()
        history.settle_files()
        history.come_to_rest()
        history.check()
    except AssertionError as err:
        raise AssertionError(f"seed {seed}: {err}\n" + "\n".join(history.log)) from err
    return history
