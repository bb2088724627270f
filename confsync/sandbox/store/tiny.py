"""Tiny links: an id in little-endian bytes and base64, without the tail of zeros (FACTS.md 16)."""

from __future__ import annotations

import base64
import binascii


def tiny_encode(page_id: str) -> str:
    """Return the code of `/x/CODE` for an id. Source of the 4-byte form: the official examples."""
    number = int(page_id)
    raw = number.to_bytes(4 if number < 2**32 else 8, "little")
    code = base64.b64encode(raw).decode("ascii").rstrip("=").rstrip("A")
    return code.replace("/", "-").replace("+", "_")


def tiny_decode(code: str) -> str | None:
    """Return the id of a code; None for what is no code."""
    text = code.replace("-", "/").replace("_", "+").ljust(11, "A") + "="
    try:
        return str(int.from_bytes(base64.b64decode(text, validate=True), "little"))
    except (binascii.Error, ValueError):
        return None
