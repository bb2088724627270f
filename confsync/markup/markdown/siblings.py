"""The blocks of one Markdown container while they are read: HTML tags may open and close containers among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from confsync.markup.tree import Block, Html, Kind, Notation

_DEEPEST = 8
"""Open containers below which nobody asks for places."""


class Siblings:
    """Blocks of one container while they are read; HTML tags may open containers among them."""

    def __init__(self) -> None:
        self.root: list[Block] = []
        self.open: list[Block] = []
        self._tags: list[tuple[str, str, bool]] = []
        self._names = Counter[str]()
        self.unbound = False
        """Whether something was closed that is not open here."""

    def add(self, block: Block) -> None:
        """Add a block to the innermost container."""
        (self.open[-1].kids if self.open else self.root).append(block)

    def push(self, block: Block, tag: str, name: str, *, melts: bool = False) -> None:
        """Open a container; its tag stands for itself when nothing closes it. One that melts leaves only its blocks."""
        self.open.append(block)
        self._tags.append((tag, name, melts))
        self._names[name] += 1

    def pop(self, name: str) -> Block | None:
        """Close the innermost container of this name, and what is open in it; None when none is open."""
        if not self._names[name]:
            self.unbound = True
            return None
        level = next(k for k in reversed(range(len(self._tags))) if self._tags[k][1] == name)
        self._dissolve(level + 1)
        block = self.open[-1]
        if self._tags[-1][2]:
            self._dissolve(level)
            return block
        self.open.pop()
        self._tags.pop()
        self._names[name] -= 1
        while block.kids and block.kids[-1].kind is Kind.SPACER:
            block.kids.pop()
        self.add(block)
        return block

    def is_open(self, names: frozenset[str]) -> bool:
        """Say whether a container of one of these names is open."""
        return any(self._names[name] for name in names)

    def is_in(self, asked: Callable[[Block], bool]) -> bool:
        """Say whether the innermost container is one that is asked for."""
        return bool(self.open) and asked(self.open[-1])

    def replace(self, last: Block, other: Block) -> None:
        """Put another block in the place of the one that was added last."""
        kids = self.open[-1].kids if self.open else self.root
        if kids and kids[-1] is last:
            kids[-1] = other

    def path(self) -> tuple[int, ...] | None:
        """Return where the innermost container will stand, from the top; None when one of them melts, or is too deep."""
        if len(self.open) > _DEEPEST or any(melts for _, _, melts in self._tags):
            return None
        around = [self.root, *(block.kids for block in self.open[:-1])]
        return tuple(len(kids) for kids in around)

    def _dissolve(self, level: int) -> None:
        """Put the blocks of the containers from a level on into the one around them, behind tags that say something."""
        gone = list(zip(self.open[level:], self._tags[level:], strict=True))
        del self.open[level:], self._tags[level:]
        self._names.subtract(name for _, (_, name, _) in gone)
        for block, (tag, _, melts) in gone:
            if not melts and not tag.startswith("<!--"):
                self.add(Block(Kind.HTML, Html(tag), s=block.s, e=block.ins, notation=Notation.MARKDOWN))
            for kid in block.kids:
                self.add(kid)

    def end(self) -> list[Block]:
        """Return the blocks; a container that nothing closes ends here, and its tag is HTML of its own."""
        if self.open:
            self._dissolve(0)
        return self.root
