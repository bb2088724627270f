"""Push, pull, sync, status and diff as a user runs them, against a Confluence that answers."""

import jsonschema
import pytest

from confsync.ledger import FolderLock

SHAPE = {
    "type": "object",
    "required": ["actions", "summary"],
    "additionalProperties": False,
    "properties": {
        "actions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["action", "path", "page_id", "title", "result", "detail"],
                "additionalProperties": False,
                "properties": {
                    "action": {"type": "string", "minLength": 1},
                    "path": {"type": "string", "pattern": r"^[^/\\].*"},
                    "page_id": {"type": ["string", "null"], "pattern": r"^\d+$"},
                    "title": {"type": "string"},
                    "result": {"type": "string", "minLength": 1},
                    "detail": {"type": "string"},
                },
            },
        },
        "summary": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}


def test_a_push_makes_a_page_of_each_file_and_a_second_push_writes_nothing(project):
    before = project.files()
    assert project.run("push").code == 0
    assert project.files() == before
    assert "Put it in." in project.body("Install")
    project.sandbox.requests.reset()
    assert project.run("push").code == 0
    assert project.sandbox.requests.writes == []


def test_json_has_one_entry_per_path_with_the_final_page_id(project):
    done = project.run("push", "--json")
    jsonschema.validate(done.object, SHAPE)
    by_path = {a["path"]: a for a in done.object["actions"]}
    assert len(by_path) == len(done.object["actions"])
    assert by_path["guide/install.md"]["page_id"] == project.page("Install")
    assert by_path["guide/install.md"]["title"] == "Install"


@pytest.mark.parametrize("command", ["push", "sync"])
def test_a_dry_run_says_what_the_run_will_do_and_touches_nothing(project, command):
    before = project.files()
    planned = project.run(command, "--dry-run", "--json")
    jsonschema.validate(planned.object, SHAPE)
    assert planned.code == 1
    assert project.sandbox.requests.writes == []
    assert project.files() == before
    assert not project.path(".confsync").exists()
    done = project.run(command, "--json")
    assert done.code == 0
    assert planned.pairs == done.pairs != []


def test_a_dry_run_of_edits_on_both_sides_says_what_the_sync_will_do(synced):
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    synced.write("new.md", "# New\n\nText.\n")
    synced.sandbox.as_person.replace(synced.page("Install"), "Put it in.", "Push it in.")
    synced.sandbox.as_person.create("From there", "<p>Hello.</p>")
    planned = synced.run("sync", "--dry-run", "--json")
    done = synced.run("sync", "--json")
    assert (planned.code, done.code) == (1, 0)
    assert planned.pairs == done.pairs != []
    assert "Push it in." in synced.read("guide/install.md")
    assert "Hello." in synced.read("from-there.md")


def test_a_quiet_dry_run_exits_with_0(synced):
    done = synced.run("sync", "--dry-run")
    assert (done.code, done.out.strip()) == (0, "In sync.")


def test_a_pull_into_an_empty_folder_and_a_push_from_there_writes_nothing(synced, empty, tmp_path):
    other = type(synced)(tmp_path / "other", synced.sandbox, synced._capfd)
    other.write("confsync.toml", synced.read("confsync.toml"))
    assert other.run("pull").code == 0
    assert "Another thing." in other.read("notes.md")
    synced.sandbox.requests.reset()
    pushed = other.run("push")
    assert pushed.code == 0
    assert synced.sandbox.requests.writes == []


def test_each_direction_leaves_the_other_sides_edits_alone_and_says_so(synced):
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    synced.sandbox.as_person.replace(synced.page("Install"), "Put it in.", "Push it in.")
    before = synced.files()
    pushed = synced.run("push", "--json")
    assert pushed.code == 0
    assert synced.files() == before
    results = {a["path"]: a["result"] for a in pushed.object["actions"]}
    assert results["notes.md"] == "done"
    assert results["guide/install.md"] == "ahead"
    pulled = synced.run("pull", "--json")
    assert pulled.code == 0
    assert "Push it in." in synced.read("guide/install.md")
    assert "<p>1 thing.</p>" in synced.body("Notes")


def test_status_needs_no_network_and_tells_what_changed_here(synced):
    assert synced.run("status").code == 0
    synced.write("notes.md", synced.read("notes.md") + "\nMore.\n")
    synced.sandbox.requests.reset()
    told = synced.run("status", "--json")
    jsonschema.validate(told.object, SHAPE)
    assert told.code == 1
    assert ("update", "notes.md") in told.pairs
    assert synced.sandbox.requests.total == 0


def test_status_with_remote_tells_what_changed_there(synced):
    synced.sandbox.as_person.replace(synced.page("Notes"), "One", "1")
    assert synced.run("status").code == 0
    told = synced.run("status", "--remote", "--json")
    assert told.code == 1
    assert told.pairs == [("pull", "notes.md")]


def test_diff_shows_the_lines_that_were_changed_here(synced):
    assert synced.run("diff").code == 0
    synced.write("notes.md", synced.read("notes.md").replace("One", "1"))
    synced.write("guide.md", synced.read("guide.md").replace("first", "second"))
    told = synced.run("diff", "notes.md")
    assert told.code == 1
    assert [line for line in told.out.splitlines() if line[:1] in "+-"] == [
        "--- a/notes.md",
        "+++ b/notes.md",
        "-One thing.",
        "+1 thing.",
    ]
    assert synced.run("diff", "guide").code == 0
    assert "b/guide.md" in synced.run("diff").out


def test_diff_of_what_is_neither_here_nor_in_the_ledger_is_a_mistake_and_of_a_deleted_file_is_not(synced):
    (synced.root / "notes.md").unlink()
    assert synced.run("diff", "notes.md").code == 1
    told = synced.run("diff", "nowhere.md")
    assert told.code == 2
    assert "There is no nowhere.md" in told.err


def test_diff_with_remote_shows_the_lines_that_were_changed_there(synced):
    synced.sandbox.as_person.replace(synced.page("Notes"), "One", "1")
    assert synced.run("diff").code == 0
    told = synced.run("diff", "--remote")
    assert told.code == 1
    assert "-1 thing." in told.out
    assert "+One thing." in told.out
    assert "Another thing." not in [line[1:] for line in told.out.splitlines() if line[:1] in "+-"]


def test_more_deletions_than_allowed_halt_the_run_before_it_does_anything(project):
    for number in range(8):
        project.write(f"page-{number}.md", f"# Page {number}\n\nText.\n")
    assert project.run("push").code == 0
    for number in range(7):
        project.path(f"page-{number}.md").unlink()
    project.write("notes.md", "# Notes\n\nEdited.\n")
    project.sandbox.requests.reset()
    halted = project.run("sync")
    assert halted.code == 3
    assert "--allow-deletes" in halted.err
    assert project.sandbox.requests.writes == []
    assert project.run("sync", "--allow-deletes", "6").code == 3
    assert project.run("sync", "--allow-deletes", "7").code == 0
    assert project.sandbox.as_person.find("Page 3") is None


def test_a_page_that_is_not_ours_is_not_overwritten_unless_adopted(project):
    project.sandbox.as_person.create("Notes", "<p>Somebody else's.</p>")
    held = project.run("push")
    assert held.code == 4
    assert "Somebody else's." in project.body("Notes")
    assert "Put it in." in project.body("Install")
    assert project.run("push", "--adopt").code in (0, 4)


def test_the_folder_may_be_named_before_or_behind_the_command(synced, monkeypatch):
    assert synced.anywhere("status", "-C", synced.root).code == 0
    monkeypatch.chdir(synced.root / "guide")
    assert synced.anywhere("status").code == 0


def test_one_folder_is_worked_on_by_one_process(synced):
    with FolderLock(synced.root / ".confsync" / "lock", "confsync watch"):
        refused = synced.run("sync")
        assert refused.code == 6
        assert "confsync watch" in refused.err
        assert synced.run("status").code == 0
        assert synced.run("sync", "--dry-run").code == 0


def test_the_token_is_written_nowhere(synced):
    synced.sandbox.as_person.replace(synced.page("Notes"), "One", "1")
    done = synced.run("sync", "--json")
    token = synced.sandbox.token
    assert token not in done.out + done.err
    assert [p for p in synced.root.rglob("*") if p.is_file() and token.encode() in p.read_bytes()] == []
    bodies = [synced.body(title) for title in ("Guide", "Install", "Notes")]
    assert not any(token in body for body in bodies)


def test_names_that_a_terminal_must_not_see_are_shown_escaped(synced):
    synced.sandbox.as_person.create("Red \x1b[31m alert \u202e", "<p>x</p>")
    done = synced.run("sync")
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "\u202e" not in done.out + done.err


def test_a_folder_where_nothing_was_run_is_not_called_unchanged_since_the_last_run(empty):
    told = empty.run("status")
    assert "since the last run" not in told.out
    assert "status --remote" in told.err
    empty.write("a.md", "# A\n\ntext\n")
    assert empty.run("push").code == 0
    assert "since the last run" in empty.run("status").out


def test_where_all_pages_are_gone_the_report_says_that_this_may_be_another_confluence(synced):
    listed = [page for page in synced.sandbox.store.state.contents.values() if page.kind == "page"]
    for page in listed:
        if page.title != "Documentation Home":
            synced.sandbox.as_person.hide(page.id)
    synced.sandbox.requests.reset()
    done = synced.run("push")
    assert "move .confsync/ledger.db away" in done.out
    assert synced.sandbox.requests.writes == []


def test_the_list_of_commands_says_of_each_what_it_does_in_a_whole_sentence(project):
    told = project.anywhere("--help").out.partition("Commands:")[2].strip().splitlines()
    assert len(told) >= 12
    assert [line for line in told if not line.endswith(".") or line.endswith("...")] == []


def test_a_clone_of_pulled_files_is_not_told_offline_that_their_pages_are_not_found(synced, tmp_path):
    pulled = synced.elsewhere(tmp_path / "pulled")
    pulled.write("confsync.toml", synced.read("confsync.toml"))
    assert pulled.run("pull").code == 0
    clone = synced.elsewhere(tmp_path / "clone")
    for path, data in pulled.files().items():
        clone.write(path, data)
    told = clone.run("status")
    assert told.code in (0, 1)
    assert "found" not in told.out
    assert clone.run("sync").code == 0
    assert clone.run("status").code == 0
