"""An edit in Confluence is brought to its file in the light of the last look: one read beside the poll."""

import pytest
from daemons import saved

from confsync.sync.poll import HEAD


def listed(sent):
    """Say whether there was a listing, as a whole look makes it. (A poll asks for the newest once.)"""
    return len([line for line in sent if line.endswith("/pages")]) > 1


def test_an_edit_in_confluence_costs_one_read_beside_the_poll(watch):
    page = watch.home.page("A")
    watch.home.person.replace(page.id, "second", "theirs")
    sent = watch.cost()
    assert len(sent) == 3
    assert sent[-1].endswith(f"/pages/{page.id}")
    assert watch.home.read("a.md") == "# A\n\nfirst\n\ntheirs\n"
    assert len(watch.cost()) == 2
    assert watch.home.sync().entries == ()


def test_edits_of_several_pages_come_with_one_read_each_and_again_and_again(watch):
    for word in ("one", "two"):
        watch.home.person.replace(watch.home.page("A").id, "</p>", f" {word}</p>")
        watch.home.person.replace(watch.home.page("B").id, "See", f"See {word}")
        assert len(watch.cost()) == 4
    assert watch.home.read("a.md") == "# A\n\nfirst two one\n\nsecond\n".replace("two one", "one two")
    assert "See two one" in watch.home.read("guide/b.md")


def test_a_save_after_it_costs_one_read_and_one_write_and_keeps_both_edits(watch):
    watch.home.person.replace(watch.home.page("A").id, "second", "theirs")
    watch.cost()
    watch.home.edit("a.md", "first", "mine")
    assert [line.split()[0] for line in watch.cost(saved("a.md"))] == ["GET", "PUT"]
    assert "<p>mine</p><p>theirs</p>" in watch.home.body("A")


def test_a_file_saved_meanwhile_takes_a_whole_look_that_keeps_both_edits(watch):
    watch.home.person.replace(watch.home.page("A").id, "second", "theirs")
    watch.home.edit("a.md", "first", "mine")
    assert listed(watch.cost())
    assert watch.home.read("a.md") == "# A\n\nmine\n\ntheirs\n"
    assert "<p>mine</p><p>theirs</p>" in watch.home.body("A")


def renamed(home):
    home.person.rename(home.page("A").id, "Z")
    return lambda: home.read("a.md").startswith("# Z\n")


def moved(home):
    home.person.replace(home.page("A").id, "second", "theirs")
    home.person.move(home.page("A").id, home.page("B").id)
    return lambda: any("theirs" in data.decode() for path, data in home.files().items() if path != "a.md")


def shows_a_new_file(home):
    page = home.page("A")
    home.person.attach(page.id, "x.png", b"picture")
    image = '<ac:image><ri:attachment ri:filename="x.png" /></ac:image>'
    home.person.replace(page.id, "<p>second</p>", f"<p>second</p>{image}")
    return lambda: b"picture" in home.files().values()


def labelled(home):
    page = home.page("A")
    home.person.replace(page.id, "second", "theirs")
    home.person.label(page.id, "news")
    return lambda: "theirs" in home.read("a.md") and "labels: [news]" in home.read("a.md")


@pytest.mark.parametrize("happens", [renamed, shows_a_new_file, labelled], ids=lambda one: one.__name__)
def test_what_is_more_than_a_text_is_brought_over_too(watch, happens):
    is_here = happens(watch.home)
    watch.cost()
    assert is_here()
    assert watch.home.sync().entries == ()


def test_a_page_that_was_moved_takes_a_whole_look(watch):
    is_here = moved(watch.home)
    assert listed(watch.cost())
    assert is_here()


def test_a_page_that_went_to_the_trash_after_its_edit_takes_its_file_along(watch):
    page = watch.home.page("A")
    watch.home.person.replace(page.id, "second", "theirs")
    watch.home.person.trash(page.id)
    while watch.daemon._polls % 10:
        watch.cost()
    assert "a.md" not in watch.home.files()


def test_more_edits_than_one_answer_tells_of_take_a_whole_look(watch):
    pages = [watch.home.person.create(f"N{n}", "<p>old</p>") for n in range(HEAD + 3)]
    watch.cost()
    watch.cost()
    for page in pages:
        watch.home.person.replace(page.id, "old", "new")
    assert listed(watch.cost())
    assert all("new" in watch.home.read(f"n{n}.md") for n in range(HEAD + 3))


def test_a_folder_that_another_one_replaced_gets_nothing(watch):
    watch.home.person.replace(watch.home.page("A").id, "second", "theirs")
    (watch.home.root / ".confsync" / "root-id").write_text("another")
    watch.cost()
    assert "theirs" not in watch.home.read("a.md")
