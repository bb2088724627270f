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


def hides_history(home, page, status):
    """Let Confluence keep the versions of a page to itself."""
    fault = Fault(trouble=Trouble.STATUS, status=status, method="GET", path=f"*/{page}/version*", times=0)
    home.sandbox.faults.add(fault)


@pytest.mark.parametrize("direction", ["push", "sync"])
def test_a_page_whose_history_a_clone_may_not_see_holds_its_own_file_and_lets_the_run_go_on(home, direction):
    page = home.page("A").id
    home.forget()
    for name in ("a", "b"):
        home.edit(f"{name}.md", "text", "my text")
    hides_history(home, page, 403)
    report = getattr(home, direction)()
    assert report.exit_code == ExitCode.HELD, report
    assert results(report) == {"a.md": ("blocked", "held"), "b.md": ("update", "done")}
    assert "history" in next(entry.detail for entry in report.entries if entry.path == "a.md")
    assert "my text" not in home.person.read(page)
    home.sandbox.faults.clear()
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert "my text" in home.person.read(page)


def test_a_page_that_somebody_edited_and_whose_history_a_clone_may_not_see_is_not_overwritten(home):
    page = home.page("A").id
    home.person.replace(page, "text", "their text")
    home.forget()
    home.edit("b.md", "text", "my text")
    hides_history(home, page, 403)
    report = home.push()
    assert report.exit_code == ExitCode.HELD, report
    assert "history" in next(entry.detail for entry in report.entries if entry.path == "a.md")
    assert "their text" in home.person.read(page)
    assert "my text" in home.body("B")


@pytest.mark.parametrize("status", [400, 404])
def test_where_no_history_is_to_be_had_a_clone_goes_on_and_overwrites_nothing(home, status):
    pages = [home.page(title).id for title in ("A", "B")]
    home.person.replace(pages[0], "text", "their text")
    home.forget()
    home.edit("b.md", "text", "my text")
    home.write("c.md", "# C\n\ntext\n")
    for page in pages:
        hides_history(home, page, status)
    report = home.push()
    assert report.exit_code in (ExitCode.HELD, ExitCode.IN_SYNC), report
    assert home.page("C") is not None
    assert "their text" in home.person.read(pages[0])
    home.sandbox.faults.clear()
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert "my text" in home.person.read(pages[1])
    assert "their text" in home.person.read(pages[0])


def test_pages_that_are_listed_and_nothing_of_which_is_given_let_a_clone_go_on(home):
    pages = [home.person.create(title, "<p>text</p>", raw=True).id for title in ("C", "D")]
    for page, name in zip(pages, "cd", strict=True):
        home.person.replace(page, "text", "their text")
        home.write(f"{name}.md", f"# {name.upper()}\n\ntext\n")
        fault = Fault(trouble=Trouble.ABSENT, method="GET", path=f"*/{page}*", times=0)
        home.sandbox.faults.add(fault)
    home.forget()
    home.edit("b.md", "text", "my text")
    report = home.push()
    assert report.exit_code == ExitCode.HELD, report
    assert "my text" in home.body("B")
    for page in pages:
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


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize("direction", ["push", "sync"])
def test_a_page_that_a_clone_cannot_read_at_all_lets_the_others_go_on(home, direction, status):
    page = home.page("A").id
    home.person.replace(page, "text", "their text")
    home.forget()
    home.edit("b.md", "text", "my text")
    fault = Fault(trouble=Trouble.STATUS, status=status, method="GET", path=f"*/{page}*", times=0)
    home.sandbox.faults.add(fault)
    report = getattr(home, direction)()
    assert report.exit_code in (ExitCode.HELD, ExitCode.REMOTE), report
    assert results(report)["b.md"] == ("update", "done")
    assert "their text" in home.person.read(page)
    assert home.read("a.md") == "# A\n\ntext\n"
    home.sandbox.faults.clear()
    assert home.sync().exit_code in (ExitCode.IN_SYNC, ExitCode.HELD)
    assert "their text" in home.person.read(page)
    assert "their text" in "".join(data.decode() for data in home.files().values())
