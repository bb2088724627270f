"""What `watch` tells: what is new, once."""

import json
from dataclasses import replace

import pytest

from confsync.cli.events import EventLog
from confsync.errors import ExitCode, MassDeletion, Unreachable
from confsync.model import DocPath
from confsync.sync.daemon import Paused, Recovered, Resumed
from confsync.sync.report import Entry, Report, Result

HELD = Entry(
    action="held", path=DocPath("a.md"), result=Result.HELD, detail="both edited", code=ExitCode.HELD
)
DONE = Entry(action="update", path=DocPath("b.md"), result=Result.DONE)


@pytest.fixture
def told(capfd):
    def lines():
        return capfd.readouterr().out.splitlines()

    return lines


def test_a_quiet_cycle_is_no_news(told):
    EventLog(as_json=False).tell(Report())
    assert told() == []


def test_an_outage_is_told_once_and_so_is_its_end(told):
    events = EventLog(as_json=False)
    for _ in range(3):
        events.tell(Unreachable("Nobody answers."))
    assert sum("Nobody answers." in line for line in told()) == 1
    events.tell(Recovered())
    events.tell(Report())
    assert sum("well again" in line for line in told()) == 1
    events.tell(Unreachable("Nobody answers."))
    assert any("Nobody answers." in line for line in told())


def test_a_held_page_is_told_when_it_begins_and_not_at_every_look(told):
    events = EventLog(as_json=False)
    events.tell(Report((HELD,)))
    assert any("both edited" in line for line in told())
    events.tell(Report((HELD, DONE)))
    assert [line.split()[-1] for line in told()] == ["b.md"]
    events.tell(Report())
    events.tell(Report((HELD,)))
    assert any("both edited" in line for line in told())


def test_the_same_work_done_twice_is_told_twice(told):
    events = EventLog(as_json=True)
    events.tell(Report((DONE,)))
    events.tell(Report((DONE,)))
    assert [json.loads(line)["actions"][0]["path"] for line in told()] == ["b.md", "b.md"]


def test_an_error_is_an_object_with_its_code(told):
    EventLog(as_json=True).tell(Unreachable("Nobody answers."))
    (line,) = told()
    event = json.loads(line)
    assert (event["event"], event["error"]["code"]) == ("error", 5)


def test_what_a_quick_look_at_some_files_does_not_mention_still_stands(told):
    events = EventLog(as_json=False)
    events.tell(Report((HELD,)))
    events.tell(Report((DONE,), partial=True))
    told()
    events.tell(Report((HELD,)))
    assert told() == []


FAILED = Entry(
    action="update", path=DocPath("c.md"), result=Result.FAILED, detail="try 1", code=ExitCode.REMOTE
)


def test_an_outage_is_one_line_whatever_its_errors_say(told):
    events = EventLog(as_json=False)
    for text in ("Nobody answers.", "503 for /wiki/api/v2/pages/1.", "503 for /wiki/api/v2/pages/2."):
        events.tell(Unreachable(text))
    assert len(told()) == 1


def test_a_page_that_fails_again_and_again_is_told_once_until_it_is_well(told):
    events = EventLog(as_json=False)
    events.tell(Report((FAILED,)))
    events.tell(Report((replace(FAILED, detail="try 2"),)))
    assert ["c.md" in line for line in told()] == [True]
    events.tell(Report((replace(FAILED, result=Result.DONE),), partial=True))
    events.tell(Report((FAILED,)))
    assert ["done" in line for line in told()] == [True, False]


def test_what_a_save_brings_over_does_not_end_a_trouble_of_the_whole(told):
    events = EventLog(as_json=False)
    events.tell(MassDeletion("Too many deletions."))
    events.tell(Report((DONE,), partial=True))
    events.tell(MassDeletion("Too many deletions."))
    assert sum("Too many" in line for line in told()) == 1


def test_a_pause_and_its_end_are_told(told):
    events = EventLog(as_json=True)
    events.tell(Paused("a rebase is under way"))
    events.tell(Resumed())
    assert [json.loads(line)["event"] for line in told()] == ["paused", "resumed"]
