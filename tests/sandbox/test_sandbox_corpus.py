"""Real bodies: each that is strict XML is taken, keeps its words, and is not changed twice."""

import os
import re
from pathlib import Path

import pytest
from lxml import etree

from confsync.sandbox.bodies.editor import editor_save
from confsync.sandbox.bodies.rewrite import Occasion, rewrite
from confsync.sandbox.bodies.storage_check import AC, parse
from confsync.sandbox.browser.render import Surroundings, render
from confsync.sandbox.refusals import BadXhtml

CORPUS = Path(os.environ.get("CONFSYNC_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
ASSIGNED = tuple(f"{{{AC}}}{name}" for name in ("task-id", "task-uuid", "parameter"))

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def bodies():
    folder = CORPUS / "storage"
    if not folder.is_dir():
        pytest.skip(f"no corpus in {CORPUS}: set CONFSYNC_CORPUS to look elsewhere")
    found = [path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*.xml"))]
    assert len(found) > 800
    return [body for body in found if is_strict(body)]


def is_strict(body):
    try:
        parse(body)
    except BadXhtml:
        return False
    return True


def words(body):
    """Return a body's letters without those of ids and parameters, whose order the server changes."""
    root = parse(body)
    for element in list(root.iter(*ASSIGNED, "script", "style", "meta", "input", "form", "object", "embed")):
        element.clear(keep_tail=True)
    return "".join(etree.tostring(root, encoding="unicode", method="text").split())


def no_page(_address):
    return None


def test_nearly_all_real_bodies_are_strict(bodies):
    assert len(bodies) >= 900


def test_an_api_write_keeps_every_word_and_settles_at_once(bodies):
    for body in bodies:
        kept = rewrite(body, Occasion(1, "42", 1), no_page)
        assert words(kept) == words(body)
        again = rewrite(kept, Occasion(1, "42", 2), no_page)
        assert sorted(again) == sorted(kept)


def test_a_save_in_the_editor_keeps_every_word(bodies):
    for body in bodies:
        assert words(editor_save(body, Occasion(1, "42", 1), no_page)) == words(body)


def test_every_real_body_is_shown_and_nothing_in_it_acts(bodies):
    around = Surroundings(lambda _t, _k: None, lambda _n: None, lambda _a: "Ann")
    for body in bodies:
        shown = str(render(body, around))
        assert not re.search(r"<(script|iframe|object|embed|form|svg)|<[^>]* on\w+=|href=\"javascript", shown)
