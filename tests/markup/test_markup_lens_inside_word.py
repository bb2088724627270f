"""Words that a comment's border or an entity cuts: only the letters that differ change, and the comment stays on the rest."""

import pytest

from confsync.markup import put_storage, to_markdown
from confsync.markup.notes import NoteKind

OPEN, CLOSE = '<ac:inline-comment-marker ac:ref="r">', "</ac:inline-comment-marker>"
INNER = '<ac:inline-comment-marker ac:ref="s">'

KEPT = {
    "letters in a comment change": (
        f"tha{OPEN}t will{CLOSE} do",
        ("that", "thax"),
        f"tha{OPEN}x will{CLOSE} do",
    ),
    "letters before a comment change": (
        f"tha{OPEN}t will{CLOSE} do",
        ("that", "what"),
        f"wha{OPEN}t will{CLOSE} do",
    ),
    "all letters change, and the comment holds the new word": (
        f"a {OPEN}big bo{CLOSE}at",
        ("boat", "ship"),
        f"a {OPEN}big ship{CLOSE}",
    ),
    "a comment on some letters alone stays on new ones": (
        f"bo{OPEN}at{CLOSE}s",
        ("boats", "boxes"),
        f"bo{OPEN}xe{CLOSE}s",
    ),
    "letters are added behind a comment": (
        f"a {OPEN}big bo{CLOSE}at",
        ("boat", "boats"),
        f"a {OPEN}big bo{CLOSE}ats",
    ),
    "two comments in each other": (
        f"{OPEN}{INNER}on{CLOSE}e{CLOSE} two",
        ("one", "ones"),
        f"{OPEN}{INNER}on{CLOSE}es{CLOSE} two",
    ),
    "an entity keeps its spelling when another letter changes": (
        "f&uuml;r alle",
        ("für", "fürs"),
        "f&uuml;rs alle",
    ),
    "an entity goes with its letter": ("f&uuml;r alle", ("für", "fur"), "fur alle"),
}


@pytest.mark.parametrize("case", KEPT)
def test_only_the_letters_that_differ_change(case: str) -> None:
    before, (old, new), after = KEPT[case]
    storage = f"<p>{before}</p>"
    markdown = to_markdown(storage).text
    result = put_storage(markdown, storage, markdown.replace(old, new))
    assert result.text == f"<p>{after}</p>"
    assert not result.notes


def test_a_comment_of_which_no_letter_is_left_is_reported() -> None:
    storage = f"<p>tha{OPEN}t{CLOSE} do</p>"
    result = put_storage("that do\n", storage, "tha do\n")
    assert result.text == "<p>tha do</p>"
    assert [n.kind for n in result.notes] == [NoteKind.COMMENT_LOST]
