"""`confsync watch`, `sandbox` and `demo` as processes: they begin, do their work, and end when they are told to."""

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from confsync.cli.signals import Signals
from confsync.sandbox.faults import Fault, Trouble


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watch_ends_soon_and_well_when_it_is_told_to(synced, started, number):
    watch = started("watch", "-C", synced.root)
    watch.line_with("watching")
    code, seconds = watch.end(number)
    assert code in (0, 128 + number)
    assert seconds < 5


def test_watch_brings_a_saved_file_to_its_page_and_an_edited_page_to_its_file(synced, started):
    watch = started("watch", "-C", synced.root, "--interval", "0.5")
    watch.line_with("watching")
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    watch.line_with("notes.md")
    assert "<p>1 thing.</p>" in synced.body("Notes")
    synced.sandbox.as_person.replace(synced.page("Install"), "Put it in.", "Push it in.")
    watch.line_with("guide/install.md")
    assert "Push it in." in synced.read("guide/install.md")


def test_watch_with_json_prints_one_object_per_event(synced, started):
    watch = started("watch", "-C", synced.root, "--json", "--interval", "0.5")
    watch.line_with('"start"')
    synced.write("new.md", "# New\n\nText.\n")
    event = json.loads(watch.line_with("new.md"))
    assert event["event"] == "cycle"
    assert [(a["action"], a["path"]) for a in event["actions"]] == [("create", "new.md")]
    watch.end(signal.SIGTERM)
    watch.line_with('"stop"')
    assert all(json.loads(line)["event"] for line in watch.seen)


def test_watch_rides_out_a_confluence_that_does_not_answer_and_says_so_once(synced, started):
    settings = synced.read("confsync.toml")
    synced.write("confsync.toml", settings.replace(synced.sandbox.url, "http://127.0.0.1:9/wiki"))
    watch = started("watch", "-C", synced.root, "--interval", "0.2")
    watch.line_with("cannot be reached")
    code, seconds = watch.end(signal.SIGTERM)
    assert code in (0, 143)
    assert seconds < 5
    assert sum("cannot be reached" in line for line in watch.seen) == 1


def test_new_settings_are_taken_over_and_bad_ones_leave_the_old_in_force(synced, started):
    settings = synced.read("confsync.toml")
    watch = started("watch", "-C", synced.root, "--interval", "0.5")
    watch.line_with("watching")
    synced.write("confsync.toml", settings + "[labels]\nall = 7\n")
    assert "stay in force" in watch.line_with("settings")
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    watch.line_with("notes.md")
    synced.write("confsync.toml", settings + '[labels]\nall = ["new"]\n')
    watch.line_with("in force")
    watch.line_with("notes.md")
    assert synced.sandbox.as_person.labels(synced.page("Notes")) == {"new"}


def test_a_hang_up_makes_watch_read_the_settings_again(synced, started):
    watch = started("watch", "-C", synced.root, "--json")
    watch.line_with('"start"')
    watch.send(signal.SIGHUP)
    assert json.loads(watch.line_with('"settings"'))["event"] == "settings"
    assert watch.end(signal.SIGTERM)[0] in (0, 143)


@pytest.mark.parametrize("replaced", [False, True], ids=["gone", "another one in its place"])
def test_a_folder_that_goes_away_deletes_nothing_and_is_watched_again_when_it_is_back(
    synced, started, replaced
):
    watch = started("watch", "-C", synced.root, "--json", "--interval", "0.5")
    watch.line_with('"start"')
    away = synced.root.with_name("away")
    synced.root.rename(away)
    if replaced:
        synced.root.mkdir()
    assert json.loads(watch.line_with('"error"'))["error"]["code"] in (3, 6)
    if replaced:
        synced.root.rmdir()
    away.rename(synced.root)
    watch.line_with('"recovered"')
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    watch.line_with("notes.md")
    assert "<p>1 thing.</p>" in synced.body("Notes")
    assert synced.body("Install")
    assert watch.end(signal.SIGTERM)[0] in (0, 143)


def test_a_second_watch_on_one_folder_is_refused_at_once(synced, started):
    started("watch", "-C", synced.root).line_with("watching")
    refused = synced.run("watch")
    assert refused.code == 6
    assert "confsync watch" in refused.err


def test_the_sandbox_prints_what_a_shell_needs_and_serves_pages_to_look_at(started):
    sandbox = started("sandbox")
    url = sandbox.line_with("CONFLUENCE_URL=").strip().partition("=")[2]
    assert sandbox.line_with("CONFLUENCE_USER=")
    assert sandbox.line_with("CONFLUENCE_TOKEN=")
    with urllib.request.urlopen(url) as page:
        assert "text/html" in page.headers["Content-Type"]
    assert sandbox.end(signal.SIGINT)[0] in (0, 130)


def test_the_sandbox_keeps_what_is_in_it_when_it_is_told_where(started, tmp_path, capfd):
    first = started("sandbox", "--data", tmp_path / "kept")
    first.line_with("CONFLUENCE_TOKEN=")
    first.end(signal.SIGTERM)
    assert list((tmp_path / "kept").iterdir())
    started("sandbox", "--data", tmp_path / "kept").line_with("CONFLUENCE_TOKEN=")


def test_a_port_that_is_taken_is_told(sandbox, offline):
    done = offline.anywhere("sandbox", "--port", sandbox.port)
    assert done.code == 6
    assert str(sandbox.port) in done.err


def test_the_demo_goes_on_as_watch_in_a_folder_of_its_own(started, tmp_path):
    demo = started("demo", cwd=tmp_path)
    demo.line_with("watching")
    notes = tmp_path / "demo" / "release-notes.md"
    notes.write_text(notes.read_text().replace("Release notes", "What is new"))
    assert "update" in demo.line_with("release-notes.md")
    assert demo.end(signal.SIGINT)[0] in (0, 130)


def test_the_demo_makes_its_own_folder_anew_and_no_other(offline):
    offline.write("demo/mine.md", "mine")
    done = offline.run("demo")
    assert done.code == 6
    assert offline.read("demo/mine.md") == "mine"


TROUBLES = {
    "an answer that does not come": Fault(trouble=Trouble.STALL, times=0, seconds=60.0),
    "a download in drips": Fault(trouble=Trouble.SLOW, times=0, seconds=2.0),
    "a long Retry-After": Fault(trouble=Trouble.STATUS, status=429, retry_after="200", times=0),
    "a write whose answer does not come": Fault(trouble=Trouble.STALL, method="PUT", times=0, seconds=60.0),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_watch_ends_soon_whatever_it_is_waiting_for(synced, started, trouble):
    watch = started("watch", "-C", synced.root, "--interval", "0.5")
    watch.line_with("watching")
    synced.sandbox.faults.add(trouble)
    struck = synced.sandbox.faults.struck
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    end = time.monotonic() + 20
    while synced.sandbox.faults.struck == struck and time.monotonic() < end:
        threading.Event().wait(0.05)
    assert synced.sandbox.faults.struck > struck
    code, seconds = watch.end(signal.SIGTERM)
    assert code in (0, 143)
    assert seconds < 5
    synced.sandbox.faults.clear()
    assert synced.run("sync").code == 0
    assert synced.body("Notes").count("1 thing.") == 1


STUCK = """
import sys, threading
from confsync.cli.signals import Signals
with Signals() as signals:
    signals.heed(lambda: None)
    print("stuck", flush=True)
    while True:
        {}
"""


@pytest.mark.parametrize(
    ("forever", "number"),
    [("threading.Event().wait(1)", signal.SIGINT), ("print('x' * 10_000)", signal.SIGTERM)],
    ids=["busy", "nobody reads what it says"],
)
def test_what_does_not_end_by_itself_is_ended_within_five_seconds(forever, number):
    with subprocess.Popen([sys.executable, "-c", STUCK.format(forever)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"stuck\n"
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(20) == 128 + number
        assert 3 < time.monotonic() - began < 5


def test_a_signal_in_the_first_moments_is_not_lost():
    stopped = []
    with Signals() as signals:
        signal.raise_signal(signal.SIGTERM)
        assert stopped == []
        signals.heed(lambda: stopped.append(1))
    assert stopped == [1]
