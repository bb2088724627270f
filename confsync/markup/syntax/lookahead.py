"""How far ahead rules look for an end, and how often in vain: bounded, so that no text takes quadratic time."""

from __future__ import annotations

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

MAX_AHEAD = 1000
"""Characters within which what begins between words must end."""
FAR = "far"
"""Is set in `env` once an end was looked for far ahead and not found: how a line is read then depends on all below it."""
_VAIN = "vain"
_VAIN_INLINE = "vain inline"
_PATIENCE, _LEAST = 10, 20_000
"""Looking in vain may cost so many times the text, and at least so many characters; then nothing is looked for any more."""


def line_of(state: StateBlock, line: int) -> str:
    """Return a line without the blanks and the marks of containers before it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def looked(state: StateBlock, size: int) -> None:
    """Count what was looked at in vain; once it is much, where patience ends depends on the whole text."""
    vain = state.env[_VAIN] = state.env.get(_VAIN, 0) + size
    if vain * 4 > _limit(state.src):
        state.env[FAR] = True


def is_patient(state: StateBlock) -> bool:
    """Say whether ends may still be looked for far ahead."""
    return int(state.env.get(_VAIN, 0)) <= _limit(state.src)


def looked_inline(state: StateInline) -> None:
    """Count what was looked at in vain in one leaf."""
    state.env[_VAIN_INLINE] = (state.src, _vain(state) + state.posMax - state.pos)


def is_patient_inline(state: StateInline) -> bool:
    """Say whether ends may still be looked for in this leaf."""
    return _vain(state) <= _limit(state.src)


def _vain(state: StateInline) -> int:
    src, vain = state.env.get(_VAIN_INLINE, ("", 0))
    return int(vain) if src is state.src else 0


def _limit(src: str) -> int:
    return _PATIENCE * len(src) + _LEAST
