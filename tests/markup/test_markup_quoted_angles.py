"""`>` between the quotes of an attribute ends no tag, wherever HTML stands in Markdown."""

from __future__ import annotations

import pytest

from confsync.markup import normal_markdown, normal_storage, to_storage
from confsync.markup.document import inspect

IMAGE = '<ac:image ac:alt="a &gt; b"><ri:attachment ri:filename="x.png" /></ac:image>'


@pytest.mark.parametrize(
    ("markdown", "storage"),
    [
        ('<img src="x.png" alt="a > b">\n', IMAGE),
        ('<img alt="a > b" src="x.png" /> word\n', f"<p>{IMAGE} word</p>"),
        ("<p><img alt='a > b' src='x.png'></p>\n", f"<p>{IMAGE}</p>"),
        (
            '<a href="https://e.org" title="a > b">l</a>\n',
            '<p><a href="https://e.org" title="a &gt; b">l</a></p>',
        ),
    ],
)
def test_a_tag_is_read_to_its_own_end(markdown: str, storage: str) -> None:
    assert normal_storage(to_storage(markdown).text) == normal_storage(storage)
    assert normal_markdown(markdown) == normal_storage(storage)


def test_a_file_behind_a_quoted_angle_is_found() -> None:
    facts = inspect(b'# T\n\n<img alt="a > b" src="x.png"> <a title="c > d" href="y.pdf">y</a>\n')
    assert facts.links == ("x.png", "y.pdf")


@pytest.mark.parametrize("piece", ['<img "', "<img '", '<img a="', "<a title='x", "<br \"'"])
def test_two_hundred_thousand_characters_of_quotes_that_nothing_closes_are_read_to_their_end(
    piece: str,
) -> None:
    text = piece * (200_000 // len(piece))
    assert "needle" in to_storage(f"{text}\n\nneedle").text
    assert inspect(f"# needle\n\n{text}".encode()).heading == "needle"
