"""What `watch` tells: what is new, once."""

import json
from dataclasses import replace

import pytest

from confsync.cli.chronicle import Chronicle
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
    Chronicle(as_json=False).tell(Report())
    assert told() == []


def test_an_outage_is_told_once_and_so_is_its_end(told):
    chronicle = Chronicle(as_json=False)
    for _ in range(3):
        chronicle.tell(Unreachable("Nobody answers."))
    assert sum("Nobody answers." in line for line in told()) == 1
    chronicle.tell(Recovered())
    chronicle.tell(Report())
    assert sum("well again" in line for line in told()) == 1
    chronicle.tell(Unreachable("Nobody answers."))
    assert any("Nobody answers." in line for line in told())


def test_a_held_page_is_told_when_it_begins_and_not_at_every_look(told):
    chronicle = Chronicle(as_json=False)
    chronicle.tell(Report((HELD,)))
    assert any("both edited" in line for line in told())
    chronicle.tell(Report((HELD, DONE)))
    assert [line.split()[-1] for line in told()] == ["b.md"]
    chronicle.tell(Report())
    chronicle.tell(Report((HELD,)))
    assert any("both edited" in line for line in told())


def test_the_same_work_done_twice_is_told_twice(told):
    chronicle = Chronicle(as_json=True)
    chronicle.tell(Report((DONE,)))
    chronicle.tell(Report((DONE,)))
    assert [json.loads(line)["actions"][0]["path"] for line in told()] == ["b.md", "b.md"]


def test_an_error_is_an_object_with_its_code(told):
    Chronicle(as_json=True).tell(Unreachable("Nobody answers."))
    (line,) = told()
    event = json.loads(line)
    assert (event["event"], event["error"]["code"]) == ("error", 5)


def test_what_a_quick_look_at_some_files_does_not_mention_still_stands(told):
    chronicle = Chronicle(as_json=False)
    chronicle.tell(Report((HELD,)))
    chronicle.tell(Report((DONE,), partial=True))
    told()
    chronicle.tell(Report((HELD,)))
    assert told() == []


FAILED = Entry(
    action="update", path=DocPath("c.md"), result=Result.FAILED, detail="try 1", code=ExitCode.REMOTE
)


def test_an_outage_is_one_line_whatever_its_errors_say(told):
    chronicle = Chronicle(as_json=False)
    for text in ("Nobody answers.", "503 for /wiki/api/v2/pages/1.", "503 for /wiki/api/v2/pages/2."):
        chronicle.tell(Unreachable(text))
    assert len(told()) == 1


def test_a_page_that_fails_again_and_again_is_told_once_until_it_is_well(told):
    chronicle = Chronicle(as_json=False)
    chronicle.tell(Report((FAILED,)))
    chronicle.tell(Report((replace(FAILED, detail="try 2"),)))
    assert ["c.md" in line for line in told()] == [True]
    chronicle.tell(Report((replace(FAILED, result=Result.DONE),), partial=True))
    chronicle.tell(Report((FAILED,)))
    assert ["done" in line for line in told()] == [True, False]


def test_what_a_save_brings_over_does_not_end_a_trouble_of_the_whole(told):
    chronicle = Chronicle(as_json=False)
    chronicle.tell(MassDeletion("Too many deletions."))
    chronicle.tell(Report((DONE,), partial=True))
    chronicle.tell(MassDeletion("Too many deletions."))
    assert sum("Too many" in line for line in told()) == 1


def test_a_pause_and_its_end_are_told(told):
    chronicle = Chronicle(as_json=True)
    chronicle.tell(Paused("a rebase is under way"))
    chronicle.tell(Resumed())
    assert [json.loads(line)["event"] for line in told()] == ["paused", "resumed"]
