"""Line ends survive: those of lines that stay, and none is made or lost by putting them back."""

from hypothesis import given
from hypothesis import strategies as st

from confsync.markup.lens.markdown.line_ends import LineEnds, to_lf

RAW = st.lists(st.sampled_from(["a", "b", "c", "\n", "\r\n", "\r"]), max_size=20).map("".join)
LF = st.lists(st.sampled_from(["a", "b", "c", "\n"]), max_size=20).map("".join)


@given(RAW)
def test_a_text_that_did_not_change_comes_back_byte_for_byte(raw: str) -> None:
    for text in (raw, "\ufeff" + raw):
        ends = LineEnds.of(text)
        assert ends.text == to_lf(text)
        assert ends.restored(ends.text) == text


@given(RAW, LF)
def test_a_new_text_keeps_its_lines(raw: str, new: str) -> None:
    assert to_lf(LineEnds.of(raw).restored(new)) == new


def test_new_lines_take_the_commonest_end() -> None:
    assert LineEnds.of("a\r\nb\r\nc\n").restored("a\nnew\nb\nc\n") == "a\r\nnew\r\nb\r\nc\n"
    assert LineEnds.of("a\r\nb\n").restored("x\nb\n") == "x\r\nb\n"
