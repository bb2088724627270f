"""Each construct, in both notations: the case files say what becomes what."""

from __future__ import annotations

import pytest
from markup_cases import TO_MARKDOWN, TO_STORAGE, Case, groups

from confsync.markup import normal_markdown, normal_storage, to_markdown, to_storage

CASES = [pytest.param(case, id=f"{group.name}: {case.title}") for group in groups() for case in group.cases]


@pytest.mark.parametrize("case", CASES)
def test_case_becomes_what_its_file_says(case: Case) -> None:
    if case.way != TO_MARKDOWN:
        assert to_storage(case.markdown).text == case.storage
    if case.way != TO_STORAGE:
        assert to_markdown(case.storage).text == case.markdown
    assert normal_markdown(case.markdown) == normal_storage(case.storage)


@pytest.mark.parametrize("case", CASES)
def test_windows_twin_of_a_case_becomes_the_same_storage(case: Case) -> None:
    twin = "\ufeff" + case.markdown.replace("\n", "\r\n")
    assert to_storage(twin).text == to_storage(case.markdown).text
    assert to_storage(case.markdown.rstrip("\n")).text == to_storage(case.markdown).text
