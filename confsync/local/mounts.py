"""The type of file system that a directory is on, as far as it matters for watching. Linux only; elsewhere unknown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")

_FAR: Final = re.compile(
    r"nfs\d? | cifs | smb\d? | smbfs | 9p | virtiofs | vboxsf | prl_fs | vmhgfs | afs | ceph | glusterfs | lustre | fuse\..+ | fuse",
    re.VERBOSE,
)
"""File systems whose changes others may make without this kernel hearing of it."""

_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def far_file_system(directory: Path, table: str | None = None) -> str | None:
    """Return the type of the network or host file system that a directory lies on; None for a local or unknown one.

    `table` is the text of `/proc/self/mountinfo` (proc(5)), read from there by default.
    """
    if table is None:
        try:
            table = _MOUNTS.read_text("utf-8", "surrogateescape")
        except OSError:
            return None
    place, kind = "", None
    for line in table.splitlines():
        before, _, after = line.partition(" - ")
        fields, types = before.split(), after.split()
        if len(fields) < 5 or not types:
            continue
        mount = _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4])
        if directory.is_relative_to(mount) and len(mount) >= len(place):
            place, kind = mount, types[0]
    return kind if kind is not None and _FAR.fullmatch(kind) else None
