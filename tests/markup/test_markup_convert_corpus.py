"""Real documents convert: every one, within the vocabulary, and back to what they said."""

from __future__ import annotations

import pytest
from markup_corpus import broken_laws, faults, markdown_files, needs_corpus, spec_examples, storage_bodies

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage

pytestmark = [needs_corpus, pytest.mark.corpus, pytest.mark.timeout(300)]


def test_every_spec_example_converts_by_all_cold_laws() -> None:
    broken = {name: laws for name, text in spec_examples() if (laws := broken_laws(text))}
    assert broken == {}


PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_every_file_of_the_real_trees_converts_by_all_cold_laws(part: int) -> None:
    """In parts, so that several processes share the work."""
    files = list(markdown_files())[part::PARTS]
    assert len(files) > 500 // PARTS
    assert {name: laws for name, text in files if (laws := broken_laws(text))} == {}


def test_storage_bodies_come_back_with_their_normal_form() -> None:
    lost, unread = [], []
    bodies = list(storage_bodies())
    for name, body, well_formed in bodies:
        markdown = to_markdown(body).text
        again = to_storage(markdown).text
        faults(again)
        if normal_markdown(markdown) != normal_storage(body):
            unread.append(name)
        if normal_storage(again) != normal_storage(body) and well_formed:
            lost.append(name)
    print(f"normal form kept: {len(bodies) - len(lost)} of {len(bodies)}")
    assert unread == []
    assert lost == []


def test_windows_twins_of_real_files_convert_to_the_same_storage() -> None:
    for name, text in list(markdown_files())[::17]:
        lf = text.replace("\r\n", "\n")
        twin = "\ufeff" + lf.replace("\n", "\r\n")
        assert to_storage(twin).text == to_storage(lf).text, name
