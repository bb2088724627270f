"""Directories without a page: folders whose titles Confluence holds unique, and that no listing shows while empty."""

import re

import pytest
from sync_home import results

from confsync.sandbox import Fault, Trouble, When


def folders(home):
    return {c.id: c for c in home.sandbox.store.state.contents.values() if c.kind == "folder"}


def lineage(home, title):
    """Return the titles of what a page lies in, nearest first."""
    there, found = folders(home), []
    above = home.page(title).parent_id
    while above in there:
        found.append(there[above].title)
        above = there[above].parent_id
    return found


def test_directories_of_one_name_become_folders_with_titles_of_their_own(home):
    for path in (
        "v1/api/calls.md",
        "v2/api/events.md",
        "v3/API/types.md",
        "api/api/api/deep.md",
        "api.v4/x.md",
    ):
        home.write(path, f"Text of {path}.\n")
    planned = home.push(dry_run=True)
    report = home.push()
    assert {entry.result for entry in report.entries} == {"done"}
    assert [(e.action, e.path) for e in planned.entries] == [(e.action, e.path) for e in report.entries]
    titles = [folder.title.casefold() for folder in folders(home).values()]
    assert len(titles) == len(set(titles))
    assert lineage(home, "events") == ["api (v2)", "v2"]
    assert home.push().entries == ()


def test_another_clone_knows_folders_again_whatever_titles_they_have(home):
    for path in ("v1/api/calls.md", "v2/api/old/events.md"):
        home.write(path, f"Text of {path}.\n")
    home.push()
    before = folders(home).keys()
    twin = home.twin("twin")
    for path in ("v1/api/calls.md", "v2/api/old/events.md"):
        twin.write(path, home.read(path))
    twin.write("v2/api/new.md", "New text.\n")
    assert results(twin.push())["v2/api/new.md"] == ("create", "done")
    assert folders(home).keys() == before
    assert lineage(home, "new") == ["api (v2)", "v2"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(trouble=Trouble.STATUS, status=503, method="POST", path="*/folders", when=When.AFTER),
        Fault(trouble=Trouble.RESET, method="POST", path="*/folders", when=When.AFTER),
    ],
    ids=["503", "reset"],
)
def test_a_folder_whose_creation_was_not_confirmed_is_found_and_used(home, fault):
    home.write("guide/install.md", "Put it in.\n")
    home.write("guide/deep/more.md", "More.\n")
    home.sandbox.faults.add(fault)
    report = home.push()
    assert report.exit_code == 0
    assert lineage(home, "more") == ["deep", "guide"]
    assert len(folders(home)) == 2
    asked = [line for line in home.writes if line.startswith("POST") and line.endswith("/folders")]
    assert len(asked) == 2  # a third would be a second folder where titles of folders are not unique


def test_an_empty_folder_of_a_person_is_used_for_the_directory_of_its_name(home):
    made = home.sandbox.as_person.create_folder("Guide")
    home.write("guide/install.md", "Put it in.\n")
    assert home.push().exit_code == 0
    assert home.page("install").parent_id == made.id


def test_a_page_that_was_moved_into_a_new_folder_takes_its_file_there(home):
    home.write("install.md", "# Install\n\nPut it in.\n")
    home.write("start.md", "# Start\n\nFirst [install](install.md).\n")
    home.push()
    person = home.sandbox.as_person
    person.move(home.page("Install").id, person.create_folder("How to").id)
    assert home.sync().exit_code == 0
    assert home.read("how-to/install.md") == "# Install\n\nPut it in.\n"
    assert "(how-to/install.md)" in home.read("start.md")
    assert home.sync().entries == ()


def test_many_pages_that_were_moved_at_once_keep_the_links_between_them(home):
    count = 12
    for n in range(count):
        home.write(
            f"p{n:02}.md",
            f"# P{n:02}\n\nGo [on](p{(n + 1) % count:02}.md) or [back](p{(n - 1) % count:02}.md).\n",
        )
    home.write("all.md", "# All\n\n" + "".join(f"- [{n}](p{n:02}.md)\n" for n in range(count)))
    home.push()
    folders_made = [home.person.create_folder(f"Part {n}") for n in range(3)]
    for n in range(count):
        home.person.move(home.page(f"P{n:02}").id, folders_made[n % 3].id)
    report = home.sync()
    assert {(e.action, str(e.result), e.detail.partition(" ")[0]) for e in report.entries} == {
        ("move", "done", "now")
    }
    for path, data in home.files().items():
        for target in re.findall(r"\]\(([^)]+)\)", data.decode()):
            assert (home.root / path).parent.joinpath(target).is_file(), f"{path} -> {target}"
    assert home.sync().entries == ()
    assert home.writes == []


def test_a_held_page_that_was_moved_keeps_its_file_beside_the_copy(home):
    home.write("a.md", "# A\n\nOne.\n")
    home.push()
    home.edit("a.md", "One.", "Uno.")
    home.person.replace(home.page("A").id, "One.", "Eins.")
    home.sync()
    home.person.move(home.page("A").id, home.person.create_folder("Part").id)
    assert home.sync().exit_code == 4
    assert {"a.md", "a.conflict-v3.md"} <= set(home.files())
    assert "Eins." in home.body("A")
    (home.root / "a.conflict-v3.md").unlink()
    home.sync()
    assert "Uno." in home.body("A")
    assert "part/a.md" in home.files()
