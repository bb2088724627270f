"""Long texts held small: thousands of pages' bodies are in memory together, and few of them are looked at."""

from __future__ import annotations

import zlib
from typing import Final, overload

_SHORT: Final = 512
_QUICK: Final = 1


class PackedText:
    """A dataclass field for a text or None, which is kept compressed. Its class has no slots; its default is None."""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn where an instance keeps the text."""
        self._place = f"_{name}_packed"

    @overload
    def __get__(self, instance: None, owner: type) -> None: ...
    @overload
    def __get__(self, instance: object, owner: type) -> str | None: ...
    def __get__(self, instance: object | None, owner: type) -> str | None:
        """Return the text; for the class itself the default."""
        kept = None if instance is None else instance.__dict__[self._place]
        return zlib.decompress(kept).decode("utf-8", "surrogatepass") if isinstance(kept, bytes) else kept

    def __set__(self, instance: object, value: str | None) -> None:
        """Keep the text."""
        short = value is None or len(value) < _SHORT
        instance.__dict__[self._place] = value if short or value is None else _packed(value)


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _QUICK)
