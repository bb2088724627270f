"""A picture that a directive of MyST shows keeps its directive when it is edited on the page."""

import pytest

from confsync.markup import put_markdown, to_storage

FILE = """\
one

```{figure} images/plot.png
:name: fig-one
:width: 300px
:alt: A plot

A *caption* of
the plot.
```

two
"""


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("caption", "legend"),
        ("the plot.", "the first plot."),
        ("plot.png", "curve.png"),
        ("300", "450"),
        ("A plot", "A curve"),
    ],
)
def test_what_is_edited_of_a_figure_changes_alone_in_its_directive(was: str, now: str) -> None:
    storage = to_storage(FILE).text
    start = storage.index("<ac:image")
    got = put_markdown(storage, FILE, storage[:start] + edited(storage[start:], was, now))
    assert (got.text, got.notes) == (FILE.replace(was, now), ())


def edited(image: str, was: str, now: str) -> str:
    """Return the picture with one thing replaced, which is there once but for the names of elements."""
    for around in ('"{}"', '/{}"', "A {} of", "{}</p>"):
        if image.count(around.format(was)) == 1:
            return image.replace(around.format(was), around.format(now))
    raise LookupError(was)


def test_a_figure_without_a_place_for_what_came_is_written_anew() -> None:
    storage = to_storage(FILE).text
    got = put_markdown(storage, FILE, storage.replace('ac:width="300"', 'ac:width="300" ac:height="20"'))
    assert got.text.startswith('one\n\n<img src="images/plot.png" alt="A plot" width="300" height="20"')
    assert got.text.endswith("/>\n\ntwo\n")


def test_words_behind_a_figure_stand_behind_its_directive() -> None:
    storage = to_storage(FILE).text
    got = put_markdown(storage, FILE, storage.replace("<p>two", "<p>new</p><p>two"))
    assert got.text == FILE.replace("two", "new\n\ntwo")
