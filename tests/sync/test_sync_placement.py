"""Where files and pages stand: titles that are swapped, files and pages that move, alone and at once, on either side."""

from __future__ import annotations

import pytest
from placement import at_rest, flavor, ids, named, places, siblings, standing, write_pages

pytestmark = pytest.mark.parametrize("sandbox", ["cloud", "datacenter"], indirect=True)


# -- titles


@pytest.mark.parametrize("count", [2, 3, 5])
def test_titles_that_files_swap_are_swapped_in_confluence(home, count):
    titles = ["Ant", "Bee", "Cat", "Dog", "Eel"][:count]
    write_pages(home, *titles)
    home.push()
    before = ids(home, *titles)
    turned = dict(zip(titles, titles[1:] + titles[:1], strict=True))
    for old, new in turned.items():
        home.edit(f"{old.lower()}.md", f"# {old}", f"# {new}")
    report = home.push()
    assert report.exit_code == 0, report
    assert named(home, before) == turned
    assert home.titles() == set(titles)
    assert at_rest(home)


def test_a_chain_of_new_titles_frees_each_before_it_is_taken(home):
    write_pages(home, "Ant", "Bee", "Cat")
    home.push()
    before = ids(home, "Ant", "Bee", "Cat")
    for old, new in (("Ant", "Bee"), ("Bee", "Cat"), ("Cat", "Dog")):
        home.edit(f"{old.lower()}.md", f"# {old}", f"# {new}")
    report = home.push()
    assert report.exit_code == 0, report
    assert named(home, before) == {"Ant": "Bee", "Bee": "Cat", "Cat": "Dog"}
    assert len(home.writes) == 3
    assert at_rest(home)


def test_titles_that_pages_swap_are_swapped_in_the_files(home):
    write_pages(home, "Ant", "Bee")
    home.push()
    before = ids(home, "Ant", "Bee")
    home.person.rename(before["Ant"], "Moment")
    home.person.rename(before["Bee"], "Ant")
    home.person.rename(before["Ant"], "Bee")
    assert home.sync().exit_code == 0
    assert home.read("ant.md") == "# Bee\n\nText of Ant.\n"
    assert home.read("bee.md") == "# Ant\n\nText of Bee.\n"
    assert named(home, before) == {"Ant": "Bee", "Bee": "Ant"}
    assert at_rest(home)


def test_pulled_pages_that_swap_titles_swap_file_names(home):
    one, two = home.person.create("Ant", "<p>one</p>"), home.person.create("Bee", "<p>two</p>")
    home.pull()
    home.person.rename(one.id, "Moment")
    home.person.rename(two.id, "Ant")
    home.person.rename(one.id, "Bee")
    report = home.sync()
    assert report.exit_code == 0, report
    assert "title: Bee" in home.read("bee.md")
    assert "one" in home.read("bee.md")
    assert "title: Ant" in home.read("ant.md")
    assert "two" in home.read("ant.md")
    assert at_rest(home)


def test_files_that_swap_paths_keep_their_pages(home):
    write_pages(home, "Ant", "Bee")
    home.write("all.md", "# All\n\nSee [the ant](ant.md) and [the bee](bee.md).\n")
    home.push()
    before = ids(home, "Ant", "Bee")
    (home.root / "ant.md").rename(home.root / "x")
    (home.root / "bee.md").rename(home.root / "ant.md")
    (home.root / "x").rename(home.root / "bee.md")
    assert home.sync().exit_code == 0
    assert named(home, before) == {"Ant": "Ant", "Bee": "Bee"}
    assert "Text of Ant" in home.body("Ant")
    assert home.read("all.md") == "# All\n\nSee [the ant](bee.md) and [the bee](ant.md).\n"
    assert home.writes == []
    assert at_rest(home)


def test_swapped_titles_and_swapped_parents_at_once(home):
    home.write("p.md", "# P\n")
    home.write("q.md", "# Q\n")
    home.write("p/ant.md", "# Ant\n\nText of Ant.\n")
    home.write("q/bee.md", "# Bee\n\nText of Bee.\n")
    home.push()
    before = ids(home, "Ant", "Bee")
    home.write("q/ant.md", home.read("p/ant.md").replace("# Ant", "# Bee"))
    home.write("p/bee.md", home.read("q/bee.md").replace("# Bee", "# Ant"))
    (home.root / "p/ant.md").unlink()
    (home.root / "q/bee.md").unlink()
    report = home.sync()
    assert report.exit_code == 0, report
    assert home.titles() == {"P", "Q", "Ant", "Bee"}
    assert home.page("Bee").parent_id == home.page("Q").id
    assert home.page("Ant").parent_id == home.page("P").id
    assert {home.page("Ant").id, home.page("Bee").id} == set(before.values())
    assert at_rest(home)


def test_a_parent_and_its_child_swap_places_and_titles(home):
    home.write("ant.md", "# Ant\n\nText of Ant.\n")
    home.write("ant/bee.md", "# Bee\n\nText of Bee.\n")
    home.push()
    home.edit("ant.md", "# Ant", "# Bee")
    home.edit("ant/bee.md", "# Bee", "# Ant")
    report = home.sync()
    assert report.exit_code == 0, report
    assert home.page("Ant").parent_id == home.page("Bee").id
    assert at_rest(home)


def test_a_title_that_changes_case_alone_changes_there_too(home):
    write_pages(home, "Ant")
    home.push()
    before = home.page("Ant").id
    home.edit("ant.md", "# Ant", "# ANT")
    assert home.sync().exit_code == 0
    assert home.page("ANT").id == before
    assert at_rest(home)
    home.person.rename(before, "anT")
    assert home.sync().exit_code == 0
    assert home.read("ant.md").startswith("# anT\n")
    assert at_rest(home)


# -- names of files


def test_a_file_whose_name_changes_case_alone_keeps_its_page(home):
    home.write("Guide.md", "# Guide\n\nText.\n")
    home.write("Guide/setup.md", "# Setup\n\nSee [up](../Guide.md).\n")
    home.push()
    before = ids(home, "Guide", "Setup")
    (home.root / "Guide.md").rename(home.root / "guide.md")
    (home.root / "Guide").rename(home.root / "guide")
    assert home.sync().exit_code == 0
    assert ids(home, "Guide", "Setup") == before
    assert home.read("guide/setup.md") == "# Setup\n\nSee [up](../guide.md).\n"
    assert home.writes == []
    assert at_rest(home)


def test_a_page_that_is_renamed_renames_its_pulled_file_with_all_that_hangs_on_it(home):
    top = home.person.create("Guide", "<p>one</p>")
    child = home.person.create(
        "Setup", '<p><ac:link><ri:page ri:content-title="Guide" /></ac:link></p>', parent_id=top.id
    )
    home.person.attach(top.id, "dot.png", b"PNG")
    home.person.edit(top.id, '<p><ac:image><ri:attachment ri:filename="dot.png" /></ac:image></p>', raw=True)
    home.write("own.md", "# Own\n\nSee [the guide](guide.md) and [setup](guide/setup.md).\n")
    home.sync()
    assert {"guide.md", "guide/setup.md", "guide.assets/dot.png"} <= set(home.files())
    home.person.rename(top.id, "Handbook")
    report = home.sync()
    assert report.exit_code == 0, report
    assert set(home.files()) == {
        "handbook.md",
        "handbook/setup.md",
        "handbook.assets/dot.png",
        "own.md",
        "confsync.toml",
    } - ({"confsync.toml"} - set(home.files()))
    assert "title: Handbook" in home.read("handbook.md")
    assert "(handbook.assets/dot.png)" in home.read("handbook.md")
    assert "(../handbook.md)" in home.read("handbook/setup.md")
    assert home.read("own.md") == "# Own\n\nSee [the guide](handbook.md) and [setup](handbook/setup.md).\n"
    assert home.page("Setup").id == child.id
    assert home.writes == []
    assert at_rest(home)


def test_a_page_that_is_renamed_leaves_a_file_of_a_persons_own_name(home):
    home.write("my-notes.md", "# Guide\n\nText.\n")
    home.write("guide2.md", "# Guide2\n\nText.\n")
    home.push()
    home.person.rename(home.page("Guide").id, "Handbook")
    home.person.rename(home.page("Guide2").id, "Handbook 2")
    assert home.sync().exit_code == 0
    assert home.read("my-notes.md") == "# Handbook\n\nText.\n"
    assert home.read("guide2.md") == "# Handbook 2\n\nText.\n"
    assert at_rest(home)


def test_a_pulled_file_that_a_person_renamed_keeps_that_name(home):
    page = home.person.create("Guide", "<p>one</p>")
    home.pull()
    (home.root / "guide.md").rename(home.root / "mine.md")
    home.sync()
    home.person.rename(page.id, "Handbook")
    assert home.sync().exit_code == 0
    assert "title: Handbook" in home.read("mine.md")
    assert "handbook.md" not in home.files()
    assert at_rest(home)


def test_a_page_that_is_renamed_and_edited_brings_both(home):
    page = home.person.create("Guide", "<p>one</p><p>two</p>")
    home.pull()
    home.person.edit(page.id, "<p>one</p><p>three</p>", title="Handbook", raw=True)
    assert home.sync().exit_code == 0
    assert "three" in home.read("handbook.md")
    assert "title: Handbook" in home.read("handbook.md")
    assert at_rest(home)


def test_a_page_that_is_renamed_to_what_another_file_is_called_takes_another_name(home):
    page = home.person.create("Guide", "<p>one</p>")
    home.pull()
    home.write("handbook.md", "# Something else\n\nText.\n")
    home.sync()
    home.person.rename(page.id, "Handbook")
    assert home.sync().exit_code == 0
    assert home.read("handbook.md") == "# Something else\n\nText.\n"
    assert "title: Handbook" in home.read(f"handbook-{page.id}.md")
    assert at_rest(home)


# -- moves of files


def test_a_file_that_moves_takes_its_page_along_and_links_lead_where_they_led(home):
    home.write("guide.md", "# Guide\n\nText.\n")
    home.write("a/setup.md", "# Setup\n\nSee [b](b.md), ![dot](dot.png) and [guide](../guide.md).\n")
    home.write("a/b.md", "# B\n\nBack to [setup](setup.md#top).\n")
    home.write("a/dot.png", b"PNG")
    home.push()
    before = home.page("Setup").id
    (home.root / "guide").mkdir()
    (home.root / "a/setup.md").rename(home.root / "guide/setup.md")
    report = home.sync()
    assert report.exit_code == 0, report
    assert home.page("Setup").id == before
    assert home.page("Setup").parent_id == home.page("Guide").id
    assert (
        home.read("guide/setup.md")
        == "# Setup\n\nSee [b](../a/b.md), ![dot](../a/dot.png) and [guide](../guide.md).\n"
    )
    assert home.read("a/b.md") == "# B\n\nBack to [setup](../guide/setup.md#top).\n"
    assert len(home.writes) == 1
    assert at_rest(home)


def test_a_push_moves_the_page_and_touches_no_file(home):
    home.write("a.md", "# A\n\nSee [b](b.md).\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    (home.root / "b").mkdir()
    (home.root / "a.md").rename(home.root / "b/a.md")
    before = home.files()
    assert home.push().exit_code == 0
    assert home.files() == before
    assert home.page("A").parent_id == home.page("B").id
    assert home.push().exit_code == 0
    assert home.files() == before


def test_the_sync_after_pushes_of_moved_files_puts_links_right_and_sends_nothing(home):
    home.write("a.md", "# A\n\nSee [b](b.md).\n")
    home.write("b.md", "# B\n\nBack to [a](a.md).\n")
    home.push()
    (home.root / "a.md").rename(home.root / "c.md")
    home.push()
    (home.root / "d").mkdir()
    (home.root / "c.md").rename(home.root / "d/e.md")
    home.push()
    assert home.sync().exit_code == 0
    assert (home.read("d/e.md"), home.read("b.md")) == (
        "# A\n\nSee [b](../b.md).\n",
        "# B\n\nBack to [a](d/e.md).\n",
    )
    assert home.writes == []
    assert at_rest(home)


def test_the_sync_after_a_push_of_files_that_traded_places_lets_links_lead_where_they_led(home):
    home.write("a.md", "# A\n\nSee [b](b.md).\n")
    home.write("b.md", "# B\n\nText.\n")
    home.write("c.md", "# C\n\nTo [a](a.md) and [b](b.md).\n")
    home.push()
    (home.root / "a.md").rename(home.root / "aside.md")
    (home.root / "b.md").rename(home.root / "a.md")
    (home.root / "aside.md").rename(home.root / "b.md")
    home.push()
    assert home.sync().exit_code == 0
    assert home.read("b.md") == "# A\n\nSee [b](a.md).\n"
    assert home.read("c.md") == "# C\n\nTo [a](b.md) and [b](a.md).\n"
    assert at_rest(home)


def test_a_link_that_a_push_sent_broken_is_mended_on_the_page_by_the_sync_that_puts_it_right(home):
    home.write("a.md", "# A\n\nSee [b](b.md).\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    (home.root / "d").mkdir()
    (home.root / "b.md").rename(home.root / "d/b.md")
    home.edit("a.md", "See [b](b.md)", "See also [b](b.md)")
    home.push()
    assert home.sync().exit_code == 0
    assert home.read("a.md") == "# A\n\nSee also [b](d/b.md).\n"
    assert 'ri:content-title="B"' in home.body("A")
    assert at_rest(home)


def test_a_moved_file_whose_links_were_put_right_by_its_editor_is_left_alone(home):
    home.write("a.md", "# A\n\nSee [b](b.md).\n")
    home.write("b.md", "# B\n\nText.\n")
    home.push()
    home.write("b/a.md", home.read("a.md").replace("(b.md)", "(../b.md)"))
    (home.root / "a.md").unlink()
    home.write("b/b.md", "# Other\n\nText.\n")
    assert home.sync().exit_code == 0
    assert home.read("b/a.md") == "# A\n\nSee [b](../b.md).\n"
    assert at_rest(home)


def test_a_directory_that_is_renamed_keeps_its_pages_and_their_order(home):
    for name in ("x", "y", "z"):
        home.write(f"how/{name}.md", f"# {name.upper()}\n\nText of {name}.\n")
    home.write("how/deep/w.md", "# W\n\nText of w.\n")
    home.push()
    before = ids(home, "X", "Y", "Z", "W")
    (home.root / "how").rename(home.root / "manual")
    report = home.sync()
    assert report.exit_code == 0, report
    assert ids(home, "X", "Y", "Z", "W") == before
    lying = places(home)
    assert [lying[title] for title in "XYZ"] == [["manual"]] * 3
    # where folders cannot be moved, the old one had the title until the page had left it
    assert lying["W"] == ["deep (manual)" if flavor(home) == "cloud" else "deep", "manual"]
    assert {"how", "deep"}.isdisjoint(standing(home)) or flavor(home) == "datacenter"
    assert "how" not in standing(home)
    assert [title for title in siblings(home, "X") if title in set("XYZ")] == ["X", "Y", "Z"]
    assert at_rest(home)


def test_the_order_that_a_colleague_gave_to_pages_survives_their_move(home):
    home.write("how.md", "# How\n")
    home.write("manual.md", "# Manual\n")
    for name in ("x", "y", "z"):
        home.write(f"how/{name}.md", f"# {name.upper()}\n\nText of {name}.\n")
    home.push()
    home.person.move(home.page("X").id, home.page("How").id)  # to the end
    (home.root / "how").rename(home.root / "manual")
    assert home.sync().exit_code == 0
    assert siblings(home, "X") == ["Y", "Z", "X"]
    assert at_rest(home)


def test_a_directory_that_loses_its_last_file_loses_its_place(home):
    home.write("how/x.md", "# X\n\nText.\n")
    home.write("how/deep/w.md", "# W\n\nText of w.\n")
    home.push()
    (home.root / "how/x.md").rename(home.root / "x.md")
    (home.root / "how/deep/w.md").rename(home.root / "w.md")
    assert home.sync().exit_code == 0
    assert places(home) == {"X": [], "W": []}
    assert standing(home) == {"X", "W"}
    assert at_rest(home)


def test_a_place_where_a_colleague_put_a_page_stays(home):
    home.write("how/x.md", "# X\n\nText.\n")
    home.push()
    theirs = home.person.create("Theirs", "<p>t</p>", parent_id=home.page("X").parent_id)
    (home.root / "how/x.md").rename(home.root / "x.md")
    home.push()
    assert "how" in standing(home)
    assert home.page("Theirs").parent_id == theirs.parent_id
    home.sync()
    assert "t" in home.read("how/theirs.md")
    assert at_rest(home)


def test_a_folder_that_people_emptied_in_confluence_stays(home):
    made = home.person.create_folder("Part") if flavor(home) == "cloud" else None
    if made is None:
        pytest.skip("there are no folders on Data Center")
    page = home.person.create("X", "<p>text</p>", parent_id=made.id)
    home.pull()
    home.person.move(page.id, home.sandbox.store.tree.find_space("DOCS").homepage_id)
    assert home.sync().exit_code == 0
    assert set(home.files()) == {"x.md"}
    assert "Part" in standing(home)
    assert at_rest(home)
