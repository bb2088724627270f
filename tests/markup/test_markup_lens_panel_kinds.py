"""A panel that becomes another one on the page keeps the notation of its site: a word in it is another one."""

import pytest

from confsync.markup import put_markdown, to_storage


def pulled(file: str, was: str, now: str) -> str:
    """Return the file after a panel on its page became another one."""
    storage = to_storage(file).text
    assert storage.count(f'ac:name="{was}"') == 1
    got = put_markdown(storage, file, storage.replace(f'ac:name="{was}"', f'ac:name="{now}"'))
    assert got.notes == ()
    return got.text


@pytest.mark.parametrize(
    ("file", "was", "now", "expect"),
    [
        (":::danger\nText.\n:::\n", "warning", "tip", ":::tip\nText.\n:::\n"),
        ("!!! note\n    Text.\n", "info", "note", "!!! warning\n    Text.\n"),
        ('!!! note "Some title"\n    Text.\n', "info", "warning", '!!! danger "Some title"\n    Text.\n'),
        ("```{note}\nText.\n```\n", "info", "tip", "```{tip}\nText.\n```\n"),
        ("::: {.callout-note}\nText.\n:::\n", "info", "warning", "::: {.callout-caution}\nText.\n:::\n"),
        (
            '{% hint style="info" %}\nText.\n{% endhint %}\n',
            "info",
            "tip",
            '{% hint style="success" %}\nText.\n{% endhint %}\n',
        ),
        (
            "{{% notice warning %}}\nText.\n{{% /notice %}}\n",
            "note",
            "info",
            "{{% notice note %}}\nText.\n{{% /notice %}}\n",
        ),
        (
            "{{< caution >}}\nText.\n{{< /caution >}}\n",
            "warning",
            "note",
            "{{< warning >}}\nText.\n{{< /warning >}}\n",
        ),
        ("One\n\n<Tip>\nText.\n</Tip>\n", "tip", "warning", "One\n\n<Danger>\nText.\n</Danger>\n"),
        ("> [!NOTE]\n> Text.\n", "info", "warning", "> [!CAUTION]\n> Text.\n"),
    ],
)
def test_another_kind_of_panel_is_another_word(file: str, was: str, now: str, expect: str) -> None:
    assert pulled(file, was, now) == expect


def test_a_title_that_only_the_word_said_is_written_anew_with_the_panel() -> None:
    storage = to_storage("!!! bug\n    Text.\n").text
    got = put_markdown(storage, "!!! bug\n    Text.\n", storage.replace('ac:name="warning"', 'ac:name="tip"'))
    assert got.text == "> [!TIP] Bug\n> Text.\n"


def test_what_stands_behind_a_panel_in_another_notation_is_kept_apart_from_it() -> None:
    file = "!!! bug\n    Text.\nBelow.\n"
    storage = to_storage(file).text
    got = put_markdown(storage, file, storage.replace('ac:name="warning"', 'ac:name="tip"'))
    assert got.text == "> [!TIP] Bug\n> Text.\n\nBelow.\n"
