"""A save is brought to its page in the light of the last look: two requests, and nothing is inferred."""

from contextlib import closing, contextmanager

import pytest

from confsync.clock import RandomOpIds
from confsync.ledger import open_ledger
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.model import Direction, Dirty, DocPath
from confsync.remote import connect
from confsync.sync.cycle import Cycle


@contextmanager
def awake(home):
    """A cycle that lasts, as in a daemon, and has looked whole once."""
    remote = connect(home.sandbox.url, home.sandbox.user, home.sandbox.token)
    with closing(remote), closing(open_ledger(home.root / ".confsync" / "ledger.db")) as ledger:
        cycle = Cycle(
            remote=remote,
            tree=FileTree(home.root, inspect=inspect),
            ledger=ledger,
            ops=RandomOpIds(),
            policy=home.policy,
        )
        cycle.run(Direction.SYNC)
        home.sandbox.requests.reset()
        yield cycle


@pytest.fixture
def two(home):
    home.write("a.md", "# A\n\nfirst\n\nsecond\n")
    home.write("guide/b.md", "# B\n\nSee [A](../a.md).\n")
    home.sync()
    return home


def saved(*paths):
    return Dirty(frozenset(DocPath(path) for path in paths))


def sent(home):
    return [entry.method for entry in home.sandbox.requests.api]


def test_a_saved_text_costs_one_read_and_one_write(two):
    with awake(two) as cycle:
        two.edit("a.md", "first", "changed")
        report = cycle.quick_push(saved("a.md"))
        assert [(e.action, e.path, str(e.result)) for e in report.entries] == [("update", "a.md", "done")]
        assert sent(two) == ["GET", "PUT"]
    assert "<p>changed</p>" in two.body("A")
    assert two.sync().entries == ()
    assert two.writes == []


def test_save_after_save_needs_no_look_at_the_rest(two):
    with awake(two) as cycle:
        for word in ("one", "two", "three"):
            two.write("a.md", f"# A\n\n{word}\n\nSee [B](guide/b.md).\n")
            assert cycle.quick_push(saved("a.md")) is not None
        assert sent(two) == ["GET", "PUT"] * 3
    assert "<p>three</p>" in two.body("A")
    assert two.sync().entries == ()


def test_a_file_saved_as_it_was_and_what_an_editor_made_and_removed_cost_nothing(two):
    with awake(two) as cycle:
        two.write("a.md", two.read("a.md"))
        assert cycle.quick_push(saved("a.md", "a.md.tmp.1234", "4913")).entries == ()
        assert sent(two) == []


def test_labels_of_a_front_matter_are_brought_along(two):
    two.write("a.md", "---\nlabels: [one]\n---\n# A\n\nfirst\n")
    with awake(two) as cycle:
        two.write("a.md", "---\nlabels: [one, two]\n---\n# A\n\nfirst\n")
        assert cycle.quick_push(saved("a.md")) is not None
    assert set(two.person.labels(two.page("A").id)) == {"one", "two"}
    assert two.sync().entries == ()


def test_a_page_that_is_held_anew_is_not_written_to_though_nobody_told_of_the_new_copy_beside_its_file(two):
    with awake(two) as cycle:
        two.edit("a.md", "first", "mine")
        two.person.replace(two.page("A").id, "first", "theirs")
        assert {e.result for e in cycle.run(Direction.SYNC).entries} == {"held"}
        (two.root / "a.conflict-v3.md").unlink()
        two.person.replace(two.page("A").id, "theirs", "theirs again")
        assert {e.result for e in cycle.run(Direction.SYNC).entries} == {"held"}
        two.edit("a.md", "second", "saved")
        assert cycle.quick_push(saved("a.md")) is None
        assert "PUT" not in sent(two)
    assert "<p>theirs again</p><p>second</p>" in two.body("A")


def _new_file(home):
    home.write("c.md", "# C\n")
    return "c.md"


def _removed_file(home):
    (home.root / "a.md").unlink()
    return "a.md"


def _new_title(home):
    home.edit("a.md", "# A", "# Z")
    return "a.md"


def _new_image(home):
    home.write("a.png", b"\x89PNG")
    home.edit("a.md", "first", "![](a.png)")
    return "a.md"


def _conflict_markers(home):
    home.write("a.md", "# A\n\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> other\n")
    return "a.md"


@pytest.mark.parametrize("change", [_new_file, _removed_file, _new_title, _new_image, _conflict_markers])
def test_what_is_more_than_a_text_takes_a_whole_cycle(two, change):
    with awake(two) as cycle:
        path = change(two)
        assert cycle.quick_push(saved(path)) is None
        assert sent(two) == []


def test_what_happened_everywhere_takes_a_whole_cycle(two):
    with awake(two) as cycle:
        assert cycle.quick_push(Dirty(everything=True)) is None


def test_nothing_is_quick_before_the_first_whole_look(two):
    with awake(two) as cycle:
        cycle.last.forget()
        two.edit("a.md", "first", "changed")
        assert cycle.quick_push(saved("a.md")) is None
        assert sent(two) == []


def test_when_somebody_was_faster_both_edits_are_kept_by_a_whole_cycle(two):
    with awake(two) as cycle:
        two.person.replace(two.page("A").id, "second", "theirs")
        two.edit("a.md", "first", "mine")
        assert cycle.quick_push(saved("a.md")) is None
        assert "PUT" not in sent(two)
        cycle.run(Direction.SYNC)
    assert "<p>mine</p>" in two.body("A")
    assert "<p>theirs</p>" in two.body("A")
    assert "theirs" in two.read("a.md")


def test_an_edit_in_confluence_that_a_cycle_brought_over_is_known_to_the_next_save(two):
    with awake(two) as cycle:
        two.person.replace(two.page("A").id, "second", "theirs")
        cycle.run(Direction.SYNC)
        two.sandbox.requests.reset()
        two.edit("a.md", "first", "mine")
        assert cycle.quick_push(saved("a.md")) is not None
        assert sent(two) == ["GET", "PUT"]
    assert "<p>theirs</p>" in two.body("A")
    assert two.sync().entries == ()


def test_a_page_that_went_to_the_trash_meanwhile_is_not_written(two):
    with awake(two) as cycle:
        page = two.page("A")
        two.person.trash(page.id)
        two.edit("a.md", "first", "mine")
        assert cycle.quick_push(saved("a.md")) is None
        assert "PUT" not in sent(two)


def test_a_folder_that_another_one_replaced_is_not_taken_for_it(two):
    with awake(two) as cycle:
        two.edit("a.md", "first", "mine")
        (two.root / ".confsync" / "root-id").write_text("another")
        assert cycle.quick_push(saved("a.md")) is None
        assert sent(two) == []
