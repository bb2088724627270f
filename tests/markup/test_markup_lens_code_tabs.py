"""Tabs whose tag says that they are code (`{{< tab name="A" codelang="go" >}}`), after edits on the page."""

import pytest

from confsync.markup import put_markdown, to_storage

FILE = """\
one

{{< tabs name="t" >}}
{{< tab name="Shell" codelang="sh" >}}
echo first
{{< /tab >}}
{{< tab name="Go" codelang="go" >}}
println("second")
{{< /tab >}}
{{< /tabs >}}

two
"""
CODE = '<ac:structured-macro ac:name="code"'


@pytest.mark.parametrize(
    ("was", "now", "expect"),
    [
        ("first", "third", FILE.replace("first", "third")),
        (">Shell<", ">Bash<", FILE.replace("Shell", "Bash")),
        (
            ">go<",
            ">ruby<",
            FILE.replace(' codelang="go"', "").replace(
                'println("second")', '```ruby\nprintln("second")\n```'
            ),
        ),
    ],
)
def test_an_edit_of_a_tab_of_code_stays_in_its_tag(was: str, now: str, expect: str) -> None:
    storage = to_storage(FILE).text
    assert storage.count(was) == 1
    assert put_markdown(storage, FILE, storage.replace(was, now)).text == expect


def test_code_that_is_not_alone_in_its_tab_any_more_stands_in_a_fence() -> None:
    storage = to_storage(FILE).text
    got = put_markdown(storage, FILE, storage.replace(CODE, f"<p>new</p>{CODE}", 1))
    assert (got.text, got.notes) == (
        FILE.replace(' codelang="sh"', "").replace("echo first", "new\n\n```sh\necho first\n```"),
        (),
    )


def test_new_code_is_fenced_in_a_file_whose_only_code_is_that_of_tabs() -> None:
    storage = to_storage(FILE).text
    got = put_markdown(storage, FILE, storage + to_storage("```go\nx\n```\n").text)
    assert got.text == f"{FILE}\n```go\nx\n```\n"
