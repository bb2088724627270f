"""Whole runs against a Confluence that limits requests, and one behind a firewall that dislikes a page."""

from __future__ import annotations

import pytest
from sync_home import Home, results

from confsync.errors import ExitCode
from confsync.sandbox import Sandbox
from confsync.sandbox.faults import Fault, Trouble


@pytest.fixture(params=["cloud", "datacenter"])
def home(request, tmp_path):
    with Sandbox(search_lag=0.0, flavor=request.param) as running:
        yield Home(tmp_path / "docs", running)
        assert running.crashes == []


def test_a_429_to_each_fifth_request_costs_time_and_nothing_else(home):
    for n in range(6):
        home.write(f"p{n}.md", f"---\nlabels: [x]\n---\n# Page {n}\n\n![x](i{n}.png)\n")
        home.write(f"i{n}.png", bytes([n]))
    home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=429, retry_after="0", every=5, times=0))
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.titles() == {f"Page {n}" for n in range(6)}
    twin = home.twin("twin")
    assert twin.pull().exit_code == ExitCode.IN_SYNC
    assert home.sandbox.faults.struck > 6
    pictures = {data for path, data in twin.files().items() if path.endswith(".png")}
    assert pictures == {bytes([n]) for n in range(6)}
    assert twin.sync().exit_code == ExitCode.IN_SYNC
    assert twin.writes == []


def test_a_firewall_that_dislikes_one_page_stops_that_page_alone_and_is_named(home):
    for name in "abc":
        home.write(f"{name}.md", f"# {name.upper()}\n\ntext\n")
    assert home.push().exit_code == ExitCode.IN_SYNC
    for name in "abc":
        home.edit(f"{name}.md", "text", "new text")
    home.edit("b.md", "new text", "new text\n\n```html\n<script>alert(1)</script>\n```")
    page = home.page("B").id
    block = Fault(trouble=Trouble.STATUS, status=403, html=True, method="PUT", path=f"*/{page}", times=0)
    home.sandbox.faults.add(block)
    report = home.push()
    assert report.exit_code == ExitCode.REMOTE
    assert {path: result for path, (_, result) in results(report).items()} == {
        "a.md": "done",
        "b.md": "failed",
        "c.md": "done",
    }
    [told] = [entry.detail for entry in report.entries if entry.path == "b.md"]
    assert "firewall" in told
    home.sandbox.faults.clear()
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert "alert(1)" in home.body("B")
