"""Renames that overwrite nothing, and swaps: what the kernel can do in one step and Python's `os` does not offer.

Where the system or the file system cannot, `rename_new` falls back to a hard link, then to a look before the rename;
`exchange` says so and leaves the choice to its caller.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

_NOREPLACE: Final = 1
_EXCHANGE: Final = 2
_AT_FDCWD: Final = -100
_DARWIN_SWAP: Final = 2
_DARWIN_EXCL: Final = 4

_UNSUPPORTED: Final = frozenset(
    {errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK}
)


def rename_new(source: Path, target: Path) -> None:
    """Rename a file; FileExistsError when the target exists, which is then as it was."""
    if _native(source, target, _NOREPLACE, _DARWIN_EXCL):
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        source.rename(target)
    else:
        source.unlink()


def exchange(first: Path, second: Path) -> bool:
    """Swap two files in one step; False, and nothing done, where that is not possible."""
    return _native(first, second, _EXCHANGE, _DARWIN_SWAP)


def _native(source: Path, target: Path, linux: int, darwin: int) -> bool:
    if _RENAME is None:
        return False
    failed = _RENAME(os.fsencode(source), os.fsencode(target), darwin if sys.platform == "darwin" else linux)
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(source), None, str(target))


def _find_rename() -> Callable[[bytes, bytes, int], int] | None:
    """Return the C library's rename with flags: `renameat2` on Linux, `renamex_np` on macOS."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return _typed(library.renamex_np, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint)
        at = _typed(
            library.renameat2, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint
        )
    except (AttributeError, OSError, TypeError):
        return None
    return lambda source, target, flags: at(_AT_FDCWD, source, _AT_FDCWD, target, flags)


def _typed(function: ctypes._NamedFuncPointer, *arguments: type) -> Callable[..., int]:
    function.argtypes = list(arguments)
    function.restype = ctypes.c_int
    return function


_RENAME: Final = _find_rename()
