"""A run that trouble ends half-way tells what it did until then."""

import pytest

from confsync.sandbox import Fault, Trouble, When


def test_what_was_done_is_told_when_confluence_goes_away_before_a_later_round(home):
    home.write("a.md", "# A\n\nText.\n")
    home.write("b.md", "# B\n\nText.\n")
    lost = Fault(trouble=Trouble.RESET, method="PUT", path="*/pages/*", when=When.AFTER)
    gone = Fault(trouble=Trouble.STATUS, status=503, method="GET", path="*/user/current", times=0, skip=1)
    home.sandbox.faults.add(lost).add(gone)
    report = home.push()
    assert report.exit_code == 5
    assert sorted(entry.result for entry in report.entries) == ["done", "failed"]
    failed = next(entry for entry in report.entries if entry.result == "failed")
    assert "503" in failed.detail
    home.sandbox.faults.clear()
    assert home.push().exit_code == 0


def test_a_login_that_ends_half_way_stops_the_run_and_tells_what_was_done(home):
    for number in range(30):
        home.write(f"p{number:02}.md", f"# P{number:02}\n\nText.\n")
    home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=401, html=True, times=0, skip=20))
    report = home.push()
    assert report.exit_code == 5
    outcomes = [entry.result for entry in report.entries]
    assert set(outcomes) <= {"done", "failed"}
    assert len(outcomes) == 30
    refused = [e for e in home.sandbox.requests.all if e.status == 401]
    assert len(refused) <= 10  # what was under way at that moment; not one for each page
    home.sandbox.faults.clear()
    assert home.push().exit_code == 0
    assert len(home.titles()) == len({t.casefold() for t in home.titles()})


@pytest.mark.parametrize("hidden", ["/version*", "*"])
@pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)
def test_an_interrupted_push_of_a_page_that_cannot_be_looked_at_holds_up_no_other(home, hidden):
    for name in ("a", "b"):
        home.write(f"{name}.md", f"# {name.upper()}\n\nText.\n")
    assert home.push().exit_code == 0
    page = home.page("A").id
    home.edit("a.md", "Text", "My text")
    lost = Fault(trouble=Trouble.RESET, method="PUT", path=f"*/{page}", when=When.AFTER, times=0)
    away = Fault(trouble=Trouble.STATUS, status=503, method="GET", path="*/user/current", times=0, skip=1)
    home.sandbox.faults.add(lost).add(away)
    assert home.push().exit_code == 5
    home.sandbox.faults.clear()
    home.person.replace(page, "My text", "Our text")
    home.edit("b.md", "Text", "My text")
    home.sandbox.faults.add(
        Fault(trouble=Trouble.STATUS, status=403, method="GET", path=f"*/{page}{hidden}", times=0)
    )
    home.push()
    assert "My text" in home.body("B")
    assert "Our text" in home.person.read(page)
    home.sandbox.faults.clear()
    assert home.sync().exit_code == 0
    assert "Our text" in home.read("a.md")
    assert "Our text" in home.person.read(page)
