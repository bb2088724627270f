"""When the daemon looks, and what that costs. Time is the test's own; the folder and the Confluence are real."""

from itertools import pairwise

import pytest
from daemons import saved

from confsync.errors import AuthError, Unreachable
from confsync.sandbox.faults import Fault, Trouble
from confsync.sync.daemon import POLLS_PER_WHOLE_RUN, Paused, Recovered, Resumed
from confsync.sync.pace import EAGER, PATIENT, REFUSED, Pace
from confsync.sync.report import Report


def test_a_quiet_poll_costs_at_most_two_requests(watch):
    for _ in range(POLLS_PER_WHOLE_RUN * 2):
        assert len(watch.cost()) <= 2 or watch.daemon._polls % POLLS_PER_WHOLE_RUN == 0


def test_each_tenth_poll_looks_whole_and_finds_what_was_trashed(watch):
    watch.home.person.trash(watch.home.page("A").id)
    for _ in range(POLLS_PER_WHOLE_RUN):
        watch.cost()
    assert not (watch.home.root / "a.md").exists()
    assert watch.home.read("guide/b.md")


def test_a_save_costs_one_read_and_one_write(watch):
    watch.home.edit("a.md", "first", "changed")
    assert [line.split()[0] for line in watch.cost(saved("a.md"))] == ["GET", "PUT"]
    assert "<p>changed</p>" in watch.home.body("A")


def test_our_own_writes_are_no_news_to_the_next_poll(watch):
    watch.home.edit("a.md", "first", "changed")
    watch.cost(saved("a.md"))
    assert len(watch.cost()) <= 2


def test_an_edit_in_confluence_is_in_the_file_after_one_poll(watch):
    watch.home.person.replace(watch.home.page("A").id, "second", "theirs")
    watch.cost()
    assert "theirs" in watch.home.read("a.md")
    assert len(watch.cost()) <= 2


def test_a_page_made_in_confluence_is_a_file_after_one_poll(watch):
    watch.home.person.create("C", "<p>new</p>")
    watch.cost()
    assert "new" in watch.home.read("c.md")


def test_a_new_file_and_one_that_went_take_a_whole_look_at_once(watch):
    watch.home.write("c.md", "# C\n\nnew\n")
    watch.cost(saved("c.md"))
    assert "<p>new</p>" in watch.home.body("C")
    (watch.home.root / "c.md").unlink()
    watch.cost(saved("c.md"))
    assert watch.home.page("C") is None


def test_polls_are_quick_after_something_happened_and_never_slower_than_the_interval(watch):
    watch.home.edit("a.md", "first", "changed")
    watch.play(lambda: saved("a.md"), *[None] * 6)
    waits = watch.script.waits[-7:]
    assert waits[1] <= EAGER
    assert waits == sorted(waits[:1]) + sorted(waits[1:])
    assert max(waits) == 30.0


def test_saves_without_end_do_not_put_off_the_next_look_at_confluence(watch):
    def save():
        watch.clock.seconds += 3.0
        watch.home.write("a.md", f"# A\n\nfirst {watch.clock.seconds}\n\nsecond\n")
        return saved("a.md")

    def save_while_somebody_edits():
        watch.home.person.replace(watch.home.page("B").id, "See", "Look at")
        return save()

    watch.play(save_while_somebody_edits, *[save] * 20)
    assert "Look at" in watch.home.read("guide/b.md")


def test_an_outage_is_waited_out_in_pauses_that_grow_to_half_a_minute(watch):
    watch.failure = Unreachable("down")
    watch.play(*[None] * 8)
    assert watch.script.waits[-8:][:4] == [2.0, 4.0, 8.0, 16.0]
    assert watch.script.waits[-1] == PATIENT
    watch.failure = None
    watch.home.person.replace(watch.home.page("A").id, "second", "theirs")
    watch.play(None, None)
    assert "theirs" in watch.home.read("a.md")


def test_what_the_poll_saw_before_an_outage_is_looked_at_again_after_it(watch):
    watch.home.person.replace(watch.home.page("A").id, "second", "theirs")
    watch.home.sandbox.faults.add(Fault(trouble=Trouble.LOGIN_PAGE, method="GET", path="*/pages/*", times=0))
    watch.cost()
    assert "theirs" not in watch.home.read("a.md")
    watch.home.sandbox.faults.clear()
    watch.cost()
    assert "theirs" in watch.home.read("a.md")


def test_after_three_refused_logins_nothing_is_tried_for_five_minutes_whatever_is_saved(watch):
    watch.failure = AuthError("no")
    for _ in range(3):
        watch.cost()
    told = len(watch.told)
    watch.daemon.once(saved("a.md"))
    watch.daemon.once(None)
    assert len(watch.told) == told
    watch.clock.seconds += REFUSED
    watch.daemon.once(None)
    assert len(watch.told) == told + 1


def test_other_settings_try_a_refused_login_again_at_once(watch):
    watch.failure = AuthError("no")
    for _ in range(3):
        watch.cost()
    watch.failure = None
    watch.daemon.once(saved("confsync.toml"))
    assert isinstance(watch.told[-1], Report)


def test_what_fails_for_one_page_is_tried_again_after_growing_pauses():
    pace = Pace(30.0)
    pauses = [pace.before_retry() for _ in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (30.0, 600.0)
    pace.nothing_failed()
    assert pace.before_retry() == 30.0


def test_while_git_is_at_work_nothing_is_sent_and_after_it_everything_is_looked_at(watch):
    work = ["a rebase is under way"]
    watch.daemon.at_work = lambda: work[0] if work else None
    watch.home.edit("a.md", "first", "half of a rebase")
    assert watch.cost(saved("a.md")) == []
    assert watch.cost() == []
    assert watch.told[-1] == Paused("a rebase is under way")
    watch.home.edit("a.md", "half of a rebase", "rebased")
    work.clear()
    assert watch.cost() != []
    assert Resumed() in watch.told
    assert "<p>rebased</p>" in watch.home.body("A")


def test_the_end_of_an_outage_is_told_though_nothing_is_new(watch):
    watch.failure = Unreachable("down")
    watch.cost()
    watch.failure = None
    watch.cost()
    assert Recovered() in watch.told
    told = len(watch.told)
    watch.cost()
    assert len(watch.told) == told


@pytest.mark.parametrize("what", ["label", "file", "comment"])
def test_what_hangs_on_a_page_is_news_without_a_new_version_of_the_page(watch, what):
    page, person = watch.home.page("A").id, watch.home.person
    for _ in range(2):
        watch.cost()  # the index has seen what was pushed
    match what:
        case "label":
            person.label(page, "fresh")
        case "file":
            person.attach(page, "fresh.txt", b"fresh")
        case "comment":
            person.comment(page, "what?", on="second")
    assert len(watch.cost()) > 2
    if what == "label":
        assert "fresh" in watch.home.read("a.md")
    if what == "file":
        assert (watch.home.root / "a.assets" / "fresh.txt").read_bytes() == b"fresh"
    watch.home.edit("a.md", "first", "changed")
    watch.cost(saved("a.md"))
    assert "<p>changed</p>" in watch.home.body("A")
    assert ("inline-comment-marker" in watch.home.body("A")) == (what == "comment")


def refuse(watch, title, *, method="PUT"):
    page = watch.home.page(title).id
    fault = Fault(trouble=Trouble.STATUS, method=method, path=f"*/pages/{page}", status=400, times=0)
    watch.home.sandbox.faults.add(fault)


def puts(cost):
    return sum(line.startswith("PUT") for line in cost)


def test_a_page_that_fails_is_tried_again_after_growing_pauses_whatever_else_goes_on(watch):
    refuse(watch, "A")
    watch.home.edit("a.md", "first", "refused")
    watch.cost(saved("a.md"))
    tries = []
    for number in range(100):
        watch.home.person.replace(watch.home.page("B").id, "See", f"See {number},")
        if puts(watch.cost()):
            tries.append(watch.clock.seconds)
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses[0] <= 60
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 300
    assert "See 99," in watch.home.read("guide/b.md")


def test_a_failing_page_does_not_hold_up_the_saves_of_others(watch):
    refuse(watch, "A")
    watch.home.edit("a.md", "first", "refused")
    watch.cost(saved("a.md"))
    for number in range(3):
        watch.home.write("guide/b.md", f"# B\n\nSee {number} [A](../a.md).\n")
        cost = watch.cost(saved("guide/b.md"))
        assert [line.split()[0] for line in cost] == ["GET", "PUT"]
    assert "See 2" in watch.home.body("B")


def test_a_new_page_that_is_refused_does_not_make_every_save_a_whole_look(watch):
    fault = Fault(trouble=Trouble.STATUS, method="POST", path="*/pages", status=400, times=0)
    watch.home.sandbox.faults.add(fault)
    watch.home.write("c.md", "# C\n\nnew\n")
    watch.cost(saved("c.md"))
    watch.cost()
    watch.home.edit("a.md", "first", "changed")
    assert [line.split()[0] for line in watch.cost(saved("a.md"))] == ["GET", "PUT"]
    watch.home.sandbox.faults.clear()
    watch.home.write("c.md", "# C\n\nnew and saved again\n")
    watch.cost(saved("c.md"))
    assert "saved again" in watch.home.body("C")


def test_a_page_that_failed_is_tried_at_once_when_its_file_is_saved(watch):
    refuse(watch, "A")
    watch.home.edit("a.md", "first", "refused")
    watch.cost(saved("a.md"))
    watch.home.sandbox.faults.clear()
    watch.home.edit("a.md", "refused", "taken")
    watch.cost(saved("a.md"))
    assert "<p>taken</p>" in watch.home.body("A")


def test_a_save_in_an_outage_is_brought_over_after_it(watch):
    watch.home.sandbox.faults.add(Fault(trouble=Trouble.STATUS, status=503, times=0))
    watch.home.edit("a.md", "first", "saved meanwhile")
    watch.cost(saved("a.md"))
    watch.cost()
    watch.home.sandbox.faults.clear()
    watch.cost()
    assert "<p>saved meanwhile</p>" in watch.home.body("A")
    assert sum(isinstance(one, Recovered) for one in watch.told) == 1
