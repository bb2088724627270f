"""Real processes under real storms: nothing is lost, nothing is doubled, and equal contents make no write.

Short here; as large as life with CONFSYNC_SOAK=1 (`make soak`).
"""

import io
import signal
import tarfile
import threading
from collections import Counter

import pytest
from soaking import IN_SYNC, LONG, Watched, until

pytestmark = pytest.mark.timeout(3600 if LONG else 120)


@pytest.fixture
def watched(tmp_path, monkeypatch):
    for name in ("URL", "USER", "TOKEN"):
        monkeypatch.setenv(f"CONFLUENCE_{name}", "")
        monkeypatch.delenv(f"CONFLUENCE_{name}")
    one = Watched(tmp_path / "docs", tmp_path / "wiki")
    yield one
    one.close()


def begin(watched, count=3):
    """Watch some files, and wait until they are pages."""
    for number in range(count):
        watched.write(f"p{number}.md", f"# P{number}\n\nfirst\n\nsecond\n")
    watched.start()
    until(lambda: all("second" in watched.body(f"P{n}") for n in range(count)), "the first push")
    watched.sandbox.requests.reset()


def test_two_hundred_saves_of_one_file_are_few_writes_and_the_last_one_counts(watched, capfd):
    begin(watched)
    for number in range(2000 if LONG else 200):
        watched.write("p0.md", f"# P0\n\nsave {number}.\n\nsecond\n")
        threading.Event().wait(0.005)
    last = f"save {number}."
    until(lambda: last in watched.body("P0"), "the last save")
    assert len(watched.writes) <= 3 + number // 100
    assert watched.in_sync(capfd) == IN_SYNC


def save_as_vim(root, name, text):
    path = root / name
    path.rename(root / f"{name}~")
    (root / "4913").touch()
    path.write_text(text)
    (root / "4913").unlink()
    (root / f"{name}~").unlink()


def save_as_code(root, name, text):
    with (root / name).open("r+") as file:
        file.truncate()
        file.flush()
        threading.Event().wait(0.02)
        file.write(text)


def save_beside(root, name, text):
    beside = root / f".{name}.tmp"
    beside.write_text(text)
    beside.replace(root / name)


def test_whatever_way_editors_save_no_page_goes_and_each_save_arrives(watched, capfd):
    begin(watched)
    ids = {n: watched.sandbox.as_person.find(f"P{n}").id for n in range(3)}
    for turn in range(100 if LONG else 3):
        for number, save in enumerate((save_as_vim, save_as_code, save_beside)):
            save(watched.root, f"p{number}.md", f"# P{number}\n\nturn {turn}.\n\nsecond\n")
        until(lambda: all(f"turn {turn}." in watched.body(f"P{n}") for n in range(3)), f"turn {turn}")  # noqa: B023  # called here
    assert {n: watched.sandbox.as_person.find(f"P{n}").id for n in range(3)} == ids
    assert {e.method for e in watched.writes} == {"PUT"}
    assert watched.in_sync(capfd) == IN_SYNC


def in_git(watched, count):
    begin(watched, count)
    watched.git("init", "--quiet", "--initial-branch=main")
    watched.git("add", ".")
    watched.git("commit", "--quiet", "-m", "one")
    watched.git("checkout", "--quiet", "-b", "side")
    for number in range(count):
        watched.write(f"p{number}.md", f"# P{number}\n\nof the side\n\nsecond\n")
    watched.git("commit", "--quiet", "-a", "-m", "two")
    watched.git("checkout", "--quiet", "main")


def looks(watched):
    return sum("-modified-date" in e.query for e in watched.sandbox.requests.api)


def some_looks(watched, more=3):
    """Wait until Confluence was looked at some more times: what was to be sent would have been by then."""
    before = looks(watched)
    until(lambda: looks(watched) >= before + more, "a few looks")


def test_checkouts_that_end_where_they_began_write_nothing_and_one_that_does_not_writes_each_file_once(
    watched, capfd
):
    count = 300 if LONG else 30
    in_git(watched, count)
    some_looks(watched)
    watched.sandbox.requests.reset()
    for _ in range(5):
        watched.git("checkout", "--quiet", "side")
        watched.git("checkout", "--quiet", "main")
    some_looks(watched)
    assert watched.writes == []
    watched.git("checkout", "--quiet", "side")
    until(lambda: all("of the side" in watched.body(f"P{n}") for n in range(count)), "the other branch")
    assert Counter(e.method for e in watched.writes) == {"PUT": count}
    assert watched.in_sync(capfd) == IN_SYNC


def test_nothing_of_a_rebase_is_sent_until_it_is_over(watched, capfd):
    in_git(watched, 3)
    watched.write("p0.md", "# P0\n\nof main\n\nsecond\n")
    watched.git("commit", "--quiet", "-a", "-m", "three")
    until(lambda: "of main" in watched.body("P0"), "the commit on main")
    some_looks(watched)
    watched.sandbox.requests.reset()
    assert watched.git("rebase", "side", check=False).returncode != 0  # it stops at the conflict in p0.md
    until(lambda: watched.events("paused"), "the pause")
    assert "<<<<<<<" in watched.read("p0.md")
    watched.git("rebase", "--abort")
    until(lambda: watched.events("resumed"), "the end of the pause")
    some_looks(watched)
    assert watched.writes == []
    assert watched.in_sync(capfd) == IN_SYNC


def test_thousands_of_files_unpacked_at_once_are_pages_once(watched, capfd):
    begin(watched, 1)
    files, documents = (20_000, 1_000) if LONG else (4_000, 40)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for number in range(files):
            name = f"d{number % 50}/n{number}.{'md' if number % (files // documents) == 0 else 'txt'}"
            info, text = tarfile.TarInfo(name), f"# N{number}\n\ntext of {number}\n".encode()
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
    archive.seek(0)
    with tarfile.open(fileobj=archive) as tar:
        tar.extractall(watched.root, filter="data")
    titles = {f"N{n}" for n in range(0, files, files // documents)}
    until(lambda: all("text of" in watched.body(title) for title in titles), "all of them")
    assert watched.in_sync(capfd) == IN_SYNC
    with watched.sandbox.store.lock:
        found = Counter(c.title for c in watched.sandbox.store.state.contents.values())
    assert {title: found[title] for title in titles} == dict.fromkeys(titles, 1)


def test_two_who_write_in_one_page_at_once_both_keep_their_words(watched, capfd):
    begin(watched, 1)
    page, person = watched.sandbox.as_person.find("P0").id, watched.sandbox.as_person
    saves = 300 if LONG else 12
    theirs = "second"
    for number in range(saves):
        text = watched.read("p0.md")
        if number % 3 == 0:
            person.replace(page, theirs, f"theirs{number}")
            theirs = f"theirs{number}"
        mine = text.split("\n\n")
        mine[1] = f"mine{number}"
        if watched.read("p0.md") == text:  # as an editor does that sees the file change on the disk
            watched.write("p0.md", "\n\n".join(mine))
        threading.Event().wait(0.15)
    text = watched.read("p0.md")
    until(lambda: watched.read("p0.md").count(theirs) == 1, "their last words in the file")
    until(lambda: watched.read("p0.md").split("\n\n")[1] in watched.body("P0"), "our last words on the page")
    assert watched.body("P0").count(theirs) == 1
    assert not list(watched.root.glob("*.conflict-*"))
    assert watched.in_sync(capfd) == IN_SYNC


def test_what_is_saved_while_confluence_is_away_arrives_when_it_is_back_and_two_lines_tell_it(watched, capfd):
    begin(watched)
    for turn in range(5 if LONG else 1):
        watched.go_down()
        watched.write("p0.md", f"# P0\n\nmeanwhile {turn}\n\nsecond\n")
        until(lambda: len(watched.events("error")) == turn + 1, "the outage")  # noqa: B023  # called here
        watched.write("p1.md", f"# P1\n\nlater {turn}\n\nsecond\n")
        threading.Event().wait(20.0 if LONG else 3.0)  # an outage lasts
        watched.come_back()
        until(lambda: f"meanwhile {turn}" in watched.body("P0"), "the first save")  # noqa: B023  # called here
        until(lambda: f"later {turn}" in watched.body("P1"), "the second save")  # noqa: B023  # called here
        until(lambda: len(watched.events("recovered")) == turn + 1, "the end of the outage")  # noqa: B023  # called here
    assert len(watched.events("error")) == turn + 1
    assert watched.in_sync(capfd) == IN_SYNC


def test_who_is_killed_again_and_again_loses_and_doubles_nothing(watched, capfd):
    count = 200 if LONG else 24
    for number in range(count):
        watched.write(f"k{number}.md", f"# K{number}\n\ntext\n")
    for turn in range(20 if LONG else 3):
        watched.start()
        watched.sandbox.requests.reset()
        enough = 3 + 2 * turn
        until(lambda: len(watched.writes) >= enough or "text" in watched.body(f"K{count - 1}"), "some writes")  # noqa: B023  # called here
        watched.stop(signal.SIGKILL)
    watched.start()
    until(lambda: all("text" in watched.body(f"K{n}") for n in range(count)), "all of them")
    assert watched.in_sync(capfd) == IN_SYNC
    with watched.sandbox.store.lock:
        found = Counter(c.title for c in watched.sandbox.store.state.contents.values())
    assert all(found[f"K{n}"] == 1 for n in range(count))


def test_an_hour_in_which_nothing_happens_costs_two_requests_for_each_look(watched, capfd):
    watched.interval = 0.1
    begin(watched)
    some_looks(watched, 12)
    watched.sandbox.requests.reset()
    polls = 1200 if LONG else 30
    some_looks(watched, polls)
    whole = sum("sort=id" in e.query for e in watched.sandbox.requests.api)
    assert watched.sandbox.requests.total <= 2 * (polls + 2) + 7 * (polls // 10 + 2)
    assert whole <= polls // 10 + 2
    assert watched.writes == []
    assert watched.in_sync(capfd) == IN_SYNC
