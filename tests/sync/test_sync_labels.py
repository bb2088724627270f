"""Labels both ways, merged as sets and never overwritten; comments kept: every case ends with an idle cycle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from sync_home import Home, results

from confsync.errors import ExitCode
from confsync.sandbox import Sandbox
from confsync.sandbox.faults import Fault, Trouble


@pytest.fixture(params=["cloud", "datacenter"])
def home(request, tmp_path):
    more = {"context": "/confluence"} if request.param == "datacenter" else {}
    with Sandbox(search_lag=0.0, flavor=request.param, **more) as running:
        yield Home(tmp_path / "docs", running)
        assert running.crashes == []


@pytest.fixture
def labelled(home):
    """A page with two labels, on both sides alike."""
    home.write("a.md", "---\n# kept\nlabels: [red, green] # mine\n---\n# A\n\ntext\n")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert labels(home) == {"red", "green"}
    return home


def labels(home, title="A"):
    return home.person.labels(home.page(title).id)


def idle(home, code=ExitCode.IN_SYNC):
    """Two more cycles write nothing on either side."""
    before = home.files()
    for _ in range(2):
        report = home.sync()
        assert report.exit_code == code, report
        assert home.writes == []
    assert home.files() == before


# ---- labels -----------------------------------------------------------------------------------------------------


def test_labels_that_colleagues_add_and_remove_come_to_the_front_matter_without_a_new_version(labelled):
    page = labelled.page("A")
    labelled.person.label(page.id, "blue")
    labelled.person.unlabel(page.id, "red")
    assert results(labelled.sync()) == {"a.md": ("pull", "done")}
    assert labelled.read("a.md") == "---\n# kept\nlabels: [green, blue] # mine\n---\n# A\n\ntext\n"
    assert (labelled.writes, labels(labelled)) == ([], {"green", "blue"})
    idle(labelled)


def test_labels_changed_on_both_sides_are_merged(labelled):
    page = labelled.page("A")
    labelled.person.label(page.id, "theirs", "both")
    labelled.person.unlabel(page.id, "red")
    labelled.edit("a.md", "[red, green]", "[red, mine, both]")
    assert labelled.sync().exit_code == ExitCode.IN_SYNC
    assert labels(labelled) == {"theirs", "mine", "both"}
    assert "labels: [mine, both, theirs] # mine" in labelled.read("a.md")
    idle(labelled)


def test_a_label_that_was_removed_and_added_again_is_as_if_nothing_was(labelled):
    page = labelled.page("A")
    labelled.person.unlabel(page.id, "red")
    labelled.person.label(page.id, "red")
    idle(labelled)
    assert labels(labelled) == {"red", "green"}


def test_a_push_takes_no_label_of_a_colleague_away_and_a_pull_adds_none(labelled):
    page = labelled.page("A")
    labelled.person.label(page.id, "theirs")
    labelled.edit("a.md", "[red, green]", "[red, mine]")
    labelled.push()
    assert labels(labelled) == {"red", "mine", "theirs"}
    assert "theirs" not in labelled.read("a.md")
    labelled.push()
    assert labelled.writes == []
    assert labelled.pull().exit_code == ExitCode.IN_SYNC
    assert "theirs" in labelled.read("a.md")
    labelled.edit("a.md", "mine", "mine, newest")
    labelled.pull()
    assert "newest" not in labels(labelled)
    labelled.sync()
    assert labels(labelled) == {"red", "mine", "theirs", "newest"}
    idle(labelled)


def test_a_file_without_a_front_matter_gets_one_with_its_first_label_and_loses_the_label_with_it(home):
    home.write("a.md", "# A\n\ntext\n")
    home.sync()
    home.person.label(home.page("A").id, "first")
    home.sync()
    assert home.read("a.md") == "---\nlabels: [first]\n---\n\n# A\n\ntext\n"
    idle(home)
    home.write("a.md", "# A\n\ntext\n")
    home.sync()
    assert labels(home) == set()
    idle(home)


def test_labels_that_the_settings_add_are_on_every_page_and_in_no_file(home):
    home.write("a.md", "# A\n\ntext\n")
    rules = {"labels": ("docs-as-code",)}
    home.sync(**rules)
    assert labels(home) == {"docs-as-code"}
    home.person.label(home.page("A").id, "theirs")
    home.person.unlabel(home.page("A").id, "docs-as-code")
    home.sync(**rules)
    assert labels(home) == {"docs-as-code", "theirs"}
    assert home.read("a.md").startswith("---\nlabels: [theirs]\n---\n")
    home.sync(**rules)
    assert home.writes == []
    home.sync()
    assert labels(home) == {"theirs"}
    idle(home)


def test_personal_and_team_labels_are_neither_read_nor_touched(labelled):
    page = labelled.page("A")
    with labelled.sandbox.store.lock:
        content = labelled.sandbox.store.state.content(page.id)
        labelled.sandbox.store.labels.add(content, [("my", "favourite"), ("team", "ours")])
    idle(labelled)
    labelled.edit("a.md", "[red, green]", "[red]")
    labelled.sync()
    held = {(x.prefix, x.name) for x in labelled.sandbox.store.labels.of(page.id)}
    assert held == {("global", "red"), ("my", "favourite"), ("team", "ours")}
    assert "favourite" not in labelled.read("a.md")


def test_an_adopted_page_keeps_its_labels_and_the_file_gets_them(home):
    home.person.create("A", "<p>text</p>", raw=True)
    home.person.label(home.page("A").id, "theirs")
    home.write("a.md", "---\nlabels: [mine]\n---\n# A\n\ntext\n")
    home.push(adopt=True)
    assert labels(home) == {"theirs", "mine"}
    home.sync()
    assert "theirs" in home.read("a.md")
    idle(home)


def test_a_clone_without_a_ledger_takes_no_label_away(labelled):
    labelled.person.label(labelled.page("A").id, "theirs")
    clone = labelled.twin("clone")
    clone.write("a.md", labelled.read("a.md").replace("[red, green]", "[red, green, mine]"))
    clone.push()
    assert labels(clone) == {"red", "green", "theirs", "mine"}
    clone.sync()
    assert "theirs" in clone.read("a.md")
    idle(clone)


def test_a_clone_without_a_ledger_sends_no_label_that_the_page_has_already(labelled):
    labelled.person.label(labelled.page("A").id, "blue")  # makes no new version, so the stamp is older
    labelled.sync()
    labelled.forget()
    assert labelled.push().exit_code == ExitCode.IN_SYNC
    assert labelled.writes == []
    idle(labelled)


def test_labels_and_text_edited_on_both_sides_lose_nothing(home):
    home.write("a.md", "---\nlabels: [red]\n---\n# A\n\nfirst\n\nsecond\n\nthird\n")
    home.sync()
    page = home.page("A")
    home.person.label(page.id, "theirs")
    home.person.replace(page.id, "first", "their first")
    home.edit("a.md", "[red]", "[red, mine]")
    home.edit("a.md", "third", "my third")
    for _ in range(2):
        assert home.sync().exit_code == ExitCode.IN_SYNC
    assert labels(home) == {"red", "mine", "theirs"}
    assert "theirs" in home.read("a.md")
    assert "their first" in home.read("a.md")
    assert "my third" in home.body("A")
    idle(home)


def test_a_label_that_confluence_would_not_take_is_sent_as_it_would_be_and_said_so(home):
    home.write("a.md", "---\nlabels: [Hello World, ok, '!!', UPPER]\n---\n# A\n\ntext\n")
    report = home.sync()
    assert report.exit_code == ExitCode.IN_SYNC
    assert labels(home) == {"hello-world", "ok", "upper"}
    told = " ".join(note for entry in report.entries for note in entry.notes)
    assert "'Hello World' is 'hello-world'" in told
    assert "'!!'" in told
    idle(home)
    assert "[Hello World, ok, '!!', UPPER]" in home.read("a.md")


def test_a_search_that_is_behind_takes_nothing_back(tmp_path):
    with Sandbox(search_lag=1000.0) as running:
        home = Home(tmp_path / "docs", running)
        home.write("a.md", "---\nlabels: [red]\n---\n# A\n\n![x](x.png)\n")
        home.write("x.png", b"one")
        home.sync()
        idle(home)
        home.edit("a.md", "[red]", "[blue]")
        home.write("x.png", b"two")
        home.sync()
        idle(home)
        home.person.label(home.page("A").id, "theirs")
        home.person.attach(home.page("A").id, "y.bin", b"theirs")
        running.store.index.catch_up()
        home.sync()
        assert "theirs" in home.read("a.md")
        assert home.files()["a.assets/y.bin"] == b"theirs"
        assert labels(home) == {"blue", "theirs"}


def test_a_search_that_does_not_answer_ends_no_run(labelled):
    labelled.sandbox.faults.add(Fault(trouble=Trouble.STATUS, path="*/content/search", times=99))
    labelled.edit("a.md", "text", "new text")
    assert labelled.sync().exit_code == ExitCode.IN_SYNC
    assert "new text" in labelled.body("A")


def test_labels_and_files_are_noticed_without_search_too_some_pages_in_each_run(home):
    for number in range(15):
        home.write(f"p{number:02}.md", f"# Page {number:02}\n\ntext\n")
    home.sync()
    home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, path="*/search", status=403, times=0))
    home.person.label(home.page("Page 14").id, "theirs")
    home.person.attach(home.page("Page 01").id, "new.txt", b"theirs")
    for _ in range(2):
        assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "labels: [theirs]" in home.read("p14.md")
    assert home.files()["p01.assets/new.txt"] == b"theirs"
    idle(home)


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_labels_and_files_are_noticed_where_search_answers_and_knows_nothing_for_hours(tmp_path, flavor):
    with Sandbox(
        flavor=flavor, search_lag=1e6, clock=lambda: datetime.now(UTC) - timedelta(hours=3)
    ) as running:
        home = Home(tmp_path / "docs", running)
        for number in range(15):
            home.write(f"p{number:02}.md", f"# Page {number:02}\n\ntext\n")
        home.sync()
        home.person.label(home.page("Page 14").id, "theirs")
        home.person.attach(home.page("Page 01").id, "new.txt", b"theirs")
        for _ in range(2):
            assert home.sync().exit_code == ExitCode.IN_SYNC
        assert "labels: [theirs]" in home.read("p14.md")
        assert home.files()["p01.assets/new.txt"] == b"theirs"
        running.store.index.catch_up()
        home.sync()
        assert running.requests.total <= 6
        assert running.crashes == []


def test_an_index_that_is_a_little_behind_costs_no_more_requests(tmp_path):
    with Sandbox(search_lag=1e6) as running:
        home = Home(tmp_path / "docs", running)
        for number in range(15):
            home.write(f"p{number:02}.md", f"# Page {number:02}\n\ntext\n")
        home.sync()
        assert home.sync().exit_code == ExitCode.IN_SYNC
        assert running.requests.total <= 6


# ---- comments ---------------------------------------------------------------------------------------------------


def test_a_comment_made_without_a_new_version_survives_the_next_push(home):
    home.write("a.md", "# A\n\nfirst words\n\nsecond words\n")
    home.sync()
    page = home.page("A")
    home.person.comment(page.id, "good", on="first words")
    home.person.comment(page.id, "in general")
    assert home.page("A").version == page.version
    marked = home.body("A")
    assert "ac:inline-comment-marker" in marked
    idle(home)
    home.edit("a.md", "second words", "second words changed")
    assert results(home.sync()) == {"a.md": ("update", "done")}
    assert home.body("A") == marked.replace("second words", "second words changed")
    idle(home)
    home.edit("a.md", "first words", "the first words")
    home.sync()
    assert "first words</ac:inline-comment-marker>" in home.body("A")
    idle(home)


def test_a_comment_on_a_page_that_was_edited_on_both_sides_survives_the_merge(home):
    home.write("a.md", "# A\n\nfirst words\n\nsecond words\n\nthird words\n")
    home.sync()
    page = home.page("A")
    home.person.replace(page.id, "second words", "their words")
    home.person.comment(page.id, "good", on="first words")
    home.edit("a.md", "third words", "my words")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    for piece in ("first words</ac:inline-comment-marker>", "their words", "my words"):
        assert piece in home.body("A")
    idle(home)


# ---- budgets ----------------------------------------------------------------------------------------------------

PAGES, FILES = 260, 30


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A tree of some hundred pages with labels and attachments, just pushed; search is a second behind."""
    with Sandbox() as running:
        home = Home(tmp_path_factory.mktemp("labels") / "docs", running)
        for n in range(PAGES):
            image = f"\n![x](img/{n}.png)\n" if n < FILES else ""
            home.write(f"p{n:03}.md", f"---\nlabels: [l{n % 7}]\n---\n# Page {n}\n\ntext {n}\n{image}")
        for n in range(FILES):
            home.write(f"img/{n}.png", b"\x89PNG" + bytes([n]))
        assert home.push().exit_code == ExitCode.IN_SYNC
        yield home
        assert running.crashes == []


def test_noticing_labels_and_attachments_stays_within_the_budget_and_looks_at_all_pages_in_turn(large):
    idle_budget = ceil((PAGES + 1) / 250) + 5
    for run in (large.sync, large.pull, large.sync):
        assert run().exit_code == ExitCode.IN_SYNC
        assert large.sandbox.requests.total <= idle_budget, str(dict(large.sandbox.requests.by_route()))
    changed = [large.page(f"Page {n}") for n in (0, 131, 259)]
    for page in changed:
        large.person.label(page.id, "theirs")
        large.person.attach(page.id, "theirs.bin", b"x")
    large.sandbox.store.index.catch_up()
    for _ in range(3):
        large.sync()
    found = {path for path, data in large.files().items() if b"theirs" in data}
    assert found == {"p000.md", "p131.md", "p259.md"}
    assert sum(path.endswith("theirs.bin") for path in large.files()) == len(changed)
    large.sync()
    assert large.sandbox.requests.total <= idle_budget
