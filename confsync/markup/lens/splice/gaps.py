"""What is between blocks: kept where the neighbours are unchanged, and never dropped if it means something.

A container's inside is gap, child, gap, child … gap. Gaps are white space, or hold what the tree does not model:
comments, link definitions, `</thead><tbody>`, a table's delimiter row, blocks that only the other side knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from confsync.markup.lens.diff.pairing import longest_rise
from confsync.markup.tree import Kind


@dataclass(frozen=True, slots=True)
class Part:
    """One child of the new container, written. `old`: which child it was, None for a new one.

    `other`: it is another kind of thing now, and what stands beside it may not fit any more. `indent`: blanks before a
    new one, beyond what lines of its container begin with.
    """

    text: str
    kind: Kind
    old: int | None = None
    other: bool = False
    indent: str = ""


class Joints(Protocol):
    """What a container knows of its gaps."""

    @property
    def says_first(self) -> bool:
        """Whether the first text of an empty container goes behind what its gap says, not before."""
        ...

    def between(self, before: Part | None, after: Part | None) -> str:
        """Return what to write between two children; None: the container's edge, or something a gap says."""
        ...

    def content(self, gap: str) -> str:
        """Return what a gap says, without the white space around it; empty when it says nothing."""
        ...

    def fits(self, gap: str, before: Part | None, after: Part | None) -> bool:
        """Say whether a gap that says nothing keeps these two apart."""
        ...

    def melts(self, gap: str, before: Part, after: Part) -> bool:
        """Say whether these two are one in spite of what a gap says."""
        ...

    def opening(self, gap: str) -> tuple[int, int] | None:
        """Return between which places of a gap that says something new children go; None: behind it, or before a last one."""
        ...


def _as_indented(between: str, gap: str) -> str:
    """Return what goes between a new child and an old one, which stays as far indented as the gap before it says."""
    line, indent = between.rpartition("\n")[1:], gap.rpartition("\n")[1:]
    deep = line[0] and indent[0] and not indent[1].strip(" \t")
    if not deep or not indent[1].expandtabs(4).startswith(line[1]):
        return between
    return between.removesuffix(line[1]) + indent[1]


def joined(gaps: Sequence[str], parts: Sequence[Part], joints: Joints) -> str:
    """Put the parts together with the gaps of old.

    Pieces that kept their order keep the gaps between them; an insertion adds one stretch of text, a deletion takes
    one out; head and tail gap stay, and so does all content.
    """
    kept = [n for n, p in enumerate(parts) if p.old is not None]
    rise = longest_rise([parts[n].old or 0 for n in kept])
    out: list[str] = []
    done, last = 0, -1
    for n in (kept[k] for k in rise):
        old = parts[n].old or 0
        before = parts[done - 1] if done else None
        stretch = _Stretch(gaps[last + 1 : old + 1], parts[done:n], before, parts[n], joints)
        out += [stretch.written(), parts[n].text]
        done, last = n + 1, old
    before = parts[done - 1] if done else None
    return "".join(out) + _Stretch(gaps[last + 1 :], parts[done:], before, None, joints).written()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What comes between two kept parts: gaps passed over, and parts that are new here. None: the container's edge."""

    gaps: Sequence[str]
    new: Sequence[Part]
    before: Part | None
    after: Part | None
    joints: Joints

    def written(self) -> str:
        """Write the stretch."""
        if len(self.gaps) == 1 and not self.new:
            if self.before and self.after and (self.before.other or self.after.other):
                return self._checked(self.gaps[0], self.before, self.after)
            return self.gaps[0]
        if self.before is None and self.after is None:
            return self._alone()
        if not self.new:
            return self._merged()
        lead, trail = self._edges()
        says = [text + self.joints.between(None, None) for text in self._says(self.gaps[1:-1])]
        return lead + "".join(says) + self._row() + trail

    def _says(self, gaps: Sequence[str]) -> list[str]:
        return [text for text in map(self.joints.content, gaps) if text]

    def _where(self, gap: str) -> int:
        return gap.index(self.joints.content(gap))

    def _row(self) -> str:
        """Write the new parts side by side."""
        out = [p.text for p in self.new[:1]]
        for before, after in pairwise(self.new):
            out += [self.joints.between(before, after), after.indent, after.text]
        return "".join(out)

    def _edges(self) -> tuple[str, str]:
        """Choose the gaps before and behind the new parts: of old ones as many as there are."""
        gaps, joints = self.gaps, self.joints
        first, final = self.new[0], self.new[-1]
        place = joints.opening(gaps[0]) if len(gaps) == 1 else None
        if len(gaps) > 1:
            lead, trail = gaps[0], gaps[-1]
        elif place is not None:
            lead, trail = self._around(gaps[0], place)
        elif self.before is None or (self.after is not None and joints.content(gaps[0])):
            lead, trail = gaps[0], _as_indented(joints.between(final, self.after), gaps[0])
        else:
            lead, trail = joints.between(self.before, first) + first.indent, gaps[0]
        if self.before is not None:
            lead = self._checked(lead, self.before, first)
        if self.after is not None:
            trail = self._checked(trail, final, self.after)
        return lead, trail

    def _around(self, gap: str, place: tuple[int, int]) -> tuple[str, str]:
        """Cut a gap in two for new parts to stand in it."""
        left, right, apart = gap[: place[0]], gap[place[1] :], self.joints.between(None, None)
        lead = left + apart + self.new[0].indent if left or self.before is not None else gap[: place[1]]
        begins = right[:1].isspace() or not right
        return lead, right if begins else _as_indented(apart, gap[: place[1]]) + right

    def _merged(self) -> str:
        """Make one gap of several: what they say stays, and of those that say nothing the widest."""
        if self.before is None:
            return self.gaps[0] + "".join(
                g[self._where(g) :] for g in self.gaps[1:] if self.joints.content(g)
            )
        if self.after is None:
            says = [(g, self.joints.content(g)) for g in self.gaps[:-1]]
            return "".join(g[: self._where(g) + len(t)] for g, t in says if t) + self.gaps[-1]
        speaking = [g for g in self.gaps if self.joints.content(g)]
        if not speaking:
            widest = max(self.gaps, key=lambda g: g.count("\n"))
            return self._checked(widest, self.before, self.after)
        gap = speaking[0]
        for other in speaking[1:]:
            white = gap[len(gap.rstrip()) :]
            gap += "" if self.joints.fits(white, None, None) else self.joints.between(None, None)
            gap += self.joints.content(other) + other[len(other.rstrip()) :]
        return self._apart(gap, self.before, self.after)

    def _apart(self, gap: str, before: Part, after: Part) -> str:
        """Return a gap that says something, and behind that what keeps these two from being one."""
        if not self.joints.melts(gap, before, after):
            return gap
        said = self.joints.content(gap)
        return gap[: gap.index(said) + len(said)] + self.joints.between(before, after)

    def _checked(self, gap: str, before: Part, after: Part) -> str:
        """Return the gap when these two may have it between them, else a new one."""
        said = self.joints.content(gap)
        if not said:
            fits = self.joints.fits(gap, before, after)
            return gap if fits else _indented(self.joints.between(before, after), gap, after)
        known = before.old is not None and not before.other
        if not known and not self.joints.fits(gap[: gap.index(said)], before, None):
            gap = self.joints.between(None, None) + gap[gap.index(said) :]
        return self._apart(gap, before, after)

    def _alone(self) -> str:
        """Write a container none of whose old children are kept."""
        says, row = self._says(self.gaps[1:-1]), self._row()
        default = self.joints.between(None, None)
        if len(self.gaps) > 1:
            return self.gaps[0] + default.join([*says, row] if row else says) + self.gaps[-1]
        gap = self.gaps[0]
        if not row or not self.joints.content(gap) or not self.joints.says_first:
            return row + gap
        head = gap.rstrip()
        return head + default + row + gap[len(head) :]


def _indented(white: str, gap: str, after: Part) -> str:
    """Return white space with the blanks that an old gap had before a part that stood behind it."""
    lines, _, own = white.rpartition("\n")
    was = gap.rpartition("\n")[2]
    keeps = (
        (after.old is not None or after.indent)
        and "\n" in white
        and "\n" in gap
        and was.expandtabs(4).startswith(own)
    )
    return f"{lines}\n{was}" if keeps and not was.strip(" \t>") else white
