"""What may be under way when a run is killed: one small change of a small tree for each thing that confsync does.

A scenario is arranged, brought to rest, and then something happens; the runs after that are what is killed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from realm import POLICY, Realm
from wiki import Wiki

from confsync.errors import ConfigError
from confsync.markup.document import Document
from confsync.model import Direction, DocPath, PageId, Status
from confsync.planning.names import parse_conflict
from confsync.planning.policy import Policy
from confsync.sync.resolve import Keep, Resolving

Act = Callable[[Realm], None]

TREE = {
    "a.md": "# Alpha\n\nt1 reads [beta](b.md).\n\nt2 two\n\nt3 three\n",
    "b.md": "# Beta\n\n![dot](dot.png)\n\nt4 four\n",
    "d.md": "# Delta\n\nt5 five, and [inner](d/e.md)\n",
    "d/e.md": "---\nlabels: [one, two]\n---\n\n# Epsilon\n\nt6 six\n\nt7 seven\n",
    "d/f.md": "# Zeta\n\nt8 eight\n",
    "g/h.md": "# Eta\n\nt9 nine, up to [alpha](../a.md)\n",
    "dot.png": "dot",
}


@dataclass(frozen=True)
class Scenario:
    """What happens, and the commands that people run then, the same ones until all is at rest."""

    name: str
    happens: Act
    commands: tuple[Act, ...]
    before: Act | None = None
    """What happened earlier and was brought to rest already."""
    insists: bool = False
    """Each run asks Confluence again for what it refuses."""


SCENARIOS: list[Scenario] = []


def sync(realm: Realm) -> None:
    realm.run(Direction.SYNC)


def push(realm: Realm) -> None:
    realm.run(Direction.PUSH)


def pull(realm: Realm) -> None:
    realm.run(Direction.PULL)


def under(policy: Policy, direction: Direction = Direction.SYNC) -> Act:
    return lambda realm: realm.run(direction, policy)


def resolved(path: str, keep: Keep) -> Act:
    def resolve(realm: Realm) -> None:
        try:
            Resolving(realm.tree, realm.ledger).resolve(DocPath(path), keep)
        except ConfigError:  # nothing is held there (any more)
            return

    return resolve


def scenario(*commands: Act, before: Act | None = None, insists: bool = False) -> Callable[[Act], Act]:
    """Make a scenario of what happens; its name is the function's."""

    def make(happens: Act) -> Act:
        SCENARIOS.append(Scenario(happens.__name__, happens, commands or (sync,), before, insists))
        return happens

    return make


# -- what people do


def put(realm: Realm, path: str, text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    realm.tree.files[DocPath(path)] = data
    realm.tale.show(data)


def edit(realm: Realm, path: str, old: str, new: str) -> None:
    text = realm.tree.files[DocPath(path)].decode()
    assert old in text
    put(realm, path, text.replace(old, new))


def move(realm: Realm, path: str, target: str) -> None:
    realm.tree.files[DocPath(target)] = realm.tree.files.pop(DocPath(path))


def remove(realm: Realm, path: str) -> None:
    del realm.tree.files[DocPath(path)]


def retitle(realm: Realm, path: str, title: str) -> None:
    text = realm.tree.files[DocPath(path)].decode()
    put(realm, path, Document.parse(text).with_title(title))


def page(wiki: Wiki, title: str) -> PageId:
    found = wiki.find(title)
    assert found is not None, title
    return found.id


def say(realm: Realm, title: str, old: str, new: str) -> None:
    """Edit a page in the browser."""
    page_id = page(realm.wiki, title)
    body = realm.wiki.now(page_id).body or ""
    assert old in body
    realm.wiki.edit(page_id, body=body.replace(old, new))


def rename(realm: Realm, title: str, new: str) -> None:
    realm.wiki.edit(page(realm.wiki, title), title=new)


def hang(realm: Realm, title: str, below: str) -> None:
    realm.wiki.edit(page(realm.wiki, title), parent_id=page(realm.wiki, below))


def change_folder(realm: Realm, name: str, **changes: object) -> None:
    folder = next(folder.id for folder in realm.wiki.folders.values() if folder.title == name)
    realm.wiki.change_folder(folder, **changes)


def trash(realm: Realm, title: str) -> None:
    realm.wiki.put_in_trash(page(realm.wiki, title))


def clash(realm: Realm) -> None:
    edit(realm, "a.md", "t2 two", "t20 here")
    say(realm, "Alpha", "t2 two", "t21 there")


def restore(realm: Realm, title: str) -> None:
    realm.wiki.restore(next(p.id for p in realm.wiki.gone(Status.TRASHED) if p.title == title), anew=True)


def drop_copies(realm: Realm) -> None:
    for path in [path for path in realm.tree.documents() if parse_conflict(path)]:
        remove(realm, path)


# -- the text


@scenario()
def a_file_is_edited(realm: Realm) -> None:
    edit(realm, "a.md", "t2 two", "t20 edited")


@scenario()
def a_page_is_edited(realm: Realm) -> None:
    say(realm, "Alpha", "t2 two", "t20 edited")


@scenario()
def both_are_edited_and_the_edits_merge(realm: Realm) -> None:
    edit(realm, "a.md", "t2 two", "t20 here")
    say(realm, "Alpha", "t3 three", "t30 there")


@scenario()
def both_are_edited_to_the_same(realm: Realm) -> None:
    edit(realm, "a.md", "t2 two", "t20 same")
    say(realm, "Alpha", "t2 two", "t20 same")


@scenario()
def both_are_edited_and_the_edits_clash(realm: Realm) -> None:
    clash(realm)


@scenario(resolved("a.md", Keep.LOCAL), sync, before=clash)
def a_conflict_is_resolved_for_the_file(realm: Realm) -> None:
    assert any(map(parse_conflict, realm.tree.documents()))


@scenario(resolved("a.md", Keep.REMOTE), sync, before=clash)
def a_conflict_is_resolved_for_the_page(realm: Realm) -> None:
    assert any(map(parse_conflict, realm.tree.documents()))


@scenario(resolved("a.md", Keep.MERGED), sync, before=clash)
def a_conflict_is_resolved_by_hand(realm: Realm) -> None:
    edit(realm, "a.md", "t20 here", "t20 here and t21 there")


@scenario(before=clash)
def a_conflict_copy_is_deleted(realm: Realm) -> None:
    drop_copies(realm)


@scenario(before=clash)
def a_held_page_is_edited_again_and_its_copy_deleted(realm: Realm) -> None:
    say(realm, "Alpha", "t21 there", "t22 there again")
    drop_copies(realm)


@scenario()
def somebody_saves_while_an_edit_is_on_its_way(realm: Realm) -> None:
    edit(realm, "a.md", "t2 two", "t20 here")
    _say_three_before(realm, "before update")


def _say_three_before(realm: Realm, step: str) -> None:
    realm.fate.once[step] = _Saying(realm)


@dataclass
class _Saying:
    """Somebody who saves right then. (No closure: a copy of the realm must save in the copy.)"""

    realm: Realm

    def __call__(self) -> None:
        say(self.realm, "Alpha", "t3 three", "t30 there")


@scenario()
def somebody_saves_while_a_merge_is_on_its_way(realm: Realm) -> None:
    edit(realm, "a.md", "t1 reads", "t10 read")
    say(realm, "Alpha", "t2 two", "t20 there")
    _say_three_before(realm, "before update")


@scenario(push)
def both_are_edited_and_only_pushed(realm: Realm) -> None:
    both_are_edited_and_the_edits_merge(realm)
    edit(realm, "b.md", "t4 four", "t40 here")


@scenario(push, sync)
def both_are_edited_and_pushed_and_then_synced(realm: Realm) -> None:
    both_are_edited_and_the_edits_merge(realm)


@scenario(pull)
def both_are_edited_and_only_pulled(realm: Realm) -> None:
    both_are_edited_and_the_edits_merge(realm)
    say(realm, "Delta", "t5 five", "t50 there")


# -- coming and going


@scenario()
def a_file_is_created(realm: Realm) -> None:
    put(realm, "new.md", "# New\n\nt20 new\n")


@scenario()
def a_tree_of_files_is_created_with_links_and_images(realm: Realm) -> None:
    put(realm, "n.md", "---\nlabels: [three]\n---\n\n# New\n\nt20 to [child](n/o.md) ![x](x.png)\n")
    put(realm, "n/o.md", "# Child\n\nt21 back to [new](../n.md)\n")
    put(realm, "n/p.md", "# Other\n\nt22 beside\n")
    put(realm, "x.png", "x")


@scenario(under(replace(POLICY, write_ids=True)))
def a_file_is_created_and_gets_its_id(realm: Realm) -> None:
    put(realm, "new.md", "# New\n\nt20 new\n")


@scenario()
def a_page_is_created(realm: Realm) -> None:
    realm.wiki.new("New", "<p>t20 new</p>")


@scenario()
def a_page_is_created_below_another_with_labels_and_a_file(realm: Realm) -> None:
    new = realm.wiki.new("New", "<p>t20 new</p>", page(realm.wiki, "Alpha"))
    realm.wiki.label(new.id, "three")
    realm.wiki.attach(new.id, "x.png", b"x")


@scenario()
def a_file_is_deleted(realm: Realm) -> None:
    remove(realm, "d/e.md")


@scenario()
def a_page_is_trashed(realm: Realm) -> None:
    trash(realm, "Epsilon")


def _files_come_from_the_page(realm: Realm) -> None:
    for name in ("x.png", "y.png"):
        realm.wiki.attach(page(realm.wiki, "Epsilon"), name, name.encode())


@scenario(before=_files_come_from_the_page)
def a_page_with_files_is_trashed(realm: Realm) -> None:
    trash(realm, "Epsilon")


@scenario()
def a_page_with_children_is_trashed(realm: Realm) -> None:
    trash(realm, "Delta")


def _epsilon_is_trashed(realm: Realm) -> None:
    trash(realm, "Epsilon")


@scenario(before=_epsilon_is_trashed)
def a_page_is_restored_and_edited(realm: Realm) -> None:
    restore(realm, "Epsilon")
    say(realm, "Epsilon", "t7 seven", "t70 there")
    realm.wiki.label(page(realm.wiki, "Epsilon"), "three")


def _delta_and_its_children_are_trashed(realm: Realm) -> None:
    for title in ("Epsilon", "Zeta", "Delta"):
        trash(realm, title)


@scenario(before=_delta_and_its_children_are_trashed)
def a_page_is_restored_with_its_children_under_another_title(realm: Realm) -> None:
    for title in ("Delta", "Epsilon", "Zeta"):
        restore(realm, title)
    rename(realm, "Delta", "Delta Y")


@scenario()
def a_file_is_deleted_and_its_page_edited(realm: Realm) -> None:
    remove(realm, "a.md")
    say(realm, "Alpha", "t2 two", "t20 there")


@scenario()
def a_page_is_trashed_and_its_file_edited(realm: Realm) -> None:
    trash(realm, "Alpha")
    edit(realm, "a.md", "t2 two", "t20 here")


@scenario(before=a_page_is_created)
def a_page_is_trashed_whose_file_bears_its_id_and_was_edited(realm: Realm) -> None:
    trash(realm, "New")
    edit(realm, "new.md", "t20 new", "t21 here")


@scenario()
def both_are_deleted(realm: Realm) -> None:
    remove(realm, "a.md")
    trash(realm, "Alpha")


# -- places


@scenario()
def a_file_gets_another_name(realm: Realm) -> None:
    move(realm, "a.md", "another.md")


@scenario()
def a_file_gets_another_title(realm: Realm) -> None:
    retitle(realm, "a.md", "Omega")


@scenario()
def a_file_moves_below_another_and_is_edited(realm: Realm) -> None:
    move(realm, "a.md", "d/a.md")
    edit(realm, "d/a.md", "t2 two", "t20 here")


@scenario()
def a_directory_is_renamed(realm: Realm) -> None:
    move(realm, "g/h.md", "k/h.md")


@scenario()
def a_file_moves_with_its_children(realm: Realm) -> None:
    for path in ("d.md", "d/e.md", "d/f.md"):
        move(realm, path, f"b/{path}")


@scenario()
def two_files_trade_places(realm: Realm) -> None:
    move(realm, "a.md", "aside.md")
    move(realm, "g/h.md", "a.md")
    move(realm, "aside.md", "g/h.md")


@scenario()
def two_directories_trade_places(realm: Realm) -> None:
    put(realm, "g/i.md", "# Theta\n\nt23 by [eta](h.md), not [zeta](../d/f.md)\n")
    sync(realm)
    for path in ("e.md", "f.md"):
        move(realm, f"d/{path}", f"aside/{path}")
    for path in ("h.md", "i.md"):
        move(realm, f"g/{path}", f"d/{path}")
    for path in ("e.md", "f.md"):
        move(realm, f"aside/{path}", f"g/{path}")


@scenario()
def a_file_gets_a_directory_of_its_own(realm: Realm) -> None:
    put(realm, "m/n.md", "# Nu\n\nt20 new\n")


@scenario()
def two_files_swap_titles(realm: Realm) -> None:
    retitle(realm, "a.md", "Beta")
    retitle(realm, "b.md", "Alpha")


@scenario()
def a_page_is_renamed(realm: Realm) -> None:
    rename(realm, "Alpha", "Omega")


@scenario()
def a_page_is_renamed_and_its_file_edited(realm: Realm) -> None:
    rename(realm, "Alpha", "Omega")
    edit(realm, "a.md", "t2 two", "t20 here")


@scenario()
def two_pages_swap_titles(realm: Realm) -> None:
    rename(realm, "Alpha", "Between")
    rename(realm, "Beta", "Alpha")
    rename(realm, "Between", "Beta")


def _pages_have_files_of_their_own(realm: Realm) -> None:
    for title in ("One", "Two", "Three"):
        links = "".join(
            f'<ac:link><ri:page ri:content-title="{other}"/></ac:link>' for other in ("One", "Two")
        )
        new = realm.wiki.new(title, f"<p>{title} t30{len(title)} {links}</p>")
        realm.wiki.attach(new.id, "x.png", title.encode())


@scenario(before=_pages_have_files_of_their_own)
def pages_hand_on_their_titles_in_a_circle_and_the_names_of_their_files_with_them(realm: Realm) -> None:
    after = {"One": "Two", "Two": "Three", "Three": "One"}
    pages = {title: page(realm.wiki, title) for title in after}
    for title in after:
        rename(realm, title, f"Between {title}")
    for title, new in after.items():  # Confluence keeps links true, whatever pages are called
        body = realm.wiki.now(pages[title]).body or ""
        links = [f'"{after[other]}"' for other in re.findall(r'"(\w+)"', body)]
        kept = re.sub(r'"\w+"', "{}", body).format(*links)
        realm.wiki.edit(pages[title], title=new, body=kept)


@scenario(before=_pages_have_files_of_their_own)
def many_pages_move_at_once(realm: Realm) -> None:
    for title in ("One", "Two", "Three", "Beta"):
        hang(realm, title, "Eta")


@scenario()
def a_page_moves_below_another(realm: Realm) -> None:
    hang(realm, "Alpha", "Delta")


@scenario()
def a_page_moves_with_its_children(realm: Realm) -> None:
    hang(realm, "Delta", "Beta")


def _folders_are_in_each_other(realm: Realm) -> None:
    put(realm, "g/in/k.md", "# Kappa\n\nt70 text, up to [eta](../h.md)\n")
    put(realm, "g/rest.txt", "nobody refers to this")
    edit(realm, "a.md", "t2 two", "t2 two and [kappa](g/in/k.md)")


@scenario(before=_folders_are_in_each_other)
def a_folder_is_renamed(realm: Realm) -> None:
    change_folder(realm, "g", title="Greek letters")


@scenario(before=_folders_are_in_each_other)
def a_folder_is_moved_and_a_page_in_it_edited_on_both_sides(realm: Realm) -> None:
    change_folder(realm, "g", parent_id=page(realm.wiki, "Beta"))
    edit(realm, "g/h.md", "up to", "t71 back to")
    say(realm, "Kappa", "t70 text", "t72 text")


@scenario(before=_folders_are_in_each_other)
def two_folders_in_each_other_are_renamed(realm: Realm) -> None:
    change_folder(realm, "g", title="Outer")
    change_folder(realm, "in", title="Inner")


@scenario(pull, before=_folders_are_in_each_other)
def a_folder_is_renamed_and_only_pulled(realm: Realm) -> None:
    change_folder(realm, "g", title="Greek letters")


@scenario(before=_folders_are_in_each_other)
def a_directory_of_a_folder_is_renamed(realm: Realm) -> None:
    for path in [p for p in realm.tree.files if p.startswith("g/")]:
        move(realm, path, f"greek{path[1:]}")


@scenario()
def both_move_to_different_places(realm: Realm) -> None:
    hang(realm, "Zeta", "Beta")
    move(realm, "d/f.md", "f.md")


# -- what hangs on a page


@scenario()
def a_file_gets_an_image(realm: Realm) -> None:
    put(realm, "x.png", "x")
    edit(realm, "a.md", "t2 two", "t2 ![x](x.png)")


@scenario()
def an_image_is_changed(realm: Realm) -> None:
    put(realm, "dot.png", "another dot")


def _an_image_is_changed_on_both_sides(realm: Realm) -> None:
    put(realm, "dot.png", "another dot")
    realm.wiki.attach(page(realm.wiki, "Beta"), "dot.png", b"a third dot")


@scenario()
def an_image_is_held(realm: Realm) -> None:
    _an_image_is_changed_on_both_sides(realm)


@scenario(resolved("dot.png", Keep.REMOTE), sync, before=_an_image_is_changed_on_both_sides)
def a_held_image_is_resolved_for_the_page(_: Realm) -> None:
    return


@scenario(resolved("b.md", Keep.LOCAL), sync, before=_an_image_is_changed_on_both_sides)
def a_held_image_is_resolved_for_the_file(_: Realm) -> None:
    return


@scenario()
def an_image_is_taken_out_of_a_file(realm: Realm) -> None:
    edit(realm, "b.md", "![dot](dot.png)\n\n", "")
    remove(realm, "dot.png")


@scenario()
def a_page_gets_an_image(realm: Realm) -> None:
    realm.wiki.attach(page(realm.wiki, "Alpha"), "x.png", b"x")
    image = '<ac:image><ri:attachment ri:filename="x.png"/></ac:image>'
    say(realm, "Alpha", "t2 two", f"t2 {image}")


@scenario()
def a_file_gets_a_label_and_loses_one(realm: Realm) -> None:
    edit(realm, "d/e.md", "[one, two]", "[two, three]")


@scenario()
def a_page_gets_a_label_beside_an_edit(realm: Realm) -> None:
    realm.wiki.label(page(realm.wiki, "Epsilon"), "three")
    say(realm, "Epsilon", "t6 six", "t60 there")


# -- beginnings


def _forget_everything(realm: Realm) -> None:
    realm.ledger.lose()


def _start_over(realm: Realm) -> None:
    """Be a realm in which nothing was ever pushed."""
    realm.ledger.lose()
    for found in realm.wiki.live():
        del realm.wiki.history_of[found.id]
    realm.wiki.folders.clear()
    realm.wiki.labels.clear()
    realm.wiki.files.clear()


@scenario()
def everything_is_pushed_for_the_first_time(realm: Realm) -> None:
    _start_over(realm)


@scenario(pull)
def everything_is_pulled_for_the_first_time(realm: Realm) -> None:
    realm.ledger.lose()
    realm.tree.files.clear()


@scenario()
def the_ledger_is_lost(realm: Realm) -> None:
    realm.ledger.lose()


@scenario()
def the_ledger_is_lost_and_both_were_edited(realm: Realm) -> None:
    both_are_edited_and_the_edits_merge(realm)
    edit(realm, "d.md", "t5 five", "t50 here")
    say(realm, "Eta", "t9 nine", "t90 there")
    realm.ledger.lose()


@scenario(push)
def the_ledger_is_lost_and_a_file_is_pushed(realm: Realm) -> None:
    edit(realm, "d.md", "t5 five", "t50 here")
    realm.ledger.lose()


@scenario(under(replace(POLICY, adopt=True)))
def a_page_is_adopted(realm: Realm) -> None:
    realm.wiki.new("New", "<p>theirs</p>")
    put(realm, "new.md", "# New\n\nt20 mine\n")


@scenario()
def a_page_and_a_file_of_one_title_say_different_things(realm: Realm) -> None:
    realm.wiki.new("New", "<p>t21 theirs</p>")
    put(realm, "new.md", "# New\n\nt20 mine\n")


@scenario(insists=True)
def a_title_is_held_by_an_archived_page(realm: Realm) -> None:
    realm.wiki.archive(realm.wiki.new("New", "<p>t21 theirs</p>").id)
    put(realm, "new.md", "# New\n\nt20 mine\n")
    edit(realm, "a.md", "t2 two", "t20 here")
