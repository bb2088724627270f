"""Real processes against a real server on a real disk, killed with SIGKILL at moments of chance: nothing lost, none doubled."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter

import pytest
from runner import Forker, until

from confsync.sandbox import Fault, Sandbox, Trouble

KILLS = int(os.environ.get("CONFSYNC_KILLS", "24"))
SEED = int(os.environ.get("CONFSYNC_KILL_SEED", "1"))
WORD = re.compile(r"\bw\d+w\b")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL and fork")


class Place:
    """A folder and a Confluence of its own, and two people who never stop."""

    def __init__(self, root, sandbox, seed):
        self.root, self.sandbox, self.person = root, sandbox, sandbox.as_person
        self.chance = random.Random(seed)
        self.count = 0
        self.titles = set()
        self.typed = set()
        root.mkdir()
        (root / "confsync.toml").write_text(f'[confluence]\nurl = "{sandbox.url}"\nspace = "DOCS"\n')
        for _ in range(6):
            self.new_file()

    # -- people

    def word(self):
        self.count += 1
        self.typed.add(f"w{self.count}w")
        return f"w{self.count}w"

    def new_file(self):
        title = f"File {self.count}"
        self.titles.add(title)
        inside = self.chance.choice(["", "deep/", "deep/er/"])
        path = self.root / f"{inside}f{self.count}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = path.with_suffix(".png")
        image.write_bytes(title.encode())
        text = f"# {title}\n\n{self.word()} first\n\n![x]({image.name})\n\n{self.word()} last\n"
        path.write_text(text, encoding="utf-8")

    def new_page(self):
        title = f"Page {self.count}"
        self.titles.add(title)
        self.person.create(title, f"<p>{self.word()} first</p><p>{self.word()} last</p>")

    def edit_file(self):
        path = self.chance.choice(self.documents())
        text = path.read_text(encoding="utf-8")
        place = text.index(" first")
        path.write_text(f"{text[:place]} {self.word()}{text[place:]}", encoding="utf-8")

    def edit_page(self):
        page = self.person.find(self.chance.choice(sorted(self.titles)))
        if page is not None:
            body = self.person.read(page.id)
            if " last" in body:
                self.person.edit(page.id, body.replace(" last", f" {self.word()} last", 1))

    def documents(self):
        return [p for p in sorted(self.root.rglob("*.md")) if ".confsync" not in p.parts]

    def work(self):
        for act in self.chance.choices(
            [self.edit_file, self.edit_page, self.new_file, self.new_page], [5, 5, 2, 1], k=3
        ):
            act()

    # -- what is there

    def words_of_files(self):
        return Counter(w for path in self.documents() for w in WORD.findall(path.read_text(encoding="utf-8")))

    def words_of_pages(self):
        found = (self.person.find(title) for title in self.titles)
        return Counter(w for page in found if page for w in WORD.findall(self.person.read(page.id)))

    def stamps(self):
        return {path: path.stat().st_mtime_ns for path in self.documents()}

    def check(self, forker):
        """Both sides hold every word once, and there are the pages that there should be, once."""
        for _ in range(3):
            code, said = forker.run("-C", self.root, "sync")
        assert code == 0, said
        once = dict.fromkeys(self.typed, 1)
        assert self.words_of_files() == once
        assert self.words_of_pages() == once
        titles = Counter(
            content.title
            for content in self.sandbox.store.state.contents.values()
            if content.status == "current" and content.title.startswith(("File", "Page"))
        )
        assert titles == dict.fromkeys(self.titles, 1)
        self.sandbox.requests.reset()
        before = self.stamps()
        for _ in range(3):
            assert forker.run("-C", self.root, "sync")[0] == 0
        assert self.sandbox.requests.writes == []
        assert self.stamps() == before


@pytest.fixture
def sandbox():
    with Sandbox(search_lag=0.0) as running:
        yield running
        assert running.crashes == []


@pytest.fixture
def forker(tmp_path, sandbox):
    login = {
        "CONFLUENCE_USER": sandbox.user,
        "CONFLUENCE_TOKEN": sandbox.token,
        "CONFLUENCE_URL": sandbox.url,
    }
    with Forker(tmp_path, login) as running:
        yield running


@pytest.fixture
def place(tmp_path, sandbox):
    return Place(tmp_path / "docs", sandbox, SEED)


def kill_some_time(place, command, *, within):
    """Kill a command after some of its requests, and some milliseconds; what ends before is as good."""
    wanted = place.sandbox.requests.total + place.chance.randrange(within)
    until(lambda: place.sandbox.requests.total >= wanted or not command.is_alive(), "a request")
    time.sleep(place.chance.random() * 0.01)  # the instant of the kill is chance, not a wait for something
    command.kill()
    return command.wait()


@pytest.mark.timeout(3600)
def test_syncs_that_are_killed_at_any_moment_lose_nothing_and_double_nothing(place, forker):
    ends = Counter()
    for _ in range(KILLS):
        place.work()
        ends[kill_some_time(place, forker.start("-C", place.root, "sync"), within=18)] += 1
    assert ends[-signal.SIGKILL] > KILLS / 3, ends
    place.check(forker)


@pytest.mark.timeout(3600)
def test_a_watch_that_is_killed_at_any_moment_loses_nothing_and_doubles_nothing(place, forker):
    for _ in range(max(KILLS // 8, 2)):
        command = forker.start("-C", place.root, "watch", "--json", "--interval", "1")
        looked = place.sandbox.requests.total + 3
        until(lambda: place.sandbox.requests.total >= looked, "the first look")  # noqa: B023  # at once
        place.work()
        assert kill_some_time(place, command, within=6) == -signal.SIGKILL
    place.check(forker)


def test_of_two_processes_on_one_folder_the_second_says_who_is_at_work_and_ends(place, forker):
    place.sandbox.faults.add(Fault(trouble=Trouble.STALL, method="GET", path="*/spaces", seconds=1.0))
    first = forker.start("-C", place.root, "sync")
    until((place.root / ".confsync" / "lock.json").exists, "the first one's note")
    code, said = forker.run("-C", place.root, "push")
    assert code == 6
    assert str(first.pid) in said
    assert "confsync sync" in said
    assert first.wait() == 0, first.said
    place.check(forker)


def test_two_fresh_clones_that_push_at_once_end_with_both_edits(tmp_path, place, forker):
    assert forker.run("-C", place.root, "push")[0] == 0
    clones = [tmp_path / "one", tmp_path / "two"]
    spots = [" first", " last"]
    words = []
    for clone, spot in zip(clones, spots, strict=True):
        for path in (place.root / "confsync.toml", *place.documents(), *place.root.rglob("*.png")):
            target = clone / path.relative_to(place.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        for path in clone.rglob("*.md"):
            words.append(place.word())
            path.write_text(
                path.read_text(encoding="utf-8").replace(spot, f" {words[-1]}{spot}"), encoding="utf-8"
            )
    jobs = [forker.start("-C", clone, "push") for clone in clones]
    assert [job.wait() for job in jobs] == [0, 0], [job.said for job in jobs]
    assert place.words_of_pages() == dict.fromkeys(place.typed, 1)
