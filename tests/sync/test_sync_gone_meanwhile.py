"""Pages that are hidden from us or trashed while a run is under way: ordinary life, settled in that run.

Nothing is deleted or made again because of it, and the other pages are synced.
"""

from __future__ import annotations

from functools import partial

import pytest
from sync_home import Home, results

from confsync.errors import ExitCode
from confsync.sandbox import Sandbox
from confsync.sandbox.faults import Fault, Trouble


@pytest.fixture(params=["cloud", "datacenter"])
def home(request, tmp_path):
    with Sandbox(search_lag=0.0, flavor=request.param) as running:
        found = Home(tmp_path / "docs", running)
        for name in ("a", "b"):
            found.write(f"{name}.md", f"# {name.upper()}\n\ntext\n")
        assert found.sync().exit_code == ExitCode.IN_SYNC
        yield found
        assert running.crashes == []


def goes(home, how, title, **when):
    """Let a colleague hide or trash a page right before the next request of a kind."""
    page = home.page(title).id
    home.sandbox.faults.meanwhile(partial(getattr(home.person, how), page), path=f"*/{page}", **when)
    return page


def settled(home):
    """The next run has nothing to do but to say again what waits."""
    home.sync()
    assert home.writes == []


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("how", ["hide", "trash"])
def test_a_page_that_goes_before_it_is_written_holds_its_own_file_and_lets_the_push_go_on(home, how, method):
    page = goes(home, how, "A", method=method)
    for name in ("a", "b"):
        home.edit(f"{name}.md", "text", "my text")
    report = home.push()
    assert report.exit_code in (ExitCode.IN_SYNC, ExitCode.HELD), report
    assert "my text" in home.read("a.md")
    assert "my text" in home.body("B")
    if how == "hide":
        assert results(report)["a.md"][1] == "noted"
        assert report.exit_code == ExitCode.HELD
        assert "my text" not in home.person.read(page)
        settled(home)
        home.person.unhide(page)
        assert home.push().exit_code == ExitCode.IN_SYNC
        assert "my text" in home.person.read(page)


def test_a_page_that_is_hidden_before_it_is_read_keeps_its_file(home):
    for title in ("A", "B"):
        home.person.replace(home.page(title).id, "text", "their text")
    page = goes(home, "hide", "A", method="GET")
    assert home.pull().exit_code == ExitCode.IN_SYNC
    assert home.read("a.md") == "# A\n\ntext\n"
    assert "their text" in home.read("b.md")
    home.person.unhide(page)
    assert home.pull().exit_code == ExitCode.IN_SYNC
    assert "their text" in home.read("a.md")


def test_a_page_that_is_trashed_before_it_is_read_takes_its_file_along_in_the_same_run(home):
    for title in ("A", "B"):
        home.person.replace(home.page(title).id, "text", "their text")
    goes(home, "trash", "A", method="GET")
    assert home.pull().exit_code == ExitCode.IN_SYNC
    assert set(home.files()) == {"b.md"}
    assert "their text" in home.read("b.md")


@pytest.mark.parametrize("how", ["hide", "trash"])
def test_a_new_page_that_goes_before_it_is_read_is_noted_and_nothing_else(home, how):
    for title in ("C", "D"):
        home.person.create(title, "<p>new</p>", raw=True)
    goes(home, how, "C", method="GET")
    report = home.pull()
    assert report.exit_code == ExitCode.IN_SYNC, report
    assert results(report) == {"c.md": ("pull", "noted"), "d.md": ("pull", "done")}
    assert set(home.files()) == {"a.md", "b.md", "d.md"}
    settled(home)


def test_a_new_page_that_is_listed_and_not_given_is_never_called_done(home):
    home.person.create("D", "<p>new</p>", raw=True)
    page = home.person.create("C", "<p>new</p>", raw=True).id
    home.sandbox.faults.add(Fault(trouble=Trouble.ABSENT, method="GET", path=f"*/{page}", times=0))
    assert home.pull().exit_code == ExitCode.HELD
    assert set(home.files()) == {"a.md", "b.md", "d.md"}
    home.sandbox.faults.clear()
    assert home.pull().exit_code == ExitCode.IN_SYNC
    assert "c.md" in home.files()


def test_one_404_for_a_page_that_is_there_is_looked_at_again_in_the_same_run(home):
    page = home.page("A").id
    home.sandbox.faults.add(Fault(trouble=Trouble.ABSENT, method="GET", path=f"*/{page}"))
    home.edit("a.md", "text", "my text")
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert "my text" in home.body("A")


def test_a_child_of_a_page_that_goes_waits_and_lets_the_push_go_on(home):
    page = home.page("A").id
    home.sandbox.faults.meanwhile(partial(home.person.hide, page), method="POST")
    home.write("a/child.md", "# Child\n\ntext\n")
    home.edit("b.md", "text", "my text")
    report = home.push()
    assert report.exit_code == ExitCode.HELD, report
    assert results(report)["a/child.md"] == ("create", "held")
    assert "my text" in home.body("B")
    assert home.page("Child") is None
    home.person.unhide(page)
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.page("Child").parent_id == page


def test_a_page_that_goes_while_a_clone_reads_its_history_does_not_end_the_run(home):
    home.person.replace(home.page("A").id, "text", "their text")
    page = home.page("A").id
    home.forget()
    home.sandbox.faults.meanwhile(partial(home.person.hide, page), method="GET", path=f"*/{page}/version*")
    home.edit("b.md", "text", "my text")
    report = home.push()
    assert report.exit_code in (ExitCode.IN_SYNC, ExitCode.HELD), report
    assert "my text" in home.body("B")
    assert "their text" in home.person.read(page)


@pytest.mark.parametrize("status", [403, 400])
def test_a_page_that_cannot_be_read_fails_alone(home, status):
    page = home.page("A").id
    for title in ("A", "B"):
        home.person.replace(home.page(title).id, "text", "their text")
    fault = Fault(trouble=Trouble.STATUS, status=status, method="GET", path=f"*/{page}", times=0)
    home.sandbox.faults.add(fault)
    report = home.pull()
    assert report.exit_code == ExitCode.REMOTE
    assert results(report) == {"a.md": ("pull", "failed"), "b.md": ("pull", "done")}
    home.sandbox.faults.clear()
    assert home.pull().exit_code == ExitCode.IN_SYNC
    assert "their text" in home.read("a.md")
