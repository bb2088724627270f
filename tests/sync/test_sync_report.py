"""What a report makes of several entries."""

from confsync.errors import ExitCode
from confsync.model import DocPath, PageId
from confsync.sync.report import Entry, Report, Result, after_another_round, one_per_path


def entry(**facts):
    return Entry(**{"action": "update", "path": DocPath("a.md"), **facts})


def test_entries_of_one_path_become_one_that_names_all_actions_and_the_worst_result():
    joined = one_per_path(
        [
            entry(action="pull", detail="new text"),
            entry(action="move", result=Result.FAILED, detail="name taken", code=ExitCode.LOCAL),
        ]
    )
    assert [(e.action, e.result, e.detail, e.code) for e in joined] == [
        ("pull+move", Result.FAILED, "new text; name taken", ExitCode.LOCAL)
    ]


def test_of_two_failures_of_one_path_the_smaller_code_counts_as_it_does_for_two_paths():
    both = [
        entry(result=Result.FAILED, code=ExitCode.REMOTE),
        entry(result=Result.FAILED, code=ExitCode.LOCAL),
    ]
    assert Report(one_per_path(both)).exit_code is ExitCode.REMOTE
    assert Report((both[0], entry(path=DocPath("b.md"), code=ExitCode.LOCAL))).exit_code is ExitCode.REMOTE


def test_a_held_page_outweighs_a_pending_change_of_the_same_path():
    both = [entry(code=ExitCode.HELD), entry(code=ExitCode.PENDING)]
    assert Report(one_per_path(both)).exit_code is ExitCode.HELD


def test_a_page_that_is_not_to_be_seen_is_told_once_though_its_file_moved_meanwhile():
    one, other = (
        entry(action="vanished", path=DocPath(path), page_id=PageId("3")) for path in ("a.md", "b/a.md")
    )
    told = after_another_round(Report((one,)), Report((other,)))
    assert [e.path for e in told.entries] == ["a.md"]


def test_a_push_names_the_links_of_a_document_that_lead_to_no_page_and_no_file(home):
    home.write("other page.md", "# Other\n\ntext\n")
    home.write("part/index.md", "# Part\n\ntext\n")
    home.write("pic.png", b"png")
    found = (
        "![p](pic.png) [a](other%20page.md#x) [b](part/) [c](#nope) [d](https://x.example) [e](mailto:a@b.c)"
    )
    home.write("a.md", f"# A\n\n{found}\n\n`[x](code.md)`\n")
    home.write(
        "b.md", f"# B\n\n{found} ![q](lost.png) [f](gone.md?x#y) [g](../out.md) [h](gone.md) [i](more.md)\n"
    )
    report = home.push()
    assert report.exit_code == ExitCode.IN_SYNC
    assert {e.path: e.notes for e in report.entries if e.notes} == {
        "b.md": ("unresolved: no page or file here: lost.png, gone.md, ../out.md and 1 more",)
    }
    home.write("gone.md", "# Gone\n\nback\n")
    home.edit("b.md", "# B", "# B\n\nedited")
    told = {e.path: e.notes for e in home.push().entries}
    assert told["b.md"] == ("unresolved: no page or file here: lost.png, ../out.md, more.md",)
