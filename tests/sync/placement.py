"""What the tests of placement share: questions about where things stand."""

from __future__ import annotations


def at_rest(home):
    """Say whether a sync finds nothing to do, and does nothing."""
    before = home.files()
    report = home.sync()
    assert report.entries == (), report
    assert home.writes == []
    assert home.files() == before
    return True


def ids(home, *titles):
    return {title: home.page(title).id for title in titles}


def named(home, pages):
    """Return the titles that pages have now, by the ones they had."""
    now = {p.id: p.title for p in home.store_pages()}
    return {title: now[page_id] for title, page_id in pages.items()}


def write_pages(home, *titles):
    for title in titles:
        home.write(f"{title.lower()}.md", f"# {title}\n\nText of {title}.\n")


def flavor(home):
    return "cloud" if home.sandbox.store.state.habits.cloud else "datacenter"


def siblings(home, title):
    """Return the titles of a page's siblings and itself, in the order of the tree."""
    page = home.page(title)
    return [
        c.title for c in home.sandbox.store.state.siblings(page.parent_id, page.space_id) if c.kind == "page"
    ]


def places(home):
    """Return for each page with a file what it lies in, nearest first, up to the homepage."""
    contents = home.sandbox.store.state.contents
    root = home.sandbox.store.tree.find_space("DOCS").homepage_id
    found = {}
    for page in contents.values():
        if page.kind == "page" and page.status == "current" and page.id != root:
            above, node = [], contents.get(page.parent_id or "")
            while node is not None and node.id != root:
                above.append(node.title)
                node = contents.get(node.parent_id or "")
            found[page.title] = above
    made = {"how", "manual", "deep"}
    return {title: above for title, above in found.items() if title not in made}


def standing(home):
    """Return the titles of all that is current, folders too, but the homepage."""
    root = home.sandbox.store.tree.find_space("DOCS").homepage_id
    contents = home.sandbox.store.state.contents.values()
    return {
        c.title for c in contents if c.status == "current" and c.id != root and c.kind in ("page", "folder")
    }
