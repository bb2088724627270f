"""A page in the dialect of another publisher: pushed, looked at, edited by a colleague, pulled; one line changes."""

from __future__ import annotations

import difflib

import pytest
import requests

from confsync.errors import ExitCode

PNG = b"\x89PNG\r\n\x1a\n"
MD2CONF = """---
title: Algebra
---
[[_TOC_]]

!!! note "Mind"
    Words of a colleague

> [!TIP]
> GitHub's

## Rings

Inline \\(\\lim_{x\\to 0} x\\), H~2~O, ![Done][STATUS-GREEN] until <input type="date" value="2026-01-02" />.

![Plan](plan.drawio) ![Plan](plan.drawio.png)

```csf
<ac:structured-macro ac:name="expand"><ac:rich-text-body><p>raw</p></ac:rich-text-body></ac:structured-macro>
```
"""
MARK = """<!-- Space: DOCS -->
<!-- Title: Algebra -->
<!-- Include: ac:toc -->

<!-- ac:layout -->
<!-- ac:layout-section type:two_equal -->
<!-- ac:layout-cell -->
Words of a colleague
<!-- ac:layout-cell end -->
<!-- ac:layout-cell -->
Right
<!-- ac:layout-cell end -->
<!-- ac:layout-section end -->
<!-- ac:layout end -->

```bash 1 collapse title A long one
ls
```

A [link](<ac:Other page>).

## Rings

![Plan](plan.drawio.png)<!-- width=300 -->
"""
OBSIDIAN = """---
connie-title: Algebra
---
%%not for others%%

> [!info]- **Folded** title
> Words of a colleague

## Rings

```toc
```

==marked== and [@Ann](https://example.atlassian.net/wiki/people/5b10ac8d82e05b22cc7d4ef5) ^block1
"""
CFXMARK = """# Algebra

::: info title="Heads up"
Words of a colleague
:::

## Rings

![](plan.drawio.png#cfxmark:w=70)<!-- cfxmark:asset src="plan.drawio.png" -->

<!-- cfxmark:opaque id="op-1" -->
```cfx-storage
<ac:structured-macro ac:name="drawio"><ac:parameter ac:name="diagramName">flow</ac:parameter></ac:structured-macro>
```
<!-- /cfxmark:opaque -->
"""
PAGES = {
    "md2conf": (
        MD2CONF,
        [
            '<a href="#Rings">Rings</a>',
            '<div class="title">Mind</div>',
            '<div class="panel tip">',
            "H<sub>2</sub>O",
            '<span class="status Green">Done</span>',
            "Jan 2, 2026",
            ">Plan</a>",
            'alt="Plan"',
            "<summary>Click here to expand...</summary>",
        ],
        {"plan.drawio", "plan.drawio.png"},
    ),
    "mark": (
        MARK,
        [
            '<a href="#Rings">Rings</a>',
            'class="layout two_equal"',
            "<summary>A long one",
            ">link</span>",
            'width="300"',
        ],
        {"plan.drawio.png"},
    ),
    "markdown-confluence": (
        OBSIDIAN,
        [
            "<summary>Folded title</summary>",
            '<a href="#Rings">Rings</a>',
            'class="mention"',
            ">marked</span>",
        ],
        set(),
    ),
    "cfxmark": (
        CFXMARK,
        ['<div class="title">Heads up</div>', 'width="70"', "Unknown macro: 'drawio'"],
        {"plan.drawio.png"},
    ),
}


@pytest.mark.parametrize("tool", PAGES)
def test_a_page_is_shown_as_meant_and_a_colleagues_words_change_one_line(home, tool):
    text, seen, files = PAGES[tool]
    for name in ("plan.drawio", "plan.drawio.png"):
        home.write(name, PNG)
    home.write("algebra.md", text)
    home.policy = type(home.policy)(space_key="DOCS", wikilinks=True)
    assert home.push().exit_code == ExitCode.IN_SYNC
    page = home.page("Algebra")
    shown = requests.get(f"{home.sandbox.url}/spaces/DOCS/pages/{page.id}", timeout=5).text
    assert [part for part in seen if part not in shown] == []
    assert "not for others" not in shown
    assert set(home.person.files(page.id)) == files

    home.person.replace(page.id, "Words of a colleague", "Better words of a colleague")
    assert home.pull().exit_code == ExitCode.IN_SYNC
    changed = list(difflib.ndiff(text.splitlines(), home.read("algebra.md").splitlines()))
    assert [line for line in changed if line.startswith("-")] == [
        f"- {line}" for line in text.splitlines() if "Words of a colleague" in line
    ]
    assert [line for line in changed if line.startswith("+")] == [
        f"+ {line.replace('Words', 'Better words')}"
        for line in text.splitlines()
        if "Words of a colleague" in line
    ]
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []
