"""Pairing is exact where it is cheap, right where it is not, and linear in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup_steps import steps

from confsync.markup.lens.diff import pairing
from confsync.markup.lens.diff.pairing import How, align, longest_rise, runs
from confsync.markup.markdown_in import parse_markdown

LETTERS = st.lists(st.integers(0, 4), max_size=40)


def check_runs(old: list[int], new: list[int]) -> int:
    i = j = 0
    for m in runs(old, new):
        assert m.size > 0
        assert m.old >= i
        assert m.new >= j
        assert old[m.old : m.old + m.size] == new[m.new : m.new + m.size]
        i, j = m.old + m.size, m.new + m.size
    return sum(m.size for m in runs(old, new))


@given(LETTERS, LETTERS)
def test_runs_are_equal_in_order_and_apart(old: list[int], new: list[int]) -> None:
    check_runs(old, new)


@given(LETTERS, LETTERS)
def test_so_are_the_runs_of_long_texts(old: list[int], new: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "_SMALL", -1)
        check_runs(old, new)
        patch.setattr(pairing, "_FEW", 0)
        check_runs(old, new)


@given(LETTERS, st.integers(0, 40), st.integers(0, 40))
def test_one_deletion_in_a_long_text_is_found_as_one(old: list[int], start: int, size: int) -> None:
    new = old[:start] + old[start + size :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "_SMALL", -1)
        assert check_runs(old, new) == len(new)


@given(st.lists(st.integers()))
def test_a_longest_rise_rises_and_none_is_longer(values: list[int]) -> None:
    found = [values[n] for n in longest_rise(values)]
    assert found == sorted(set(found))
    best: list[int] = []
    for n, v in enumerate(values):
        best.append(1 + max((best[m] for m in range(n) if values[m] < v), default=0))
    assert len(found) == max(best, default=0)


def pairs(old: str, new: str) -> list[tuple[int, int, How]]:
    found = align(parse_markdown(old).root.kids, parse_markdown(new).root.kids)
    return [(p.old, j, p.how) for j, p in sorted(found.items())]


def test_a_moved_block_is_found_wherever_it_went() -> None:
    assert pairs("a\n\nb\n\nc\n", "c\n\na\n\nb\n") == [
        (2, 0, How.MOVED),
        (0, 1, How.SAME),
        (1, 2, How.SAME),
    ]


def test_alike_blocks_are_paired_and_others_are_not() -> None:
    old = "the quick brown fox\n\n- list\n"
    assert pairs(old, "something else entirely\n\nthe quick red fox\n\n- list\n") == [
        (0, 1, How.EDITED),
        (1, 2, How.SAME),
    ]


def test_the_third_of_five_equal_rules_is_the_third() -> None:
    assert pairs("---\n\n" * 5, "---\n\n" * 5) == [(n, n, How.SAME) for n in range(5)]


def test_ten_times_the_blocks_take_ten_times_the_work() -> None:
    def work(size: int) -> int:
        old = [n % 7 for n in range(size)]
        new = [9, *old[: size // 2], 8, *old[size // 2 : -1], 5]
        return steps(lambda: check_runs(old, new))

    assert work(20_000) < 15 * work(2_000)
